/* changes.html: what changed, as a page without scripts; bounded in size. */
#include <stdlib.h>

#include "reports/changes/change_words.h"
#include "reports/html/changes.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/write.h"

enum { ROOM = 1000 * 1000 }; /* octets of each of the two lists */
_Static_assert(2 * ROOM <= (int)PAGE_MAX, "the lists fit on the page");

struct changes_html {
    const struct change_plan *plan;
    struct outfile *out;
    char words[CHANGE_WORDS_MAX];
};

static void *begin(const struct change_plan *plan, struct outfile *out, struct failure *failure)
{
    struct changes_html *html = malloc(sizeof(*html));

    if (!html) {
        failure_out_of_memory(failure);
        return NULL;
    }
    html->plan = plan;
    html->out = out;
    return html;
}

static void put_head(struct changes_html *html)
{
    struct outfile *out = html->out;

    html_page_title(out);
    html_strange(out, html->words);
    html_page_body(out, "");
    outfile_text(out, "<header>\n<h1>What changed in the reverse DNS</h1>\n"
                      "<p class=\"meta\">Written by ");
    html_strange(out, html->plan->job->program);
    outfile_text(out, ", ");
    html_time(out, html->plan->written_at);
    outfile_text(out, "</p>\n</header>\n<main>\n");
}

static void put_notice(struct changes_html *html, size_t length)
{
    if (length == 0)
        return;
    outfile_text(html->out, "<p class=\"notice\">");
    html_strange(html->out, html->words);
    outfile_text(html->out, ".</p>\n");
}

static void put_line(struct changes_html *html)
{
    outfile_text(html->out, "<p>");
    html_strange(html->out, html->words);
    outfile_text(html->out, ".</p>\n");
}

static void put_band(struct changes_html *html, const struct change_tally *tally)
{
    const struct compare_job *job = html->plan->job;
    char why[CHANGE_WORDS_MAX];
    bool trusted = change_distrust_print(why, job, tally) == 0;

    outfile_printf(html->out,
                   "<section class=\"band %s\" aria-labelledby=\"state\">\n"
                   "<p class=\"state\" id=\"state\">",
                   !trusted            ? "not-known"
                   : tally->alarms > 0 ? "not-ready"
                                       : "ready");
    html_strange(html->out, html->words);
    outfile_text(html->out, "</p>\n");
    html_change_counts(html->out, tally->changes);
    outfile_text(html->out, "</section>\n");
}

static void put_notices(struct changes_html *html, const struct change_tally *tally)
{
    const struct compare_job *job = html->plan->job;

    put_notice(html, change_distrust_print(html->words, job, tally));
    put_notice(html, change_note_print(html->words, job));
    put_notice(html,
               change_incomplete_print(html->words, "old", &job->before, tally->not_asked_before));
    put_notice(html, change_incomplete_print(html->words, "new", &job->after, tally->not_asked));
    put_notice(html, change_unconfirmed_print(html->words, tally));
    put_notice(html, change_sources_print(html->words, job));
    change_side_print(html->words, "Before", &job->before, tally->before);
    put_line(html);
    change_side_print(html->words, "Now", &job->after, tally->after);
    put_line(html);
}

static void put_section(struct changes_html *html, const char *id, const char *title, bool alarm)
{
    outfile_printf(html->out, "<section aria-labelledby=\"%s\">\n<h2 id=\"%s\">%s</h2>\n", id, id,
                   title);
    html_change_groups(html->out, html->plan->groups, alarm, outfile_size(html->out) + ROOM);
    outfile_text(html->out, "</section>\n");
}

static void put_parties(struct changes_html *html)
{
    if (change_groups_alarmed(html->plan->groups) == 0)
        return;
    outfile_text(html->out,
                 "<section aria-labelledby=\"who\">\n<h2 id=\"who\">Who must act</h2>\n");
    html_change_parties(html->out, html->plan->groups);
    outfile_text(html->out, "</section>\n");
}

static bool finish(void *writer, const struct change_tally *tally, struct failure *failure)
{
    struct changes_html *html = writer;
    uint64_t changed = 0;

    (void)failure;
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        changed += tally->changes[i];
    change_headline_print(html->words, html->plan->job, tally);
    put_head(html);
    put_band(html, tally);
    put_notices(html, tally);
    put_parties(html);
    if (tally->alarms > 0)
        put_section(html, "broke", "What broke", true);
    if (changed > tally->alarms)
        put_section(html, "others", "What else changed", false);
    outfile_text(html->out, "</main>\n<footer>One row per change: <code>changes.csv</code>. The "
                            "same as a text to mail: <code>changes.txt</code>; for programs: "
                            "<code>changes.json</code>.</footer>\n</body>\n</html>\n");
    return true;
}

const struct change_format changes_html_format = {"changes.html", begin, NULL, finish, free};
