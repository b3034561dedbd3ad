#include "reports/fix_fold.h"

#include <stdlib.h>

static int by_first(const void *a, const void *b)
{
    const struct fix_range *const *left = a;
    const struct fix_range *const *right = b;

    return ipaddr_compare(&(*left)->range.first, &(*right)->range.first);
}

/* Merges `range` into the one before it where they touch. */
static bool fold(struct iprange *before, const struct iprange *range)
{
    struct ipaddr following = before->last;
    bool touches = iprange_contains(before, &range->first) ||
                   (ipaddr_next(&following) && ipaddr_equal(&following, &range->first));

    if (touches && ipaddr_compare(&range->last, &before->last) > 0)
        before->last = range->last;
    return touches;
}

/* Lists need not be sorted: what the row by row folding could not see is folded here. */
static void fold_ranges(struct fix_problem *problem)
{
    struct fix_range **all;
    unsigned kept = 0;
    unsigned n = 0;

    if (problem->range_count < 2 || !(all = malloc(problem->range_count * sizeof *all)))
        return;
    for (struct fix_range *range = problem->first; range; range = range->next)
        all[n++] = range;
    qsort(all, n, sizeof *all, by_first);
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

void fix_problem_count(struct fix_problem *problem)
{
    fold_ranges(problem);
    if (problem->unlisted > 0)
        return;
    problem->addresses = 0;
    for (const struct fix_range *range = problem->first; range; range = range->next)
        problem->addresses += (uint64_t)iprange_count(&range->range);
}

uint64_t fix_ranges_common(const struct fix_range *range, const struct ipaddr *sorted, unsigned n)
{
    uint64_t common = 0;

    for (unsigned i = 0; i < n; i++) {
        if (i > 0 && ipaddr_equal(&sorted[i], &sorted[i - 1]))
            continue;
        while (range && ipaddr_compare(&range->range.last, &sorted[i]) < 0)
            range = range->next;
        common += range && iprange_contains(&range->range, &sorted[i]);
    }
    return common;
}
