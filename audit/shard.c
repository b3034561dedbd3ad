#include "audit/shard.h"

#include <stdio.h>

#include "audit/ascii.h"
#include "audit/fnv.h"
#include "audit/random.h"

enum { UNIT_V4 = 24, UNIT_V6 = 48, BITS_V4 = 32, BITS_V6 = 128 };

/* Digits alone, so that no sign or blank is let through. */
static bool take_number(uint32_t *out, const char **text)
{
    const char *begin = *text;

    *out = 0;
    for (; ascii_is_digit(**text); ++*text) {
        *out = *out * 10 + (uint32_t)(**text - '0');
        if (*out > SHARDS_MAX)
            return false;
    }
    return *text > begin;
}

bool shard_parse(struct shard *out, const char *text)
{
    if (!take_number(&out->index, &text) || *text++ != '/' || !take_number(&out->count, &text))
        return false;
    return *text == '\0' && out->index < out->count;
}

void shard_print(char out[SHARD_TEXT_MAX], const struct shard *shard)
{
    snprintf(out, SHARD_TEXT_MAX, "%u/%u", shard->index, shard->count);
}

static unsigned unit_bits(const struct shard *shard, enum ip_family family)
{
    if (shard->by == SHARD_BY_ADDRESS)
        return family == IP_V4 ? BITS_V4 : BITS_V6;
    return family == IP_V4 ? UNIT_V4 : UNIT_V6;
}

/* Mixed: units that differ in their last bit must not go to shards in turn, since the holders of
 * ranges number them so. All versions and machines of an audit must agree: this never changes. */
static uint64_t hash(const struct ipaddr *unit)
{
    uint64_t hash = fnv_add(FNV_BASIS, &unit->family, sizeof(unit->family));

    return random_mix(fnv_add(hash, unit->bytes, sizeof(unit->bytes)));
}

uint32_t shard_of(const struct shard *shard, const struct ipaddr *address)
{
    struct ipaddr unit = ipaddr_network(address, unit_bits(shard, address->family));

    return (uint32_t)(hash(&unit) % shard->count);
}

void shard_pieces_begin(struct shard_pieces *pieces, const struct shard *shard,
                        const struct iprange *range)
{
    *pieces = (struct shard_pieces){.shard = shard, .rest = *range};
}

/* The last address of the unit that an address is in. */
static struct ipaddr unit_end(const struct shard *shard, const struct ipaddr *address)
{
    struct iprange unit = {*address, *address};

    if (!iprange_from_prefix(&unit, address, unit_bits(shard, address->family)))
        unit.last = *address;
    return unit.last;
}

bool shard_pieces_next(struct shard_pieces *pieces, struct iprange *piece, bool *mine)
{
    const struct shard *shard = pieces->shard;

    if (pieces->done)
        return false;
    *piece = pieces->rest;
    *mine = true;
    if (shard->count > 0) {
        struct ipaddr end = unit_end(shard, &piece->first);
        if (ipaddr_compare(&end, &piece->last) < 0)
            piece->last = end;
        *mine = shard_of(shard, &piece->first) == shard->index;
    }
    pieces->rest.first = piece->last;
    pieces->done =
        ipaddr_equal(&piece->last, &pieces->rest.last) || !ipaddr_next(&pieces->rest.first);
    return true;
}
