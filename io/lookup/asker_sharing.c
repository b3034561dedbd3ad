#include "audit/message.h"
#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { LOOK_AGAIN_MS = 5 }; /* for what another asker is asking */

/* Ends a lookup: its memory is free for the next one before the receiver hears of it, who may ask
 * again at once. */
static void deliver(struct asker *asker, struct lookup *lookup, const struct answer *answer)
{
    TAILQ_INSERT_HEAD(&asker->spare, lookup, link);
    asker->open--;
    asker->counts.questions++;
    asker->options.give(asker->options.context, lookup->owner, lookup->slot, answer);
}

static struct lookup *next_joined(struct asker *asker, struct lookup_queue *joined)
{
    struct lookup *lookup = TAILQ_FIRST(joined);
    if (lookup) {
        TAILQ_REMOVE(joined, lookup, link);
        asker->waiting--;
    }
    return lookup;
}

/* An error or silence is so for all that joined. */
void lookup_deliver_failure(struct asker *asker, struct lookup *lookup)
{
    struct answer *answer = &asker->answer;
    struct lookup_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    TAILQ_CONCAT(&joined, &lookup->joined, link);
    answer_cache_drop(&lookup->lease);
    answer_clear(answer);
    answer->kind = lookup->retry.worst;
    answer->rcode = lookup->retry.rcode;
    answer->tries = lookup->retry.tries;
    deliver(asker, lookup, answer);
    while ((lookup = next_joined(asker, &joined)))
        deliver(asker, lookup, answer);
}

/* A reply that was asked for by another lookup: believed once, but read for the address wanted
 * here. */
static void deliver_shared(struct asker *asker, struct lookup *lookup, const uint8_t *wire,
                           size_t len, uint16_t tries, uint32_t age)
{
    struct answer *answer = &asker->answer;
    if (message_read(wire, len, &lookup->question, lookup_address(lookup), answer) != MESSAGE_OK) {
        lookup->retry.tries++; /* whatever is wrong with it: from here on it is asked for itself */
        lookup_failed(asker, lookup, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    answer->tries = tries;
    answer->ttl -= age < answer->ttl ? age : answer->ttl;
    deliver(asker, lookup, answer);
}

void lookup_deliver_reply(struct asker *asker, struct lookup *lookup, const uint8_t *wire,
                          size_t len)
{
    struct lookup_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    uint16_t tries = lookup->retry.tries;
    TAILQ_CONCAT(&joined, &lookup->joined, link);
    asker->answer.tries = tries;
    answer_cache_keep(&lookup->lease, wire, len, &asker->answer, clock_coarse_ns());
    deliver(asker, lookup, &asker->answer);
    while ((lookup = next_joined(asker, &joined)))
        deliver_shared(asker, lookup, wire, len, tries, 0);
}

/* A PTR question is asked for one address only: it has nothing to share. */
static bool is_shareable(const struct asker *asker, const struct lookup *lookup)
{
    return asker->options.cache && lookup->question.type != RR_PTR && !lookup->lease.entry &&
           !retry_is_repeat(&lookup->retry);
}

static void join(struct asker *asker, struct lookup *lookup, struct lookup *asking)
{
    asker->counts.joined++;
    asker->waiting++;
    TAILQ_INSERT_TAIL(&asking->joined, lookup, link);
}

static void look_again_later(struct asker *asker, struct lookup *lookup, int64_t now)
{
    if (lookup->patience_ns == 0)
        lookup->patience_ns = now + (int64_t)asker->policy.timeout_ms * 1000000;
    lookup_repeat_later(asker, lookup, now + (int64_t)LOOK_AGAIN_MS * 1000000);
}

/* True: the question in front of the queue is to be sent. False: it has left the queue, since
 * others ask it or have asked it. */
static bool take_turn(struct asker *asker, struct lookup_queue *queue, struct lookup *lookup,
                      int64_t now)
{
    struct cache_found *found = &asker->found;
    bool patient = lookup->patience_ns == 0 || now < lookup->patience_ns;
    lookup->lease =
        (struct cache_lease){.question = &lookup->question, .asker = asker, .lookup = lookup};
    enum cache_turn turn =
        answer_cache_take(asker->options.cache, &lookup->lease, patient, now, found);
    if (turn == CACHE_ASK) {
        lookup->over_tcp |= asker->long_replies == LONG_REPLIES;
        return true;
    }
    lookup_leave(asker, queue, lookup);
    if (turn == CACHE_WAIT) {
        look_again_later(asker, lookup, now);
    } else if (turn == CACHE_JOIN) {
        join(asker, lookup, found->lookup);
    } else {
        asker->counts.cached++;
        deliver_shared(asker, lookup, found->wire, found->len, found->tries, found->age);
    }
    return false;
}

bool asker_settle_first(struct asker *asker, struct lookup_queue *queue, int64_t now)
{
    struct lookup *lookup = TAILQ_FIRST(queue);
    return lookup && is_shareable(asker, lookup) && !take_turn(asker, queue, lookup, now);
}
