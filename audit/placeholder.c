#include "audit/placeholder.h"

#include <stdio.h>
#include <string.h>

#include "audit/ascii.h"

enum { WIDTH_MAX = 63 };

/* Decimal digits without a leading zero. Returns their number; 0: none, or the number does not
 * fit. */
static size_t read_number(ip_count *out, const uint8_t *text, size_t len)
{
    size_t used = 0;

    *out = 0;
    if (len > 0 && *text == '0')
        return 0;
    for (; used < len && ascii_is_digit((char)text[used]); used++) {
        if (__builtin_mul_overflow(*out, (ip_count)10, out) ||
            __builtin_add_overflow(*out, (ip_count)(text[used] - '0'), out))
            return 0;
    }
    return used;
}

/* What follows the letter n: nothing, :WIDTH, +OFFSET, or both. */
static bool read_place(struct label_part *out, const uint8_t *text, size_t len)
{
    ip_count number = 1;
    size_t at = 0, used;

    if (at < len && text[at] == ':') {
        used = read_number(&number, text + 1, len - 1);
        if (used == 0 || number > WIDTH_MAX)
            return false;
        at += 1 + used;
    }
    out->width = (unsigned)number;
    out->offset = 0;
    if (at < len && text[at] == '+') {
        used = read_number(&out->offset, text + at + 1, len - at - 1);
        if (used == 0)
            return false;
        at += 1 + used;
    }
    out->kind = PART_PLACE;
    return at == len;
}

static bool is_word(const uint8_t *text, size_t len, const char *word)
{
    return len == strlen(word) && memcmp(text, word, len) == 0;
}

/* Between the braces. */
static bool read_placeholder(struct label_part *out, const uint8_t *text, size_t len)
{
    if (len == 1 && *text >= '1' && *text <= '4') {
        out->kind = PART_OCTET;
        out->octet = (unsigned)(*text - '1');
        return true;
    }
    if (len > 0 && *text == 'n')
        return read_place(out, text + 1, len - 1);
    out->kind = is_word(text, len, "ip") ? PART_ADDRESS : PART_HEX;
    return out->kind == PART_ADDRESS || is_word(text, len, "hex");
}

size_t label_part_read(struct label_part *out, const uint8_t *text, size_t len)
{
    const uint8_t *end;
    size_t inside;

    if (*text == '}')
        return 0;
    if (*text != '{') {
        out->kind = PART_CHARACTER;
        out->character = (char)*text;
        return 1;
    }
    end = memchr(text, '}', len);
    if (!end)
        return 0;
    inside = (size_t)(end - text) - 1;
    return read_placeholder(out, text + 1, inside) ? inside + 2 : 0;
}

/* ---- printing ---- */

static size_t print_place(char out[PART_TEXT_MAX], const struct label_part *part, ip_count place)
{
    char digits[IP_COUNT_TEXT_MAX];
    size_t length = ip_count_print(digits, place + part->offset);
    size_t zeros = part->width > length ? part->width - length : 0;

    if (zeros + length > PART_TEXT_MAX)
        return 0;
    memset(out, '0', zeros);
    memcpy(out + zeros, digits, length);
    return zeros + length;
}

static size_t print_hex(char out[PART_TEXT_MAX], const struct ipaddr *address, unsigned group)
{
    static const char digits[] = "0123456789abcdef";
    size_t octets = ipaddr_octets(address), used = 0;

    for (size_t i = 0; i < octets; i++) {
        if (group > 0 && i > 0 && i % group == 0)
            out[used++] = '-';
        out[used++] = digits[address->bytes[i] >> 4];
        out[used++] = digits[address->bytes[i] & 15];
    }
    return used;
}

static size_t print_address(char out[PART_TEXT_MAX], const struct ipaddr *address)
{
    size_t used = 0;

    if (address->family == IP_V6)
        return print_hex(out, address, 2);
    for (unsigned i = 0; i < 4; i++) {
        if (i > 0)
            out[used++] = '-';
        used = (size_t)(ascii_print_octet(out + used, address->bytes[i]) - out);
    }
    return used;
}

size_t label_part_print(char out[PART_TEXT_MAX], const struct label_part *part,
                        const struct ipaddr *address, ip_count place)
{
    switch (part->kind) {
    case PART_CHARACTER:
        *out = part->character;
        return 1;
    case PART_OCTET:
        return address->family == IP_V4
                   ? (size_t)(ascii_print_octet(out, address->bytes[part->octet]) - out)
                   : 0;
    case PART_PLACE:
        return print_place(out, part, place);
    case PART_ADDRESS:
        return print_address(out, address);
    case PART_HEX:
        return print_hex(out, address, 0);
    }
    return 0;
}

size_t label_part_print_place(char out[PART_TEXT_MAX], const struct label_part *part)
{
    char offset[IP_COUNT_TEXT_MAX];
    int used = snprintf(out, PART_TEXT_MAX, "{n");

    if (part->width > 1)
        used += snprintf(out + used, PART_TEXT_MAX - (size_t)used, ":%u", part->width);
    if (part->offset > 0) {
        ip_count_print(offset, part->offset);
        used += snprintf(out + used, PART_TEXT_MAX - (size_t)used, "+%s", offset);
    }
    used += snprintf(out + used, PART_TEXT_MAX - (size_t)used, "}");
    return (size_t)used;
}
