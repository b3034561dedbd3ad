#include "io/phases/feeder.h"

#include <stdlib.h>

#include "audit/spread.h"

enum { SPANS = 256 };

/* Reads the spans of the run file in portions and feeds them to a walk. */
struct span_feed {
    struct run_file *run;
    struct walk *walk;
    struct span_cursor cursor;
    unsigned next, count;
    struct span spans[SPANS];
};

struct feeder {
    struct span_feed feed;
    bool resumed;
    uint32_t vantage;
    bool walked; /* the walk has ended */
    struct spread *spread;
    struct unit_batch next; /* from the walk to the spread */
};

static bool feed_open(struct span_feed *feed, struct run_file *run, bool skip_special)
{
    feed->run = run;
    feed->cursor.begun = false;
    feed->next = feed->count = 0;
    feed->walk = walk_new(skip_special);
    return feed->walk != NULL;
}

/* Gives the walk its next span, or ends it. */
static bool feed_one(struct span_feed *feed, struct failure *failure)
{
    if (feed->next == feed->count) {
        feed->next = 0;
        if (!run_file_next_spans(feed->run, &feed->cursor, feed->spans, SPANS, &feed->count))
            return failure_pass(failure, run_file_failure(feed->run));
    }
    if (feed->count == 0)
        walk_end(feed->walk);
    else
        walk_feed(feed->walk, &feed->spans[feed->next++]);
    return true;
}

struct feeder *feeder_new(struct run_file *run, bool skip_special, bool resumed, uint32_t vantage,
                          struct failure *failure)
{
    struct feeder *feeder = malloc(sizeof(*feeder));
    struct spread *spread = spread_new();
    if (!feeder || !spread || !feed_open(&feeder->feed, run, skip_special)) {
        failure_out_of_memory(failure);
        spread_free(spread);
        free(feeder);
        return NULL;
    }
    feeder->resumed = resumed;
    feeder->vantage = vantage;
    feeder->walked = false;
    feeder->spread = spread;
    return feeder;
}

static void copy_unit(struct walk_unit *to, const struct walk_unit *from)
{
    to->address = from->address;
    to->expected_count = from->expected_count;
    to->expected_cut = from->expected_cut;
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
    unsigned known_count = BATCH_UNITS, k = BATCH_UNITS; /* as after a full read: read at once */
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

/* Fills feeder->next from the walk. */
static bool walk_batch(struct feeder *feeder, struct failure *failure)
{
    struct unit_batch *batch = &feeder->next;
    batch->count = 0;
    while (batch->count < BATCH_UNITS && !feeder->walked) {
        enum walk_step step = walk_next(feeder->feed.walk, &batch->units[batch->count]);
        if (step == WALK_UNIT)
            batch->count++;
        else if (step == WALK_DONE)
            feeder->walked = true;
        else if (!feed_one(&feeder->feed, failure))
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

bool feeder_total(struct run_file *run, bool skip_special, uint64_t *total, struct failure *failure)
{
    struct span_feed *feed = malloc(sizeof(*feed));
    if (!feed || !feed_open(feed, run, skip_special)) {
        free(feed);
        return failure_out_of_memory(failure);
    }
    ip_count sum = 0, count = 0;
    bool good = true;
    enum walk_step step;
    while (good && (step = walk_count(feed->walk, &count)) != WALK_DONE) {
        sum += count;
        if (step == WALK_NEEDS_SPAN)
            good = feed_one(feed, failure);
    }
    *total = sum < UINT64_MAX ? (uint64_t)sum : UINT64_MAX;
    walk_free(feed->walk);
    free(feed);
    return good;
}

void feeder_free(struct feeder *feeder)
{
    if (!feeder)
        return;
    spread_free(feeder->spread);
    walk_free(feeder->feed.walk);
    free(feeder);
}
