/*
 * audit.csv: one row per address, in input order. Scripts rely on the columns: new ones are
 * appended.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reports/difference_list.h"
#include "reports/mailbox.h"
#include "reports/report_format.h"
#include "reports/row_names.h"
#include "reports/rows/csv_line.h"
#include "reports/time_text.h"
#include "reports/vantage_words.h"

enum {
    COLUMNS_MAX = 32,
    NAME_SHOWN = 100, /* octets; a name may be repeated many times in the cell */
    FINDING_TIME_MAX = 64,
};

struct audit_csv {
    struct outfile *out;
    const struct receiver_list *receivers;
    const struct vantage_overview *vantages;
    bool planned; /* answers come from zone files, so no time passed */
    bool shown[COLUMNS_MAX];
    struct time_text checked_at;
    struct time_text safe_after;
    struct receiver_result results[RECEIVERS_MAX]; /* those of results_text */
    bool has_results;                              /* results_text is set */
    size_t results_length;
    char results_text[RECEIVERS_TEXT_MAX];
    struct csv_line line;
};

static void line_cell(struct audit_csv *csv, const struct report_row *row)
{
    csv_value_number(&csv->line, row->line);
}

static void ip_cell(struct audit_csv *csv, const struct report_row *row)
{
    csv_value_address(&csv->line, &row->address);
}

static void expected_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (row->expected)
        csv_value_name(&csv->line, row->expected);
}

static void iprev_cell(struct audit_csv *csv, const struct report_row *row)
{
    csv_value_text(&csv->line, iprev_key(verdict_row(row->judgement->verdict)->iprev));
}

static void verdict_cell(struct audit_csv *csv, const struct report_row *row)
{
    csv_value_text(&csv->line, verdict_row(row->judgement->verdict)->key);
}

static void ptr_names_cell(struct audit_csv *csv, const struct report_row *row)
{
    unsigned count = row_ptr_names(row);

    for (unsigned i = 0; i < count; i++)
        csv_value_name(&csv->line, &row->seen->ptr.records.names[i]);
    if (count > 0)
        csv_value_more(&csv->line, row->seen->ptr.total - count);
}

static void confirmed_cell(struct audit_csv *csv, const struct report_row *row)
{
    for (unsigned i = 0; i < row_ptr_names(row); i++)
        if ((row->judgement->confirmed >> i) & 1u)
            csv_value_name(&csv->line, &row->seen->ptr.records.names[i]);
}

static void forward_cell(struct audit_csv *csv, const struct report_row *row)
{
    struct forward_addresses found;

    row_forward_addresses(&found, row);
    for (unsigned i = 0; i < found.count; i++)
        csv_value_address(&csv->line, found.addresses[i]);
    csv_value_more(&csv->line, found.more);
}

static void findings_cell(struct audit_csv *csv, const struct report_row *row)
{
    for (uint32_t left = row->judgement->findings; left != 0; left &= left - 1)
        csv_value_text(&csv->line, finding_row((enum finding)__builtin_ctz(left))->key);
}

static void fix_owner_cell(struct audit_csv *csv, const struct report_row *row)
{
    for (unsigned i = 0; i < row->judgement->fix_count; i++)
        csv_value_text(&csv->line, fixer_row(row->judgement->fixes[i].who)->key);
    if (row_server_party(row) != FIXER_NONE)
        csv_value_text(&csv->line, fixer_row(row_server_party(row))->key);
}

/* Parallel to fix_owner: a fix without a record gives an empty value. */
static void fix_record_cell(struct audit_csv *csv, const struct report_row *row)
{
    char text[FIX_TEXT_MAX];

    for (unsigned i = 0; i < row->judgement->fix_count; i++)
        csv_value(&csv->line, text, fix_print(text, &row->judgement->fixes[i]));
    if (row_server_party(row) != FIXER_NONE)
        csv_value_text(&csv->line, "");
}

static void reverse_zone_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (row->judgement->has_reverse_zone)
        csv_value_name(&csv->line, &row->judgement->reverse_zone);
}

static void safe_after_cell(struct audit_csv *csv, const struct report_row *row)
{
    int64_t after;

    if (judgement_safe_after(&after, row->judgement))
        csv_value_text(&csv->line, time_text_of(&csv->safe_after, after));
}

