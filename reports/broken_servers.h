/*
 * Name servers that fail for a zone whatever they are asked: silent, lame or without an address
 * (--vantage authoritative). They are no finding against an address, but their operator must act:
 * told once for each zone, with all addresses that were asked about in it.
 *
 * Who asks may be at fault: where no server of any zone has its zone, something on the way answers
 * in their place; where no server of an address family answers at all, this host has no way to it.
 * Neither is told.
 *
 * Threads: one at a time. Errors: of the run file.
 */
#ifndef REPORTS_BROKEN_SERVERS_H
#define REPORTS_BROKEN_SERVERS_H

#include "reports/known_zones.h"
#include "reports/report_set.h"

/* Gives the set each zone of the run with such servers, address by address. */
bool broken_servers_report(const struct vantage_overview *overview, struct run_file *run,
                           struct known_zones *zones, struct report_set *set)
    __attribute__((warn_unused_result));

#endif
