/*
 * The hand-over pack: DIR/handover/ with a folder for each party that must act, and an index. Whole
 * or absent, like the reports; if nobody must act there is none, and an earlier one is removed.
 *
 * Memory: that of fix_list and party_rows, and one block of a file for each party; one file is open
 * while rows come. Ownership: handover_open / handover_discard. Threads: one at a time.
 */
#ifndef REPORTS_HANDOVER_HANDOVER_H
#define REPORTS_HANDOVER_HANDOVER_H

#include "reports/report_plan.h"
#include "reports/report_row.h"

struct handover;

/* The plan outlives it, and its `fixes` have each row before the pack. NULL with *failure set. */
struct handover *handover_open(const struct report_plan *plan, struct failure *failure);
void handover_broken_server(struct handover *handover, const struct broken_zone *zone,
                            const struct ipaddr *address);
void handover_row(struct handover *handover, const struct report_row *row);
/* Its fixes are sorted now. Writes the pack under a temporary name, durable: after this only the
 * rename can fail. */
bool handover_finish(struct handover *handover, struct failure *failure)
    __attribute__((warn_unused_result));
/* Once, after handover_finish: puts it in the place of an earlier one, which is kept until
 * handover_settle.
 */
bool handover_switch(struct handover *handover, struct failure *failure)
    __attribute__((warn_unused_result));
void handover_settle(struct handover *handover);
/* Takes back what was not settled and frees. NULL is allowed. */
void handover_discard(struct handover *handover);

#endif
