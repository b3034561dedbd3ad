/*
 * Changes folded into ranges: all rows with the same change, verdicts, fixer and zone are one
 * group. The groups of one party follow each other, and its sums are in change_parties.
 *
 * Memory: at most CHANGE_GROUPS_MAX groups of at most CHANGE_RANGES_MAX ranges; what exceeds them
 * is counted. Ownership: change_groups_new / change_groups_free. Threads: one at a time.
 */
#ifndef REPORTS_CHANGE_GROUPS_H
#define REPORTS_CHANGE_GROUPS_H

#include "audit/dnsname.h"
#include "audit/row_change.h"
#include "reports/change_parties.h"

enum { CHANGE_GROUPS_MAX = 8192 };

/* What the rows of a group have in common. */
struct change_kind {
    enum row_change change;
    bool alarm;
    bool has_before, has_after; /* the verdict is set */
    enum verdict before, after;
    bool is_second; /* its rows are in a group of another party, too */
    enum fixer who; /* FIXER_NONE: no party, or not known */
};

struct change_group {
    struct change_kind kind;
    bool zone_is_known;       /* an SOA named it; otherwise it is a guess */
    struct dnsname *zone;     /* whose zone; NULL: not known */
    unsigned operator_number; /* of the zone */
    unsigned party;           /* after change_groups_sort; CHANGE_NO_PARTY: none */
    uint64_t rows;
    int64_t since; /* the earliest of its rows; 0: not known */
    struct address_ranges ranges;
};

/* One row. */
struct change_entry {
    struct change_kind kind;
    const struct ipaddr *address;
    const struct fix_zone *zone; /* NULL: not known */
    int64_t since;               /* 0: not known */
};

struct change_groups;
struct change_tally;

/* As change_parties_new. NULL: out of memory. */
struct change_groups *change_groups_new(const struct suffix_list *suffixes,
                                        const struct providers *providers);
void change_groups_free(struct change_groups *groups); /* NULL is allowed */
void change_groups_add(struct change_groups *groups, const struct change_entry *entry);
/* After the last row: alarms first, then by party, then by change, then the largest first. False:
 * out of memory. */
bool change_groups_sort(struct change_groups *groups) __attribute__((warn_unused_result));
unsigned change_groups_count(const struct change_groups *groups);
const struct change_group *change_groups_at(const struct change_groups *groups, unsigned index);
/* Rows in no group, because there were too many groups. */
uint64_t change_groups_left_out(const struct change_groups *groups);
/* Those of all rows, also of rows in no group. */
const struct change_parties *change_groups_parties(const struct change_groups *groups);
/* Parties with rows that raise the alarm; they are the first. */
unsigned change_groups_alarmed(const struct change_groups *groups);

/* A comparison, for other reports to show. */
struct change_report {
    const struct change_tally *tally;
    const struct change_groups *groups; /* sorted */
    const char *headline;               /* "3 of 65,536 broke, 12 fixed since 2026-11-26" */
};

/* "198.51.100.0/25 lost its PTR records: 128 addresses, reverse zone 100.51.198.in-addr.arpa" */
enum { CHANGE_SENTENCE_MAX = 512 + 4 * DNSNAME_TEXT_MAX };
size_t change_group_print(char out[CHANGE_SENTENCE_MAX], const struct change_group *group);
/* "60,000 addresses in 240 zones (59,990 no-ptr, 10 no-forward): 198.51.0.0/16": of the alarms. */
size_t change_party_print(char out[CHANGE_SENTENCE_MAX], const struct change_groups *groups,
                          const struct change_party *party);

#endif
