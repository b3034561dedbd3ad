#include "reports/fix_list_private.h"

#include <stdlib.h>
#include <string.h>

#include "audit/blame.h"
#include "audit/failed_lookup.h"
#include "io/input/suffix_list.h"
#include "reports/difference_list.h"
#include "reports/fix_words.h"
#include "reports/fix_zone.h"

enum { NO_GROUP = 0xFFFF };

struct fix_list *fix_list_new(const struct suffix_list *suffixes)
{
    struct fix_list *list = calloc(1, sizeof(*list));

    if (list) {
        list->suffixes = suffixes;
        memset(list->chains, 0xFF, sizeof(list->chains));
    }
    return list;
}

static void group_free(struct fix_group *group)
{
    for (struct fix_record *next, *record = group->first; record; record = next) {
        next = record->next;
        free(record);
    }
    for (unsigned i = 0; i < VERDICTS; i++)
        address_ranges_free(&group->problems[i]);
    address_ranges_free(&group->nameless);
    address_ranges_free(&group->inconsistent);
    address_ranges_free(&group->on_broken_servers);
    difference_list_free(group->differences);
    free(group);
}

void fix_list_free(struct fix_list *list)
{
    if (!list)
        return;
    for (unsigned i = 0; i < list->group_count; i++)
        group_free(list->groups[i]);
    address_set_free(&list->disputed);
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
    return hash % FIX_CHAINS;
}

static struct fix_group *find_group(const struct fix_list *list, enum fixer who,
                                    const struct dnsname *zone)
{
    for (uint16_t i = list->chains[chain_of(who, zone)]; i != NO_GROUP; i = list->next[i])
        if (list->groups[i]->who == who && dnsname_equal(&list->groups[i]->zone, zone))
            return list->groups[i];
    return NULL;
}

const struct fix_group *fix_list_find(const struct fix_list *list, enum fixer who,
                                      const struct dnsname *zone)
{
    return find_group(list, who, zone);
}

static bool holds_hosts(const struct fix_group *group)
{
    struct dnsname arpa;

    return group->who != FIXER_REVERSE_ZONE && dnsname_from_text(&arpa, "arpa", 4) &&
           !dnsname_within(&group->zone, &arpa);
}

/* All names of a zone share the registrable domain of its apex, unless the apex is a public
 * suffix. */
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

