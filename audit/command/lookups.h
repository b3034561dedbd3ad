/*
 * How an audit looks up: the resolvers, recursion in the process, or the files of --zone; threads,
 * window, rate and cache.
 *
 * Ownership: zero-initialised by the caller; must not be moved, since its parts point at each
 * other; lookups_close. Threads: set up by one thread; the asker's threads then share what `asker`
 * points to (io/lookup/asker.h). Errors: in *failure.
 */
#ifndef AUDIT_COMMAND_LOOKUPS_H
#define AUDIT_COMMAND_LOOKUPS_H

#include "audit/command/earlier_resolvers.h"
#include "audit/command/zone_files.h"
#include "io/lookup/asker.h"
#include "io/resolver/root_data.h"

struct lookups {
    struct asker_options asker; /* window: of all threads together */
    unsigned threads;
    uint64_t rate; /* queries a second at most; 0: no limit */
    struct zone_files zone_files;
    struct endpoint endpoints[ENDPOINTS_MAX];
    struct resolver_trust trust; /* with --tls-name */
    struct root_data roots;      /* with -r recursive */
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    struct answer_cache *cache;
};

/* Chooses resolvers, threads and window; raises the limit of descriptors. Asks nothing. resumed:
 * NULL: no run is. */
bool lookups_prepare(struct lookups *lookups, const struct options *options,
                     const struct earlier_run *resumed, struct failure *failure)
    __attribute__((warn_unused_result));
/* Probes the resolvers or the root servers, or reads the zone files. of_run: as in asker_probe. */
bool lookups_begin(struct lookups *lookups, const struct options *options,
                   const struct probe_sample *of_run, struct failure *failure)
    __attribute__((warn_unused_result));
/* Records how this session asks. */
void lookups_describe(const struct lookups *lookups, const struct options *options,
                      struct run_record *record);
/* Records how fast the answers came. */
void lookups_describe_pace(struct lookups *lookups, struct run_record *record);
/* Looks for resolvers that are silent because they reply from another address than the one asked,
 * and records them. Asks those that were mostly silent or, if gave_up, all, and then waits for
 * REPLY_SOURCE_WAIT_MS. */
void lookups_describe_sources(struct lookups *lookups, bool gave_up, struct run_record *record);
/* Frees the cache once all questions are asked: the reports need the memory. */
void lookups_drop_cache(struct lookups *lookups);
void lookups_close(struct lookups *lookups);

#endif
