/*
 * summary.txt: the summary as a text to be mailed unchanged: a subject, an empty line, the text.
 * Lines have at most 72 columns. The words are those of the other reports.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/change_groups.h"
#include "reports/fix_list.h"
#include "reports/mail_text.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/time_text.h"
#include "reports/words.h"

enum {
    SUBJECT_MAX = 256,
    TEXT_MAX = MAIL_TEXT_MAX,
    REQUESTS_PRINTED = 10, /* index.html lists them all */
    EXPIRED_WIDTH = 400,   /* a few lines of names; summary.json lists them all */
};

struct mail {
    const struct report_plan *plan;
    struct mail_text body;
};

/* The subject */

/* "NOT KNOWN, resolver 192.0.2.53 and 1 more at fault" */
static size_t print_resolver_fault(char out[SUBJECT_MAX], const char *who,
                                   const struct report_plan *plan)
{
    const char *fault = plan->resolver_fault;
    int name = (int)strcspn(fault, " ");

    if (plan->resolvers_at_fault > 1)
        return (size_t)snprintf(out, SUBJECT_MAX, "%s: %s, resolver %.*s and %u more at fault", who,
                                readiness_title(NOT_KNOWN), name, fault,
                                plan->resolvers_at_fault - 1);
    return (size_t)snprintf(out, SUBJECT_MAX, "%s: %s, resolver %.*s at fault", who,
                            readiness_title(NOT_KNOWN), name, fault);
}

/* The addresses that the state counts. A verdict that is not the fault of a zone is "not known", as
 * on the page. */
static uint64_t count_of_state(const struct tally *tally)
{
    switch (tally_readiness(tally)) {
    case READY:
        return tally->verdicts[VERDICT_PASS];
    case NOT_READY:
        return tally_broken(tally);
    case NOT_KNOWN:
        break;
    }
    return tally_counting(tally, VERDICT_UNANSWERED) + tally->not_of_zones;
}

static const char *word_of_state(const struct tally *tally)
{
    switch (tally_readiness(tally)) {
    case READY:
        return tally_public(tally) == 1 ? "passes" : "pass";
    case NOT_READY:
        return "broken";
    case NOT_KNOWN:
        break;
    }
    return tally->not_of_zones > 0 ? "not known" : "unanswered";
}

/* "NOT READY, 25 of 97 addresses broken"; shorter if the run is incomplete, to leave room for that
 * word. */
static size_t print_state(char out[SUBJECT_MAX], const struct report_plan *plan,
                          const struct tally *tally)
{
    enum readiness readiness = tally_readiness(tally);
    uint64_t whole = tally_public(tally);
    char part_text[GROUPED_MAX];
    char whole_text[GROUPED_MAX];
    const char *title = readiness_title(readiness);
    const char *state = word_of_state(tally);
    const char *who = plan->zone_files ? "fcrdns, zone files" : "fcrdns";

    if (plan->resolver_fault && readiness == NOT_KNOWN)
        return print_resolver_fault(out, who, plan);
    grouped_print(part_text, count_of_state(tally));
    grouped_print(whole_text, whole);
    if (whole == 0)
        return (size_t)snprintf(out, SUBJECT_MAX, "%s: %s%s, no public address", who, title,
                                plan->complete ? "" : " (incomplete)");
    if (!plan->complete)
        return (size_t)snprintf(out, SUBJECT_MAX, "%s: %s (incomplete), %s of %s %s", who, title,
                                part_text, whole_text, state);
    return (size_t)snprintf(out, SUBJECT_MAX, "%s: %s, %s of %s address%s %s", who, title,
                            part_text, whole_text, plural_es(whole), state);
}

/* A READY that leaves out rows must not read like one that has them all: ", 9 rows refused". */
static void append_refused(char *out, size_t size, const struct report_plan *plan,
                           const struct tally *tally)
{
    struct rejected_rows rows = rejected_rows_of(plan, tally);
    uint64_t count = rows.refused ? rows.refused : rows.unnamed ? rows.unnamed : rows.walk_ends;
    const char *what = rows.refused ? "row" : rows.unnamed ? "name" : "part";
    char number[GROUPED_MAX];

    grouped_print(number, count);
    snprintf(out, size, ", %s %s%s %s", number, what, plural_s(count),
             rows.refused   ? "refused"
             : rows.unnamed ? "not usable"
                            : "of walks not searched");
}

