/*
 * When a question is asked again, and when it is given up. Pure: the time and the random number are
 * given.
 *
 * - A try is first given up early, after retry_timeout_ms with the time from
 * io/lookup/loss_timeout.h: mostly a datagram was lost. The question is asked again at once, at
 * most RETRY_EARLY_MAX times, and such a try does not count.
 * - A failed try is followed by a pause that doubles, and as much again at random.
 * - Silence and replies that nobody can believe end a question after `tries` tries. Errors that a
 * server told (SERVFAIL, REFUSED and others) may pass: they are asked again until `patience_ms`
 * after the first of them; the last try comes at that very moment.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef IO_LOOKUP_RETRY_H
#define IO_LOOKUP_RETRY_H

#include "audit/answer.h"

enum { RETRY_EARLY_MAX = 3, RETRY_OVER = -1 };

struct retry_policy {
    unsigned timeout_ms;  /* of a whole try */
    unsigned tries;       /* at least so many, unless an answer comes */
    unsigned patience_ms; /* for errors that were told; 0: only `tries` counts */
};

/* What one question has been through. */
struct retry {
    uint16_t tries;         /* that count, the one in flight included */
    uint8_t early;          /* tries given up early */
    uint16_t rcode;         /* of `worst` */
    int64_t asked_ns;       /* for the first time */
    int64_t error_ns;       /* when the first error was told; valid if one was */
    enum answer_kind worst; /* what the failed tries so far amount to */
};

void retry_begin(struct retry *retry);
/* A try is sent now. */
void retry_sent(struct retry *retry, int64_t now_ns);
/* Has any try of it failed, early or not? */
bool retry_is_repeat(const struct retry *retry);
/* How long the next try may take over datagrams; loss_timeout_ms 0: the whole timeout. */
unsigned retry_timeout_ms(const struct retry_policy *policy, const struct retry *retry,
                          unsigned loss_timeout_ms);
/* A try that waited for wait_ms brought nothing. True: that was early, and it does not count: ask
 * again at once. */
bool retry_is_early(struct retry *retry, const struct retry_policy *policy, int64_t waited_ms);
/* Did a server tell it, in a believable reply? */
bool retry_is_told(enum answer_kind kind);
/* A try failed. */
void retry_failed(struct retry *retry, enum answer_kind kind, uint16_t rcode, int64_t now_ns);
/* How long to wait before the next try, least_ms or more if time is left for that; RETRY_OVER:
 * there is none.
 */
int64_t retry_pause_ns(const struct retry *retry, const struct retry_policy *policy, int64_t now_ns,
                       unsigned least_ms, uint64_t random);

/* After a failed try over datagrams are streams worth a try? The one that completes `tries` uses
 * them. */
bool retry_is_for_tcp(const struct retry *retry, const struct retry_policy *policy,
                      enum answer_kind kind);

#endif
