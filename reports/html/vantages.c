#include "reports/html/vantages.h"

#include <string.h>

#include "reports/html/differences.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/write.h"
#include "reports/report_words.h"
#include "reports/vantage_words.h"
#include "reports/words.h"

static void put_text(struct outfile *out, const char *text)
{
    html_text(out, text, strlen(text));
}

/* ---- the matrix of resolvers ---- */

static const char *state_words(enum vantage_state state)
{
    static const char *const words[VANTAGE_STATES] = {
        [VANTAGE_NEW] = "not everything was asked",
        [VANTAGE_WHOLE] = "",
        [VANTAGE_SILENT] = "answers no question: skipped",
        [VANTAGE_BROKE_OFF] = "stopped answering",
    };

    return words[state];
}

static void put_resolver(struct outfile *out, const struct vantage_overview *overview,
                         const struct tally *tally, unsigned i)
{
    static const struct {
        enum vantage_result_state state;
        const char *title;
    } columns[] = {{RESULT_SAME, "same"},
                   {RESULT_DIFFERS, "different"},
                   {RESULT_UNKNOWN, "no answer"},
                   {RESULT_NOT_ASKED, "not asked"}};
    const uint64_t *counts = tally->resolvers[i];
    uint64_t answered = counts[RESULT_SAME] + counts[RESULT_DIFFERS];
    char share[SHARE_MAX];

    outfile_text(out, "<tr><th scope=\"row\">");
    put_text(out, overview->resolvers[i].name);
    if (overview->resolvers[i].state != VANTAGE_WHOLE)
        outfile_printf(out, "<br><i>%s</i>", state_words(overview->resolvers[i].state));
    share_print(share, counts[RESULT_SAME], answered);
    outfile_printf(out, "</th><td class=\"n\" data-k=\"agreement\">%s</td>",
                   answered > 0 ? share : "-");
    for (unsigned j = 0; j < sizeof(columns) / sizeof(columns[0]); j++) {
        outfile_printf(out, "<td class=\"n\" data-k=\"%s\">", columns[j].title);
        html_count(out, counts[columns[j].state]);
        outfile_text(out, "</td>");
    }
    outfile_text(out, "</tr>\n");
}

static void put_matrix(struct outfile *out, const struct vantage_overview *overview,
                       const struct tally *tally)
{
    outfile_text(out,
                 "<h3>Resolvers</h3>\n"
                 "<div class=\"scroll\"><table class=\"receivers\">\n"
                 "<caption>Answers per address, compared with the run's own resolvers</caption>\n"
                 "<thead><tr><th scope=\"col\">Vantage</th><th scope=\"col\" "
                 "class=\"n\">Agreement</th><th scope=\"col\" class=\"n\">Same</th><th "
                 "scope=\"col\" class=\"n\">Different</th><th scope=\"col\" class=\"n\">No "
                 "answer</th><th scope=\"col\" class=\"n\">Not asked</th></tr></thead>\n"
                 "<tbody>\n");
    for (unsigned i = 1; i < overview->resolver_count; i++)
        put_resolver(out, overview, tally, i);
    outfile_text(out, "</tbody>\n</table></div>\n");
}

/* ---- name servers ---- */

static void put_count(struct outfile *out, const char *title, bool there, uint64_t count)
{
    outfile_printf(out, "<td class=\"n\" data-k=\"%s\">", title);
    if (there)
        html_count(out, count);
    outfile_text(out, "</td>");
}

static void put_server(struct outfile *out, const struct zone_overview *zone, unsigned i)
{
    const struct run_zone_server *server = &zone->servers[i];
    bool whole = server->state == ZONE_SERVER_WHOLE;
    char who[WHO_TEXT_MAX];

    server_words(who, sizeof(who), server);
    outfile_text(out, "<tr>");
    if (i == 0) {
        outfile_printf(out, "<th scope=\"rowgroup\" rowspan=\"%u\">", zone->server_count);
        html_name(out, &zone->zone);
        if (!zone_overview_serials_agree(zone))
            outfile_text(out, "<br><i>in several versions</i>");
        outfile_text(out, "</th>");
    }
    outfile_text(out, "<td data-k=\"server\">");
    put_text(out, who);
    outfile_printf(out, "</td><td data-k=\"state\">%s</td><td class=\"n\" data-k=\"serial\">",
                   server_state_words(server->state));
    if (whole)
        outfile_number(out, server->serial);
    outfile_text(out, "</td>");
    put_count(out, "questions", whole, server->asked);
    put_count(out, "different", whole, server->differing);
    put_count(out, "no answer", whole, server->failed);
    outfile_text(out, "</tr>\n");
}

