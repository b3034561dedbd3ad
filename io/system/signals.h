/*
 * SIGINT and SIGTERM stop a run in order: the first signal stops the lookups, a second one stops
 * the writing of the reports. SIGPIPE and SIGXFSZ are ignored: they become errors of the write.
 * This is the only global state of the program, since a signal handler has no context.
 */
#ifndef IO_SYSTEM_SIGNALS_H
#define IO_SYSTEM_SIGNALS_H

#include <signal.h>

void signals_ignore_broken_writes(void);
/* Catches SIGINT and SIGTERM, except one that the process was started to ignore. */
void signals_catch_stop(void);
/* The first signal's number, or 0. */
const volatile sig_atomic_t *signals_stop(void);
/* The number of signals so far. */
int signals_count(void);

#endif
