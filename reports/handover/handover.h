/*
 * The hand-over pack: DIR/handover/ with an index and a folder for each party that must act. It is
 * complete or absent, like all reports; if no party must act, an earlier pack is removed.
 *
 * Memory: that of one party's ranges. Ownership: handover_open / handover_discard. Threads: one at
 * a time.
 */
#ifndef REPORTS_HANDOVER_HANDOVER_H
#define REPORTS_HANDOVER_HANDOVER_H

#include "reports/report_plan.h"

struct handover;

/* The plan must outlive it. NULL with *failure set. */
struct handover *handover_open(const struct report_plan *plan, struct failure *failure);
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
