#include "reports/rows/row_columns.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/extended_error.h"
#include "reports/difference_list.h"
#include "reports/mailbox.h"
#include "reports/row_names.h"
#include "reports/time_text.h"
#include "reports/vantage_words.h"

enum {
    COLUMNS_MAX = CSV_CELLS_MAX,
    NAME_SHOWN = 100, /* octets; a name may be repeated many times in the cell */
    FINDING_TIME_MAX = 64,
};

struct row_columns {
    struct row_cells cells;
    const struct receiver_list *receivers;
    const struct vantage_overview *vantages;
    bool planned; /* answers come from zone files, so no time passed */
    bool shown[COLUMNS_MAX];
    struct time_text checked_at;
    struct time_text safe_after;
    struct time_text since;
    struct receiver_result results[RECEIVERS_MAX]; /* those of results_text */
    bool has_results;                              /* results_text is set */
    size_t results_length;
    char results_text[RECEIVERS_TEXT_MAX];
};

static void put_name(struct row_cells *cells, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    cell_value(cells, text, dnsname_print(text, name));
}

static void put_address(struct row_cells *cells, const struct ipaddr *address)
{
    char text[IPADDR_TEXT_MAX];

    cell_value(cells, text, ipaddr_print(text, address));
}

static void line_cell(struct row_columns *columns, const struct report_row *row)
{
    cell_number(&columns->cells, row->line);
}

static void ip_cell(struct row_columns *columns, const struct report_row *row)
{
    put_address(&columns->cells, &row->address);
}

static void expected_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->expected)
        put_name(&columns->cells, row->expected);
}

static void iprev_cell(struct row_columns *columns, const struct report_row *row)
{
    cell_text(&columns->cells, iprev_key(verdict_row(row->judgement->verdict)->iprev));
}

static void verdict_cell(struct row_columns *columns, const struct report_row *row)
{
    cell_text(&columns->cells, verdict_row(row->judgement->verdict)->key);
}

static void ptr_names_cell(struct row_columns *columns, const struct report_row *row)
{
    unsigned count = row_ptr_names(row);

    for (unsigned i = 0; i < count; i++)
        put_name(&columns->cells, &row->seen->ptr.records.names[i]);
    if (count > 0)
        cell_more(&columns->cells, row->seen->ptr.total - count);
}

static void confirmed_cell(struct row_columns *columns, const struct report_row *row)
{
    for (unsigned i = 0; i < row_ptr_names(row); i++)
        if ((row->judgement->confirmed >> i) & 1u)
            put_name(&columns->cells, &row->seen->ptr.records.names[i]);
}

static void forward_cell(struct row_columns *columns, const struct report_row *row)
{
    struct forward_addresses found;

    row_forward_addresses(&found, row);
    for (unsigned i = 0; i < found.count; i++)
        put_address(&columns->cells, found.addresses[i]);
    cell_more(&columns->cells, found.more);
}

static void findings_cell(struct row_columns *columns, const struct report_row *row)
{
    for (uint32_t left = row->judgement->findings; left != 0; left &= left - 1)
        cell_text(&columns->cells, finding_row((enum finding)__builtin_ctz(left))->key);
}

static void fix_owner_cell(struct row_columns *columns, const struct report_row *row)
{
    for (unsigned i = 0; i < row->judgement->fix_count; i++)
        cell_text(&columns->cells, fixer_row(row->judgement->fixes[i].who)->key);
    if (row_server_party(row) != FIXER_NONE)
        cell_text(&columns->cells, fixer_row(row_server_party(row))->key);
}

/* Parallel to fix_owner: a fix without a record gives an empty value. */
static void fix_record_cell(struct row_columns *columns, const struct report_row *row)
{
    char text[FIX_TEXT_MAX];

    for (unsigned i = 0; i < row->judgement->fix_count; i++)
        cell_value(&columns->cells, text, fix_print(text, &row->judgement->fixes[i]));
    if (row_server_party(row) != FIXER_NONE)
        cell_text(&columns->cells, "");
}

static void reverse_zone_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->judgement->has_reverse_zone)
        put_name(&columns->cells, &row->judgement->reverse_zone);
}

static void safe_after_cell(struct row_columns *columns, const struct report_row *row)
{
    int64_t after;

    if (judgement_safe_after(&after, row->judgement))
        cell_text(&columns->cells, time_text_of(&columns->safe_after, after));
}

/* Appends to `out`, which holds FINDING_TIME_MAX octets, as much as fits. Returns the new end. */
static size_t append(char *out, size_t at, const char *text)
{
    size_t length = strnlen(text, FINDING_TIME_MAX - at);

    memcpy(out + at, text, length);
    return at + length;
}

