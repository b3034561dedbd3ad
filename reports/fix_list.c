#include "reports/fix_list.h"

#include <stdlib.h>
#include <string.h>

#include "io/psl.h"
#include "reports/fix_zone.h"

enum { CHAINS = 1024, NO_GROUP = 0xFFFF };

struct fix_list {
    const struct suffix_list *suffixes;
    unsigned group_count;
    unsigned range_count;
    unsigned record_count;
    size_t record_bytes;
    uint64_t left_out;
    uint16_t chains[CHAINS]; /* first group by hash of its zone, or NO_GROUP */
    uint16_t next[FIX_GROUPS_MAX];
    struct fix_group *groups[FIX_GROUPS_MAX];
};

struct fix_list *fix_list_new(const struct suffix_list *suffixes)
{
    struct fix_list *list = calloc(1, sizeof *list);

    if (list) {
        list->suffixes = suffixes;
        memset(list->chains, 0xFF, sizeof list->chains);
    }
    return list;
}

static void group_free(struct fix_group *group)
{
    for (struct fix_record *next, *record = group->first; record; record = next) {
        next = record->next;
        free(record);
    }
    for (unsigned i = 0; i < VERDICTS; i++) {
        for (struct fix_range *next, *range = group->problems[i].first; range; range = next) {
            next = range->next;
            free(range);
        }
    }
    free(group);
}

void fix_list_free(struct fix_list *list)
{
    if (!list)
        return;
    for (unsigned i = 0; i < list->group_count; i++)
        group_free(list->groups[i]);
    free(list);
}

/* FNV-1a over the lower-case octets. */
static unsigned chain_of(enum fixer who, const struct dnsname *zone)
{
    uint32_t hash = UINT32_C(2166136261) ^ (uint32_t)who;

    for (unsigned i = 0; i < zone->length; i++) {
        uint8_t octet = zone->wire[i];

        if (octet >= 'A' && octet <= 'Z')
            octet |= 0x20;
        hash = (hash ^ octet) * UINT32_C(16777619);
    }
    return hash % CHAINS;
}

static struct fix_group *find_group(const struct fix_list *list, enum fixer who, const struct dnsname *zone)
{
    for (uint16_t i = list->chains[chain_of(who, zone)]; i != NO_GROUP; i = list->next[i])
        if (list->groups[i]->who == who && dnsname_equal(&list->groups[i]->zone, zone))
            return list->groups[i];
    return NULL;
}

const struct fix_group *fix_list_find(const struct fix_list *list, enum fixer who, const struct dnsname *zone)
{
    return find_group(list, who, zone);
}

static bool holds_hosts(const struct fix_group *group)
{
    struct dnsname arpa;

    return group->who != FIXER_REVERSE_ZONE && dnsname_from_text(&arpa, "arpa", 4) &&
           !dnsname_within(&group->zone, &arpa);
}

/* All names of a zone have the registrable domain of its apex, unless that is a public suffix itself. */
static void name_domain(struct fix_group *group, const struct suffix_list *suffixes)
{
    struct dnsname parent;
    unsigned labels =
        suffixes && holds_hosts(group) ? suffix_list_registrable_labels(suffixes, &group->zone) : 0;

    group->has_domain = labels > 0;
    dnsname_copy(&group->domain, &group->zone);
    while (dnsname_labels(&group->domain) > labels && dnsname_parent(&parent, &group->domain))
        dnsname_copy(&group->domain, &parent);
}

static struct fix_group *add_group(struct fix_list *list, enum fixer who, const struct dnsname *zone)
{
    uint16_t *chain = &list->chains[chain_of(who, zone)];
    struct fix_group *group;

    if (list->group_count == FIX_GROUPS_MAX)
        return NULL;
    group = calloc(1, sizeof *group);
    if (!group)
        return NULL;
    group->number = list->group_count;
    group->who = who;
    dnsname_copy(&group->zone, zone);
    name_domain(group, list->suffixes);
    list->next[list->group_count] = *chain;
    *chain = (uint16_t)list->group_count;
    list->groups[list->group_count++] = group;
    return group;
}

static void take_asked(struct fix_group *group, const struct run_zone *asked)
{
    if (asked->has_apex) {
        group->answers = true;
    } else if (asked->kind >= ANSWER_SERVFAIL) {
        group->fails = true;
        group->failure = asked->kind;
    }
    if (group->server_count > 0)
        return;
    group->server_total = asked->server_total;
    group->server_count = asked->server_count;
    for (unsigned i = 0; i < asked->server_count; i++)
        dnsname_copy(&group->servers[i], &asked->servers[i]);
}

/* NULL: there is no room for a further group. */
static struct fix_group *group_of(struct fix_list *list, enum fixer who, const struct fix_zone *zone)
{
    struct fix_group *group = find_group(list, who, &zone->zone);

    if (!group)
        group = add_group(list, who, &zone->zone);
    if (!group)
        return NULL;
    group->zone_is_known |= zone->known;
    if (zone->mname && !group->has_contact) {
        group->has_contact = true;
        dnsname_copy(&group->mname, zone->mname);
        dnsname_copy(&group->rname, zone->rname);
    }
    if (zone->asked)
        take_asked(group, zone->asked);
    return group;
}

