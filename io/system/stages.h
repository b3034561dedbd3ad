/*
 * What each stage of a command costs, for -vv: wall time, CPU of all threads, and the most memory
 * that the process has held so far. Threads: one at a time. Errors: none.
 */
#ifndef IO_SYSTEM_STAGES_H
#define IO_SYSTEM_STAGES_H

#include <stdbool.h>
#include <stdint.h>

struct stages {
    bool tell;
    int64_t wall_ns; /* when the stage began */
    int64_t cpu_ns;  /* used until then */
};

void stages_begin(struct stages *stages, bool tell);
/* Says what the stage has cost; the next one begins. */
void stages_next(struct stages *stages, const char *ended);

#endif
