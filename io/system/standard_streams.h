/*
 * The descriptors 0 to 2. A program may be started with some of them closed; the next file that it
 * opens, such as the run file, would then get that number and receive its messages.
 *
 * Threads: before the first one is started.
 */
#ifndef IO_SYSTEM_STANDARD_STREAMS_H
#define IO_SYSTEM_STANDARD_STREAMS_H

#include "io/system/failure.h"

/* Opens /dev/null on each of the three that is closed, before anything else is opened. It is opened
 * in the wrong direction, so reads of standard input and writes to the others still fail with
 * EBADF. */
bool standard_streams_open(struct failure *failure) __attribute__((warn_unused_result));
/* Can standard input be read? False if it was closed at start. */
bool standard_streams_has_input(void);

#endif
