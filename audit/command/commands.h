/*
 * The commands. Each prints its errors on standard error and returns the exit code.
 *
 * Threads: one; audit starts its own.
 */
#ifndef AUDIT_COMMAND_COMMANDS_H
#define AUDIT_COMMAND_COMMANDS_H

#include "audit/command/options.h"

enum exit_status audit_command(const struct options *options);
enum exit_status nightly_command(const struct options *options);
enum exit_status report_command(const struct options *options);
enum exit_status compare_command(const struct options *options);

#endif
