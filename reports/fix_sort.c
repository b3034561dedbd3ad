/*
 * From zones and items as they arrived to parties: zones are grouped, items are sorted by party,
 * and each party's items are read once to count them.
 */
#include <stdlib.h>
#include <string.h>

#include "audit/party_group.h"
#include "reports/difference_list.h"
#include "reports/fix_list_private.h"
#include "reports/party_slug.h"
#include "reports/sorted_name.h"

/* ---- zones to parties ---- */

static struct zone_operator operator_of(const struct fix_list *list, const struct fix_group *group,
                                        struct dnsname *block)
{
    bool owner = group->who == FIXER_HOST_NAME;

    if (group->undelegated && (owner || fix_list_is_delegated(list, &group->lowest)))
        dnsname_copy(block, group->zone);
    else if (group->undelegated)
        party_group_block(block, group->zone, group->above);
    return (struct zone_operator){.kind = group->who,
                                  .provider = group->provider ? group->provider->number : 0,
                                  .block = group->undelegated ? block : NULL,
                                  .domain = owner ? group->domain : NULL,
                                  .mname = group->mname,
                                  .rname = group->rname,
                                  .servers = group->servers,
                                  .server_count = group->server_count,
                                  .server_total = group->server_total};
}

/* parties[i]: the number of the first zone of the party of zone i. */
static bool group_zones(struct fix_list *list, unsigned *parties)
{
    struct zone_operator *operators = calloc(list->group_count, sizeof(*operators));
    struct dnsname *blocks = calloc(list->group_count, sizeof(*blocks));
    bool good = operators && blocks;

    for (unsigned i = 0; good && i < list->group_count; i++)
        operators[i] = operator_of(list, list->groups[i], &blocks[i]);
    good = good && party_group(operators, list->group_count, parties);
    free(operators);
    free(blocks);
    return good;
}

static void take_times(struct fix_party *party, const struct fix_group *group)
{
    if (group->has_safe_after && (!party->has_safe_after || group->safe_after > party->safe_after))
        party->safe_after = group->safe_after;
    party->has_safe_after |= group->has_safe_after;
    if (group->asked_first != 0 &&
        (party->asked_first == 0 || group->asked_first < party->asked_first))
        party->asked_first = group->asked_first;
    if (group->asked_last > party->asked_last)
        party->asked_last = group->asked_last;
    if (group->present_at > party->present_at)
        party->present_at = group->present_at;
}

struct ranked {
    unsigned party;
    struct fix_group *group;
};

static int by_name(const struct dnsname *a, const struct dnsname *b)
{
    if (a->length != b->length)
        return a->length < b->length ? -1 : 1;
    return memcmp(a->wire, b->wire, a->length);
}

static int by_rank(const void *a, const void *b)
{
    const struct ranked *left = a;
    const struct ranked *right = b;

    if (left->party != right->party)
        return left->party < right->party ? -1 : 1;
    int order = ipaddr_compare(&left->group->lowest, &right->group->lowest);
    return order != 0 ? order : by_name(left->group->zone, right->group->zone);
}

static void link_zones(struct fix_list *list, const struct ranked *ranked)
{
    for (unsigned i = 0; i < list->group_count; i++) {
        struct fix_group *group = ranked[i].group;
        bool first = i == 0 || ranked[i].party != ranked[i - 1].party;

        list->party_count += first;
        struct fix_party *party = &list->parties[list->party_count - 1];
        if (first) {
            *party = (struct fix_party){.who = group->who, .first = group};
            group->rank = 0;
        } else {
            ranked[i - 1].group->next = group;
            group->rank = ranked[i - 1].group->rank + 1;
        }
        if (!party->provider)
            party->provider = group->provider;
        group->next = NULL;
        party->number = list->party_count - 1;
        party->zone_count++;
        party->is_known |= fix_group_is_party(group);
        party->lists_lookups |= group->is_list;
        take_times(party, group);
        difference_list_fold(group->differences);
    }
}

/* parties[i] becomes the number of the party of zone i. */
static bool make_parties(struct fix_list *list, unsigned *parties)
{
    struct ranked *ranked = calloc(list->group_count, sizeof(*ranked));

    list->parties = calloc(list->group_count, sizeof(*list->parties));
    if (!ranked || !list->parties) {
        free(ranked);
        return false;
    }
    for (unsigned i = 0; i < list->group_count; i++)
        ranked[i] = (struct ranked){parties[i], list->groups[i]};
    qsort(ranked, list->group_count, sizeof(*ranked), by_rank);
    link_zones(list, ranked);
    for (unsigned i = 0, party = 0; i < list->group_count; i++) {
        party += i > 0 && ranked[i].party != ranked[i - 1].party;
        parties[ranked[i].group->number] = party;
    }
    free(ranked);
    return true;
}

/* ---- items by party ---- */

