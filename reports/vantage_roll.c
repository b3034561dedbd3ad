#include "reports/vantage_roll.h"

#include <stdlib.h>
#include <string.h>

static bool fail(const struct run_file *run, struct failure *failure)
{
    return failure_pass(failure, run_file_failure(run));
}

unsigned vantage_roll_find(const struct vantage_roll *roll, const char *name)
{
    for (unsigned i = 1; i < roll->result_count; i++) {
        if (strcmp(roll->results[i].name, name) == 0)
            return i;
    }
    return 0;
}

/* Of several runs with one vantage the worst counts. */
static void add_result(struct vantage_roll *roll, const struct run_vantage *vantage)
{
    unsigned at = vantage_roll_find(roll, vantage->name);
    if (at == 0 && roll->result_count < VANTAGE_RESULTS_MAX) {
        roll->results[roll->result_count++] = *vantage;
    } else if (at > 0 &&
               (vantage->state > roll->results[at].state || vantage->state == VANTAGE_NEW)) {
        roll->results[at].state = vantage->state;
    }
}

static bool read_results(struct vantage_roll *roll, struct run_file *run)
{
    struct run_vantage vantages[VANTAGES_MAX];
    unsigned count;
    if (!run_file_vantages(run, vantages, &count))
        return false;
    for (unsigned i = 0; i < count; i++)
        add_result(roll, &vantages[i]);
    return true;
}

bool roll_zone_serials_agree(const struct roll_zone *zone)
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

/* Is there something to say? That this host has no way to some servers (no IPv6) is not about the
 * zone. */
static bool is_notable(const struct roll_zone *zone)
{
    bool notable = zone->left_out > 0 || !roll_zone_serials_agree(zone);
    for (unsigned i = 0; i < zone->server_count && !notable; i++) {
        const struct run_zone_server *server = &zone->servers[i];
        bool fine = server->state == ZONE_SERVER_WHOLE || server->state == ZONE_SERVER_UNREACHABLE;
        notable = !fine || server->differing > 0 || server->failed > 0;
    }
    return notable;
}

static bool keep_zone(struct vantage_roll *roll, const struct roll_zone *zone)
{
    struct roll_zone *copy;
    if (!is_notable(zone))
        return true;
    if (roll->shown_count == ROLL_ZONES_MAX) {
        roll->left_out++;
        return true;
    }
    copy = malloc(sizeof(*copy));
    if (!copy)
        return false;
    *copy = *zone;
    roll->shown[roll->shown_count++] = copy;
    return true;
}

static bool end_zone(struct vantage_roll *roll, struct roll_zone *zone)
{
    bool differs = false;
    if (zone->server_count == 0)
        return true;
    for (unsigned i = 0; i < zone->server_count; i++)
        differs = differs || zone->servers[i].differing > 0;
    roll->zones++;
    roll->differing += differs;
    bool good = keep_zone(roll, zone);
    zone->server_count = 0;
    zone->left_out = 0;
    return good;
}

static void add_server(struct vantage_roll *roll, struct roll_zone *zone,
                       const struct run_zone_server *server)
{
    roll->servers[server->state]++;
    if (server->state == ZONE_SERVER_WHOLE || server->state == ZONE_SERVER_LAME)
        roll->heard[server->address.family] = true;
    dnsname_copy(&zone->zone, &server->zone);
    if (zone->server_count < ROLL_SERVERS_MAX)
        zone->servers[zone->server_count++] = *server;
    else
        zone->left_out++;
}

static bool read_zones(struct vantage_roll *roll, struct run_file *run, struct roll_zone *zone,
                       struct failure *failure)
{
    struct run_zone_server server;
    enum run_step step;
    if (!run_file_zone_servers_begin(run))
        return fail(run, failure);
    while ((step = run_file_zone_servers_next(run, &server)) == RUN_ROW) {
        if (zone->server_count > 0 && !dnsname_equal(&zone->zone, &server.zone) &&
            !end_zone(roll, zone))
            return failure_out_of_memory(failure);
        add_server(roll, zone, &server);
    }
    if (step == RUN_FAILED)
        return fail(run, failure);
    return end_zone(roll, zone) || failure_out_of_memory(failure);
}

bool vantage_roll_read(struct vantage_roll **out, struct run_file **runs, unsigned count,
                       struct failure *failure)
{
    struct vantage_roll *roll = calloc(1, sizeof(*roll));
    struct roll_zone *zone = calloc(1, sizeof(*zone));
    bool good = roll && zone;
    *out = NULL;
    if (!good)
        failure_out_of_memory(failure);
    else
        roll->result_count = 1;
    for (unsigned i = 0; good && i < count; i++) {
        good = read_results(roll, runs[i]) || fail(runs[i], failure);
        good = good && read_zones(roll, runs[i], zone, failure);
    }
    free(zone);
    if (good && (roll->result_count > 1 || roll->zones > 0))
        *out = roll;
    else
        vantage_roll_free(roll);
    return good;
}

void vantage_roll_free(struct vantage_roll *roll)
{
    for (unsigned i = 0; roll && i < roll->shown_count; i++)
        free(roll->shown[i]);
    free(roll);
}
