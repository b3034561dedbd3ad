#include "reports/change_groups.h"

#include <stdio.h>
#include <stdlib.h>

#include "reports/words.h"

enum { SLOTS = 2 * CHANGE_GROUPS_MAX, RANGES_PRINTED = 4 };

struct change_groups {
    unsigned count;
    uint64_t left_out;
    struct change_parties *parties;
    struct change_group *all[CHANGE_GROUPS_MAX];
    uint16_t slots[SLOTS]; /* index in `all` + 1; 0: free. Open addressing */
};

_Static_assert((int)CHANGE_GROUPS_MAX < (int)UINT16_MAX, "an index fits in a slot");

struct change_groups *change_groups_new(const struct suffix_list *suffixes,
                                        const struct providers *providers)
{
    struct change_groups *groups = calloc(1, sizeof(*groups));

    if (groups)
        groups->parties = change_parties_new(suffixes, providers);
    if (groups && !groups->parties) {
        free(groups);
        return NULL;
    }
    return groups;
}

static void free_group(struct change_group *group)
{
    if (group) {
        address_ranges_free(&group->ranges);
        free(group->zone);
    }
    free(group);
}

void change_groups_free(struct change_groups *groups)
{
    for (unsigned i = 0; groups && i < groups->count; i++)
        free_group(groups->all[i]);
    if (groups)
        change_parties_free(groups->parties);
    free(groups);
}

static bool is_group_of(const struct change_group *group, const struct change_entry *entry)
{
    const struct change_kind *a = &group->kind, *b = &entry->kind;

    return a->change == b->change && a->alarm == b->alarm && a->has_before == b->has_before &&
           a->has_after == b->has_after && a->before == b->before && a->after == b->after &&
           a->is_second == b->is_second && a->who == b->who &&
           (group->zone != NULL) == (entry->zone != NULL) &&
           (!entry->zone || dnsname_equal(group->zone, &entry->zone->zone));
}

static unsigned slot_of(const struct change_entry *entry)
{
    const struct change_kind *kind = &entry->kind;
    uint32_t hash = entry->zone ? dnsname_hash(&entry->zone->zone) : 0;
    const unsigned parts[] = {kind->change, kind->alarm, kind->has_before ? kind->before : VERDICTS,
                              kind->has_after ? kind->after : VERDICTS, kind->who};

    for (unsigned i = 0; i < sizeof(parts) / sizeof(parts[0]); i++)
        hash = hash * 31 + parts[i];
    return (hash ^ hash >> 15) % SLOTS;
}

/* NULL: no room. */
static struct change_group *add_group(struct change_groups *groups,
                                      const struct change_entry *entry)
{
    struct change_group *group =
        groups->count < CHANGE_GROUPS_MAX ? calloc(1, sizeof(*group)) : NULL;

    if (!group)
        return NULL;
    group->kind = entry->kind;
    if (entry->zone) {
        group->zone = malloc(sizeof(*group->zone));
        if (!group->zone) {
            free(group);
            return NULL;
        }
        dnsname_copy(group->zone, &entry->zone->zone);
        group->zone_is_known = entry->zone->known;
    }
    groups->all[groups->count++] = group;
    return group;
}

static struct change_group *find_group(struct change_groups *groups,
                                       const struct change_entry *entry)
{
    unsigned slot = slot_of(entry);

    for (; groups->slots[slot] > 0; slot = (slot + 1) % SLOTS) {
        struct change_group *group = groups->all[groups->slots[slot] - 1];
        if (is_group_of(group, entry))
            return group;
    }
    struct change_group *group = add_group(groups, entry);
    if (group)
        groups->slots[slot] = (uint16_t)groups->count;
    return group;
}

static unsigned add_to_party(struct change_groups *groups, const struct change_entry *entry)
{
    struct change_party_row row = {.who = entry->kind.who,
                                   .zone = entry->zone,
                                   .address = entry->address,
                                   .alarm = entry->kind.alarm,
                                   .verdict = entry->kind.after};

    return entry->zone ? change_parties_add(groups->parties, &row) : CHANGE_NO_PARTY;
}

