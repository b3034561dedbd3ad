/*
 * Shared by the files of the asker: an open question, the asker, and what each file offers the
 * others.
 *
 * asker.c           life of the asker, new questions, and the queues they wait in
 * asker_launch.c    which question is sent next, and to which resolver
 * asker_try.c       the tries under way
 * asker_outcome.c   the outcome of a try, and what follows from it
 * asker_sharing.c   one reply for all who ask the same; hands answers out
 * asker_probe.c     the probe before a run
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
#include "io/lookup/refusals.h"
#include "io/lookup/retry.h"

/* After this many replies in a row that were too long for a datagram, questions begin with TCP. */
enum { LONG_REPLIES = 8 };

TAILQ_HEAD(question_queue, open_question);
TAILQ_HEAD(try_queue, query_try);
LIST_HEAD(try_list, query_try);

/* A query and the wait for its reply. A question is asked again before the wait has ended, if its
 * datagram is likely to be lost. Then the earlier try is set aside: its reply still answers the
 * question if it comes first, and counts for resolver and pace whenever it comes. */
struct query_try {
    TAILQ_ENTRY(query_try) link;         /* in one of the asker's queues of tries */
    TAILQ_ENTRY(query_try) link_early;   /* in asker->early */
    LIST_ENTRY(query_try) link_question; /* in question->tries */
    struct open_question *question;      /* NULL: it has its answer, or another outcome */
    unsigned endpoint;
    enum transport transport;
    unsigned early; /* which of asker->early it is in; RETRY_EARLY_MAX: none */
    bool again;     /* repeats a failed try */
    bool overdue;   /* is in the queue of that name */
    bool aside;
    bool missed; /* its silence has been counted */
    int64_t sent_ns;
};

/* A question on its way to its answer. */
struct open_question {
    TAILQ_ENTRY(open_question) link; /* in one of the asker's queues */
    void *owner;
    unsigned slot;
    struct asker *asker;
    unsigned endpoint; /* of the try in flight, or of the last one */
    bool over_tcp;     /* the next try uses TCP */
    bool probe;
    enum probe_kind probe_kind; /* valid for a probe */
    bool has_wanted;
    struct ipaddr wanted;
    struct try_list tries; /* under way, those set aside too */
    struct retry retry;
    struct cache_lease lease;
    struct question_queue joined; /* the same question, asked meanwhile */
    int64_t patience_ns;          /* waits for another asker's reply until then; 0: not waiting */
    struct question question;
};

struct asker {
    struct asker_options options;
    struct resolver *resolver;
    struct health health;
    struct refusals refusals; /* of a name server */
    struct retry_policy policy;
    struct loss_timeout loss_timeout;
    struct dead_zones dead_zones;
    struct question_queue ready; /* first questions of an address */
    struct question_queue soon;  /* further questions: they go before the first ones */
    struct question_queue again; /* to be repeated now */
    struct delay_queue delayed;  /* to be repeated later */
    struct question_queue spare;
    struct try_queue sent;     /* probes too */
    struct try_queue declined; /* SERVFAIL or REFUSED came sooner than answers do */
    struct try_queue overdue;  /* sent so long ago that they take no place in the window */
    struct try_queue early[RETRY_EARLY_MAX]; /* that may end early, by the number of early tries
                                                before; each in the order of sending */
    struct try_queue spare_tries;
    unsigned open_count;
    unsigned waiting;         /* in again and delayed, and joined to others */
    unsigned in_flight;       /* without probes and tries set aside */
    unsigned again_in_flight; /* of them, tries that repeat a failed one */
    unsigned aside;           /* tries set aside */
    bool turn_of_repeats;     /* if both kinds of questions wait */
    unsigned long_replies;    /* in a row, to shareable questions */
    uint64_t repeats;         /* queries that the engine sent a second time, not counted yet */
    uint64_t random;          /* keeps the repeats of several askers from moving in step */
    struct pace_share share;
    struct asker_counts counts;
    struct answer answer; /* of the reply being read */
    struct cache_found found;
};

static inline const struct ipaddr *question_address(const struct open_question *open)
{
    return open->has_wanted ? &open->wanted : NULL;
}

/* A question in no queue. NULL: out of memory. */
struct open_question *question_new(struct asker *asker);
void question_leave(struct asker *asker, struct question_queue *queue, struct open_question *open);
void question_repeat(struct asker *asker, struct open_question *open);
void question_repeat_later(struct asker *asker, struct open_question *open, int64_t due_ns);
/* Moves delayed questions that are due to the queue of repeats. */
void asker_wake_delayed(struct asker *asker, int64_t now);
/* The queue of the first tries that go next. */
struct question_queue *asker_fresh_queue(struct asker *asker);
/* The queue whose turn it is. */
struct question_queue *asker_next_queue(struct asker *asker);

/* A waiting question chosen at random, to probe a resolver with; NULL: no question waits. */
const struct open_question *asker_any_waiting(struct asker *asker);

/* Sends what may be sent. Returns the milliseconds after which more may be, at most max_wait_ms. */
int asker_launch(struct asker *asker, int max_wait_ms);

/* Allocates the memory of the next try. False: out of memory. */
bool try_make_ready(struct asker *asker);
/* Sends the question, with the memory that is ready. It may be freed on return: the resolver may
 * reply from within. */
void try_send(struct asker *asker, struct open_question *open, bool again, int64_t now);
/* The try has ended, and may be used anew. */
void try_end(struct asker *asker, struct query_try *one);
/* The try has ended with SERVFAIL or REFUSED: it counts for the pace when answers would come. */
void try_declined(struct asker *asker, const struct query_try *one, int64_t now);
/* Counts those that have become old enough. */
void asker_count_declined(struct asker *asker, int64_t now);
/* The question has an outcome: of further tries for it only the resolver's reply counts. */
void question_forget_tries(struct asker *asker, struct open_question *open);
/* An asked question waits for nothing any more: no try, no turn. */
void question_stop(struct asker *asker, struct open_question *open);
/* Ends the waits that are long enough: most likely a datagram was lost. */
void asker_end_early(struct asker *asker, int64_t now);
/* The nanoseconds until another one is; INT64_MAX: none. */
int64_t asker_next_early_ns(const struct asker *asker, int64_t now);
/* Gives places in the window back. */
void asker_release_overdue(struct asker *asker, int64_t now);
/* Before the queues of questions are freed: questions in flight go there. */
void asker_free_tries(struct asker *asker);

/* Called by the resolver; the tag is a try. */
reply_fn asker_on_reply;
/* A try ended early: asks the question again at once. */
void question_missed_early(struct asker *asker, struct query_try *one, int64_t now);
/* A try failed: repeats the question later, or gives it up. */
void question_failed(struct asker *asker, struct open_question *open, enum answer_kind kind,
                     uint16_t rcode);

/* True if the first question of the queue left it: its answer is known, or others ask for it. */
bool asker_settle_first(struct asker *asker, struct question_queue *queue, int64_t now);
/* Hands asker->answer, read from the reply, to the question, and the reply to all that joined. */
void question_deliver_reply(struct asker *asker, struct open_question *open, const uint8_t *wire,
                            size_t len);
/* Hands the outcome of the failed tries to the question and to all that joined. */
void question_deliver_failure(struct asker *asker, struct open_question *open);

#endif
