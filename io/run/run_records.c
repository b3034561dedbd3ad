#include "io/run/run_records.h"

#include <stdlib.h>
#include <string.h>

/* Most octets of a record are zero: the ends of texts, and latencies that do not occur. So a packed
 * record is a row of pieces: how many zeros, how many other octets, these octets. */
struct piece {
    uint16_t zeros, others;
};

/* A gap of fewer zeros is not worth a piece. */
enum { GAP_MIN = 2 * sizeof(struct piece) };

_Static_assert(sizeof(struct run_record) <= UINT16_MAX, "a piece can hold it");

struct record_pack {
    unsigned count, most;
    unsigned unpacked; /* 1 and the number of the record in `room`; 0: none */
    uint8_t **packed;
    struct run_record room;
    uint8_t scratch[2 * sizeof(struct run_record)];
};

struct record_pack *record_pack_new(unsigned most)
{
    struct record_pack *pack = calloc(1, sizeof(*pack));

    if (!pack)
        return NULL;
    pack->most = most;
    pack->packed = calloc(most, sizeof(pack->packed[0]));
    if (pack->packed)
        return pack;
    free(pack);
    return NULL;
}

void record_pack_free(struct record_pack *pack)
{
    if (!pack)
        return;
    for (unsigned i = 0; i < pack->count; i++)
        free(pack->packed[i]);
    free(pack->packed);
    free(pack);
}

static size_t zeros_at(const uint8_t *octets, size_t at)
{
    size_t from = at;

    while (at < sizeof(struct run_record) && octets[at] == 0)
        at++;
    return at - from;
}

/* Up to the next gap, or the end. */
static size_t others_at(const uint8_t *octets, size_t at)
{
    size_t from = at, zeros;

    while (at < sizeof(struct run_record)) {
        zeros = zeros_at(octets, at);
        if (zeros >= GAP_MIN || at + zeros == sizeof(struct run_record))
            break;
        at += zeros + 1;
    }
    return at - from;
}

bool record_pack_add(struct record_pack *pack, const struct run_record *record)
{
    const uint8_t *octets = (const uint8_t *)record;
    size_t used = 0;

    if (pack->count == pack->most)
        return false;
    for (size_t at = 0; at < sizeof(*record);) {
        struct piece piece = {.zeros = (uint16_t)zeros_at(octets, at)};
        at += piece.zeros;
        piece.others = (uint16_t)others_at(octets, at);
        memcpy(pack->scratch + used, &piece, sizeof(piece));
        memcpy(pack->scratch + used + sizeof(piece), octets + at, piece.others);
        used += sizeof(piece) + piece.others;
        at += piece.others;
    }
    uint8_t *packed = malloc(used);
    if (!packed)
        return false;
    pack->packed[pack->count++] = memcpy(packed, pack->scratch, used);
    return true;
}

bool record_pack_order(struct record_pack *pack, const uint32_t *from, unsigned count)
{
    uint8_t **ordered = calloc(pack->most, sizeof(ordered[0]));

    if (!ordered)
        return false;
    for (unsigned i = 0; i < count; i++)
        ordered[i] = pack->packed[from[i]];
    free(pack->packed);
    pack->packed = ordered;
    pack->unpacked = 0;
    return true;
}

static void unpack(struct run_record *record, const uint8_t *packed)
{
    uint8_t *octets = (uint8_t *)record;
    struct piece piece;

    for (size_t at = 0; at < sizeof(*record); at += (size_t)piece.zeros + piece.others) {
        memcpy(&piece, packed, sizeof(piece));
        memset(octets + at, 0, piece.zeros);
        memcpy(octets + at + piece.zeros, packed + sizeof(piece), piece.others);
        packed += sizeof(piece) + piece.others;
    }
}

const struct run_record *run_record_at(struct run_records records, unsigned i)
{
    struct record_pack *pack = records.pack;

    if (records.whole)
        return records.whole + i;
    if (pack->unpacked != i + 1) {
        unpack(&pack->room, pack->packed[i]);
        pack->unpacked = i + 1;
    }
    return &pack->room;
}
