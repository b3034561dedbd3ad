#include "reports/fix_list_private.h"

#include <stdlib.h>
#include <string.h>

#include "audit/blame.h"
#include "audit/expectation.h"
#include "audit/party_group.h"
#include "audit/special.h"
#include "io/input/suffix_list.h"
#include "reports/difference_list.h"
#include "reports/fix_zone.h"
#include "reports/sorted_name.h"

enum { FIRST_CHAINS = 256, FIRST_GROUPS = 64 };

struct fix_list *fix_list_open(const struct folder *folder, const struct suffix_list *suffixes,
                               const struct providers *providers, struct failure *failure)
{
    struct fix_list *list = calloc(1, sizeof(*list));

    if (!list) {
        failure_out_of_memory(failure);
        return NULL;
    }
    list->suffixes = suffixes;
    list->providers = providers;
    list->arrived = spool_open(folder, 1, failure);
    if (list->arrived)
        list->sorted = sorter_open(folder, failure);
    if (list->sorted)
        return list;
    fix_list_free(list);
    return NULL;
}

static void group_free(struct fix_group *group)
{
    difference_list_free(group->differences);
    free(group->example);
    free(group->servers);
    free(group);
}

void fix_list_free(struct fix_list *list)
{
    if (!list)
        return;
    for (unsigned i = 0; i < list->group_count; i++)
        group_free(list->groups[i]);
    free(list->groups);
    free(list->chains);
    for (unsigned i = 0; i < list->party_count; i++)
        free(list->parties[i].folder);
    free(list->parties);
    name_store_free(&list->names);
    address_set_free(&list->disputed);
    spool_free(list->arrived);
    sorter_free(list->sorted);
    free(list);
}

/* ---- what is delegated ---- */

static unsigned delegated_bit(const struct ipaddr *address)
{
    const uint8_t *octets = address->bytes;
    uint32_t block = (uint32_t)octets[0] << 24 | (uint32_t)octets[1] << 16 |
                     (uint32_t)octets[2] << 8 | octets[3];

    return address->family == IP_V4 ? block >> 16 : block * UINT32_C(2654435761) >> 16;
}

static void note_delegated(struct fix_list *list, const struct ipaddr *address)
{
    unsigned bit = delegated_bit(address);

    list->delegated[address->family == IP_V6][bit / 8] |= (uint8_t)(1u << bit % 8);
}

bool fix_list_is_delegated(const struct fix_list *list, const struct ipaddr *address)
{
    unsigned bit = delegated_bit(address);

    return (list->delegated[address->family == IP_V6][bit / 8] >> bit % 8) & 1u;
}

/* ---- groups ---- */

static const struct dnsname *keep(struct fix_list *list, const struct dnsname *name)
{
    const struct dnsname *kept = name_store_keep(&list->names, name);

    list->no_memory |= !kept;
    return kept;
}

/* Zones of one operator mostly follow each other and share these names. */
static const struct dnsname *keep_like(struct fix_list *list, const struct dnsname *name,
                                       const struct dnsname *like)
{
    return like && sorted_name_equal(like, name) ? like : keep(list, name);
}

static void name_domain(struct fix_list *list, struct fix_group *group)
{
    struct dnsname domain;

    if (fix_zone_domain(&domain, group->who, group->zone, list->suffixes))
        group->domain = keep(list, &domain);
}

static unsigned chain_of(const struct fix_list *list, enum fixer who,
                         const struct provider *provider, const struct dnsname *zone)
{
    uint32_t hash = dnsname_hash(zone) ^ (uint32_t)who * UINT32_C(2654435761);

    hash ^= provider ? provider->number * UINT32_C(40503) : 0;
    return hash & (list->chain_count - 1);
}

static bool same_provider(const struct provider *a, const struct provider *b)
{
    return a == b || (a && b && a->number == b->number);
}

static struct fix_group *find_group(const struct fix_list *list, enum fixer who,
                                    const struct provider *provider, const struct dnsname *zone)
{
    struct fix_group *group =
        list->chain_count > 0 ? list->chains[chain_of(list, who, provider, zone)] : NULL;

    while (group && (group->who != who || !same_provider(group->provider, provider) ||
                     !dnsname_equal(group->zone, zone)))
        group = group->next;
    return group;
}

