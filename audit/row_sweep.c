#include "audit/row_sweep.h"

#include <stdlib.h>
#include <string.h>

#include "audit/expectation.h"

/* A row of each address up to `last`, which is not before the current one. */
struct open_row {
    bool has_name;
    bool is_pattern;
    struct dnsname name; /* audit/expectation.h */
    struct ipaddr first; /* of its span */
    struct ipaddr last;
};

/* A row of the current address. */
struct present_row {
    bool has_name;
    struct dnsname name;
};

/* The open rows are sorted and distinct. A span that begins after `at` waits in `pending`. */
struct row_sweep {
    bool ended;
    bool has_pending;
    bool ready; /* all spans that begin at `at` are taken up */
    struct span pending;
    struct ipaddr at;
    unsigned next;     /* row to hand out */
    unsigned count;    /* of open; 0: `at` is not set */
    unsigned patterns; /* of these. Without any, `present` is not used */
    unsigned present_count;
    struct open_row open[SWEEP_NAMES_MAX];
    struct present_row present[SWEEP_NAMES_MAX]; /* sorted and distinct */
};

struct row_sweep *row_sweep_new(void)
{
    struct row_sweep *sweep = malloc(sizeof(*sweep)); /* pages of arrays are touched when used */

    if (sweep) {
        sweep->ended = sweep->has_pending = sweep->ready = false;
        sweep->next = sweep->count = sweep->patterns = sweep->present_count = 0;
    }
    return sweep;
}

void row_sweep_free(struct row_sweep *sweep)
{
    free(sweep);
}

void row_sweep_feed(struct row_sweep *sweep, const struct span *span)
{
    sweep->pending.range = span->range;
    sweep->pending.has_expected = span->has_expected;
    if (span->has_expected)
        dnsname_copy(&sweep->pending.expected, &span->expected);
    sweep->has_pending = true;
}

void row_sweep_end(struct row_sweep *sweep)
{
    sweep->ended = true;
}

static int compare_names(const struct dnsname *a, const struct dnsname *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return dnsname_compare(a, b);
}

int sweep_row_compare(const struct sweep_row *a, const struct sweep_row *b)
{
    int order = ipaddr_compare(&a->address, &b->address);

    return order != 0 ? order : compare_names(a->expected, b->expected);
}

static const struct dnsname *name_of(const struct open_row *open)
{
    return open->has_name ? &open->name : NULL;
}

/* Patterns that are spelled alike count from the begin of their spans. */
static int compare_open(const struct open_row *open, const struct span *span)
{
    int order = compare_names(name_of(open), span->has_expected ? &span->expected : NULL);

    return order != 0 || !open->is_pattern ? order
                                           : ipaddr_compare(&open->first, &span->range.first);
}

/* The first open row that is not before the span. */
static unsigned find_place(const struct row_sweep *sweep, const struct span *span)
{
    unsigned from = 0, to = sweep->count;

    while (from < to) {
        unsigned middle = from + (to - from) / 2;
        if (compare_open(&sweep->open[middle], span) < 0)
            from = middle + 1;
        else
            to = middle;
    }
    return from;
}

/* The pending span begins at `at`. Equal names become one that ends with the longer span. False:
 * no room. */
static bool take_up(struct row_sweep *sweep)
{
    const struct span *span = &sweep->pending;
    unsigned place = find_place(sweep, span);
    struct open_row *open = &sweep->open[place];

    sweep->has_pending = false;
    if (place < sweep->count && compare_open(open, span) == 0) {
        if (ipaddr_compare(&open->last, &span->range.last) < 0)
            open->last = span->range.last;
        return true;
    }
    if (sweep->count == SWEEP_NAMES_MAX)
        return false;
    memmove(open + 1, open, (sweep->count - place) * sizeof(*open));
    sweep->count++;
    open->has_name = span->has_expected;
    open->is_pattern = span->has_expected && expectation_of(&span->expected) == EXPECT_PATTERN;
    open->first = span->range.first;
    open->last = span->range.last;
    if (open->has_name)
        dnsname_copy(&open->name, &span->expected);
    sweep->patterns += open->is_pattern;
    return true;
}

static int by_name(const void *a, const void *b)
{
    const struct present_row *one = a, *other = b;

    return compare_names(one->has_name ? &one->name : NULL, other->has_name ? &other->name : NULL);
}

/* Patterns make their names for `at`, and the rows come into another order. */
static void make_names(struct row_sweep *sweep)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < sweep->count; i++) {
        const struct open_row *open = &sweep->open[i];
        struct present_row *row = &sweep->present[i];
        const struct dnsname *name =
            open->has_name ? expectation_at(&row->name, &open->name, &open->first, &sweep->at)
                           : NULL;

        row->has_name = name != NULL;
        if (name && name != &row->name)
            dnsname_copy(&row->name, name);
    }
    qsort(sweep->present, sweep->count, sizeof(sweep->present[0]), by_name);
    for (unsigned i = 0; i < sweep->count; i++) {
        if (i > 0 && by_name(&sweep->present[i], &sweep->present[kept - 1]) == 0)
            continue;
        if (kept < i)
            sweep->present[kept] = sweep->present[i];
        kept++;
    }
    sweep->present_count = kept;
}

static unsigned row_count(const struct row_sweep *sweep)
{
    return sweep->patterns > 0 ? sweep->present_count : sweep->count;
}

static const struct dnsname *row_name(const struct row_sweep *sweep, unsigned i)
{
    if (sweep->patterns == 0)
        return name_of(&sweep->open[i]);
    return sweep->present[i].has_name ? &sweep->present[i].name : NULL;
}

/* Drops what ends with `at`, and goes to the next address if anything is left. */
static void advance(struct row_sweep *sweep)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < sweep->count; i++) {
        if (ipaddr_compare(&sweep->open[i].last, &sweep->at) <= 0) {
            sweep->patterns -= sweep->open[i].is_pattern;
            continue;
        }
        if (kept < i)
            sweep->open[kept] = sweep->open[i];
        kept++;
    }
    sweep->count = kept;
    sweep->next = 0;
    sweep->ready = false;
    if (kept > 0 && !ipaddr_next(&sweep->at))
        sweep->count = sweep->patterns = 0;
}

/* Takes up all spans that begin at the next address. SWEEP_ROW: there is a row. */
static enum sweep_step gather(struct row_sweep *sweep)
{
    while (!sweep->ready) {
        if (!sweep->has_pending && !sweep->ended)
            return SWEEP_NEEDS_SPAN;
        if (!sweep->has_pending && sweep->count == 0)
            return SWEEP_DONE;
        if (sweep->count == 0)
            sweep->at = sweep->pending.range.first;
        sweep->ready =
            !sweep->has_pending || ipaddr_compare(&sweep->pending.range.first, &sweep->at) > 0;
        if (!sweep->ready && !take_up(sweep))
            return SWEEP_FULL;
        if (sweep->ready && sweep->patterns > 0)
            make_names(sweep);
    }
    return SWEEP_ROW;
}

enum sweep_step row_sweep_next(struct row_sweep *sweep, struct sweep_row *out)
{
    if (sweep->ready && sweep->next == row_count(sweep))
        advance(sweep);
    enum sweep_step step = gather(sweep);
    if (step == SWEEP_ROW)
        *out = (struct sweep_row){sweep->at, row_name(sweep, sweep->next++)};
    return step;
}
