/* How vantages are asked: the options that io/phases/vantages.h and the files it uses share. */
#ifndef IO_PHASES_VANTAGE_OPTIONS_H
#define IO_PHASES_VANTAGE_OPTIONS_H

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

#endif
