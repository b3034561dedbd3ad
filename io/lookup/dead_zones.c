#include "io/lookup/dead_zones.h"

#include <string.h>

enum { LEVELS_MAX = 3 };

/* Prefix lengths from the zone itself to the widest block around it. */
static const uint8_t LEVELS_V4[] = {24, 16, 8};
static const uint8_t LEVELS_V6[] = {48, 32};

/* The zone of a question, and the wider ones around it. */
struct keys {
    unsigned count;
    uint64_t key[LEVELS_MAX];
};

/* FNV-1a from a secret start, then mixed (splitmix64), since only some of the bits choose the
 * place. */
static uint64_t hash(uint64_t seed, const uint8_t *octets, size_t len)
{
    uint64_t h = UINT64_C(0xcbf29ce484222325) ^ seed;
    for (size_t i = 0; i < len; i++)
        h = (h ^ octets[i]) * UINT64_C(0x100000001b3);
    h = (h ^ (h >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    h = (h ^ (h >> 27)) * UINT64_C(0x94d049bb133111eb);
    h ^= h >> 31;
    return h ? h : 1;
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

/* A name of two labels is its own zone: its neighbours under the top-level domain have nothing to
 * do with it.
 */
static void keys_of_name(struct keys *out, uint64_t seed, const struct dnsname *name)
{
    struct dnsname zone;
    if (dnsname_labels(name) <= 2 || !dnsname_parent(&zone, name))
        dnsname_copy(&zone, name);
    dnsname_lower(&zone);
    out->count = 1;
    out->key[0] = hash(seed, zone.wire, zone.length);
}

static void keys_of(struct keys *out, const struct breaker *breaker,
                    const struct question *question, const struct ipaddr *address)
{
    if (question->type == RR_PTR && address)
        keys_of_address(out, breaker->seed, address);
    else
        keys_of_name(out, breaker->seed, &question->name);
}

static struct breaker_zone *find(struct breaker *breaker, uint64_t key)
{
    struct breaker_zone *set = breaker->zones[key % BREAKER_SETS];
    for (unsigned i = 0; i < BREAKER_WAYS; i++) {
        if (set[i].key == key) {
            set[i].looked_at = ++breaker->looks;
            return &set[i];
        }
    }
    return NULL;
}

static struct breaker_zone *find_or_add(struct breaker *breaker, uint64_t key)
{
    struct breaker_zone *zone = find(breaker, key);
    if (zone)
        return zone;
    struct breaker_zone *set = breaker->zones[key % BREAKER_SETS];
    zone = &set[0];
    for (unsigned i = 0; i < BREAKER_WAYS && zone->key; i++) {
        if (!set[i].key || set[i].looked_at < zone->looked_at)
            zone = &set[i];
    }
    breaker->known += !zone->key;
    *zone = (struct breaker_zone){.key = key, .looked_at = ++breaker->looks};
    return zone;
}

void breaker_init(struct breaker *breaker, uint64_t seed)
{
    memset(breaker, 0, sizeof(*breaker));
    breaker->seed = seed;
}

bool breaker_is_dead(struct breaker *breaker, const struct question *question,
                     const struct ipaddr *address)
{
    if (breaker->known == 0)
        return false;
    struct keys keys;
    keys_of(&keys, breaker, question, address);
    bool dead = false;
    for (unsigned i = 0; i < keys.count; i++) {
        const struct breaker_zone *zone = find(breaker, keys.key[i]);
        dead = dead || (zone && zone->failed_questions >= BREAKER_LIMIT);
    }
    return dead;
}

bool breaker_is_in_trouble(struct breaker *breaker, const struct question *question,
                           const struct ipaddr *address)
{
    if (breaker->known == 0)
        return false;
    struct keys keys;
    keys_of(&keys, breaker, question, address);
    const struct breaker_zone *zone = find(breaker, keys.key[0]);
    return zone && zone->failed_tries >= BREAKER_LIMIT;
}

void breaker_try_failed(struct breaker *breaker, const struct question *question,
                        const struct ipaddr *address)
{
    struct keys keys;
    keys_of(&keys, breaker, question, address);
    struct breaker_zone *zone = find_or_add(breaker, keys.key[0]);
    zone->failed_tries += zone->failed_tries < BREAKER_LIMIT;
}

void breaker_question_failed(struct breaker *breaker, const struct question *question,
                             const struct ipaddr *address)
{
    struct keys keys;
    keys_of(&keys, breaker, question, address);
    bool dies = true; /* what lies within, which is one more failure of what is around */
    for (unsigned i = 0; i < keys.count && dies; i++) {
        struct breaker_zone *zone = find_or_add(breaker, keys.key[i]);
        dies = zone->failed_questions + 1 == BREAKER_LIMIT;
        zone->failed_questions += zone->failed_questions < BREAKER_LIMIT;
    }
}

void breaker_answered(struct breaker *breaker, const struct question *question,
                      const struct ipaddr *address)
{
    if (breaker->known == 0)
        return;
    struct keys keys;
    keys_of(&keys, breaker, question, address);
    for (unsigned i = 0; i < keys.count; i++) {
        struct breaker_zone *zone = find(breaker, keys.key[i]);
        if (zone) {
            *zone = (struct breaker_zone){0};
            breaker->known--;
        }
    }
}
