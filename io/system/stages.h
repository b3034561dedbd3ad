/*
 * The cost of each stage of a command, for -vv: wall time, CPU time of all threads, and the peak
 * memory of the process so far. Threads: one at a time. Errors: none.
 */
#ifndef IO_SYSTEM_STAGES_H
#define IO_SYSTEM_STAGES_H

#include <stdbool.h>
#include <stdint.h>

struct stages {
    bool verbose;
    int64_t wall_ns; /* when the stage began */
    int64_t cpu_ns;  /* CPU time used before */
};

void stages_begin(struct stages *stages, bool verbose);
/* Reports the cost of the stage that ended, and begins the next one. */
void stages_next(struct stages *stages, const char *ended);

#endif
