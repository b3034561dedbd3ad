/* One row of a comparison: what both sides know about it, and what that amounts to. All pointers
 * are valid during the call only. */
#ifndef REPORTS_CHANGES_CHANGED_ROW_H
#define REPORTS_CHANGES_CHANGED_ROW_H

#include "reports/changes/side.h"

/* A party that must act on a row. */
struct changed_place {
    enum fixer who; /* FIXER_NONE: no party, or not known */
    const struct fix_zone *zone;
};

struct changed_row {
    const struct sweep_row *at;
    struct row_difference difference;
    const struct side_row *before; /* NULL: the old side does not have the row */
    const struct side_row *after;  /* NULL: the new side does not have it */
    bool flapping;
    int64_t since; /* the present certain state began, or the last one; 0: not known */
    /* Where the change is, from the new side if that does not pass, else from the old one; 0: not
     * known. A row that raises the alarm and needs two records has two. */
    unsigned place_count;
    struct changed_place places[FIXES_MAX];
};

#endif
