#include "reports/change_parties.h"

#include <stdlib.h>

#include "audit/fnv.h"
#include "audit/party_group.h"
#include "audit/providers.h"

enum {
    SLOTS = 2 * CHANGE_ZONES_MAX,
    NAMES_MAX = 6 + ANSWER_NAMES_MAX, /* zone, above, block, domain, mname, rname, servers */
};

/* Zones with the same facts. */
struct change_operator {
    uint64_t hash;
    const struct provider *provider; /* NULL: none */
    bool undelegated;
    const struct dnsname *zone; /* the first one */
    const struct dnsname *above;
    struct zone_operator facts;
    const struct dnsname *servers[ANSWER_NAMES_MAX];
    unsigned zones, alarm_zones;
    uint64_t rows, alarms;
    uint64_t verdicts[VERDICTS];
    struct address_ranges ranges;
    unsigned party;
    unsigned name_count;
    struct dnsname names[];
};

struct zone_slot {
    uint64_t hash; /* of the zone; 0: free */
    uint16_t operator_number;
    bool alarmed; /* a row of it raised the alarm */
};

struct change_parties {
    const struct suffix_list *suffixes;
    const struct providers *providers;
    unsigned operator_count, party_count, zone_count;
    bool has_more_zones;
    uint64_t left_out;
    struct change_operator *operators[CHANGE_OPERATORS_MAX];
    struct change_party parties[CHANGE_OPERATORS_MAX];
    unsigned ranks[CHANGE_OPERATORS_MAX]; /* by number of the first operator */
    struct zone_slot slots[SLOTS];        /* open addressing */
};

struct change_parties *change_parties_new(const struct suffix_list *suffixes,
                                          const struct providers *providers)
{
    struct change_parties *parties = calloc(1, sizeof(*parties));

    if (parties) {
        parties->suffixes = suffixes;
        parties->providers = providers;
    }
    return parties;
}

void change_parties_free(struct change_parties *parties)
{
    for (unsigned i = 0; parties && i < parties->operator_count; i++) {
        address_ranges_free(&parties->operators[i]->ranges);
        free(parties->operators[i]);
    }
    for (unsigned i = 0; parties && i < parties->party_count; i++)
        address_ranges_free(&parties->parties[i].ranges);
    free(parties);
}

/* ---- zones to operators ---- */

/* What the zone of a row says about its operator. The names are those of the row, or in it. */
struct zone_facts {
    const struct provider *provider;
    struct zone_operator facts;
    struct dnsname block, domain;
    const struct dnsname *servers[ANSWER_NAMES_MAX];
};

static void take_servers(struct zone_facts *out, const struct run_zone *asked)
{
    for (unsigned i = 0; asked && i < asked->server_count; i++)
        out->servers[i] = &asked->servers[i];
    out->facts.servers = out->servers;
    out->facts.server_count = asked ? asked->server_count : 0;
    out->facts.server_total = asked ? asked->server_total : 0;
    party_group_sort_servers(out->servers, out->facts.server_count);
}

static void take_facts(struct zone_facts *out, const struct change_parties *parties,
                       const struct change_party_row *row)
{
    const struct fix_zone *zone = row->zone;
    bool owner = row->who == FIXER_HOST_NAME;

    out->provider = fix_zone_provider(row->who, &zone->zone, row->address, parties->providers);
    out->facts = (struct zone_operator){.kind = row->who,
                                        .provider = out->provider ? out->provider->number : 0,
                                        .mname = zone->mname,
                                        .rname = zone->rname};
    if (zone->undelegated && owner)
        dnsname_copy(&out->block, &zone->zone);
    else if (zone->undelegated)
        party_group_block(&out->block, &zone->zone, &zone->above);
    if (zone->undelegated)
        out->facts.block = &out->block;
    if (owner && fix_zone_domain(&out->domain, row->who, &zone->zone, parties->suffixes))
        out->facts.domain = &out->domain;
    take_servers(out, zone->asked);
}

static uint64_t add_name(uint64_t hash, const struct dnsname *name)
{
    uint32_t part = name ? dnsname_hash(name) : 0;

    return fnv_add(hash, &part, sizeof(part));
}

