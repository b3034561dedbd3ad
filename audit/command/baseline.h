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

/* output: the run directory of the audit, which must be another one. */
struct baseline *baseline_open(const struct options *options, const char *output,
                               struct failure *failure);
void baseline_close(struct baseline *baseline); /* NULL is allowed */
/* A sentence about the baseline, for the reports of changes; `note` outlives it. */
void baseline_set_note(struct baseline *baseline, const char *note);
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
/* Compares, keeps in the run what was known before, and hands the changes to the judging. The
 * record outlives the baseline. */
bool baseline_compare(struct baseline *baseline, struct judging *judging, struct run_file *run,
                      const struct run_record *record, const struct run_dir *dir,
                      struct failure *failure) __attribute__((warn_unused_result));
/* After baseline_compare. */
const struct change_tally *baseline_tally(const struct baseline *baseline);
/* Gives the reports of changes their names; after the other reports. */
bool baseline_commit(struct baseline *baseline, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
