/*
 * What goes wrong with replies on request (--fault KIND[=VALUE]), beside what the answerbook
 * directs for single names: octets that flip, names that are slow at first, errors that pass,
 * replies that are mutated, streams that break or crawl.
 *
 * Ownership: faults_init / faults_free. Threads: settings are read only; the rest is atomic, so any
 * number of workers may call. Units: milliseconds; shares are of 2^32.
 */
#ifndef TESTS_RESPONDER_FAULTS_H
#define TESTS_RESPONDER_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAULT_WHY_MAX = 128, FAULT_TRICKLE_OCTETS = 50, FAULT_TRICKLE_MS = 1 };

/* As told on the command line. */
struct fault_settings {
    uint64_t flip;       /* octets of a reply of which one bit flips */
    uint64_t flip_frame; /* the same, but never in RDATA, where nobody could tell */
    uint64_t slow; /* names whose answers are known to the server only after slow_min to slow_max */
    unsigned slow_min_ms;
    unsigned slow_max_ms;
    uint8_t error_rcode; /* for all queries until error_ms after the first one */
    unsigned error_ms;
    uint64_t mutate; /* replies that are mutated */
    uint64_t
        tcp_cut; /* replies over TCP that break off in the middle, and the connection with them */
    bool tcp_refuse;  /* nobody listens */
    bool tcp_trickle; /* a few octets at a time */
    bool oversize;    /* datagrams as long as they like, whatever the query allows */
};

struct faults {
    struct fault_settings settings;
    _Atomic int64_t first_ms;    /* of the first query, plus 1; 0: none yet */
    _Atomic uint64_t *slow_seen; /* when a slow name was first asked for */
    _Atomic uint64_t made;       /* replies that were spoilt */
};

/* One --fault. False, with words for people in why. */
bool faults_parse(struct fault_settings *settings, const char *text, char why[FAULT_WHY_MAX]);
extern const char FAULTS_HELP[];

bool faults_init(struct faults *faults,
                 const struct fault_settings *settings); /* false: out of memory */
void faults_free(struct faults *faults);
/* Any random source of the caller. */
typedef uint32_t random_fn(void *state);

/* Spoils the reply in place, which has room up to cap; returns its new length. *delay_ms is added
 * to. */
size_t faults_spoil(struct faults *faults, uint8_t *reply, size_t length, size_t cap,
                    int64_t now_ms, unsigned *delay_ms, random_fn *random, void *state);
/* A query as if it allowed datagrams of any length, where that is the fault. */
void faults_widen(const struct faults *faults, uint8_t *query, size_t length);

#endif