/* For each finding that asks for a change: "multiple-ptr=2026-10-15T12:00:00Z". */
static void finding_times_cell(struct row_columns *columns, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    char text[FINDING_TIME_MAX];

    for (uint32_t left = judgement->findings & judgement->timed_findings; left != 0;
         left &= left - 1) {
        enum finding finding = (enum finding)__builtin_ctz(left);
        const char *time = time_text_of(&columns->safe_after, judgement->finding_after[finding]);

        cell_value(
            &columns->cells, text,
            append(text, append(text, append(text, 0, finding_row(finding)->key), "="), time));
    }
}

static void tries_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->found)
        cell_number(&columns->cells, row->found->tries);
}

static void elapsed_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->found && !columns->planned)
        cell_number(&columns->cells, row->found->elapsed_ms);
}

static void checked_at_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->found)
        cell_text(&columns->cells, time_text_of(&columns->checked_at, row->found->checked_at));
}

static void excepted_cell(struct row_columns *columns, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;

    if (judgement->verdict_exception)
        cell_text(&columns->cells, verdict_row(judgement->verdict)->key);
    for (uint32_t left = judgement->excepted_findings; left != 0; left &= left - 1)
        cell_text(&columns->cells, finding_row((enum finding)__builtin_ctz(left))->key);
}

/* Most rows have the same text as the previous one. */
static void receivers_cell(struct row_columns *columns, const struct report_row *row)
{
    size_t size = row->receiver_count * sizeof(row->receivers[0]);

    if (!columns->receivers)
        return;
    if (!columns->has_results || memcmp(columns->results, row->receivers, size) != 0) {
        memcpy(columns->results, row->receivers, size);
        columns->has_results = true;
        columns->results_length =
            receivers_print(columns->results_text, columns->receivers, row->receivers);
    }
    cell_value(&columns->cells, columns->results_text, columns->results_length);
}

static void put_group(struct row_cells *cells, const char *who, const char *words)
{
    char text[WHO_TEXT_MAX + WORDS_TEXT_MAX + 2];

    cell_value(cells, text, (size_t)snprintf(text, sizeof(text), "%s %s", who, words));
}

static void put_question(struct row_cells *cells, const struct row_vantages *vantages,
                         const struct row_question *question)
{
    const struct question *asked = &vantages->answers[question->first].ask.question;
    char name[DNSNAME_TEXT_MAX], words[WORDS_TEXT_MAX], who[WHO_TEXT_MAX];

    dnsname_print(name, &asked->name);
    if (question->found_group != GROUP_NONE) {
        answer_summary_words(words, sizeof(words), &question->found, asked->type);
        snprintf(who, sizeof(who), "run %.*s %s", NAME_SHOWN, name,
                 question_type_text(asked->type));
        put_group(cells, who, words);
    }
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        char server[IPADDR_TEXT_MAX];

        ipaddr_print(server, &vantages->answers[i].server);
        answer_summary_words(words, sizeof(words), &vantages->answers[i].summary, asked->type);
        snprintf(who, sizeof(who), "%s %.*s %s", server, NAME_SHOWN, name,
                 question_type_text(asked->type));
        put_group(cells, who, words);
    }
}

/* Who answers what, for addresses on which vantages differ. */
static void vantages_cell(struct row_columns *columns, const struct report_row *row)
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
        snprintf(who, sizeof(who), "%s %s", i > 0 ? columns->vantages->resolvers[i].name : "run",
                 verdict_row(result->answer.verdict)->key);
        put_group(&columns->cells, who, words);
    }
    for (unsigned i = 0; i < vantages->question_count; i++)
        if (vantages->questions[i].differs)
            put_question(&columns->cells, vantages, &vantages->questions[i]);
}

static bool knows_reverse_zone(const struct report_row *row)
{
    return row->judgement->has_reverse_zone && row->reverse && row->reverse->has_apex;
}

static void reverse_contact_cell(struct row_columns *columns, const struct report_row *row)
{
    char text[MAILBOX_TEXT_MAX];

    if (knows_reverse_zone(row))
        cell_value(&columns->cells, text, mailbox_print(text, &row->reverse->rname));
}

static void reverse_servers_cell(struct row_columns *columns, const struct report_row *row)
{
    if (!knows_reverse_zone(row))
        return;
    for (unsigned i = 0; i < row->reverse->server_count; i++)
        put_name(&columns->cells, &row->reverse->servers[i]);
    cell_more(&columns->cells, row->reverse->server_total - row->reverse->server_count);
}

static void change_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->since)
        cell_text(&columns->cells, row_change_row(row->since->difference.change)->key);
}

static void since_cell(struct row_columns *columns, const struct report_row *row)
{
    if (row->since && row->since->since > 0)
        cell_text(&columns->cells, time_text_of(&columns->since, row->since->since));
}

static bool has_baseline(const struct report_plan *plan)
{
    return plan->has_baseline;
}

/* Has an answer before forward answer `until` the same code? */
static bool has_extended_error(const struct observation *seen, unsigned until, uint16_t code)
{
    bool found = seen->ptr.extended_error == code;

    for (unsigned i = 0; i < until && !found; i++)
        found = seen->forwards[i].answer.extended_error == code;
    return found;
}

