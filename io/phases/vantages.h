/*
 * Vantages: behind the collecting, the same addresses are asked for again at other resolvers, one
 * after another, and at the name servers of the zones themselves. What they say goes into the run
 * file beside what the run found (io/run/vantages.h); nothing is judged here.
 *
 * A vantage that does not answer is left out, and said to be: the run is none the worse. A resumed
 * run asks what is not known yet. Memory does not grow with the input.
 *
 * Threads: to be called from one thread, which does all the reading and writing of the run file.
 */
#ifndef IO_PHASES_VANTAGES_H
#define IO_PHASES_VANTAGES_H

#include "audit/verdict.h"
#include "io/phases/collect.h"

struct vantage_options {
    struct collect_options
        collecting; /* of the run: how to ask; its resolvers tell where zones begin */
    const struct endpoint *resolvers;
    unsigned resolver_count;
    bool authoritative; /* ask the name servers of the zones */
    uint16_t port;      /* theirs; 0: DNS_PORT */
    bool allow_special; /* theirs may be special-purpose addresses */
    bool has_rate;
    uint64_t rate; /* valid with has_rate: queries a second at most, 0 for no limit */
    bool quiet;
    registrable_labels_fn *registrable_labels; /* NULL: registrable domains have two labels */
    void *suffixes;                            /* its first argument */
};

/* counts: added to. */
enum collect_end vantages_collect(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
