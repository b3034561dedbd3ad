/* Whose zone a fix belongs to. */
#ifndef REPORTS_FIX_ZONE_H
#define REPORTS_FIX_ZONE_H

#include "reports/report_row.h"

struct fix_zone {
    bool known;               /* named by a SOA; else guessed */
    const struct answer *soa; /* the answer that names it; NULL if none does */
    struct dnsname zone;
};

void fix_zone_of(struct fix_zone *out, const struct report_row *row, const struct fix *fix);

#endif
