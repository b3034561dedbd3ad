#include "reports/rows/line_feed.h"

#include <stdlib.h>
#include <string.h>

#include "io/system/background.h"

struct batch_line {
    uint32_t used;
    uint32_t zones_length; /* octets that follow those of the line */
    unsigned cells;
    bool passes;
    uint32_t ends[CSV_CELLS_MAX];
};

struct batch {
    struct line_feed *feed;
    struct background_task task; /* shows the lines */
    unsigned count;
    size_t used; /* of bytes */
    struct batch_line lines[LINE_BATCH_LINES];
    char bytes[LINE_BATCH_OCTETS];
};

enum { ZONES_MAX = 4096 };

_Static_assert((int)LINE_BATCH_OCTETS > CSV_LINE_MAX + ZONES_MAX, "each line fits");

struct line_feed {
    struct background *background;
    show_fn *show;
    void *context;
    unsigned filled; /* the batch that takes lines */
    struct batch batches[LINE_BATCHES];
};

struct shown_line shown_line_of(const struct csv_line *line, const char *zones, bool passes)
{
    return (struct shown_line){.bytes = line->bytes,
                               .used = line->used,
                               .cells = line->cells,
                               .ends = line->ends,
                               .zones = zones,
                               .zones_length = strnlen(zones, ZONES_MAX),
                               .passes = passes};
}

static void show_batch(void *context)
{
    const struct batch *batch = context;
    const char *at = batch->bytes;

    for (unsigned i = 0; i < batch->count; i++) {
        const struct batch_line *line = &batch->lines[i];
        struct shown_line shown = {.bytes = at,
                                   .used = line->used,
                                   .cells = line->cells,
                                   .ends = line->ends,
                                   .zones = at + line->used,
                                   .zones_length = line->zones_length,
                                   .passes = line->passes};

        batch->feed->show(batch->feed->context, &shown);
        at += line->used + line->zones_length;
    }
}

/* Untouched pages cost no memory. */
struct line_feed *line_feed_new(struct background *background, show_fn *show, void *context)
{
    struct line_feed *feed = malloc(sizeof(*feed));

    if (!feed)
        return NULL;
    feed->background = background;
    feed->show = show;
    feed->context = context;
    feed->filled = 0;
    for (unsigned i = 0; i < LINE_BATCHES; i++) {
        struct batch *batch = &feed->batches[i];

        batch->feed = feed;
        batch->task = (struct background_task){.run = show_batch, .context = batch};
        batch->count = 0;
        batch->used = 0;
    }
    return feed;
}

/* Takes the next batch, once its last lines were shown. */
static struct batch *next_batch(struct line_feed *feed)
{
    struct batch *batch = &feed->batches[feed->filled];

    background_begin(feed->background, &batch->task);
    feed->filled = (feed->filled + 1) % LINE_BATCHES;
    batch = &feed->batches[feed->filled];
    background_wait(feed->background, &batch->task);
    batch->count = 0;
    batch->used = 0;
    return batch;
}

void line_feed_add(struct line_feed *feed, const struct shown_line *line)
{
    struct batch *batch = &feed->batches[feed->filled];

    if (batch->count == LINE_BATCH_LINES ||
        line->used + line->zones_length > LINE_BATCH_OCTETS - batch->used)
        batch = next_batch(feed);

    struct batch_line *to = &batch->lines[batch->count++];

    to->used = (uint32_t)line->used;
    to->zones_length = (uint32_t)line->zones_length;
    to->cells = line->cells;
    to->passes = line->passes;
    memcpy(to->ends, line->ends, line->cells * sizeof(to->ends[0]));
    memcpy(batch->bytes + batch->used, line->bytes, line->used);
    batch->used += line->used;
    memcpy(batch->bytes + batch->used, line->zones, line->zones_length);
    batch->used += line->zones_length;
}

static void wait_for_all(struct line_feed *feed)
{
    for (unsigned i = 0; i < LINE_BATCHES; i++)
        background_wait(feed->background, &feed->batches[i].task);
}

void line_feed_end(struct line_feed *feed)
{
    next_batch(feed);
    wait_for_all(feed);
}

void line_feed_free(struct line_feed *feed)
{
    if (feed)
        wait_for_all(feed);
    free(feed);
}
