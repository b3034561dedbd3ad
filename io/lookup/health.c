#include "io/lookup/health.h"

#include <string.h>

/* Of a round. PROBE_LOCALHOST shows nothing that PROBE_LOOPBACK does not show. */
static const enum probe_kind ROUND[] = {PROBE_LOOPBACK, PROBE_ROOT, PROBE_OF_RUN};
enum { ROUND_SIZE = sizeof(ROUND) / sizeof(ROUND[0]) };

void health_init(struct health *health, unsigned endpoints, int64_t now_ns)
{
    memset(health, 0, sizeof(*health));
    health->count = health->up = endpoints;
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
        if (!health_is_out(health, i))
            return i;
    }
    return endpoint;
}

bool health_is_doubtful(const struct health *health, unsigned endpoint)
{
    return health->endpoints[endpoint].misses > 0;
}

bool health_has_replied(const struct health *health, unsigned endpoint, int64_t since_ns)
{
    return health->endpoints[endpoint].last_reply_ns > since_ns;
}

bool health_is_out(const struct health *health, unsigned endpoint)
{
    return health->endpoints[endpoint].state == HEALTH_OUT;
}

bool health_is_up(const struct health *health, unsigned endpoint)
{
    return health->endpoints[endpoint].state == HEALTH_UP;
}

static void set_state(struct health *health, unsigned endpoint, enum health_state state,
                      int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    bool was_up = one->state == HEALTH_UP;
    health->out -= one->state == HEALTH_OUT;
    health->up -= was_up;
    one->state = state;
    health->out += state == HEALTH_OUT;
    health->up += state == HEALTH_UP;
    if (was_up && health->up == 0)
        health->none_up_since_ns = now_ns;
}

static void put_out(struct health *health, unsigned endpoint, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    set_state(health, endpoint, HEALTH_OUT, now_ns);
    one->out_since_ns = one->next_round_ns = now_ns;
    one->probes_unsent = 0;
}

void health_replied(struct health *health, unsigned endpoint, bool refused, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    one->misses = 0;
    one->last_reply_ns = now_ns;
    if (one->refuses && refused)
        return;
    one->refuses = false;
    if (one->state != HEALTH_UP)
        set_state(health, endpoint, HEALTH_UP, now_ns);
}

void health_replied_locally(struct health *health, unsigned endpoint, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    bool due = now_ns - one->out_since_ns >= (int64_t)HEALTH_TRIAL_MS * 1000000;
    if (one->state != HEALTH_OUT || one->refuses || !due)
        return;
    set_state(health, endpoint, HEALTH_TRIAL, now_ns);
    one->misses = 0;
    one->last_reply_ns = now_ns;
}

void health_heard(struct health *health, unsigned endpoint, int64_t replied_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    if (one->state != HEALTH_UP || replied_ns <= one->last_reply_ns)
        return;
    one->misses = 0;
    one->last_reply_ns = replied_ns;
}

bool health_missed(struct health *health, unsigned endpoint, int64_t sent_ns, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    if (sent_ns < one->last_reply_ns)
        return false;
    one->misses++;
    bool silent = now_ns - one->last_reply_ns >= (int64_t)HEALTH_SILENCE_MS * 1000000;
    bool was_up = one->state == HEALTH_UP;
    if (one->state == HEALTH_OUT || one->misses < HEALTH_MISSES || !silent)
        return false;
    put_out(health, endpoint, now_ns);
    return was_up;
}

bool health_missed_early(struct health *health, unsigned endpoint, int64_t sent_ns, int64_t now_ns,
                         unsigned timeout_ms)
{
    int64_t silent_ns = now_ns - health->endpoints[endpoint].last_reply_ns;
    return silent_ns >= (int64_t)timeout_ms * 1000000 &&
           health_missed(health, endpoint, sent_ns, now_ns);
}

void health_refuses(struct health *health, unsigned endpoint, int64_t now_ns)
{
    struct endpoint_health *one = &health->endpoints[endpoint];
    unsigned others_up = health->up - health_is_up(health, endpoint);
    if (one->state == HEALTH_OUT || others_up == 0)
        return;
    one->refuses = true;
    put_out(health, endpoint, now_ns);
}

/* ---- probes ---- */

/* True: a probe of the round is to be sent. */
static bool begin_round_when_due(struct endpoint_health *one, int64_t now_ns)
{
    if (one->state != HEALTH_OUT || one->probes >= HEALTH_PROBES_MAX)
        return false;
    if (one->probes_unsent == 0 && one->next_round_ns <= now_ns) {
        one->probes_unsent = ROUND_SIZE;
        one->next_round_ns = now_ns + (int64_t)HEALTH_PROBE_EVERY_MS * 1000000;
    }
    return one->probes_unsent > 0;
}

bool health_probe_due(struct health *health, int64_t now_ns, unsigned *endpoint,
                      enum probe_kind *kind)
{
    if (health->out == 0)
        return false;
    for (unsigned i = 0; i < health->count; i++) {
        struct endpoint_health *one = &health->endpoints[i];
        if (begin_round_when_due(one, now_ns)) {
            one->probes++;
            *endpoint = i;
            *kind = ROUND[--one->probes_unsent];
            return true;
        }
    }
    return false;
}

void health_probe_ended(struct health *health, unsigned endpoint)
{
    health->endpoints[endpoint].probes--;
}

void health_probe_put_off(struct health *health, unsigned endpoint)
{
    health->endpoints[endpoint].probes--;
    health->endpoints[endpoint].probes_unsent++;
}

int64_t health_none_up_ms(const struct health *health, int64_t now_ns)
{
    return health->up == 0 ? (now_ns - health->none_up_since_ns) / 1000000 : 0;
}
