/*
 * The counts of a comparison of two runs. A row is an address with its expected name. Ownership:
 * plain value, begin with zeros.
 */
#ifndef REPORTS_CHANGE_TALLY_H
#define REPORTS_CHANGE_TALLY_H

#include <stdint.h>

#include "audit/row_change.h"

struct change_tally {
    uint64_t before;               /* rows of the old side */
    uint64_t after;                /* rows of the new side */
    uint64_t changes[ROW_CHANGES]; /* rows by change */
    uint64_t broke[VERDICTS];      /* rows that broke, by their verdict now */
    uint64_t alarms;               /* rows that raise the alarm (struct row_difference) */
    uint64_t added_broken;         /* of the alarms: was not audited before */
    uint64_t first_known;          /* of the alarms: was audited, but not known to be broken */
    uint64_t flapping;             /* rows of the new side that are flapping */
    uint64_t flapping_broke;       /* of these: broke, without an alarm */
    uint64_t audited;              /* rows of the new side that are public */
    uint64_t temporary;            /* of those: a temporary error */
    uint64_t unconfirmed;          /* rows found broken, which a second look did not confirm */
    uint64_t not_asked_before;     /* rows of the old side that its run did not ask */
    uint64_t not_asked;            /* the same of the new side */
};

/* Share of temporary errors on the new side, in percent. */
static inline double change_tally_temporary_percent(const struct change_tally *tally)
{
    return tally->audited > 0 ? 100.0 * (double)tally->temporary / (double)tally->audited : 0;
}

#endif
