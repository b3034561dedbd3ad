#include "audit/spread.h"

#include <stdlib.h>
#include <string.h>
#include <sys/queue.h>

enum { ZONE_BITS_V4 = 24, ZONE_BITS_V6 = 48 };

/* A unit in as many bytes as it needs: a walk_unit has room for the longest names, which few have.
 */
struct held {
    STAILQ_ENTRY(held) link;
    struct ipaddr address;
    bool expected_cut;
    unsigned expected_count;
    size_t size;     /* of the whole */
    uint8_t names[]; /* each its length, then its wire form */
};

STAILQ_HEAD(held_queue, held);

struct zone {
    TAILQ_ENTRY(zone) link;
    struct ipaddr network;
    struct held_queue units; /* never empty */
};

TAILQ_HEAD(zone_ring, zone);

struct spread {
    struct zone_ring zones; /* the first is next in turn */
    struct zone *last;      /* the one that was put into last, if it is still there: units ascend */
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

static struct held *hold(const struct walk_unit *unit)
{
    size_t size = sizeof(struct held);
    for (unsigned i = 0; i < unit->expected_count; i++)
        size += 1u + unit->expected[i].length;
    struct held *held = malloc(size);
    if (!held)
        return NULL;
    held->address = unit->address;
    held->expected_cut = unit->expected_cut;
    held->expected_count = unit->expected_count;
    held->size = size;
    uint8_t *at = held->names;
    for (unsigned i = 0; i < unit->expected_count; i++) {
        *at++ = unit->expected[i].length;
        memcpy(at, unit->expected[i].wire, unit->expected[i].length);
        at += unit->expected[i].length;
    }
    return held;
}

static void unfold(struct walk_unit *out, const struct held *held)
{
    const uint8_t *at = held->names;
    out->address = held->address;
    out->expected_cut = held->expected_cut;
    out->expected_count = held->expected_count;
    for (unsigned i = 0; i < held->expected_count; i++) {
        out->expected[i].length = *at++;
        memcpy(out->expected[i].wire, at, out->expected[i].length);
        at += out->expected[i].length;
    }
}

static struct zone *zone_of(struct spread *spread, const struct ipaddr *address)
{
    unsigned bits = address->family == IP_V4 ? ZONE_BITS_V4 : ZONE_BITS_V6;
    struct ipaddr network = ipaddr_network(address, bits);
    if (spread->last && ipaddr_equal(&spread->last->network, &network))
        return spread->last;
    struct zone *zone = malloc(sizeof(*zone));
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
    struct held *held = hold(unit);
    struct zone *zone = held ? zone_of(spread, &unit->address) : NULL;
    if (!zone) {
        free(held);
        return false;
    }
    STAILQ_INSERT_TAIL(&zone->units, held, link);
    spread->units++;
    spread->bytes += held->size;
    return true;
}

static void drop_zone(struct spread *spread, struct zone *zone)
{
    if (spread->last == zone)
        spread->last = NULL;
    free(zone);
}

bool spread_take(struct spread *spread, struct walk_unit *out)
{
    struct zone *zone = TAILQ_FIRST(&spread->zones);
    if (!zone)
        return false;
    struct held *held = STAILQ_FIRST(&zone->units);
    STAILQ_REMOVE_HEAD(&zone->units, link);
    spread->units--;
    spread->bytes -= held->size;
    unfold(out, held);
    free(held);
    TAILQ_REMOVE(&spread->zones, zone, link);
    if (STAILQ_EMPTY(&zone->units))
        drop_zone(spread, zone);
    else
        TAILQ_INSERT_TAIL(&spread->zones, zone, link);
    return true;
}

void spread_free(struct spread *spread)
{
    struct zone *zone;
    struct held *held;
    while (spread && (zone = TAILQ_FIRST(&spread->zones))) {
        while ((held = STAILQ_FIRST(&zone->units))) {
            STAILQ_REMOVE_HEAD(&zone->units, link);
            free(held);
        }
        TAILQ_REMOVE(&spread->zones, zone, link);
        free(zone);
    }
    free(spread);
}
