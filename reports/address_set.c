#include "reports/address_set.h"

#include <stdlib.h>

enum { FIRST_ROOM = 64 };

bool address_set_add(struct address_set *set, const struct ipaddr *address)
{
    if (set->count > 0 && ipaddr_equal(&set->addresses[set->count - 1], address))
        return true;
    if (set->count == set->room) {
        size_t room = set->room > 0 ? 2 * set->room : FIRST_ROOM;
        struct ipaddr *more = reallocarray(set->addresses, room, sizeof(*more));

        if (!more)
            return false;
        set->addresses = more;
        set->room = room;
    }
    set->addresses[set->count++] = *address;
    return true;
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
    set->count = set->room = 0;
}