/* True if the address is in the range now: it was, or it is the one behind it. */
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

static void add_address(struct fix_list *list, struct fix_problem *problem, const struct ipaddr *address)
{
    bool room = list->range_count < FIX_RANGES_MAX || problem->range_count < FIX_ALWAYS_KEPT;
    struct fix_range *range;

    problem->addresses++;
    if (problem->last && extend(&problem->last->range, address))
        return;
    range = room ? malloc(sizeof *range) : NULL;
    if (!range) {
        problem->unlisted++;
        return;
    }
    range->next = NULL;
    range->range = (struct iprange){*address, *address};
    if (problem->last)
        problem->last->next = range;
    else
        problem->first = range;
    problem->last = range;
    problem->range_count++;
    list->range_count++;
}

static bool has_record_room(const struct fix_list *list, const struct fix_group *group)
{
    return group->record_count < FIX_ALWAYS_KEPT ||
           (list->record_count < FIX_RECORDS_MAX && list->record_bytes < FIX_RECORDS_BYTES_MAX);
}

static void add_record(struct fix_list *list, struct fix_group *group, const struct fix *fix)
{
    char text[FIX_TEXT_MAX];
    struct fix_record *record = NULL;
    size_t size = 0;

    if (has_record_room(list, group)) {
        size = fix_print(text, fix) + 1;
        record = malloc(sizeof *record + size);
    }
    if (!record) {
        group->unlisted++;
        return;
    }
    record->next = NULL;
    record->number = list->record_count;
    record->repeated = false;
    memcpy(record->text, text, size);
    if (group->last)
        group->last->next = record;
    else
        group->first = record;
    group->last = record;
    group->record_count++;
    list->record_count++;
    list->record_bytes += size;
}

static void add_fix(struct fix_list *list, const struct report_row *row, unsigned i)
{
    const struct judgement *judgement = row->judgement;
    const struct fix *fix = &judgement->fixes[i];
    struct fix_zone zone;
    struct fix_group *group;

    fix_zone_of(&zone, row, i);
    group = group_of(list, fix->who, &zone);
    if (!group) {
        list->left_out++;
        return;
    }
    group->addresses++;
    add_address(list, &group->problems[judgement->verdict], &row->address);
    if (fix->has_record)
        add_record(list, group, fix);
    else
        group->without_record++;
    if (judgement->has_safe_after && (!group->has_safe_after || judgement->safe_after > group->safe_after)) {
        group->has_safe_after = true;
        group->safe_after = judgement->safe_after;
    }
}

void fix_list_add(struct fix_list *list, const struct report_row *row)
{
    if (row->judgement->verdict_exception)
        return; /* accepted as it is */
    for (unsigned i = 0; i < row->judgement->fix_count; i++)
        add_fix(list, row, i);
}

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

/* Where all addresses are listed, those that several input rows name are counted once. */
static void count_distinct(struct fix_group *group)
{
    group->addresses = 0;
    for (unsigned i = 0; i < VERDICTS; i++) {
        struct fix_problem *problem = &group->problems[i];
        if (problem->unlisted == 0) {
            problem->addresses = 0;
            for (const struct fix_range *range = problem->first; range; range = range->next)
                problem->addresses += (uint64_t)iprange_count(&range->range);
        }
        group->addresses += problem->addresses;
    }
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

/* A record that several input rows ask for is set once: the first of them stays, in its place. */
static void drop_repeated_records(struct fix_list *list, struct fix_group *group)
{
    struct fix_record **all;
    unsigned n = 0;

    if (group->record_count < 2 || !(all = malloc(group->record_count * sizeof *all)))
        return;
    for (struct fix_record *record = group->first; record; record = record->next)
        all[n++] = record;
    qsort(all, n, sizeof(struct fix_record *), by_text);
    for (unsigned i = 1; i < n; i++)
        all[i]->repeated = strcmp(all[i - 1]->text, all[i]->text) == 0;
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
    /* any order will do, but it must be the same each time */
    if (left->zone.length != right->zone.length)
        return left->zone.length < right->zone.length ? -1 : 1;
    return memcmp(left->zone.wire, right->zone.wire, left->zone.length);
}

void fix_list_sort(struct fix_list *list)
{
    for (unsigned i = 0; i < list->group_count; i++) {
        for (unsigned j = 0; j < VERDICTS; j++)
            fold_ranges(&list->groups[i]->problems[j]);
        count_distinct(list->groups[i]);
        drop_repeated_records(list, list->groups[i]);
    }
    qsort(list->groups, list->group_count, sizeof(struct fix_group *), by_need);
}

const struct fix_group *fix_list_group(const struct fix_list *list, unsigned index)
{
    return index < list->group_count ? list->groups[index] : NULL;
}

bool fix_group_is_party(const struct fix_group *group)
{
    return group->who != FIXER_FAILING_ZONE || group->zone_is_known;
}

unsigned fix_list_parties(const struct fix_list *list)
{
    unsigned parties = 0;

    for (unsigned i = 0; i < list->group_count; i++)
        parties += fix_group_is_party(list->groups[i]);
    return parties;
}

uint64_t fix_list_left_out(const struct fix_list *list)
{
    return list->left_out;
}
