#include "io/resolver/receive_pause.h"

enum {
    MANY = 256,           /* awaited replies from which a pause pays */
    ENOUGH = 48,          /* replies at once from which it does not */
    NEAR_US = 10000,      /* round trip below which there is no pause for datagrams */
    ROUND_TRIP_PART = 20, /* a pause is at most this part of the round trip */
    FALL = 4,             /* weight of a faster reply in the average: 1/4 */
    RISE = 256,           /* and of a slower one: 1/256 */
    LEAST_US = 500,       /* a shorter pause costs more than it saves */
    MOST_US = 10000,
    CONNECTION_US =
        1000, /* least pause for connections, which move all that arrived in one burst */
};

static int64_t smaller(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

void receive_pause_note(struct receive_pause *pause, int64_t latency_ns)
{
    int64_t more = latency_ns - pause->round_trip_ns;

    pause->round_trip_ns += pause->round_trip_ns == 0 ? more : more / (more < 0 ? FALL : RISE);
}

int64_t receive_pause_ns(const struct receive_pause *pause, size_t awaited, bool connections,
                         unsigned served)
{
    int64_t round_trip_us = pause->round_trip_ns / 1000;

    if (awaited < MANY || served >= ENOUGH || (!connections && round_trip_us < NEAR_US))
        return 0;
    int64_t enough_us = round_trip_us * ENOUGH / (int64_t)awaited; /* until ENOUGH have arrived */
    int64_t pause_us = smaller(smaller(enough_us, round_trip_us / ROUND_TRIP_PART), MOST_US);
    if (connections && pause_us < CONNECTION_US)
        pause_us = CONNECTION_US;
    return pause_us < LEAST_US ? 0 : pause_us * 1000;
}
