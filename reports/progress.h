/*
 * The progress of a run on standard error: a line that rewrites itself on a terminal, or plain
 * lines now and then. The verdicts it counts are judged without expected host names: they are a
 * first look, the reports count anew.
 *
 * Ownership: progress_new / progress_free. Threads: one at a time.
 */
#ifndef REPORTS_PROGRESS_H
#define REPORTS_PROGRESS_H

#include "audit/verdict.h"
#include "io/phases/collect.h"

/* How it is shown; PROGRESS_AUTO: a line on a terminal, else nothing. */
enum progress_mode { PROGRESS_AUTO, PROGRESS_PLAIN, PROGRESS_NONE };

struct progress;

/* NULL where none is to be shown (and where memory is short: it is not worth ending a run for). */
struct progress *progress_new(enum progress_mode mode, bool quiet);
/* The next four allow NULL. */
void progress_found(struct progress *progress, const struct run_found *found);
void progress_show(struct progress *progress, const struct collect_progress *now);
/* Of the reports: rows of all that will be. */
void progress_written(struct progress *progress, uint64_t rows, ip_count total);
/* Takes the line away, before something else is printed. */
void progress_clear(struct progress *progress);
/* Clears the line. */
void progress_free(struct progress *progress);

#endif
