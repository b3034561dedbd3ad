/*
 * Everything one party must fix in one zone: its problems, the addresses as ranges, and the records
 * to set. Ownership: of the list (reports/fix_list.h).
 */
#ifndef REPORTS_FIX_GROUP_H
#define REPORTS_FIX_GROUP_H

#include "audit/verdict.h"
#include "reports/address_ranges.h"
#include "reports/vantage_overview.h"

struct fix_record {
    struct fix_record *next;
    unsigned number;       /* order of arrival */
    struct ipaddr address; /* the audited address */
    bool repeated;
    char text[];
};

struct difference_list;

struct fix_group {
    unsigned number; /* order of arrival, below FIX_GROUPS_MAX */
    enum fixer who;
    bool zone_is_known; /* an SOA named it; otherwise it is a guess */
    bool undelegated;   /* the zone does not exist: `above`, the zone of a registry, answers */
    bool is_cut;        /* the whole zone fails: `above`, its parent, answers */
    bool has_domain;    /* `domain` is set: the registrable domain of the host names in the zone */
    bool has_contact;   /* `mname` and `rname` of the SOA are set */
    bool answers;       /* a question for its SOA was answered */
    bool fails;         /* such a question failed; `answers` is set too if only some names fail */
    enum answer_kind failure;
    struct dnsname zone;
    struct dnsname above;
    struct dnsname domain;
    struct dnsname mname;
    struct dnsname rname;
    uint32_t server_total; /* name servers of the zone; 0: unknown */
    unsigned server_count; /* of those, kept in `servers` */
    struct dnsname servers[ANSWER_NAMES_MAX];
    bool has_example;        /* FIXER_FAILING_ZONE: `example` is set, a question that failed */
    struct question example; /* likewise */
    enum answer_kind example_kind; /* likewise */
    int64_t
        asked_first;    /* time of the first failing question, seconds since 1970 UTC; 0: unknown */
    int64_t asked_last; /* time of the last one */
    uint64_t addresses;
    struct address_ranges nameless; /* fixes without a record */
    uint64_t without_record; /* set by fix_list_sort: addresses that first need a host name */
    uint64_t contested; /* set by fix_list_sort: addresses for which rows expect several names */
    uint64_t unlisted;  /* records beyond the ceiling */
    unsigned record_count;
    struct fix_record *first;
    struct fix_record *last;
    bool has_safe_after;
    int64_t safe_after;
    struct address_ranges problems[VERDICTS];
    /* The rest is for FIXER_NAME_SERVERS only. */
    struct address_ranges inconsistent;  /* addresses for which its servers answer differently */
    struct difference_list *differences; /* those answers; NULL: none */
    struct address_ranges on_broken_servers; /* addresses whose zone has servers that fail */
    struct broken_zone broken;               /* that zone; `servers` is NULL without one */
};

/* Is the party to contact known? For a failing zone it is known once an SOA names the zone, or once
 * the question for the zone itself fails too. */
bool fix_group_is_party(const struct fix_group *group);
/* The zone is not at fault: its file was not given with --zone. */
bool fix_group_is_not_loaded(const struct fix_group *group);

#endif
