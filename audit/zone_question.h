/*
 * Which zone must be changed, as far as the facts about an address name it; else, the name whose
 * SOA identifies it (a positive answer has the SOA of the apex itself, a negative one the SOA of
 * the zone that holds the name, RFC 2308 2).
 *
 * Few names are asked: one for each /24, for each /48 or, where there are PTR records, each /64,
 * for each zone that classless delegation leads to (RFC 2317), and for each host name at fault.
 * They are in lower case, so equal names are equal text. An IPv4 address whose PTR record is wrong
 * may be in a zone further down, often one of its own: zone_question_own names it, and the caller
 * limits how many of them are asked. A zone below a /64, or below the parent of an alias's target,
 * is not found.
 *
 * Ownership: plain values; `soa` points into the observation. Threads: no state.
 */
#ifndef AUDIT_ZONE_QUESTION_H
#define AUDIT_ZONE_QUESTION_H

#include "audit/vantage.h"

struct zone_question {
    const struct answer *soa; /* the answer whose SOA names the zone; NULL: no answer does, ask */
    bool is_host;             /* the name is a host name; its zone is mostly that of its parent */
    struct dnsname name;      /* the zone's apex, or the name to ask SOA for */
};

/* The zone that has, or should have, the PTR record of the address. seen may be NULL. False: there
 * is no name to ask for. */
bool zone_question_reverse(struct zone_question *out, const struct ipaddr *address,
                           const struct observation *seen) __attribute__((warn_unused_result));
/* The reverse name itself, whose SOA reveals a zone below the /24. False: it reveals no more than
 * the question above. */
bool zone_question_own(struct dnsname *out, const struct ipaddr *address,
                       const struct observation *seen) __attribute__((warn_unused_result));
/* The zone of the lookup that failed, or of the PTR record if none did. False: there is no name to
 * ask for. */
bool zone_question_failed(struct zone_question *out, const struct ipaddr *address,
                          const struct observation *seen) __attribute__((warn_unused_result));
/* The zone that a fix belongs to. False: it belongs to no zone. */
bool zone_question_fix(struct zone_question *out, const struct fix *fix,
                       const struct ipaddr *address, const struct observation *seen)
    __attribute__((warn_unused_result));

/* If the question for a zone fails, the zone that fails may be further up: gives the next name up
 * whose SOA helps. If that one answers, the failing zone begins directly below it. From the /24 up
 * to the /8, from the /48 by nibbles to the /28, from a host name to a domain of two labels. False:
 * there is no further name. */
bool zone_question_above(struct dnsname *out, const struct dnsname *name)
    __attribute__((warn_unused_result));
enum { ZONES_ABOVE_MAX = 9 }; /* at most this many are asked */

/* The zone that a question to name servers belongs to. Neighbouring names mostly share a zone, so
 * the zone of a host name is asked for at its parent, unless that is beyond the registrable domain
 * (registrable_labels may be NULL: two labels are then taken for it). For a name in a zone of its
 * own, the servers of the parent answer with a referral, from which nothing is learned. */
bool zone_question_of_servers(struct zone_question *out, const struct server_question *ask,
                              const struct ipaddr *address, const struct observation *seen,
                              registrable_labels_fn *registrable_labels, void *suffixes)
    __attribute__((warn_unused_result));
/* The same before anything is known about the name. address: the audited one, if the question is
 * about its reverse name; NULL: it is about another name. */
void zone_question_of_name(struct zone_question *out, const struct dnsname *name,
                           const struct ipaddr *address, registrable_labels_fn *registrable_labels,
                           void *suffixes);

#endif