static void put_subject(struct mail *mail, const struct tally *tally)
{
    char state[SUBJECT_MAX], accepted[ACCEPTED_MAX];
    size_t length = print_state(state, mail->plan, tally);
    bool ready = tally_readiness(tally) == READY;

    if (ready && accepted_print(accepted, tally) > 0)
        length += (size_t)snprintf(state + length, sizeof(state) - length, "%s", accepted);
    if (ready && tally->rejected > 0)
        append_refused(state + length, sizeof(state) - length, mail->plan, tally);
    mail_text_subject(&mail->body, state, report_plan_story(mail->plan, "inputs"));
}

/* The text */

/* what: NULL: nothing. */
static void put_alert(struct mail *mail, const char *title, const char *what)
{
    if (!what)
        return;
    mail_text_put(&mail->body, "", "%s: %s.", title, what);
    outfile_char(mail->body.out, '\n');
}

static void put_state(struct mail *mail, const struct tally *tally)
{
    const struct report_plan *plan = mail->plan;
    char headline[HEADLINE_MAX];
    char missing[MISSING_TEXT_MAX];
    char warnings[WARNINGS_MAX];

    outfile_char(mail->body.out, '\n');
    if (rejected_print(headline, plan, tally) > 0) {
        mail_text_put(&mail->body, "", "%s.", headline);
        outfile_char(mail->body.out, '\n');
    }
    if (plan->zone_files) {
        char files[TEXT_MAX / 2];

        printable_text(files, sizeof(files), plan->zone_files, strlen(plan->zone_files));
        put_alert(mail, FROM_ZONE_FILES, files);
    }
    put_alert(mail, RESOLVER_AT_FAULT, plan->resolver_fault);
    put_alert(mail, NOT_TRUSTED,
              distrust_print(headline, tally, plan->max_unanswered) > 0 ? headline : NULL);
    put_alert(mail, RESOLVER_FILTERS, plan->resolver_filter);
    mail_text_flow(&mail->body, "", readiness_sentence(tally));
    headline_print(headline, tally);
    mail_text_put(&mail->body, "", "%s.", headline);
    if (warnings_print(warnings, tally) > 0)
        mail_text_put(&mail->body, "", "%s.", warnings);
    if (repeated_print(headline, plan) > 0)
        mail_text_put(&mail->body, "", "%s.", headline);
    if (missing_zones_print(missing, &tally->missing) > 0)
        mail_text_put(&mail->body, "", "%s.", missing);
    if (plan->complete)
        return;
    outfile_char(mail->body.out, '\n');
    const char *reason = plan->incomplete_reason ? plan->incomplete_reason : "the run ended early";
    printable_text(mail->body.text, sizeof(mail->body.text), reason, strlen(reason));
    mail_text_flow(&mail->body, "INCOMPLETE: ", mail->body.text);
}

static void put_changes(struct mail *mail, const struct tally *tally)
{
    const struct report_plan *plan = mail->plan;
    char since[SINCE_BASELINE_MAX];

    if (since_baseline_print(since, plan, tally) == 0)
        return;
    outfile_char(mail->body.out, '\n');
    mail_text_put(&mail->body, "", "Compared with the baseline: %s. See %s%s.", since,
                  plan->changes ? "changes.txt" : "column change of ",
                  plan->changes ? "" : report_file_name(&audit_csv_format, plan));
}

static void put_verdicts(struct mail *mail, const struct tally *tally)
{
    char number[GROUPED_MAX];

    if (tally->rows == 0)
        return;
    mail_text_part(&mail->body, "Addresses by verdict");
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (tally->verdicts[i] == 0)
            continue;
        grouped_print(number, tally->verdicts[i]);
        mail_text_put(&mail->body, "- ", "%s %s: %s", number, verdict_row(i)->key,
                      verdict_sentence(i, tally));
    }
}

