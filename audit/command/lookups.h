/*
 * The roof: what answers an audit, the resolvers or the files of --zone, and how much is asked of
 * it side by side.
 *
 * Ownership: a place that begins with zeros and stays where it is, since parts point at each other;
 * lookups_close. Threads: set up by one; what `asker` points to is then shared as
 * io/lookup/asker.h says.
 */
#ifndef AUDIT_COMMAND_LOOKUPS_H
#define AUDIT_COMMAND_LOOKUPS_H

#include "audit/command/zone_files.h"
#include "io/lookup/asker.h"

struct lookups {
    struct asker_options asker; /* window: of all threads together */
    unsigned threads;
    uint64_t rate; /* queries a second at most; 0: no limit */
    struct zone_files zone_files;
    struct endpoint endpoints[ENDPOINTS_MAX];
    struct resolver_trust trust; /* with --tls-name */
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    struct answer_cache *cache;
};

/* Whom to ask and how: resolvers, certificates, descriptors. */
bool lookups_prepare(struct lookups *lookups, const struct options *options,
                     struct failure *failure) __attribute__((warn_unused_result));
/* A resolver answers, or the zone files can be read. */
bool lookups_begin(struct lookups *lookups, const struct options *options, struct failure *failure)
    __attribute__((warn_unused_result));
/* How this session asks. */
void lookups_describe(const struct lookups *lookups, const struct options *options,
                      struct run_record *record);
/* How fast the answers came. */
void lookups_describe_pace(struct lookups *lookups, struct run_record *record);
/* Nothing is asked any more: what is kept of answers makes room for the reports. */
void lookups_forget(struct lookups *lookups);
void lookups_close(struct lookups *lookups);

#endif
