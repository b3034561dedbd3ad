#include "audit/spelled.h"

#include <string.h>

#include "audit/ascii.h"
#include "audit/ipaddr.h"

enum {
    V4_OCTETS = 4,
    V6_NIBBLES = 32,
    /* Fewer characters ("1234") may well be another kind of number. */
    SPELLED_MIN = 6,
    THREE_OCTETS_MIN = 7, /* the same for parts: "1-0-1" may be a version */
    TWO_OCTETS_MIN = 4,
};

enum { DECIMAL_DIGITS = 3 }; /* of an octet, at most */

/* How a network prints one octet. */
struct octet_form {
    unsigned base;
    unsigned width; /* digits, at least */
};

struct octet_text {
    size_t length;
    char digits[DECIMAL_DIGITS];
};

static const struct octet_form octet_forms[] = {{10, 1}, {10, 2}, {10, 3}, {16, 2}};
enum { OCTET_FORMS = sizeof(octet_forms) / sizeof(octet_forms[0]) };

static bool is_hex_digit(char c)
{
    return ascii_is_digit(c) || (c >= 'a' && c <= 'f');
}

static bool is_joint(char c)
{
    return c == '.' || c == '-' || c == '_' || c == 'x';
}

static struct octet_text octet_spelled(uint8_t octet, const struct octet_form *form)
{
    unsigned needed = octet >= form->base * form->base ? 3 : octet >= form->base ? 2 : 1;
    struct octet_text text = {.length = needed > form->width ? needed : form->width};
    unsigned rest = octet;

    for (size_t at = text.length; at-- > 0; rest /= form->base)
        text.digits[at] = "0123456789abcdef"[rest % form->base];
    return text;
}

/* Counts the zeros at the beginning of text that pad the octet: some networks pad one octet and not
 * the next. */
static size_t padding(const char *text, size_t len, const struct octet_text *octet)
{
    bool is_zero = octet->digits[0] == '0';
    size_t zeros = 0;

    while (zeros < len && zeros < DECIMAL_DIGITS - octet->length + is_zero && text[zeros] == '0')
        zeros++;
    return zeros > 0 && is_zero ? zeros - 1 : zeros;
}

/* Some octets of an address in one form, in the order in which they are looked for. */
struct octet_run {
    unsigned count;
    struct octet_text octets[V4_OCTETS];
    bool decimal;
    bool joined;  /* a joint between all of them is required */
    size_t least; /* characters of a match */
};

/* Matches the octets at the beginning of text, with a joint between them or, unless it is required,
 * nothing. After a joint an octet may be padded. Returns the characters used, or 0. */
static size_t match_octets(const char *text, size_t len, const struct octet_run *run)
{
    size_t at = 0;

    for (unsigned i = 0; i < run->count; i++) {
        const struct octet_text *octet = &run->octets[i];
        bool joint = i > 0 && at < len && is_joint(text[at]);
        if (run->joined && i > 0 && !joint)
            return 0;
        at += joint;
        if (joint && run->decimal)
            at += padding(text + at, len - at, octet);
        if (len - at < octet->length || memcmp(text + at, octet->digits, octet->length) != 0)
            return 0;
        at += octet->length;
    }
    return at;
}

/* Is the match a part of a longer number? Zeros before the first octet are its padding as long as
 * the octet has no more than three digits with them. */
static bool within_number(const char *text, size_t len, size_t first, size_t end,
                          const struct octet_text *octet)
{
    for (size_t digits = octet->length;
         digits < DECIMAL_DIGITS && first > 0 && text[first - 1] == '0'; digits++)
        first--;
    return (first > 0 && ascii_is_digit(text[first - 1])) ||
           (end < len && ascii_is_digit(text[end]));
}

/* Is the match joined to a further number? */
static bool among_numbers(const char *text, size_t len, size_t first, size_t end)
{
    return (first > 1 && is_joint(text[first - 1]) && ascii_is_digit(text[first - 2])) ||
           (end + 1 < len && is_joint(text[end]) && ascii_is_digit(text[end + 1]));
}

/* A decimal octet must not be part of a longer number, a part of an address not of a longer series.
 * Eight hexadecimal digits match anywhere: that is no accident, and some networks put a letter
 * before them that is also a digit (dc6336407). */
static bool find_octets(const char *text, size_t len, const struct octet_run *run)
{
    for (size_t at = 0; at < len; at++) {
        size_t used =
            text[at] == run->octets[0].digits[0] ? match_octets(text + at, len - at, run) : 0;
        if (used < run->least || used == 0)
            continue;
        if (run->decimal && within_number(text, len, at, at + used, &run->octets[0]))
            continue;
        if (run->count == V4_OCTETS || !among_numbers(text, len, at, at + used))
            return true;
    }
    return false;
}

