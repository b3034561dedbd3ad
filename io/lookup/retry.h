/*
 * When a question is asked again, and when it is given up. Pure: the caller passes the time and a
 * random number.
 *
 * - The first tries end early, after retry_early_ms: most likely a datagram was lost. The question
 *   is asked again at once, at most RETRY_EARLY_MAX times; such tries do not count.
 * - After a failed try comes a pause. It doubles each time, and up to the same time is added at
 *   random.
 * - A query that did not reach the resolver, or was lost with a connection that answered others,
 *   does not count, at most RETRY_UNREACHABLE_MAX times: it shows nothing about the question, which
 *   is asked again. The same goes for a try that failed while the resolver had too much to do, at
 *   most RETRY_OVERLOAD_MAX times.
 * - Silence and unbelievable replies end a question after `tries` tries. Errors from a server
 *   (SERVFAIL, REFUSED and others) may pass: the question is repeated until `patience_ms` after the
 *   first of them, and the last try comes at that moment. A resolver repeats a SERVFAIL from its
 *   memory, for at least a second (RFC 9520 3.2; `servfail-ttl` of BIND): after the second one,
 *   pauses outlast that.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef IO_LOOKUP_RETRY_H
#define IO_LOOKUP_RETRY_H

#include "audit/answer.h"

enum { RETRY_EARLY_MAX = 3, RETRY_UNREACHABLE_MAX = 32, RETRY_OVERLOAD_MAX = 16, RETRY_OVER = -1 };

struct retry_policy {
    unsigned timeout_ms;  /* of a whole try */
    unsigned tries;       /* at least, unless an answer comes */
    unsigned patience_ms; /* after errors from a server; 0: only `tries` counts */
};

/* The history of one question. */
struct retry {
    uint16_t tries;          /* without early ones; with the one in flight */
    uint8_t early;           /* tries given up early */
    uint8_t unreachable;     /* tries that did not reach the resolver, or were lost with their
                                connection, and do not count */
    uint8_t overload;        /* tries that failed while it had too much to do: nor do these */
    uint16_t rcode;          /* of `worst` */
    uint16_t extended_error; /* the heaviest of all server errors */
    uint8_t filtered;        /* replies in which a resolver withheld the answer */
    int64_t error_ns;        /* of the first server error; valid if `worst` is one */
    enum answer_kind worst;  /* the outcome if no further try succeeds */
};

void retry_begin(struct retry *retry);
/* A try is sent. */
void retry_sent(struct retry *retry);
/* Has any try failed, early or not? */
bool retry_is_repeat(const struct retry *retry);
/* After how long a try over UDP ends early, after `early` early ones (less than RETRY_EARLY_MAX);
 * 0: it waits for the whole timeout. loss_timeout_ms as in io/lookup/loss_timeout.h. */
unsigned retry_early_ms(const struct retry_policy *policy, unsigned early,
                        unsigned loss_timeout_ms);
/* A try ended early: it does not count. */
void retry_ended_early(struct retry *retry);
/* A try ended in silence after waited_ms. True if that was early: it does not count, and the
 * question is asked again at once. */
bool retry_excuse_early(struct retry *retry, const struct retry_policy *policy, int64_t waited_ms);
/* A query did not reach the resolver, or was lost with its connection. True: the try does not
 * count. If it did not reach the resolver, ask again after retry_unreachable_pause_ns. */
bool retry_excuse_unreachable(struct retry *retry);
int64_t retry_unreachable_pause_ns(const struct retry *retry, uint64_t random);
/* A try failed while the resolver had too much to do. True: the try does not count, ask again after
 * retry_overload_pause_ns. */
bool retry_excuse_overload(struct retry *retry);
int64_t retry_overload_pause_ns(const struct retry *retry, uint64_t random);
/* Is it an error that a believable reply states? */
bool retry_is_server_error(enum answer_kind kind);
/* A try failed. */
void retry_failed(struct retry *retry, enum answer_kind kind, uint16_t rcode, int64_t now_ns);
/* A server error came with this extended error (0: none). The heaviest one counts, wherever it came
 * from: a resolver that repeats an error from its memory may have lost the reason. */
void retry_explained(struct retry *retry, uint16_t extended_error);
/* The pause before the next try, at least least_ms if the patience allows; RETRY_OVER: no further
 * try. */
int64_t retry_pause_ns(const struct retry *retry, const struct retry_policy *policy, int64_t now_ns,
                       unsigned least_ms, uint64_t random);

/* Should the next try use TCP? The try that completes `tries` does. */
bool retry_is_for_tcp(const struct retry *retry, const struct retry_policy *policy,
                      enum answer_kind kind);

#endif
