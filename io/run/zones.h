/*
 * The zones of addresses and names that do not pass: their apex, contact and name servers. A zone
 * is found by the SOA question for a name. Question names are in lower case
 * (audit/zone_question.h). Ownership, threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_ZONES_H
#define IO_RUN_ZONES_H

#include "audit/observation.h"
#include "io/run/run_step.h"

/* Result of the SOA question for a name. */
struct run_zone {
    enum answer_kind kind;
    int64_t checked_at;
    bool has_apex; /* the answer named the zone: the next three are set */
    struct dnsname apex;
    struct dnsname mname;
    struct dnsname rname;
    uint32_t server_total; /* name servers of the apex; 0: not known */
    unsigned server_count; /* of them below */
    struct dnsname servers[ANSWER_NAMES_MAX];
};

/* Notes that the zone of a name is needed, unless it is known or noted. */
bool run_file_want_zone(struct run_file *run, const struct dnsname *question)
    __attribute__((warn_unused_result));
/* Stores the answer to an SOA question, also under the name of the apex, where the name servers are
 * stored. An apex that is known is kept. */
bool run_file_add_zone(struct run_file *run, const struct dnsname *question,
                       const struct answer *answer, int64_t checked_at)
    __attribute__((warn_unused_result));
/* Stores the answer to the NS question for an apex that is known. */
bool run_file_add_servers(struct run_file *run, const struct dnsname *apex,
                          const struct answer *answer) __attribute__((warn_unused_result));

enum zone_need {
    ZONE_NEEDS_SOA,     /* not asked yet, or the answer was an error or silence */
    ZONE_UNASKED,       /* not asked yet */
    ZONE_NEEDS_SERVERS, /* an apex without an answer to its NS question */
    ZONE_NEEDS
};
/* Names that need a question, in order: up to n after *after (NULL: from the first one); *got: the
 * number of them. One pass gives each name once, also if its question fails again. */
bool run_file_zones_needed(struct run_file *run, enum zone_need need, const struct dnsname *after,
                           struct dnsname *out, unsigned n, unsigned *got)
    __attribute__((warn_unused_result));
/* RUN_END: the zone of this name is not known. */
enum run_step run_file_zone(struct run_file *run, const struct dnsname *question,
                            struct run_zone *out);

#endif