static void put_extended_error(struct row_cells *cells, uint16_t code)
{
    char text[EXTENDED_ERROR_TEXT_MAX];

    if (extended_error_print(text, code) > 0)
        cell_text(cells, text);
}

/* Of all answers, each code once. */
static void extended_errors_cell(struct row_columns *columns, const struct report_row *row)
{
    const struct observation *seen = row->seen;

    if (!seen)
        return;
    put_extended_error(&columns->cells, seen->ptr.extended_error);
    for (unsigned i = 0; i < seen->forward_count; i++) {
        uint16_t code = seen->forwards[i].answer.extended_error;

        if (!has_extended_error(seen, i, code))
            put_extended_error(&columns->cells, code);
    }
}

static bool has_exceptions(const struct report_plan *plan)
{
    return plan->policy && plan->policy->exceptions;
}

static bool has_vantages(const struct report_plan *plan)
{
    return plan->vantages != NULL;
}

/* The fixed columns, then those that depend on the plan. New columns are appended: scripts rely on
 * them. */
static const struct column {
    const char *name;
    void (*put)(struct row_columns *columns, const struct report_row *row);
    bool (*wanted)(const struct report_plan *plan); /* NULL: always there */
    enum json_kind kind;
} COLUMNS[] = {
    {"line", line_cell, NULL, JSON_NUMBER},
    {"ip", ip_cell, NULL, JSON_TEXT},
    {"expected_hostname", expected_cell, NULL, JSON_TEXT},
    {"iprev", iprev_cell, NULL, JSON_TEXT},
    {"verdict", verdict_cell, NULL, JSON_TEXT},
    {"ptr_names", ptr_names_cell, NULL, JSON_LIST},
    {"confirmed_names", confirmed_cell, NULL, JSON_LIST},
    {"forward_addresses", forward_cell, NULL, JSON_LIST},
    {"findings", findings_cell, NULL, JSON_LIST},
    {"fix_owner", fix_owner_cell, NULL, JSON_LIST},
    {"fix_record", fix_record_cell, NULL, JSON_LIST},
    {"reverse_zone", reverse_zone_cell, NULL, JSON_TEXT},
    {"safe_after", safe_after_cell, NULL, JSON_TEXT},
    {"tries", tries_cell, NULL, JSON_NUMBER},
    {"elapsed_ms", elapsed_cell, NULL, JSON_NUMBER},
    {"checked_at", checked_at_cell, NULL, JSON_TEXT},
    {"receivers", receivers_cell, NULL, JSON_PAIRS},
    {"excepted", excepted_cell, has_exceptions, JSON_LIST},
    {"vantages", vantages_cell, has_vantages, JSON_LIST},
    {"findings_safe_after", finding_times_cell, NULL, JSON_PAIRS},
    {"reverse_contact", reverse_contact_cell, NULL, JSON_TEXT},
    {"reverse_servers", reverse_servers_cell, NULL, JSON_LIST},
    {"change", change_cell, has_baseline, JSON_TEXT},
    {"since", since_cell, has_baseline, JSON_TEXT},
    {"extended_errors", extended_errors_cell, NULL, JSON_LIST},
};

enum { COLUMN_COUNT = sizeof(COLUMNS) / sizeof(COLUMNS[0]) };
_Static_assert(sizeof(COLUMNS) / sizeof(COLUMNS[0]) <= COLUMNS_MAX,
               "room to say which columns are shown");

struct row_columns *row_columns_new(const struct report_plan *plan, struct failure *failure)
{
    struct row_columns *columns = calloc(1, sizeof(*columns));

    if (!columns) {
        failure_out_of_memory(failure);
        return NULL;
    }
    columns->receivers = plan->receivers;
    columns->vantages = plan->vantages;
    columns->planned = plan->zone_files != NULL;
    for (unsigned i = 0; i < COLUMN_COUNT; i++)
        columns->shown[i] = !COLUMNS[i].wanted || COLUMNS[i].wanted(plan);
    return columns;
}

void row_columns_free(struct row_columns *columns)
{
    free(columns);
}

void row_columns_csv_head(const struct row_columns *columns, struct csv_line *line)
{
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (!columns->shown[i])
            continue;
        csv_value_text(line, COLUMNS[i].name);
        csv_cell_end(line);
    }
}

void row_columns_csv(struct row_columns *columns, struct csv_line *line,
                     const struct report_row *row)
{
    columns->cells = (struct row_cells){.csv = line};
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (!columns->shown[i])
            continue;
        COLUMNS[i].put(columns, row);
        csv_cell_end(line);
    }
}

void row_columns_json(struct row_columns *columns, struct json_line *line,
                      const struct report_row *row)
{
    columns->cells = (struct row_cells){.json = line};
    for (unsigned i = 0; i < COLUMN_COUNT; i++) {
        if (!columns->shown[i])
            continue;
        json_key(line, COLUMNS[i].name, COLUMNS[i].kind);
        COLUMNS[i].put(columns, row);
        json_key_end(line);
    }
}
