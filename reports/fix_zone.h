/* The zone that must change for a fix: known by an SOA, or guessed. Ownership: what it points to
 * belongs to the row. Threads: no state. */
#ifndef REPORTS_FIX_ZONE_H
#define REPORTS_FIX_ZONE_H

#include "reports/report_row.h"

struct fix_zone {
    bool known;                  /* an SOA named it; otherwise it is a guess */
    bool undelegated;            /* it does not exist yet: the SOA is that of a registry above it */
    bool is_cut;                 /* it fails; its parent `above` answers */
    struct dnsname above;        /* the zone above, if undelegated or is_cut */
    struct dnsname zone;         /* in lower case */
    const struct dnsname *mname; /* of the SOA; NULL if unknown */
    const struct dnsname *rname; /* of the SOA; NULL if unknown */
    const struct run_zone *asked; /* what the run learnt about the zone; NULL: not asked */
};

struct provider;
struct providers;
struct suffix_list;
struct zone_question;

/* The zone that the question's name is probably in, if no answer named it. */
void fix_zone_guess(struct dnsname *out, const struct zone_question *question,
                    const struct suffix_list *suffixes);
/* fix: index in the row's judgement. suffixes: NULL if there is no list. */
void fix_zone_of(struct fix_zone *out, const struct report_row *row, unsigned fix,
                 const struct suffix_list *suffixes);
/* Is it a zone of addresses, below arpa? */
bool fix_zone_is_reverse(const struct dnsname *zone);
/* The registrable domain of the host names in a zone, which all of them share unless its apex is a
 * public suffix. False: none, or no list. */
bool fix_zone_domain(struct dnsname *out, enum fixer who, const struct dnsname *zone,
                     const struct suffix_list *suffixes);
/* The provider of an address sets its PTR records and runs its reverse zone, not host names. NULL:
 * none; providers may be NULL. */
const struct provider *fix_zone_provider(enum fixer who, const struct dnsname *zone,
                                         const struct ipaddr *address,
                                         const struct providers *providers);
/* A zone whose name servers were asked. whose: what is known about it, or NULL. */
void fix_zone_of_servers(struct fix_zone *out, const struct dnsname *zone,
                         const struct run_zone *whose);
/* question: index in the row's vantages. */
void fix_zone_of_question(struct fix_zone *out, const struct report_row *row, unsigned question);

#endif
