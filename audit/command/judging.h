/*
 * What the verdicts depend on beside the facts (receivers, policy, public suffix list), rendering
 * with it, and the exit code that follows. Shared by the commands that report.
 *
 * Ownership: judging_open / judging_close. Threads: one at a time. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_JUDGING_H
#define AUDIT_COMMAND_JUDGING_H

#include "audit/command/options.h"
#include "audit/command/runs.h"
#include "io/system/run_dir.h"
#include "reports/render.h"
#include "reports/resolver_fault.h"

extern const char PROGRAM[];        /* "fcrdns 0.2.0" */
extern const char DEFAULT_OUTPUT[]; /* run directory without -o */

enum {
    JUDGING_WHY_MAX = RESOLVER_FAULTS_TEXT_MAX,
    JUDGING_REJECTED_MAX = RUN_DIR_PATH_MAX + 192,
};

struct judging;
struct providers;

struct judging *judging_open(const struct options *options, struct failure *failure);
void judging_close(struct judging *judging);
/* NULL: the system has no list. */
const struct suffix_list *judging_suffixes(const struct judging *judging);
/* NULL: without --providers. */
const struct providers *judging_providers(const struct judging *judging);
/* As of today; NULL: without --exceptions. */
const struct exceptions *judging_exceptions(const struct judging *judging);

/* What the reports show of a comparison with the baseline; it must outlive judging_render. */
void judging_set_changes(struct judging *judging, const struct change_report *changes);

/* Renders all reports of the runs into the directory. */
bool judging_render(struct judging *judging, const struct runs *runs, const struct run_dir *dir,
                    const struct options *options, struct tally *tally, struct failure *failure)
    __attribute__((warn_unused_result));
/* "2 input rows were refused, or without a usable name: see fcrdns-report/rejected.csv", and the
 * same of walks that ended early; "": none. */
void judging_print_rejected(char out[JUDGING_REJECTED_MAX], const struct options *options,
                            const char *output, const struct tally *tally);
/* With -q, that line on standard error if input rows were refused or have unusable names. */
void judging_say_rejected(const struct options *options, const char *output,
                          const struct tally *tally);
/* With --quiet: that the audit saw no address that a receiver sees, so that silence does not look
 * like success. */
void judging_say_blank(const struct options *options, const struct tally *tally);
/* The exit code that the records and the findings lead to. Prints the reason for EXIT_TRY_LATER
 * on standard error, and leaves it in `why`, which is empty otherwise. */
enum exit_status judging_policy(const struct options *options, struct run_records records,
                                unsigned count, const struct tally *tally,
                                char why[JUDGING_WHY_MAX]);
/* As reports poll it: has a signal come since `context`, an int of signals_count? */
bool judging_is_cancelled(void *context);
/* The exit code of a run that a signal stopped. */
enum exit_status judging_signal_status(void);

#endif