static struct fix_group *add_group(struct fix_list *list, enum fixer who,
                                   const struct dnsname *zone)
{
    uint16_t *chain = &list->chains[chain_of(who, zone)];
    struct fix_group *group;

    if (list->group_count == FIX_GROUPS_MAX)
        return NULL;
    group = calloc(1, sizeof(*group));
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
    } else if (blame_may_be_zone(asked->kind)) {
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

/* NULL: no room for another group. */
static struct fix_group *group_of(struct fix_list *list, enum fixer who,
                                  const struct fix_zone *zone)
{
    struct fix_group *group = find_group(list, who, &zone->zone);

    if (!group)
        group = add_group(list, who, &zone->zone);
    if (!group)
        return NULL;
    group->zone_is_known |= zone->known;
    group->undelegated = (group->undelegated || zone->undelegated) && !group->zone_is_known;
    group->is_cut |= zone->is_cut;
    if (zone->undelegated || zone->is_cut)
        dnsname_copy(&group->above, &zone->above);
    if (zone->mname && !group->has_contact) {
        group->has_contact = true;
        dnsname_copy(&group->mname, zone->mname);
        dnsname_copy(&group->rname, zone->rname);
    }
    if (zone->asked)
        take_asked(group, zone->asked);
    return group;
}

static void add_address(struct fix_list *list, struct address_ranges *problem,
                        const struct ipaddr *address)
{
    list->range_count += address_ranges_add(problem, address, list->range_count < FIX_RANGES_MAX);
}

static bool has_record_room(const struct fix_list *list, const struct fix_group *group)
{
    return group->record_count < RECORDS_ALWAYS_KEPT ||
           (list->record_count < FIX_RECORDS_MAX && list->record_bytes < FIX_RECORDS_BYTES_MAX);
}

static void add_record(struct fix_list *list, struct fix_group *group, const struct fix *fix,
                       const struct ipaddr *address)
{
    char text[FIX_TEXT_MAX];
    struct fix_record *record = NULL;
    size_t size = 0;

    if (has_record_room(list, group)) {
        size = fix_print(text, fix) + 1;
        record = malloc(sizeof(*record) + size);
    }
    if (!record) {
        group->unlisted++;
        return;
    }
    record->next = NULL;
    record->number = list->record_count;
    record->address = *address;
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

static void note_failed(struct fix_group *group, const struct report_row *row)
{
    struct failed_lookup failed;

    note_asked(group, row->found->checked_at);
    if (group->has_example || !row->seen || !failed_lookup_find(&failed, &row->address, row->seen))
        return;
    group->has_example = true;
    group->example = failed.question;
    group->example_kind = failed.answer->kind;
}

static void add_fix(struct fix_list *list, const struct report_row *row, unsigned i)
{
    const struct judgement *judgement = row->judgement;
    const struct fix *fix = &judgement->fixes[i];
    struct fix_zone zone;
    struct fix_group *group;

    fix_zone_of(&zone, row, i, list->suffixes);
    group = group_of(list, fix->who, &zone);
    if (!group) {
        list->left_out++;
        return;
    }
    group->addresses++;
    if (fix->who == FIXER_FAILING_ZONE && row->found)
        note_failed(group, row);
    add_address(list, &group->problems[judgement->verdict], &row->address);
    if (fix->has_record)
        add_record(list, group, fix, &row->address);
    else if (fix->who == FIXER_REVERSE_ZONE)
        add_address(list, &group->nameless, &row->address);
    if (judgement->has_safe_after)
        not_before(group, judgement->safe_after);
}

/* If name servers disagree, their operator must act, whichever of them is right. */
static void add_inconsistent(struct fix_list *list, const struct report_row *row, unsigned i)
{
    const struct judgement *judgement = row->judgement;
    struct fix_group *group;
    struct fix_zone zone;

    enum fixer who = row->vantages->questions[i].who;

    if (who == FIXER_NONE)
        return;
    fix_zone_of_question(&zone, row, i);
    group = group_of(list, who, &zone);
    if (!group) {
        list->left_out++;
        return;
    }
    group->addresses++;
    add_address(list, &group->inconsistent, &row->address);
    if (!group->differences)
        group->differences = difference_list_new();
    difference_list_add_question(group->differences, row, i, &list->difference_count);
    not_before(group, judgement->finding_after[FINDING_INCONSISTENT]);
}

void fix_list_add_broken(struct fix_list *list, const struct broken_zone *zone,
                         const struct ipaddr *address)
{
    struct fix_group *group;
    struct fix_zone whose;

    fix_zone_of_servers(&whose, &zone->servers->zone, zone->whose);
    group = group_of(list, zone->who, &whose);
    if (!group) {
        list->left_out++;
        return;
    }
    if (!group->broken.servers)
        group->broken = *zone;
    if (zone->whose)
        note_asked(group, zone->whose->checked_at);
    group->broken.whose = NULL;
    group->addresses++;
    add_address(list, &group->on_broken_servers, address);
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
 * another row. */
static void note_disputed(struct fix_list *list, const struct report_row *row)
{
    if (!row->judgement->expected_is_ptr)
        return;
    for (unsigned i = 0; i < row->seen->forward_count; i++) {
        if (!is_ptr_name(&row->seen->ptr, &row->seen->forwards[i].host)) {
            address_set_add(&list->disputed, &row->address);
            return;
        }
    }
}

/* Accepted verdicts need no fix. */
void fix_list_add(struct fix_list *list, const struct report_row *row)
{
    note_disputed(list, row);
    for (unsigned i = 0; i < row->judgement->fix_count && !row->judgement->verdict_exception; i++)
        add_fix(list, row, i);
    for (unsigned i = 0; row_inconsistency_counts(row) && i < row->vantages->question_count; i++)
        add_inconsistent(list, row, i);
}

const struct fix_group *fix_list_group(const struct fix_list *list, unsigned index)
{
    return index < list->group_count ? list->groups[index] : NULL;
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