/* Findings that call for action; the others are in the full report. */
static void put_findings(struct mail *mail, const struct tally *tally)
{
    struct time_text time = {0};
    char number[GROUPED_MAX];
    bool begun = false;

    for (unsigned i = 0; i < FINDINGS; i++) {
        if (tally->findings[i] == 0 || finding_row(i)->severity < SEVERITY_WARN)
            continue;
        if (!begun)
            mail_text_part(&mail->body, "Warnings (the full report has all findings)");
        begun = true;
        grouped_print(number, tally->findings[i]);
        bool timed = (tally->timed_findings >> i) & 1u;
        mail_text_put(&mail->body, "- ", "%s %s: %s%s%s%s", number, finding_row(i)->key,
                      finding_row(i)->sentence, timed ? " A change may not be seen before " : "",
                      timed ? time_text_of(&time, tally->finding_after[i]) : "", timed ? "." : "");
    }
}

/* "5 inconsistent, 12 in zones with failing name servers" */
static size_t print_server_work(char *out, size_t size, const struct tally *tally)
{
    char number[GROUPED_MAX];
    size_t used = 0;

    grouped_print(number, tally->inconsistent);
    if (tally->inconsistent > 0)
        used +=
            (size_t)snprintf(out, size, "%s %s", number, finding_row(FINDING_INCONSISTENT)->key);
    grouped_print(number, tally->on_broken_servers);
    if (tally->on_broken_servers > 0)
        used += (size_t)snprintf(out + used, size - used, "%s%s in zones with failing name servers",
                                 used > 0 ? ", " : "", number);
    return used;
}

/* "Operator of the reverse zone: 21 addresses (1 hostname-mismatch, 17 no-ptr)" */
static void put_fixer(struct mail *mail, const struct tally *tally, enum fixer fixer)
{
    char text[TEXT_MAX / 2];
    char number[GROUPED_MAX];
    uint64_t count = tally_for_fixer(tally, fixer);
    size_t used;

    grouped_print(number, count);
    used = (size_t)snprintf(text, sizeof(text), "%s: %s address%s (", fixer_row(fixer)->title,
                            number, plural_es(count));
    if (fixer == FIXER_NAME_SERVERS)
        used += print_server_work(text + used, sizeof(text) - used, tally);
    for (unsigned i = 0, named = 0; i < VERDICTS && used < sizeof(text); i++) {
        if (tally->work[fixer][i] == 0)
            continue;
        grouped_print(number, tally->work[fixer][i]);
        used += (size_t)snprintf(text + used, sizeof(text) - used, "%s%s %s", named++ ? ", " : "",
                                 number, verdict_row(i)->key);
    }
    mail_text_put(&mail->body, "- ", "%s)", text);
}

static void put_fixers(struct mail *mail, const struct tally *tally)
{
    bool begun = false;

    for (unsigned fixer = FIXER_NONE + 1; fixer < FIXERS; fixer++) {
        if (tally_for_fixer(tally, fixer) == 0)
            continue;
        if (!begun)
            mail_text_part(&mail->body, "Who must fix it (the full report lists the records)");
        begun = true;
        put_fixer(mail, tally, fixer);
    }
}

static void put_notices(struct mail *mail, const struct tally *tally)
{
    struct time_text time = {0};

    if (tally->has_safe_after) {
        outfile_char(mail->body.out, '\n');
        mail_text_put(
            &mail->body, "",
            "A fix may not be seen everywhere before %s. Receivers may remember a fault for a day: "
            "fix it first, and send test messages later.",
            time_text_of(&time, tally->safe_after));
    }
}

static void put_vantages(struct mail *mail, const struct tally *tally)
{
    char text[VANTAGE_SENTENCE_MAX];

    if (vantages_print(text, mail->plan, tally) == 0)
        return;
    outfile_char(mail->body.out, '\n');
    mail_text_put(&mail->body, "", "%s.", text);
    if (name_servers_print(text, mail->plan) > 0)
        mail_text_put(&mail->body, "", "%s.", text);
    if (old_answers_print(text, tally) > 0)
        mail_text_put(&mail->body, "", "%s.", text);
}

static void put_exceptions(struct mail *mail, const struct tally *tally)
{
    char hold[HOLDS_MAX];
    char expired[EXPIRED_WIDTH + 1];

    if (exceptions_hold_print(hold, mail->plan, tally) == 0)
        return;
    outfile_char(mail->body.out, '\n');
    mail_text_put(&mail->body, "", "%s.", hold);
    if (exceptions_expired_print(expired, EXPIRED_WIDTH, mail->plan) > 0)
        mail_text_put(&mail->body, "", "%s.", expired);
}

