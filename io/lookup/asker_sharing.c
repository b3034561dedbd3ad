#include "audit/message.h"
#include "io/lookup/asker_private.h"
#include "io/system/clock.h"

enum { LOOK_AGAIN_MS = 5 }; /* while another asker has the question in flight */

/* The question's memory is free before the receiver gets the answer: it may ask again at once. */
static void deliver(struct asker *asker, struct open_question *open, const struct answer *answer)
{
    TAILQ_INSERT_HEAD(&asker->spare, open, link);
    asker->open_count--;
    asker->counts.questions++;
    asker->options.give(asker->options.context, open->owner, open->slot, answer);
}

static struct open_question *next_joined(struct asker *asker, struct question_queue *joined)
{
    struct open_question *open = TAILQ_FIRST(joined);
    if (open) {
        TAILQ_REMOVE(joined, open, link);
        asker->waiting--;
    }
    return open;
}

void question_deliver_failure(struct asker *asker, struct open_question *open)
{
    struct answer *answer = &asker->answer;
    struct question_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    TAILQ_CONCAT(&joined, &open->joined, link);
    answer_cache_drop(&open->lease);
    answer_clear(answer);
    answer->kind = open->retry.worst;
    answer->rcode = open->retry.rcode;
    answer->extended_error = open->retry.extended_error;
    answer->tries = open->retry.tries;
    deliver(asker, open, answer);
    while ((open = next_joined(asker, &joined)))
        deliver(asker, open, answer);
}

/* A truncated reply is read here only if TCP brought no more. */
static bool is_readable(enum message_status read, const struct answer *answer)
{
    return read == MESSAGE_OK || (read == MESSAGE_TRUNCATED && answer->kind != ANSWER_TRUNCATED);
}

/* Reads another question's reply again, for the address wanted here. */
static void deliver_shared(struct asker *asker, struct open_question *open, const uint8_t *wire,
                           size_t len, uint16_t tries, uint32_t age)
{
    struct answer *answer = &asker->answer;
    if (!is_readable(message_read(wire, len, &open->question, question_address(open), answer),
                     answer)) {
        open->retry.tries++; /* from here on the question is sent by itself */
        question_failed(asker, open, ANSWER_UNBELIEVABLE, 0);
        return;
    }
    answer->tries = tries;
    answer->ttl -= age < answer->ttl ? age : answer->ttl;
    deliver(asker, open, answer);
}

void question_deliver_reply(struct asker *asker, struct open_question *open, const uint8_t *wire,
                            size_t len)
{
    struct question_queue joined = TAILQ_HEAD_INITIALIZER(joined);
    uint16_t tries = open->retry.tries;
    TAILQ_CONCAT(&joined, &open->joined, link);
    asker->answer.tries = tries;
    /* An answer without authority does not count: another name server is asked. */
    if (asker->options.iterative && !asker->answer.authoritative)
        answer_cache_drop(&open->lease);
    else
        answer_cache_keep(&open->lease, wire, len, &asker->answer, clock_coarse_ns());
    deliver(asker, open, &asker->answer);
    while ((open = next_joined(asker, &joined)))
        deliver_shared(asker, open, wire, len, tries, 0);
}

/* A PTR question belongs to one address: there is nothing to share. */
static bool is_shareable(const struct asker *asker, const struct open_question *open)
{
    uint16_t type = open->question.type;
    return asker->options.cache && type != RR_PTR &&
           !(asker->options.iterative && type == RR_SOA) && !open->lease.entry &&
           !retry_is_repeat(&open->retry);
}

static void join(struct asker *asker, struct open_question *open, struct open_question *asking)
{
    asker->counts.joined++;
    asker->waiting++;
    TAILQ_INSERT_TAIL(&asking->joined, open, link);
}

static void look_again_later(struct asker *asker, struct open_question *open, int64_t now)
{
    if (open->patience_ns == 0)
        open->patience_ns = now + (int64_t)asker->policy.timeout_ms * 1000000;
    question_repeat_later(asker, open, now + (int64_t)LOOK_AGAIN_MS * 1000000);
}

/* True: the question is to be sent. False: it left the queue, because its answer is known or
 * another question in flight asks the same. */
static bool take_turn(struct asker *asker, struct question_queue *queue, struct open_question *open,
                      int64_t now)
{
    struct cache_found *found = &asker->found;
    bool patient = open->patience_ns == 0 || now < open->patience_ns;
    open->lease = (struct cache_lease){.question = &open->question, .asker = asker, .asking = open};
    enum cache_turn turn =
        answer_cache_take(asker->options.cache, &open->lease, patient, now, found);
    if (turn == CACHE_ASK) {
        open->over_tcp |= asker->long_replies == LONG_REPLIES;
        return true;
    }
    question_leave(asker, queue, open);
    if (turn == CACHE_WAIT) {
        look_again_later(asker, open, now);
    } else if (turn == CACHE_JOIN) {
        join(asker, open, found->asking);
    } else {
        asker->counts.cached++;
        deliver_shared(asker, open, found->wire, found->len, found->tries, found->age);
    }
    return false;
}

/* The zone fails, and not only the targets of its aliases: another question costs time and shows
 * nothing. */
static bool is_in_vain(struct asker *asker, const struct open_question *open)
{
    return open->question.type == RR_CNAME &&
           dead_zones_is_dead(&asker->dead_zones, &open->question, NULL);
}

bool asker_settle_first(struct asker *asker, struct question_queue *queue, int64_t now)
{
    struct open_question *open = TAILQ_FIRST(queue);
    if (open && is_in_vain(asker, open)) {
        question_leave(asker, queue, open);
        question_deliver_failure(asker, open);
        return true;
    }
    return open && is_shareable(asker, open) && !take_turn(asker, queue, open, now);
}
