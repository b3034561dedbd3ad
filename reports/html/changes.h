/* Changes since an earlier run, folded into ranges and by party: of changes.html and audit.html. */
#ifndef REPORTS_HTML_CHANGES_H
#define REPORTS_HTML_CHANGES_H

#include "io/output/outfile.h"
#include "reports/change_groups.h"
#include "reports/report_plan.h"
#include "reports/tally.h"

/* The section of audit.html, which takes at most PAGE_ROOM_CHANGES. A report that is written again
 * has only what its rows say: counts, and where the rows are. */
void html_changes(struct outfile *out, const struct report_plan *plan, const struct tally *tally);
/* The counts, as a list. */
void html_change_counts(struct outfile *out, const uint64_t changes[ROW_CHANGES]);
/* A table of the parties that raise the alarm. */
void html_change_parties(struct outfile *out, const struct change_groups *groups);
/* The groups that raise the alarm, or the others, by party. end: the size of `out` at which the
 * list stops; while there is room, no party takes more than its share. */
void html_change_groups(struct outfile *out, const struct change_groups *groups, bool alarm,
                        uint64_t end);

#endif
