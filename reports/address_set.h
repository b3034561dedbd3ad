/*
 * A set of few addresses: filled, sorted, then asked. At most ADDRESS_SET_MAX are kept; of those
 * beyond it nothing is known. Ownership: begin with zeros; address_set_free.
 */
#ifndef REPORTS_ADDRESS_SET_H
#define REPORTS_ADDRESS_SET_H

#include "audit/ipaddr.h"

enum { ADDRESS_SET_MAX = 10000 };

struct address_set {
    struct ipaddr *addresses; /* NULL as long as there are none */
    unsigned count;
};

/* Where memory is short the address is left out. */
void address_set_add(struct address_set *set, const struct ipaddr *address);
void address_set_sort(struct address_set *set);
bool address_set_has(const struct address_set *set, const struct ipaddr *address); /* sorted only */
void address_set_free(struct address_set *set);

#endif
