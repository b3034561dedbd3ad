/*
 * The roof: what the files of the audit command share. audit/command/audit.c tells the story; its
 * chapters have a file each.
 *
 * Ownership: one audit, made and freed by audit_command. Threads: one. Errors: audit->failure
 * tells.
 */
#ifndef AUDIT_COMMAND_AUDIT_H
#define AUDIT_COMMAND_AUDIT_H

#include "audit/command/input.h"
#include "audit/command/judging.h"
#include "audit/command/lookups.h"
#include "io/phases/collect.h"
#include "io/system/stages.h"

/* All that one audit holds while it lasts. */
struct audit {
    const struct options *options;
    const char *output;
    struct stages stages;
    struct input input;
    struct lookups lookups;
    struct run_dir dir;
    struct run_file *run;
    struct run_record record;
    struct judging *judging;
    struct failure failure;
};

/* main_audit.c: what findings are judged by, read when privileges are given up. */
bool audit_open_judging(struct audit *audit) __attribute__((warn_unused_result));

/* main_run.c: the run file in the open directory, with its input and how it is asked for. */
enum run_dir_mode audit_mode(const struct options *options);
bool audit_open_run(struct audit *audit) __attribute__((warn_unused_result));

/* main_collect.c: everything that is asked, and what that took. */
enum collect_end audit_collect(struct audit *audit) __attribute__((warn_unused_result));

/* main_dry.c: --dry-run. */
enum exit_status audit_dry_run(struct audit *audit) __attribute__((warn_unused_result));

#endif
