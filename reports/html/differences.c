#include "reports/html/differences.h"

#include <string.h>

#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/vantage_words.h"
#include "reports/words.h"

static void put_text(struct outfile *out, const char *text)
{
    html_text(out, text, strlen(text));
}

/* All sources of one group in a row, and their common answer. */
static void put_group(struct outfile *out, const struct difference *difference, unsigned group)
{
    const struct difference_result *first = NULL;

    for (unsigned i = 0; i < difference->result_count; i++) {
        const struct difference_result *source = &difference->results[i];

        if (source->group != group)
            continue;
        if (!first)
            outfile_text(out, "<tr><th scope=\"row\">");
        outfile_text(out, first ? ",<br>" : "");
        put_text(out, source->who);
        if (!first)
            first = source;
    }
    if (!first)
        return;
    outfile_text(out, "</th><td data-k=\"answer\"><code>");
    put_text(out, first->words);
    outfile_text(out, "</code></td></tr>\n");
}

static void put_difference(struct outfile *out, uint64_t end, const struct difference *difference,
                           const char *rest)
{
    outfile_text(out, "<div class=\"problem\"><table class=\"answers\">\n"
                      "<caption><b>");
    html_count(out, difference->addresses.addresses);
    outfile_printf(out, " address%s</b>", plural_es(difference->addresses.addresses));
    outfile_text(out, difference->addresses.addresses == 1 ? ", " : ", for example ");
    html_address(out, &difference->example);
    if (difference->of_servers) {
        outfile_printf(out, ": %s of <code>", question_type_text(difference->question.type));
        html_name(out, &difference->question.name);
        outfile_text(out, "</code>");
    }
    outfile_text(
        out, "</caption>\n"
             "<thead><tr><th scope=\"col\">Source</th><th scope=\"col\">Answer</th></tr></thead>\n"
             "<tbody>\n");
    for (unsigned group = 0; group <= difference->result_count; group++)
        put_group(out, difference, group);
    put_group(out, difference, GROUP_NONE);
    outfile_text(out, "</tbody>\n</table>\n");
    if (difference->addresses.addresses > 1)
        html_ranges(out, end, &difference->addresses, rest);
    outfile_text(out, "<p class=\"when\">Caches may hold old answers until ");
    html_time(out, difference->until);
    outfile_text(out, ".</p>\n</div>\n");
}

void html_differences(const struct difference_list *differences, struct outfile *out, uint64_t end,
                      const char *rest)
{
    const struct difference *one = differences ? differences->first : NULL;
    uint64_t left_out = differences ? differences->left_out : 0;

    for (; one && outfile_size(out) < end; one = one->next)
        put_difference(out, end, one, rest);
    for (; one; one = one->next)
        left_out += one->addresses.addresses;
    if (left_out > 0) {
        outfile_text(out, "<p class=\"notice\"><b>Not all differences are shown.</b> ");
        html_count(out, left_out);
        outfile_printf(out, " more address%s: see <code>%s</code>.</p>\n", plural_es(left_out),
                       rest);
    }
}

void html_broken_servers(const struct fix_group *group, struct outfile *out)
{
    const struct broken_zone *broken = &group->broken;

    if (!broken->servers)
        return;
    outfile_text(out, "<div class=\"problem\"><table class=\"answers\">\n"
                      "<caption><b>");
    html_count(out, group->addresses);
    outfile_printf(out, " address%s</b> in <code>", plural_es(group->addresses));
    html_name(out, group->zone);
    outfile_text(out, "</code>, a zone with name servers that fail</caption>\n<thead><tr>"
                      "<th scope=\"col\">Name server</th><th scope=\"col\">State</th></tr>"
                      "</thead>\n<tbody>\n");
    for (unsigned i = 0; i < broken->servers->server_count; i++) {
        const struct run_zone_server *server = &broken->servers->servers[i];
        bool is_broken = zone_server_party(broken->overview, server) != FIXER_NONE;
        char who[WHO_TEXT_MAX];

        server_words(who, sizeof(who), server);
        outfile_text(out, "<tr><th scope=\"row\">");
        put_text(out, who);
        outfile_printf(out, "</th><td data-k=\"state\">%s%s%s</td></tr>\n", is_broken ? "<b>" : "",
                       server_state_words(server->state), is_broken ? "</b>" : "");
    }
    outfile_text(out, "</tbody>\n</table>\n</div>\n");
}
