/*
 * Runs many checks at once over one asker: units go in, facts come out. Each thread that collects
 * has one auditor. It connects checks (audit/check.h) with questions and uses no threads itself, so
 * tests need none.
 *
 * Ownership: auditor_new / auditor_free (drops open checks: their addresses stay unknown). Threads:
 * one at a time. Errors: auditor_new in *failure; later only memory, by return value.
 */
#ifndef IO_PHASES_AUDITOR_H
#define IO_PHASES_AUDITOR_H

#include "audit/check.h"
#include "io/phases/zone_asker.h"
#include "io/run/run_file.h"

struct auditor;

/* Takes over found->facts (allocated with malloc). */
typedef void found_fn(void *context, const struct run_found *found);

/* options->give and options->context are set by the auditor. servers NULL: resolvers are asked.
 * Else the name servers of the zones: found->vantage is 0 for a clean pass (check_passes),
 * servers->vantage for other answers, and nothing is given where a question had no answer.
 * `servers` outlives the auditor. */
struct auditor *auditor_new(const struct asker_options *options,
                            const struct name_server_options *servers, found_fn *give,
                            void *context, struct failure *failure);
/* The number of units it accepts now. */
unsigned auditor_room(const struct auditor *auditor);
/* The number of open checks. */
unsigned auditor_open(const struct auditor *auditor);
/* False: out of memory. */
bool auditor_start(struct auditor *auditor, const struct walk_unit *unit)
    __attribute__((warn_unused_result));
/* False: out of memory. */
bool auditor_run(struct auditor *auditor, int max_wait_ms) __attribute__((warn_unused_result));
/* No resolver answers any more. */
bool auditor_gave_up(const struct auditor *auditor);
/* The number of addresses that do not certainly pass (check_passes). */
uint64_t auditor_doubtful(const struct auditor *auditor);
const struct asker_counts *auditor_counts(const struct auditor *auditor);
void auditor_free(struct auditor *auditor);

#endif
