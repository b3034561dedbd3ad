/*
 * Asks name servers: each once for the SOA record of each of its zones and, if it serves the zone,
 * for the names in it. Answers that differ from those of the run are stored.
 *
 * Only a few servers are asked at a time, each over its own asker. This bounds sockets and memory,
 * and limits each server to a share of the window.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_ZONE_SERVERS_H
#define IO_PHASES_ZONE_SERVERS_H

#include "io/phases/vantage_options.h"

/* Adds to *counts. */
enum collect_end zone_servers_ask(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
