#include "reports/nights/index_page.h"

#include "reports/html/grid.h"
#include "reports/html/page.h"
#include "reports/html/write.h"
#include "reports/nights/trend.h"

static const char STYLE[] =
    ".trend{margin-top:1.5rem;content-visibility:visible}.trend svg{max-width:none}"
    ".trend text{font-size:13px}.trend .from{text-anchor:start}.key .v{margin-right:1rem}\n"
    ".trend .lost{fill:none;stroke:var(--fail);stroke-width:1.8}"
    ".nights .n{text-align:right;white-space:nowrap;font-variant-numeric:tabular-nums}"
    ".nights .no{display:inline}.nights .note{margin:0;max-width:24rem;overflow-wrap:anywhere}\n"
    "@media (max-width:44rem){.trend text{font-size:22px}.nights .n{text-align:left}"
    ".nights td[data-k]::before{content:attr(data-k) \": \";color:var(--soft)}}\n";

/* The newest complete night; NULL: there is no such night. */
static const struct night_entry *newest(const struct night_list *list)
{
    for (unsigned i = list->count; i > 0; i--) {
        if (list->entries[i - 1].night)
            return &list->entries[i - 1];
    }
    return NULL;
}

/* "2026-11-27 02:00:00 UTC" of "2026-11-27T020000Z" */
static void put_name(struct outfile *out, const struct night_name *name)
{
    const char *text = name->text;

    outfile_printf(out, "%.10s %.2s:%.2s:%.2s UTC", text, text + 11, text + 13, text + 15);
}

static void put_share(struct outfile *out, const struct night *night, bool is_last)
{
    outfile_printf(out, "<p class=\"share\">%s", is_last ? "" : "The last complete night: ");
    if (night_is_blank(night)) {
        outfile_text(out, "No public address was audited</p>\n");
        return;
    }
    outfile_printf(out, "%.2f %% of ", night_share(night));
    html_count(out, night->addresses - night->verdicts[VERDICT_NOT_PUBLIC]);
    outfile_text(out, " addresses pass; ");
    html_count(out, night->changes[ROW_BROKE]);
    outfile_text(out, " broke, ");
    html_count(out, night->changes[ROW_FIXED]);
    outfile_text(out, " were fixed</p>\n");
}

/* The counts of a night, and its pages. is_last: no later one failed. */
static void put_counts(struct outfile *out, const struct night_entry *entry, bool is_last)
{
    const char *folder = entry->name.text;

    put_share(out, entry->night, is_last);
    outfile_text(out, "<p>");
    put_name(out, &entry->name);
    if (entry->has_changes)
        outfile_printf(out, " · <a href=\"%s/changes.html\">What changed</a>", folder);
    if (entry->has_page)
        outfile_printf(out, " · <a href=\"%s/audit.html\">Report, and who must act</a>", folder);
    outfile_text(out, "</p>\n");
}

/* The nights after the last complete one. */
static unsigned count_failed(const struct night_list *list)
{
    unsigned failed = 0;

    while (failed < list->count && !list->entries[list->count - 1 - failed].night)
        failed++;
    return failed;
}

static void put_failures(struct outfile *out, const struct night_list *list)
{
    unsigned failed = count_failed(list);

    if (failed == 0)
        return;
    outfile_printf(out, "<p class=\"notice incomplete\">%s failed: ",
                   failed == 1 ? "The last night" : "The last nights");
    html_strange(out, list->entries[list->count - 1].reason);
    outfile_text(out, ".</p>\n");
}

/* A night that failed, or saw no address, is no good news. */
static const char *title_of(const struct night_list *list, const char **state)
{
    const struct night_entry *entry = newest(list);
    const struct night *night = entry ? entry->night : NULL;

    *state = "not-known";
    if (!night)
        return "NO COMPLETE NIGHT";
    if (night->alarms > 0) {
        *state = "not-ready";
        return "SOMETHING BROKE";
    }
    if (count_failed(list) > 0)
        return "THE LAST NIGHT FAILED";
    if (night_is_blank(night))
        return "NOT KNOWN";
    *state = "ready";
    return night_broken(night) > 0 ? "NOTHING NEW BROKE" : "NOTHING BROKE";
}

