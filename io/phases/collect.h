/*
 * Collects the facts about all addresses of a run file: a crew of workers asks for them, and the
 * facts are written to the run file in batches, about once a second. Nothing is judged here.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_COLLECT_H
#define IO_PHASES_COLLECT_H

#include <signal.h>

#include "io/phases/zone_asker.h"
#include "io/run/run_file.h"

struct collect_progress {
    uint64_t done; /* addresses with facts, those of earlier sessions included */
    uint64_t
        total; /* addresses to ask in the whole run, UINT64_MAX at most; 0 without on_progress */
    uint64_t known;    /* of `done`, those of earlier sessions */
    uint64_t doubtful; /* addresses of this session that do not certainly pass; set at the end */
    int64_t started_ns;
};

struct collect_options {
    struct asker_options asker; /* window: of all threads; seed, give and context are set here */
    unsigned threads;
    /* NULL: resolvers are asked. Else the name servers of the zones, by one thread: clean passes
     * are results of the run, other answers those of a vantage (io/phases/zone_asker.h). */
    const struct name_server_options *servers;
    bool skip_special;
    bool resumed;     /* some addresses may be known already */
    bool cuts_known;  /* the cuts are those of an earlier session */
    uint32_t vantage; /* whose answers are collected (run_file_add_vantage); 0: the run's */
    const volatile sig_atomic_t *stop; /* a signal's number once one has come */
    void *context;                     /* first argument of the two below */
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
    COLLECT_FAILED,  /* see *failure */
};

/* Adds to *counts, over all threads. Facts collected before a failure or a stop are kept. */
enum collect_end collect(struct run_file *run, const struct collect_options *options,
                         struct asker_counts *counts, struct collect_progress *progress,
                         struct failure *failure) __attribute__((warn_unused_result));

#endif
