#include "audit/spread.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { ZONE_BITS_V4 = 24, ZONE_BITS_V6 = 48 };

/* A unit in the bytes it needs: a walk_unit has room for the longest names, which are rare. */
struct stored_unit {
    STAILQ_ENTRY(stored_unit) link;
    struct ipaddr address;
    bool expected_cut;
    bool in_cut;
    unsigned expected_count;
    size_t size;     /* of the whole */
    uint8_t names[]; /* each its length, then its wire form */
};

STAILQ_HEAD(stored_queue, stored_unit);

struct spread_zone {
    TAILQ_ENTRY(spread_zone) link;
    struct ipaddr network;
    struct stored_queue units; /* never empty */
};

TAILQ_HEAD(spread_ring, spread_zone);

struct spread {
    struct spread_ring zones; /* the first is next in turn */
    struct spread_zone *last; /* the zone that got the last unit, if it still exists: units come in
                                 ascending order */
    unsigned units;
    size_t bytes;
};

struct spread *spread_new(void)
{
    struct spread *spread = calloc(1, sizeof(*spread));
    if (spread)
        TAILQ_INIT(&spread->zones);
    return spread;
}

bool spread_is_full(const struct spread *spread)
{
    return spread->units >= SPREAD_UNITS || spread->bytes >= SPREAD_BYTES;
}

static struct stored_unit *store(const struct walk_unit *unit)
{
    size_t size = sizeof(struct stored_unit);
    for (unsigned i = 0; i < unit->expected_count; i++)
        size += 1u + unit->expected[i].length;
    struct stored_unit *stored = malloc(size);
    if (!stored)
        return NULL;
    stored->address = unit->address;
    stored->expected_cut = unit->expected_cut;
    stored->in_cut = unit->in_cut;
    stored->expected_count = unit->expected_count;
    stored->size = size;
    uint8_t *at = stored->names;
    for (unsigned i = 0; i < unit->expected_count; i++) {
        *at++ = unit->expected[i].length;
        memcpy(at, unit->expected[i].wire, unit->expected[i].length);
        at += unit->expected[i].length;
    }
    return stored;
}

static void load(struct walk_unit *out, const struct stored_unit *stored)
{
    const uint8_t *at = stored->names;
    out->address = stored->address;
    out->expected_cut = stored->expected_cut;
    out->in_cut = stored->in_cut;
    out->expected_count = stored->expected_count;
    for (unsigned i = 0; i < stored->expected_count; i++) {
        out->expected[i].length = *at++;
        memcpy(out->expected[i].wire, at, out->expected[i].length);
        at += out->expected[i].length;
    }
}

static struct spread_zone *zone_of(struct spread *spread, const struct ipaddr *address)
{
    unsigned bits = address->family == IP_V4 ? ZONE_BITS_V4 : ZONE_BITS_V6;
    struct ipaddr network = ipaddr_network(address, bits);
    if (spread->last && ipaddr_equal(&spread->last->network, &network))
        return spread->last;
    struct spread_zone *zone = malloc(sizeof(*zone));
    if (!zone)
        return NULL;
    zone->network = network;
    STAILQ_INIT(&zone->units);
    TAILQ_INSERT_TAIL(&spread->zones, zone, link);
    spread->last = zone;
    return zone;
}

bool spread_put(struct spread *spread, const struct walk_unit *unit)
{
    struct stored_unit *stored = store(unit);
    struct spread_zone *zone = stored ? zone_of(spread, &unit->address) : NULL;
    if (!zone) {
        free(stored);
        return false;
    }
    STAILQ_INSERT_TAIL(&zone->units, stored, link);
    spread->units++;
    spread->bytes += stored->size;
    return true;
}

static void drop_zone(struct spread *spread, struct spread_zone *zone)
{
    if (spread->last == zone)
        spread->last = NULL;
    free(zone);
}

bool spread_take(struct spread *spread, struct walk_unit *out)
{
    struct spread_zone *zone = TAILQ_FIRST(&spread->zones);
    if (!zone)
        return false;
    struct stored_unit *stored = STAILQ_FIRST(&zone->units);
    STAILQ_REMOVE_HEAD(&zone->units, link);
    spread->units--;
    spread->bytes -= stored->size;
    load(out, stored);
    free(stored);
    TAILQ_REMOVE(&spread->zones, zone, link);
    if (STAILQ_EMPTY(&zone->units))
        drop_zone(spread, zone);
    else
        TAILQ_INSERT_TAIL(&spread->zones, zone, link);
    return true;
}

void spread_free(struct spread *spread)
{
    struct spread_zone *zone;
    struct stored_unit *stored;
    while (spread && (zone = TAILQ_FIRST(&spread->zones))) {
        while ((stored = STAILQ_FIRST(&zone->units))) {
            STAILQ_REMOVE_HEAD(&zone->units, link);
            free(stored);
        }
        TAILQ_REMOVE(&spread->zones, zone, link);
        free(zone);
    }
    free(spread);
}
