/*
 * What the files of io/lookup/asker share: a question on its way to an answer, the asker, and what
 * each file does for the others.
 *
 * asker.c           the asker's own life, and questions taken in
 * asker_queues.c    where a question waits
 * asker_launch.c    which question flies next, and to whom
 * asker_outcome.c   what a try came to, and what follows from it
 * asker_sharing.c   one reply for all who ask the same, and answers handed out
 */
#ifndef IO_LOOKUP_ASKER_PRIVATE_H
#define IO_LOOKUP_ASKER_PRIVATE_H

#include <sys/queue.h>

#include "io/lookup/answer_cache.h"
#include "io/lookup/asker.h"
#include "io/lookup/dead_zones.h"
#include "io/lookup/delay_queue.h"
#include "io/lookup/health.h"
#include "io/lookup/loss_timeout.h"
#include "io/lookup/retry.h"

enum {
    LONG_REPLIES = 8
}; /* in a row, too long for datagrams: the next such question begins with TCP */

TAILQ_HEAD(question_queue, open_question);

/* One question on its way to an answer. */
struct open_question {
    TAILQ_ENTRY(open_question) link; /* in one of the asker's queues */
    void *owner;
    unsigned slot;
    struct asker *asker;
    unsigned endpoint; /* of the try in flight, or the last one */
    bool over_tcp;     /* the next try goes over TCP */
    bool probe;
    bool again; /* the try in flight follows a failed one */
    bool has_wanted;
    struct ipaddr wanted;
    enum transport transport; /* of the try in flight */
    unsigned timeout_ms;      /* of the try in flight */
    int64_t sent_ns;
    struct retry retry;
    struct cache_lease lease;
    struct question_queue joined; /* the same question, asked meanwhile */
    int64_t patience_ns;          /* until when another asker is waited for; 0: not yet */
    struct question question;
};

struct asker {
    struct asker_options options;
    struct resolver *resolver;
    struct health health;
    struct retry_policy policy;
    struct loss_timeout loss_timeout;
    struct dead_zones dead_zones; /* zones that fail */
    struct question_queue ready;  /* first questions of an address */
    struct question_queue soon;   /* what goes before them: further questions */
    struct question_queue again;  /* questions to be repeated now */
    struct delay_queue delayed;   /* questions to be repeated later */
    struct question_queue flying; /* probes too */
    struct question_queue spare;
    unsigned open_count;
    unsigned waiting;         /* in again and delayed, and joined to others */
    unsigned in_flight;       /* probes not counted */
    unsigned again_in_flight; /* of them, tries that follow a failed one */
    unsigned long_replies;    /* in a row, to shareable questions */
    uint64_t random;
    struct pace_share share;
    struct asker_counts counts;
    struct answer answer; /* of the reply being read */
    struct cache_found found;
};

static inline const struct ipaddr *question_address(const struct open_question *open)
{
    return open->has_wanted ? &open->wanted : NULL;
}

uint64_t asker_random(struct asker *asker);

void asker_init_queues(struct asker *asker);
/* A question that is in no queue yet; NULL: memory is short. */
struct open_question *question_new(struct asker *asker);
void question_leave(struct asker *asker, struct question_queue *queue, struct open_question *open);
void question_repeat(struct asker *asker, struct open_question *open);
void question_repeat_later(struct asker *asker, struct open_question *open, int64_t due_ns);
/* What is due by now may be repeated. */
void asker_wake_delayed(struct asker *asker, int64_t now);
/* Of the questions not asked yet, those to be asked first. */
struct question_queue *asker_fresh_queue(struct asker *asker);
/* Those whose turn it is now. */
struct question_queue *asker_next_queue(struct asker *asker);
void asker_free_queues(struct asker *asker);

/* Sends what may fly. Returns the milliseconds after which more may, at most max_wait_ms. */
int asker_launch(struct asker *asker, int max_wait_ms);

/* What the seam calls. */
reply_fn asker_on_reply;
/* A try failed: the question is asked again later, or given up. */
void question_failed(struct asker *asker, struct open_question *open, enum answer_kind kind,
                     uint16_t rcode);

/* Did the first of a queue leave it, because others ask it or have asked it? */
bool asker_settle_first(struct asker *asker, struct question_queue *queue, int64_t now);
/* asker->answer, read from the reply, goes to the question, and the reply to all that joined it. */
void question_deliver_reply(struct asker *asker, struct open_question *open, const uint8_t *wire,
                            size_t len);
/* What the failed tries amount to goes to the question and all that joined it. */
void question_deliver_failure(struct asker *asker, struct open_question *open);

#endif
