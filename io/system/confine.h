/*
 * Least privilege: what the process gives up for good once it knows what its work needs, before it
 * reads a byte of input or of the DNS. What a hostile byte might then do is bounded, whatever fault
 * of ours or of a library it finds.
 *
 * - root's powers: it goes on as the owner of the output folder; where that is root, as root
 * without capabilities.
 * - new privileges: none can be gained (PR_SET_NO_NEW_PRIVS).
 * - system calls: those the work needs (seccomp). No program is started, nothing listens, no memory
 * becomes code.
 * - files: only the output is written, only the inputs are read; TCP only to the ports named
 * (Landlock).
 *
 * Each measure is taken where the kernel grants it; one that is refused (an old kernel, a
 * container) costs nothing else and never stops the run. Threads: before the first one is started.
 * Errors: none; messages are for -v.
 */
#ifndef IO_SYSTEM_CONFINE_H
#define IO_SYSTEM_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/system/endpoint.h"

/* Files that are read; those that do not exist are left out. */
struct confine_list {
    const char *const *paths;
    unsigned count;
};

enum { CONFINE_INPUTS = 3, CONFINE_PORTS_MAX = 2 * ENDPOINTS_MAX + 1 };

struct confine_plan {
    const char *output; /* folder that is written; NULL: nothing is */
    int output_fd;      /* the same, open; -1 without output */
    bool output_made;   /* by this run, which may take it back */
    struct confine_list inputs[CONFINE_INPUTS];
    /* Run directories that are read; what a killed run left beside its run file is merged there. */
    const char *const *runs;
    unsigned run_count;
    bool tls;                          /* the system's certificates are read */
    bool network;                      /* questions are asked */
    uint16_t ports[CONFINE_PORTS_MAX]; /* over TCP to these ports only */
    unsigned port_count;
    bool tell; /* what was done and what was not, by say() */
};

void confine(const struct confine_plan *plan);

#endif
