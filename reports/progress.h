/*
 * The progress of a run on standard error: a line that rewrites itself on a terminal, or a plain
 * line every ten seconds. Its verdicts ignore expected host names; the reports judge again.
 *
 * Ownership: progress_new / progress_free. Threads: one at a time.
 */
#ifndef REPORTS_PROGRESS_H
#define REPORTS_PROGRESS_H

#include "audit/verdict.h"
#include "io/phases/collect.h"

/* PROGRESS_AUTO: a line on a terminal, nothing elsewhere. */
enum progress_mode { PROGRESS_AUTO, PROGRESS_PLAIN, PROGRESS_NONE };

struct progress;

/* Is progress shown on this standard error? */
bool progress_is_shown(enum progress_mode mode, bool quiet);
/* NULL if no progress is to be shown. Also NULL without memory: that is no reason to end a run. */
struct progress *progress_new(enum progress_mode mode, bool quiet);
/* The next five accept NULL. */
void progress_found(struct progress *progress, const struct run_found *found);
void progress_show(struct progress *progress, const struct collect_progress *now);
/* While empty parts of ranges are looked for. */
void progress_cuts(struct progress *progress, uint64_t blocks, uint64_t empty);
/* While reports are written: rows so far, of `total`. */
void progress_written(struct progress *progress, uint64_t rows, ip_count total);
/* While the folders of the hand-over are written. */
void progress_folders(struct progress *progress, unsigned written, unsigned all);
/* Removes the line before other output. */
void progress_clear(struct progress *progress);
/* Clears the line. */
void progress_free(struct progress *progress);

#endif
