/*
 * What one fixer must change in one zone: the facts about the zone, and sums. The addresses and
 * records are items of its party (reports/fix_party.h).
 *
 * Memory: some hundred octets. Ownership: of the list (reports/fix_list.h).
 */
#ifndef REPORTS_FIX_GROUP_H
#define REPORTS_FIX_GROUP_H

#include "audit/providers.h"
#include "audit/verdict.h"
#include "reports/vantage_overview.h"

struct difference_list;

/* A question that failed. */
struct fix_example {
    struct question question;
    enum answer_kind kind;
    uint16_t rcode;
    uint16_t extended_error;
};

struct fix_group {
    struct fix_group *next; /* in the table; after fix_list_sort: the next zone of the party */
    unsigned number;        /* order of arrival */
    enum fixer who;
    bool zone_is_known; /* an SOA named it; otherwise it is a guess */
    bool undelegated;   /* the zone does not exist: `above`, the zone of a registry, answers */
    bool is_cut;        /* the whole zone fails: `above`, its parent, answers */
    bool answers;       /* a question for its SOA was answered */
    bool fails;         /* such a question failed; `answers` is set too if only some names fail */
    bool has_safe_after;
    enum answer_kind failure;
    const struct provider *provider; /* of its addresses, from --providers; NULL: none */
    const struct dnsname *zone;
    const struct dnsname *above;  /* NULL: not set */
    const struct dnsname *domain; /* the registrable domain of the host names in it; NULL: none */
    const struct dnsname *mname;  /* of the SOA; NULL: unknown; likewise rname */
    const struct dnsname *rname;
    uint32_t server_total; /* name servers of the zone; 0: unknown */
    unsigned server_count; /* of those, kept in `servers` */
    const struct dnsname **servers;
    struct fix_example *example; /* FIXER_FAILING_ZONE; NULL: none */
    bool is_list; /* the example does not say which lookup of each address failed, and how */
    int64_t
        asked_first;    /* time of the first failing question, seconds since 1970 UTC; 0: unknown */
    int64_t asked_last; /* time of the last one */
    int64_t present_at; /* when a present state was looked up last; 0: none is shown */
    int64_t safe_after;
    struct ipaddr lowest; /* of its addresses */
    /* The next four are set by fix_list_sort. */
    unsigned rank;      /* place among the zones of its party */
    uint64_t addresses; /* distinct ones */
    uint64_t records;
    uint64_t counted; /* while counting: serial number of the address that was counted last */
    /* The rest is for FIXER_NAME_SERVERS only. */
    struct difference_list *differences; /* answers that differ; NULL: none */
    struct broken_zone broken; /* the zone whose servers fail; `servers` is NULL without one */
};

/* Is the party to contact known? For a failing zone it is known once an SOA or --providers names
 * it, or once the question for the zone itself fails too. */
bool fix_group_is_party(const struct fix_group *group);

/* What all zones of a party have in common: a provider may have zones of several operators. */
struct fix_shared {
    const struct dnsname *mname; /* NULL: they differ, or it is unknown; likewise rname */
    const struct dnsname *rname;
    bool servers; /* those of the first zone */
};

struct fix_shared fix_group_shared(const struct fix_group *first);

static inline bool fixer_sets_records(enum fixer who)
{
    return who == FIXER_REVERSE_ZONE || who == FIXER_HOST_NAME;
}

#endif
