#include "io/lookup/health.h"

#include <string.h>

void health_init(struct health *health, unsigned endpoints, int64_t now_ns)
{
    memset(health, 0, sizeof(*health));
    health->count = endpoints;
    for (unsigned i = 0; i < endpoints; i++)
        health->endpoints[i].last_reply_ns = now_ns;
}

unsigned health_first(struct health *health)
{
    health->turn = health_next(health, health->turn);
    return health->turn;
}

unsigned health_next(const struct health *health, unsigned endpoint)
{
    for (unsigned step = 1; step <= health->count; step++) {
        unsigned i = (endpoint + step) % health->count;
        if (!health->endpoints[i].out)
            return i;
    }
    return endpoint;
}

bool health_is_doubtful(const struct health *health, unsigned endpoint)
{
    return health->endpoints[endpoint].misses > 0;
}

bool health_is_out(const struct health *health, unsigned endpoint)
{
    return health->endpoints[endpoint].out;
}

void health_replied(struct health *health, unsigned endpoint, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    one->misses = 0;
    one->last_reply_ns = now_ns;
    if (one->out) {
        one->out = false;
        health->out--;
    }
}

bool health_missed(struct health *health, unsigned endpoint, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    one->misses++;
    bool silent = now_ns - one->last_reply_ns >= (int64_t)HEALTH_SILENCE_MS * 1000000;
    if (one->out || one->misses < HEALTH_MISSES || !silent)
        return false;
    one->out = true;
    one->next_probe_ns = now_ns;
    health->out++;
    if (health->out == health->count)
        health->all_out_since_ns = now_ns;
    return true;
}

bool health_missed_early(struct health *health, unsigned endpoint, int64_t now_ns,
                         unsigned timeout_ms)
{
    int64_t silent_ns = now_ns - health->endpoints[endpoint].last_reply_ns;
    return silent_ns >= (int64_t)timeout_ms * 1000000 && health_missed(health, endpoint, now_ns);
}

bool health_probe_due(struct health *health, int64_t now_ns, unsigned *endpoint)
{
    if (health->out == 0)
        return false;
    for (unsigned i = 0; i < health->count; i++) {
        struct endpoint_health *one = &health->endpoints[i];
        if (one->out && !one->probing && one->next_probe_ns <= now_ns) {
            one->probing = true;
            one->next_probe_ns = now_ns + (int64_t)HEALTH_PROBE_EVERY_MS * 1000000;
            *endpoint = i;
            return true;
        }
    }
    return false;
}

void health_probe_ended(struct health *health, unsigned endpoint)
{
    health->endpoints[endpoint].probing = false;
}

void health_probe_put_off(struct health *health, unsigned endpoint, int64_t now_ns)
{
    health->endpoints[endpoint].probing = false;
    health->endpoints[endpoint].next_probe_ns = now_ns;
}

struct question health_probe_question(void)
{
    return (struct question){.name = {.length = 1, .wire = {0}}, .type = RR_NS};
}

int64_t health_all_out_ms(const struct health *health, int64_t now_ns)
{
    return health->out == health->count ? (now_ns - health->all_out_since_ns) / 1000000 : 0;
}
