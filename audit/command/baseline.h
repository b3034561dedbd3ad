/*
 * The baseline of an audit: an earlier run that it is compared with at its end. The earlier run is
 * opened at the start, so that an audit never fails at its end for want of it.
 *
 * Ownership: baseline_open / baseline_close. Threads: one at a time. Errors: false or NULL with
 * *failure set.
 */
#ifndef AUDIT_COMMAND_BASELINE_H
#define AUDIT_COMMAND_BASELINE_H

#include "audit/command/judging.h"
#include "io/phases/collect.h"
#include "reports/change_tally.h"

struct baseline;

/* The runs that options->before names, checked whole. output: the run directory of the audit, which
 * must be another one; both outlive the baseline. */
struct baseline *baseline_open(const struct options *options, const char *output,
                               struct failure *failure);
/* A baseline without runs, for baseline_reopen. Its runs are checked while they are compared: if
 * they are damaged, `next` reopens it with others, or leaves it without any. */
typedef void next_baseline_fn(void *context, const struct failure *why);
struct baseline *baseline_with_next(const struct options *options, const char *output,
                                    next_baseline_fn *next, void *context, struct failure *failure);
/* Takes the runs that options->before names now. False: it has no runs. */
bool baseline_reopen(struct baseline *baseline, struct failure *failure)
    __attribute__((warn_unused_result));
void baseline_close(struct baseline *baseline); /* NULL is allowed */
/* A sentence about the baseline, for the reports of changes; `note` outlives it. */
void baseline_set_note(struct baseline *baseline, const char *note);
/* The refused input rows of its runs; 0 without runs. */
uint64_t baseline_rejected(const struct baseline *baseline);
/* Names it in the record of the run. */
void baseline_describe(const struct baseline *baseline, struct run_record *record);
/* --confirm: asks what would break once more, at each resolver of the run, after
 * options->confirm_s, and where the options say so at the name servers. Call it before
 * baseline_compare, with the answers of the run complete. COLLECT_FAILED with *failure set. */
enum collect_end baseline_confirm(struct baseline *baseline, struct judging *judging,
                                  struct run_file *run, const struct run_record *record,
                                  const struct run_dir *dir,
                                  const struct collect_options *collecting,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));
/* Compares (if a baseline is left; the record names it), keeps in the run what was known before,
 * and hands the changes to the judging. The record outlives the baseline. */
bool baseline_compare(struct baseline *baseline, struct judging *judging, struct run_file *run,
                      struct run_record *record, const struct run_dir *dir, struct failure *failure)
    __attribute__((warn_unused_result));
/* After baseline_compare. */
const struct change_tally *baseline_tally(const struct baseline *baseline);
/* Gives the reports of changes their names; after the other reports. */
bool baseline_commit(struct baseline *baseline, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
