/*
 * Least privilege. Once the process knows what its work needs, and before it reads a byte of input
 * or of DNS, it gives up everything else for good. This bounds the damage that hostile data can do
 * through a fault in this program or in a library.
 *
 * - User: root continues as the owner of the output folder; if root owns it, as root without
 *   capabilities.
 * - New privileges: the process can gain none (PR_SET_NO_NEW_PRIVS).
 * - System calls: only those the work needs (seccomp). The process starts no program, listens on
 *   no socket and turns no memory into code.
 * - Files and ports (Landlock): it writes only the output, reads only the inputs, and connects over
 *   TCP only to the ports in the plan.
 *
 * Each measure is independent: if the kernel refuses one (an old kernel, a container), the others
 * still apply and the run continues. Threads: call before the first one is started. Errors: none;
 * with `verbose`, say() reports each measure.
 */
#ifndef IO_SYSTEM_CONFINE_H
#define IO_SYSTEM_CONFINE_H

#include <stdbool.h>
#include <stdint.h>

#include "io/system/endpoint.h"

/* Files to read; missing ones are ignored. */
struct confine_list {
    const char *const *paths;
    unsigned count;
};

enum { CONFINE_INPUTS = 3, CONFINE_PORTS_MAX = 2 * ENDPOINTS_MAX + 3 };

struct confine_plan {
    const char *output; /* folder to write in; NULL: nothing is written */
    int output_fd;      /* the same folder, open; -1 without output */
    bool output_made;   /* this run made the folder and may remove it again */
    bool links;         /* links in the folder are renamed; none is made */
    const char *files;  /* another folder, in which files are made and replaced; NULL: none */
    int files_fd;       /* the same folder, open */
    struct confine_list inputs[CONFINE_INPUTS];
    /* Run directories to read. Nothing is written there, unless one is the output. */
    const char *const *runs;
    unsigned run_count;
    bool tls;                          /* reads the system's certificates */
    bool network;                      /* sends DNS queries */
    bool binds;                        /* chooses the ports that they are sent from */
    bool any_port;                     /* connects to any TCP port */
    uint16_t ports[CONFINE_PORTS_MAX]; /* else the only TCP ports to connect to */
    unsigned port_count;
    bool verbose; /* report each measure with say() */
};

void confine(const struct confine_plan *plan);

#endif