static void put_zone_table(struct outfile *out, uint64_t end,
                           const struct vantage_overview *overview)
{
    unsigned shown = 0;
    uint64_t left_out;

    outfile_text(
        out, "<div class=\"scroll\"><table class=\"receivers\">\n"
             "<caption>Zones with a fault or a difference: their name servers, compared with the "
             "run</caption>\n"
             "<thead><tr><th scope=\"col\">Zone</th><th scope=\"col\">Name server</th><th "
             "scope=\"col\">State</th><th scope=\"col\" class=\"n\">Serial</th><th scope=\"col\" "
             "class=\"n\">Questions</th><th scope=\"col\" class=\"n\">Different</th><th "
             "scope=\"col\" class=\"n\">No answer</th></tr></thead>\n");
    for (; shown < overview->shown_count && outfile_size(out) < end; shown++) {
        outfile_text(out, "<tbody>\n");
        for (unsigned j = 0; j < overview->shown[shown]->server_count; j++)
            put_server(out, overview->shown[shown], j);
        outfile_text(out, "</tbody>\n");
    }
    outfile_text(out, "</table></div>\n");
    left_out = overview->left_out + overview->shown_count - shown;
    if (left_out > 0) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, left_out);
        outfile_printf(out,
                       " more zone%s</b> with a fault or a difference %s not listed here.</p>\n",
                       plural_s(left_out), left_out == 1 ? "is" : "are");
    }
}

static void put_zones(struct outfile *out, uint64_t end, const struct vantage_overview *overview)
{
    outfile_text(out, "<h3>Name servers of the zones</h3>\n<p>Of <b>");
    html_count(out, overview->zones);
    outfile_printf(out, " zone%s</b>, ", plural_s(overview->zones));
    html_count(out, overview->differing);
    outfile_printf(out, " ha%s servers that give different answers.",
                   overview->differing == 1 ? "s" : "ve");
    if (overview->servers[ZONE_SERVER_WHOLE] == 0)
        outfile_text(out, " No server of these zones was compared.");
    else if (overview->shown_count == 0)
        outfile_text(out, " All servers that were asked serve their zones, in the same version.");
    outfile_text(out, "</p>\n");
    if (overview->shown_count > 0)
        put_zone_table(out, end, overview);
}

/* ---- the section ---- */

void html_vantages_write(const struct vantage_overview *overview, const struct tally *tally,
                         struct difference_list *differences, struct difference_list *old,
                         const char *csv, struct outfile *out)
{
    uint64_t end = outfile_size(out) + PAGE_ROOM_VANTAGES;

    if (!overview)
        return;
    difference_list_fold(differences);
    difference_list_fold(old);
    html_fold_begin(out, "vantages", "Has the change arrived everywhere?");
    outfile_printf(out,
                   "<p>%s. A DNS change is visible everywhere once the TTL of the old answer has "
                   "expired; until then a receiver may see either state. A vantage that does not "
                   "answer does not count against an address.</p>\n",
                   vantages_compared(overview, tally)
                       ? "The same questions were asked elsewhere"
                       : "No question was answered elsewhere, so nothing was compared");
    if (overview->resolver_count > 1)
        put_matrix(out, overview, tally);
    if (differences->first) {
        outfile_text(out, "<h3>Differing answers</h3>\n");
        html_differences(differences, out, end, csv);
    }
    if (old->first) {
        outfile_text(
            out, "<h3>Old answers in the cache of the resolver</h3>\n<p>The name servers of the "
                 "zone already have a newer answer; resolvers may remember the old one. No party "
                 "needs to act: audit again when the old one has expired.</p>\n");
        html_differences(old, out, end, csv);
    }
    if (overview->zones > 0)
        put_zones(out, end, overview);
    html_fold_end(out);
}