static void link_group(struct fix_list *list, struct fix_group *group)
{
    struct fix_group **chain =
        &list->chains[chain_of(list, group->who, group->provider, group->zone)];

    group->next = *chain;
    *chain = group;
}

/* As many chains as groups. */
static bool grow_table(struct fix_list *list)
{
    unsigned count = list->chain_count > 0 ? 2 * list->chain_count : FIRST_CHAINS;
    struct fix_group **chains = calloc(count, sizeof(*chains));

    if (!chains)
        return false;
    free(list->chains);
    list->chains = chains;
    list->chain_count = count;
    for (unsigned i = 0; i < list->group_count; i++)
        link_group(list, list->groups[i]);
    return true;
}

static bool make_room(struct fix_list *list)
{
    if (list->group_count == list->group_room) {
        unsigned room = list->group_room > 0 ? 2 * list->group_room : FIRST_GROUPS;
        struct fix_group **groups = reallocarray(list->groups, room, sizeof(*groups));

        if (!groups)
            return false;
        list->groups = groups;
        list->group_room = room;
    }
    return list->group_count < list->chain_count || grow_table(list);
}

static struct fix_group *add_group(struct fix_list *list, enum fixer who,
                                   const struct provider *provider, const struct dnsname *zone)
{
    struct fix_group *group = make_room(list) ? calloc(1, sizeof(*group)) : NULL;

    if (!group || !(group->zone = keep(list, zone))) {
        list->no_memory = true;
        free(group);
        return NULL;
    }
    group->number = list->group_count;
    group->who = who;
    group->provider = provider;
    name_domain(list, group);
    list->groups[list->group_count++] = group;
    link_group(list, group);
    return group;
}

static const struct fix_group *group_before(const struct fix_list *list,
                                            const struct fix_group *group)
{
    return group->number > 0 ? list->groups[group->number - 1] : NULL;
}

static void take_servers(struct fix_list *list, struct fix_group *group,
                         const struct run_zone *asked)
{
    const struct fix_group *before = group_before(list, group);

    if (group->server_count > 0 || asked->server_count == 0)
        return;
    group->servers = calloc(asked->server_count, sizeof(*group->servers));
    if (!group->servers) {
        list->no_memory = true;
        return;
    }
    group->server_total = asked->server_total;
    for (unsigned i = 0; i < asked->server_count; i++) {
        const struct dnsname *like = before && i < before->server_count ? before->servers[i] : NULL;
        const struct dnsname *kept = keep_like(list, &asked->servers[i], like);

        if (kept)
            group->servers[group->server_count++] = kept;
    }
    party_group_sort_servers(group->servers, group->server_count);
}

static void take_asked(struct fix_list *list, struct fix_group *group, const struct run_zone *asked)
{
    if (asked->has_apex) {
        group->answers = true;
    } else if (blame_may_be_zone(asked->kind)) {
        group->fails = true;
        group->failure = asked->kind;
    }
    take_servers(list, group, asked);
}

static void take_contact(struct fix_list *list, struct fix_group *group,
                         const struct fix_zone *zone)
{
    const struct fix_group *before = group_before(list, group);

    if (!zone->mname || group->mname)
        return;
    group->mname = keep_like(list, zone->mname, before ? before->mname : NULL);
    group->rname = keep_like(list, zone->rname, before ? before->rname : NULL);
}

/* NULL: out of memory. */
static struct fix_group *group_of(struct fix_list *list, enum fixer who,
                                  const struct fix_zone *zone, const struct ipaddr *address)
{
    const struct provider *provider = fix_zone_provider(who, &zone->zone, address, list->providers);
    struct fix_group *group = find_group(list, who, provider, &zone->zone);
    bool is_new = !group;

    if (!group)
        group = add_group(list, who, provider, &zone->zone);
    if (!group)
        return NULL;
    group->zone_is_known |= zone->known;
    group->undelegated = (group->undelegated || zone->undelegated) && !group->zone_is_known;
    group->is_cut |= zone->is_cut;
    if ((zone->undelegated || zone->is_cut) && !group->above)
        group->above = keep(list, &zone->above);
    take_contact(list, group, zone);
    if (zone->asked)
        take_asked(list, group, zone->asked);
    if (is_new || ipaddr_compare(address, &group->lowest) < 0)
        group->lowest = *address;
    return group;
}

