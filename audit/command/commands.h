/* The roof: the commands, each with its exit status. They say on standard error what went wrong. */
#ifndef AUDIT_COMMAND_COMMANDS_H
#define AUDIT_COMMAND_COMMANDS_H

#include "audit/command/options.h"

enum exit_status audit_command(const struct options *options);
enum exit_status report_command(const struct options *options);

#endif
