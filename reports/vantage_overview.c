#include "reports/vantage_overview.h"

#include <stdlib.h>
#include <string.h>

static bool fail(const struct run_file *run, struct failure *failure)
{
    return failure_pass(failure, run_file_failure(run));
}

unsigned vantage_overview_find(const struct vantage_overview *overview, const char *name)
{
    for (unsigned i = 1; i < overview->resolver_count; i++) {
        if (strcmp(overview->resolvers[i].name, name) == 0)
            return i;
    }
    return 0;
}

/* If several runs have the same vantage, its worst state counts. */
static void add_resolver(struct vantage_overview *overview, const struct run_vantage *vantage)
{
    unsigned at = vantage_overview_find(overview, vantage->name);

    if (at == 0 && overview->resolver_count < VANTAGE_RESULTS_MAX) {
        overview->resolvers[overview->resolver_count++] = *vantage;
    } else if (at > 0 &&
               (vantage->state > overview->resolvers[at].state || vantage->state == VANTAGE_NEW)) {
        overview->resolvers[at].state = vantage->state;
    }
}

static bool read_results(struct vantage_overview *overview, struct run_file *run)
{
    struct run_vantage vantages[VANTAGES_MAX];
    unsigned count;

    if (!run_file_vantages(run, vantages, &count))
        return false;
    for (unsigned i = 0; i < count; i++)
        add_resolver(overview, &vantages[i]);
    return true;
}

bool zone_overview_serials_agree(const struct zone_overview *zone)
{
    const struct run_zone_server *first = NULL;

    for (unsigned i = 0; i < zone->server_count; i++) {
        const struct run_zone_server *server = &zone->servers[i];

        if (server->state != ZONE_SERVER_WHOLE)
            continue;
        if (first && first->serial != server->serial)
            return false;
        first = server;
    }
    return true;
}

/* Is there a fault or a difference? A server that this host cannot reach (no IPv6) says nothing
 * about the zone. */
static bool is_notable(const struct zone_overview *zone)
{
    bool notable = zone->left_out > 0 || !zone_overview_serials_agree(zone);

    for (unsigned i = 0; i < zone->server_count && !notable; i++) {
        const struct run_zone_server *server = &zone->servers[i];
        bool fine = server->state == ZONE_SERVER_WHOLE || server->state == ZONE_SERVER_UNREACHABLE;

        notable = !fine || server->differing > 0 || server->failed > 0;
    }
    return notable;
}

static bool keep_zone(struct vantage_overview *overview, const struct zone_overview *zone)
{
    struct zone_overview *copy;

    if (!is_notable(zone))
        return true;
    if (overview->shown_count == OVERVIEW_ZONES_MAX) {
        overview->left_out++;
        return true;
    }
    copy = malloc(sizeof(*copy));
    if (!copy)
        return false;
    *copy = *zone;
    overview->shown[overview->shown_count++] = copy;
    return true;
}

static bool end_zone(struct vantage_overview *overview, struct zone_overview *zone)
{
    bool good;

    if (zone->server_count == 0)
        return true;
    overview->zones++;
    good = keep_zone(overview, zone);
    zone->server_count = 0;
    zone->left_out = 0;
    return good;
}

static void add_server(struct vantage_overview *overview, struct zone_overview *zone,
                       const struct run_zone_server *server)
{
    overview->servers[server->state]++;
    if (server->state == ZONE_SERVER_WHOLE || server->state == ZONE_SERVER_LAME)
        overview->family_answers[server->address.family] = true;
    dnsname_copy(&zone->zone, &server->zone);
    if (zone->server_count < OVERVIEW_SERVERS_MAX)
        zone->servers[zone->server_count++] = *server;
    else
        zone->left_out++;
}

static bool read_zones(struct vantage_overview *overview, struct run_file *run,
                       struct zone_overview *zone, struct failure *failure)
{
    struct run_zone_server server;
    enum run_step step;

    if (!run_file_zone_servers_begin(run))
        return fail(run, failure);
    while ((step = run_file_zone_servers_next(run, &server)) == RUN_ROW) {
        if (zone->server_count > 0 && !dnsname_equal(&zone->zone, &server.zone) &&
            !end_zone(overview, zone))
            return failure_out_of_memory(failure);
        add_server(overview, zone, &server);
    }
    if (step == RUN_FAILED)
        return fail(run, failure);
    return end_zone(overview, zone) || failure_out_of_memory(failure);
}

bool vantage_overview_read(struct vantage_overview **out, struct run_file **runs, unsigned count,
                           struct failure *failure)
{
    struct vantage_overview *overview = calloc(1, sizeof(*overview));
    struct zone_overview *zone = calloc(1, sizeof(*zone));
    bool good = overview && zone;

    *out = NULL;
    if (!good)
        failure_out_of_memory(failure);
    else
        overview->resolver_count = 1;
    for (unsigned i = 0; good && i < count; i++) {
        good = read_results(overview, runs[i]) || fail(runs[i], failure);
        good = good && read_zones(overview, runs[i], zone, failure);
    }
    free(zone);
    if (good && (overview->resolver_count > 1 || overview->zones > 0))
        *out = overview;
    else
        vantage_overview_free(overview);
    return good;
}

void vantage_overview_free(struct vantage_overview *overview)
{
    for (unsigned i = 0; overview && i < overview->shown_count; i++)
        free(overview->shown[i]);
    free(overview);
}

enum fixer zone_server_party(const struct vantage_overview *overview,
                             const struct run_zone_server *server)
{
    static const enum fault faults[ZONE_SERVER_STATES] = {
        [ZONE_SERVER_LAME] = FAULT_SERVER_LAME,
        [ZONE_SERVER_SILENT] = FAULT_SERVER_SILENT,
        [ZONE_SERVER_NO_ADDRESS] = FAULT_SERVER_ADDRESS,
    };
    bool has_address = server->state != ZONE_SERVER_NO_ADDRESS;
    struct blame_case found = {.fault = faults[server->state],
                               .servers_serve = overview->servers[ZONE_SERVER_WHOLE] > 0,
                               .family_answers =
                                   has_address && overview->family_answers[server->address.family]};

    return blame_of(&found).party;
}
