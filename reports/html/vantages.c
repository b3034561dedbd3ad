#include "reports/html/vantages.h"

#include <string.h>

#include "reports/broken_servers.h"
#include "reports/html/fixes.h"
#include "reports/html/write.h"
#include "reports/words.h"

static void put_text(struct outfile *out, const char *text)
{
    html_text(out, text, strlen(text));
}

/* ---- differences ---- */

/* All who say the same in one row, in the order of what they say. */
static void put_group(struct outfile *out, const struct difference *difference, unsigned group)
{
    const struct difference_result *first = NULL;

    for (unsigned i = 0; i < difference->result_count; i++) {
        const struct difference_result *result = &difference->results[i];
        if (result->group != group)
            continue;
        if (!first)
            outfile_text(out, "<tr><th scope=\"row\">");
        outfile_text(out, first ? ",<br>" : "");
        put_text(out, result->who);
        if (!first)
            first = result;
    }
    if (!first)
        return;
    outfile_text(out, "</th><td data-k=\"says\"><code>");
    put_text(out, first->words);
    outfile_text(out, "</code></td></tr>\n");
}

static void put_difference(struct outfile *out, const struct difference *difference,
                           const char *rest)
{
    outfile_text(out, "<div class=\"problem\"><table class=\"says\">\n<caption><b>");
    html_count(out, difference->addresses.addresses);
    outfile_printf(out, " address%s</b>", plural_es(difference->addresses.addresses));
    outfile_text(out, difference->addresses.addresses == 1 ? ", " : ", for example ");
    html_address(out, &difference->example);
    if (difference->of_servers) {
        outfile_printf(out, ": %s of <code>", question_type_text(difference->question.type));
        html_name(out, &difference->question.name);
        outfile_text(out, "</code>");
    }
    outfile_text(out,
                 "</caption>\n<thead><tr><th scope=\"col\">Who</th><th scope=\"col\">Says</th></tr>"
                 "</thead>\n<tbody>\n");
    for (unsigned group = 0; group <= difference->result_count; group++)
        put_group(out, difference, group);
    put_group(out, difference, GROUP_NONE);
    outfile_text(out, "</tbody>\n</table>\n");
    if (difference->addresses.addresses > 1)
        fix_html_ranges(out, &difference->addresses, rest);
    outfile_text(out, "<p class=\"when\">Old answers may be remembered until ");
    html_time(out, difference->until);
    outfile_text(out, ".</p>\n</div>\n");
}

void vantage_html_differences(const struct difference_list *differences, struct outfile *out,
                              const char *rest)
{
    if (!differences)
        return;
    for (const struct difference *one = differences->first; one; one = one->next)
        put_difference(out, one, rest);
    if (differences->left_out > 0) {
        outfile_text(out, "<p class=\"notice\"><b>Not all differences are shown.</b> ");
        html_count(out, differences->left_out);
        outfile_printf(out, " more address%s: see <code>%s</code>.</p>\n",
                       plural_es(differences->left_out), rest);
    }
}

void vantage_html_broken(const struct fix_group *group, struct outfile *out, const char *rest)
{
    const struct broken_zone *broken = &group->broken;

    if (!broken->servers)
        return;
    outfile_text(out, "<div class=\"problem\"><table class=\"says\">\n<caption><b>");
    html_count(out, group->behind_broken.addresses);
    outfile_printf(
        out,
        " address%s</b> in a zone with name servers that fail</caption>\n<thead><tr>"
        "<th scope=\"col\">Name server</th><th scope=\"col\">State</th></tr></thead>\n<tbody>\n",
        plural_es(group->behind_broken.addresses));
    for (unsigned i = 0; i < broken->servers->server_count; i++) {
        const struct run_zone_server *server = &broken->servers->servers[i];
        char who[WHO_TEXT_MAX];

        server_words(who, sizeof who, server);
        outfile_text(out, "<tr><th scope=\"row\">");
        put_text(out, who);
        outfile_printf(out, "</th><td data-k=\"state\">%s%s%s</td></tr>\n",
                       server_is_broken(broken->roll, server) ? "<b>" : "",
                       server_state_words(server->state),
                       server_is_broken(broken->roll, server) ? "</b>" : "");
    }
    outfile_text(out, "</tbody>\n</table>\n");
    fix_html_ranges(out, &group->behind_broken, rest);
    outfile_text(out, "</div>\n");
}

/* ---- the matrix of resolvers ---- */

static const char *state_words(enum vantage_state state)
{
    static const char *const words[VANTAGE_STATES] = {
        [VANTAGE_NEW] = "not all was asked",
        [VANTAGE_WHOLE] = "",
        [VANTAGE_SILENT] = "does not answer: left out",
        [VANTAGE_BROKE_OFF] = "stopped answering",
    };

    return words[state];
}

