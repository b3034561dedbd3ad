/*
 * Which vantages the runs of a report have, and how the asking of the name servers went, zone by
 * zone: those zones are kept of which there is something to say, at most OVERVIEW_ZONES_MAX of
 * them.
 *
 * Ownership: vantage_overview_read / vantage_overview_free. Threads: one at a time.
 */
#ifndef REPORTS_VANTAGE_OVERVIEW_H
#define REPORTS_VANTAGE_OVERVIEW_H

#include "io/run/vantages.h"

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
    unsigned resolver_count; /* resolvers; resolvers[0] are those of the runs themselves */
    struct run_vantage resolvers[VANTAGE_RESULTS_MAX];
    uint64_t zones;     /* whose name servers were asked; 0: none were */
    uint64_t differing; /* of them, with a server that says another thing than the run found */
    uint64_t servers[ZONE_SERVER_STATES];
    bool family_answers[IP_V6 + 1]; /* by family: a server answered, with its zone or without */
    unsigned shown_count;
    uint64_t left_out; /* zones of which there is something to say, and no room */
    struct zone_overview *shown[OVERVIEW_ZONES_MAX];
};

/* Name servers of a zone that fail (reports/broken_servers.h). */
struct broken_zone {
    const struct vantage_overview *overview;
    const struct zone_overview *servers;
    const struct run_zone *whose; /* what is known of the zone; NULL: nothing */
};

/* *out is NULL where no run has vantages. False with *failure set. */
bool vantage_overview_read(struct vantage_overview **out, struct run_file **runs, unsigned count,
                           struct failure *failure) __attribute__((warn_unused_result));
/* NULL is allowed. */
void vantage_overview_free(struct vantage_overview *overview);
/* The place of a vantage in `resolvers`; 0: it has none. */
unsigned vantage_overview_find(const struct vantage_overview *overview, const char *name);

/* Do the servers that have the zone have it in one version? */
bool zone_overview_serials_agree(const struct zone_overview *zone);
/* Does the server fail for its zone whatever it is asked? (reports/broken_servers.h) */
bool zone_server_is_broken(const struct vantage_overview *overview,
                           const struct run_zone_server *server);

#endif
