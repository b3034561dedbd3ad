#include "audit/pattern_private.h"

#include <string.h>

bool pattern_is(const struct dnsname *name)
{
    return memchr(name->wire, '{', name->length) || memchr(name->wire, '}', name->length);
}

/* ---- one name made of another, part by part ---- */

struct rewriting {
    const struct ipaddr *address;
    ip_count place;
    bool is_pattern; /* the result is a pattern: the place is added to the offsets */
};

/* `text` holds the part as written. Returns the length; 0: no room. */
static size_t rewrite_part(char out[PART_TEXT_MAX], const struct rewriting *to,
                           struct label_part *part, const uint8_t *text, size_t length)
{
    if (!to->is_pattern)
        return label_part_print(out, part, to->address, to->place);
    if (part->kind == PART_PLACE && !__builtin_add_overflow(part->offset, to->place, &part->offset))
        return label_part_print_place(out, part);
    if (length > PART_TEXT_MAX)
        return 0;
    memcpy(out, text, length);
    return length;
}

/* room: octets left in the name, the length octet included. Returns the octets of the label; 0: no
 * room, or a placeholder that is not valid. */
static size_t rewrite_label(uint8_t *out, size_t room, const struct rewriting *to,
                            const uint8_t *label)
{
    char text[PART_TEXT_MAX];
    struct label_part part;
    size_t size = 0;

    for (size_t at = 1, used; at <= *label; at += used) {
        used = label_part_read(&part, label + at, *label - at + 1);
        size_t length = used > 0 ? rewrite_part(text, to, &part, label + at, used) : 0;
        if (length == 0 || size + length > DNSLABEL_MAX || 1 + size + length > room)
            return 0;
        memcpy(out + 1 + size, text, length);
        size += length;
    }
    *out = (uint8_t)size;
    return 1 + size;
}

static bool rewrite(struct dnsname *out, const struct dnsname *pattern, const struct rewriting *to)
{
    size_t size = 0;

    for (const uint8_t *label = pattern->wire; *label != 0; label += 1 + *label) {
        size_t used = rewrite_label(out->wire + size, DNSNAME_MAX - 1 - size, to, label);
        if (used == 0)
            return false;
        size += used;
    }
    out->wire[size++] = 0;
    out->length = (uint8_t)size;
    return true;
}

bool pattern_expand(struct dnsname *out, const struct dnsname *pattern,
                    const struct ipaddr *address, ip_count place)
{
    struct rewriting to = {.address = address, .place = place};

    return rewrite(out, pattern, &to);
}

bool pattern_name(struct dnsname *out, const struct dnsname *pattern, const struct ipaddr *first,
                  const struct ipaddr *address)
{
    return pattern_expand(out, pattern, address, ipaddr_number(address) - ipaddr_number(first) + 1);
}

bool pattern_part(struct dnsname *out, const struct dnsname *pattern, const struct ipaddr *first,
                  const struct ipaddr *part)
{
    struct rewriting to = {.place = ipaddr_number(part) - ipaddr_number(first), .is_pattern = true};

    return rewrite(out, pattern, &to);
}
