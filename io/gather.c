#include "io/gather.h"

enum {
    MANY = 256,     /* awaited: else there is little to gather */
    FEW = 16,       /* at a time: more need no help */
    WAY_PART = 20,  /* of the way */
    FALL = 4,       /* a faster reply counts for so much of the difference ... */
    RISE = 256,     /* ... and a slower one for so much */
    LEAST_US = 500, /* what a pause costs itself is more than a shorter one saves */
    MOST_US = 5000,
    STREAM_US = 1000, /* at least: a connection moves what comes together in one burst */
};

void gather_note(struct gather *gather, int64_t latency_ns)
{
    int64_t more = latency_ns - gather->way_ns;
    gather->way_ns += gather->way_ns == 0 ? more : more / (more < 0 ? FALL : RISE);
}

int64_t gather_pause_ns(const struct gather *gather, size_t awaited, bool streams, unsigned served)
{
    int64_t pause_us = gather->way_ns / WAY_PART / 1000;
    if (streams && pause_us < STREAM_US)
        pause_us = STREAM_US;
    if (awaited < MANY || served >= FEW || pause_us < LEAST_US)
        return 0;
    return (pause_us < MOST_US ? pause_us : MOST_US) * 1000;
}
