/*
 * One address that a party must act on, and the record to set; and its forms as octets. The sorted
 * forms are compared octet by octet (io/output/sorter.h): items of a party come together, first all
 * in the order of addresses, then those with a record zone by zone.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef REPORTS_FIX_ITEM_H
#define REPORTS_FIX_ITEM_H

#include "audit/verdict.h"
#include "reports/present.h"

enum fix_item_kind {
    FIX_ITEM_RECORD,       /* a fix of the verdict, with or without a record */
    FIX_ITEM_INCONSISTENT, /* name servers answer differently */
    FIX_ITEM_SERVER_FAILS, /* a name server of the zone fails */
};

struct fix_item {
    struct ipaddr address; /* the audited address */
    enum fix_item_kind kind;
    enum verdict verdict;
    struct fix fix;   /* `who` is not set */
    bool is_pair;     /* two parties must act, or the host name of a PTR record does not resolve */
    bool is_shared;   /* the record is at a PTR name that many addresses have */
    bool is_inside;   /* the host name of a public address has addresses inside networks alone */
    unsigned group;   /* number of the fix_group */
    bool is_repeated; /* read in the order of addresses: another row asks for the same */
    /* What is there now (reports/present.h), valid during the call; NULL: not shown. */
    const uint8_t *present;
    size_t present_length;
};

enum fix_order { FIX_BY_ADDRESS, FIX_BY_ZONE };

/* Of any form: numbers and octets of fixed size, then two names, each after its length, then the
 * present state. */
enum { FIX_ITEM_MAX = 35 + 2 * (1 + DNSNAME_MAX) + PRESENT_OCTETS };

/* As it arrives. Returns the length. */
size_t fix_item_put(uint8_t out[FIX_ITEM_MAX], const struct fix_item *item);
/* From that form to a sorted one. rank: place of the item's zone in its party. Returns the
 * length; 0: an item without record has no place in this order. */
size_t fix_item_sorted(uint8_t out[FIX_ITEM_MAX], const uint8_t *item, size_t length,
                       unsigned party, enum fix_order order, unsigned rank);
unsigned fix_item_group(const uint8_t *item); /* of the first form */
/* The party and order that a sorted item belongs to. */
unsigned fix_item_party(const uint8_t *sorted);
enum fix_order fix_item_order(const uint8_t *sorted);
void fix_item_get(struct fix_item *out, const uint8_t *sorted, size_t length);

#endif
