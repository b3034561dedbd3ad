#include "reports/html/fixes.h"

#include <string.h>

#include "reports/difference_list.h"
#include "reports/fix_words.h"
#include "reports/html/differences.h"
#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/mailbox.h"
#include "reports/words.h"

enum {
    PARTS_BYTES_MAX = 400 * 1024, /* of the page; a party beyond has no part here */
    ROWS_MAX = 1000,              /* of the table */
    ROWS_BYTES_MAX = 200 * 1024,  /* likewise */
    RANGES_MAX = 100,             /* of a part, for each verdict */
    RECORDS_MAX = 100,            /* of a part */
    ZONES_MAX = 10,               /* of a part */
};

/* What each fixer is asked to do. */
static const char *const requests[FIXERS] = {
    [FIXER_REVERSE_ZONE] =
        "Set these PTR records in the reverse zone. They replace any others at these names:",
    [FIXER_HOST_NAME] = "Add these address records to the zone of the host names. They replace a "
                        "CNAME at such a name:",
    [FIXER_FAILING_ZONE] =
        "Find out why the name servers of the zone fail, then audit again. Usual causes: a server "
        "that does not serve the zone, expired signatures, a firewall.",
    [FIXER_NAME_SERVERS] =
        "Bring all name servers of the zone to the same version. Usual causes: a failing zone "
        "transfer, a forgotten server, a change that has not reached every server.",
};

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

    if (fix_group_is_not_loaded(group)) {
        outfile_text(out, "<p><b>No zone file contains it:</b> add its file with "
                          "<code>--zone</code>, or audit the published DNS.</p>\n");
        return;
    }
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

static void put_asked(struct outfile *out, const struct fix_group *group)
{
    if (group->asked_first == 0)
        return;
    outfile_text(out,
                 group->asked_first == group->asked_last ? "<p>Checked " : "<p>First checked ");
    html_time(out, group->asked_first);
    if (group->asked_last != group->asked_first) {
        outfile_text(out, ", last ");
        html_time(out, group->asked_last);
    }
    outfile_text(out, ".</p>\n");
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

static void put_contact(struct outfile *out, const struct fix_group *group)
{
    char contact[MAILBOX_TEXT_MAX];

    if (!group->mname)
        return;
    outfile_text(out, " · primary server <code>");
    html_name(out, group->mname);
    outfile_text(out, "</code> · contact <code>");
    html_text(out, contact, mailbox_print(contact, group->rname));
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
    if (group->who == FIXER_FAILING_ZONE)
        put_failure(out, group);
    put_asked(out, group);
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

    outfile_text(out, "<p class=\"zone\"><b>");
    html_count(out, party->zone_count);
    outfile_text(out, " zones</b>");
    put_contact(out, party->first);
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
    outfile_text(out, "<p class=\"zone\">Zone ");
    put_zone_name(out, group);
    if (group->domain) {
        outfile_text(out, " · registrable domain <code>");
        html_name(out, group->domain);
        outfile_text(out, "</code>");
    }
    put_contact(out, group);
    put_servers(out, group);
    outfile_text(out, "</p>\n");
}

void html_party_name(struct outfile *out, const struct fix_party *party)
{
    char name[PARTY_NAME_MAX];
    size_t length = fix_party_name(name, party);

    if (party->provider)
        html_strange(out, name);
    else /* the text of a DNS name, or a mail address made of one */
        html_text(out, name, length);
}

void html_fix_zones(struct outfile *out, const struct fix_party *party, unsigned most)
{
    const struct fix_group *group = party->first;
    char contest[CONTEST_TEXT_MAX];

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
    if (party->contested == 0)
        return;
    fix_party_contest(contest, party);
    outfile_printf(out, "<p><b>%s</b></p>\n", contest);
}

void html_fix_problems(struct outfile *out, const struct fix_party *party,
                       const struct party_ranges *ranges, const char *rest)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (party->problems[i] == 0)
            continue;
        outfile_text(out, "<div class=\"problem\"><p>");
        html_verdict(out, i);
        outfile_text(out, " ");
        outfile_text(out, verdict_row(i)->sentence);
        outfile_text(out, fix_remark(party->who, i));
        outfile_text(out, " <b>");
        html_count(out, party->problems[i]);
        outfile_printf(out, " address%s</b></p>\n", plural_es(party->problems[i]));
        html_ranges(out, &ranges->problems[i], rest);
        outfile_text(out, "</div>\n");
    }
    for (const struct fix_group *group = party->first; group; group = group->next) {
        html_differences(group->differences, out, rest);
        html_broken_servers(group, out);
    }
    if (party->on_broken_servers == 0)
        return;
    outfile_text(out, "<div class=\"problem\"><p>Addresses looked up in these zones:</p>\n");
    html_ranges(out, &ranges->on_broken_servers, rest);
    outfile_text(out, "</div>\n");
}

