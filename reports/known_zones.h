/*
 * What the run file knows about zones, for the rows that need it. Neighbouring addresses mostly
 * share a zone, so those used last are cached. Ownership: plain value; begin with known_zones_clear
 * for each run file. Threads: one at a time.
 */
#ifndef REPORTS_KNOWN_ZONES_H
#define REPORTS_KNOWN_ZONES_H

#include "reports/report_row.h"

enum { KNOWN_ZONES_KEPT = 48 }; /* more than one row can need */

struct known_zone {
    bool there;
    uint64_t last_use; /* the value of `uses` then */
    struct dnsname question;
    struct run_zone zone;
};

struct known_zones {
    unsigned count;
    uint64_t uses; /* so far; the zone used last replaces the one not used for the longest time */
    struct known_zone kept[KNOWN_ZONES_KEPT];
    struct failing_zone failing; /* of the current row */
};

void known_zones_clear(struct known_zones *zones);
/* Completes a row that does not pass: the zones of its fixes, and its reverse zone if no answer
 * named it. The row points into `zones` until the next call. False: the run file failed. */
bool known_zones_complete(struct known_zones *zones, struct run_file *run,
                          struct judgement *judgement, struct report_row *row)
    __attribute__((warn_unused_result));
/* What is known about the zone that `question` asked for; *out is NULL if nothing is. As above. */
bool known_zones_find(struct known_zones *zones, struct run_file *run,
                      const struct dnsname *question, const struct run_zone **out)
    __attribute__((warn_unused_result));

#endif
