/*
 * SIGINT and SIGTERM end a run in order: the first one asks for it, a further one during the
 * writing of the reports gives those up. SIGPIPE is ignored: a closed connection or pipe is an
 * error of that write alone. The one place with state of the whole process, since handlers have no
 * other way to speak.
 */
#ifndef IO_SYSTEM_SIGNALS_H
#define IO_SYSTEM_SIGNALS_H

#include <signal.h>

void signals_ignore_broken_writes(void);
void signals_catch_stop(void);
/* The first signal's number, or 0. */
const volatile sig_atomic_t *signals_stop(void);
/* How many have come. */
int signals_count(void);

#endif
