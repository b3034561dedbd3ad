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

enum { INDENT = 2, LABEL_WIDTH = 17, PROGRAM_MAX = 64, SENTENCE_MAX = 512 };

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

static void put_zone(struct outfile *out, const struct fix_group *group)
{
    put_name_field(out, "Zone:", &group->zone);
    if (group->undelegated)
        put_field(out, "", "(does not exist: not delegated)");
    else if (!group->zone_is_known)
        put_field(out, "", "(guessed: no answer named it)");
    if (group->has_domain)
        put_name_field(out, "Domain:", &group->domain);
    if (group->has_contact) {
        char contact[MAILBOX_TEXT_MAX];

        put_name_field(out, "Primary server:", &group->mname);
        mailbox_print(contact, &group->rname);
        put_field(out, "Contact:", contact);
    }
    for (unsigned i = 0; i < group->server_count; i++)
        put_name_field(out, i == 0 ? "Name servers:" : "", &group->servers[i]);
    if (group->server_total > group->server_count)
        put_field(out, "", "and more");
}

static void put_ranges(struct outfile *out, const struct address_ranges *problem)
{
    char text[IPRANGE_TEXT_MAX];
    uint64_t listed = 0;
    unsigned shown = 0;

    for (const struct address_range *range = problem->first; range && shown < TICKET_RANGES_MAX;
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

static void put_problems(struct outfile *out, const struct fix_group *group)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        const struct address_ranges *problem = &group->problems[i];
        char sentence[SENTENCE_MAX];
        char count[GROUPED_MAX];

        if (problem->addresses == 0)
            continue;
        grouped_print(count, problem->addresses);
        snprintf(sentence, sizeof(sentence), "%s: %s%s %s address%s:", verdict_row(i)->key,
                 verdict_row(i)->sentence, fix_group_remark(group, i), count,
                 plural_es(problem->addresses));
        outfile_char(out, '\n');
        put_paragraph(out, sentence);
        put_ranges(out, problem);
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

    if (!zone)
        return;
    outfile_text(out, "\n  Name servers of the zone\n");
    for (unsigned i = 0; i < zone->server_count; i++) {
        char who[WHO_TEXT_MAX];

        server_words(who, sizeof(who), &zone->servers[i]);
        put_words(out, 2 * INDENT, who);
        put_words(out, 3 * INDENT, server_state_words(zone->servers[i].state));
    }
    outfile_text(out, "  Addresses looked up in the zone\n");
    put_ranges(out, &group->on_broken_servers);
}

static void put_notices(struct outfile *out, const struct party *party)
{
    if (party->group->who == FIXER_FAILING_ZONE)
        put_failure(out, party->group);
    if (party->group->undelegated) {
        char missing[DELEGATION_TEXT_MAX];

        outfile_char(out, '\n');
        fix_group_delegation(missing, party->group);
        put_paragraph(out, missing);
    }
    if (party->group->contested > 0) {
        char contest[CONTEST_TEXT_MAX];

        outfile_char(out, '\n');
        fix_group_contest(contest, party->group);
        put_paragraph(out, contest);
    }
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

static void put_asked(struct outfile *out, const struct fix_group *group)
{
    if (group->asked_first == 0)
        return;
    if (group->asked_first == group->asked_last) {
        put_time_field(out, "Checked:", group->asked_first);
        return;
    }
    put_time_field(out, "First checked:", group->asked_first);
    put_time_field(out, "Last checked:", group->asked_last);
}

static void head(const struct party *party, struct outfile *out)
{
    char subject[SUBJECT_SIZE];
    char program[PROGRAM_MAX];

    party_subject(subject, party);
    outfile_printf(out, "%s\n\nRequest\n\n", subject);
    put_paragraph(out, party_request(party));
    outfile_char(out, '\n');
    put_zone(out, party->group);
    put_asked(out, party->group);
    put_field(out, "Requested by:", "the sender of mail from the addresses below");
    printable_text(program, sizeof(program), party->plan->program, strlen(party->plan->program));
    put_field(out, "Checked with:", program);
    put_time_field(out, "Written:", party->plan->written_at);
    put_notices(out, party);
    outfile_text(out, "\nReason\n\n");
    put_paragraph(out, party_reason(party));
    put_problems(out, party->group);
    put_differences(out, party->group->differences);
    put_broken(out, party->group);
    if (party_has_records(party)) {
        char zone[DNSNAME_TEXT_MAX];

        dnsname_print_absolute(zone, &party->group->zone);
        /* at the margin, ready to copy: a blank before an owner name would change the record */
        outfile_printf(out, "\nRecords\n\n$ORIGIN %s\n", zone);
    }
}

static void put_row(struct party *party, const struct party_row *row, struct outfile *out)
{
    if (row->fix.has_record && party->records <= TICKET_RECORDS_MAX)
        party_record(out, &party->group->zone, &row->fix);
}

static void put_nameless(struct outfile *out, const struct nameless *nameless)
{
    char text[IPRANGE_TEXT_MAX];
    unsigned shown =
        nameless->range_count < TICKET_RANGES_MAX ? nameless->range_count : TICKET_RANGES_MAX;

    outfile_text(out, "\nAddresses without a host name\n\n");
    put_paragraph(out, party_still_nameless());
    for (unsigned i = 0; i < shown; i++) {
        iprange_print(text, &nameless->ranges[i]);
        outfile_printf(out, "    %s\n", text);
    }
    if (shown < nameless->range_count || nameless->unlisted > 0)
        outfile_text(out, "    and more: see addresses.csv\n");
}

static void put_when(struct outfile *out, const struct fix_group *group)
{
    if (!group->has_safe_after)
        return;
    outfile_text(out, "\nWhen\n\n");
    put_time_field(out, "Visible from:", group->safe_after);
    put_time_field(out, "Test mail from:", group->safe_after + DAY_SECONDS);
    outfile_char(out, '\n');
    put_paragraph(out, party_memory());
}

static void tail(const struct party *party, struct outfile *out)
{
    if (party->records > TICKET_RECORDS_MAX) {
        char count[GROUPED_MAX];

        grouped_print(count, party->records - TICKET_RECORDS_MAX);
        outfile_printf(out, "; and %s more: records.zone holds all of them\n", count);
    }
    /* if all are, the request already says so */
    if (party->nameless.addresses > 0 && party->records > 0)
        put_nameless(out, &party->nameless);
    put_when(out, party->group);
    outfile_text(out, "\nFiles\n\n  request.html   this request as a page to print\n");
    if (party_sets_records(party))
        outfile_text(out, "  records.zone   the records as a zone file\n");
    outfile_text(out, "  addresses.csv  the addresses, one per row\n");
}

const struct party_format party_ticket_format = {"ticket.txt", head, put_row, tail, NULL};
