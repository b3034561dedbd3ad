#include "io/phases/span_feed.h"

bool span_feed_open(struct span_feed *feed, struct run_file *run, bool skip_special,
                    bool ranges_only)
{
    feed->run = run;
    feed->cursor.begun = false;
    feed->cursor.ranges_only = ranges_only;
    feed->next = feed->count = 0;
    feed->walk = walk_new(skip_special);
    return feed->walk != NULL;
}

bool span_feed_one(struct span_feed *feed, struct failure *failure)
{
    if (feed->next == feed->count) {
        feed->next = 0;
        if (!run_file_next_spans(feed->run, &feed->cursor, feed->spans, SPAN_FEED_PORTION,
                                 &feed->count))
            return failure_pass(failure, run_file_failure(feed->run));
    }
    if (feed->count == 0)
        walk_end(feed->walk);
    else
        walk_feed(feed->walk, &feed->spans[feed->next++]);
    return true;
}

void span_feed_close(struct span_feed *feed)
{
    walk_free(feed->walk);
}
