/*
 * What must be fixed, grouped by who must fix it: one group for each fixer and zone, with the
 * problems, the addresses folded into ranges, and the records to set.
 *
 * The zone is the apex that a SOA named; where none did it is a guess, and says so: the /24, /48 or
 * /64 reverse zone, what classless delegation leads to, or the parent domain of the host name.
 * Memory: bounded by the ceilings below; what does not fit is counted. Ownership: fix_list_new /
 * fix_list_free.
 */
#ifndef REPORTS_FIX_LIST_H
#define REPORTS_FIX_LIST_H

#include "reports/report_row.h"

enum {
    FIX_GROUPS_MAX = 512,
    FIX_RANGES_MAX = 10000,                  /* in all groups together */
    FIX_RECORDS_MAX = 10000,                 /* likewise */
    FIX_RECORDS_BYTES_MAX = 2 * 1024 * 1024, /* of their text */
    FIX_ALWAYS_KEPT = 8, /* ranges of a problem, records of a group: kept in any case */
};

struct fix_range {
    struct fix_range *next;
    struct iprange range;
};

struct fix_record {
    struct fix_record *next;
    unsigned number;       /* in order of coming */
    struct ipaddr address; /* that it is for */
    bool repeated;
    char text[];
};

struct fix_problem {
    uint64_t addresses;
    uint64_t unlisted; /* of them not in the ranges */
    unsigned range_count;
    struct fix_range *first;
    struct fix_range *last;
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
    struct fix_problem nameless; /* fixes without a record */
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
    struct fix_problem problems[VERDICTS];
    struct fix_problem inconsistent;     /* FIXER_NAME_SERVERS: what its servers say differs */
    struct difference_list *differences; /* likewise: who says what; NULL: none */
    struct fix_problem
        behind_broken;         /* likewise: a server of its zone fails, whatever it is asked */
    struct broken_zone broken; /* likewise: which; `servers` is NULL: none */
};

/* The ranges of a problem, in other lists too. has_room: further ones may be kept, beside
 * FIX_ALWAYS_KEPT. True: one more is in use. */
bool fix_problem_add(struct fix_problem *problem, const struct ipaddr *address, bool has_room);
void fix_problem_free(struct fix_problem *problem);

struct fix_list;
struct suffix_list;

/* suffixes: NULL: no registrable domain is known. NULL: out of memory. */
struct fix_list *fix_list_new(const struct suffix_list *suffixes);
void fix_list_free(struct fix_list *list);
void fix_list_add(struct fix_list *list, const struct report_row *row);
/* Behind all rows. What the zone points to stays valid as long as the list, but for `whose`. */
void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address);
/* The group of a fixer and zone, before fix_list_sort; NULL: there is none. */
const struct fix_group *fix_list_find(const struct fix_list *list, enum fixer who,
                                      const struct dnsname *zone);
/* Folds the ranges, counts addresses and records of several rows once, orders groups (fixer, then
 * most addresses first). */
void fix_list_sort(struct fix_list *list);
const struct fix_group *fix_list_group(const struct fix_list *list,
                                       unsigned index); /* NULL past the end */
/* Groups whose party is known (fix_group_is_party). */
unsigned fix_list_parties(const struct fix_list *list);
/* Fixes that belong to groups beyond FIX_GROUPS_MAX. */
uint64_t fix_list_left_out(const struct fix_list *list);

#endif
