/*
 * Faults of replies on request (--fault KIND[=VALUE]), in addition to the directives of the
 * answerbook for single names: flipped octets, names that are slow at first, temporary errors,
 * mutated replies, streams that break or crawl.
 *
 * Ownership: faults_init / faults_free. Threads: settings are read-only and the rest is atomic, so
 * any number of workers may call. Units: milliseconds; shares are of 2^32.
 */
#ifndef TESTS_RESPONDER_FAULTS_H
#define TESTS_RESPONDER_FAULTS_H

#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum { FAULT_WHY_MAX = 128, FAULT_TRICKLE_OCTETS = 50, FAULT_TRICKLE_MS = 1 };

/* From the command line. */
struct fault_settings {
    uint64_t flip;       /* share of reply octets of which one bit flips */
    uint64_t flip_frame; /* the same outside RDATA, where no check could detect it */
    uint64_t slow;       /* share of names whose answers arrive only after slow_min to slow_max */
    unsigned slow_min_ms;
    unsigned slow_max_ms;
    uint8_t error_rcode; /* for all queries until error_ms after the first */
    unsigned error_ms;
    uint64_t mutate; /* share of replies that are mutated */
    uint64_t
        tcp_cut; /* share of TCP replies that break off in the middle and close the connection */
    unsigned tcp_close; /* a connection is closed after this number of replies; 0: never */
    bool tcp_refuse;    /* connections are refused */
    bool tcp_trickle;   /* a few octets at a time */
    bool oversize;      /* datagrams of any length, whatever the query allows */
};

struct faults {
    struct fault_settings settings;
    _Atomic int64_t first_ms;    /* of the first query, plus 1; 0: none yet */
    _Atomic uint64_t *slow_seen; /* time of the first query for each slow name */
    _Atomic uint64_t made;       /* corrupted replies */
};

/* Parses one --fault. False with a message in why. */
bool faults_parse(struct fault_settings *settings, const char *text, char why[FAULT_WHY_MAX]);
extern const char FAULTS_HELP[];

bool faults_init(struct faults *faults,
                 const struct fault_settings *settings); /* false: out of memory */
void faults_free(struct faults *faults);
/* A random source of the caller. */
typedef uint32_t random_fn(void *state);

/* Corrupts the reply in place, within cap octets; returns its new length. Adds to *delay_ms. */
size_t faults_spoil(struct faults *faults, uint8_t *reply, size_t length, size_t cap,
                    int64_t now_ms, unsigned *delay_ms, random_fn *random, void *state);
/* Keeps header and question of the reply, sets the RCODE, and drops everything else. Returns the
 * new length. */
size_t faults_make_error(uint8_t *reply, size_t length, uint8_t rcode);
/* "servfail" or "refused"; 0: neither. */
uint8_t faults_rcode(const char *word);
/* Makes the query allow datagrams of any length, if that is the fault. */
void faults_widen(const struct faults *faults, uint8_t *query, size_t length);

#endif
