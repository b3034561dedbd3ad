#include "audit/ipaddr.h"

#include <arpa/inet.h>
#include <string.h>

#include "audit/ascii.h"
#include "audit/dnsname.h"

enum { V4_OCTETS = 4, V6_OCTETS = 16, V6_GROUPS = 8, V6_MAPPED_GROUPS = 6 };

static const uint8_t mapped_prefix[12] = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
static const char hex_digits[] = "0123456789abcdef";

/* Written by hand for speed: lists of millions of IPv4 addresses are the common input. */
static bool parse_v4(uint8_t out[V4_OCTETS], const char *text, size_t len)
{
    const char *at = text;
    const char *end = text + len;

    for (unsigned i = 0; i < V4_OCTETS; i++) {
        if (i > 0 && (at == end || *at++ != '.'))
            return false;
        const char *start = at;
        unsigned value = 0;
        while (at < end && at - start < 3 && ascii_is_digit(*at))
            value = value * 10 + (unsigned)(*at++ - '0');
        if (at == start || value > 255 || (*start == '0' && at - start > 1))
            return false;
        out[i] = (uint8_t)value;
    }
    return at == end;
}

/* inet_pton accepts no zone ids, takes one to four digits a group, and is strict about an IPv4
 * tail. */
static bool parse_v6(uint8_t out[V6_OCTETS], const char *text, size_t len)
{
    char copy[IPADDR_TEXT_MAX];

    if (len >= sizeof copy || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return inet_pton(AF_INET6, copy, out) == 1;
}

bool ipaddr_parse(struct ipaddr *out, const char *text, size_t len)
{
    memset(out, 0, sizeof *out);
    if (len == 0)
        return false;
    if (parse_v4(out->bytes, text, len)) {
        out->family = IP_V4;
        return true;
    }
    out->family = IP_V6;
    return memchr(text, ':', len) != NULL && parse_v6(out->bytes, text, len);
}

static char *print_v4(char *at, const uint8_t octets[V4_OCTETS])
{
    at = ascii_print_octet(at, octets[0]);
    for (unsigned i = 1; i < V4_OCTETS; i++) {
        *at++ = '.';
        at = ascii_print_octet(at, octets[i]);
    }
    return at;
}

static unsigned group_of(const uint8_t octets[V6_OCTETS], unsigned index)
{
    return (unsigned)octets[2 * index] << 8 | octets[2 * index + 1];
}

static char *print_group(char *at, unsigned group)
{
    unsigned shift = 12;

    while (shift > 0 && group >> shift == 0)
        shift -= 4;
    for (;; shift -= 4) {
        *at++ = hex_digits[group >> shift & 0xf];
        if (shift == 0)
            return at;
    }
}

/* The longest run of two or more zero groups, the first of equals (RFC 5952 4.2). */
static unsigned longest_zero_run(const uint8_t octets[V6_OCTETS], unsigned *start)
{
    unsigned best = 1;

    *start = V6_GROUPS;
    for (unsigned i = 0; i < V6_GROUPS; i++) {
        unsigned run = 0;
        while (i + run < V6_GROUPS && group_of(octets, i + run) == 0)
            run++;
        if (run > best) {
            best = run;
            *start = i;
        }
        i += run;
    }
    return *start == V6_GROUPS ? 0 : best;
}

static bool is_mapped(const struct ipaddr *address)
{
    return address->family == IP_V6 &&
           memcmp(address->bytes, mapped_prefix, sizeof mapped_prefix) == 0;
}

/* Written by hand: inet_ntop writes every ::/96 address with an IPv4 tail, contrary to RFC 5952 5.
 */
static char *print_v6(char *at, const struct ipaddr *address)
{
    bool mapped = is_mapped(address);
    unsigned groups = mapped ? V6_MAPPED_GROUPS : V6_GROUPS;
    unsigned zeros;
    unsigned run = longest_zero_run(address->bytes, &zeros);

    for (unsigned i = 0; i < groups;) {
        if (i == zeros) {
            *at++ = ':';
            i += run;
            if (i == groups)
                *at++ = ':';
            continue;
        }
        if (i > 0)
            *at++ = ':';
        at = print_group(at, group_of(address->bytes, i));
        i++;
    }
    if (!mapped)
        return at;
    *at++ = ':';
    return print_v4(at, address->bytes + sizeof mapped_prefix);
}

size_t ipaddr_print(char out[IPADDR_TEXT_MAX], const struct ipaddr *address)
{
    char *end = address->family == IP_V4 ? print_v4(out, address->bytes) : print_v6(out, address);

    *end = '\0';
    return (size_t)(end - out);
}

int ipaddr_compare(const struct ipaddr *a, const struct ipaddr *b)
{
    if (a->family != b->family)
        return a->family < b->family ? -1 : 1;
    return memcmp(a->bytes, b->bytes, sizeof a->bytes);
}

bool ipaddr_equal(const struct ipaddr *a, const struct ipaddr *b)
{
    return a->family == b->family && memcmp(a->bytes, b->bytes, sizeof a->bytes) == 0;
}

size_t ipaddr_octets(const struct ipaddr *address)
{
    return address->family == IP_V4 ? V4_OCTETS : V6_OCTETS;
}

bool ipaddr_next(struct ipaddr *address)
{
    struct ipaddr next = *address;

    for (size_t i = ipaddr_octets(address); i > 0; i--) {
        if (++next.bytes[i - 1] != 0) {
            *address = next;
            return true;
        }
    }
    return false;
}

bool ipaddr_unmap(struct ipaddr *address)
{
    if (!is_mapped(address))
        return false;
    address->family = IP_V4;
    memcpy(address->bytes, address->bytes + sizeof mapped_prefix, V4_OCTETS);
    memset(address->bytes + V4_OCTETS, 0, V6_OCTETS - V4_OCTETS);
    return true;
}

bool ipaddr_from_octets(struct ipaddr *out, const uint8_t *octets, size_t len)
{
    if (len != V4_OCTETS && len != V6_OCTETS)
        return false;
    memset(out, 0, sizeof *out);
    out->family = len == V4_OCTETS ? IP_V4 : IP_V6;
    memcpy(out->bytes, octets, len);
    return true;
}

ip_count ipaddr_number(const struct ipaddr *address)
{
    size_t octets = ipaddr_octets(address);
    ip_count number = 0;

    for (size_t i = 0; i < octets; i++)
        number = number << 8 | address->bytes[i];
    return number;
}

struct ipaddr ipaddr_from_number(enum ip_family family, ip_count number)
{
    struct ipaddr address = {.family = (uint8_t)family};

    for (size_t i = ipaddr_octets(&address); i > 0; i--) {
        address.bytes[i - 1] = (uint8_t)number;
        number >>= 8;
    }
    return address;
}

static uint8_t *put_suffix(uint8_t *at, const char *suffix, size_t size)
{
    memcpy(at, suffix, size);
    return at + size;
}

void ipaddr_reverse_name(struct dnsname *out, const struct ipaddr *address)
{
    static const char v4_suffix[] = "\7in-addr\4arpa"; /* its NUL is the root label */
    static const char v6_suffix[] = "\3ip6\4arpa";
    /* cppcheck-suppress ctuuninitvar ; filled here */
    uint8_t *at = out->wire;

    if (address->family == IP_V4) {
        for (unsigned i = V4_OCTETS; i > 0; i--) {
            uint8_t *label = at++;
            at = (uint8_t *)ascii_print_octet((char *)at, address->bytes[i - 1]);
            *label = (uint8_t)(at - label - 1);
        }
        at = put_suffix(at, v4_suffix, sizeof v4_suffix);
    } else {
        for (unsigned i = V6_OCTETS; i > 0; i--) {
            *at++ = 1;
            *at++ = (uint8_t)hex_digits[address->bytes[i - 1] & 0xf];
            *at++ = 1;
            *at++ = (uint8_t)hex_digits[address->bytes[i - 1] >> 4];
        }
        at = put_suffix(at, v6_suffix, sizeof v6_suffix);
    }
    out->length = (uint8_t)(at - out->wire);
}

void ipaddr_block_name(struct dnsname *out, const struct ipaddr *address, unsigned host_bits)
{
    struct dnsname whole;
    size_t at = 0;

    ipaddr_reverse_name(&whole, address);
    for (unsigned left = host_bits / (address->family == IP_V4 ? 8 : 4); left > 0; left--)
        at += 1u + whole.wire[at];
    out->length = (uint8_t)(whole.length - at);
    memcpy(out->wire, whole.wire + at, out->length);
}

/* The address with all bits after the prefix set to those of `fill`, 0x00 or 0xff. */
static struct ipaddr fill_host_bits(const struct ipaddr *address, unsigned prefix_length,
                                    uint8_t fill)
{
    struct ipaddr filled = *address;
    size_t octets = ipaddr_octets(address);
    size_t whole = prefix_length / 8;

    if (whole >= octets)
        return filled;
    uint8_t mask = (uint8_t)(0xffu >> prefix_length % 8);
    filled.bytes[whole] = (uint8_t)((filled.bytes[whole] & ~mask) | (fill & mask));
    memset(filled.bytes + whole + 1, fill, octets - whole - 1);
    return filled;
}

struct ipaddr ipaddr_network(const struct ipaddr *address, unsigned prefix_length)
{
    return fill_host_bits(address, prefix_length, 0x00);
}

bool iprange_from_prefix(struct iprange *out, const struct ipaddr *address, unsigned prefix_length)
{
    if (prefix_length > 8 * ipaddr_octets(address))
        return false;
    out->first = fill_host_bits(address, prefix_length, 0x00);
    out->last = fill_host_bits(address, prefix_length, 0xff);
    return true;
}

bool iprange_contains(const struct iprange *range, const struct ipaddr *address)
{
    return ipaddr_compare(&range->first, address) <= 0 &&
           ipaddr_compare(address, &range->last) <= 0;
}

/* Most ranges are one address. */
ip_count iprange_count(const struct iprange *range)
{
    if (iprange_is_single(range))
        return 1;
    return ipaddr_number(&range->last) - ipaddr_number(&range->first) + 1;
}

/* The prefix length if the range is exactly one block of more than one address; else -1. */
static int block_length(const struct iprange *range)
{
    int length = (int)(8 * ipaddr_octets(&range->first));
    ip_count size = iprange_count(range);

    if (size == 1 || (size & (size - 1)) != 0 || (ipaddr_number(&range->first) & (size - 1)) != 0)
        return -1;
    if (size == 0)
        return 0;
    for (; size > 1; size >>= 1)
        length--;
    return length;
}

size_t iprange_print(char out[IPRANGE_TEXT_MAX], const struct iprange *range)
{
    size_t len = ipaddr_print(out, &range->first);

    if (iprange_is_single(range))
        return len;
    int length = block_length(range);
    if (length < 0) {
        out[len++] = '-';
        return len + ipaddr_print(out + len, &range->last);
    }
    out[len++] = '/';
    char *end = ascii_print_octet(out + len, (uint8_t)length);
    *end = '\0';
    return (size_t)(end - out);
}

size_t ip_count_print(char out[IP_COUNT_TEXT_MAX], ip_count count)
{
    static const char all[] = "340282366920938463463374607431768211456"; /* 2^128 */
    char digits[IP_COUNT_TEXT_MAX];
    size_t used = 0;

    if (count == 0) {
        memcpy(out, all, sizeof all);
        return sizeof all - 1;
    }
    for (; count > 0; count /= 10)
        digits[used++] = (char)('0' + (unsigned)(count % 10));
    for (size_t i = 0; i < used; i++)
        out[i] = digits[used - 1 - i];
    out[used] = '\0';
    return used;
}
