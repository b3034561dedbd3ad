/*
 * What the run file knows of zones, for the rows that need it. Neighbours mostly share a zone, so
 * the last few are kept. Ownership: plain value, begin with known_zones_clear for each run file.
 * Threads: one at a time.
 */
#ifndef REPORTS_KNOWN_ZONES_H
#define REPORTS_KNOWN_ZONES_H

#include "reports/report_row.h"

enum { KNOWN_ZONES_KEPT = 24 }; /* more than one row needs */

struct known_zone {
    bool there;
    struct dnsname question;
    struct run_zone zone;
};

struct known_zones {
    unsigned used; /* so far; the newest replaces the oldest */
    struct known_zone kept[KNOWN_ZONES_KEPT];
    struct failing_zone failing; /* of the row at hand */
};

void known_zones_clear(struct known_zones *zones);
/* Completes the row and its judgement, which does not pass: the zones of its fixes, and the reverse
 * zone where no answer named it. The row points into `zones` until the next call. False: the run
 * file failed. */
bool known_zones_complete(struct known_zones *zones, struct run_file *run,
                          struct judgement *judgement, struct report_row *row)
    __attribute__((warn_unused_result));
/* What is known of the zone that a question named; *out is NULL where nothing is. As above. */
bool known_zones_find(struct known_zones *zones, struct run_file *run,
                      const struct dnsname *question, const struct run_zone **out)
    __attribute__((warn_unused_result));

#endif
