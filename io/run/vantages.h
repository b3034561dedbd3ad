/*
 * Resolver vantages: resolvers that are asked in addition to those of the run, and all their
 * results. Ownership, threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_VANTAGES_H
#define IO_RUN_VANTAGES_H

#include "io/run/found_block.h"
#include "io/run/run_step.h"

enum { VANTAGES_MAX = 16, VANTAGE_NAME_MAX = 64 };

/* The vantage of the name servers of all zones (--ask authoritative); others are resolvers. */
#define VANTAGE_NAME_SERVERS "authoritative"

enum vantage_state {
    VANTAGE_NEW,       /* questions are left */
    VANTAGE_WHOLE,     /* everything was asked */
    VANTAGE_SILENT,    /* it answered no question with anything but an error */
    VANTAGE_BROKE_OFF, /* it stopped answering */
    VANTAGE_STATES
};

struct run_vantage {
    uint32_t number; /* from 1 */
    enum vantage_state state;
    char name[VANTAGE_NAME_MAX]; /* "192.0.2.1@53" */
};

/* Adds a vantage, or finds the one of this name. */
bool run_file_add_vantage(struct run_file *run, const char *name, uint32_t *number)
    __attribute__((warn_unused_result));
bool run_file_set_vantage(struct run_file *run, uint32_t number, enum vantage_state state)
    __attribute__((warn_unused_result));
bool run_file_vantages(struct run_file *run, struct run_vantage out[VANTAGES_MAX], unsigned *count)
    __attribute__((warn_unused_result));
/* Number of addresses that are settled for a vantage. */
uint64_t run_file_count_seen(struct run_file *run, uint32_t vantage);
/* Results of all vantages for the addresses of a range, in order of address, then vantage; one
 * range at a time. Facts are valid until the next call. */
bool run_file_seen_begin(struct run_file *run, const struct iprange *range)
    __attribute__((warn_unused_result));
enum run_step run_file_seen_next(struct run_file *run, struct run_found *out);

/* ---- for io/run/found.c: run_file_add_found and run_file_known of a vantage ---- */

bool run_file_add_seen(struct run_file *run, const struct run_found *found)
    __attribute__((warn_unused_result));
bool run_file_known_seen(struct run_file *run, uint32_t vantage, const struct iprange *range,
                         struct ipaddr *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));

#endif
