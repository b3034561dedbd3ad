/*
 * Name servers that fail for a zone, whatever the question: silent, lame or without an address
 * (--vantage authoritative). This is no finding against an address, but their operator must act.
 * Each zone is reported once, with all addresses whose questions belong to it.
 *
 * The fault may be on our side. If no server of any zone serves its zone, something on the path
 * answers for them; if no server of an address family answers, this host cannot reach that family.
 * Neither case is reported.
 *
 * Threads: one at a time. Errors: of the run file.
 */
#ifndef REPORTS_BROKEN_SERVERS_H
#define REPORTS_BROKEN_SERVERS_H

#include "reports/known_zones.h"
#include "reports/report_set.h"

/* Passes each zone of the run that has such servers to the set, address by address. */
bool broken_servers_report(const struct vantage_overview *overview, struct run_file *run,
                           struct known_zones *zones, struct report_set *set)
    __attribute__((warn_unused_result));

#endif