/* Appends to `out`, which holds FINDING_TIME_MAX octets, as much as fits. Returns the new end. */
static size_t append(char *out, size_t at, const char *text)
{
    size_t length = strnlen(text, FINDING_TIME_MAX - at);

    memcpy(out + at, text, length);
    return at + length;
}

/* For each finding that asks for a change: "multiple-ptr=2026-10-15T12:00:00Z". */
static void finding_times_cell(struct audit_csv *csv, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    char text[FINDING_TIME_MAX];

    for (uint32_t left = judgement->findings & judgement->timed_findings; left != 0;
         left &= left - 1) {
        enum finding finding = (enum finding)__builtin_ctz(left);
        const char *time = time_text_of(&csv->safe_after, judgement->finding_after[finding]);

        csv_value(
            &csv->line, text,
            append(text, append(text, append(text, 0, finding_row(finding)->key), "="), time));
    }
}

static void tries_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (row->found)
        csv_value_number(&csv->line, row->found->tries);
}

static void elapsed_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (row->found && !csv->planned)
        csv_value_number(&csv->line, row->found->elapsed_ms);
}

static void checked_at_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (row->found)
        csv_value_text(&csv->line, time_text_of(&csv->checked_at, row->found->checked_at));
}

static void excepted_cell(struct audit_csv *csv, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;

    if (judgement->verdict_exception)
        csv_value_text(&csv->line, verdict_row(judgement->verdict)->key);
    for (uint32_t left = judgement->excepted_findings; left != 0; left &= left - 1)
        csv_value_text(&csv->line, finding_row((enum finding)__builtin_ctz(left))->key);
}

/* Most rows have the same text as the previous one. */
static void receivers_cell(struct audit_csv *csv, const struct report_row *row)
{
    size_t size = row->receiver_count * sizeof(row->receivers[0]);

    if (!csv->receivers)
        return;
    if (!csv->has_results || memcmp(csv->results, row->receivers, size) != 0) {
        memcpy(csv->results, row->receivers, size);
        csv->has_results = true;
        csv->results_length = receivers_print(csv->results_text, csv->receivers, row->receivers);
    }
    csv_value(&csv->line, csv->results_text, csv->results_length);
}

static void put_group(struct csv_line *line, const char *who, const char *words)
{
    char text[WHO_TEXT_MAX + WORDS_TEXT_MAX + 2];

    csv_value(line, text, (size_t)snprintf(text, sizeof(text), "%s %s", who, words));
}

static void put_question(struct csv_line *line, const struct row_vantages *vantages,
                         const struct row_question *question)
{
    const struct question *asked = &vantages->answers[question->first].ask.question;
    char name[DNSNAME_TEXT_MAX], words[WORDS_TEXT_MAX], who[WHO_TEXT_MAX];

    dnsname_print(name, &asked->name);
    if (question->found_group != GROUP_NONE) {
        answer_summary_words(words, sizeof(words), &question->found, asked->type);
        snprintf(who, sizeof(who), "run %.*s %s", NAME_SHOWN, name,
                 question_type_text(asked->type));
        put_group(line, who, words);
    }
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        char server[IPADDR_TEXT_MAX];

        ipaddr_print(server, &vantages->answers[i].server);
        answer_summary_words(words, sizeof(words), &vantages->answers[i].summary, asked->type);
        snprintf(who, sizeof(who), "%s %.*s %s", server, NAME_SHOWN, name,
                 question_type_text(asked->type));
        put_group(line, who, words);
    }
}

/* Who answers what, for addresses on which vantages differ. */
static void vantages_cell(struct audit_csv *csv, const struct report_row *row)
{
    const struct row_vantages *vantages = row->vantages;
    char words[WORDS_TEXT_MAX], who[WHO_TEXT_MAX];

    if (!judgement_has(row->judgement, FINDING_INCONSISTENT) || !vantages)
        return;
    for (unsigned i = 0; vantages->results_differ && i < vantages->result_count; i++) {
        const struct vantage_result *result = &vantages->results[i];

        if (result->group == GROUP_NONE)
            continue;
        answer_summary_words(words, sizeof(words), &result->answer.ptr, RR_PTR);
        snprintf(who, sizeof(who), "%s %s", i > 0 ? csv->vantages->resolvers[i].name : "run",
                 verdict_row(result->answer.verdict)->key);
        put_group(&csv->line, who, words);
    }
    for (unsigned i = 0; i < vantages->question_count; i++)
        if (vantages->questions[i].differs)
            put_question(&csv->line, vantages, &vantages->questions[i]);
}