static void put_band(struct outfile *out, const struct night_list *list)
{
    const struct night_entry *entry = newest(list);
    const char *state, *title = title_of(list, &state);

    outfile_printf(out, "<section class=\"band %s\" id=\"verdict\">\n<p class=\"state\">%s</p>\n",
                   state, title);
    put_failures(out, list);
    if (entry)
        put_counts(out, entry, count_failed(list) == 0);
    outfile_text(out, "</section>\n");
}

static void put_number(struct outfile *out, const char *key, uint64_t number)
{
    outfile_printf(out, "<td class=\"n\" data-k=\"%s\">", key);
    html_count(out, number);
    outfile_text(out, "</td>");
}

static void put_numbers(struct outfile *out, const struct night_entry *entry)
{
    const struct night *night = entry->night;

    if (night_is_blank(night))
        outfile_text(out, "<td class=\"n\" data-k=\"Pass\">none</td>");
    else
        outfile_printf(out, "<td class=\"n\" data-k=\"Pass\">%.2f %%</td>", night_share(night));
    put_number(out, "Broken", night_broken(night));
    put_number(out, "Not known",
               night->verdicts[VERDICT_DNS_ERROR] + night->verdicts[VERDICT_UNANSWERED]);
    put_number(out, "Broke", night->changes[ROW_BROKE]);
    put_number(out, "Fixed", night->changes[ROW_FIXED]);
    outfile_text(out, "<td>");
    if (entry->has_changes)
        outfile_printf(out, "<a href=\"%s/changes.html\">changes</a>", entry->name.text);
    if (entry->note[0]) {
        outfile_text(out, "<p class=\"note\">");
        html_strange(out, entry->note);
        outfile_text(out, "</p>");
    }
    outfile_text(out, "</td>");
}

static void put_night(struct outfile *out, const struct night_entry *entry)
{
    outfile_text(out, "<tr><th scope=\"row\">");
    if (entry->has_page)
        outfile_printf(out, "<a href=\"%s/audit.html\">", entry->name.text);
    put_name(out, &entry->name);
    outfile_text(out, entry->has_page ? "</a></th>" : "</th>");
    if (entry->night) {
        put_numbers(out, entry);
    } else {
        outfile_text(out, "<td colspan=\"6\"><span class=\"no\">failed</span> ");
        html_strange(out, entry->reason);
        outfile_text(out, "</td>");
    }
    outfile_text(out, "</tr>\n");
}

static void put_table(struct outfile *out, const struct night_list *list)
{
    outfile_text(out, "<h2 id=\"nights\">Nights</h2>\n<table class=\"nights\">\n<caption>Newest "
                      "first. history.csv has them all");
    if (list->earlier > 0)
        outfile_printf(out, "; nights before those shown: %u", list->earlier);
    outfile_text(out, ". Not known: dns-error and unanswered, which come and go; the report counts "
                      "dns-error as broken.</caption>\n<thead><tr><th scope=\"col\">Night</th>"
                      "<th scope=\"col\">Pass</th><th scope=\"col\">Broken</th>"
                      "<th scope=\"col\">Not known</th><th scope=\"col\">Broke</th>"
                      "<th scope=\"col\">Fixed</th><th scope=\"col\">Since the night before</th>"
                      "</tr></thead>\n<tbody>\n");
    for (unsigned i = list->count; i > 0; i--)
        put_night(out, &list->entries[i - 1]);
    outfile_text(out, "</tbody>\n</table>\n");
}

bool index_page_write(const struct folder *folder, const struct night_list *list,
                      const char *program, int64_t written_at, struct failure *failure)
{
    struct outfile *out = outfile_open(folder, "index.html", failure);

    if (!out)
        return false;
    html_page_title(out);
    outfile_text(out, "Nights of forward-confirmed reverse DNS");
    html_page_body(out, STYLE);
    outfile_text(out, "<a class=\"skip\" href=\"#verdict\">To the verdict</a>\n");
    html_grid_patterns(out);
    outfile_text(out, "<header>\n"
                      "<h1>Forward-confirmed reverse DNS, night by night</h1>\n</header>\n"
                      "<main>\n");
    put_band(out, list);
    trend_write(out, list);
    put_table(out, list);
    outfile_text(out, "</main>\n<footer>");
    html_strange(out, program);
    outfile_text(out, ", written ");
    html_time(out, written_at);
    outfile_text(out, "</footer>\n</body>\n</html>\n");
    return outfile_commit(out, failure);
}
