#include "reports/html/party_part.h"

#include <string.h>

#include "reports/difference_list.h"
#include "reports/fix_words.h"
#include "reports/html/differences.h"
#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/mailbox.h"
#include "reports/words.h"

static void put_servers(struct outfile *out, const struct fix_group *group)
{
    for (unsigned i = 0; i < group->server_count; i++) {
        outfile_text(out, i > 0 ? ", <code>" : " · name servers <code>");
        html_name(out, group->servers[i]);
        outfile_text(out, "</code>");
    }
    if (group->server_total > group->server_count)
        outfile_printf(out, " and %u more", group->server_total - group->server_count);
}

/* For a failing zone: whether all of it fails or some names, and an example. */
static void put_failure(struct outfile *out, const struct fix_group *group)
{
    char failure[ZONE_FAILURE_TEXT_MAX];

    fix_group_failure(failure, group);
    if (failure[0]) {
        outfile_text(out, group->answers ? "<p>" : "<p><b>");
        html_text(out, failure, strlen(failure));
        outfile_text(out, group->answers ? "</p>\n" : "</b></p>\n");
    }
    fix_group_example(failure, group);
    if (failure[0]) {
        outfile_text(out, "<p>");
        html_text(out, failure, strlen(failure));
        outfile_text(out, "</p>\n");
    }
}

static void put_asked(struct outfile *out, int64_t first, int64_t last)
{
    if (first == 0)
        return;
    outfile_text(out, first == last ? "<p>Checked " : "<p>First checked ");
    html_time(out, first);
    if (last != first) {
        outfile_text(out, ", last ");
        html_time(out, last);
    }
    outfile_text(out, ".</p>\n");
}

void html_party_doubt(struct outfile *out, const struct fix_party *party)
{
    if (!party->first->zone_is_known)
        outfile_text(out,
                     party->first->undelegated ? " <i>(not delegated)</i>" : " <i>(guessed)</i>");
}

/* The zone's name, and what is uncertain about it. */
static void put_zone_name(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out, "<code>");
    html_name(out, group->zone);
    outfile_text(out, "</code>");
    if (group->undelegated)
        outfile_text(out, " <i>(does not exist: not delegated)</i>");
    else if (!group->zone_is_known)
        outfile_text(out, " <i>(guessed: no answer named it)</i>");
}

static void put_contact(struct outfile *out, const struct fix_shared *shared)
{
    char contact[MAILBOX_TEXT_MAX];
    size_t length = shared->rname ? mailbox_print(contact, shared->rname) : 0;

    if (shared->mname) {
        outfile_text(out, " · primary server <code>");
        html_name(out, shared->mname);
        outfile_text(out, "</code>");
    }
    if (length == 0)
        return;
    outfile_text(out, " · contact <code>");
    html_text(out, contact, length);
    outfile_text(out, "</code>");
}

static void put_provider(struct outfile *out, const struct provider *provider)
{
    if (!provider)
        return;
    outfile_text(out, "<p class=\"zone\">Provider <b>");
    html_strange(out, provider->name);
    outfile_text(out, "</b>");
    if (provider->contact[0]) {
        outfile_text(out, " · contact <code>");
        html_strange(out, provider->contact);
        outfile_text(out, "</code>");
    }
    if (provider->reference[0]) {
        outfile_text(out, " · reference <code>");
        html_strange(out, provider->reference);
        outfile_text(out, "</code>");
    }
    outfile_text(out, "</p>\n");
}

/* What a zone needs beside its records. */
static void put_zone_notices(struct outfile *out, const struct fix_group *group, bool several)
{
    char missing[DELEGATION_TEXT_MAX];

    if (several && group->who == FIXER_FAILING_ZONE) {
        outfile_text(out, "<p class=\"zone\">Zone ");
        put_zone_name(out, group);
        outfile_text(out, "</p>\n");
    }
    if (group->who == FIXER_FAILING_ZONE) {
        put_failure(out, group);
        put_asked(out, group->asked_first, group->asked_last);
    }
    if (!group->undelegated)
        return;
    fix_group_delegation(missing, group);
    outfile_text(out, "<p><b>");
    html_text(out, missing, strlen(missing));
    outfile_text(out, "</b></p>\n");
}

