/* Items as other programs and people write them, each reduced to a plain form. */
#include "audit/target_private.h"

#include <string.h>

#include "audit/ascii.h"

enum { NUMBER_DIGITS_MAX = 5, V4_OCTETS = 4, V6_NIBBLES = 32 };

static bool is_name_character(char c)
{
    return ascii_is_digit(c) || ascii_is_letter(c) || c == '.' || c == '-' || c == '_';
}

static bool begins(struct cell_text item, const char *word)
{
    size_t length = strlen(word);

    if (item.len < length)
        return false;
    for (size_t i = 0; i < length; i++) {
        if (ascii_lower_char(item.text[i]) != word[i])
            return false;
    }
    return true;
}

static struct cell_text without_first(struct cell_text item, size_t count)
{
    return (struct cell_text){item.text + count, item.len - count};
}

bool target_read_number(unsigned *out, struct cell_text digits, unsigned max)
{
    *out = 0;
    if (digits.len == 0 || digits.len > NUMBER_DIGITS_MAX ||
        (digits.len > 1 && digits.text[0] == '0'))
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (!ascii_is_digit(digits.text[i]))
            return false;
        *out = *out * 10 + (unsigned)(digits.text[i] - '0');
    }
    return *out <= max;
}

/* ---- something around the item ---- */

/* ="198.51.100.7": keeps Excel from reading a number. */
static bool strip_formula(struct cell_text *item)
{
    if (item->len < 3 || memcmp(item->text, "=\"", 2) != 0 || item->text[item->len - 1] != '"')
        return false;
    *item = cell_text_trim(item->text + 2, item->len - 3);
    return true;
}

/* ip4: and ip6:, the mechanisms of SPF with their qualifiers (RFC 7208 4.6.1). */
static bool strip_mechanism(struct cell_text *item)
{
    struct cell_text rest = *item;

    if (rest.len > 0 && memchr("+-~?", *rest.text, 4))
        rest = without_first(rest, 1);
    if (!begins(rest, "ip4:") && !begins(rest, "ip6:"))
        return false;
    *item = without_first(rest, strlen("ip4:"));
    return true;
}

static bool is_port(const char *text, size_t len)
{
    unsigned port;

    return target_read_number(&port, (struct cell_text){text, len}, UINT16_MAX) && port > 0;
}

/* mta7.example.com[198.51.100.7], as Postfix writes clients: drops the name. */
static void strip_client_name(struct cell_text *item)
{
    size_t length = 0;

    while (length < item->len && is_name_character(item->text[length]))
        length++;
    if (length < item->len && item->text[length] == '[')
        *item = without_first(*item, length);
}

/* "Host: 198.51.100.7 (mta7.example.com)", as nmap -oG writes hosts. */
static bool strip_host(struct cell_text *item)
{
    size_t word = strlen("host:");

    if (!begins(*item, "host:") || item->text[item->len - 1] != ')')
        return false;
    const char *name = memchr(item->text, '(', item->len);
    if (!name)
        return false;
    *item = cell_text_trim(item->text + word, (size_t)(name - item->text) - word);
    return true;
}

/* [198.51.100.7], [IPv6:2001:db8::7], and both with a port. */
static bool strip_brackets(struct cell_text *item)
{
    const char *end = memchr(item->text, ']', item->len);
    struct cell_text inner;

    if (item->len < 3 || *item->text != '[' || !end)
        return false;
    size_t after = item->len - (size_t)(end + 1 - item->text);
    if (after > 0 && (end[1] != ':' || !is_port(end + 2, after - 1)))
        return false;
    inner = cell_text_trim(item->text + 1, (size_t)(end - item->text) - 1);
    if (begins(inner, "ipv6:"))
        inner = without_first(inner, strlen("ipv6:"));
    *item = inner;
    return true;
}

/* 198.51.100.7:25. More than one colon is an IPv6 address. */
static bool strip_port(struct cell_text *item)
{
    const char *colon = memchr(item->text, ':', item->len);
    size_t before = colon ? (size_t)(colon - item->text) : 0;
    struct ipaddr address;

    if (!colon || !is_port(colon + 1, item->len - before - 1) ||
        !ipaddr_parse(&address, item->text, before))
        return false;
    item->len = before;
    return true;
}