/* ", 3 records"; nothing for 0. */
static size_t print_count(char *out, size_t size, uint64_t count, const char *word,
                          const char *after)
{
    char number[GROUPED_MAX];

    if (count == 0)
        return (size_t)(out[0] = '\0');
    grouped_print(number, count);
    return (size_t)snprintf(out, size, ", %s %s%s%s", number, word, plural_s(count), after);
}

/* "reverse-...: 5 addresses, 3 records (1 after address records), 2 host names to choose first" */
static void put_request(struct mail *mail, const struct fix_party *party)
{
    char addresses[GROUPED_MAX], waits[GROUPED_MAX], work[8 * GROUPED_MAX];
    size_t used = print_count(work, sizeof(work), party->records, "record", "");

    grouped_print(waits, fix_party_waits(party));
    if (fix_party_waits(party) > 0)
        used += (size_t)snprintf(work + used, sizeof(work) - used, " (%s after address records)",
                                 waits);
    print_count(work + used, sizeof(work) - used, party->without_record, "host name",
                " to choose first");
    grouped_print(addresses, party->addresses);
    mail_text_put(&mail->body, "- ", "%s: %s address%s%s", party->folder, addresses,
                  plural_es(party->addresses), work);
}

/* The folders of the hand-over pack, largest first. */
static void put_requests(struct mail *mail)
{
    const struct report_plan *plan = mail->plan;
    const struct fix_party *party;
    char directory[TEXT_MAX / 2], addresses[GROUPED_MAX];
    unsigned known = plan->fixes ? fix_list_parties(plan->fixes) : 0, printed = 0;
    uint64_t more = 0;

    if (known == 0)
        return;
    printable_text(directory, sizeof(directory), plan->folder->path, strlen(plan->folder->path));
    mail_text_part(&mail->body, "Requests to send, a folder for each party that must act:");
    mail_text_put(&mail->body, "  ", "%s/handover/index.html", directory);
    for (unsigned i = 0; (party = fix_list_party(plan->fixes, i)) != NULL; i++) {
        if (party->folder && printed < REQUESTS_PRINTED) {
            put_request(mail, party);
            printed++;
        } else if (party->folder) {
            more += party->addresses;
        }
    }
    grouped_print(addresses, more);
    if (known > printed)
        mail_text_put(&mail->body, "- ", "and %u more, for %s address%s", known - printed,
                      addresses, plural_es(more));
}

static void put_suffixes(struct mail *mail)
{
    char words[SUFFIXES_MAX];

    suffixes_print(words, mail->plan);
    outfile_char(mail->body.out, '\n');
    mail_text_put(&mail->body, "", "Public suffix list: %s", words);
}

static void put_place(struct mail *mail)
{
    const struct report_plan *plan = mail->plan;
    struct time_text time = {0};
    char directory[TEXT_MAX / 2];

    printable_text(directory, sizeof(directory), plan->folder->path, strlen(plan->folder->path));
    mail_text_part(&mail->body, "The full report, and one row per address:");
    mail_text_put(&mail->body, "  ", "%s/audit.html", directory);
    mail_text_put(&mail->body, "  ", "%s/%s", directory, report_file_name(&audit_csv_format, plan));
    outfile_char(mail->body.out, '\n');
    mail_text_put(&mail->body, "", "%s, %s", plan->program, time_text_of(&time, plan->written_at));
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct mail *mail = malloc(sizeof(*mail));

    if (!mail) {
        failure_out_of_memory(failure);
        return NULL;
    }
    mail->plan = plan;
    mail->body.out = out;
    return mail;
}

static bool finish(void *writer, const struct tally *tally, struct failure *failure)
{
    struct mail *mail = writer;

    (void)failure;
    put_subject(mail, tally);
    put_state(mail, tally);
    put_changes(mail, tally);
    put_verdicts(mail, tally);
    put_findings(mail, tally);
    put_fixers(mail, tally);
    put_vantages(mail, tally);
    put_notices(mail, tally);
    put_exceptions(mail, tally);
    put_requests(mail);
    put_suffixes(mail);
    put_place(mail);
    return true;
}

const struct report_format summary_txt_format = {
    .file = "summary.txt", .begin = begin, .finish = finish, .free = free};