_Static_assert((int)FIX_ITEM_MAX <= (int)SORTER_STRING_MAX, "an item with ten names can be sorted");

static void add_sorted(struct fix_list *list, const unsigned *parties, const uint8_t *item,
                       size_t length)
{
    uint8_t sorted[FIX_ITEM_MAX];
    unsigned group = fix_item_group(item);

    for (enum fix_order order = FIX_BY_ADDRESS; order <= FIX_BY_ZONE; order++) {
        size_t size =
            fix_item_sorted(sorted, item, length, parties[group], order, list->groups[group]->rank);

        if (size > 0)
            sorter_add(list->sorted, sorted, size);
    }
}

static bool sort_items(struct fix_list *list, const unsigned *parties, struct failure *failure)
{
    uint8_t item[FIX_ITEM_MAX];
    uint16_t length;

    spool_rewind(list->arrived, 0);
    while (spool_read(list->arrived, &length, sizeof(length)) == sizeof(length) &&
           spool_read(list->arrived, item, length) == length)
        add_sorted(list, parties, item, length);
    return spool_good(list->arrived, failure) && sorter_sort(list->sorted, failure);
}

/* ---- counting ---- */

/* The items of one address of one party. */
struct counting {
    struct fix_list *list;
    struct fix_party *party;
    bool any; /* `address` is set */
    struct ipaddr address;
    uint64_t serial; /* of the address */
    uint32_t verdicts;
    bool inconsistent;
    bool server_fails;
    bool has_record;
    bool is_contested; /* the present owner is counted */
    struct dnsname owner;
    struct dnsname domain; /* that the name must be below; length 0: none */
};

static void count_nameless(struct fix_party *party, const struct dnsname *domain)
{
    if (party->without_record++ == 0)
        dnsname_copy(&party->domain, domain);
    else if (!dnsname_equal(&party->domain, domain))
        party->domain.length = 0;
}

static void end_address(struct counting *counting)
{
    struct fix_party *party = counting->party;
    bool server = counting->inconsistent || counting->server_fails;

    if (!counting->any)
        return;
    for (uint32_t left = counting->verdicts; left != 0; left &= left - 1) {
        party->problems[__builtin_ctz(left)]++;
        party->addresses++;
    }
    party->inconsistent += counting->inconsistent;
    party->on_broken_servers += counting->server_fails;
    party->addresses += server;
    if (counting->verdicts != 0 && !counting->has_record && party->who == FIXER_REVERSE_ZONE)
        count_nameless(party, &counting->domain);
    counting->any = counting->inconsistent = counting->server_fails = counting->has_record = false;
    counting->verdicts = 0;
    counting->owner.length = counting->domain.length = 0;
}

static void count_address(struct counting *counting, struct fix_group *group)
{
    if (group->counted == counting->serial)
        return;
    group->counted = counting->serial;
    group->addresses++;
}

/* Counts owners for which several PTR records are wanted, or one that would replace a wanted
 * record: an address should have one name. */
static void count_contested(struct counting *counting, const struct fix_item *item)
{
    bool same = counting->owner.length > 0 && dnsname_equal(&counting->owner, &item->fix.owner);
    bool contends = same || address_set_has(&counting->list->disputed, &item->address);

    counting->is_contested = counting->is_contested && same;
    counting->party->contested += contends && !counting->is_contested;
    counting->is_contested = counting->is_contested || contends;
    dnsname_copy(&counting->owner, &item->fix.owner);
}

static void count_item(void *context, const struct fix_item *item)
{
    struct counting *counting = context;
    struct fix_group *group = counting->list->groups[item->group];

    if (!counting->any || !ipaddr_equal(&counting->address, &item->address)) {
        end_address(counting);
        counting->any = true;
        counting->address = item->address;
        counting->serial++;
    }
    if (item->kind == FIX_ITEM_RECORD)
        counting->verdicts |= UINT32_C(1) << item->verdict;
    counting->inconsistent |= item->kind == FIX_ITEM_INCONSISTENT;
    counting->server_fails |= item->kind == FIX_ITEM_SERVER_FAILS;
    count_address(counting, group);
    if (item->fix.has_domain && !item->is_repeated)
        dnsname_copy(&counting->domain, &item->fix.host);
    if (!item->fix.has_record || item->is_repeated)
        return;
    counting->has_record = true;
    counting->party->records++;
    counting->party->pairs += item->is_pair;
    counting->party->shared += item->is_shared;
    counting->party->inside += item->is_inside;
    group->records++;
    if (counting->party->who == FIXER_REVERSE_ZONE)
        count_contested(counting, item);
}

/* Compares what is wanted: an address in several input rows asks for a record once. Of several
 * runs that found different present states, the latest one comes first and is kept. A row without
 * a record adds nothing if the address also has one with a record. */
