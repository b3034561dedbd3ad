#include "reports/repeated_rows.h"

#include <stdlib.h>

#include "io/phases/span_feed.h"

/* The addresses of a run, as ranges in ascending order. */
struct reader {
    struct span_feed feed;
    bool has_range;
    struct iprange range;
};

static bool next_range(struct reader *reader, struct failure *failure)
{
    enum walk_step step;

    while ((step = walk_range(reader->feed.walk, &reader->range)) == WALK_NEEDS_SPAN) {
        if (!span_feed_one(&reader->feed, failure))
            return false;
    }
    reader->has_range = step == WALK_UNIT;
    return true;
}

/* NULL: no run has further addresses. */
static struct reader *lowest_of(struct reader *readers, unsigned count)
{
    struct reader *lowest = NULL;

    for (unsigned i = 0; i < count; i++) {
        if (readers[i].has_range &&
            (!lowest || ipaddr_compare(&readers[i].range.first, &lowest->range.first) < 0))
            lowest = &readers[i];
    }
    return lowest;
}

/* Adds the addresses of the range that are above those counted so far. */
static void add_range(ip_count *addresses, struct iprange *counted, bool *any,
                      const struct iprange *range)
{
    struct iprange rest = *range;

    if (*any && ipaddr_compare(&range->last, &counted->last) <= 0)
        return;
    if (*any && ipaddr_compare(&range->first, &counted->last) <= 0) {
        rest.first = counted->last;
        (void)!ipaddr_next(&rest.first); /* there is one: the range ends above it */
    }
    *addresses += iprange_count(&rest);
    *counted = rest;
    *any = true;
}

static bool count_merged(struct reader *readers, unsigned count, ip_count *addresses,
                         struct failure *failure)
{
    struct reader *lowest;
    struct iprange counted;
    bool any = false;

    for (unsigned i = 0; i < count; i++) {
        if (!next_range(&readers[i], failure))
            return false;
    }
    while ((lowest = lowest_of(readers, count)) != NULL) {
        add_range(addresses, &counted, &any, &lowest->range);
        if (!next_range(lowest, failure))
            return false;
    }
    return true;
}

static bool count_addresses(struct run_file **runs, unsigned count, ip_count *addresses,
                            struct failure *failure)
{
    struct reader *readers = calloc(count, sizeof(*readers));
    unsigned opened = 0;
    bool good;

    while (readers && opened < count &&
           span_feed_open(&readers[opened].feed, runs[opened], false, false))
        opened++;
    good = opened == count ? count_merged(readers, count, addresses, failure)
                           : failure_out_of_memory(failure);
    while (opened > 0)
        span_feed_close(&readers[--opened].feed);
    free(readers);
    return good;
}

/* Of one run or several together. */
static bool count_distinct(struct run_file **runs, unsigned count, ip_count *addresses,
                           struct failure *failure)
{
    struct run_totals totals;

    if (count > 1 || !run_file_items_ascend(runs[0]))
        return count_addresses(runs, count, addresses, failure);
    if (!run_file_totals(runs[0], &totals))
        return failure_pass(failure, run_file_failure(runs[0]));
    *addresses += totals.addresses;
    return true;
}

static bool count_rows(struct run_file **runs, unsigned count, ip_count *rows,
                       struct failure *failure)
{
    struct run_totals totals;

    for (unsigned i = 0; i < count; i++) {
        if (!run_file_totals(runs[i], &totals))
            return failure_pass(failure, run_file_failure(runs[i]));
        *rows += totals.addresses;
    }
    return true;
}

bool repeated_rows_count(struct run_file **runs, unsigned count, bool shards,
                         struct row_counts *out, struct failure *failure)
{
    ip_count addresses = 0;
    unsigned together = shards ? 1 : count;

    *out = (struct row_counts){0};
    if (!count_rows(runs, count, &out->rows, failure))
        return false;
    for (unsigned i = 0; i < count; i += together) {
        if (!count_distinct(runs + i, together, &addresses, failure))
            return false;
    }
    out->repeated = out->rows > addresses ? (uint64_t)(out->rows - addresses) : 0;
    return true;
}
