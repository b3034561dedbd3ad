#include "audit/row_sweep.h"

#include <stdlib.h>
#include <string.h>

/* Expected of the addresses up to `last`, which is not before the current one. */
struct expectation {
    bool has_name;
    struct dnsname name;
    struct ipaddr last;
};

/* The expectations of `at` are sorted and distinct. A span that begins after `at` waits in
 * `pending`. */
struct row_sweep {
    bool ended;
    bool has_pending;
    bool ready; /* all spans that begin at `at` are taken up */
    struct span pending;
    struct ipaddr at;
    unsigned next;  /* expectation to hand out */
    unsigned count; /* 0: `at` is not set */
    struct expectation open[SWEEP_NAMES_MAX];
};

struct row_sweep *row_sweep_new(void)
{
    struct row_sweep *sweep = malloc(sizeof(*sweep)); /* pages of `open` are touched when used */

    if (sweep) {
        sweep->ended = sweep->has_pending = sweep->ready = false;
        sweep->next = sweep->count = 0;
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

static const struct dnsname *name_of(const struct expectation *expectation)
{
    return expectation->has_name ? &expectation->name : NULL;
}

/* The first expectation that is not before the name. */
static unsigned find_place(const struct row_sweep *sweep, const struct dnsname *name)
{
    unsigned from = 0, to = sweep->count;

    while (from < to) {
        unsigned middle = from + (to - from) / 2;
        if (compare_names(name_of(&sweep->open[middle]), name) < 0)
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
    const struct dnsname *name = span->has_expected ? &span->expected : NULL;
    unsigned place = find_place(sweep, name);
    struct expectation *open = &sweep->open[place];

    sweep->has_pending = false;
    if (place < sweep->count && compare_names(name_of(open), name) == 0) {
        if (ipaddr_compare(&open->last, &span->range.last) < 0)
            open->last = span->range.last;
        return true;
    }
    if (sweep->count == SWEEP_NAMES_MAX)
        return false;
    memmove(open + 1, open, (sweep->count - place) * sizeof(*open));
    sweep->count++;
    open->has_name = name != NULL;
    open->last = span->range.last;
    if (name)
        dnsname_copy(&open->name, name);
    return true;
}

/* Drops the expectations that end with `at`, and goes to the next address if any is left. */
static void advance(struct row_sweep *sweep)
{
    unsigned kept = 0;

    for (unsigned i = 0; i < sweep->count; i++) {
        if (ipaddr_compare(&sweep->open[i].last, &sweep->at) <= 0)
            continue;
        if (kept < i)
            sweep->open[kept] = sweep->open[i];
        kept++;
    }
    sweep->count = kept;
    sweep->next = 0;
    sweep->ready = false;
    if (kept > 0 && !ipaddr_next(&sweep->at))
        sweep->count = 0;
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
    }
    return SWEEP_ROW;
}

enum sweep_step row_sweep_next(struct row_sweep *sweep, struct sweep_row *out)
{
    if (sweep->ready && sweep->next == sweep->count)
        advance(sweep);
    enum sweep_step step = gather(sweep);
    if (step == SWEEP_ROW)
        *out = (struct sweep_row){sweep->at, name_of(&sweep->open[sweep->next++])};
    return step;
}
