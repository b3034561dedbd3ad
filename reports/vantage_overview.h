/*
 * The vantages of all runs of a report, and the state of the name servers of each zone. Only zones
 * with a fault or a difference are kept, at most OVERVIEW_ZONES_MAX.
 *
 * Ownership: vantage_overview_read / vantage_overview_free. Threads: one at a time.
 */
#ifndef REPORTS_VANTAGE_OVERVIEW_H
#define REPORTS_VANTAGE_OVERVIEW_H

#include "io/run/run_file.h"

enum {
    VANTAGE_RESULTS_MAX = 1 + VANTAGES_MAX,
    OVERVIEW_ZONES_MAX = 200,
    OVERVIEW_SERVERS_MAX = 26
};

struct zone_overview {
    struct dnsname zone;
    unsigned server_count;
    uint64_t left_out; /* servers beyond OVERVIEW_SERVERS_MAX */
    struct run_zone_server servers[OVERVIEW_SERVERS_MAX];
};

struct vantage_overview {
    unsigned resolver_count; /* resolvers[0] are those of the runs themselves */
    struct run_vantage resolvers[VANTAGE_RESULTS_MAX];
    uint64_t zones;     /* zones whose name servers were asked */
    uint64_t differing; /* of those, zones whose servers differ; counted while rows are rendered */
    uint64_t servers[ZONE_SERVER_STATES];
    bool family_answers[IP_V6 + 1]; /* by family: some server answered, with or without its zone */
    unsigned shown_count;
    uint64_t left_out; /* notable zones beyond OVERVIEW_ZONES_MAX */
    struct zone_overview *shown[OVERVIEW_ZONES_MAX];
};

/* A zone with name servers that fail (reports/broken_servers.h). */
struct broken_zone {
    enum fixer who; /* the party that may be named */
    const struct vantage_overview *overview;
    const struct zone_overview *servers;
    const struct run_zone *whose; /* what is known about the zone; NULL: nothing */
};

/* *out is NULL if no run has vantages. False with *failure set. */
bool vantage_overview_read(struct vantage_overview **out, struct run_file **runs, unsigned count,
                           struct failure *failure) __attribute__((warn_unused_result));
/* Accepts NULL. */
void vantage_overview_free(struct vantage_overview *overview);
/* The index of a vantage in `resolvers`; 0: unknown. */
unsigned vantage_overview_find(const struct vantage_overview *overview, const char *name);

/* Do all servers that serve the zone serve the same version? */
bool zone_overview_serials_agree(const struct zone_overview *zone);
/* The party to name if the server fails for its zone, whatever the question; FIXER_NONE: it does
 * not fail, or somebody else may be at fault (audit/blame.h). */
enum fixer zone_server_party(const struct vantage_overview *overview,
                             const struct run_zone_server *server);

#endif
