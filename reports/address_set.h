/*
 * A set of addresses: add, sort, then query. Memory: 17 octets for each address added. Ownership:
 * begin with zeros; address_set_free. Threads: one at a time.
 */
#ifndef REPORTS_ADDRESS_SET_H
#define REPORTS_ADDRESS_SET_H

#include "audit/ipaddr.h"

struct address_set {
    struct ipaddr *addresses; /* NULL while the set is empty */
    size_t count;
    size_t room;
};

/* An address that equals the one before it is added once. False: out of memory. */
bool address_set_add(struct address_set *set, const struct ipaddr *address)
    __attribute__((warn_unused_result));
void address_set_sort(struct address_set *set);
bool address_set_has(const struct address_set *set,
                     const struct ipaddr *address); /* after address_set_sort only */
void address_set_free(struct address_set *set);

#endif
