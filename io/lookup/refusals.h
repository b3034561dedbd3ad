/*
 * Why a name server answers REFUSED or SERVFAIL: because it limits its clients, or because it has
 * no other answer. A server that has answered lately is taken to limit: its questions wait, and the
 * pace (io/lookup/pace.h) finds the rate. After REFUSALS_IN_VAIN questions in a row that were
 * refused each time, it is not.
 *
 * Ownership: plain value that begins with zeros. Threads: one at a time. Times: CLOCK_MONOTONIC
 * nanoseconds.
 */
#ifndef IO_LOOKUP_REFUSALS_H
#define IO_LOOKUP_REFUSALS_H

#include <stdbool.h>
#include <stdint.h>

enum {
    REFUSALS_AFTER_ANSWER_MS = 5000,
    REFUSALS_AFTER_SOA_MS = 1000, /* a server may have the zone, and serve it to others only */
    REFUSALS_ALL = 64,            /* questions in a row: the server may answer none */
    REFUSALS_IN_VAIN = 16,
};

struct refusals {
    int64_t limits_until_ns; /* until then a refusal may be for a limit */
    unsigned in_a_row; /* questions refused; not SOA questions, of zones that it may not have */
    unsigned in_vain;  /* questions in a row that were refused each time */
};

/* soa: the question is of that type. before: it was refused before. */
/* An answer came. */
void refusals_answered(struct refusals *refusals, bool soa, bool before, int64_t now_ns);
/* A question was refused. True: ask it again later. */
bool refusals_may_pass(struct refusals *refusals, bool soa, bool before, int64_t now_ns);
/* A question was refused as often as it may be asked. */
void refusals_gave_up(struct refusals *refusals);
/* Does the server refuse everything? */
bool refusals_are_all(const struct refusals *refusals, int64_t now_ns);

#endif
