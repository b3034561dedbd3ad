#include "audit/exceptions.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "audit/ascii.h"

enum { FIRST_CAPACITY = 64, KEY_QUOTED_MAX = 40 };

/* The rows in force, ordered by first address and read as a balanced tree: the middle of an
 * interval is the root of its halves. */
struct node {
    unsigned row;
    struct ipaddr
        reach; /* the highest last address in the interval of which this node is the root */
};

struct exceptions {
    unsigned count, capacity;
    struct exception *rows; /* as added */
    unsigned node_count;
    struct node *nodes; /* room for each row; filled by exceptions_seal */
};

const char *subject_key(unsigned subject)
{
    return subject < VERDICTS ? verdict_row((enum verdict)subject)->key
                              : finding_row((enum finding)(subject - VERDICTS))->key;
}

/* ---- one row ---- */

static bool find_subject(unsigned *out, struct exception_cell cell)
{
    for (unsigned i = 0; i < SUBJECTS; i++) {
        const char *key = subject_key(i);
        if (strlen(key) == cell.length && memcmp(key, cell.text, cell.length) == 0) {
            *out = i;
            return true;
        }
    }
    return false;
}

/* Repeats the cell only if it could be a misspelt key. */
static bool is_quotable(struct exception_cell cell)
{
    for (size_t i = 0; i < cell.length; i++) {
        char c = cell.text[i];
        if (!ascii_is_letter(c) && !ascii_is_digit(c) && c != '-' && c != '_')
            return false;
    }
    return cell.length > 0 && cell.length <= KEY_QUOTED_MAX;
}

static bool read_subject(unsigned *out, struct exception_cell cell, struct target_reason *why)
{
    if (!find_subject(out, cell)) {
        if (is_quotable(cell))
            return target_refuse(why,
                                 "\"%.*s\" is not a verdict or finding: fcrdns explain lists them",
                                 (int)cell.length, cell.text);
        return target_refuse(
            why, "the second column has no verdict or finding: fcrdns explain lists them");
    }
    if (*out < VERDICTS && verdict_row((enum verdict) * out)->severity < SEVERITY_WARN)
        return target_refuse(why, "%s is not a fault: it needs no exception", subject_key(*out));
    return true;
}

static bool is_date(struct exception_cell cell)
{
    return ascii_has_form(cell.text, cell.length, "dddd-dd-dd");
}

/* A last day in the place of the reason would be an exception that never ends. */
static bool read_reason(char out[EXCEPTION_REASON_MAX], struct exception_cell cell,
                        struct target_reason *why)
{
    if (cell.length == 0)
        return target_refuse(why,
                             "the reason is missing: the report must say why this is accepted");
    if (is_date(cell))
        return target_refuse(why, "the reason is a date: the last day is the fourth column");
    if (cell.length >= EXCEPTION_REASON_MAX)
        return target_refuse(why, "the reason is longer than %d bytes", EXCEPTION_REASON_MAX - 1);
    if (memchr(cell.text, '\0', cell.length) != NULL)
        return target_refuse(why, "the reason contains a NUL");
    memcpy(out, cell.text, cell.length);
    out[cell.length] = '\0';
    return true;
}

static unsigned digits(const char *text, unsigned count)
{
    unsigned number = 0;

    for (unsigned i = 0; i < count; i++)
        number = number * 10 + (unsigned)(text[i] - '0');
    return number;
}

static unsigned days_in(unsigned year, unsigned month)
{
    static const uint8_t days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    bool leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;

    return days[month - 1] + (month == 2 && leap);
}

static bool read_last_day(char out[DATE_TEXT_MAX], struct exception_cell cell,
                          struct target_reason *why)
{
    out[0] = '\0';
    if (cell.length == 0)
        return true;
    if (!is_date(cell))
        return target_refuse(
            why, "the last day is not a date like 2026-10-01 (an empty cell: it never ends)");
    unsigned year = digits(cell.text, 4), month = digits(cell.text + 5, 2),
             day = digits(cell.text + 8, 2);
    if (month < 1 || month > 12 || day < 1 || day > days_in(year, month))
        return target_refuse(why, "the last day %.*s is not in the calendar", (int)cell.length,
                             cell.text);
    memcpy(out, cell.text, cell.length);
    out[cell.length] = '\0';
    return true;
}

bool exception_is_header(const struct exception_cell *cells, unsigned count)
{
    unsigned subject;

    return count > 0 && !target_looks_like_item(cells[0].text, cells[0].length) &&
           (count < 2 || !find_subject(&subject, cells[1]));
}

bool exception_parse(struct exception *out, const struct exception_cell *cells, unsigned count,
                     struct target_reason *why)
{
    struct target target;
    struct exception_cell none = {"", 0};

    if (count < EXCEPTION_CELLS - 1)
        return target_refuse(
            why, "has %u column%s: an address, a verdict or finding, and a reason are needed",
            count, count == 1 ? "" : "s");
    if (count > EXCEPTION_CELLS)
        return target_refuse(
            why, "has %u columns, not %d: is a reason with a separator in it not quoted?", count,
            EXCEPTION_CELLS);
    if (!target_parse(&target, cells[0].text, cells[0].length, why) ||
        !read_subject(&out->subject, cells[1], why) || !read_reason(out->reason, cells[2], why) ||
        !read_last_day(out->last_day, count == EXCEPTION_CELLS ? cells[3] : none, why))
        return false;
    out->range = target.range;
    out->line = 0;
    out->expired = false;
    out->uses = 0;
    return true;
}

/* ---- the table ---- */

struct exceptions *exceptions_new(void)
{
    return calloc(1, sizeof(struct exceptions));
}

