#include <stdlib.h>

#include "io/lookup/asker_private.h"

/* Tries set aside beyond the number of lookups in flight: with as many, no further try ends early.
 */
enum { ASIDE_MORE = 1024 };

static enum transport transport_of(const struct asker *asker, const struct open_question *open)
{
    if (!open->over_tcp)
        return TRANSPORT_UDP;
    return asker->options.transport == TRANSPORT_TLS ? TRANSPORT_TLS : TRANSPORT_TCP;
}

bool try_make_ready(struct asker *asker)
{
    if (!TAILQ_EMPTY(&asker->spare_tries))
        return true;
    struct query_try *one = malloc(sizeof(*one));
    if (one)
        TAILQ_INSERT_HEAD(&asker->spare_tries, one, link);
    return one != NULL;
}

/* On a stream the kernel repeats what is lost. */
static unsigned early_of(const struct open_question *open)
{
    return open->probe || open->over_tcp ? RETRY_EARLY_MAX : open->retry.early;
}

void try_send(struct asker *asker, struct open_question *open, bool again, int64_t now)
{
    struct query_try *one = TAILQ_FIRST(&asker->spare_tries);
    TAILQ_REMOVE(&asker->spare_tries, one, link);
    *one = (struct query_try){.question = open,
                              .endpoint = open->endpoint,
                              .transport = transport_of(asker, open),
                              .early = early_of(open),
                              .again = again,
                              .sent_ns = now};
    LIST_INSERT_HEAD(&open->tries, one, link_question);
    TAILQ_INSERT_TAIL(&asker->sent, one, link);
    if (one->early < RETRY_EARLY_MAX)
        TAILQ_INSERT_TAIL(&asker->early[one->early], one, link_early);
    asker->counts.queries++;
    unsigned repeats = open->retry.tries > 0 ? open->retry.tries - 1u : 0;
    if (!asker->options.engine->ask(asker->resolver, one->endpoint, one->transport,
                                    asker->policy.timeout_ms, &open->question, repeats, one))
        asker_on_reply(asker, one, REPLY_FAILED, NULL, 0);
}

/* Gives the place of the try in the window of lookups back. */
static void stop_waiting(struct asker *asker, struct query_try *one)
{
    if (one->early < RETRY_EARLY_MAX)
        TAILQ_REMOVE(&asker->early[one->early], one, link_early);
    one->early = RETRY_EARLY_MAX;
    asker->in_flight--;
    asker->again_in_flight -= one->again;
}

static void set_aside(struct asker *asker, struct query_try *one)
{
    stop_waiting(asker, one);
    one->aside = true;
    asker->aside++;
}

void try_end(struct asker *asker, struct query_try *one)
{
    if (one->aside)
        asker->aside--;
    else if (!one->question->probe)
        stop_waiting(asker, one);
    if (one->question)
        LIST_REMOVE(one, link_question);
    TAILQ_REMOVE(one->overdue ? &asker->overdue : &asker->sent, one, link);
    TAILQ_INSERT_HEAD(&asker->spare_tries, one, link);
}

/* False: it counts later. */
static bool count_declined(struct asker *asker, const struct query_try *one, int64_t now)
{
    int64_t timeout_ns = (int64_t)asker->policy.timeout_ms * 1000000;
    struct pace_end end = {one->sent_ns, one->again, one->overdue, false};
    if (!one->overdue &&
        pace_share_is_early(&asker->share, one->endpoint, now - one->sent_ns, timeout_ns))
        return false;
    pace_share_ended(&asker->share, one->endpoint, &end, now);
    return true;
}

void try_declined(struct asker *asker, const struct query_try *one, int64_t now)
{
    if (count_declined(asker, one, now))
        return;
    struct query_try *kept = TAILQ_FIRST(&asker->spare_tries); /* at least the one that ended */
    TAILQ_REMOVE(&asker->spare_tries, kept, link);
    *kept = *one;
    kept->question = NULL;
    TAILQ_INSERT_TAIL(&asker->declined, kept, link);
}

void asker_count_declined(struct asker *asker, int64_t now)
{
    struct query_try *one;
    while ((one = TAILQ_FIRST(&asker->declined)) && count_declined(asker, one, now)) {
        TAILQ_REMOVE(&asker->declined, one, link);
        TAILQ_INSERT_HEAD(&asker->spare_tries, one, link);
    }
}

