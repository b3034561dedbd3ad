#include "io/resolver/receive_pause.h"

enum {
    MANY = 256,      /* awaited: else there is little to gather */
    ENOUGH = 48,     /* at a time */
    NEAR_US = 10000, /* from there datagrams are not waited for */
    WAY_PART = 10,   /* of the way, at most */
    FALL = 4,        /* a faster reply counts for so much of the difference ... */
    RISE = 256,      /* ... and a slower one for so much */
    LEAST_US = 500,  /* what a pause costs itself is more than a shorter one saves */
    MOST_US = 10000,
    STREAM_US = 1000, /* at least: a connection moves what comes together in one burst */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void receive_pause_note(struct receive_pause *pause, int64_t latency_ns)
{
    int64_t more = latency_ns - pause->way_ns;
    pause->way_ns += pause->way_ns == 0 ? more : more / (more < 0 ? FALL : RISE);
}

int64_t receive_pause_ns(const struct receive_pause *pause, size_t awaited, bool streams,
                         unsigned served)
{
    int64_t way_us = pause->way_ns / 1000;
    if (awaited < MANY || served >= ENOUGH || (!streams && way_us < NEAR_US))
        return 0;
    int64_t enough_us = way_us * ENOUGH / (int64_t)awaited; /* until so many have come */
    int64_t pause_us = smaller(smaller(enough_us, way_us / WAY_PART), MOST_US);
    if (streams && pause_us < STREAM_US)
        pause_us = STREAM_US;
    return pause_us < LEAST_US ? 0 : pause_us * 1000;
}