static void put_zone_list(struct outfile *out, const struct fix_party *party, unsigned most)
{
    const struct fix_group *group = party->first;
    struct fix_shared shared = fix_group_shared(group);

    outfile_text(out, "<p class=\"zone\"><b>");
    html_count(out, party->zone_count);
    outfile_text(out, " zones</b>");
    put_contact(out, &shared);
    if (shared.servers)
        put_servers(out, party->first);
    outfile_text(out, "</p>\n<ul class=\"ranges\">");
    for (unsigned i = 0; i < most && group; i++, group = group->next) {
        outfile_text(out, "<li>");
        put_zone_name(out, group);
        outfile_text(out, "</li>");
    }
    if (party->zone_count > most) {
        outfile_text(out, "<li><i>and ");
        html_count(out, party->zone_count - most);
        outfile_text(out, " more</i></li>");
    }
    outfile_text(out, "</ul>\n");
}

static void put_only_zone(struct outfile *out, const struct fix_group *group)
{
    struct fix_shared shared = fix_group_shared(group);

    outfile_text(out, "<p class=\"zone\">Zone ");
    put_zone_name(out, group);
    if (group->domain) {
        outfile_text(out, " · registrable domain <code>");
        html_name(out, group->domain);
        outfile_text(out, "</code>");
    }
    put_contact(out, &shared);
    put_servers(out, group);
    outfile_text(out, "</p>\n");
}

void html_party_text(struct outfile *out, const char *name, const struct provider *provider)
{
    if (provider)
        html_strange(out, name);
    else /* the text of a DNS name, or a mail address made of one */
        html_whole(out, name, strlen(name));
}

void html_party_name(struct outfile *out, const struct fix_party *party)
{
    char name[PARTY_NAME_MAX];

    fix_party_name(name, party);
    html_party_text(out, name, party->provider);
}

void html_party_records(struct outfile *out, const struct fix_party *party)
{
    html_count(out, party->records);
    if (fix_party_waits(party) > 0) {
        outfile_text(out, "<br><small>");
        html_count(out, party->pairs);
        outfile_text(out, " after address records</small>");
    }
    if (party->without_record > 0) {
        outfile_text(out, "<br><small>");
        html_count(out, party->without_record);
        outfile_printf(out, " host name%s to choose first</small>",
                       plural_s(party->without_record));
    }
}

void html_party_zones(struct outfile *out, const struct fix_party *party, unsigned most)
{
    const struct fix_group *group = party->first;
    char text[CONTEST_TEXT_MAX];

    put_provider(out, party->provider);
    if (party->zone_count == 1)
        put_only_zone(out, group);
    else
        put_zone_list(out, party, most);
    for (unsigned i = 0; i < most && group; i++, group = group->next) {
        bool same = i > 0 && group->undelegated; /* the block is said once */

        if (!same)
            put_zone_notices(out, group, party->zone_count > 1);
    }
    if (party->who != FIXER_FAILING_ZONE)
        put_asked(out, party->asked_first, party->asked_last);
    if (party->inside > 0) {
        fix_party_inside(text, party);
        outfile_printf(out, "<p><b>%s</b></p>\n", text);
    }
    if (party->contested == 0)
        return;
    fix_party_contest(text, party);
    outfile_printf(out, "<p><b>%s</b></p>\n", text);
}

/* Zone by zone, as long as there is room. */
static void put_servers_at_fault(struct outfile *out, const struct fix_party *party,
                                 const struct party_view *view)
{
    const struct fix_group *group = party->first;
    unsigned left = 0;

    for (; group && outfile_size(out) < view->end; group = group->next) {
        html_differences(group->differences, out, view->end, view->rest);
        html_broken_servers(group, out);
    }
    for (; group; group = group->next)
        left += group->differences || group->broken.servers;
    if (left == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>Name servers of ");
    html_count(out, left);
    outfile_printf(out, " more zone%s</b> answer differently or fail: see <code>%s</code>.</p>\n",
                   plural_s(left), view->rest);
}

void html_party_problems(struct outfile *out, const struct fix_party *party,
                         const struct party_ranges *ranges, const struct party_view *view)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (party->problems[i] == 0)
            continue;
        outfile_text(out, "<div class=\"problem\"><p>");
        html_verdict(out, i);
        if (view->sentences)
            outfile_printf(out, " %s", verdict_row(i)->sentence);
        outfile_text(out, fix_remark(party->who, i, party->pairs > 0, party->without_record > 0));
        outfile_text(out, " <b>");
        html_count(out, party->problems[i]);
        outfile_printf(out, " address%s</b></p>\n", plural_es(party->problems[i]));
        html_ranges(out, view->end, &ranges->problems[i], view->rest);
        outfile_text(out, "</div>\n");
    }
    put_servers_at_fault(out, party, view);
    if (party->on_broken_servers == 0)
        return;
    outfile_text(out, "<div class=\"problem\"><p>Addresses looked up in these zones:</p>\n");
    html_ranges(out, view->end, &ranges->on_broken_servers, view->rest);
    outfile_text(out, "</div>\n");
}
