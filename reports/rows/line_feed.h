/*
 * The lines of audit.csv on their way to the formats that show them: lines are copied into batches,
 * and full batches are shown in the background, in order, while the next rows are judged.
 *
 * Memory: LINE_BATCHES of at most LINE_BATCH_LINES lines each; it does not grow with the rows.
 * Ownership: line_feed_new / line_feed_free. Threads: one at a time; `show` runs in the background.
 */
#ifndef REPORTS_ROWS_LINE_FEED_H
#define REPORTS_ROWS_LINE_FEED_H

#include "reports/rows/csv_line.h"

struct background;

/* LINE_BATCHES: as many rows as are judged while a block of explore.html is packed. */
enum { LINE_BATCHES = 6, LINE_BATCH_LINES = 512, LINE_BATCH_OCTETS = 256 * 1024 };

struct shown_line {
    const char *bytes; /* of the cells, each followed by one octet, a comma */
    size_t used;       /* of them */
    unsigned cells;
    const uint32_t *ends; /* where each cell ends in `bytes` */
    const char *zones;    /* a cell of explore.html alone */
    size_t zones_length;
    bool passes; /* the verdict of the row */
};

struct shown_line shown_line_of(const struct csv_line *line, const char *zones, bool passes);

typedef void show_fn(void *context, const struct shown_line *line);

struct line_feed;

/* background: NULL: none. NULL: out of memory. */
struct line_feed *line_feed_new(struct background *background, show_fn *show, void *context);
/* Copies the line. */
void line_feed_add(struct line_feed *feed, const struct shown_line *line);
/* Returns when all lines were shown. */
void line_feed_end(struct line_feed *feed);
/* Lines that were not shown yet may be left out. NULL is allowed. */
void line_feed_free(struct line_feed *feed);

#endif
