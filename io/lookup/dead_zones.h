/*
 * Zones whose questions fail. After DEAD_ZONES_LIMIT failed tries, over at least
 * DEAD_ZONES_FAILING_MS and without an answer between them, a zone is failing: its questions are
 * spread out in time. A burst that was too large for the resolver fails sooner. After
 * DEAD_ZONES_LIMIT questions that failed for their whole patience, it is dead: its further
 * questions are tried once each. Any answer revives all zones around the question.
 *
 * The zone of an address is its /24 or /48. DEAD_ZONES_LIMIT dead zones make the /16, then the /8
 * (IPv6: the /32) dead: a dead /8 would otherwise cost the patience for each /24. The zone of a
 * host name is its parent. Questions for aliases (CNAME) count apart: where the zones of targets
 * fail, they are answered.
 *
 * Bounded: DEAD_ZONES_SETS * DEAD_ZONES_WAYS zones; the one unused for longest makes room. Costs
 * nothing while no zone fails.
 *
 * Ownership: plain value, dead_zones_init. Threads: one at a time. Times: CLOCK_MONOTONIC
 * nanoseconds.
 */
#ifndef IO_LOOKUP_DEAD_ZONES_H
#define IO_LOOKUP_DEAD_ZONES_H

#include "audit/answer.h"

enum {
    DEAD_ZONES_LIMIT = 8,
    DEAD_ZONES_FAILING_MS = 500,
    DEAD_ZONES_SETS = 1024,
    DEAD_ZONES_WAYS = 4
};

struct dead_zone {
    uint64_t key;       /* 0: free */
    int64_t failing_ns; /* valid with failed_tries: the time of the first */
    uint32_t looked_at;
    uint16_t failed_tries;     /* since the last answer; stops at DEAD_ZONES_LIMIT */
    uint16_t failed_questions; /* likewise; of a wider zone: dead zones within */
};

struct dead_zones {
    uint64_t seed; /* strangers choose names: they must not choose places in the table */
    uint32_t looks;
    unsigned known;
    struct dead_zone zones[DEAD_ZONES_SETS][DEAD_ZONES_WAYS];
};

void dead_zones_init(struct dead_zones *dead_zones, uint64_t seed);
/* In all functions: address is the audited one for its PTR question, else NULL. */
bool dead_zones_is_dead(struct dead_zones *dead_zones, const struct question *question,
                        const struct ipaddr *address);
bool dead_zones_is_failing(struct dead_zones *dead_zones, const struct question *question,
                           const struct ipaddr *address, int64_t now_ns);
void dead_zones_try_failed(struct dead_zones *dead_zones, const struct question *question,
                           const struct ipaddr *address, int64_t now_ns);
/* A question failed for its whole patience. */
void dead_zones_question_failed(struct dead_zones *dead_zones, const struct question *question,
                                const struct ipaddr *address);
void dead_zones_answered(struct dead_zones *dead_zones, const struct question *question,
                         const struct ipaddr *address);

#endif
