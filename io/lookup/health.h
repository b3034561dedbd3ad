/*
 * Which resolvers answer. A resolver is out after HEALTH_MISSES tries in a row without any reply,
 * over at least HEALTH_SILENCE_MS, all sent after its last reply. It then gets a round of probe
 * questions each second (io/lookup/probe_question.h), and is up again with the first reply to a
 * question of the run or of the root. Slow names alone put a resolver out for no longer than one
 * probe takes.
 *
 * A resolver that answers only its own names may have lost its upstream, or may be without a way to
 * the root while only silent names are left to ask. After HEALTH_TRIAL_MS it is on trial: it is
 * asked again, and the next silence puts it out again. A resolver on trial is not up: it has not
 * answered.
 *
 * A resolver that refuses every question, or passes it back, is out while another one answers;
 * such replies do not bring it back.
 *
 * Ownership: plain value, health_init. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds.
 */
#ifndef IO_LOOKUP_HEALTH_H
#define IO_LOOKUP_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "io/lookup/probe_question.h"
#include "io/system/endpoint.h"

enum {
    HEALTH_MISSES = 8,
    HEALTH_SILENCE_MS = 1000,
    HEALTH_PROBE_EVERY_MS = 1000,
    HEALTH_PROBES_MAX = 12, /* in flight at one resolver */
    HEALTH_TRIAL_MS = 10 * 1000
};

enum health_state { HEALTH_UP, HEALTH_TRIAL, HEALTH_OUT };

struct endpoint_health {
    enum health_state state;
    bool refuses;           /* out because of that */
    unsigned probes;        /* in flight */
    unsigned probes_unsent; /* of the round */
    unsigned misses;
    int64_t last_reply_ns;
    int64_t out_since_ns; /* valid while it is out */
    int64_t next_round_ns;
};

struct health {
    unsigned count;
    unsigned turn;
    unsigned out;             /* number of endpoints that are out */
    unsigned up;              /* number of endpoints that are up */
    int64_t none_up_since_ns; /* valid while no endpoint is up */
    struct endpoint_health endpoints[ENDPOINTS_MAX];
};

void health_init(struct health *health, unsigned endpoints, int64_t now_ns);
/* The resolver for a new question: resolvers that are not out take turns. */
unsigned health_first(struct health *health);
/* Another resolver that is not out; `endpoint` if there is no other. */
unsigned health_next(const struct health *health, unsigned endpoint);
/* Has the latest try ended in silence? */
bool health_is_doubtful(const struct health *health, unsigned endpoint);
/* Has a reply come since then? */
bool health_has_replied(const struct health *health, unsigned endpoint, int64_t since_ns);
bool health_is_out(const struct health *health, unsigned endpoint);
bool health_is_up(const struct health *health, unsigned endpoint);
/* A reply came, to any question but PROBE_LOOPBACK and PROBE_LOCALHOST. */
void health_replied(struct health *health, unsigned endpoint, bool refused, int64_t now_ns);
/* A reply to one of those two came. */
void health_replied_locally(struct health *health, unsigned endpoint, int64_t now_ns);
/* Another thread had a reply then: this one's silence shows less. Changes nothing about a resolver
 * that is not up, which its own probes bring back. */
void health_heard(struct health *health, unsigned endpoint, int64_t replied_ns);
/* A try ended in silence. It counts only if it was sent after the last reply: lost datagrams of one
 * burst end together, long after the others were answered. True if this put a resolver out that was
 * up. */
bool health_missed(struct health *health, unsigned endpoint, int64_t sent_ns, int64_t now_ns);
/* The same after a try that was given up early: counts only if the last reply is timeout_ms old. */
bool health_missed_early(struct health *health, unsigned endpoint, int64_t sent_ns, int64_t now_ns,
                         unsigned timeout_ms);
/* The resolver has refused every question so far, or passed it back: puts it out if another one is
 * up. */
void health_refuses(struct health *health, unsigned endpoint, int64_t now_ns);
/* True if a probe is due; it counts as in flight until health_probe_ended. */
bool health_probe_due(struct health *health, int64_t now_ns, unsigned *endpoint,
                      enum probe_kind *kind);
void health_probe_ended(struct health *health, unsigned endpoint);
/* The probe could not be sent; it stays due. */
void health_probe_put_off(struct health *health, unsigned endpoint);
/* For how long no resolver has been up; 0 if one is. */
int64_t health_none_up_ms(const struct health *health, int64_t now_ns);

#endif
