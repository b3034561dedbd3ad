#include "reports/network_map.h"

#include <stdlib.h>
#include <string.h>

enum { STEP = 4, BLOCK_BITS = 8, NO_NETWORK = UINT16_MAX };

struct network_map {
    enum ip_family family;
    unsigned length;
    unsigned most;
    unsigned count;
    unsigned current;  /* of the previous address: input is mostly sorted */
    unsigned places;   /* of the hash table: a power of two, at least twice `most` */
    uint16_t *indexes; /* by hash of the key; NO_NETWORK: free */
    struct network *networks;
};

struct network_map *network_map_new(enum ip_family family, unsigned length, unsigned most)
{
    struct network_map *map = calloc(1, sizeof(*map));

    if (!map)
        return NULL;
    map->family = family;
    map->length = length;
    map->most = most;
    for (map->places = 2; map->places < 2 * most; map->places *= 2)
        ;
    map->indexes = malloc(map->places * sizeof(*map->indexes));
    map->networks = calloc(most, sizeof(*map->networks));
    if (!map->indexes || !map->networks) {
        network_map_free(map);
        return NULL;
    }
    memset(map->indexes, 0xFF, map->places * sizeof(*map->indexes));
    return map;
}

void network_map_free(struct network_map *map)
{
    if (!map)
        return;
    free(map->indexes);
    free(map->networks);
    free(map);
}

static uint64_t first_bits(const struct ipaddr *address)
{
    uint64_t bits = 0;

    for (unsigned i = 0; i < 8; i++)
        bits = bits << 8 | address->bytes[i];
    return bits;
}

static uint64_t key_of(const struct network_map *map, uint64_t bits)
{
    return map->length == 0 ? 0 : bits & UINT64_MAX << (64 - map->length);
}

/* Where the index of the key is, or would be. */
static uint16_t *place_of(const struct network_map *map, uint64_t key)
{
    unsigned place = (unsigned)(key * UINT64_C(0x9E3779B97F4A7C15) >> 32) & (map->places - 1);

    while (map->indexes[place] != NO_NETWORK && map->networks[map->indexes[place]].key != key)
        place = (place + 1) & (map->places - 1);
    return &map->indexes[place];
}

static int by_key(const void *a, const void *b)
{
    const struct network *left = a;
    const struct network *right = b;

    return (left->key > right->key) - (left->key < right->key);
}

static void merge(struct network *into, const struct network *other)
{
    into->addresses += other->addresses;
    for (unsigned i = 0; i < VERDICTS; i++)
        into->counts[i] += other->counts[i];
}

static void join(struct network_map *map)
{
    unsigned count = 0;

    map->length -= STEP;
    qsort(map->networks, map->count, sizeof(map->networks[0]), by_key);
    for (unsigned i = 0; i < map->count; i++) {
        struct network *network = &map->networks[i];

        network->key = key_of(map, network->key);
        if (count > 0 && map->networks[count - 1].key == network->key)
            merge(&map->networks[count - 1], network);
        else
            map->networks[count++] = *network;
    }
    map->count = count;
    map->current = 0;
    memset(map->indexes, 0xFF, map->places * sizeof(*map->indexes));
    for (unsigned i = 0; i < count; i++)
        *place_of(map, map->networks[i].key) = (uint16_t)i;
}

static unsigned find_or_add(struct network_map *map, uint64_t bits)
{
    uint16_t *place = place_of(map, key_of(map, bits));

    while (*place == NO_NETWORK && map->count == map->most) {
        join(map);
        place = place_of(map, key_of(map, bits));
    }
    if (*place == NO_NETWORK) {
        *place = (uint16_t)map->count;
        map->networks[map->count++] = (struct network){.key = key_of(map, bits)};
    }
    return *place;
}

void network_map_add(struct network_map *map, const struct ipaddr *address, enum verdict verdict)
{
    uint64_t bits = first_bits(address);
    struct network *network;

    if (address->family != map->family)
        return;
    if (map->count == 0 || map->networks[map->current].key != key_of(map, bits))
        map->current = find_or_add(map, bits);
    network = &map->networks[map->current];
    network->addresses++;
    network->counts[verdict]++;
}

static unsigned blocks(const struct network_map *map)
{
    unsigned count = 0;

    for (unsigned i = 0; i < map->count; i++)
        count += i == 0 || network_map_block(map, &map->networks[i]) !=
                               network_map_block(map, &map->networks[i - 1]);
    return count;
}

void network_map_sort(struct network_map *map, unsigned groups)
{
    qsort(map->networks, map->count, sizeof(map->networks[0]), by_key);
    while (blocks(map) > groups)
        join(map);
}

unsigned network_map_length(const struct network_map *map)
{
    return map->length;
}

const struct network *network_map_at(const struct network_map *map, unsigned index)
{
    return index < map->count ? &map->networks[index] : NULL;
}

struct ipaddr network_map_address(const struct network_map *map, const struct network *network)
{
    struct ipaddr address = {.family = (uint8_t)map->family};

    for (unsigned i = 0; i < 8; i++)
        address.bytes[i] = (uint8_t)(network->key >> (56 - 8 * i));
    return address;
}

unsigned network_map_place(const struct network_map *map, const struct network *network)
{
    return map->length == 0 ? 0 : network->key >> (64 - map->length) & 255;
}

uint64_t network_map_block(const struct network_map *map, const struct network *network)
{
    return map->length <= BLOCK_BITS ? 0 : network->key >> (64 - map->length + BLOCK_BITS);
}

uint64_t network_public(const struct network *network)
{
    return network->addresses - network->counts[VERDICT_NOT_PUBLIC];
}

enum verdict network_fault(const struct network *network)
{
    enum verdict fault = VERDICT_PASS;

    if (network_public(network) == 0)
        return VERDICT_NOT_PUBLIC;
    for (unsigned i = 0; i < VERDICTS; i++) {
        bool more = fault == VERDICT_PASS || network->counts[i] > network->counts[fault];

        if (i != VERDICT_PASS && i != VERDICT_NOT_PUBLIC && network->counts[i] > 0 && more)
            fault = i;
    }
    return fault;
}
