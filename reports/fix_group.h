/*
 * What one party must fix: a fixer and a zone, with the problems, the addresses folded into ranges,
 * and the records to set. Ownership: of the list (reports/fix_list.h).
 */
#ifndef REPORTS_FIX_GROUP_H
#define REPORTS_FIX_GROUP_H

#include "audit/verdict.h"
#include "reports/address_ranges.h"
#include "reports/vantage_overview.h"

struct fix_record {
    struct fix_record *next;
    unsigned number;       /* in order of coming */
    struct ipaddr address; /* that it is for */
    bool repeated;
    char text[];
};

struct difference_list;

struct fix_group {
    unsigned number; /* in order of coming, below FIX_GROUPS_MAX */
    enum fixer who;
    bool zone_is_known; /* named by a SOA; else guessed */
    bool undelegated;   /* there is no such zone: `above` answers, which belongs to a registry */
    bool is_cut;        /* the zone fails as a whole: `above` answers, which delegates it */
    bool has_domain;    /* the registrable domain of the host names, where the zone holds such */
    bool has_contact;   /* primary server and mailbox of that SOA */
    bool answers;       /* a question for its SOA was answered */
    bool fails; /* one failed, as `failure` says; both may be so where only some names fail */
    enum answer_kind failure;
    struct dnsname zone;
    struct dnsname above;
    struct dnsname domain;
    struct dnsname mname;
    struct dnsname rname;
    uint32_t server_total; /* name servers; 0: not known */
    unsigned server_count; /* of them here */
    struct dnsname servers[ANSWER_NAMES_MAX];
    bool has_example;        /* FIXER_FAILING_ZONE: one of the questions that failed, and how */
    struct question example; /* likewise */
    enum answer_kind example_kind;   /* likewise */
    int64_t asked_first, asked_last; /* of what fails: seconds since 1970 UTC; 0: not known */
    uint64_t addresses;
    struct address_ranges nameless; /* fixes without a record */
    uint64_t without_record; /* set by fix_list_sort: addresses for which a host name must be chosen
                                first */
    uint64_t
        contested; /* likewise: addresses for which rows name several hosts; one may stand there */
    uint64_t unlisted; /* records beyond the ceiling */
    unsigned record_count;
    struct fix_record *first;
    struct fix_record *last;
    bool has_safe_after;
    int64_t safe_after;
    struct address_ranges problems[VERDICTS];
    struct address_ranges inconsistent;  /* FIXER_NAME_SERVERS: what its servers say differs */
    struct difference_list *differences; /* likewise: who says what; NULL: none */
    struct address_ranges
        on_broken_servers;     /* likewise: a server of its zone fails, whatever it is asked */
    struct broken_zone broken; /* likewise: which; `servers` is NULL: none */
};

/* Is it known whom to ask? Of a zone that fails nobody is, until something names the zone or the
 * question for it fails too. */
bool fix_group_is_party(const struct fix_group *group);
/* Nothing is wrong with the zone: its file was not given (--zone). */
bool fix_group_is_not_loaded(const struct fix_group *group);

#endif