static bool is_repeated(const struct fix_item *item, const struct fix_item *before)
{
    const struct fix *fix = &item->fix;

    if (!ipaddr_equal(&item->address, &before->address))
        return false;
    return (!fix->has_record && !fix->has_question) ||
           (before->fix.has_record == fix->has_record && item->kind == before->kind &&
            fix->type == before->fix.type && sorted_name_equal(&fix->owner, &before->fix.owner) &&
            sorted_name_equal(&fix->host, &before->fix.host));
}

bool fix_list_each(struct fix_list *list, const struct fix_party *party, enum fix_order order,
                   fix_item_fn *visit, void *context, struct failure *failure)
{
    struct fix_item items[2];
    const uint8_t *sorted;
    size_t length;
    unsigned at = 0;
    bool any = false;
    unsigned key = 0;

    sorter_go(list->sorted, party->places[order]);
    while ((sorted = sorter_next(list->sorted, &length)) != NULL &&
           fix_item_order(sorted) == order && (!any || fix_item_party(sorted) == key)) {
        struct fix_item *item = &items[at];

        fix_item_get(item, sorted, length);
        item->is_repeated = any && is_repeated(item, &items[1 - at]);
        key = fix_item_party(sorted);
        if (item->is_repeated && order == FIX_BY_ZONE)
            continue;
        visit(context, item);
        any = true;
        at = 1 - at;
    }
    return sorter_good(list->sorted, failure);
}

/* Where the items of each party begin, in both orders. */
static void find_places(struct fix_list *list)
{
    const uint8_t *sorted;
    size_t length;
    uint64_t place = 0;

    sorter_go(list->sorted, 0);
    for (unsigned i = 0; i < list->party_count; i++)
        list->parties[i].places[FIX_BY_ZONE] = UINT64_MAX;
    for (unsigned party = UINT32_MAX, order = 0;
         (sorted = sorter_next(list->sorted, &length)) != NULL;
         place = sorter_place(list->sorted)) {
        if (fix_item_party(sorted) == party && fix_item_order(sorted) == order)
            continue;
        party = fix_item_party(sorted);
        order = fix_item_order(sorted);
        list->parties[party].places[order] = place;
    }
    for (unsigned i = 0; i < list->party_count; i++) {
        if (list->parties[i].places[FIX_BY_ZONE] == UINT64_MAX)
            list->parties[i].places[FIX_BY_ZONE] = place;
    }
}

static bool count_all(struct fix_list *list, struct failure *failure)
{
    struct counting counting = {.list = list};
    bool good = true;

    find_places(list);
    for (unsigned i = 0; i < list->party_count && good; i++) {
        counting.party = &list->parties[i];
        good = fix_list_each(list, counting.party, FIX_BY_ADDRESS, count_item, &counting, failure);
        end_address(&counting);
    }
    return good;
}

/* ---- the order of parties ---- */

static int by_need(const void *a, const void *b)
{
    const struct fix_party *left = a;
    const struct fix_party *right = b;

    if (left->addresses != right->addresses)
        return left->addresses > right->addresses ? -1 : 1;
    if (left->who != right->who)
        return left->who < right->who ? -1 : 1;
    /* any order will do, but always the same one */
    int order = by_name(left->first->zone, right->first->zone);
    return order != 0 ? order : left->number < right->number ? -1 : 1;
}

static bool name_folders(struct fix_list *list)
{
    struct slug_set taken = {0};
    char slug[SLUG_SIZE];
    bool good = true;

    for (unsigned i = 0; i < list->party_count && good; i++) {
        struct fix_party *party = &list->parties[i];

        party->number = i;
        if (!party->is_known)
            continue;
        party->folder = party_slug(slug, party, &taken) ? strdup(slug) : NULL;
        good = party->folder != NULL;
    }
    slug_set_free(&taken);
    return good;
}

bool fix_list_sort(struct fix_list *list, struct failure *failure)
{
    unsigned *parties = calloc(list->group_count + 1, sizeof(*parties));
    bool good = parties && !list->no_memory;

    address_set_sort(&list->disputed);
    good = good &&
           (list->group_count == 0 || (group_zones(list, parties) && make_parties(list, parties)));
    if (!good)
        failure_out_of_memory(failure);
    good = good && sort_items(list, parties, failure) && count_all(list, failure);
    free(parties);
    if (!good)
        return false;
    if (list->party_count > 0)
        qsort(list->parties, list->party_count, sizeof(*list->parties), by_need);
    return name_folders(list) || failure_out_of_memory(failure);
}

const struct fix_party *fix_list_party(const struct fix_list *list, unsigned index)
{
    return index < list->party_count ? &list->parties[index] : NULL;
}

const struct fix_group *fix_list_group(const struct fix_list *list, unsigned number)
{
    return number < list->group_count ? list->groups[number] : NULL;
}

unsigned fix_list_parties(const struct fix_list *list)
{
    unsigned known = 0;

    for (unsigned i = 0; i < list->party_count; i++)
        known += list->parties[i].is_known;
    return known;
}
