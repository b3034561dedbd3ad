#include "audit/target.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

struct slice {
    const char *text;
    size_t len;
};

enum { QUOTE_MAX = IPADDR_TEXT_MAX - 1 };

static bool is_blank(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_address_character(char c)
{
    return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' || c == ':';
}

static struct slice trim(const char *text, size_t len)
{
    while (len > 0 && is_blank(*text)) {
        text++;
        len--;
    }
    while (len > 0 && is_blank(text[len - 1]))
        len--;
    return (struct slice){text, len};
}

bool target_refuse(struct target_reason *why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    (void)vsnprintf(why->text, sizeof why->text, format, args);
    va_end(args);
    return false;
}

/* Only text of address characters is ever shown again. */
static bool is_quotable(struct slice item)
{
    if (item.len == 0 || item.len > QUOTE_MAX)
        return false;
    for (size_t i = 0; i < item.len; i++) {
        if (!is_address_character(item.text[i]))
            return false;
    }
    return true;
}

/* Names the first octet of dotted digits that makes them no address; false if it is not that. */
static bool explain_octets(struct slice item, struct target_reason *why)
{
    for (size_t at = 0, size; at < item.len; at += size + 1) {
        const char *octet = item.text + at;
        for (size = 0; at + size < item.len && is_digit(octet[size]);)
            size++;
        if (size == 0 || (at + size < item.len && octet[size] != '.'))
            return false;
        if (size > 1 && octet[0] == '0') {
            (void)target_refuse(why, "octet %.*s has a leading zero: decimal or octal?", (int)size,
                                octet);
            return true;
        }
        if (size > 3 || (size == 3 && strncmp(octet, "255", 3) > 0)) {
            (void)target_refuse(why, "octet %.*s is more than 255", (int)size, octet);
            return true;
        }
    }
    return false;
}

/* `part` names the address: "the end of the range". */
static bool refuse_address(struct slice item, const char *part, struct target_reason *why)
{
    if (item.len == 0)
        return target_refuse(why, "%s is missing", part);
    if (memchr(item.text, '%', item.len) != NULL)
        return target_refuse(why, "zone ids (like %%eth0) have no meaning outside one host");
    if (!is_quotable(item))
        return target_refuse(why, "%s is not an IP address", part);
    if (memchr(item.text, '.', item.len) != NULL && explain_octets(item, why))
        return false;
    return target_refuse(why, "%s \"%.*s\" is not an IP address", part, (int)item.len, item.text);
}

static bool read_address(struct ipaddr *out, struct slice item, const char *part,
                         struct target_reason *why)
{
    return ipaddr_parse(out, item.text, item.len) || refuse_address(item, part, why);
}

static bool read_single(struct target *out, struct slice item, struct target_reason *why)
{
    if (!read_address(&out->range.first, item, "the item", why))
        return false;
    out->mapped = ipaddr_unmap(&out->range.first);
    out->range.last = out->range.first;
    return true;
}

/* One to three digits without a leading zero. */
static bool read_length(unsigned *out, struct slice digits)
{
    *out = 0;
    if (digits.len == 0 || digits.len > 3 || (digits.len > 1 && digits.text[0] == '0'))
        return false;
    for (size_t i = 0; i < digits.len; i++) {
        if (!is_digit(digits.text[i]))
            return false;
        *out = *out * 10 + (unsigned)(digits.text[i] - '0');
    }
    return true;
}

static bool read_prefix(struct target *out, struct slice item, size_t slash,
                        struct target_reason *why)
{
    struct slice digits = {item.text + slash + 1, item.len - slash - 1};
    struct ipaddr address;
    struct ipaddr mask;
    unsigned length;

    if (!read_address(&address, (struct slice){item.text, slash}, "the address of the prefix", why))
        return false;
    unsigned longest = address.family == IP_V4 ? 32 : 128;
    if (ipaddr_parse(&mask, digits.text, digits.len))
        return target_refuse(why,
                             "a mask is not understood: write it as a prefix length, like /24");
    if (!read_length(&length, digits))
        return target_refuse(why, "prefix length is not a number from 0 to %u", longest);
    if (length > longest)
        return target_refuse(why, "prefix length %u is more than %u", length, longest);
    /* A shorter prefix holds more than the mapped addresses: it is an IPv6 prefix like others. */
    if (length >= 96 && ipaddr_unmap(&address)) {
        out->mapped = true;
        length -= 96;
    }
    return iprange_from_prefix(&out->range, &address, length);
}

/* Both ends are taken as IPv4 or none. */
static bool unmap_both(struct iprange *range)
{
    struct iprange unmapped = *range;
    bool first = ipaddr_unmap(&unmapped.first);
    bool last = ipaddr_unmap(&unmapped.last);

    if ((!first && !last) || unmapped.first.family != unmapped.last.family)
        return false;
    *range = unmapped;
    return true;
}

static bool read_range(struct target *out, struct slice item, size_t dash,
                       struct target_reason *why)
{
    struct slice first = trim(item.text, dash);
    struct slice last = trim(item.text + dash + 1, item.len - dash - 1);
    struct iprange *range = &out->range;
    char text[2][IPADDR_TEXT_MAX];

    if (!read_address(&range->first, first, "the start of the range", why) ||
        !read_address(&range->last, last, "the end of the range", why))
        return false;
    out->mapped = unmap_both(range);
    if (range->first.family != range->last.family)
        return target_refuse(why, "the range mixes IPv4 and IPv6");
    if (ipaddr_compare(&range->first, &range->last) <= 0)
        return true;
    (void)ipaddr_print(text[0], &range->first);
    (void)ipaddr_print(text[1], &range->last);
    return target_refuse(why, "the range runs backwards: %s is above %s", text[0], text[1]);
}

static bool check_count(const struct target *target, ip_count max_range, struct target_reason *why)
{
    ip_count count = iprange_count(&target->range);
    char text[2][IP_COUNT_TEXT_MAX];

    if (count != 0 && count <= max_range)
        return true;
    (void)ip_count_print(text[0], count);
    (void)ip_count_print(text[1], max_range);
    return target_refuse(why, "holds %s addresses, more than --max-range %s", text[0], text[1]);
}

bool target_parse_any(struct target *out, const char *item, size_t len, struct target_reason *why)
{
    struct slice cell = trim(item, len);
    const char *separator;

    out->mapped = false;
    out->has_expected = false;
    if (cell.len == 0)
        return target_refuse(why, "the item is missing");
    if ((separator = memchr(cell.text, '/', cell.len)) != NULL)
        return read_prefix(out, cell, (size_t)(separator - cell.text), why);
    if ((separator = memchr(cell.text, '-', cell.len)) != NULL)
        return read_range(out, cell, (size_t)(separator - cell.text), why);
    return read_single(out, cell, why);
}

bool target_parse(struct target *out, const char *item, size_t len, ip_count max_range,
                  struct target_reason *why)
{
    return target_parse_any(out, item, len, why) && check_count(out, max_range, why);
}

/* Escapes are refused: a host name needs none, and \045 would slip a hyphen past the eye. */
static bool has_odd_octet(struct slice host)
{
    for (size_t i = 0; i < host.len; i++) {
        if (host.text[i] <= ' ' || host.text[i] > '~' || host.text[i] == '\\')
            return true;
    }
    return false;
}

bool target_expect(struct target *target, const char *host, size_t len, struct target_reason *why)
{
    struct slice cell = trim(host, len);

    target->has_expected = false;
    if (cell.len == 0)
        return true;
    if (has_odd_octet(cell))
        return target_refuse(why, "expected host name %s", hostname_fault_text(HOSTNAME_NOT_LDH));
    if (!dnsname_from_text(&target->expected, cell.text, cell.len))
        return target_refuse(
            why, "expected host name has an empty label, a label of more than 63 characters, or "
                 "more than 253 characters in all");
    enum hostname_fault fault = dnsname_hostname_fault(&target->expected);
    if (fault != HOSTNAME_OK)
        return target_refuse(why, "expected host name %s", hostname_fault_text(fault));
    dnsname_lower(&target->expected);
    target->has_expected = true;
    return true;
}

bool target_looks_like_item(const char *cell, size_t len)
{
    struct slice item = trim(cell, len);
    bool digit = false;

    if (item.len == 0)
        return false;
    if (is_digit(*item.text) || memchr(item.text, ':', item.len) != NULL)
        return true;
    for (size_t i = 0; i < item.len; i++) {
        digit |= is_digit(item.text[i]);
        if (!is_address_character(item.text[i]) && memchr("/-%", item.text[i], 3) == NULL)
            return false;
    }
    return digit; /* without one it is a word, like "added" */
}
