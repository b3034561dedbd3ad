#include "reports/name_counter.h"

#include <stdlib.h>

#include "reports/name_hash.h"

enum { PLACES_AT_FIRST = 64 };

static uint64_t *place_of(uint64_t *hashes, size_t places, uint64_t hash)
{
    size_t at = (size_t)hash & (places - 1);

    while (hashes[at] != 0 && hashes[at] != hash)
        at = (at + 1) & (places - 1);
    return &hashes[at];
}

static bool grow(struct name_counter *counter)
{
    size_t places = counter->places == 0 ? PLACES_AT_FIRST : 2 * counter->places;
    uint64_t *hashes = calloc(places, sizeof(hashes[0]));

    if (!hashes)
        return false;
    for (size_t i = 0; i < counter->places; i++) {
        if (counter->hashes[i] != 0)
            *place_of(hashes, places, counter->hashes[i]) = counter->hashes[i];
    }
    free(counter->hashes);
    counter->hashes = hashes;
    counter->places = places;
    return true;
}

bool name_counter_add(struct name_counter *counter, const struct dnsname *name)
{
    uint64_t hash = name_hash(name->wire, name->length) | 1u;
    uint64_t *place;

    if (2 * counter->count >= counter->places && !grow(counter))
        return false;
    place = place_of(counter->hashes, counter->places, hash);
    counter->count += *place == 0;
    *place = hash;
    return true;
}

void name_counter_free(struct name_counter *counter)
{
    free(counter->hashes);
    *counter = (struct name_counter){0};
}
