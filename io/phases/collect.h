/*
 * Collecting: walks the spans of a run file, has a crew of auditors ask for each address, and
 * writes what they find back, in batches, about once a second. Afterwards the run file holds the
 * facts; nothing is judged here.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_COLLECT_H
#define IO_PHASES_COLLECT_H

#include <signal.h>

#include "io/lookup/asker.h"
#include "io/run/run_file.h"

struct collect_progress {
    uint64_t done; /* addresses found so far, those of an earlier session included */
    uint64_t
        total; /* addresses to ask in the whole run, UINT64_MAX at most; 0 without on_progress */
    uint64_t known;    /* of `done`, from an earlier session */
    uint64_t doubtful; /* found in this session, and do not pass beyond doubt; set at the end */
    int64_t started_ns;
};

struct collect_options {
    struct asker_options asker; /* window: of all threads together; seed, give and context are set
                                   by the collecting */
    unsigned threads;
    bool skip_special;
    bool resumed;     /* some addresses may be known already */
    uint32_t vantage; /* whose view is collected (io/run/vantages.h); 0: that of the run */
    const volatile sig_atomic_t *stop; /* a signal's number once one has come */
    void *context;                     /* of the two below */
    void (*on_found)(void *context, const struct run_found *found); /* may be NULL */
    void (*on_progress)(void *context,
                        const struct collect_progress *progress); /* several times a second */
};

/* The rate in queries a second where the user gives none: COLLECT_RATE_REMOTE, or no limit (0) if
 * all endpoints are loopback addresses. */
enum { COLLECT_RATE_REMOTE = 1000 };
uint64_t collect_default_rate(const struct endpoint *endpoints, unsigned count);

enum collect_end {
    COLLECT_COMPLETE,
    COLLECT_STOPPED, /* *stop was set */
    COLLECT_GAVE_UP, /* no resolver answers any more */
    COLLECT_FAILED,  /* *failure tells */
};

/* counts: added up over all threads. */
enum collect_end collect(struct run_file *run, const struct collect_options *options,
                         struct asker_counts *counts, struct collect_progress *progress,
                         struct failure *failure) __attribute__((warn_unused_result));

#endif
