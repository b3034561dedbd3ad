/*
 * Which resolvers answer. A resolver is out after HEALTH_MISSES tries in a row without any reply,
 * over at least HEALTH_SILENCE_MS. It then gets a probe question each second, and is back with the
 * first reply. Slow names alone put a resolver out for no longer than one probe takes.
 *
 * Ownership: plain value, health_init. Threads: one at a time. Times: CLOCK_MONOTONIC nanoseconds.
 */
#ifndef IO_LOOKUP_HEALTH_H
#define IO_LOOKUP_HEALTH_H

#include <stdbool.h>
#include <stdint.h>

#include "audit/answer.h"
#include "io/system/endpoint.h"

enum { HEALTH_MISSES = 8, HEALTH_SILENCE_MS = 1000, HEALTH_PROBE_EVERY_MS = 1000 };

struct endpoint_health {
    bool out;
    bool probing;
    unsigned misses;
    int64_t last_reply_ns;
    int64_t next_probe_ns;
};

struct health {
    unsigned count;
    unsigned turn;
    unsigned out;             /* number of endpoints that are out */
    int64_t all_out_since_ns; /* valid while all are out */
    struct endpoint_health endpoints[ENDPOINTS_MAX];
};

void health_init(struct health *health, unsigned endpoints, int64_t now_ns);
/* The resolver for a new question: resolvers in health take turns. */
unsigned health_first(struct health *health);
/* Another resolver in health; `endpoint` if there is no other. */
unsigned health_next(const struct health *health, unsigned endpoint);
/* Has the latest try ended in silence? */
bool health_is_doubtful(const struct health *health, unsigned endpoint);
bool health_is_out(const struct health *health, unsigned endpoint);
/* A reply of any kind came. */
void health_replied(struct health *health, unsigned endpoint, int64_t now_ns);
/* A try ended in silence. True if this put the resolver out. */
bool health_missed(struct health *health, unsigned endpoint, int64_t now_ns);
/* The same after a try that was given up early: counts only if the last reply is timeout_ms old. */
bool health_missed_early(struct health *health, unsigned endpoint, int64_t now_ns,
                         unsigned timeout_ms);
/* True if a probe is due; the endpoint then counts as probed until health_probe_ended. */
bool health_probe_due(struct health *health, int64_t now_ns, unsigned *endpoint);
void health_probe_ended(struct health *health, unsigned endpoint);
/* The probe could not be sent; it stays due. */
void health_probe_put_off(struct health *health, unsigned endpoint, int64_t now_ns);
/* The NS of the root: every resolver on the Internet has them. */
struct question health_probe_question(void);
/* For how long all resolvers have been out; 0 if one is in health. */
int64_t health_all_out_ms(const struct health *health, int64_t now_ns);

#endif
