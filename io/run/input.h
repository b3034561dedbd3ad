/*
 * The input of a run as the run file holds it: sources (files and literal addresses), accepted
 * items, rejected rows. Ownership, threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_INPUT_H
#define IO_RUN_INPUT_H

#include "audit/walk.h"
#include "io/run/run_step.h"
#include "io/run/totals.h"

struct run_item {
    uint64_t seq;    /* place in the input, from 1; to be written: 0 for the next */
    uint32_t source; /* number from run_file_add_source */
    uint64_t line;   /* from 1 */
    struct iprange range;
    bool mapped; /* written as IPv4-mapped IPv6 */
    bool has_expected;
    struct dnsname expected; /* audit/expectation.h */
};

/* How the reason of a walk begins that ended early: its row was not refused. */
#define WALK_ENDS "the walk ends at "

struct run_rejected {
    uint32_t source;
    uint64_t line;
    const char *reason;
    const char *text; /* any bytes */
    size_t length;
};

/* ---- writing ---- */

bool run_file_add_source(struct run_file *run, const char *name, uint32_t *number)
    __attribute__((warn_unused_result));
bool run_file_add_item(struct run_file *run, const struct run_item *item)
    __attribute__((warn_unused_result));
bool run_file_add_rejected(struct run_file *run, const struct run_rejected *rejected)
    __attribute__((warn_unused_result));
/* Removes all input: a run that was killed while it read its input reads it again. */
bool run_file_forget_input(struct run_file *run) __attribute__((warn_unused_result));
/* The input is complete: makes the index of spans (io/run/spans.h), and commits. */
bool run_file_seal_input(struct run_file *run) __attribute__((warn_unused_result));
bool run_file_is_sealed(struct run_file *run);

/* ---- reading ---- */

/* Refuses to read items of more addresses, as a stranger may have put in: a report of one could
 * fill any disk. */
void run_file_limit_ranges(struct run_file *run, ip_count most);
/* Items in input order. */
bool run_file_items_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_items_next(struct run_file *run, struct run_item *out);
/* What is expected of one address of the item: a host name or a domain; NULL: nothing. room: holds
 * the name that a pattern makes. */
const struct dnsname *run_item_expected(const struct run_item *item, const struct ipaddr *address,
                                        struct dnsname *room);
/* Name of a source; "" if there is no such number. Valid until the run is closed. */
const char *run_file_source(struct run_file *run, uint32_t number);
/* Rejected rows in input order. Texts are valid until the next call. */
bool run_file_rejected_begin(struct run_file *run) __attribute__((warn_unused_result));
enum run_step run_file_rejected_next(struct run_file *run, struct run_rejected *out);

/* True: each item lies above the one before, so no address comes twice. False: that is not known;
 * it is known only to the session that added the items. */
bool run_file_items_ascend(const struct run_file *run);
bool run_file_totals(struct run_file *run, struct run_totals *out)
    __attribute__((warn_unused_result));

/* ---- for io/run/run_file.c ---- */

/* Loads totals and sources when a run is opened. */
bool run_file_load_input(struct run_file *run) __attribute__((warn_unused_result));
/* Writes the totals in the transaction of the rows they count. */
bool run_file_save_totals(struct run_file *run) __attribute__((warn_unused_result));
void run_file_free_input(struct run_file *run);

#endif
