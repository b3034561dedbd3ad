#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { LAUNCH_MAX = 256 }; /* questions sent before replies are looked at again */

static enum transport stream_of(const struct asker *asker)
{
    return asker->options.transport == TRANSPORT_TLS ? TRANSPORT_TLS : TRANSPORT_TCP;
}

/* On a stream nothing gets lost that the kernel does not repeat. */
static unsigned timeout_of(const struct asker *asker, const struct lookup *lookup, int64_t now)
{
    if (lookup->probe || lookup->over_tcp)
        return asker->policy.timeout_ms;
    return retry_timeout_ms(&asker->policy, &lookup->retry, early_ms(&asker->early, now));
}

/* The lookup may be gone when this returns: its reply can come from within. */
static void launch_one(struct asker *asker, struct lookup *lookup, int64_t now)
{
    lookup->sent_ns = now;
    lookup->transport = lookup->over_tcp ? stream_of(asker) : TRANSPORT_UDP;
    lookup->timeout_ms = timeout_of(asker, lookup, now);
    TAILQ_INSERT_TAIL(&asker->flying, lookup, link);
    asker->counts.queries++;
    if (!asker->options.engine->ask(asker->resolver, lookup->endpoint, lookup->transport,
                                    lookup->timeout_ms, &lookup->question, lookup))
        asker_on_reply(asker, lookup, REPLY_FAILED, NULL, 0);
}

/* Sends a probe question where one is due; the rate holds for probes too. */
static void send_probes(struct asker *asker, int64_t now)
{
    unsigned endpoint;
    while (health_probe_due(&asker->health, now, &endpoint)) {
        struct lookup *lookup =
            pacer_take(asker->options.pacer, now) == 0 ? lookup_take(asker) : NULL;
        if (!lookup) {
            health_probe_put_off(&asker->health, endpoint, now);
            return;
        }
        lookup->question = health_probe_question();
        lookup->probe = true;
        lookup->endpoint = endpoint;
        asker->counts.probes++;
        launch_one(asker, lookup, now);
    }
}

/* Takes it out of its queue and sends it. */
static void launch_from(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup,
                        int64_t now)
{
    lookup_leave(asker, queue, lookup);
    lookup->again = retry_is_repeat(&lookup->retry);
    retry_sent(&lookup->retry, now);
    asker->in_flight++;
    asker->again_in_flight += lookup->again;
    launch_one(asker, lookup, now);
}

/* The nanoseconds after which this resolver may be sent a query; 0: now, and it is counted. */
static int64_t admit_to(struct asker *asker, unsigned endpoint, bool again, int64_t now)
{
    int64_t wait_ns = governor_wait(&asker->share, endpoint, now);
    if (wait_ns == 0)
        wait_ns = pacer_take(asker->options.pacer, now);
    if (wait_ns == 0)
        governor_sent(&asker->share, endpoint, again, now);
    return wait_ns;
}

/* A question not asked yet goes to whichever resolver has room; a further try waits for the one
 * that was chosen for it, which is not the one that failed. */
static int64_t admit(struct asker *asker, struct lookup *lookup, int64_t now)
{
    unsigned chosen = lookup->endpoint;
    bool again = retry_is_repeat(&lookup->retry);
    int64_t least_ns = admit_to(asker, chosen, again, now);
    while (least_ns > 0 && !again) {
        lookup->endpoint = health_next(&asker->health, lookup->endpoint);
        if (lookup->endpoint == chosen)
            break;
        int64_t wait_ns = admit_to(asker, lookup->endpoint, again, now);
        least_ns = wait_ns < least_ns ? wait_ns : least_ns;
    }
    return least_ns;
}

/* The first of a queue if it may fly now; *wait_ns becomes smaller if it may after that time. */
static struct lookup *first_admitted(struct asker *asker, struct lookup_queue *queue, int64_t now,
                                     int64_t *wait_ns)
{
    struct lookup *lookup = TAILQ_FIRST(queue);
    if (!lookup)
        return NULL;
    if (health_is_out(&asker->health, lookup->endpoint))
        lookup->endpoint = health_next(&asker->health, lookup->endpoint);
    if (health_is_out(&asker->health, lookup->endpoint))
        return NULL; /* all are out: only probes go on */
    int64_t own_wait_ns = admit(asker, lookup, now);
    if (own_wait_ns > 0) {
        *wait_ns = own_wait_ns < *wait_ns ? own_wait_ns : *wait_ns;
        return NULL;
    }
    return lookup;
}

int asker_launch(struct asker *asker, int max_wait_ms)
{
    int64_t now = clock_monotonic_ns();
    int64_t wait_ns = (int64_t)max_wait_ms * 1000000;
    governor_sync(&asker->share, now);
    asker_wake_delayed(asker, now);
    send_probes(asker, now);
    unsigned window = governor_window(&asker->share, asker->options.window);
    for (int sent = 0; asker->in_flight < window; sent++) {
        if (sent == LAUNCH_MAX)
            return 0;
        struct lookup_queue *queue = asker_next_queue(asker);
        if (asker_settle_first(asker, queue, now))
            continue;
        struct lookup *lookup = first_admitted(asker, queue, now, &wait_ns);
        if (!lookup && queue == &asker->again) {
            queue = asker_fresh_queue(
                asker); /* it need not wait for the resolver that a repeated one waits for */
            if (asker_settle_first(asker, queue, now))
                continue;
            lookup = first_admitted(asker, queue, now, &wait_ns);
        }
        if (!lookup)
            break;
        launch_from(asker, queue, lookup, now);
    }
    return wait_ns < (int64_t)max_wait_ms * 1000000 ? (int)(wait_ns / 1000000) + 1 : max_wait_ms;
}
