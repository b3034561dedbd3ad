#include "reports/address_ranges.h"

#include <stdlib.h>

void address_ranges_free(struct address_ranges *problem)
{
    for (struct address_range *next, *range = problem->first; range; range = next) {
        next = range->next;
        free(range);
    }
}

/* True if the range now contains the address: it did before, or the address was the next one. */
static bool extend(struct iprange *range, const struct ipaddr *address)
{
    struct ipaddr following = range->last;

    if (ipaddr_equal(&range->last, address))
        return true;
    if (!ipaddr_next(&following) || !ipaddr_equal(&following, address))
        return false;
    range->last = following;
    return true;
}

bool address_ranges_add(struct address_ranges *problem, const struct ipaddr *address, bool has_room)
{
    bool room = has_room || problem->range_count < RANGES_ALWAYS_KEPT;
    struct address_range *range;

    problem->addresses++;
    if (problem->last && extend(&problem->last->range, address))
        return false;
    range = room ? malloc(sizeof(*range)) : NULL;
    if (!range) {
        problem->unlisted++;
        return false;
    }
    range->next = NULL;
    range->range = (struct iprange){*address, *address};
    if (problem->last)
        problem->last->next = range;
    else
        problem->first = range;
    problem->last = range;
    problem->range_count++;
    return true;
}

static int by_first(const void *a, const void *b)
{
    const struct address_range *const *left = a;
    const struct address_range *const *right = b;

    return ipaddr_compare(&(*left)->range.first, &(*right)->range.first);
}

/* Merges `range` into the one before it if they touch. */
static bool fold(struct iprange *before, const struct iprange *range)
{
    struct ipaddr following = before->last;
    bool touches = iprange_contains(before, &range->first) ||
                   (ipaddr_next(&following) && ipaddr_equal(&following, &range->first));

    if (touches && ipaddr_compare(&range->last, &before->last) > 0)
        before->last = range->last;
    return touches;
}

/* Input need not be sorted: merges ranges that grew separately. */
static void fold_ranges(struct address_ranges *problem)
{
    struct address_range **all;
    unsigned kept = 0;
    unsigned n = 0;

    if (problem->range_count < 2 || !(all = malloc(problem->range_count * sizeof(*all))))
        return;
    for (struct address_range *range = problem->first; range; range = range->next)
        all[n++] = range;
    qsort(all, n, sizeof(*all), by_first);
    for (unsigned i = 1; i < n; i++) {
        if (fold(&all[kept]->range, &all[i]->range))
            free(all[i]);
        else
            all[++kept] = all[i];
    }
    for (unsigned i = 0; i < kept; i++)
        all[i]->next = all[i + 1];
    all[kept]->next = NULL;
    problem->first = all[0];
    problem->last = all[kept];
    problem->range_count = kept + 1;
    free(all);
}

void address_ranges_fold(struct address_ranges *problem)
{
    fold_ranges(problem);
    if (problem->unlisted > 0)
        return;
    problem->addresses = 0;
    for (const struct address_range *range = problem->first; range; range = range->next)
        problem->addresses += (uint64_t)iprange_count(&range->range);
}
