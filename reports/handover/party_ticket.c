/* ticket.txt: the request as plain text for a ticket or mail; the first line is the subject. */
#include <stdio.h>
#include <string.h>

#include "io/system/clock.h"
#include "io/system/printable.h"
#include "reports/difference_list.h"
#include "reports/fix_words.h"
#include "reports/handover/party.h"
#include "reports/mailbox.h"
#include "reports/vantage_words.h"
#include "reports/words.h"
#include "reports/wrap.h"

enum { INDENT = 2, LABEL_WIDTH = 17, STRANGE_MAX = 4 * PROVIDER_TEXT_MAX, SENTENCE_MAX = 512 };

static void put_paragraph(struct outfile *out, const char *text)
{
    struct wrapped line;

    while (wrap_next(&line, &text, TICKET_COLUMNS - INDENT)) {
        outfile_printf(out, "%*s", INDENT, "");
        outfile_write(out, line.text, line.length);
        outfile_char(out, '\n');
    }
}

/* A value that does not fit after its label gets its own line. */
static void put_field(struct outfile *out, const char *label, const char *value)
{
    if (INDENT + LABEL_WIDTH + strlen(value) <= TICKET_COLUMNS)
        outfile_printf(out, "%*s%-*s%s\n", INDENT, "", LABEL_WIDTH, label, value);
    else
        outfile_printf(out, "%*s%s\n%*s%s\n", INDENT, "", label, 2 * INDENT, "", value);
}

static void put_name_field(struct outfile *out, const char *label, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    dnsname_print(text, name);
    put_field(out, label, text);
}

static void put_time_field(struct outfile *out, const char *label, int64_t wall_seconds)
{
    char time[CLOCK_TEXT_MAX];
    char text[CLOCK_TEXT_MAX];

    clock_print(time, wall_seconds);
    snprintf(text, sizeof(text), "%.10s %.8s UTC", time, time + 11);
    put_field(out, label, text);
}

static void put_zone_name(struct outfile *out, const char *label, const struct fix_group *group)
{
    put_name_field(out, label, group->zone);
    if (group->undelegated)
        put_field(out, "", "(does not exist: not delegated)");
    else if (!group->zone_is_known)
        put_field(out, "", "(guessed: no answer named it)");
}

static void put_zone_names(struct outfile *out, const struct fix_party *party)
{
    const struct fix_group *group = party->first;
    char count[GROUPED_MAX];
    char more[GROUPED_MAX + sizeof("and  more")];

    if (party->zone_count == 1) {
        put_zone_name(out, "Zone:", group);
        if (group->domain)
            put_name_field(out, "Domain:", group->domain);
        return;
    }
    grouped_print(count, party->zone_count);
    put_field(out, "Zones:", count);
    for (unsigned i = 0; i < REQUEST_ZONES_MAX && group; i++, group = group->next)
        put_zone_name(out, "", group);
    if (party->zone_count <= REQUEST_ZONES_MAX)
        return;
    grouped_print(count, party->zone_count - REQUEST_ZONES_MAX);
    snprintf(more, sizeof(more), "and %s more", count);
    put_field(out, "", more);
}

static void put_contact(struct outfile *out, const struct fix_shared *shared)
{
    char contact[MAILBOX_TEXT_MAX];

    if (shared->mname)
        put_name_field(out, "Primary server:", shared->mname);
    if (shared->rname && mailbox_print(contact, shared->rname) > 0)
        put_field(out, "Contact:", contact);
}

static void put_strange_field(struct outfile *out, const char *label, const char *value)
{
    char safe[STRANGE_MAX];

    if (!value[0])
        return;
    printable_text(safe, sizeof(safe), value, strlen(value));
    put_field(out, label, safe);
}

static void put_zones(struct outfile *out, const struct fix_party *party)
{
    const struct fix_group *first = party->first;
    struct fix_shared shared = fix_group_shared(first);

    if (party->provider) {
        put_strange_field(out, "Provider:", party->provider->name);
        put_strange_field(out, "Contact:", party->provider->contact);
        put_strange_field(out, "Reference:", party->provider->reference);
    }
    put_zone_names(out, party);
    if (!party->provider)
        put_contact(out, &shared);
    for (unsigned i = 0; i < first->server_count && shared.servers; i++)
        put_name_field(out, i == 0 ? "Name servers:" : "", first->servers[i]);
    if (shared.servers && first->server_total > first->server_count)
        put_field(out, "", "and more");
}

