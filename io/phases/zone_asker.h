/*
 * Asks questions at the name servers of their zones (--ask authoritative). A resolver finds the
 * zones, their name servers and the addresses of these. They are kept as long as the asker.
 *
 * - The zone of a name is found with few questions: one for each /24, /48 or parent of host names
 *   (audit/zone_question.h), and those for the name servers of each zone.
 * - A server takes part in a zone after it has answered the SOA question for it with authority
 *   (AA), with the newest serial so far. Of the servers of a zone, the one with the fewest
 *   questions in flight is asked; equal ones take turns.
 * - An answer counts with AA set. It ends with the first alias: only the zone of the target knows
 *   the rest. SERVFAIL, REFUSED, a referral, silence: the next server of the zone is asked.
 * - A server that answers nothing (io/lookup/health.h), or refuses everything
 *   (io/lookup/refusals.h), is left out for all zones for LEFT_OUT_MS. A server is left out for a
 *   zone after SERVER_FAULTS_MAX answers in a row that do not count, if most of its answers there
 *   do not. One that limits its clients is slowed down to.
 * - Each server has a window (io/lookup/pace.h) and a rate limit of its own.
 * - Zones of registries and top-level domains are not asked: they only delegate.
 *
 * Ownership: zone_asker_new / zone_asker_free. Threads: one at a time, and no other thread may open
 * resolvers meanwhile: an asker for a server is opened when its zone is found. Bounded: ZONES_MAX
 * zones, SERVERS_MAX servers; further zones have no server. Errors: zone_asker_new in *failure;
 * later only memory, by return value.
 */
#ifndef IO_PHASES_ZONE_ASKER_H
#define IO_PHASES_ZONE_ASKER_H

#include "audit/judgement.h"
#include "io/lookup/asker.h"

struct zone_asker;

struct name_server_options {
    uint16_t port;      /* of the name servers; 0: DNS_PORT */
    uint64_t rate;      /* queries a second at most, to each server; 0: no limit */
    bool allow_special; /* ask name servers at special-purpose addresses too */
    registrable_labels_fn *registrable_labels; /* NULL: registrable domains have two labels */
    void *suffixes;                            /* first argument of registrable_labels */
    /* For an auditor: what the servers answer about addresses is a result of this vantage, except
     * clean passes, which are results of the run unless all_as_vantage. */
    uint32_t vantage;
    bool all_as_vantage;
};

/* Called from zone_asker_ask and zone_asker_run; answer is valid during the call, NULL: no server
 * of the zone gave one. It may ask further questions. */
typedef void zone_answer_fn(void *context, void *owner, unsigned slot, const struct answer *answer);

/* resolver: how the resolver is asked, without give and context; the servers are asked with the
 * same timeout and window. `options` outlives the asker. */
struct zone_asker *zone_asker_new(const struct asker_options *resolver,
                                  const struct name_server_options *options, zone_answer_fn *give,
                                  void *context, struct failure *failure);
/* reverse_of: the audited address, if the question is about its reverse name; else NULL. wanted as
 * in asker_ask. False: out of memory. */
bool zone_asker_ask(struct zone_asker *asker, const struct question *question,
                    const struct ipaddr *reverse_of, const struct ipaddr *wanted, void *owner,
                    unsigned slot) __attribute__((warn_unused_result));
/* Sends what may be sent, waits at most max_wait_ms for replies, and serves them. False: out of
 * memory. */
bool zone_asker_run(struct zone_asker *asker, int max_wait_ms) __attribute__((warn_unused_result));
/* Questions without an answer yet. */
unsigned zone_asker_open(const struct zone_asker *asker);
/* Has no resolver answered for ASKER_PATIENCE_MS? */
bool zone_asker_gave_up(const struct zone_asker *asker);
/* Of the resolver and all servers; as `resolvers` only those of the resolver. Valid until the next
 * call. */
const struct asker_counts *zone_asker_counts(struct zone_asker *asker);
/* NULL is allowed. */
void zone_asker_free(struct zone_asker *asker);

#endif