/* ---- a part of a party ---- */

struct record_list {
    struct outfile *out;
    uint64_t count;
};

static void put_record(void *context, const struct fix_item *item)
{
    struct record_list *records = context;
    char text[FIX_TEXT_MAX];

    if (++records->count > RECORDS_MAX)
        return;
    html_text(records->out, text, fix_print(text, &item->fix));
    outfile_char(records->out, '\n');
}

static void put_folder(struct outfile *out, const struct fix_party *party, const char *file)
{
    outfile_printf(out, "<a href=\"handover/%s/%s\">%s</a>", party->folder, file, file);
}

static bool put_records(struct fix_list *list, const struct fix_party *party, struct outfile *out,
                        struct failure *failure)
{
    struct record_list records = {.out = out};

    /* it scrolls, so it must be reachable by keyboard */
    outfile_text(
        out, "<pre class=\"long\" tabindex=\"0\" role=\"region\" aria-label=\"Records to set\">");
    if (!fix_list_each(list, party, FIX_BY_ZONE, put_record, &records, failure))
        return false;
    outfile_text(out, "</pre>\n");
    if (party->records > RECORDS_MAX) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, party->records - RECORDS_MAX);
        outfile_printf(out,
                       " more records</b> are in <code>handover/%s/records/</code>, which holds "
                       "all of them.</p>\n",
                       party->folder);
    }
    return true;
}

static void put_nameless(struct outfile *out, const struct fix_party *party)
{
    if (party->without_record == 0)
        return;
    outfile_text(out, "<p><b>Choose host names first</b> for ");
    html_count(out, party->without_record);
    outfile_printf(out,
                   " address%s: the input gives none. Choose a name in your own domain for each "
                   "address, add an address record for it, and put it in the second column of the "
                   "input. The next audit then lists the PTR records.</p>\n",
                   plural_es(party->without_record));
}

static bool put_requests(struct fix_list *list, const struct fix_party *party, struct outfile *out,
                         struct failure *failure)
{
    bool fails = party->who == FIXER_FAILING_ZONE && !fix_group_is_not_loaded(party->first);

    put_nameless(out, party);
    if (fails || party->inconsistent > 0 || party->records > 0)
        outfile_printf(out, "<p class=\"ask\">%s</p>\n", requests[party->who]);
    if (party->on_broken_servers > 0)
        outfile_text(out, "<p class=\"ask\">Find out why these name servers fail for the zone, and "
                          "repair them or remove them from its delegation.</p>\n");
    if (party->records > 0 && !put_records(list, party, out, failure))
        return false;
    if (party->has_safe_after) {
        outfile_text(out, "<p class=\"when\">Resolvers may remember the old state until ");
        html_time(out, party->safe_after);
        outfile_text(out, ": audit again after that.</p>\n");
    }
    return true;
}

static bool put_part(struct fix_list *list, const struct fix_party *party, const char *csv,
                     struct outfile *out, struct failure *failure)
{
    struct party_ranges ranges;
    unsigned number = party->number + 1;
    bool good;

    if (!party_ranges_read(&ranges, list, party, RANGES_MAX, failure))
        return false;
    outfile_printf(
        out, "<article class=\"fix\" aria-labelledby=\"fix-%u\">\n<h3 id=\"fix-%u\">%s <small>",
        number, number, fixer_row(party->who)->title);
    html_count(out, party->addresses);
    outfile_printf(out, " address%s</small></h3>\n", plural_es(party->addresses));
    html_fix_zones(out, party, ZONES_MAX);
    html_fix_problems(out, party, &ranges, csv);
    good = put_requests(list, party, out, failure);
    outfile_text(out, "</article>\n");
    party_ranges_free(&ranges);
    return good;
}

/* ---- the table ---- */

static void put_links(struct outfile *out, const struct fix_party *party)
{
    if (!party->folder) {
        outfile_text(out, "<i>no party is known yet</i>");
        return;
    }
    put_folder(out, party, "request.html");
    outfile_text(out, " ");
    put_folder(out, party, "ticket.txt");
    outfile_text(out, " ");
    put_folder(out, party, "ticket.eml");
}