static void put_ranges(struct outfile *out, const struct address_ranges *problem)
{
    char text[IPRANGE_TEXT_MAX];
    uint64_t listed = 0;
    unsigned shown = 0;

    for (const struct address_range *range = problem->first; range && shown < REQUEST_RANGES_MAX;
         range = range->next, shown++) {
        iprange_print(text, &range->range);
        outfile_printf(out, "    %s\n", text);
        listed += (uint64_t)iprange_count(&range->range);
    }
    if (listed < problem->addresses) {
        char count[GROUPED_MAX];

        grouped_print(count, problem->addresses - listed);
        outfile_printf(out, "    and %s more: see addresses.csv\n", count);
    }
}

/* Less indentation if the word then fits on the line, as a full ip6.arpa name does. */
static size_t indent_of(size_t usual, size_t length)
{
    return usual + length > TICKET_COLUMNS && length <= TICKET_COLUMNS ? TICKET_COLUMNS - length
                                                                       : usual;
}

/* Breaks lines at blanks only; a name longer than a line gets its own. */
static void put_words(struct outfile *out, size_t indent, const char *text)
{
    size_t used = 0;

    for (size_t length; *text; text += length + (text[length] == ' ')) {
        length = strcspn(text, " ");
        if (used > 0 && used + 1 + length > TICKET_COLUMNS) {
            outfile_char(out, '\n');
            used = 0;
        }
        size_t before = used == 0 ? indent_of(indent, length) : 1;
        outfile_printf(out, "%*s", (int)before, "");
        outfile_write(out, text, length);
        used += before + length;
    }
    outfile_char(out, '\n');
}

static void put_problems(struct outfile *out, const struct party *party)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        uint64_t addresses = party->fix->problems[i];
        char sentence[SENTENCE_MAX];
        char count[GROUPED_MAX];

        if (addresses == 0)
            continue;
        grouped_print(count, addresses);
        snprintf(
            sentence, sizeof(sentence), "%s: %s%s %s address%s:", verdict_row(i)->key,
            verdict_row(i)->sentence,
            fix_remark(party->fix->who, i, party->fix->pairs > 0, party->fix->without_record > 0),
            count, plural_es(addresses));
        outfile_char(out, '\n');
        put_paragraph(out, sentence);
        put_ranges(out, &party->ranges.problems[i]);
    }
}

/* Sources that agree, one per line, then their common answer. */
static void put_group(struct outfile *out, const struct difference *difference, unsigned group)
{
    const char *words = "";
    char answer[WORDS_TEXT_MAX + sizeof("answer: ")];

    for (unsigned i = 0; i < difference->result_count; i++) {
        const struct difference_result *source = &difference->results[i];

        if (source->group != group)
            continue;
        words = source->words;
        put_words(out, 2 * INDENT, source->who);
    }
    snprintf(answer, sizeof(answer), "answer: %s", words);
    if (words[0])
        put_words(out, 3 * INDENT, answer);
}

static void put_differences(struct outfile *out, const struct difference_list *differences)
{
    for (const struct difference *one = differences ? differences->first : NULL; one;
         one = one->next) {
        char name[DNSNAME_TEXT_MAX];
        char line[DNSNAME_TEXT_MAX + SENTENCE_MAX];
        char count[GROUPED_MAX];

        dnsname_print(name, &one->question.name);
        grouped_print(count, one->addresses.addresses);
        snprintf(line, sizeof(line), "%s address%s, %s%s of %s:", count,
                 plural_es(one->addresses.addresses),
                 one->addresses.addresses > 1 ? "for example " : "",
                 question_type_text(one->question.type), name);
        outfile_char(out, '\n');
        put_words(out, INDENT, line);
        for (unsigned group = 0; group <= one->result_count; group++)
            put_group(out, one, group);
        put_group(out, one, GROUP_NONE);
        if (one->addresses.addresses > 1) {
            outfile_text(out, "  Addresses\n");
            put_ranges(out, &one->addresses);
        }
    }
}

static void put_failure(struct outfile *out, const struct fix_group *group)
{
    char failure[ZONE_FAILURE_TEXT_MAX];

    fix_group_failure(failure, group);
    if (failure[0] != '\0') {
        outfile_char(out, '\n');
        put_paragraph(out, failure);
    }
    fix_group_example(failure, group);
    if (failure[0] != '\0') {
        outfile_char(out, '\n');
        put_words(out, INDENT, failure); /* a name must not be broken */
    }
}

