/* Whose zone a fix belongs to. */
#ifndef REPORTS_FIX_ZONE_H
#define REPORTS_FIX_ZONE_H

#include "reports/report_row.h"

struct fix_zone {
    bool known;                  /* named by a SOA; else guessed */
    bool undelegated;            /* it does not exist yet: the SOA is that of a registry above it */
    bool is_cut;                 /* it fails, and `above` answers: that one delegates it */
    struct dnsname above;        /* with either of them: whose */
    struct dnsname zone;         /* in lower case */
    const struct dnsname *mname; /* of that SOA; NULL where it is not known */
    const struct dnsname *rname; /* likewise */
    const struct run_zone *asked; /* what asking for it told; NULL: it was not asked */
};

struct suffix_list;

/* fix: one of the row's judgement. suffixes: NULL: no registrable domain is known. */
void fix_zone_of(struct fix_zone *out, const struct report_row *row, unsigned fix,
                 const struct suffix_list *suffixes);
/* A zone whose name servers were asked; whose: what is known of it, or NULL. */
void fix_zone_of_servers(struct fix_zone *out, const struct dnsname *zone,
                         const struct run_zone *whose);
/* question: one of the row's vantages. */
void fix_zone_of_question(struct fix_zone *out, const struct report_row *row, unsigned question);

#endif