static void put_party(struct outfile *out, const struct fix_party *party, bool has_part)
{
    outfile_text(out, "<tr><th scope=\"row\">");
    if (has_part)
        outfile_printf(out, "<a href=\"#fix-%u\">", party->number + 1);
    html_party_name(out, party);
    outfile_printf(out, "%s</th><td>%s", has_part ? "</a>" : "", fixer_row(party->who)->title);
    if (party->zone_count > 1) {
        outfile_text(out, ", ");
        html_count(out, party->zone_count);
        outfile_text(out, " zones");
    }
    outfile_text(out, "</td><td class=\"n\" data-k=\"Addresses\">");
    html_count(out, party->addresses);
    outfile_text(out, "</td><td class=\"n\" data-k=\"Records\">");
    html_count(out, party->records);
    outfile_text(out, "</td><td data-k=\"A fix is seen from\">");
    if (party->has_safe_after)
        html_time(out, party->safe_after);
    outfile_text(out, "</td><td>");
    put_links(out, party);
    outfile_text(out, "</td></tr>\n");
}

static void put_more(const struct fix_list *list, unsigned shown, const char *what, const char *csv,
                     struct outfile *out)
{
    uint64_t addresses = 0;
    unsigned parties = 0;
    const struct fix_party *party;

    for (unsigned i = shown; (party = fix_list_party(list, i)) != NULL; i++) {
        addresses += party->addresses;
        parties++;
    }
    if (parties == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>");
    html_count(out, parties);
    outfile_printf(out, " more %s not on this page</b>, with ", what);
    html_count(out, addresses);
    outfile_printf(out,
                   " address%s: see <a href=\"handover/index.html\">the hand-over pack</a> and "
                   "<code>%s</code>.</p>\n",
                   plural_es(addresses), csv);
}

void html_parties_write(const struct fix_list *list, unsigned parts, const char *csv,
                        struct outfile *out)
{
    const struct fix_party *party;
    uint64_t most = outfile_size(out) + ROWS_BYTES_MAX;
    unsigned i = 0;

    if (!fix_list_party(list, 0))
        return;
    outfile_text(out, "<section id=\"parties\" aria-labelledby=\"parties-title\">\n"
                      "<h2 id=\"parties-title\">Who must act</h2>\n"
                      "<p>One row for each party, largest first.");
    if (fix_list_parties(list) > 0)
        outfile_text(out, " The <a href=\"handover/index.html\">hand-over pack</a> holds a folder "
                          "for each party, ready to send.");
    outfile_text(
        out, "</p>\n<table class=\"parties who\">\n<thead><tr><th scope=\"col\">Party</th><th "
             "scope=\"col\">Must act as</th><th scope=\"col\" class=\"n\">Addresses</th><th "
             "scope=\"col\" class=\"n\">Records</th><th scope=\"col\">A fix is seen from</th><th "
             "scope=\"col\">Request</th></tr></thead>\n<tbody>\n");
    for (; i < ROWS_MAX && outfile_size(out) < most && (party = fix_list_party(list, i)) != NULL;
         i++)
        put_party(out, party, i < parts);
    outfile_text(out, "</tbody>\n</table>\n");
    put_more(list, i, "parties are", csv, out);
    outfile_text(out, "</section>\n");
}

bool html_fixes_write(struct fix_list *list, const char *csv, struct outfile *out, unsigned *parts,
                      struct failure *failure)
{
    const struct fix_party *party;
    uint64_t begin = outfile_size(out);
    unsigned i = 0;

    *parts = 0;
    if (!fix_list_party(list, 0))
        return true;
    outfile_text(out,
                 "<section id=\"fixes\" aria-labelledby=\"fixes-title\">\n"
                 "<h2 id=\"fixes-title\">What to fix</h2>\n"
                 "<p>One part for each party that must act. One click selects all records of a "
                 "part.</p>\n");
    for (; outfile_size(out) - begin < PARTS_BYTES_MAX && (party = fix_list_party(list, i)) != NULL;
         i++) {
        if (!put_part(list, party, csv, out, failure))
            return false;
    }
    *parts = i;
    put_more(list, i, "parties have a part that is", csv, out);
    outfile_text(out, "</section>\n");
    return true;
}
