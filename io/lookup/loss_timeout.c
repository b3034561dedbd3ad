#include "io/lookup/loss_timeout.h"

#include <string.h>

void early_init(struct early *early, unsigned timeout_ms, int64_t now_ns)
{
    memset(early, 0, sizeof(*early));
    early->since_ns = now_ns + (int64_t)timeout_ms * 1000000;
}

static void end_portion(struct early *early)
{
    uint64_t us = histogram_quantile(&early->portion, EARLY_QUANTILE_PERCENT / 100.0);
    uint64_t longer_us = us > early->before_us ? us : early->before_us;
    uint64_t wait_ms = EARLY_TIMES * longer_us / 1000;
    early->early_ms = wait_ms > EARLY_LEAST_MS ? (unsigned)wait_ms : EARLY_LEAST_MS;
    early->before_us = us;
    early->portions++;
    memset(&early->portion, 0, sizeof(early->portion));
}

void early_add(struct early *early, int64_t latency_ns)
{
    histogram_add(&early->portion, (uint64_t)latency_ns / 1000);
    if (early->portion.count == EARLY_PORTION)
        end_portion(early);
}

unsigned early_ms(const struct early *early, int64_t now_ns)
{
    return early->portions >= 2 && now_ns >= early->since_ns ? early->early_ms : 0;
}
