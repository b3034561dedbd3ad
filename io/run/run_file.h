/*
 * The run file: an SQLite database, one in each run directory. It holds the input in input order,
 * the results, the zones of what does not pass, and what is known about the run. docs/run-file.md
 * describes its tables and its version. This header opens and closes it; each header below it has
 * the functions of some tables.
 *
 * WAL mode, exclusive locking (two runs never share a file), one transaction for each batch of
 * writes. If the process is killed, everything committed remains. Ownership: run_file_open /
 * run_file_close. Threads: one at a time. Errors: a call that fails returns false, NULL or
 * RUN_FAILED; the first failure is kept (run_file_failure), and later calls do nothing. Text and
 * facts that a reading returns are valid until the next call of that reading.
 */
#ifndef IO_RUN_RUN_FILE_H
#define IO_RUN_RUN_FILE_H

#include "io/run/cuts.h"
#include "io/run/found.h"
#include "io/run/input.h"
#include "io/run/meta.h"
#include "io/run/name_servers.h"
#include "io/run/past.h"
#include "io/run/spans.h"
#include "io/run/vantages.h"
#include "io/run/walks.h"
#include "io/run/zones.h"
#include "io/system/failure.h"

enum { RUN_FILE_VERSION = 4 }; /* with more tables: RUN_FILE_VERSION_MORE */

/* NULL with *failure set: missing, not a run file, another version, in use by another run,
 * damaged. */
struct run_file *run_file_open(const char *path, enum run_mode mode, struct failure *failure);
/* Commits, merges the log, closes. False with *failure set: the last writes may be lost. NULL is
 * allowed. */
bool run_file_close(struct run_file *run, struct failure *failure)
    __attribute__((warn_unused_result));
const struct failure *run_file_failure(const struct run_file *run);
/* The run has its whole input, so messages may offer --resume. */
void run_file_offer_resume(struct run_file *run);

/* One of several runs that are read side by side: it keeps its share of the pages in memory. */
bool run_file_share_cache(struct run_file *run, unsigned runs) __attribute__((warn_unused_result));

/* Ends the transaction that the first write began. */
bool run_file_commit(struct run_file *run) __attribute__((warn_unused_result));
/* Due: a second after the last commit. */
bool run_file_commit_is_due(const struct run_file *run);
bool run_file_commit_when_due(struct run_file *run) __attribute__((warn_unused_result));
/* For input, which comes too fast to read the clock for each row: commits after 200,000 writes. A
 * transaction that grew with the input would keep all of it in the log. */
bool run_file_commit_when_large(struct run_file *run) __attribute__((warn_unused_result));

#endif
