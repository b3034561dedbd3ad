/*
 * How long a try over UDP waits before its datagram counts as lost: LOSS_TIMEOUT_FACTOR times the
 * latency that LOSS_TIMEOUT_PERCENT of the replies stay below, at least LOSS_TIMEOUT_LEAST_MS. A
 * lost datagram then costs that time instead of the whole timeout. Percentage and factor are high,
 * so that hardly any question is sent to a healthy resolver twice.
 *
 * Latency is measured over portions of LOSS_TIMEOUT_PORTION replies; the longer of the last two
 * portions counts. No loss timeout is known before two portions and half of the timeout have
 * passed: the replies that come first are the fast ones. Where fewer questions are asked, the
 * caller says what to assume until then. The last questions of a run need LOSS_TIMEOUT_FEW replies:
 * the run would wait for them, and they are too few to burden a slow resolver.
 *
 * Ownership: plain value, loss_timeout_init. Threads: one at a time.
 */
#ifndef IO_LOOKUP_LOSS_TIMEOUT_H
#define IO_LOOKUP_LOSS_TIMEOUT_H

#include <stdbool.h>

#include "io/lookup/histogram.h"

enum {
    LOSS_TIMEOUT_PORTION = 512,
    LOSS_TIMEOUT_FEW = 64,
    LOSS_TIMEOUT_FACTOR = 3,
    LOSS_TIMEOUT_LEAST_MS = 200,
    LOSS_TIMEOUT_PERCENT = 98,
    LOSS_TIMEOUT_SINCE_PART = 2
};

struct loss_timeout {
    int64_t since_ns; /* no loss timeout before */
    unsigned portions;
    uint64_t replies;   /* so far */
    uint64_t before_us; /* of the portion before the last */
    unsigned wait_ms;
    unsigned assumed_ms;      /* until it is known; 0: none */
    struct histogram portion; /* the current one */
};

void loss_timeout_init(struct loss_timeout *timeout, unsigned timeout_ms, unsigned assumed_ms,
                       int64_t now_ns);
void loss_timeout_add(struct loss_timeout *timeout, int64_t latency_ns);
/* Milliseconds; 0: not known yet, and none is assumed: use the whole timeout. last: no question
 * waits to be sent. */
unsigned loss_timeout_ms(const struct loss_timeout *timeout, int64_t now_ns, bool last);

#endif
