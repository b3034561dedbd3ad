/*
 * Runs that a command reads: run directories named on the command line, opened for reading. Several
 * are taken as one run.
 *
 * Ownership: runs_open / runs_close, also after a failure; begin with zeros. Threads: one. Errors:
 * in *failure.
 */
#ifndef AUDIT_COMMAND_RUNS_H
#define AUDIT_COMMAND_RUNS_H

#include "audit/command/options.h"
#include "io/run/run_pool.h"
#include "io/run/run_records.h"
#include "io/system/run_dir.h"

struct runs {
    unsigned count;
    struct run_file **files;
    struct run_records records; /* one per file */
    struct run_record *whole;   /* those, without a pool */
    struct run_pool *pool;      /* set before runs_open: shards are read through it */
    bool shards;                /* they are the shards of one audit, all of them and in order */
};

/* Does each folder hold a run? For a check before the output folder is opened; what else is wrong
 * with a run is found when it is opened. */
bool runs_check_there(const char *const *folders, unsigned count, struct failure *failure)
    __attribute__((warn_unused_result));
/* One run under two names would count each of its addresses twice. */
bool runs_check_repeats(const char *const *folders, unsigned count, struct failure *failure)
    __attribute__((warn_unused_result));
/* mode: RUN_READ or RUN_COMPARE. max_range: as in run_file_limit_ranges. Answers from zone files
 * and from the published DNS must not be mixed. */
bool runs_open(struct runs *runs, enum run_mode mode, const char *const *folders, unsigned count,
               ip_count max_range, struct failure *failure) __attribute__((warn_unused_result));
/* Are they the shards of one audit (runs->shards)? If so, puts them in order, whatever the order of
 * `folders`. Fails if they are in part, or if one is missing, double or of another audit. */
bool runs_check_shards(struct runs *runs, const char *const *folders, struct failure *failure)
    __attribute__((warn_unused_result));
bool runs_close(struct runs *runs, struct failure *failure) __attribute__((warn_unused_result));
/* How to open the folder of the reports: those of another run are not overwritten without
 * --force. */
enum run_dir_mode runs_output_mode(const char *output, bool force, const char *const *folders,
                                   unsigned count);

#endif
