#include "io/run/spans.h"

#include "io/run/item_row.h"
#include "io/run/meta.h"
#include "io/run/row_sum.h"
#include "io/run/statement.h"

enum { SPAN_COLUMNS = 3, NUMBER_TEXT_MAX = 24 };

/* The reader leaves out equal ones: DISTINCT would copy each row twice. */
#define SPANS_WHERE(condition)                                    \
    "SELECT first, last, expected FROM item INDEXED BY item_span" \
    " WHERE (first, last, expected) > (?1, ?2, ?3)" condition     \
    " ORDER BY first, last, expected LIMIT ?4"
static const char SPANS[] = SPANS_WHERE("");
static const char RANGES[] = SPANS_WHERE(" AND first <> last");
static const char ALL_SPANS[] = "SELECT first, last, expected FROM item INDEXED BY item_span"
                                " ORDER BY first, last, expected";

/* Empty: not known. */
static const char SUM_KEY[] = "input.spans";
static const char SUM_NAME[] = "item_span";

/* ---- the sum ---- */

void run_file_sum_span(struct run_file *run, const struct range_blobs *range, const char *expected)
{
    struct row_sum sum;

    row_sum_begin(&sum, SUM_NAME);
    row_sum_blob(&sum, &range->first);
    row_sum_blob(&sum, &range->last);
    row_sum_text(&sum, expected, strlen(expected));
    run->input.spans_sum += row_sum_end(&sum);
}

bool run_file_knows_spans_sum(struct run_file *run)
{
    char text[NUMBER_TEXT_MAX];

    return run_file_get(run, SUM_KEY, text, sizeof(text)) && text[0];
}

void run_file_load_spans_sum(struct run_file *run)
{
    struct input_state *input = &run->input;

    input->spans_sum = run_file_get_number(run, SUM_KEY, 0);
    input->spans_unknown = input->totals.items > 0 && !run_file_knows_spans_sum(run);
}

/* Items of walks are copied inside the database. */
bool run_file_save_spans_sum(struct run_file *run)
{
    return run->input.spans_unknown || run->has_walks
               ? run_file_set(run, SUM_KEY, "")
               : run_file_set_number(run, SUM_KEY, run->input.spans_sum);
}

/* ---- in portions ---- */

/* The order of the index. */
static int compare_spans(const struct span *a, const struct span *b)
{
    char texts[2][DNSNAME_TEXT_MAX];
    int order = ipaddr_compare(&a->range.first, &b->range.first);

    if (order == 0)
        order = ipaddr_compare(&a->range.last, &b->range.last);
    if (order != 0)
        return order;
    texts[0][0] = texts[1][0] = '\0';
    if (a->has_expected)
        dnsname_print(texts[0], &a->expected);
    if (b->has_expected)
        dnsname_print(texts[1], &b->expected);
    return strcmp(texts[0], texts[1]);
}

static void bind_cursor(sqlite3_stmt *spans, const struct span_cursor *cursor,
                        struct range_blobs *range, char expected[DNSNAME_TEXT_MAX])
{
    bool has_expected = cursor->begun && cursor->last.has_expected;

    *range = (struct range_blobs){0}; /* empty blobs sort before all addresses */
    if (cursor->begun) {
        range->first = address_blob_of(&cursor->last.range.first);
        range->last = address_blob_of(&cursor->last.range.last);
    }
    statement_bind_address(spans, 1, &range->first);
    statement_bind_address(spans, 2, &range->last);
    statement_bind_name(spans, 3, has_expected ? &cursor->last.expected : NULL, expected);
}

/* *is_new: it differs from the one before. */
static bool read_span(struct run_file *run, struct span *out, const struct span *before,
                      sqlite3_stmt *row, bool *is_new)
{
    if (!statement_range(&out->range, row, 0) ||
        !item_row_expected(&out->has_expected, &out->expected, row, 2, &out->range))
        return statement_damaged(run, "an item is malformed");
    int order = before ? compare_spans(before, out) : -1;
    *is_new = order < 0;
    return order <= 0 || statement_damaged(run, "items are out of order");
}

bool run_file_next_spans(struct run_file *run, struct span_cursor *cursor, struct span *out,
                         unsigned n, unsigned *got)
{
    struct range_blobs range;
    char expected[DNSNAME_TEXT_MAX];
    enum run_step step = RUN_END;
    bool is_new = false;
    sqlite3_stmt *spans = statement_read(run, cursor->ranges_only ? RANGES : SPANS);

    *got = 0;
    if (!spans)
        return false;
    bind_cursor(spans, cursor, &range, expected);
    sqlite3_bind_int64(spans, 4, n);
    while (*got < n && (step = statement_next(run, spans)) == RUN_ROW) {
        const struct span *before = *got > 0        ? &out[*got - 1]
                                    : cursor->begun ? &cursor->last
                                                    : NULL;
        if (!read_span(run, &out[*got], before, spans, &is_new))
            return false;
        if (!is_new && *got == 0)
            return statement_damaged(run, "items are out of order");
        *got += is_new;
    }
    sqlite3_reset(spans);
    if (*got > 0) {
        cursor->begun = true;
        cursor->last = out[*got - 1];
    }
    return step != RUN_FAILED;
}

/* ---- one after another ---- */

bool run_file_spans_begin(struct run_file *run)
{
    run->input.has_span = false;
    run->input.read_spans = (struct run_totals){0};
    run->input.read_spans_sum = 0;
    return statement_read(run, ALL_SPANS);
}

static bool count_span(struct run_file *run, const struct iprange *range, sqlite3_stmt *row)
{
    struct input_state *input = &run->input;
    struct row_sum sum;

    if (run->checks_rows) {
        row_sum_begin(&sum, SUM_NAME);
        row_sum_columns(&sum, row, SPAN_COLUMNS);
        input->read_spans_sum += row_sum_end(&sum);
    }
    return item_row_count(run, &input->read_spans, range);
}

static bool check_read(struct run_file *run)
{
    return item_row_counted(run, &run->input.read_spans) &&
           (!run->checks_rows || run->input.read_spans_sum == run->input.spans_sum ||
            statement_damaged(run, "the sum of all items is wrong"));
}

enum run_step run_file_spans_next(struct run_file *run, const struct span **out)
{
    struct input_state *input = &run->input;
    sqlite3_stmt *spans = statement_continue(run, ALL_SPANS);
    enum run_step step = RUN_ROW;

    for (bool is_new = false; step == RUN_ROW && !is_new;) {
        const struct span *before = input->has_span ? &input->spans[input->span] : NULL;
        struct span *next = &input->spans[!input->span];

        step = statement_next(run, spans);
        bool good = step != RUN_ROW || (read_span(run, next, before, spans, &is_new) &&
                                        count_span(run, &next->range, spans));
        if (!good || (step == RUN_END && !check_read(run)))
            return RUN_FAILED;
        if (!is_new)
            continue;
        input->span = !input->span;
        input->has_span = true;
    }
    *out = &input->spans[input->span];
    return step;
}