/* ---- octets left open ---- */

/* Takes the label at the beginning of text and its dot. */
static struct cell_text next_label(struct cell_text *text)
{
    const char *dot = memchr(text->text, '.', text->len);
    struct cell_text label = {text->text, dot ? (size_t)(dot - text->text) : text->len};

    *text = without_first(*text, dot ? label.len + 1 : label.len);
    return label;
}

/* 198.51.100.* and 198.51.*.*; 198.51.* is short for the latter. */
static bool read_open_octets(struct target *out, struct cell_text item)
{
    struct ipaddr first = {.family = IP_V4};
    unsigned octets = 0, stars = 0;

    while (item.len > 0) {
        struct cell_text label = next_label(&item);
        unsigned octet;

        if (label.len == 1 && *label.text == '*')
            stars++;
        else if (stars > 0 || octets == V4_OCTETS || !target_read_number(&octet, label, 255))
            return false;
        else
            first.bytes[octets++] = (uint8_t)octet;
    }
    return octets > 0 && stars > 0 && octets + stars <= V4_OCTETS &&
           iprange_from_prefix(&out->range, &first, 8 * octets);
}

/* ---- reverse names ---- */

/* Removes the zone at the end of the name, in any case, and a final dot. */
static bool strip_zone(struct cell_text *name, const char *zone)
{
    size_t length = strlen(zone);
    struct cell_text rest = *name;

    if (rest.len > 0 && rest.text[rest.len - 1] == '.')
        rest.len--;
    if (rest.len <= length || !begins(without_first(rest, rest.len - length), zone))
        return false;
    rest.len -= length;
    *name = rest;
    return true;
}

/* The labels in reverse order as numbers, at most max of them; 0: they are not. */
static unsigned read_labels(unsigned numbers[], struct cell_text name, unsigned max, bool nibbles)
{
    static const char HEX[] = "0123456789abcdef";
    unsigned count = 0;

    while (name.len > 0) {
        struct cell_text label = next_label(&name);
        const char *digit = label.len == 1 ? memchr(HEX, ascii_lower_char(*label.text), 16) : NULL;
        unsigned octet = 0;

        if (count == max || (nibbles ? !digit : !target_read_number(&octet, label, 255)))
            return 0;
        numbers[count++] = nibbles ? (unsigned)(digit - HEX) : octet;
    }
    return count;
}

/* "7.100.51.198.in-addr.arpa. 3600", the owner and the TTL of a record in the output of dig. */
static void strip_ttl(struct cell_text *item)
{
    size_t length = item->len;

    while (length > 0 && ascii_is_digit(item->text[length - 1]))
        length--;
    if (length > 0 && length < item->len && item->text[length - 1] == ' ')
        *item = cell_text_trim(item->text, length);
}

static bool read_reverse_name(struct target *out, struct cell_text item)
{
    unsigned numbers[V6_NIBBLES];

    strip_ttl(&item);
    bool v6 = strip_zone(&item, ".ip6.arpa");
    struct ipaddr first = {.family = v6 ? IP_V6 : IP_V4};
    if (!v6 && !strip_zone(&item, ".in-addr.arpa"))
        return false;
    unsigned count = read_labels(numbers, item, v6 ? V6_NIBBLES : V4_OCTETS, v6);
    for (unsigned i = 0; i < count; i++) {
        unsigned number = numbers[count - 1 - i];

        if (v6)
            first.bytes[i / 2] |= (uint8_t)(i % 2 == 0 ? number << 4 : number);
        else
            first.bytes[i] = (uint8_t)number;
    }
    return count > 0 && iprange_from_prefix(&out->range, &first, count * (v6 ? 4 : 8));
}

bool target_parse_spelling(struct target *out, struct cell_text *item, struct target_reason *why)
{
    bool formula = strip_formula(item);
    bool mechanism = strip_mechanism(item);
    strip_client_name(item);
    bool around = strip_host(item) || strip_brackets(item) || strip_port(item);

    out->mapped = false;
    out->is_prefix = false;
    if (read_open_octets(out, *item) || read_reverse_name(out, *item))
        return true;
    return (formula || mechanism || around) && target_parse_plain(out, *item, why);
}
