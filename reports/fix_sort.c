#include <stdlib.h>
#include <string.h>

#include "reports/address_ranges.h"
#include "reports/difference_list.h"
#include "reports/fix_list_private.h"

static int by_address(const void *a, const void *b)
{
    return ipaddr_compare(a, b);
}

/* An address needs no choice of a host name if another row brings one. */
static void count_nameless(struct fix_group *group)
{
    struct ipaddr *named;
    unsigned n = 0;

    address_ranges_fold(&group->nameless);
    group->without_record = group->nameless.addresses;
    if (group->nameless.addresses == 0 || group->nameless.unlisted > 0 ||
        group->record_count == 0 || !(named = malloc(group->record_count * sizeof(*named))))
        return;
    for (const struct fix_record *record = group->first; record; record = record->next)
        named[n++] = record->address;
    qsort(named, n, sizeof(*named), by_address);
    group->without_record -= address_ranges_common(group->nameless.first, named, n);
    free(named);
}

static void count_addresses(struct fix_group *group)
{
    address_ranges_fold(&group->inconsistent);
    address_ranges_fold(&group->on_broken_servers);
    /* a failing server fails for the whole zone, so these include the others */
    group->addresses = group->on_broken_servers.addresses > group->inconsistent.addresses
                           ? group->on_broken_servers.addresses
                           : group->inconsistent.addresses;
    for (unsigned i = 0; i < VERDICTS; i++) {
        address_ranges_fold(&group->problems[i]);
        group->addresses += group->problems[i].addresses;
    }
    count_nameless(group);
    difference_list_fold(group->differences);
}

static int by_text(const void *a, const void *b)
{
    const struct fix_record *left = *(struct fix_record *const *)a;
    const struct fix_record *right = *(struct fix_record *const *)b;
    int order = strcmp(left->text, right->text);

    if (order != 0)
        return order;
    return left->number < right->number ? -1 : left->number > right->number;
}

static bool same_owner(const struct fix_record *a, const struct fix_record *b)
{
    size_t length = strcspn(a->text, " ");

    return strcspn(b->text, " ") == length && memcmp(a->text, b->text, length) == 0;
}

/* Counts owners for which several PTR records are wanted, or one that would replace a wanted
 * record: an address should have one name. Records are sorted by text. */
static uint64_t count_contested(const struct fix_list *list, struct fix_record *const *sorted,
                                unsigned n)
{
    uint64_t contested = 0;
    bool counted = false;

    for (unsigned i = 0; i < n; i++) {
        bool same = i > 0 && same_owner(sorted[i - 1], sorted[i]);
        bool contends =
            same ? !sorted[i]->repeated : address_set_has(&list->disputed, &sorted[i]->address);

        counted = counted && same;
        contested += contends && !counted;
        counted = counted || contends;
    }
    return contested;
}

/* Several rows may ask for the same record: the first one stays, in its place. */
static void drop_repeated_records(struct fix_list *list, struct fix_group *group)
{
    struct fix_record **all;
    unsigned n = 0;

    if (group->record_count == 0 || !(all = malloc(group->record_count * sizeof(*all))))
        return;
    for (struct fix_record *record = group->first; record; record = record->next)
        all[n++] = record;
    qsort(all, n, sizeof(struct fix_record *), by_text);
    for (unsigned i = 1; i < n; i++)
        all[i]->repeated = strcmp(all[i - 1]->text, all[i]->text) == 0;
    if (group->who == FIXER_REVERSE_ZONE)
        group->contested = count_contested(list, all, n);
    free(all);
    for (struct fix_record **at = &group->first; *at;) {
        struct fix_record *record = *at;

        if (!record->repeated) {
            group->last = record;
            at = &record->next;
            continue;
        }
        *at = record->next;
        free(record);
        group->record_count--;
        list->record_count--;
    }
}

static int by_need(const void *a, const void *b)
{
    const struct fix_group *left = *(struct fix_group *const *)a;
    const struct fix_group *right = *(struct fix_group *const *)b;

    if (left->who != right->who)
        return left->who < right->who ? -1 : 1;
    if (left->addresses != right->addresses)
        return left->addresses > right->addresses ? -1 : 1;
    /* any order will do, but always the same one */
    if (left->zone.length != right->zone.length)
        return left->zone.length < right->zone.length ? -1 : 1;
    return memcmp(left->zone.wire, right->zone.wire, left->zone.length);
}

void fix_list_sort(struct fix_list *list)
{
    address_set_sort(&list->disputed);
    for (unsigned i = 0; i < list->group_count; i++) {
        count_addresses(list->groups[i]);
        drop_repeated_records(list, list->groups[i]);
    }
    qsort(list->groups, list->group_count, sizeof(struct fix_group *), by_need);
}
