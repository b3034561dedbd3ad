/*
 * Asking the name servers of zones: each of them once for the SOA of each of its zones, and if it
 * has the zone, for the names in it. What it says is compared with what the run found; what differs
 * is kept.
 *
 * A few servers are asked side by side, each over an asker of its own, so that however many servers
 * there are, few sockets and little memory are in use, and no server gets more than a share of the
 * window.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_ZONE_SERVERS_H
#define IO_PHASES_ZONE_SERVERS_H

#include "io/phases/vantage_options.h"

enum collect_end zone_servers_ask(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
