/*
 * The hand-over pack: DIR/handover/ with an index and a folder for each party that must act. It is
 * complete or absent, like all reports; if no party must act, an earlier pack is removed.
 *
 * Memory: that of fix_list and party_rows, and one block of the spool per party. One file is open
 * while rows arrive. Ownership: handover_open / handover_discard. Threads: one at a time.
 */
#ifndef REPORTS_HANDOVER_HANDOVER_H
#define REPORTS_HANDOVER_HANDOVER_H

#include "reports/report_plan.h"
#include "reports/report_row.h"

struct handover;

/* The plan must outlive it; each row goes to `plan->fixes` first. NULL with *failure set. */
struct handover *handover_open(const struct report_plan *plan, struct failure *failure);
void handover_broken_server(struct handover *handover, const struct broken_zone *zone,
                            const struct ipaddr *address);
void handover_row(struct handover *handover, const struct report_row *row);
/* Call once `plan->fixes` is sorted. Writes the pack durably under a temporary name; from then on
 * only the rename can fail. */
bool handover_finish(struct handover *handover, struct failure *failure)
    __attribute__((warn_unused_result));
/* Call once, after handover_finish: replaces an earlier pack, which is kept until
 * handover_settle. */
bool handover_switch(struct handover *handover, struct failure *failure)
    __attribute__((warn_unused_result));
void handover_settle(struct handover *handover);
/* Undoes what is not settled, and frees. Accepts NULL. */
void handover_discard(struct handover *handover);

#endif