/* ---- items ---- */

static void add_item(struct fix_list *list, const struct fix_item *item)
{
    uint8_t octets[sizeof(uint16_t) + FIX_ITEM_MAX];
    uint16_t length = (uint16_t)fix_item_put(octets + sizeof(length), item);

    memcpy(octets, &length, sizeof(length));
    spool_write(list->arrived, 0, octets, sizeof(length) + length);
    if (list->row_group_count < ROW_GROUPS_MAX)
        list->row_groups[list->row_group_count++] = item->group;
}

unsigned fix_list_row_groups(const struct fix_list *list, const unsigned **groups)
{
    *groups = list->row_groups;
    return list->row_group_count;
}

static void not_before(struct fix_group *group, int64_t safe_after)
{
    if (!group->has_safe_after || safe_after > group->safe_after)
        group->safe_after = safe_after;
    group->has_safe_after = true;
}

static void note_asked(struct fix_group *group, int64_t at)
{
    if (group->asked_first == 0 || at < group->asked_first)
        group->asked_first = at;
    if (at > group->asked_last)
        group->asked_last = at;
}

/* NULL: out of memory. */
static struct fix_example *new_example(struct fix_list *list, const struct fix *fix)
{
    struct fix_example *example = malloc(sizeof(*example));

    if (example)
        *example = (struct fix_example){.question = {.name = fix->owner, .type = fix->type},
                                        .kind = fix->why.kind,
                                        .rcode = fix->rcode,
                                        .extended_error = fix->extended_error};
    list->no_memory |= !example;
    return example;
}

/* The example says it of each address: that the PTR lookup of its reverse name fails in the same
 * way. */
static bool is_said(const struct fix_example *example, const struct ipaddr *address,
                    const struct fix *fix)
{
    struct dnsname reverse;

    ipaddr_reverse_name(&reverse, address);
    return fix->type == RR_PTR && dnsname_equal(&fix->owner, &reverse) &&
           fix->why.kind == example->kind && fix->rcode == example->rcode &&
           fix->extended_error == example->extended_error;
}

static void note_failed(struct fix_list *list, struct fix_group *group,
                        const struct report_row *row, const struct fix *fix)
{
    note_asked(group, row->found->checked_at);
    if (!fix->has_question)
        return;
    if (!group->example)
        group->example = new_example(list, fix);
    group->is_list |= group->example && !is_said(group->example, &row->address, fix);
}

/* Of a failing zone the times of its questions are noted. */
static void note_present(struct fix_group *group, const struct report_row *row)
{
    bool later = row->seen && row->found && row->found->checked_at > group->present_at;

    if (later && fixer_sets_records(group->who))
        group->present_at = row->found->checked_at;
}

/* One of many address records at one name: such an address needs a name of its own instead, unless
 * the input expects this one. */
static bool is_shared(const struct report_row *row, const struct fix *fix)
{
    unsigned names = row->expected || fix->who != FIXER_HOST_NAME ? 0 : row->seen->ptr.kept;

    for (unsigned i = 0; i < names; i++) {
        if ((row->judgement->shared >> i & 1u) &&
            dnsname_equal(&row->seen->ptr.records.names[i], &fix->owner))
            return true;
    }
    return false;
}

/* A resolver inside a network may have a view of its own of the host name. */
static bool is_inside(const struct report_row *row, const struct fix *fix)
{
    const struct answer *forward =
        fix->who == FIXER_HOST_NAME ? observation_forward(row->seen, &fix->owner) : NULL;
    unsigned count = forward && forward->kind == ANSWER_RECORDS ? forward->kept : 0, inside = 0;

    for (unsigned i = 0; i < count; i++)
        inside += special_is_inside(&forward->records.addresses[i]);
    return count > 0 && inside == count && !special_block_of(&row->address);
}

