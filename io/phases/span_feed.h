/*
 * The spans of a run file, read in portions and fed to a walk (audit/walk.h).
 *
 * Ownership: span_feed_open / span_feed_close. Threads: one at a time. Errors: in *failure.
 */
#ifndef IO_PHASES_SPAN_FEED_H
#define IO_PHASES_SPAN_FEED_H

#include "io/run/run_file.h"

enum { SPAN_FEED_PORTION = 256 };

struct span_feed {
    struct run_file *run;
    struct walk *walk;
    struct span_cursor cursor;
    unsigned next, count;
    struct span spans[SPAN_FEED_PORTION];
};

/* ranges_only: leave out items of one address. False: out of memory. */
bool span_feed_open(struct span_feed *feed, struct run_file *run, bool skip_special,
                    bool ranges_only) __attribute__((warn_unused_result));
/* Gives the walk its next span, or ends it. */
bool span_feed_one(struct span_feed *feed, struct failure *failure)
    __attribute__((warn_unused_result));
void span_feed_close(struct span_feed *feed);

#endif