/* Lists every server of the zone, so that the reader sees which of them work. */
static void put_broken(struct outfile *out, const struct fix_group *group)
{
    const struct zone_overview *zone = group->broken.servers;
    char title[DNSNAME_TEXT_MAX + sizeof("Name servers of ")];

    if (!zone)
        return;
    dnsname_print(title + snprintf(title, sizeof(title), "Name servers of "), group->zone);
    outfile_char(out, '\n');
    put_words(out, INDENT, title);
    for (unsigned i = 0; i < zone->server_count; i++) {
        char who[WHO_TEXT_MAX];

        server_words(who, sizeof(who), &zone->servers[i]);
        put_words(out, 2 * INDENT, who);
        put_words(out, 3 * INDENT, server_state_words(zone->servers[i].state));
    }
}

static void put_servers_at_fault(struct outfile *out, const struct party *party)
{
    for (const struct fix_group *group = party->fix->first; group; group = group->next) {
        put_differences(out, group->differences);
        put_broken(out, group);
    }
    if (party->fix->on_broken_servers == 0)
        return;
    outfile_printf(out, "\n  Addresses looked up in the zone%s\n",
                   plural_s(party->fix->zone_count));
    put_ranges(out, &party->ranges.on_broken_servers);
}

/* Why a zone fails, and what it lacks. */
static void put_zone_notices(struct outfile *out, const struct fix_group *group, bool several)
{
    char missing[DELEGATION_TEXT_MAX];

    if (several && group->who == FIXER_FAILING_ZONE) {
        outfile_char(out, '\n');
        put_name_field(out, "Zone:", group->zone);
    }
    if (group->who == FIXER_FAILING_ZONE)
        put_failure(out, group);
    if (!group->undelegated)
        return;
    outfile_char(out, '\n');
    fix_group_delegation(missing, group);
    put_paragraph(out, missing);
}

static void put_party_notices(struct outfile *out, const struct fix_party *party)
{
    char text[CONTEST_TEXT_MAX];

    if (party->inside > 0) {
        outfile_char(out, '\n');
        fix_party_inside(text, party);
        put_paragraph(out, text);
    }
    if (party->contested > 0) {
        outfile_char(out, '\n');
        fix_party_contest(text, party);
        put_paragraph(out, text);
    }
}

static void put_notices(struct outfile *out, const struct party *party)
{
    const struct fix_group *group = party->fix->first;

    for (unsigned i = 0; i < REQUEST_ZONES_MAX && group; i++, group = group->next) {
        bool same = i > 0 && group->undelegated; /* the block is said once */

        if (!same)
            put_zone_notices(out, group, party->fix->zone_count > 1);
    }
    put_party_notices(out, party->fix);
    if (!party->plan->complete) {
        outfile_char(out, '\n');
        put_paragraph(out,
                      "The audit had not ended when this was written: more addresses may follow.");
    }
    if (party->plan->zone_files) {
        outfile_char(out, '\n');
        put_paragraph(out, party_planned());
    }
}

static void put_asked(struct outfile *out, const struct fix_party *party)
{
    if (party->present_at != 0)
        put_time_field(out, "Last checked:", party->present_at);
    if (party->asked_first == 0)
        return;
    if (party->asked_first == party->asked_last) {
        put_time_field(out, "Checked:", party->asked_first);
        return;
    }
    put_time_field(out, "First checked:", party->asked_first);
    put_time_field(out, "Last checked:", party->asked_last);
}

static void put_greeting(struct outfile *out, const struct fix_party *party)
{
    char name[STRANGE_MAX];
    char greeting[STRANGE_MAX + sizeof("Dear ,")];

    if (!party->provider)
        return;
    printable_text(name, sizeof(name), party->provider->name, strlen(party->provider->name));
    snprintf(greeting, sizeof(greeting), "Dear %s,", name);
    outfile_char(out, '\n');
    put_words(out, 0, greeting);
}

static void put_order(const struct party *party, struct outfile *out)
{
    char order[ORDER_MAX];

    party_order(order, party);
    if (!order[0])
        return;
    put_paragraph(out, order);
    outfile_char(out, '\n');
}

static void put_titled(struct outfile *out, const char *title, const char *text)
{
    outfile_printf(out, "\n%s\n", title);
    if (text[0]) {
        outfile_char(out, '\n');
        put_paragraph(out, text);
    }
}

