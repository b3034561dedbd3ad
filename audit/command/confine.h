/*
 * Which files, ports and system calls each command needs; io/system/confine.h gives up the rest.
 *
 * Threads: call before any other thread starts. Errors: a kernel that cannot confine is reported on
 * standard error with -v; the command goes on.
 */
#ifndef AUDIT_COMMAND_CONFINE_H
#define AUDIT_COMMAND_CONFINE_H

#include <stdbool.h>

#include "audit/command/options.h"
#include "io/system/folder.h"
#include "io/system/run_dir.h"

/* Lists the resolvers of the system, used without -r. */
#define RESOLV_CONF "/etc/resolv.conf"

/* dir: NULL for a command that writes no files. metrics: a folder in which a file is replaced;
 * NULL: none. asks: the command asks resolvers. */
void confine_command(const struct options *options, const struct run_dir *dir,
                     const struct folder *metrics, bool asks);
/* For a night: writes in the folder of nights, and renames a link there. */
void confine_nightly(const struct options *options, const struct folder *nights,
                     const struct folder *metrics);

#endif
