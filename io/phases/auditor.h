/*
 * Many checks in flight over one asker: units go in, found facts come out. One thread's share of
 * the collecting, and all of it that knows both checks and questions; threads know nothing of it,
 * so it is tested without them.
 *
 * Ownership: auditor_new / auditor_free (open checks are dropped: their addresses stay unknown).
 * Threads: one at a time.
 */
#ifndef IO_PHASES_AUDITOR_H
#define IO_PHASES_AUDITOR_H

#include "audit/check.h"
#include "io/lookup/asker.h"
#include "io/run/run_file.h"

struct auditor;

/* Takes over found->facts (allocated with malloc). */
typedef void found_fn(void *context, const struct run_found *found);

/* options->give and options->context are set by the auditor. */
struct auditor *auditor_new(const struct asker_options *options, found_fn *give, void *context,
                            struct failure *failure);
/* How many more units it will take now. */
unsigned auditor_room(const struct auditor *auditor);
unsigned auditor_open(const struct auditor *auditor);
/* False: memory is short. */
bool auditor_start(struct auditor *auditor, const struct walk_unit *unit)
    __attribute__((warn_unused_result));
/* False: memory is short. */
bool auditor_run(struct auditor *auditor, int max_wait_ms) __attribute__((warn_unused_result));
bool auditor_gave_up(const struct auditor *auditor);
/* How many addresses were found that do not pass beyond doubt (check_passes). */
uint64_t auditor_doubtful(const struct auditor *auditor);
const struct asker_counts *auditor_counts(const struct auditor *auditor);
void auditor_free(struct auditor *auditor);

#endif