static bool knows_reverse_zone(const struct report_row *row)
{
    return row->judgement->has_reverse_zone && row->reverse && row->reverse->has_apex;
}

static void reverse_contact_cell(struct audit_csv *csv, const struct report_row *row)
{
    char text[MAILBOX_TEXT_MAX];

    if (knows_reverse_zone(row))
        csv_value(&csv->line, text, mailbox_print(text, &row->reverse->rname));
}

static void reverse_servers_cell(struct audit_csv *csv, const struct report_row *row)
{
    if (!knows_reverse_zone(row))
        return;
    for (unsigned i = 0; i < row->reverse->server_count; i++)
        csv_value_name(&csv->line, &row->reverse->servers[i]);
    csv_value_more(&csv->line, row->reverse->server_total - row->reverse->server_count);
}

static bool has_exceptions(const struct report_plan *plan)
{
    return plan->policy && plan->policy->exceptions;
}

static bool has_vantages(const struct report_plan *plan)
{
    return plan->vantages != NULL;
}

/* The fixed columns, then those that depend on the plan. New columns are appended. */
static const struct column {
    const char *name;
    void (*put)(struct audit_csv *csv, const struct report_row *row);
    bool (*wanted)(const struct report_plan *plan); /* NULL: always there */
} columns[] = {
    {"line", line_cell, NULL},
    {"ip", ip_cell, NULL},
    {"expected_hostname", expected_cell, NULL},
    {"iprev", iprev_cell, NULL},
    {"verdict", verdict_cell, NULL},
    {"ptr_names", ptr_names_cell, NULL},
    {"confirmed_names", confirmed_cell, NULL},
    {"forward_addresses", forward_cell, NULL},
    {"findings", findings_cell, NULL},
    {"fix_owner", fix_owner_cell, NULL},
    {"fix_record", fix_record_cell, NULL},
    {"reverse_zone", reverse_zone_cell, NULL},
    {"safe_after", safe_after_cell, NULL},
    {"tries", tries_cell, NULL},
    {"elapsed_ms", elapsed_cell, NULL},
    {"checked_at", checked_at_cell, NULL},
    {"receivers", receivers_cell, NULL},
    {"excepted", excepted_cell, has_exceptions},
    {"vantages", vantages_cell, has_vantages},
    {"findings_safe_after", finding_times_cell, NULL},
    {"reverse_contact", reverse_contact_cell, NULL},
    {"reverse_servers", reverse_servers_cell, NULL},
};

enum { COLUMNS = sizeof(columns) / sizeof(columns[0]) };
_Static_assert(sizeof(columns) / sizeof(columns[0]) <= COLUMNS_MAX,
               "room to say which columns are shown");

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct audit_csv *csv = calloc(1, sizeof(*csv));

    if (!csv) {
        failure_out_of_memory(failure);
        return NULL;
    }
    csv->out = out;
    csv->receivers = plan->receivers;
    csv->vantages = plan->vantages;
    csv->planned = plan->zone_files != NULL;
    csv_line_begin(&csv->line);
    for (unsigned i = 0; i < COLUMNS; i++) {
        csv->shown[i] = !columns[i].wanted || columns[i].wanted(plan);
        if (!csv->shown[i])
            continue;
        csv_value_text(&csv->line, columns[i].name);
        csv_cell_end(&csv->line);
    }
    csv_line_write(&csv->line, out);
    return csv;
}

static void put_row(void *writer, const struct report_row *row)
{
    struct audit_csv *csv = writer;

    csv_line_begin(&csv->line);
    for (unsigned i = 0; i < COLUMNS; i++) {
        if (!csv->shown[i])
            continue;
        columns[i].put(csv, row);
        csv_cell_end(&csv->line);
    }
    csv_line_write(&csv->line, csv->out);
}

const struct report_format audit_csv_format = {"audit.csv", "audit.csv.gz", begin, put_row,
                                               NULL,        NULL,           free};
