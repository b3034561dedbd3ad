#include "reports/address_set.h"

#include <stdlib.h>

void address_set_add(struct address_set *set, const struct ipaddr *address)
{
    if (!set->addresses)
        set->addresses = malloc(ADDRESS_SET_MAX * sizeof(*set->addresses));
    if (set->addresses && set->count < ADDRESS_SET_MAX)
        set->addresses[set->count++] = *address;
}

static int by_address(const void *a, const void *b)
{
    return ipaddr_compare(a, b);
}

void address_set_sort(struct address_set *set)
{
    if (set->count > 0)
        qsort(set->addresses, set->count, sizeof(*set->addresses), by_address);
}

bool address_set_has(const struct address_set *set, const struct ipaddr *address)
{
    return set->count > 0 && bsearch(address, set->addresses, set->count, sizeof(*set->addresses),
                                     by_address) != NULL;
}

void address_set_free(struct address_set *set)
{
    free(set->addresses);
    set->addresses = NULL;
    set->count = 0;
}
