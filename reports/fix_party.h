/*
 * A party that must act: all zones of one operator (audit/party_group.h), with exact sums. Its
 * addresses and records are read from the list (reports/fix_list.h). Ownership: of the list.
 */
#ifndef REPORTS_FIX_PARTY_H
#define REPORTS_FIX_PARTY_H

#include "reports/fix_group.h"

struct fix_party {
    unsigned number; /* in the order of the list, from 0 */
    enum fixer who;
    bool is_known; /* there is somebody to contact (fix_group_is_party) */
    bool has_safe_after;
    bool lists_lookups; /* each address needs the lookup that failed (fix_group.is_list) */
    const struct provider *provider; /* from --providers; NULL: none */
    const struct fix_group *first;   /* its zones, linked by `next`, by lowest address */
    unsigned zone_count;
    uint64_t addresses;          /* the sum of the next three, where they cannot overlap */
    uint64_t problems[VERDICTS]; /* distinct addresses by verdict */
    uint64_t inconsistent;       /* addresses for which name servers answer differently */
    uint64_t on_broken_servers;  /* addresses in zones with name servers that fail */
    uint64_t records;            /* distinct ones */
    uint64_t pairs;              /* records that are not enough alone (fix_item.is_pair) */
    uint64_t shared;             /* records at PTR names that many addresses have */
    uint64_t without_record;     /* addresses that first need a host name */
    struct dnsname domain;       /* all of their names must be below it; length 0: none */
    uint64_t inside;             /* records at names with addresses inside networks alone */
    uint64_t contested;          /* addresses for which rows expect several names */
    int64_t safe_after;          /* the latest of all */
    int64_t asked_first;         /* of the failing questions; 0: unknown */
    int64_t asked_last;
    int64_t present_at; /* when a present state was looked up last; 0: none is shown */
    char *folder;       /* its name in the hand-over pack; NULL: not known, so none */
    uint64_t places[2]; /* of its items in each order, for the list alone */
};

/* Is the zone of the only group, or a group of several zones, asked to set records? */
static inline bool fix_party_sets_records(const struct fix_party *party)
{
    return fixer_sets_records(party->who);
}

/* PTR records for host names that must resolve first (reports/fix_words.h, FORWARD_FIRST). */
static inline uint64_t fix_party_waits(const struct fix_party *party)
{
    return party->who == FIXER_REVERSE_ZONE ? party->pairs : 0;
}

#endif