/* Do the facts name an operator? Else the zone is one of its own. */
static bool names_operator(const struct zone_operator *facts)
{
    struct zone_operator both[] = {*facts, *facts};
    unsigned parties[2];

    return party_group(both, 2, parties) && parties[1] == parties[0];
}

static uint64_t hash_facts(const struct zone_facts *facts, const struct dnsname *zone)
{
    const struct zone_operator *of = &facts->facts;
    const unsigned numbers[] = {of->kind, of->provider, of->server_total};
    uint64_t hash = fnv_add(FNV_BASIS, numbers, sizeof(numbers));

    hash = add_name(add_name(hash, of->block), of->domain);
    hash = add_name(add_name(hash, of->mname), of->rname);
    for (unsigned i = 0; i < of->server_count; i++)
        hash = add_name(hash, of->servers[i]);
    return names_operator(of) ? hash : add_name(hash, zone);
}

static const struct dnsname *keep(struct change_operator *operator, const struct dnsname * name)
{
    if (!name)
        return NULL;
    struct dnsname *kept = &operator->names[operator->name_count++];
    dnsname_copy(kept, name);
    return kept;
}

static struct change_operator *new_operator(const struct zone_facts *facts,
                                            const struct fix_zone *zone, uint64_t hash)
{
    const struct zone_operator *of = &facts->facts;
    unsigned names = NAMES_MAX - ANSWER_NAMES_MAX + of->server_count;
    struct change_operator *made = calloc(1, sizeof(*made) + names * sizeof(made->names[0]));

    if (!made)
        return NULL;
    made->hash = hash;
    made->provider = facts->provider;
    made->undelegated = zone->undelegated;
    made->zone = keep(made, &zone->zone);
    made->above = keep(made, zone->undelegated ? &zone->above : NULL);
    made->facts = *of;
    made->facts.block = keep(made, of->block);
    made->facts.domain = keep(made, of->domain);
    made->facts.mname = keep(made, of->mname);
    made->facts.rname = keep(made, of->rname);
    for (unsigned i = 0; i < of->server_count; i++)
        made->servers[i] = keep(made, of->servers[i]);
    made->facts.servers = made->servers;
    return made;
}

static unsigned find_operator(struct change_parties *parties, const struct change_party_row *row)
{
    struct zone_facts facts;

    take_facts(&facts, parties, row);
    uint64_t hash = hash_facts(&facts, &row->zone->zone);
    for (unsigned i = 0; i < parties->operator_count; i++) {
        if (parties->operators[i]->hash == hash)
            return i;
    }
    struct change_operator *made = parties->operator_count < CHANGE_OPERATORS_MAX
                                       ? new_operator(&facts, row->zone, hash)
                                       : NULL;
    if (!made)
        return CHANGE_NO_PARTY;
    parties->operators[parties->operator_count] = made;
    return parties->operator_count++;
}

/* The facts of a zone are those of its first row. NULL: no room, and its operator in *number. */
static struct zone_slot *slot_of(struct change_parties *parties, const struct change_party_row *row,
                                 unsigned *number)
{
    const struct dnsname *zone = &row->zone->zone;
    const struct provider *provider =
        fix_zone_provider(row->who, zone, row->address, parties->providers);
    const unsigned numbers[] = {row->who, provider ? provider->number : 0};
    uint64_t hash = fnv_add(fnv_add(FNV_BASIS, numbers, sizeof(numbers)), zone->wire, zone->length);
    struct zone_slot *slot = &parties->slots[(hash ^ hash >> 32) % SLOTS];

    for (hash += hash == 0; slot->hash != 0 && slot->hash != hash;)
        slot = slot + 1 < parties->slots + SLOTS ? slot + 1 : parties->slots;
    *number = slot->hash == hash ? slot->operator_number : find_operator(parties, row);
    if (slot->hash == hash)
        return slot;
    if (parties->zone_count == CHANGE_ZONES_MAX) {
        parties->has_more_zones = true;
        return NULL;
    }
    parties->zone_count++;
    *slot = (struct zone_slot){.hash = hash, .operator_number = (uint16_t)*number};
    if (*number != CHANGE_NO_PARTY)
        parties->operators[*number]->zones++;
    return slot;
}