void question_forget_tries(struct asker *asker, struct open_question *open)
{
    struct query_try *one;
    while ((one = LIST_FIRST(&open->tries))) {
        LIST_REMOVE(one, link_question);
        one->question = NULL;
        if (!one->aside)
            set_aside(asker, one);
    }
}

static bool is_in_flight(const struct open_question *open)
{
    const struct query_try *one = LIST_FIRST(&open->tries);
    while (one && one->aside)
        one = LIST_NEXT(one, link_question);
    return one != NULL;
}

void question_stop(struct asker *asker, struct open_question *open)
{
    if (!is_in_flight(open)) {
        question_leave(asker, &asker->again, open);
        retry_sent(&open->retry); /* the last try ended early, and counts after all */
    }
    question_forget_tries(asker, open);
}

/* The last questions are asked again soon, once, if they are no more than those that were answered.
 * A resolver with a limit would drop these queries too, and the next ones. */
static bool is_last(const struct asker *asker, const struct query_try *one)
{
    bool waits =
        !TAILQ_EMPTY(&asker->ready) || !TAILQ_EMPTY(&asker->soon) || !TAILQ_EMPTY(&asker->again);
    return one->early == 0 && !waits && asker->in_flight <= asker->loss_timeout.replies &&
           !pace_share_is_limited(&asker->share, one->endpoint);
}

/* The nanoseconds until the first of the list may end early; INT64_MAX: never. */
static int64_t until_early_ns(const struct asker *asker, unsigned early, int64_t now)
{
    const struct query_try *first = TAILQ_FIRST(&asker->early[early]);
    if (!first || asker->aside >= asker->options.window + ASIDE_MORE)
        return INT64_MAX;
    unsigned lost_ms = loss_timeout_ms(&asker->loss_timeout, now, is_last(asker, first));
    unsigned wait_ms = retry_early_ms(&asker->policy, early, lost_ms);
    return wait_ms == 0 ? INT64_MAX : first->sent_ns + (int64_t)wait_ms * 1000000 - now;
}

void asker_end_early(struct asker *asker, int64_t now)
{
    for (unsigned i = 0; i < RETRY_EARLY_MAX; i++) {
        while (until_early_ns(asker, i, now) <= 0) {
            struct query_try *one = TAILQ_FIRST(&asker->early[i]);
            set_aside(asker, one);
            question_missed_early(asker, one, now);
        }
    }
}

int64_t asker_next_early_ns(const struct asker *asker, int64_t now)
{
    int64_t least_ns = INT64_MAX;
    for (unsigned i = 0; i < RETRY_EARLY_MAX; i++) {
        int64_t ns = until_early_ns(asker, i, now);
        least_ns = ns < least_ns ? ns : least_ns;
    }
    return least_ns;
}

/* The oldest is looked at alone: they were sent in this order. */
void asker_release_overdue(struct asker *asker, int64_t now)
{
    struct query_try *one;
    while ((one = TAILQ_FIRST(&asker->sent))) {
        bool probe = one->question && one->question->probe;
        if (!probe &&
            !pace_share_release(&asker->share, one->endpoint, one->again, one->sent_ns, now))
            return;
        TAILQ_REMOVE(&asker->sent, one, link);
        TAILQ_INSERT_TAIL(&asker->overdue, one, link);
        one->overdue = true;
    }
}

/* Other askers share the window. A try that is overdue has an outcome, others have none. */
static void leave_round(struct asker *asker, const struct query_try *one)
{
    struct pace_end lost = {one->sent_ns, one->again, one->overdue, false};
    if (one->question && one->question->probe)
        return;
    if (one->overdue)
        pace_share_ended(&asker->share, one->endpoint, &lost, 0);
    else
        pace_share_drop(&asker->share, one->endpoint, one->again, one->sent_ns);
}

static void free_tries(struct asker *asker, struct try_queue *queue)
{
    struct query_try *one;
    while ((one = TAILQ_FIRST(queue))) {
        struct open_question *open = one->question;
        TAILQ_REMOVE(queue, one, link);
        leave_round(asker, one);
        if (open && !one->aside)
            TAILQ_INSERT_TAIL(&asker->again, open, link);
        free(one);
    }
}

void asker_free_tries(struct asker *asker)
{
    free_tries(asker, &asker->sent);
    free_tries(asker, &asker->declined);
    free_tries(asker, &asker->overdue);
    while (!TAILQ_EMPTY(&asker->spare_tries)) {
        struct query_try *one = TAILQ_FIRST(&asker->spare_tries);
        TAILQ_REMOVE(&asker->spare_tries, one, link);
        free(one);
    }
}