static void head(const struct party *party, struct outfile *out)
{
    char subject[SUBJECT_SIZE];
    char decision[DECISION_MAX];

    party_subject(subject, party);
    outfile_printf(out, "%s\n", subject);
    put_greeting(out, party->fix);
    party_decision(decision, party);
    if (decision[0]) {
        outfile_text(out, "\nFirst\n\n");
        put_paragraph(out, decision);
    }
    outfile_text(out, "\nRequest\n\n");
    put_paragraph(out, party_request(party));
    outfile_char(out, '\n');
    put_order(party, out);
    put_zones(out, party->fix);
    put_asked(out, party->fix);
    put_strange_field(out, "Requested by:", party_asker(party));
    put_strange_field(out, "Checked with:", party->plan->program);
    put_time_field(out, "Written:", party->plan->written_at);
    put_notices(out, party);
    outfile_text(out, "\nReason\n\n");
    put_paragraph(out, party_reason(party));
    put_problems(out, party);
    put_servers_at_fault(out, party);
    if (party_lists_lookups(party))
        put_titled(out, "Failed lookups", party_lookups());
    if (party_has_records(party))
        put_titled(out, "Records", party_now(party));
}

/* A lookup that does not fit after its address gets lines of its own. */
static void put_row(struct party *party, const struct fix_item *item, struct outfile *out)
{
    char address[IPADDR_TEXT_MAX], text[LOOKUP_TEXT_MAX];

    if (!party_lists_lookups(party) || !item->fix.has_question ||
        party->lookups > REQUEST_LOOKUPS_MAX)
        return;
    size_t length = ipaddr_print(address, &item->address) + party_lookup(text, item);
    if (2 * INDENT + length + 2 <= TICKET_COLUMNS) {
        outfile_printf(out, "%*s%s  %s\n", 2 * INDENT, "", address, text);
        return;
    }
    outfile_printf(out, "%*s%s\n", 2 * INDENT, "", address);
    put_words(out, 3 * INDENT, text);
}

/* At the margin, ready to copy: a blank before an owner name would change the record. */
static void put_record(struct party *party, const struct fix_item *item, struct outfile *out)
{
    char zone[DNSNAME_TEXT_MAX];

    if (party->records > REQUEST_RECORDS_MAX)
        return;
    if (party->zone_is_new) {
        dnsname_print_absolute(zone, party->zone->zone);
        outfile_printf(out, "\n$ORIGIN %s\n", zone);
    }
    party_record(out, party, item);
}

static void put_when(struct outfile *out, const struct fix_party *party)
{
    if (!party->has_safe_after)
        return;
    outfile_text(out, "\nWhen\n\n");
    put_time_field(out, "Visible from:", party->safe_after);
    put_time_field(out, "Test mail from:", party->safe_after + DAY_SECONDS);
    outfile_char(out, '\n');
    put_paragraph(out, party_memory());
}

static void tail(const struct party *party, struct outfile *out)
{
    if (party_lists_lookups(party) && party->lookups > REQUEST_LOOKUPS_MAX) {
        char count[GROUPED_MAX];

        grouped_print(count, party->lookups - REQUEST_LOOKUPS_MAX);
        outfile_printf(out, "    and %s more: see addresses.csv\n", count);
    }
    if (party->records > REQUEST_RECORDS_MAX) {
        char count[GROUPED_MAX];

        grouped_print(count, party->records - REQUEST_RECORDS_MAX);
        outfile_printf(out, "; and %s more: records/ holds all of them\n", count);
    }
    /* if all are, the request already says so */
    if (party->fix->without_record > 0 && party->records > 0) {
        outfile_text(out, "\nAddresses without a host name\n\n");
        put_paragraph(out, party_still_nameless());
        put_ranges(out, &party->ranges.nameless);
    }
    put_when(out, party->fix);
    outfile_text(out, "\nFiles\n\n  request.html   this request as a page to print\n");
    if (party_has_records(party))
        outfile_printf(out,
                       "  records/       the records, one zone file for each zone\n"
                       "  addresses.csv  one row per address, with its record and host name%s\n",
                       party_now(party)[0]
                           ? ",\n                 what there is now, and when that was checked"
                           : "");
    else
        outfile_printf(out, "  addresses.csv  the addresses, one per row%s\n",
                       party->lookups > 0 ? ", with the lookup that failed" : "");
}

const struct party_format party_ticket_format = {"ticket.txt", head, put_row, put_record, tail};
