/*
 * A set of addresses: add, sort, then query. Addresses beyond ADDRESS_SET_MAX are dropped.
 * Ownership: begin with zeros; address_set_free.
 */
#ifndef REPORTS_ADDRESS_SET_H
#define REPORTS_ADDRESS_SET_H

#include "audit/ipaddr.h"

enum { ADDRESS_SET_MAX = 10000 };

struct address_set {
    struct ipaddr *addresses; /* NULL while the set is empty */
    unsigned count;
};

/* Drops the address if there is no memory. */
void address_set_add(struct address_set *set, const struct ipaddr *address);
void address_set_sort(struct address_set *set);
bool address_set_has(const struct address_set *set,
                     const struct ipaddr *address); /* after address_set_sort only */
void address_set_free(struct address_set *set);

#endif