void change_groups_add(struct change_groups *groups, const struct change_entry *entry)
{
    unsigned operator_number = add_to_party(groups, entry);
    struct change_group *group = find_group(groups, entry);

    if (!group) {
        groups->left_out += !entry->kind.is_second;
        return;
    }
    if (group->rows == 0)
        group->operator_number = operator_number;
    group->rows++;
    if (entry->since > 0 && (group->since == 0 || entry->since < group->since))
        group->since = entry->since;
    address_ranges_add(&group->ranges, entry->address,
                       group->ranges.range_count < CHANGE_RANGES_MAX);
}

static int by_importance(const void *a, const void *b)
{
    const struct change_group *left = *(struct change_group *const *)a;
    const struct change_group *right = *(struct change_group *const *)b;

    if (left->kind.alarm != right->kind.alarm)
        return left->kind.alarm ? -1 : 1;
    if (left->party != right->party)
        return left->party < right->party ? -1 : 1;
    if (left->kind.change != right->kind.change)
        return (int)left->kind.change - (int)right->kind.change;
    if (left->rows != right->rows)
        return left->rows > right->rows ? -1 : 1;
    return ipaddr_compare(&left->ranges.first->range.first, &right->ranges.first->range.first);
}

bool change_groups_sort(struct change_groups *groups)
{
    if (!change_parties_sort(groups->parties))
        return false;
    for (unsigned i = 0; i < groups->count; i++)
        groups->all[i]->party = change_parties_of(groups->parties, groups->all[i]->operator_number);
    qsort(groups->all, groups->count, sizeof(groups->all[0]), by_importance);
    return true;
}

unsigned change_groups_count(const struct change_groups *groups)
{
    return groups->count;
}

const struct change_group *change_groups_at(const struct change_groups *groups, unsigned index)
{
    return groups->all[index];
}

uint64_t change_groups_left_out(const struct change_groups *groups)
{
    return groups->left_out;
}

const struct change_parties *change_groups_parties(const struct change_groups *groups)
{
    return groups->parties;
}

unsigned change_groups_alarmed(const struct change_groups *groups)
{
    unsigned count = change_parties_count(groups->parties), i = 0;

    while (i < count && change_parties_at(groups->parties, i)->alarms > 0)
        i++;
    return i;
}

/* ---- words ---- */

/* By its verdict: what it lost, or what its PTR names have now, which may be other names. */
static size_t print_broke(char *out, size_t size, const struct change_kind *kind, bool many)
{
    static const char *const LOST[VERDICTS] = {
        [VERDICT_HOSTNAME_MISMATCH] = "expected name",
        [VERDICT_NO_PTR] = "PTR records",
        [VERDICT_PTR_INVALID] = "valid PTR names",
    };
    const char *have = many ? "have" : "has";

    if (kind->before == kind->after)
        return (size_t)snprintf(out, size, "%s not accepted any more", many ? "are" : "is");
    if (LOST[kind->after])
        return (size_t)snprintf(out, size, "lost %s %s", many ? "their" : "its", LOST[kind->after]);
    return (size_t)snprintf(out, size,
                            kind->after == VERDICT_NO_FORWARD
                                ? "%s PTR names without address records now"
                                : "%s PTR names that resolve to other addresses now",
                            have);
}

/* "lost its PTR records", "pass again (was no-ptr)". many: of several addresses. */
static size_t print_change(char *out, size_t size, const struct change_kind *kind, bool many)
{
    const char *before = kind->has_before ? verdict_row(kind->before)->key : "";
    const char *after = kind->has_after ? verdict_row(kind->after)->key : "";
    const char *is = many ? "are" : "is", *was = many ? "were" : "was";

    switch (kind->change) {
    case ROW_BROKE:
        return print_broke(out, size, kind, many);
    case ROW_FIXED:
        return (size_t)snprintf(out, size, "%s again (was %s)", many ? "pass" : "passes", before);
    case ROW_CHANGED:
        return (size_t)snprintf(out, size, "%s %s (was %s, is %s)", is,
                                kind->alarm ? "known to be broken" : "broken in another way",
                                before, after);
    case ROW_RENAMED:
        return (size_t)snprintf(out, size, "%s other PTR names", many ? "have" : "has");
    case ROW_UNCLEAR:
        return (size_t)snprintf(out, size, "%s unclear: %s (was %s)", is, after, before);
    case ROW_ADDED:
        return (size_t)snprintf(out, size, "%s added (%s)", was, after);
    case ROW_REMOVED:
        return (size_t)snprintf(out, size, "%s removed (was %s)", was, before);
    case ROW_SAME:
    case ROW_CHANGES:
        break;
    }
    out[0] = '\0';
    return 0;
}

