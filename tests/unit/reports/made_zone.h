/* Zones made by hand, and a comparison of zone names. */
#ifndef TESTS_UNIT_REPORTS_MADE_ZONE_H
#define TESTS_UNIT_REPORTS_MADE_ZONE_H

#include "tests/unit/reports/made_row.h"

static inline bool zone_is(const struct dnsname *zone, const char *text)
{
    struct dnsname wanted = made_name(text);

    return dnsname_equal(zone, &wanted);
}

static inline struct run_zone made_zone(const char *apex, unsigned servers)
{
    struct run_zone zone = {.kind = ANSWER_NODATA, .has_apex = true};

    zone.apex = made_name(apex);
    zone.mname = made_name("ns.isp.example");
    zone.rname = made_name("noc.isp.example");
    zone.server_count = servers;
    zone.server_total = servers;
    for (unsigned i = 0; i < servers; i++)
        zone.servers[i] = made_name(i == 0 ? "ns.isp.example" : "ns2.isp.example");
    return zone;
}

#endif