static void count_alarm(struct change_operator *found, struct zone_slot *slot,
                        const struct change_party_row *row)
{
    found->alarms++;
    found->verdicts[row->verdict]++;
    address_ranges_add(&found->ranges, row->address, found->ranges.range_count < CHANGE_RANGES_MAX);
    if (slot && !slot->alarmed) {
        slot->alarmed = true;
        found->alarm_zones++;
    }
}

unsigned change_parties_add(struct change_parties *parties, const struct change_party_row *row)
{
    unsigned number;
    struct zone_slot *slot = slot_of(parties, row, &number);

    if (number == CHANGE_NO_PARTY) {
        parties->left_out += row->alarm;
        return number;
    }
    parties->operators[number]->rows++;
    if (row->alarm)
        count_alarm(parties->operators[number], slot, row);
    return number;
}

/* ---- operators to parties ---- */

static void move_ranges(struct address_ranges *to, struct address_ranges *from)
{
    if (to->last)
        to->last->next = from->first;
    else
        to->first = from->first;
    if (from->last)
        to->last = from->last;
    to->addresses += from->addresses;
    to->unlisted += from->unlisted;
    to->range_count += from->range_count;
    *from = (struct address_ranges){0};
}

static void join(struct change_party *party, struct change_operator *part)
{
    if (!party->first) {
        party->first = part;
        party->who = part->facts.kind;
        party->provider = part->provider;
    }
    party->zones += part->zones;
    party->rows += part->rows;
    party->alarms += part->alarms;
    party->alarm_zones += part->alarm_zones;
    for (unsigned i = 0; i < VERDICTS; i++)
        party->verdicts[i] += part->verdicts[i];
    move_ranges(&party->ranges, &part->ranges);
}

static int by_size(const void *a, const void *b)
{
    const struct change_party *left = a, *right = b;

    if (left->alarms != right->alarms)
        return left->alarms > right->alarms ? -1 : 1;
    if (left->rows != right->rows)
        return left->rows > right->rows ? -1 : 1;
    return dnsname_compare(left->first->zone, right->first->zone);
}

/* first[i]: the number of the first operator of the party of operator i. */
static void make_parties(struct change_parties *parties, const unsigned *first)
{
    for (unsigned i = 0; i < parties->operator_count; i++) {
        struct change_operator *part = parties->operators[i];

        part->party = first[i];
        if (first[i] == i)
            parties->ranks[i] = parties->party_count++;
        join(&parties->parties[parties->ranks[first[i]]], part);
    }
    qsort(parties->parties, parties->party_count, sizeof(parties->parties[0]), by_size);
    for (unsigned i = 0; i < parties->party_count; i++) {
        parties->ranks[parties->parties[i].first->party] = i;
        address_ranges_fold(&parties->parties[i].ranges);
    }
}

bool change_parties_sort(struct change_parties *parties)
{
    struct zone_operator facts[CHANGE_OPERATORS_MAX];
    unsigned first[CHANGE_OPERATORS_MAX];

    for (unsigned i = 0; i < parties->operator_count; i++)
        facts[i] = parties->operators[i]->facts;
    if (parties->operator_count > 0 && !party_group(facts, parties->operator_count, first))
        return false;
    make_parties(parties, first);
    return true;
}

unsigned change_parties_count(const struct change_parties *parties)
{
    return parties->party_count;
}

const struct change_party *change_parties_at(const struct change_parties *parties, unsigned index)
{
    return &parties->parties[index];
}

unsigned change_parties_of(const struct change_parties *parties, unsigned operator_number)
{
    if (operator_number == CHANGE_NO_PARTY || parties->party_count == 0)
        return CHANGE_NO_PARTY;
    return parties->ranks[parties->operators[operator_number]->party];
}

uint64_t change_parties_left_out(const struct change_parties *parties)
{
    return parties->left_out;
}

bool change_parties_has_more_zones(const struct change_parties *parties)
{
    return parties->has_more_zones;
}

size_t change_party_name(char out[PARTY_NAME_MAX], const struct change_party *party)
{
    const struct change_operator *first = party->first;
    const struct dnsname *server = first->servers[0];
    struct fix_group group = {.zone = first->zone,
                              .undelegated = first->undelegated,
                              .above = first->above,
                              .rname = first->facts.rname,
                              .server_count = server != NULL,
                              .servers = &server};
    struct fix_party named = {
        .provider = party->provider, .first = &group, .zone_count = party->zones};

    return fix_party_name(out, &named);
}