/* "198.51.100.0/25, 198.51.100.200 and 3 more ranges"; "and 30 more addresses" if not all ranges
 * were kept. */
static size_t print_ranges(char *out, size_t size, const struct address_ranges *ranges)
{
    uint64_t more = ranges->addresses;
    char number[GROUPED_MAX];
    size_t used = 0;
    unsigned printed = 0;

    for (const struct address_range *at = ranges->first; at && printed < RANGES_PRINTED;
         at = at->next, printed++) {
        char text[IPRANGE_TEXT_MAX];

        iprange_print(text, &at->range);
        used += (size_t)snprintf(out + used, size - used, "%s%s", printed > 0 ? ", " : "", text);
        more -= (uint64_t)iprange_count(&at->range);
    }
    grouped_print(number, more);
    if (ranges->unlisted > 0)
        used += (size_t)snprintf(out + used, size - used, " and %s more address%s", number,
                                 plural_es(more));
    else if (ranges->range_count > printed)
        used += (size_t)snprintf(out + used, size - used, " and %u more range%s",
                                 ranges->range_count - printed,
                                 plural_s(ranges->range_count - printed));
    return used;
}

static const char *zone_text(enum fixer who)
{
    return who == FIXER_REVERSE_ZONE   ? "reverse zone"
           : who == FIXER_FAILING_ZONE ? "failing zone"
                                       : "zone";
}

size_t change_group_print(char out[CHANGE_SENTENCE_MAX], const struct change_group *group)
{
    char number[GROUPED_MAX], zone[DNSNAME_TEXT_MAX];
    size_t used = print_ranges(out, CHANGE_SENTENCE_MAX, &group->ranges);

    out[used++] = ' ';
    used += print_change(out + used, CHANGE_SENTENCE_MAX - used, &group->kind, group->rows > 1);
    grouped_print(number, group->rows);
    used += (size_t)snprintf(out + used, CHANGE_SENTENCE_MAX - used, ": %s address%s", number,
                             plural_es(group->rows));
    if (!group->zone)
        return used;
    dnsname_print(zone, group->zone);
    return used + (size_t)snprintf(out + used, CHANGE_SENTENCE_MAX - used, ", %s%s %s",
                                   group->zone_is_known ? "" : "probably ",
                                   zone_text(group->kind.who), zone);
}

/* "59,990 no-ptr, 10 no-forward"; of one verdict only its name. */
static size_t print_verdicts(char *out, size_t size, const struct change_party *party)
{
    char number[GROUPED_MAX];
    size_t used = 0;

    for (unsigned i = 0; i < VERDICTS; i++) {
        bool only = party->verdicts[i] == party->alarms;

        if (party->verdicts[i] == 0)
            continue;
        grouped_print(number, party->verdicts[i]);
        used += (size_t)snprintf(out + used, size - used, "%s%s%s%s", used > 0 ? ", " : "",
                                 only ? "" : number, only ? "" : " ",
                                 verdict_row((enum verdict)i)->key);
    }
    return used;
}

size_t change_party_print(char out[CHANGE_SENTENCE_MAX], const struct change_groups *groups,
                          const struct change_party *party)
{
    char number[GROUPED_MAX], zones[GROUPED_MAX];
    bool more = change_parties_has_more_zones(groups->parties);
    size_t used;

    grouped_print(number, party->alarms);
    grouped_print(zones, party->alarm_zones);
    used = (size_t)snprintf(out, CHANGE_SENTENCE_MAX, "%s address%s in %s%s zone%s (", number,
                            plural_es(party->alarms), more ? "at least " : "", zones,
                            plural_s(party->alarm_zones));
    used += print_verdicts(out + used, CHANGE_SENTENCE_MAX - used, party);
    used += (size_t)snprintf(out + used, CHANGE_SENTENCE_MAX - used, "): ");
    return used + print_ranges(out + used, CHANGE_SENTENCE_MAX - used, &party->ranges);
}
