/*
 * Shards on the command line: the one that an audit is, and whether the runs of a report are the
 * shards of one audit. Threads: one at a time. Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_SHARDS_H
#define AUDIT_COMMAND_SHARDS_H

#include "audit/command/options.h"
#include "io/run/run_records.h"

/* Records which shard a run is. */
void shards_describe(struct run_record *record, const struct options *options);
/* A run that is continued must stay the shard that it is. */
bool shards_match(const struct run_record *record, const struct options *options,
                  const char *directory, struct failure *failure)
    __attribute__((warn_unused_result));

/* Which shards of an audit are there. */
struct shard_set {
    uint32_t count; /* of the audit; 0: the runs are no shards */
    uint32_t *run;  /* by shard: 1 and the place of its run; 0: it is missing or not complete */
};
/* names: the run directories, for messages. Fails if runs are shards of different audits, one shard
 * twice, or only in part shards. Free *out in each case. */
bool shard_set_make(struct shard_set *out, struct run_records records, const char *const *names,
                    unsigned count, struct failure *failure) __attribute__((warn_unused_result));
void shard_set_free(struct shard_set *set);
/* Prints the missing shards on standard output, as "2,7-9" and a new line. False: there are none,
 * and nothing is printed. */
bool shard_set_print_missing(const struct shard_set *set);
/* Fails if the later runs hold a shard of an audit but not all of them, unless the earlier runs are
 * shards too and lack the same ones. Runs that are no shards do not matter. */
bool shards_check_sides(struct run_records before, unsigned before_count, struct run_records after,
                        unsigned after_count, struct failure *failure)
    __attribute__((warn_unused_result));
/* Fails if a shard is missing. */
bool shard_set_check(const struct shard_set *set, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
