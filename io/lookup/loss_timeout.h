/*
 * How long a first try waits before the question is asked again: LOSS_TIMEOUT_FACTOR the latency
 * that EARLY_QUANTILE of the replies stay below, at least LOSS_TIMEOUT_LEAST_MS. Lost datagrams
 * then cost that time, not the whole timeout. The quantile is so high, and the factor with it, that
 * a healthy resolver is asked hardly anything twice.
 *
 * The latency is measured anew over each LOSS_TIMEOUT_PORTION replies, and the longer of the last
 * two portions counts. Nothing is given up early before two portions and one whole timeout have
 * gone by: replies that come first are the fast ones.
 *
 * Ownership: plain value, loss_timeout_init. Threads: one at a time.
 */
#ifndef IO_LOOKUP_LOSS_TIMEOUT_H
#define IO_LOOKUP_LOSS_TIMEOUT_H

#include "io/lookup/histogram.h"

enum {
    LOSS_TIMEOUT_PORTION = 512,
    LOSS_TIMEOUT_FACTOR = 3,
    LOSS_TIMEOUT_LEAST_MS = 200,
    LOSS_TIMEOUT_PERCENT = 98
};

struct loss_timeout {
    int64_t since_ns; /* nothing early before */
    unsigned portions;
    uint64_t before_us; /* of the portion before the last */
    unsigned wait_ms;
    struct histogram portion; /* being filled */
};

void loss_timeout_init(struct loss_timeout *timeout, unsigned timeout_ms, int64_t now_ns);
void loss_timeout_add(struct loss_timeout *timeout, int64_t latency_ns);
/* 0: not known yet. */
unsigned loss_timeout_ms(const struct loss_timeout *timeout, int64_t now_ns);

#endif
