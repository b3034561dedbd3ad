#include "audit/target_private.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "audit/ascii.h"
#include "audit/expectation.h"
#include "audit/pattern.h"

enum { QUOTE_MAX = IPADDR_TEXT_MAX - 1 };

static bool is_address_character(char c)
{
    return ascii_is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F') || c == '.' ||
           c == ':';
}

bool target_refuse(struct target_reason *why, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    /* cppcheck-suppress ctuuninitvar ; filled here */
    (void)vsnprintf(why->text, sizeof(why->text), format, args);
    va_end(args);
    return false;
}

/* ---- plain forms ---- */

/* A reason quotes only address characters. */
static bool is_quotable(struct cell_text item)
{
    if (item.len == 0 || item.len > QUOTE_MAX)
        return false;
    for (size_t i = 0; i < item.len; i++) {
        if (!is_address_character(item.text[i]))
            return false;
    }
    return true;
}

/* Names the first octet that is wrong in dotted digits; false if all are right. */
static bool explain_octets(struct cell_text item, struct target_reason *why)
{
    for (size_t at = 0, size; at < item.len; at += size + 1) {
        const char *octet = item.text + at;

        for (size = 0; at + size < item.len && ascii_is_digit(octet[size]);)
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
static bool refuse_address(struct cell_text item, const char *part, struct target_reason *why)
{
    if (item.len == 0)
        return target_refuse(why, "%s is missing", part);
    if (memchr(item.text, '%', item.len))
        return target_refuse(why, "zone ids (like %%eth0) have no meaning outside one host");
    if (!is_quotable(item))
        return target_refuse(why, "%s is not an IP address", part);
    if (memchr(item.text, '.', item.len) && explain_octets(item, why))
        return false;
    return target_refuse(why, "%s \"%.*s\" is not an IP address", part, (int)item.len, item.text);
}

static bool read_address(struct ipaddr *out, struct cell_text item, const char *part,
                         struct target_reason *why)
{
    return ipaddr_parse(out, item.text, item.len) || refuse_address(item, part, why);
}

static bool read_single(struct target *out, struct cell_text item, struct target_reason *why)
{
    if (!read_address(&out->range.first, item, "the item", why))
        return false;
    out->mapped = ipaddr_unmap(&out->range.first);
    out->range.last = out->range.first;
    return true;
}

/* The length of a mask like 255.255.255.0. */
static bool read_mask(unsigned *out, const struct ipaddr *mask, struct target_reason *why)
{
    uint32_t bits = (uint32_t)ipaddr_number(mask);

    *out = 0;
    while (*out < 32 && bits & UINT32_C(0x80000000) >> *out)
        ++*out;
    if (*out == 32 || bits << *out == 0)
        return true;
    return target_refuse(why, "the mask has a 1 after a 0: a prefix length, like /24, is clearer");
}

static bool read_length(unsigned *out, struct cell_text digits, const struct ipaddr *address,
                        struct target_reason *why)
{
    unsigned longest = address->family == IP_V4 ? 32 : 128;
    struct ipaddr mask;

    if (address->family == IP_V4 && ipaddr_parse(&mask, digits.text, digits.len) &&
        mask.family == IP_V4)
        return read_mask(out, &mask, why);
    if (!target_read_number(out, digits, 999))
        return target_refuse(why, "prefix length is not a number from 0 to %u", longest);
    if (*out > longest)
        return target_refuse(why, "prefix length %u is more than %u", *out, longest);
    return true;
}

static bool read_prefix(struct target *out, struct cell_text item, size_t slash,
                        struct target_reason *why)
{
    struct cell_text before = {item.text, slash};
    struct cell_text digits = {item.text + slash + 1, item.len - slash - 1};
    struct ipaddr address;
    unsigned length;

    const char *part =
        is_quotable(before) || before.len == 0 ? "the address of the prefix" : "the item";

    if (!read_address(&address, before, part, why) || !read_length(&length, digits, &address, why))
        return false;
    /* A prefix shorter than ::ffff:0:0/96 holds other addresses, too, and stays IPv6. */
    if (length >= 96 && ipaddr_unmap(&address)) {
        out->mapped = true;
        length -= 96;
    }
    out->is_prefix = true;
    out->written = address;
    return iprange_from_prefix(&out->range, &address, length);
}

/* Both ends are taken as IPv4, or none of them. */
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

/* A whole address, or the last octet of the first one: 198.51.100.7-9. */
static bool read_range_end(struct iprange *range, struct cell_text last, struct target_reason *why)
{
    unsigned octet;

    if (range->first.family != IP_V4 || !target_read_number(&octet, last, 255))
        return read_address(&range->last, last, "the end of the range", why);
    range->last = range->first;
    range->last.bytes[3] = (uint8_t)octet;
    return true;
}

static bool read_range(struct target *out, struct cell_text first, struct cell_text last,
                       struct target_reason *why)
{
    struct iprange *range = &out->range;
    char text[2][IPADDR_TEXT_MAX];

    if (!read_address(&range->first, first, "the start of the range", why) ||
        !read_range_end(range, last, why))
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

/* Host names and dates hold hyphens, too: one side must look like an address. */
static bool looks_like_end(struct cell_text part)
{
    return is_quotable(part) &&
           (memchr(part.text, '.', part.len) || memchr(part.text, ':', part.len));
}

bool target_parse_plain(struct target *out, struct cell_text item, struct target_reason *why)
{
    const char *separator;

    out->mapped = false;
    out->is_prefix = false;
    out->has_expected = false;
    if (item.len == 0)
        return target_refuse(why, "the item is missing");
    if ((separator = memchr(item.text, '/', item.len)) != NULL)
        return read_prefix(out, item, (size_t)(separator - item.text), why);
    if ((separator = memchr(item.text, '-', item.len)) != NULL) {
        size_t dash = (size_t)(separator - item.text);
        struct cell_text first = cell_text_trim(item.text, dash);
        struct cell_text last = cell_text_trim(separator + 1, item.len - dash - 1);

        if (looks_like_end(first) || looks_like_end(last))
            return read_range(out, first, last, why);
    }
    return read_single(out, item, why);
}

/* ---- items ---- */

static bool is_host_name(struct cell_text item)
{
    struct dnsname name;

    return target_looks_like_name(item.text, item.len) &&
           dnsname_from_text(&name, item.text, item.len) &&
           dnsname_hostname_fault(&name) == HOSTNAME_OK;
}

/* Six groups of two hexadecimal digits, as network cards have them. */
static bool is_mac_address(struct cell_text item)
{
    enum { MAC_TEXT = 17 };

    for (size_t i = 0; i < item.len; i++) {
        char c = item.text[i];
        bool joint = i % 3 == 2;

        if (joint ? c != ':' && c != '-' : !is_address_character(c) || c == '.' || c == ':')
            return false;
    }
    return item.len == MAC_TEXT;
}

/* Replaces the reason if the text is of a known kind. */
static bool refuse_item(struct cell_text item, struct target_reason *why)
{
    const char *fault = cell_text_fault(item.text, item.len);

    if (fault)
        return target_refuse(why, "the item %s", fault);
    if (cell_text_is_no_value(item.text, item.len))
        return target_refuse(why, "the item is missing");
    if (is_mac_address(item))
        return target_refuse(why, "the item is a MAC address, not an IP address");
    if (is_host_name(item))
        return target_refuse(why, "the item is a host name, not an address");
    return false;
}

static bool begins_with_walk(struct cell_text item)
{
    static const char word[] = "walk ";
    size_t length = 0;

    while (length < item.len && word[length] &&
           (item.text[length] == word[length] || (item.text[length] | 0x20) == word[length]))
        length++;
    return word[length] == '\0';
}

/* Of the whole prefix, also where host bits are set. */
static bool read_walk(struct target *out, struct cell_text item, struct target_reason *why)
{
    enum { WORD = 5 };
    struct cell_text prefix = cell_text_trim(item.text + WORD, item.len - WORD);

    if (!memchr(prefix.text, '/', prefix.len))
        return target_refuse(why, "walk needs a prefix, like walk 2001:db8::/32");
    if (!target_parse_plain(out, prefix, why))
        return false;
    out->is_walk = true;
    out->is_prefix = false;
    return true;
}

bool target_parse(struct target *out, const char *item, size_t len, struct target_reason *why)
{
    struct cell_text cell = cell_text_trim(item, len);

    out->is_walk = false;
    if (begins_with_walk(cell))
        return read_walk(out, cell, why);
    return target_parse_plain(out, cell, why) || target_parse_spelling(out, &cell, why) ||
           refuse_item(cell, why);
}

bool target_fits(const struct target *target, ip_count max_range, struct target_reason *why)
{
    ip_count count = iprange_count(&target->range);
    char text[2][IP_COUNT_TEXT_MAX];

    if (target->is_walk || (count != 0 && count <= max_range))
        return true;
    (void)ip_count_print(text[0], count);
    (void)ip_count_print(text[1], max_range);
    return target_refuse(why, "holds %s addresses, more than --max-range %s%s", text[0], text[1],
                         target->range.first.family == IP_V6
                             ? ": --walk finds those of a prefix that have names"
                             : "");
}

bool target_has_host_bits(const struct target *target)
{
    return target->is_prefix && !ipaddr_equal(&target->written, &target->range.first);
}

void target_take_host(struct target *target)
{
    target->range = (struct iprange){target->written, target->written};
}

bool target_looks_like_item(const char *cell, size_t len)
{
    struct cell_text item = cell_text_trim(cell, len);
    bool digit = false;

    if (item.len == 0)
        return false;
    if (ascii_is_digit(*item.text) || memchr(item.text, ':', item.len))
        return true;
    for (size_t i = 0; i < item.len; i++) {
        digit |= ascii_is_digit(item.text[i]);
        if (!is_address_character(item.text[i]) && !memchr("/-%", item.text[i], 3))
            return false;
    }
    return digit; /* without one it is a word, like "added" */
}

/* ---- expected names ---- */

static bool refuse_name(struct cell_text host, const char *fault, struct target_reason *why)
{
    const char *kind = cell_text_fault(host.text, host.len);

    return target_refuse(why, "expected host name %s", kind ? kind : fault);
}

bool target_expect(struct target *target, const char *host, size_t len, struct target_reason *why)
{
    struct cell_text cell = cell_text_trim(host, len);
    const char *fault;

    target->has_expected = false;
    if (cell_text_is_no_value(cell.text, cell.len))
        return true;
    if (!expectation_parse(&target->expected, cell.text, cell.len, &fault))
        return refuse_name(cell, fault, why);
    target->has_expected = true;
    return true;
}

static bool is_pattern(const struct target *target)
{
    return target->has_expected && expectation_of(&target->expected) == EXPECT_PATTERN;
}

bool target_can_be_met(const struct target *target, struct target_reason *why)
{
    const char *fault;

    if (target->is_walk && target->has_expected)
        return target_refuse(why, "a walk takes no expected name");
    return !is_pattern(target) || pattern_check(&target->expected, &target->range, &fault) ||
           target_refuse(why, "expected host name %s", fault);
}

ip_count target_names(const struct target *target)
{
    if (is_pattern(target))
        return iprange_count(&target->range);
    return target->has_expected && expectation_of(&target->expected) == EXPECT_HOST;
}

static bool is_name_character(char c)
{
    return ascii_is_letter(c) || ascii_is_digit(c) || c == '-' || c == '_' || c == '*' ||
           (unsigned char)c > '~';
}

bool target_looks_like_name(const char *cell, size_t len)
{
    struct cell_text name = cell_text_trim(cell, len);
    size_t label = 0, labels = 0;

    if (name.len > 0 && name.text[name.len - 1] == '.')
        name.len--;
    for (size_t i = 0; i < name.len; i++) {
        if (name.text[i] == '.') {
            labels++;
            label = i + 1;
        } else if (name.text[i] == '{') {
            const char *end = memchr(name.text + i, '}', name.len - i);
            i = end ? (size_t)(end - name.text) : i;
        } else if (name.text[i] != '}' && !is_name_character(name.text[i])) {
            return false;
        }
    }
    /* Top-level domains begin with a letter and have two of them or more. */
    return labels > 0 && name.len - label >= 2 &&
           (ascii_is_letter(name.text[label]) || (unsigned char)name.text[label] > '~');
}