static void add_fix_of_row(struct fix_list *list, const struct report_row *row, unsigned i)
{
    const struct judgement *judgement = row->judgement;
    const struct fix *fix = &judgement->fixes[i];
    struct fix_item item;
    uint8_t present[PRESENT_OCTETS];
    struct fix_zone zone;
    struct fix_group *group;

    fix_zone_of(&zone, row, i, list->suffixes);
    if (fix->who == FIXER_REVERSE_ZONE && zone.known)
        note_delegated(list, &row->address);
    group = group_of(list, fix->who, &zone, &row->address);
    if (!group)
        return;
    if (fix->who == FIXER_FAILING_ZONE && row->found)
        note_failed(list, group, row, fix);
    item.present = present;
    item.present_length = present_put(present, row, fix);
    note_present(group, row);
    if (judgement->has_safe_after)
        not_before(group, judgement->safe_after);
    item.address = row->address;
    item.kind = FIX_ITEM_RECORD;
    item.verdict = judgement->verdict;
    item.fix = *fix;
    item.is_pair = judgement->fix_count > 1 || judgement->expected_fails;
    item.is_shared = is_shared(row, fix);
    item.is_inside = is_inside(row, fix);
    item.group = group->number;
    add_item(list, &item);
}

/* If name servers disagree, their operator must act, whichever of them is right. */
static void add_inconsistent(struct fix_list *list, const struct report_row *row, unsigned i)
{
    const struct judgement *judgement = row->judgement;
    struct fix_item item = {
        .address = row->address, .kind = FIX_ITEM_INCONSISTENT, .verdict = judgement->verdict};
    enum fixer who = row->vantages->questions[i].who;
    struct fix_group *group;
    struct fix_zone zone;

    if (who == FIXER_NONE)
        return;
    fix_zone_of_question(&zone, row, i);
    group = group_of(list, who, &zone, &row->address);
    if (!group)
        return;
    if (!group->differences)
        group->differences = difference_list_new();
    difference_list_add_question(group->differences, row, i, &list->difference_count);
    not_before(group, judgement->finding_after[FINDING_INCONSISTENT]);
    item.group = group->number;
    add_item(list, &item);
}

void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address)
{
    /* the address itself is not at fault */
    struct fix_item item = {
        .address = *address, .kind = FIX_ITEM_SERVER_FAILS, .verdict = VERDICT_PASS};
    struct fix_group *group;
    struct fix_zone whose;

    fix_zone_of_servers(&whose, &zone->servers->zone, zone->whose);
    group = group_of(list, zone->who, &whose, address);
    if (!group)
        return;
    if (!group->broken.servers)
        group->broken = *zone;
    if (zone->whose)
        note_asked(group, zone->whose->checked_at);
    group->broken.whose = NULL;
    item.group = group->number;
    add_item(list, &item);
}

static bool is_ptr_name(const struct answer *ptr, const struct dnsname *name)
{
    for (unsigned i = 0; i < ptr->kept; i++) {
        if (dnsname_equal(&ptr->records.names[i], name))
            return true;
    }
    return false;
}

/* The row expects the PTR name that exists. Any other name that was looked up is expected by
 * another row, and may be in the domain that this one expects. */
static void note_disputed(struct fix_list *list, const struct report_row *row)
{
    if (!row->judgement->expected_is_ptr)
        return;
    for (unsigned i = 0; i < row->seen->forward_count; i++) {
        const struct dnsname *host = &row->seen->forwards[i].host;

        if (!is_ptr_name(&row->seen->ptr, host) && !expectation_is_met(row->expected, host)) {
            list->no_memory |= !address_set_add(&list->disputed, &row->address);
            return;
        }
    }
}

/* Accepted verdicts need no fix. */
void fix_list_add(struct fix_list *list, const struct report_row *row)
{
    list->row_group_count = 0;
    if (row->seen && row->seen->ptr.kind == ANSWER_RECORDS)
        note_delegated(list, &row->address);
    note_disputed(list, row);
    for (unsigned i = 0; i < row->judgement->fix_count && !row->judgement->verdict_exception; i++)
        add_fix_of_row(list, row, i);
    for (unsigned i = 0; row_inconsistency_counts(row) && i < row->vantages->question_count; i++)
        add_inconsistent(list, row, i);
}
