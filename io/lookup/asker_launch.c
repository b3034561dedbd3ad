#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { LAUNCH_MAX = 256 }; /* queries sent before replies are served again */

#define ROOM_WAIT_NS (INT64_C(5) * 1000 * 1000) /* for room on the connections to a resolver */

/* Probes count against the rate limit. False: not now. */
static bool send_probe(struct asker *asker, unsigned endpoint, enum probe_kind kind,
                       const struct open_question *of_run, int64_t now)
{
    bool ready = try_make_ready(asker) && rate_limit_take(asker->options.rate_limit, now) == 0;
    struct open_question *open = ready ? question_new(asker) : NULL;
    if (!open)
        return false;
    if (kind == PROBE_OF_RUN)
        open->question = of_run->question;
    else
        probe_question(&open->question, kind);
    open->probe = true;
    open->probe_kind = kind;
    open->endpoint = endpoint;
    asker->counts.probes++;
    asker->counts.resolvers.of[endpoint].probes++;
    try_send(asker, open, false, now);
    return true;
}

static void send_probes(struct asker *asker, int64_t now)
{
    unsigned endpoint;
    enum probe_kind kind;
    while (health_probe_due(&asker->health, now, &endpoint, &kind)) {
        const struct open_question *of_run = kind == PROBE_OF_RUN ? asker_any_waiting(asker) : NULL;
        if (kind == PROBE_OF_RUN && !of_run) {
            health_probe_ended(&asker->health, endpoint);
        } else if (!send_probe(asker, endpoint, kind, of_run, now)) {
            health_probe_put_off(&asker->health, endpoint);
            return;
        }
    }
}

static void launch_from(struct asker *asker, struct question_queue *queue,
                        struct open_question *open, int64_t now)
{
    bool again = retry_is_repeat(&open->retry);
    question_leave(asker, queue, open);
    asker->turn_of_repeats = !again;
    retry_sent(&open->retry);
    asker->in_flight++;
    asker->again_in_flight += again;
    try_send(asker, open, again, now);
}

static bool has_room(const struct asker *asker, const struct open_question *open, unsigned endpoint)
{
    const struct resolver_engine *engine = asker->options.engine;
    return !open->over_tcp || !engine->has_room || engine->has_room(asker->resolver, endpoint);
}

/* A question that goes over TCP for its length must not hold up those that use UDP. */
static bool put_off_without_room(struct asker *asker, struct question_queue *queue, int64_t now)
{
    struct open_question *open = TAILQ_FIRST(queue);
    if (!open || asker->options.transport != TRANSPORT_UDP || has_room(asker, open, open->endpoint))
        return false;
    question_leave(asker, queue, open);
    question_repeat_later(asker, open, now + ROOM_WAIT_NS);
    return true;
}

/* True if the first question of the queue left it. */
static bool settle_first(struct asker *asker, struct question_queue *queue, int64_t now)
{
    return asker_settle_first(asker, queue, now) || put_off_without_room(asker, queue, now);
}

/* The nanoseconds until this resolver may be sent a query; 0: now, and the query is counted. */
static int64_t admit_to(struct asker *asker, const struct open_question *open, unsigned endpoint,
                        int64_t now)
{
    bool again = retry_is_repeat(&open->retry);
    if (!has_room(asker, open, endpoint))
        return ROOM_WAIT_NS;
    int64_t wait_ns = pace_share_wait(&asker->share, endpoint, now);
    if (wait_ns == 0)
        wait_ns = rate_limit_take(asker->options.rate_limit, now);
    if (wait_ns == 0)
        pace_share_sent(&asker->share, endpoint, again, now);
    return wait_ns;
}

/* A first try goes to any resolver with room. A further try waits for the resolver chosen for it:
 * not the one that failed. */
static int64_t admit(struct asker *asker, struct open_question *open, int64_t now)
{
    unsigned chosen = open->endpoint;
    bool again = retry_is_repeat(&open->retry);
    int64_t least_ns = admit_to(asker, open, chosen, now);
    while (least_ns > 0 && !again) {
        open->endpoint = health_next(&asker->health, open->endpoint);
        if (open->endpoint == chosen)
            break;
        int64_t wait_ns = admit_to(asker, open, open->endpoint, now);
        least_ns = wait_ns < least_ns ? wait_ns : least_ns;
    }
    return least_ns;
}

/* The first question of the queue if it may be sent now; else *wait_ns is lowered to its wait. */
static struct open_question *first_admitted(struct asker *asker, struct question_queue *queue,
                                            int64_t now, int64_t *wait_ns)
{
    struct open_question *open = TAILQ_FIRST(queue);
    if (!open)
        return NULL;
    if (health_is_out(&asker->health, open->endpoint))
        open->endpoint = health_next(&asker->health, open->endpoint);
    if (health_is_out(&asker->health, open->endpoint))
        return NULL; /* no resolver is in health: only probes are sent */
    int64_t own_wait_ns = admit(asker, open, now);
    if (own_wait_ns > 0) {
        *wait_ns = own_wait_ns < *wait_ns ? own_wait_ns : *wait_ns;
        return NULL;
    }
    return open;
}

/* A resolver that is limited, and answers the other threads, is not dead. */
static void hear_of_replies(struct asker *asker)
{
    for (unsigned i = 0; i < asker->options.endpoint_count; i++)
        health_heard(&asker->health, i, pace_share_replied_ns(&asker->share, i));
}

int asker_launch(struct asker *asker, int max_wait_ms)
{
    int64_t now = clock_monotonic_ns();
    int64_t most_ns = (int64_t)max_wait_ms * 1000000;
    pace_share_sync(&asker->share, now);
    hear_of_replies(asker);
    asker_release_overdue(asker, now);
    asker_count_declined(asker, now);
    asker_end_early(asker, now);
    int64_t wait_ns = most_ns;
    asker_wake_delayed(asker, now);
    send_probes(asker, now);
    for (int sent = 0; asker->in_flight < asker->options.window && try_make_ready(asker); sent++) {
        if (sent == LAUNCH_MAX)
            return 0;
        struct question_queue *queue = asker_next_queue(asker);
        if (settle_first(asker, queue, now))
            continue;
        struct open_question *open = first_admitted(asker, queue, now, &wait_ns);
        if (!open && queue == &asker->again) {
            /* A first try need not wait for the resolver that a repeat waits for. */
            queue = asker_fresh_queue(asker);
            if (settle_first(asker, queue, now))
                continue;
            open = first_admitted(asker, queue, now, &wait_ns);
        }
        if (!open)
            break;
        launch_from(asker, queue, open, now);
    }
    /* It may be due already: once no question waits, less time is allowed for a reply. */
    int64_t early_ns = asker_next_early_ns(asker, now);
    early_ns = early_ns > 0 ? early_ns : 0;
    wait_ns = early_ns < wait_ns ? early_ns : wait_ns;
    return (int)((wait_ns + 999999) / 1000000);
}
