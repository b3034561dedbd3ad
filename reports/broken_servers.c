#include "reports/broken_servers.h"

enum { PORTION = 256 };

/* FIXER_NONE: no server of the zone fails so that a party may be named. */
static enum fixer party_of(const struct vantage_overview *overview,
                           const struct zone_overview *zone)
{
    enum fixer who = FIXER_NONE;

    for (unsigned i = 0; i < zone->server_count && who == FIXER_NONE; i++)
        who = zone_server_party(overview, &zone->servers[i]);
    return who;
}

/* Questions about the same address are adjacent. */
static bool report_zone(const struct broken_zone *zone, struct run_file *run,
                        struct report_set *set)
{
    struct run_question questions[PORTION], last;
    unsigned got;
    bool more = false;

    do {
        if (!run_file_questions(run, &zone->servers->zone, more ? &last : NULL, questions, PORTION,
                                &got))
            return false;
        for (unsigned i = 0; i < got; i++) {
            bool again = i > 0 ? ipaddr_equal(&questions[i].address, &questions[i - 1].address)
                               : more && ipaddr_equal(&questions[i].address, &last.address);

            if (!again)
                report_set_broken_server(set, zone, &questions[i].address);
        }
        more = got > 0;
        if (more)
            last = questions[got - 1];
    } while (more);
    return true;
}

bool broken_servers_report(const struct vantage_overview *overview, struct run_file *run,
                           struct known_zones *zones, struct report_set *set)
{
    for (unsigned i = 0; i < overview->shown_count; i++) {
        struct broken_zone zone = {.overview = overview, .servers = overview->shown[i]};

        zone.who = party_of(overview, zone.servers);
        if (zone.who == FIXER_NONE)
            continue;
        if (!known_zones_find(zones, run, &zone.servers->zone, &zone.whose) ||
            !report_zone(&zone, run, set))
            return false;
    }
    return true;
}
