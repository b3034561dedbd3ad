#include "io/phases/feeder.h"

#include <stdlib.h>

#include "audit/spread.h"
#include "io/phases/span_feed.h"

struct feeder {
    struct span_feed feed;
    bool resumed;
    uint32_t vantage;
    bool walked;      /* the walk has ended */
    uint64_t skipped; /* addresses in cuts */
    struct spread *spread;
    struct unit_batch next; /* from the walk to the spread */
};

struct feeder *feeder_new(struct run_file *run, bool skip_special, bool resumed, uint32_t vantage,
                          struct failure *failure)
{
    struct feeder *feeder = malloc(sizeof(*feeder));
    struct spread *spread = spread_new();
    if (!feeder || !spread || !span_feed_open(&feeder->feed, run, skip_special, false)) {
        failure_out_of_memory(failure);
        spread_free(spread);
        free(feeder);
        return NULL;
    }
    feeder->resumed = resumed;
    feeder->vantage = vantage;
    feeder->walked = false;
    feeder->skipped = 0;
    feeder->spread = spread;
    return feeder;
}

static void copy_unit(struct walk_unit *to, const struct walk_unit *from)
{
    to->address = from->address;
    to->expected_count = from->expected_count;
    to->expected_cut = from->expected_cut;
    to->in_cut = from->in_cut;
    for (unsigned i = 0; i < from->expected_count; i++)
        dnsname_copy(&to->expected[i], &from->expected[i]);
}

/* Removes known addresses from the batch. Both are in ascending order, so one pass is enough. More
 * known addresses than one read returns may lie between two units, if this session skips addresses
 * that an earlier one asked. */
static bool drop_known(struct feeder *feeder, struct unit_batch *batch, struct failure *failure)
{
    struct ipaddr known[BATCH_UNITS];
    struct ipaddr last = batch->units[batch->count - 1].address;
    unsigned known_count = BATCH_UNITS, k = BATCH_UNITS; /* all are used: read more */
    unsigned kept = 0;

    for (unsigned i = 0; i < batch->count; i++) {
        const struct walk_unit *unit = &batch->units[i];
        while (k < known_count && ipaddr_compare(&known[k], &unit->address) < 0)
            k++;
        if (k == BATCH_UNITS) {
            if (!run_file_known(feeder->feed.run, feeder->vantage, &unit->address, &last, known,
                                BATCH_UNITS, &known_count))
                return failure_pass(failure, run_file_failure(feeder->feed.run));
            k = 0;
        }
        if (k < known_count && ipaddr_equal(&known[k], &unit->address))
            continue;
        if (kept != i)
            copy_unit(&batch->units[kept], unit);
        kept++;
    }
    batch->count = kept;
    return true;
}

/* Is the unit to be asked? Of a cut, the run asks for expected names only; a vantage compares the
 * first address of the cut, and addresses with expected names. */
static bool take_unit(struct feeder *feeder, struct walk_unit *unit, bool *wanted,
                      struct failure *failure)
{
    struct run_cut cut;
    enum run_step step = run_file_cut_from(feeder->feed.run, &unit->address, &cut);
    bool inside = step == RUN_ROW && iprange_contains(&cut.range, &unit->address);
    bool is_named = unit->expected_count > 0;
    bool is_first = feeder->vantage > 0 && inside && ipaddr_equal(&unit->address, &cut.range.first);

    if (step == RUN_FAILED)
        return failure_pass(failure, run_file_failure(feeder->feed.run));
    *wanted = !inside || is_named || is_first;
    unit->in_cut = inside && is_named && feeder->vantage == 0;
    if (!*wanted)
        feeder->skipped += 1 + (uint64_t)walk_skip(feeder->feed.walk, &cut.range.last);
    return true;
}

/* Fills feeder->next from the walk. */
static bool walk_batch(struct feeder *feeder, struct failure *failure)
{
    struct unit_batch *batch = &feeder->next;
    bool has_cuts = run_file_has_cuts(feeder->feed.run), wanted = true;
    batch->count = 0;
    while (batch->count < BATCH_UNITS && !feeder->walked) {
        struct walk_unit *unit = &batch->units[batch->count];
        enum walk_step step = walk_next(feeder->feed.walk, unit);
        if (step == WALK_UNIT && has_cuts && !take_unit(feeder, unit, &wanted, failure))
            return false;
        if (step == WALK_UNIT)
            batch->count += wanted;
        else if (step == WALK_DONE)
            feeder->walked = true;
        else if (!span_feed_one(&feeder->feed, failure))
            return false;
    }
    return !feeder->resumed || batch->count == 0 || drop_known(feeder, batch, failure);
}

static bool fill_spread(struct feeder *feeder, struct failure *failure)
{
    while (!feeder->walked && !spread_is_full(feeder->spread)) {
        if (!walk_batch(feeder, failure))
            return false;
        for (unsigned i = 0; i < feeder->next.count; i++) {
            if (!spread_put(feeder->spread, &feeder->next.units[i]))
                return failure_out_of_memory(failure);
        }
    }
    return true;
}

bool feeder_fill(struct feeder *feeder, struct unit_batch *batch, unsigned limit,
                 struct failure *failure)
{
    batch->count = 0;
    if (!fill_spread(feeder, failure))
        return false;
    while (batch->count < limit && spread_take(feeder->spread, &batch->units[batch->count]))
        batch->count++;
    return true;
}

uint64_t feeder_skipped(struct feeder *feeder)
{
    uint64_t skipped = feeder->skipped;

    feeder->skipped = 0;
    return skipped;
}

bool feeder_total(struct run_file *run, bool skip_special, uint64_t *total, struct failure *failure)
{
    struct span_feed *feed = malloc(sizeof(*feed));
    if (!feed || !span_feed_open(feed, run, skip_special, false)) {
        free(feed);
        return failure_out_of_memory(failure);
    }
    ip_count sum = 0;
    bool good = true;
    enum walk_step step;
    struct iprange range;
    while (good && (step = walk_range(feed->walk, &range)) != WALK_DONE) {
        if (step == WALK_UNIT)
            sum += iprange_count(&range);
        else
            good = span_feed_one(feed, failure);
    }
    *total = sum < UINT64_MAX ? (uint64_t)sum : UINT64_MAX;
    span_feed_close(feed);
    free(feed);
    return good;
}

void feeder_free(struct feeder *feeder)
{
    if (!feeder)
        return;
    spread_free(feeder->spread);
    span_feed_close(&feeder->feed);
    free(feeder);
}
