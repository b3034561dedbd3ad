/* A comparison as a part of another command. */
#ifndef AUDIT_COMMAND_COMPARE_H
#define AUDIT_COMMAND_COMPARE_H

#include "audit/command/options.h"
#include "reports/change_tally.h"

/* Compares two runs and writes the changes into the folder of the second. The process is confined
 * already. Returns the exit status of compare; *tally is set below EXIT_TROUBLE and with
 * EXIT_TRY_LATER. Errors: said on standard error. */
enum exit_status compare_nights(const struct options *options, const char *before,
                                const char *after, struct change_tally *tally);

#endif
