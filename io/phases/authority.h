/*
 * The name servers of the zones of all addresses that were found: which zones there are, who serves
 * them, and what each server says to the questions about the addresses in its zones
 * (io/phases/zone_servers.h asks them).
 *
 * The resolvers of the run tell the zones (one SOA and one NS question for each zone cut, cached in
 * the run file) and the addresses of their servers. These names come from strangers: a server with
 * a special-purpose address is not asked unless the options allow it, so that nobody can point us
 * at a host inside.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_AUTHORITY_H
#define IO_PHASES_AUTHORITY_H

#include "io/phases/vantage_options.h"

enum collect_end authority_collect(struct run_file *run, const struct vantage_options *options,
                                   struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
