#include "io/lookup/dead_zones.h"

#include <string.h>

#include "audit/fnv.h"
#include "audit/random.h"

enum { LEVELS_MAX = 3 };

static const int64_t FAILING_NS = DEAD_ZONES_FAILING_MS * INT64_C(1000000);

/* Prefix lengths, from the zone to the widest block around it. */
static const uint8_t LEVELS_V4[] = {24, 16, 8};
static const uint8_t LEVELS_V6[] = {48, 32};

/* The zone of a question, and the wider ones around it. */
struct keys {
    unsigned count;
    uint64_t key[LEVELS_MAX];
};

/* Never 0. FNV-1a from a secret start, then mixed, since only some of the bits choose the set. */
static uint64_t hash(uint64_t seed, const uint8_t *octets, size_t len)
{
    uint64_t mixed = random_mix(fnv_add(FNV_BASIS ^ seed, octets, len));
    return mixed ? mixed : 1;
}

static void keys_of_address(struct keys *out, uint64_t seed, const struct ipaddr *address)
{
    const uint8_t *levels = address->family == IP_V4 ? LEVELS_V4 : LEVELS_V6;
    out->count = address->family == IP_V4 ? sizeof(LEVELS_V4) : sizeof(LEVELS_V6);
    for (unsigned i = 0; i < out->count; i++) {
        struct ipaddr network = ipaddr_network(address, levels[i]);
        uint8_t octets[2 + sizeof(network.bytes)] = {network.family, levels[i]};
        memcpy(octets + 2, network.bytes, sizeof(network.bytes));
        out->key[i] = hash(seed, octets, sizeof(octets));
    }
}

/* A name of two labels is its own zone: its siblings under the top-level domain are unrelated. */
static void keys_of_name(struct keys *out, uint64_t seed, const struct dnsname *name)
{
    struct dnsname zone;
    if (dnsname_labels(name) <= 2 || !dnsname_parent(&zone, name))
        dnsname_copy(&zone, name);
    dnsname_lower(&zone);
    out->count = 1;
    out->key[0] = hash(seed, zone.wire, zone.length);
}

static void keys_of(struct keys *out, const struct dead_zones *dead_zones,
                    const struct question *question, const struct ipaddr *address)
{
    if (question->type == RR_PTR && address)
        keys_of_address(out, dead_zones->seed, address);
    else
        keys_of_name(out, dead_zones->seed ^ (question->type == RR_CNAME), &question->name);
}

static struct dead_zone *find(struct dead_zones *dead_zones, uint64_t key)
{
    struct dead_zone *set = dead_zones->zones[key % DEAD_ZONES_SETS];
    for (unsigned i = 0; i < DEAD_ZONES_WAYS; i++) {
        if (set[i].key == key) {
            set[i].looked_at = ++dead_zones->looks;
            return &set[i];
        }
    }
    return NULL;
}

static struct dead_zone *find_or_add(struct dead_zones *dead_zones, uint64_t key)
{
    struct dead_zone *zone = find(dead_zones, key);
    if (zone)
        return zone;
    struct dead_zone *set = dead_zones->zones[key % DEAD_ZONES_SETS];
    zone = &set[0];
    for (unsigned i = 0; i < DEAD_ZONES_WAYS && zone->key; i++) {
        if (!set[i].key || set[i].looked_at < zone->looked_at)
            zone = &set[i];
    }
    dead_zones->known += !zone->key;
    *zone = (struct dead_zone){.key = key, .looked_at = ++dead_zones->looks};
    return zone;
}

void dead_zones_init(struct dead_zones *dead_zones, uint64_t seed)
{
    memset(dead_zones, 0, sizeof(*dead_zones));
    dead_zones->seed = seed;
}

bool dead_zones_is_dead(struct dead_zones *dead_zones, const struct question *question,
                        const struct ipaddr *address)
{
    if (dead_zones->known == 0)
        return false;
    struct keys keys;
    keys_of(&keys, dead_zones, question, address);
    bool dead = false;
    for (unsigned i = 0; i < keys.count; i++) {
        const struct dead_zone *zone = find(dead_zones, keys.key[i]);
        dead = dead || (zone && zone->failed_questions >= DEAD_ZONES_LIMIT);
    }
    return dead;
}

bool dead_zones_is_failing(struct dead_zones *dead_zones, const struct question *question,
                           const struct ipaddr *address, int64_t now_ns)
{
    if (dead_zones->known == 0)
        return false;
    struct keys keys;
    keys_of(&keys, dead_zones, question, address);
    const struct dead_zone *zone = find(dead_zones, keys.key[0]);
    return zone && zone->failed_tries >= DEAD_ZONES_LIMIT &&
           now_ns - zone->failing_ns >= FAILING_NS;
}

void dead_zones_try_failed(struct dead_zones *dead_zones, const struct question *question,
                           const struct ipaddr *address, int64_t now_ns)
{
    struct keys keys;
    keys_of(&keys, dead_zones, question, address);
    struct dead_zone *zone = find_or_add(dead_zones, keys.key[0]);
    if (zone->failed_tries == 0)
        zone->failing_ns = now_ns;
    zone->failed_tries += zone->failed_tries < DEAD_ZONES_LIMIT;
}

void dead_zones_question_failed(struct dead_zones *dead_zones, const struct question *question,
                                const struct ipaddr *address)
{
    struct keys keys;
    keys_of(&keys, dead_zones, question, address);
    bool dies = true; /* a zone that dies is one more failure of the zone around it */
    for (unsigned i = 0; i < keys.count && dies; i++) {
        struct dead_zone *zone = find_or_add(dead_zones, keys.key[i]);
        dies = zone->failed_questions + 1 == DEAD_ZONES_LIMIT;
        zone->failed_questions += zone->failed_questions < DEAD_ZONES_LIMIT;
    }
}

void dead_zones_answered(struct dead_zones *dead_zones, const struct question *question,
                         const struct ipaddr *address)
{
    if (dead_zones->known == 0)
        return;
    struct keys keys;
    keys_of(&keys, dead_zones, question, address);
    for (unsigned i = 0; i < keys.count; i++) {
        struct dead_zone *zone = find(dead_zones, keys.key[i]);
        if (zone) {
            *zone = (struct dead_zone){0};
            dead_zones->known--;
        }
    }
}