void exceptions_free(struct exceptions *exceptions)
{
    if (!exceptions)
        return;
    free(exceptions->rows);
    free(exceptions->nodes);
    free(exceptions);
}

static bool grow(struct exceptions *exceptions)
{
    unsigned capacity = exceptions->capacity ? 2 * exceptions->capacity : FIRST_CAPACITY;
    struct exception *rows = realloc(exceptions->rows, capacity * sizeof *rows);

    if (!rows)
        return false;
    exceptions->rows = rows;
    struct node *nodes = realloc(exceptions->nodes, capacity * sizeof *nodes);
    if (!nodes)
        return false;
    exceptions->nodes = nodes;
    exceptions->capacity = capacity;
    return true;
}

bool exceptions_add(struct exceptions *exceptions, const struct exception *exception)
{
    if (exceptions->count == EXCEPTIONS_MAX)
        return false;
    if (exceptions->count == exceptions->capacity && !grow(exceptions))
        return false;
    exceptions->rows[exceptions->count++] = *exception;
    return true;
}

/* `reach` holds the first address until the order is final. */
static int by_first(const void *a, const void *b)
{
    const struct node *left = a;
    const struct node *right = b;
    int order = ipaddr_compare(&left->reach, &right->reach);

    if (order != 0)
        return order;
    return left->row < right->row ? -1 : left->row > right->row;
}

/* Sets the reach of each node in [from, to), which is not empty. Returns the reach of the whole. */
static struct ipaddr spread(struct exceptions *exceptions, unsigned from, unsigned to)
{
    unsigned middle = from + (to - from) / 2;
    struct node *root = &exceptions->nodes[middle];
    struct ipaddr reach = exceptions->rows[root->row].range.last, half;

    if (from < middle) {
        half = spread(exceptions, from, middle);
        if (ipaddr_compare(&half, &reach) > 0)
            reach = half;
    }
    if (middle + 1 < to) {
        half = spread(exceptions, middle + 1, to);
        if (ipaddr_compare(&half, &reach) > 0)
            reach = half;
    }
    root->reach = reach;
    return reach;
}

void exceptions_seal(struct exceptions *exceptions, const char today[DATE_TEXT_MAX])
{
    exceptions->node_count = 0;
    for (unsigned i = 0; i < exceptions->count; i++) {
        struct exception *row = &exceptions->rows[i];
        row->expired = row->last_day[0] != '\0' && strcmp(today, row->last_day) > 0;
        if (!row->expired)
            exceptions->nodes[exceptions->node_count++] = (struct node){i, row->range.first};
    }
    if (exceptions->node_count == 0)
        return;
    qsort(exceptions->nodes, exceptions->node_count, sizeof exceptions->nodes[0], by_first);
    (void)spread(exceptions, 0, exceptions->node_count);
}

struct exceptions *exceptions_on(const struct exceptions *exceptions, const char day[DATE_TEXT_MAX])
{
    struct exceptions *out = exceptions_new();
    bool good = out != NULL;

    for (unsigned i = 0; good && i < exceptions->count; i++) {
        struct exception row = exceptions->rows[i];
        row.uses = 0;
        good = exceptions_add(out, &row);
    }
    if (good)
        exceptions_seal(out, day);
    else
        exceptions_free(out);
    return good ? out : NULL;
}

const struct exception *exceptions_at(const struct exceptions *exceptions, unsigned index)
{
    return index < exceptions->count ? &exceptions->rows[index] : NULL;
}

unsigned exceptions_count(const struct exceptions *exceptions)
{
    return exceptions->count;
}

/* ---- looking up ---- */

struct look_up {
    const struct exceptions *exceptions;
    const struct ipaddr *address;
    unsigned subject;
    const struct exception *best;
};

/* The rows of a table are stored in the order they were added. */
static bool is_better(const struct exception *row, const struct exception *best)
{
    if (!best)
        return true;
    ip_count width = ipaddr_number(&row->range.last) - ipaddr_number(&row->range.first);
    ip_count best_width = ipaddr_number(&best->range.last) - ipaddr_number(&best->range.first);
    return width != best_width ? width < best_width : row < best;
}

/* Recursion depth: the logarithm of EXCEPTIONS_MAX. */
static void visit(struct look_up *up, unsigned from, unsigned to)
{
    if (from == to)
        return;
    unsigned middle = from + (to - from) / 2;
    const struct node *root = &up->exceptions->nodes[middle];
    const struct exception *row = &up->exceptions->rows[root->row];

    if (ipaddr_compare(&root->reach, up->address) < 0)
        return;
    visit(up, from, middle);
    if (ipaddr_compare(&row->range.first, up->address) > 0)
        return;
    if (row->subject == up->subject && iprange_contains(&row->range, up->address) &&
        is_better(row, up->best))
        up->best = row;
    visit(up, middle + 1, to);
}

const struct exception *exceptions_find(const struct exceptions *exceptions,
                                        const struct ipaddr *address, unsigned subject)
{
    struct look_up up = {exceptions, address, subject, NULL};

    visit(&up, 0, exceptions->node_count);
    return up.best;
}

void exceptions_count_use(struct exceptions *exceptions, const struct exception *found)
{
    exceptions->rows[found - exceptions->rows].uses++;
}

struct exceptions_sum exceptions_sum(const struct exceptions *exceptions)
{
    struct exceptions_sum sum = {0, 0, 0};

    for (unsigned i = 0; i < exceptions->count; i++) {
        const struct exception *row = &exceptions->rows[i];
        sum.expired += row->expired;
        sum.in_force += !row->expired;
        sum.unused += exception_is_unused(row);
    }
    return sum;
}
