/*
 * The roof: what answers an audit, the resolvers or the files of --zone, and how much is asked of
 * it side by side.
 *
 * Ownership: a place that begins with zeros and stays where it is, since parts point at each other;
 * resolving_close. Threads: set up by one; what `asker` points to is then shared as
 * io/lookup/asker.h says.
 */
#ifndef AUDIT_COMMAND_LOOKUPS_H
#define AUDIT_COMMAND_LOOKUPS_H

#include "audit/command/zone_files.h"
#include "io/lookup/asker.h"

struct resolving {
    struct asker_options asker; /* window: of all threads together */
    unsigned threads;
    uint64_t rate; /* queries a second at most; 0: no limit */
    struct planned planned;
    struct endpoint endpoints[ENDPOINTS_MAX];
    struct resolver_trust trust; /* with --tls-name */
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    struct answer_cache *cache;
};

/* Whom to ask and how: resolvers, certificates, descriptors. */
bool resolving_prepare(struct resolving *resolving, const struct options *options,
                       struct failure *failure) __attribute__((warn_unused_result));
/* A resolver answers, or the zone files can be read. */
bool resolving_begin(struct resolving *resolving, const struct options *options,
                     struct failure *failure) __attribute__((warn_unused_result));
/* How this session asks. */
void resolving_describe(const struct resolving *resolving, const struct options *options,
                        struct run_record *record);
/* How fast the answers came. */
void resolving_describe_pace(struct resolving *resolving, struct run_record *record);
/* Nothing is asked any more: what is kept of answers makes room for the reports. */
void resolving_forget(struct resolving *resolving);
void resolving_close(struct resolving *resolving);

#endif
