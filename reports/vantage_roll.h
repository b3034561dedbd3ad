/*
 * Which vantages the runs of a report have, and how the asking of the name servers went, zone by
 * zone: those zones are kept of which there is something to say, at most ROLL_ZONES_MAX of them.
 *
 * Ownership: vantage_roll_read / vantage_roll_free. Threads: one at a time.
 */
#ifndef REPORTS_VANTAGE_ROLL_H
#define REPORTS_VANTAGE_ROLL_H

#include "io/run/vantages.h"

enum { VANTAGE_RESULTS_MAX = 1 + VANTAGES_MAX, ROLL_ZONES_MAX = 200, ROLL_SERVERS_MAX = 26 };

struct roll_zone {
    struct dnsname zone;
    unsigned server_count;
    uint64_t left_out; /* servers beyond ROLL_SERVERS_MAX */
    struct run_zone_server servers[ROLL_SERVERS_MAX];
};

struct vantage_roll {
    unsigned result_count; /* resolvers; voices[0] are those of the runs themselves */
    struct run_vantage results[VANTAGE_RESULTS_MAX];
    uint64_t zones;     /* whose name servers were asked; 0: none were */
    uint64_t differing; /* of them, with a server that says another thing than the run found */
    uint64_t servers[ZONE_SERVER_STATES];
    bool heard[IP_V6 + 1]; /* by family: a server answered, with its zone or without */
    unsigned shown_count;
    uint64_t left_out; /* zones of which there is something to say, and no room */
    struct roll_zone *shown[ROLL_ZONES_MAX];
};

/* Name servers of a zone that fail (reports/broken_servers.h). */
struct broken_zone {
    const struct vantage_roll *roll;
    const struct roll_zone *servers;
    const struct run_zone *whose; /* what is known of the zone; NULL: nothing */
};

/* *out is NULL where no run has vantages. False with *failure set. */
bool vantage_roll_read(struct vantage_roll **out, struct run_file **runs, unsigned count,
                       struct failure *failure) __attribute__((warn_unused_result));
/* NULL is allowed. */
void vantage_roll_free(struct vantage_roll *roll);
/* The place of a vantage in `voices`; 0: it has none. */
unsigned vantage_roll_find(const struct vantage_roll *roll, const char *name);

/* Do the servers that have the zone have it in one version? */
bool roll_zone_serials_agree(const struct roll_zone *zone);

#endif