static void put_result(struct outfile *out, const struct vantage_roll *roll,
                       const struct tally *tally, unsigned i)
{
    static const struct {
        enum vantage_result_state state;
        const char *title;
    } columns[] = {{RESULT_SAME, "the same"},
                   {RESULT_DIFFERS, "another thing"},
                   {RESULT_UNKNOWN, "no answer"},
                   {RESULT_NOT_ASKED, "not asked"}};
    const uint64_t *counts = tally->results[i];
    uint64_t answered = counts[RESULT_SAME] + counts[RESULT_DIFFERS];
    char share[SHARE_MAX];

    outfile_text(out, "<tr><th scope=\"row\">");
    put_text(out, roll->results[i].name);
    if (roll->results[i].state != VANTAGE_WHOLE)
        outfile_printf(out, "<br><i>%s</i>", state_words(roll->results[i].state));
    share_print(share, counts[RESULT_SAME], answered);
    outfile_printf(out, "</th><td class=\"n\" data-k=\"agrees\">%s</td>",
                   answered > 0 ? share : "-");
    for (unsigned j = 0; j < sizeof columns / sizeof columns[0]; j++) {
        outfile_printf(out, "<td class=\"n\" data-k=\"%s\">", columns[j].title);
        html_count(out, counts[columns[j].state]);
        outfile_text(out, "</td>");
    }
    outfile_text(out, "</tr>\n");
}

static void put_matrix(struct outfile *out, const struct vantage_roll *roll,
                       const struct tally *tally)
{
    outfile_text(
        out,
        "<h3>Resolvers</h3>\n<div class=\"scroll\"><table class=\"receivers\">\n"
        "<caption>Addresses, beside what the resolvers of the run said</caption>\n<thead><tr>"
        "<th scope=\"col\">Vantage</th><th scope=\"col\" class=\"n\">Agrees</th><th scope=\"col\" "
        "class=\"n\">"
        "The same</th><th scope=\"col\" class=\"n\">Another thing</th><th scope=\"col\" "
        "class=\"n\">No answer"
        "</th><th scope=\"col\" class=\"n\">Not asked</th></tr></thead>\n<tbody>\n");
    for (unsigned i = 1; i < roll->result_count; i++)
        put_result(out, roll, tally, i);
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

static void put_server(struct outfile *out, const struct roll_zone *zone, unsigned i)
{
    const struct run_zone_server *server = &zone->servers[i];
    bool whole = server->state == ZONE_SERVER_WHOLE;
    char who[WHO_TEXT_MAX];

    server_words(who, sizeof who, server);
    outfile_text(out, "<tr>");
    if (i == 0) {
        outfile_printf(out, "<th scope=\"rowgroup\" rowspan=\"%u\">", zone->server_count);
        html_name(out, &zone->zone);
        if (!roll_zone_serials_agree(zone))
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
    put_count(out, "another thing", whole, server->differing);
    put_count(out, "no answer", whole, server->failed);
    outfile_text(out, "</tr>\n");
}

static void put_zone_table(struct outfile *out, const struct vantage_roll *roll)
{
    outfile_text(
        out, "<div class=\"scroll\"><table class=\"receivers\">\n<caption>Zones of which there is "
             "something "
             "to say: their name servers, beside what the run found</caption>\n<thead><tr><th "
             "scope=\"col\">"
             "Zone</th><th scope=\"col\">Name server</th><th scope=\"col\">State</th>"
             "<th scope=\"col\" class=\"n\">Serial</th><th scope=\"col\" class=\"n\">Questions</th>"
             "<th scope=\"col\" class=\"n\">Another thing</th><th scope=\"col\" class=\"n\">No "
             "answer</th>"
             "</tr></thead>\n");
    for (unsigned i = 0; i < roll->shown_count; i++) {
        outfile_text(out, "<tbody>\n");
        for (unsigned j = 0; j < roll->shown[i]->server_count; j++)
            put_server(out, roll->shown[i], j);
        outfile_text(out, "</tbody>\n");
    }
    outfile_text(out, "</table></div>\n");
    if (roll->left_out > 0) {
        outfile_text(out, "<p class=\"notice\">There is no room here for ");
        html_count(out, roll->left_out);
        outfile_text(out, " more zones.</p>\n");
    }
}

static void put_zones(struct outfile *out, const struct vantage_roll *roll)
{
    outfile_text(out, "<h3>Name servers of the zones</h3>\n<p>Of <b>");
    html_count(out, roll->zones);
    outfile_printf(out, " zone%s</b>, ", plural_s(roll->zones));
    html_count(out, roll->differing);
    outfile_printf(out, " ha%s a server that says another thing than the run found.",
                   roll->differing == 1 ? "s" : "ve");
    if (roll->shown_count == 0)
        outfile_text(out, " All servers that were asked have their zones, in one version.");
    outfile_text(out, "</p>\n");
    if (roll->shown_count > 0)
        put_zone_table(out, roll);
}

/* ---- the section ---- */

void vantage_html_write(const struct vantage_roll *roll, const struct tally *tally,
                        struct difference_list *differences, const char *csv, struct outfile *out)
{
    if (!roll)
        return;
    difference_list_fold(differences);
    outfile_text(
        out, "<section id=\"vantages\" aria-labelledby=\"vantages-title\">\n"
             "<h2 id=\"vantages-title\">Has the change arrived everywhere?</h2>\n"
             "<p>The same was asked elsewhere. A change in the DNS takes until the TTL of the old "
             "answer ends to arrive; until then a receiver may see the one or the other. A vantage "
             "that does not answer says nothing against an address.</p>\n");
    if (roll->result_count > 1)
        put_matrix(out, roll, tally);
    if (differences && differences->first) {
        outfile_text(out, "<h3>Who says what</h3>\n");
        vantage_html_differences(differences, out, csv);
    }
    if (roll->zones > 0)
        put_zones(out, roll);
    outfile_text(out, "</section>\n");
}
