/*
 * How long a first try waits before the question is asked again: EARLY_TIMES the latency that
 * EARLY_QUANTILE of the replies stay below, at least EARLY_LEAST_MS. Lost datagrams then cost that
 * time, not the whole timeout. The quantile is so high, and the factor with it, that a healthy
 * resolver is asked hardly anything twice.
 *
 * The latency is measured anew over each EARLY_PORTION replies, and the longer of the last two
 * portions counts. Nothing is given up early before two portions and one whole timeout have gone
 * by: replies that come first are the fast ones.
 *
 * Ownership: plain value, early_init. Threads: one at a time.
 */
#ifndef IO_LOOKUP_LOSS_TIMEOUT_H
#define IO_LOOKUP_LOSS_TIMEOUT_H

#include "io/lookup/histogram.h"

enum { EARLY_PORTION = 512, EARLY_TIMES = 3, EARLY_LEAST_MS = 200, EARLY_QUANTILE_PERCENT = 98 };

struct early {
    int64_t since_ns; /* nothing early before */
    unsigned portions;
    uint64_t before_us; /* of the portion before the last */
    unsigned early_ms;
    struct histogram portion; /* being filled */
};

void early_init(struct early *early, unsigned timeout_ms, int64_t now_ns);
void early_add(struct early *early, int64_t latency_ns);
/* 0: not known yet. */
unsigned early_ms(const struct early *early, int64_t now_ns);

#endif
