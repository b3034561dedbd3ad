#include "reports/broken_servers.h"

enum { PORTION = 256 };

bool server_is_broken(const struct vantage_roll *roll, const struct run_zone_server *server)
{
    if (server->state == ZONE_SERVER_NO_ADDRESS)
        return true;
    if (roll->servers[ZONE_SERVER_WHOLE] == 0)
        return false;
    return server->state == ZONE_SERVER_LAME ||
           (server->state == ZONE_SERVER_SILENT && roll->heard[server->address.family]);
}

static bool has_broken_server(const struct vantage_roll *roll, const struct roll_zone *zone)
{
    bool any = false;
    for (unsigned i = 0; i < zone->server_count && !any; i++)
        any = server_is_broken(roll, &zone->servers[i]);
    return any;
}

/* The questions about an address stand side by side. */
static bool give_zone(const struct broken_zone *zone, struct run_file *run, struct report_set *set)
{
    struct run_question asks[PORTION], last;
    unsigned got;
    bool more = false;
    do {
        if (!run_file_questions(run, &zone->servers->zone, more ? &last : NULL, asks, PORTION,
                                &got))
            return false;
        for (unsigned i = 0; i < got; i++) {
            bool again = i > 0 ? ipaddr_equal(&asks[i].address, &asks[i - 1].address)
                               : more && ipaddr_equal(&asks[i].address, &last.address);
            if (!again)
                report_set_broken(set, zone, &asks[i].address);
        }
        more = got > 0;
        if (more)
            last = asks[got - 1];
    } while (more);
    return true;
}

bool broken_servers_give(const struct vantage_roll *roll, struct run_file *run,
                         struct known_zones *zones, struct report_set *set)
{
    for (unsigned i = 0; i < roll->shown_count; i++) {
        struct broken_zone zone = {.roll = roll, .servers = roll->shown[i]};
        if (!has_broken_server(roll, zone.servers))
            continue;
        if (!known_zones_find(zones, run, &zone.servers->zone, &zone.whose) ||
            !give_zone(&zone, run, set))
            return false;
    }
    return true;
}
