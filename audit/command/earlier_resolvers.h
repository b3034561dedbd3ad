/*
 * --recheck and --resume without --resolver ask the resolvers of the earlier run: others may have
 * other answers. Their names come from a run file, which a stranger may have written: each is
 * parsed, and the program says whom it asks.
 *
 * Threads: no state. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_EARLIER_RESOLVERS_H
#define AUDIT_COMMAND_EARLIER_RESOLVERS_H

#include "audit/command/options.h"
#include "io/run/record.h"

struct earlier_run {
    const char *folder;
    const struct run_record *record;
};

/* Will an earlier run say which resolvers are asked? Shards go on by themselves, maybe on another
 * machine: the resolvers of that one are asked. */
bool earlier_resolvers_wanted(const struct options *options);
/* The resolvers of the run that is resumed (NULL: none is) or, if it asked none, of that in
 * options->recheck. *count is 0 if that one asked none either (--zone), or was killed before it
 * began to ask. Fails if it asked in a way that the options do not give again: by recursion, or
 * over TLS and now not, or with another name. */
bool earlier_resolvers_find(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                            const struct earlier_run *resumed, const struct options *options,
                            struct failure *failure) __attribute__((warn_unused_result));
/* The same of one run. */
bool earlier_resolvers_of(struct endpoint out[ENDPOINTS_MAX], unsigned *count,
                          const struct earlier_run *earlier, const struct options *options,
                          struct failure *failure) __attribute__((warn_unused_result));

#endif
