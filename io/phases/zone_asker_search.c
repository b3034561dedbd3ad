#include <stdlib.h>

#include "audit/fnv.h"
#include "audit/registry.h"
#include "audit/zone_question.h"
#include "io/phases/zone_asker_private.h"
#include "io/system/clock.h"

/* Slots of the resolver's questions. */
enum { SLOT_SOA, SLOT_SERVERS, SLOT_ADDRESSES };

static const uint16_t ADDRESS_TYPES[] = {RR_A, RR_AAAA};
enum { FAMILIES = 2 };

static void ask_resolver(struct zone_asker *asker, const struct dnsname *name, uint16_t type,
                         void *owner, unsigned slot)
{
    struct question question = {.type = type};

    dnsname_copy(&question.name, name);
    asker->out_of_memory |= !asker_ask(asker->resolver, &question, NULL, owner, slot);
}

/* ---- the table of names ---- */

/* The name is in lower case. NULL: it is not known, and the table is full. */
static struct zone_key *find_key(struct zone_asker *asker, const struct dnsname *name)
{
    uint64_t hash = fnv_add(FNV_BASIS, name->wire, name->length) | 1;
    size_t at = (size_t)(hash >> (64 - KEYS_BITS));

    while (asker->keys[at].hash != 0 && asker->keys[at].hash != hash)
        at = (at + 1) % KEYS_SIZE;
    struct zone_key *key = &asker->keys[at];
    if (key->hash == 0 && asker->key_count == KEYS_SIZE / 2)
        return NULL;
    asker->key_count += key->hash == 0;
    key->hash = hash;
    return key;
}

/* ---- the servers of a zone ---- */

static void route_waiting(struct zone_asker *asker, struct zone_ask_list *waiting)
{
    struct zone_ask *ask;

    while ((ask = LIST_FIRST(waiting))) {
        LIST_REMOVE(ask, link);
        zone_ask_route(asker, ask);
    }
}

/* The zone is usable once all its servers have answered or failed. If some have it, the others are
 * waited for only so long; they take part later. */
static void decide(struct zone_asker *asker, struct zone *zone, int64_t now)
{
    if (zone->searched || (zone->open > 0 && !(zone->has_serial && now >= zone->decide_ns)))
        return;
    zone->searched = true;
    asker->gone.unserved_zones += zone->cut && zone->server_count == 0;
    asker->gone.served_zones += zone->server_count > 0;
    LIST_REMOVE(zone, link);
    route_waiting(asker, &zone->waiting);
}

void zone_search_decide(struct zone_asker *asker)
{
    int64_t now = clock_monotonic_ns();
    struct zone *next;

    for (struct zone *zone = LIST_FIRST(&asker->searched); zone; zone = next) {
        next = LIST_NEXT(zone, link);
        decide(asker, zone, now);
    }
}

/* RFC 1982 */
static bool is_newer(uint32_t serial, uint32_t than)
{
    return serial != than && serial - than < UINT32_C(1) << 31;
}

static bool is_known(const struct zone *zone, const struct name_server *server)
{
    for (unsigned i = 0; i < zone->server_count; i++) {
        if (zone->servers[i].server == server)
            return true;
    }
    return false;
}

static void ask_soa(struct zone_asker *asker, struct zone *zone, unsigned at)
{
    struct zone_ask *ask = malloc(sizeof(*ask));

    if (!ask) {
        asker->out_of_memory = true;
        return;
    }
    *ask = (struct zone_ask){.is_soa = true, .zone = zone, .at = at};
    ask->question.type = RR_SOA;
    dnsname_copy(&ask->question.name, &zone->apex);
    zone->open++;
    asker->out_of_memory |= !name_server_ask(zone->servers[at].server, ask);
}

static bool is_of_zone(const struct zone *zone, const struct answer *answer)
{
    return answer->kind == ANSWER_RECORDS && answer->authoritative && answer->alias_count == 0 &&
           answer->has_soa && dnsname_equal(&answer->soa_zone, &zone->apex);
}

static void note_serial(struct zone *zone, struct zone_server *server, uint32_t serial, int64_t now)
{
    server->has_zone = true;
    server->serial = serial;
    if (!zone->has_serial)
        zone->decide_ns = now + (int64_t)DECIDE_MS * 1000000;
    if (!zone->has_serial || is_newer(serial, zone->serial))
        zone->serial = serial;
    zone->has_serial = true;
}

void zone_search_on_soa(struct zone_asker *asker, struct zone_ask *ask, const struct answer *answer)
{
    struct zone *zone = ask->zone;
    unsigned at = ask->at;
    struct zone_server *server = &zone->servers[at];
    int64_t now = clock_monotonic_ns();

    free(ask);
    zone->open--;
    if (answer && is_of_zone(zone, answer)) {
        note_serial(zone, server, answer->soa_serial, now);
    } else if (answer && !answer_is_temporary(answer) && !server->asked_twice) {
        server->asked_twice = true;
        ask_soa(asker, zone, at);
    }
    decide(asker, zone, now);
}

static void add_server(struct zone_asker *asker, struct zone *zone, const struct ipaddr *address)
{
    bool few = zone->server_count >= ZONE_SERVERS_FEW;
    bool full = false;
    struct name_server *server =
        zone->server_count < ZONE_SERVERS_MAX ? name_server_at(asker, address, few, &full) : NULL;

    zone->cut |= full;
    if (!server || is_known(zone, server))
        return;
    zone->servers[zone->server_count] = (struct zone_server){.server = server};
    ask_soa(asker, zone, zone->server_count++);
}