/* Looks for count octets from the first-th on, forwards and backwards. */
static bool octets_in(const char *text, size_t len, const struct ipaddr *address, unsigned first,
                      unsigned count, const struct octet_form *form, size_t least)
{
    struct octet_run forward = {
        .count = count, .decimal = form->base == 10, .joined = count < V4_OCTETS, .least = least};
    struct octet_run reverse = forward;

    for (unsigned i = 0; i < count; i++) {
        forward.octets[i] = octet_spelled(address->bytes[first + i], form);
        reverse.octets[count - 1 - i] = forward.octets[i];
    }
    return find_octets(text, len, &forward) || find_octets(text, len, &reverse);
}

static bool v4_spelled_in(const char *text, size_t len, const struct ipaddr *address)
{
    for (unsigned i = 0; i < OCTET_FORMS; i++) {
        if (octets_in(text, len, address, 0, V4_OCTETS, &octet_forms[i], SPELLED_MIN))
            return true;
    }
    return false;
}

/* Part of an IPv4 address in decimal. Padding between octets is in every form. */
static bool part_spelled_in(const char *text, size_t len, const struct ipaddr *address,
                            unsigned first, unsigned count, size_t least)
{
    return address->family == IP_V4 &&
           octets_in(text, len, address, first, count, &octet_forms[0], least);
}

bool address_three_octets_in(const char *text, size_t len, const struct ipaddr *address)
{
    return part_spelled_in(text, len, address, 0, 3, THREE_OCTETS_MIN) ||
           part_spelled_in(text, len, address, 1, 3, THREE_OCTETS_MIN);
}

bool address_two_octets_in(const char *text, size_t len, const struct ipaddr *address)
{
    return part_spelled_in(text, len, address, 2, 2, TWO_OCTETS_MIN);
}

static bool match_nibbles(const char *text, size_t len, const char nibbles[V6_NIBBLES])
{
    size_t at = 0;

    for (unsigned i = 0; i < V6_NIBBLES; i++) {
        if (i > 0 && at < len && is_joint(text[at]))
            at++;
        if (at == len || text[at] != nibbles[i])
            return false;
        at++;
    }
    return true;
}

static bool nibbles_spelled_in(const char *text, size_t len, const struct ipaddr *address)
{
    char forward[V6_NIBBLES];
    char reverse[V6_NIBBLES];

    for (unsigned i = 0; i < V6_NIBBLES; i++) {
        uint8_t octet = address->bytes[i / 2];
        forward[i] = "0123456789abcdef"[i % 2 == 0 ? octet >> 4 : octet & 15];
        reverse[V6_NIBBLES - 1 - i] = forward[i];
    }
    for (size_t at = 0; at + V6_NIBBLES <= len; at++) {
        if (match_nibbles(text + at, len - at, forward) ||
            match_nibbles(text + at, len - at, reverse))
            return true;
    }
    return false;
}

static bool is_address(const char *text, size_t len, const struct ipaddr *address)
{
    struct ipaddr read;

    return ipaddr_parse(&read, text, len) && ipaddr_equal(&read, address);
}

/* Does text begin with the address, with dots or dashes instead of colons? The end of the address
 * is ambiguous (2001-db8--25-3), so every end of a group is tried. */
static bool match_groups(const char *text, size_t len, const struct ipaddr *address)
{
    char copy[IPADDR_TEXT_MAX];

    for (size_t at = 0; at < len && at < sizeof(copy); at++) {
        if (is_hex_digit(text[at]))
            copy[at] = text[at];
        else if (text[at] == '-' || text[at] == '.')
            copy[at] = ':';
        else
            return false;
        bool group_ends = at + 1 == len || !is_hex_digit(text[at + 1]);
        if (group_ends && is_address(copy, at + 1, address))
            return true;
    }
    return false;
}

static bool groups_spelled_in(const char *text, size_t len, const struct ipaddr *address)
{
    for (size_t at = 0; at < len; at++) {
        bool group_begins = is_hex_digit(text[at]) && (at == 0 || !is_hex_digit(text[at - 1]));
        if (group_begins && match_groups(text + at, len - at, address))
            return true;
    }
    return false;
}

bool address_spelled_in(const char *text, size_t len, const struct ipaddr *address)
{
    if (address->family == IP_V4)
        return v4_spelled_in(text, len, address);
    return nibbles_spelled_in(text, len, address) || groups_spelled_in(text, len, address);
}
