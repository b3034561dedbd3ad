/* The roof: what each command needs for its work; the rest is given up (io/system/confine.h). */
#ifndef AUDIT_COMMAND_CONFINE_H
#define AUDIT_COMMAND_CONFINE_H

#include <stdbool.h>

#include "audit/command/options.h"
#include "io/system/run_dir.h"

/* Where the system's resolvers are told, for who names none. */
#define RESOLV_CONF "/etc/resolv.conf"

/* dir: NULL for a command that writes nothing. asks: questions are asked, of the resolvers. */
void confine_command(const struct options *options, const struct run_dir *dir, bool asks);

#endif