void zone_search_again(struct zone_asker *asker, struct name_server *server)
{
    for (unsigned i = 0; i < asker->zone_count; i++) {
        struct zone *zone = asker->zones[i];

        for (unsigned at = 0; at < zone->server_count; at++) {
            if (zone->servers[at].server != server)
                continue;
            zone->servers[at] = (struct zone_server){.server = server};
            ask_soa(asker, zone, at);
        }
    }
}

static void take_addresses(struct zone_asker *asker, struct zone *zone, const struct answer *answer)
{
    unsigned count = answer->kind == ANSWER_RECORDS ? answer->kept : 0;

    for (unsigned i = 0; i < count; i++)
        add_server(asker, zone, &answer->records.addresses[i]);
}

static void take_servers(struct zone_asker *asker, struct zone *zone, const struct answer *answer)
{
    unsigned count = answer->kind == ANSWER_RECORDS ? answer->kept : 0;

    zone->open += count * FAMILIES;
    for (unsigned i = 0; i < count * FAMILIES; i++)
        ask_resolver(asker, &answer->records.names[i / FAMILIES], ADDRESS_TYPES[i % FAMILIES], zone,
                     SLOT_ADDRESSES);
}

/* ---- the zone of a name ---- */

static struct zone *new_zone(struct zone_asker *asker, const struct dnsname *apex)
{
    struct zone *zone = asker->zone_count < ZONES_MAX ? calloc(1, sizeof(*zone)) : NULL;

    if (!zone) {
        asker->gone.unserved_zones++;
        return NULL;
    }
    asker->zones[asker->zone_count++] = zone;
    dnsname_copy(&zone->apex, apex);
    LIST_INIT(&zone->waiting);
    LIST_INSERT_HEAD(&asker->searched, zone, link);
    zone->open = 1;
    ask_resolver(asker, apex, RR_NS, zone, SLOT_SERVERS);
    return zone;
}

/* NULL: the answer names no zone that may be asked. */
static struct zone *zone_of(struct zone_asker *asker, const struct dnsname *name,
                            const struct answer *answer)
{
    enum { DOMAIN_LABELS = 2 };
    struct dnsname apex;

    if (answer_is_temporary(answer) || !answer->has_soa)
        return NULL;
    dnsname_copy(&apex, &answer->soa_zone);
    dnsname_lower(&apex);
    if (!dnsname_within(name, &apex) || dnsname_labels(&apex) < DOMAIN_LABELS ||
        registry_has_zone(&apex, &answer->soa_mname))
        return NULL;
    struct zone_key *key = find_key(asker, &apex);
    if (key && !key->zone)
        key->zone = new_zone(asker, &apex);
    return key ? key->zone : NULL;
}

/* Routes the question, or lets it wait while the zone is searched. */
static void go_on(struct zone_asker *asker, struct zone_ask *ask, struct zone *zone)
{
    ask->zone = zone;
    if (!zone || !dnsname_within(&ask->question.name, &zone->apex))
        zone_ask_end(asker, ask, NULL);
    else if (!zone->searched)
        LIST_INSERT_HEAD(&zone->waiting, ask, link);
    else
        zone_ask_route(asker, ask);
}

static void take_soa(struct zone_asker *asker, struct zone_search *search,
                     const struct answer *answer)
{
    struct zone_key *key = find_key(asker, &search->name); /* it is in the table */
    struct zone *zone = zone_of(asker, &search->name, answer);
    struct zone_ask *ask;

    if (zone)
        key->zone = zone;
    key->search = NULL;
    LIST_REMOVE(search, link);
    while ((ask = LIST_FIRST(&search->waiting))) {
        LIST_REMOVE(ask, link);
        go_on(asker, ask, key->zone);
    }
    free(search);
}

void zone_search_on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct zone_asker *asker = context;
    struct zone *zone = owner;

    if (slot == SLOT_SOA) {
        take_soa(asker, owner, answer);
        return;
    }
    if (slot == SLOT_SERVERS)
        take_servers(asker, zone, answer);
    else
        take_addresses(asker, zone, answer);
    zone->open--;
    decide(asker, zone, clock_monotonic_ns());
}

bool zone_search_begin(struct zone_asker *asker, struct zone_ask *ask,
                       const struct ipaddr *reverse_of)
{
    struct zone_question whose;

    zone_question_of_name(&whose, &ask->question.name, reverse_of,
                          asker->options->registrable_labels, asker->options->suffixes);
    struct zone_key *key = find_key(asker, &whose.name);
    bool is_new = key && !key->zone && !key->search && !key->searched;
    if (!key || (!key->search && !is_new)) {
        go_on(asker, ask, key ? key->zone : NULL);
        return true;
    }
    if (is_new) {
        key->search = calloc(1, sizeof(*key->search));
        if (!key->search) {
            free(ask);
            return false;
        }
        key->searched = true;
        dnsname_copy(&key->search->name, &whose.name);
        LIST_INIT(&key->search->waiting);
        LIST_INSERT_HEAD(&asker->searches, key->search, link);
        ask_resolver(asker, &whose.name, RR_SOA, key->search, SLOT_SOA);
    }
    LIST_INSERT_HEAD(&key->search->waiting, ask, link);
    return true;
}

static void free_waiting(struct zone_ask_list *waiting)
{
    struct zone_ask *ask;

    while ((ask = LIST_FIRST(waiting))) {
        LIST_REMOVE(ask, link);
        free(ask);
    }
}

void zone_search_free(struct zone_asker *asker)
{
    struct zone_search *search;

    while ((search = LIST_FIRST(&asker->searches))) {
        LIST_REMOVE(search, link);
        free_waiting(&search->waiting);
        free(search);
    }
    for (unsigned i = 0; i < asker->zone_count; i++) {
        free_waiting(&asker->zones[i]->waiting);
        free(asker->zones[i]);
    }
    free(asker->keys);
}
