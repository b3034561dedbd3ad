/*
 * Whose zone it is: which zone must be changed, as far as the facts about an address name it, and
 * where they do not, the name whose SOA tells (a positive answer is SOA of the apex itself, a
 * negative one brings the SOA of the zone that holds the name, RFC 2308 2).
 *
 * The names to ask are few: one for each /24, for each /48 or, where there are PTR records, each
 * /64, for each zone that classless delegation leads to (RFC 2317), and for each host name at
 * fault. They are in lower case, so that equal names are equal text. An IPv4 address whose PTR
 * record is wrong may be in a zone further down, often its own: zone_question_own names it, and the
 * caller chooses how many of them to ask. What stays unseen is a zone below a /64, and one below
 * the parent of an alias's target.
 *
 * Ownership: plain values; `soa` points into the observation. Threads: no state.
 */
#ifndef AUDIT_ZONE_QUESTION_H
#define AUDIT_ZONE_QUESTION_H

#include "audit/vantage.h"

struct zone_question {
    const struct answer *soa; /* the answer whose SOA names the zone; NULL: none does, ask */
    bool is_host;             /* the name is a host name, whose zone is most often its parent */
    struct dnsname name;      /* the zone's apex, or the name to ask SOA for */
};

/* The zone where the PTR record of the address is, or ought to be. seen may be NULL. False: there
 * is no name to ask for. */
bool zone_question_reverse(struct zone_question *out, const struct ipaddr *address,
                           const struct observation *seen) __attribute__((warn_unused_result));
/* The reverse name itself, whose SOA tells of a zone below the /24. False: it would tell no more
 * than the question above. */
bool zone_question_own(struct dnsname *out, const struct ipaddr *address,
                       const struct observation *seen) __attribute__((warn_unused_result));
/* The zone a fix belongs to. False: to none. */
bool zone_question_fix(struct zone_question *out, const struct fix *fix,
                       const struct ipaddr *address, const struct observation *seen)
    __attribute__((warn_unused_result));

/* The first question about the address on which DNS failed, and how. False: it failed on none. */
bool zone_question_failed(struct question *out, enum answer_kind *kind,
                          const struct ipaddr *address, const struct observation *seen)
    __attribute__((warn_unused_result));

/* Where the question for a zone fails, the zone may be one further up: the next name up whose SOA
 * tells. Where that one answers, the zone that fails begins right below it. From the /24 up to the
 * /8, from the /48 nibble by nibble to the /28, from a host name to a domain of two labels. False:
 * there is none. */
bool zone_question_above(struct dnsname *out, const struct dnsname *name)
    __attribute__((warn_unused_result));
enum { ZONES_ABOVE_MAX = 9 }; /* so many of them are worth a question */

/* The zone that a question to name servers belongs to. Names side by side mostly share a zone, so
 * that of a host name is asked for at its parent, unless that is beyond the registrable domain
 * (registrable_labels may be NULL: then that has two labels). The servers of the parent refer a
 * question for a name with servers of its own elsewhere, which tells nothing. */
bool zone_question_of_servers(struct zone_question *out, const struct server_question *ask,
                              const struct ipaddr *address, const struct observation *seen,
                              registrable_labels_fn *registrable_labels, void *suffixes)
    __attribute__((warn_unused_result));

#endif
