/*
 * --vantage authoritative: finds the zones of all addresses with facts and their name servers, and
 * asks each server the questions about the addresses in its zones (io/phases/zone_servers.h).
 *
 * The resolvers of the run find the zones (one SOA and one NS question per zone cut, stored in the
 * run file) and the addresses of the servers. Strangers choose these addresses: a server with a
 * special-purpose address is not asked unless the options allow it, so that a zone cannot direct
 * queries to hosts of the user's own network.
 *
 * Threads: call from one thread, which alone reads and writes the run file. Errors: in *failure.
 */
#ifndef IO_PHASES_AUTHORITY_H
#define IO_PHASES_AUTHORITY_H

#include "io/phases/vantage_options.h"

enum collect_end authority_collect(struct run_file *run, const struct vantage_options *options,
                                   struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
