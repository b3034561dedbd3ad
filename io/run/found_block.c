#include "io/run/found_block.h"

#include <endian.h>
#include <stdlib.h>
#include <string.h>

/* Bits of the first octet. */
enum { PLACE = FOUND_BLOCK_ADDRESSES - 1, SETTLED = FOUND_BLOCK_ADDRESSES };

/* Precedes the facts of an address. Numbers are stored lowest octet first. */
struct entry_head {
    uint8_t place; /* and SETTLED */
    uint64_t checked_at;
    uint32_t elapsed_ms, tries, length;
} __attribute__((packed));

_Static_assert(sizeof(struct entry_head) == FOUND_BLOCK_HEAD, "docs/run-file.md");

static uint8_t *place_of(struct ipaddr *address)
{
    return &address->bytes[ipaddr_octets(address) - 1];
}

struct ipaddr found_block_of(const struct ipaddr *address)
{
    struct ipaddr first = *address;

    *place_of(&first) &= (uint8_t)~PLACE;
    return first;
}

bool found_block_begin(struct found_block *block, const struct ipaddr *first, const uint8_t *bytes,
                       size_t length)
{
    *block =
        (struct found_block){.first = *first, .at = bytes, .left = (uint32_t)length, .before = -1};
    return length <= FOUND_BLOCK_MAX && (*place_of(&block->first) & PLACE) == 0;
}

enum found_block_step found_block_next(struct found_block *block, struct run_found *out)
{
    struct entry_head head;

    if (block->left == 0)
        return FOUND_BLOCK_END;
    if (block->left < sizeof(head))
        return FOUND_BLOCK_UNSOUND;
    memcpy(&head, block->at, sizeof(head));
    int place = head.place & PLACE;
    uint32_t length = le32toh(head.length);
    if ((head.place & ~(PLACE | SETTLED)) != 0 || place <= block->before ||
        length > block->left - sizeof(head))
        return FOUND_BLOCK_UNSOUND;
    out->vantage = 0;
    out->address = block->first;
    *place_of(&out->address) |= (uint8_t)place;
    out->checked_at = (int64_t)le64toh(head.checked_at);
    out->elapsed_ms = le32toh(head.elapsed_ms);
    out->tries = le32toh(head.tries);
    out->settled = (head.place & SETTLED) != 0;
    out->implied = out->first_of_cut = false;
    out->facts = block->at + sizeof(head);
    out->length = length;
    block->before = place;
    block->at += sizeof(head) + length;
    block->left -= (uint32_t)sizeof(head) + length;
    return FOUND_BLOCK_ENTRY;
}

static enum found_block_merge append(struct found_block_bytes *out, const struct run_found *found)
{
    struct ipaddr address = found->address;
    struct entry_head head = {
        .place = (uint8_t)((*place_of(&address) & PLACE) | (found->settled ? SETTLED : 0)),
        .checked_at = htole64((uint64_t)found->checked_at),
        .elapsed_ms = htole32(found->elapsed_ms),
        .tries = htole32(found->tries),
        .length = htole32(found->length)};
    size_t need = out->length + sizeof(head) + found->length;

    if (found->length > FACTS_MAX)
        return FOUND_BLOCK_TOO_LONG;
    if (need > out->capacity) {
        uint8_t *bytes = realloc(out->bytes, 2 * need);
        if (!bytes)
            return FOUND_BLOCK_NO_MEMORY;
        out->bytes = bytes;
        out->capacity = 2 * need;
    }
    memcpy(out->bytes + out->length, &head, sizeof(head));
    if (found->length > 0)
        memcpy(out->bytes + out->length + sizeof(head), found->facts, found->length);
    out->length = need;
    return FOUND_BLOCK_MERGED;
}

enum found_block_merge found_block_merge(struct found_block_bytes *out, struct found_block *held,
                                         const struct run_found *found, unsigned n)
{
    struct run_found old;
    enum found_block_step step = held ? found_block_next(held, &old) : FOUND_BLOCK_END;
    unsigned i = 0;

    out->length = 0;
    while (step == FOUND_BLOCK_ENTRY || (step == FOUND_BLOCK_END && i < n)) {
        int order = step == FOUND_BLOCK_END ? 1
                    : i == n                ? -1
                                            : ipaddr_compare(&old.address, &found[i].address);
        bool keep_old = order < 0 || (order == 0 && old.settled);
        enum found_block_merge appended = append(out, keep_old ? &old : &found[i]);
        if (appended != FOUND_BLOCK_MERGED)
            return appended;
        if (order <= 0)
            step = found_block_next(held, &old);
        i += order >= 0;
    }
    return step == FOUND_BLOCK_UNSOUND ? FOUND_BLOCK_HELD_UNSOUND : FOUND_BLOCK_MERGED;
}

void found_block_bytes_free(struct found_block_bytes *bytes)
{
    free(bytes->bytes);
    *bytes = (struct found_block_bytes){0};
}
