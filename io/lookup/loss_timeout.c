#include "io/lookup/loss_timeout.h"

#include <string.h>

void loss_timeout_init(struct loss_timeout *timeout, unsigned timeout_ms, unsigned assumed_ms,
                       int64_t now_ns)
{
    memset(timeout, 0, sizeof(*timeout));
    timeout->assumed_ms = assumed_ms;
    timeout->since_ns = now_ns + (int64_t)timeout_ms * 1000000 / LOSS_TIMEOUT_SINCE_PART;
}

/* Returns the latency that nearly all replies of the portion stay below. */
static uint64_t note_latency(struct loss_timeout *timeout)
{
    uint64_t us = histogram_quantile(&timeout->portion, LOSS_TIMEOUT_PERCENT / 100.0);
    uint64_t longer_us = us > timeout->before_us ? us : timeout->before_us;
    uint64_t wait_ms = LOSS_TIMEOUT_FACTOR * longer_us / 1000;
    timeout->wait_ms = wait_ms > LOSS_TIMEOUT_LEAST_MS ? (unsigned)wait_ms : LOSS_TIMEOUT_LEAST_MS;
    return us;
}

static void end_portion(struct loss_timeout *timeout)
{
    timeout->before_us = note_latency(timeout);
    timeout->portions++;
    memset(&timeout->portion, 0, sizeof(timeout->portion));
}

void loss_timeout_add(struct loss_timeout *timeout, int64_t latency_ns)
{
    histogram_add(&timeout->portion, (uint64_t)latency_ns / 1000);
    timeout->replies++;
    if (timeout->portions == 0 && timeout->portion.count == LOSS_TIMEOUT_FEW)
        note_latency(timeout);
    else if (timeout->portion.count == LOSS_TIMEOUT_PORTION)
        end_portion(timeout);
}

unsigned loss_timeout_ms(const struct loss_timeout *timeout, int64_t now_ns, bool last)
{
    bool known = timeout->portions >= 2 && now_ns >= timeout->since_ns;
    return known || (last && timeout->wait_ms > 0) ? timeout->wait_ms : timeout->assumed_ms;
}
