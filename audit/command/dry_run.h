/* The lines of --dry-run, on standard output: what the inputs hold, and the queries that an audit
 * of them would take. Threads: one. */
#ifndef AUDIT_COMMAND_DRY_RUN_H
#define AUDIT_COMMAND_DRY_RUN_H

#include "audit/command/options.h"
#include "io/phases/load.h"

void dry_run_print(const struct load_result *loaded, const struct options *options);

#endif
