#include "io/phases/feeder.h"

#include <stdlib.h>

#include "audit/spread.h"

enum { SPANS = 256 };

/* Spans of the run file on their way into a walk, a portion at a time. */
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
    bool walked; /* to the end */
    bool out_of_memory;
    struct spread *spread;
    struct unit_batch next; /* on its way into the spread */
};

static bool feed_open(struct span_feed *feed, struct run_file *run, bool skip_special)
{
    feed->run = run;
    feed->cursor.begun = false;
    feed->next = feed->count = 0;
    feed->walk = walk_new(skip_special);
    return feed->walk != NULL;
}

/* Gives the walk its next span, or tells it that there is none. */
static bool feed_one(struct span_feed *feed)
{
    if (feed->next == feed->count) {
        feed->next = 0;
        if (!run_file_next_spans(feed->run, &feed->cursor, feed->spans, SPANS, &feed->count))
            return false;
    }
    if (feed->count == 0)
        walk_end(feed->walk);
    else
        walk_feed(feed->walk, &feed->spans[feed->next++]);
    return true;
}

struct feeder *feeder_new(struct run_file *run, bool skip_special, bool resumed, uint32_t vantage)
{
    struct feeder *feeder = malloc(sizeof(*feeder));
    if (!feeder)
        return NULL;
    feeder->resumed = resumed;
    feeder->vantage = vantage;
    feeder->walked = feeder->out_of_memory = false;
    feeder->spread = spread_new();
    if (feeder->spread && feed_open(&feeder->feed, run, skip_special))
        return feeder;
    spread_free(feeder->spread);
    free(feeder);
    return NULL;
}

static void copy_unit(struct walk_unit *to, const struct walk_unit *from)
{
    to->address = from->address;
    to->expected_count = from->expected_count;
    to->expected_cut = from->expected_cut;
    for (unsigned i = 0; i < from->expected_count; i++)
        dnsname_copy(&to->expected[i], &from->expected[i]);
}

/* Both the batch and the known addresses are in ascending order: one pass over both. Between two
 * units may lie more known addresses than one reading gives, where this session skips what an
 * earlier one asked for. */
static bool drop_known(struct feeder *feeder, struct unit_batch *batch)
{
    struct ipaddr known[BATCH_UNITS];
    struct ipaddr last = batch->units[batch->count - 1].address;
    unsigned known_count = BATCH_UNITS, k = BATCH_UNITS,
             kept = 0; /* as if a full reading were used up */
    for (unsigned i = 0; i < batch->count; i++) {
        const struct walk_unit *unit = &batch->units[i];
        while (k < known_count && ipaddr_compare(&known[k], &unit->address) < 0)
            k++;
        if (k == BATCH_UNITS) {
            if (!run_file_known(feeder->feed.run, feeder->vantage, &unit->address, &last, known,
                                BATCH_UNITS, &known_count))
                return false;
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

static bool walk_on(struct feeder *feeder)
{
    struct unit_batch *batch = &feeder->next;
    batch->count = 0;
    while (batch->count < BATCH_UNITS && !feeder->walked) {
        enum walk_step step = walk_next(feeder->feed.walk, &batch->units[batch->count]);
        if (step == WALK_UNIT)
            batch->count++;
        else if (step == WALK_DONE)
            feeder->walked = true;
        else if (!feed_one(&feeder->feed))
            return false;
    }
    return !feeder->resumed || batch->count == 0 || drop_known(feeder, batch);
}

static bool top_up(struct feeder *feeder)
{
    while (!feeder->walked && !spread_is_full(feeder->spread)) {
        if (!walk_on(feeder))
            return false;
        for (unsigned i = 0; i < feeder->next.count; i++) {
            if (!spread_put(feeder->spread, &feeder->next.units[i])) {
                feeder->out_of_memory = true;
                return false;
            }
        }
    }
    return true;
}

bool feeder_fill(struct feeder *feeder, struct unit_batch *batch, unsigned limit)
{
    batch->count = 0;
    if (!top_up(feeder))
        return false;
    while (batch->count < limit && spread_take(feeder->spread, &batch->units[batch->count]))
        batch->count++;
    return true;
}

bool feeder_out_of_memory(const struct feeder *feeder)
{
    return feeder->out_of_memory;
}

bool feeder_total(struct run_file *run, bool skip_special, uint64_t *total)
{
    struct span_feed *feed = malloc(sizeof(*feed));
    if (!feed || !feed_open(feed, run, skip_special)) {
        free(feed);
        return false;
    }
    ip_count sum = 0, count = 0;
    bool good = true;
    enum walk_step step;
    while (good && (step = walk_count(feed->walk, &count)) != WALK_DONE) {
        sum += count;
        if (step == WALK_NEEDS_SPAN)
            good = feed_one(feed);
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
