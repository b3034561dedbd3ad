/* The options of io/phases/vantages.h, shared with authority and zone_servers. */
#ifndef IO_PHASES_VANTAGE_OPTIONS_H
#define IO_PHASES_VANTAGE_OPTIONS_H

#include "audit/verdict.h"
#include "io/phases/collect.h"

struct vantage_options {
    struct collect_options collecting; /* of the run; its resolvers find the zones */
    const struct endpoint *resolvers;
    unsigned resolver_count;
    bool authoritative; /* ask the name servers of the zones too */
    uint16_t port;      /* of the name servers; 0: DNS_PORT */
    bool allow_special; /* ask name servers at special-purpose addresses too */
    bool has_rate;
    uint64_t rate; /* valid with has_rate: queries a second at most, 0 for no limit */
    bool quiet;
    registrable_labels_fn *registrable_labels; /* NULL: registrable domains have two labels */
    void *suffixes;                            /* first argument of registrable_labels */
};

#endif
