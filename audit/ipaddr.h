/*
 * One IPv4 or IPv6 address, and a range of addresses of one family.
 *
 * Text forms: IPv4 as four decimal octets without leading zeros (RFC 6943 3.1.1 explains why the
 * looser forms are dangerous); IPv6 in every spelling of RFC 4291 2.2, zone ids refused; printing
 * follows RFC 5952. Reverse names follow RFC 1035 3.5 (in-addr.arpa) and RFC 3596 2.5 (ip6.arpa).
 *
 * Ownership: plain values, nothing to free. Threads: no state. Errors: parsers return false and
 * leave *out undefined.
 */
#ifndef AUDIT_IPADDR_H
#define AUDIT_IPADDR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct dnsname;

enum ip_family { IP_V4 = 4, IP_V6 = 6 };

/* Bytes in network order. An IPv4 address fills the first four and the rest is zero, so equal
 * addresses are equal bytes. */
struct ipaddr {
    uint8_t family; /* enum ip_family */
    uint8_t bytes[16];
};

/* first <= last, one family. A single address has first == last. */
struct iprange {
    struct ipaddr first;
    struct ipaddr last;
};

__extension__ typedef unsigned __int128 ip_count;

enum {
    IPADDR_TEXT_MAX = 46,          /* longest address text with its NUL */
    IPRANGE_TEXT_MAX = 2 * 46 + 1, /* "first-last" with its NUL */
    IP_COUNT_TEXT_MAX = 40,        /* 2^128 in decimal with its NUL */
};

/* Strict: the whole of text[0..len) must be one address. */
bool ipaddr_parse(struct ipaddr *out, const char *text, size_t len)
    __attribute__((warn_unused_result));
/* Writes NUL-terminated text, returns its length. */
size_t ipaddr_print(char out[IPADDR_TEXT_MAX], const struct ipaddr *address);
/* IPv4 before IPv6, then numerically: <0, 0, >0. */
int ipaddr_compare(const struct ipaddr *a, const struct ipaddr *b);
bool ipaddr_equal(const struct ipaddr *a, const struct ipaddr *b);
/* Advances to the next address; false (unchanged) at the last one of the family. */
bool ipaddr_next(struct ipaddr *address) __attribute__((warn_unused_result));
/* ::ffff:192.0.2.1 becomes 192.0.2.1 (RFC 4291 2.5.5.2); true if it was such an address. */
bool ipaddr_unmap(struct ipaddr *address);
/* The address octets in wire form: 4 or 16. */
size_t ipaddr_octets(const struct ipaddr *address);
/* From wire octets; len is 4 or 16, anything else is false. */
bool ipaddr_from_octets(struct ipaddr *out, const uint8_t *octets, size_t len)
    __attribute__((warn_unused_result));
/* The address as a number below 2^32 or 2^128, and back (the number must be in the range of the
 * family). */
ip_count ipaddr_number(const struct ipaddr *address);
struct ipaddr ipaddr_from_number(enum ip_family family, ip_count number);
/* 7.100.51.198.in-addr.arpa. and the like. */
void ipaddr_reverse_name(struct dnsname *out, const struct ipaddr *address);
/* The reverse name of the block around it, of 2^host_bits addresses: a multiple of 8 in IPv4, of 4
 * in IPv6. */
void ipaddr_block_name(struct dnsname *out, const struct ipaddr *address, unsigned host_bits);
/* The first address of the block of this many leading bits (host bits cleared). */
struct ipaddr ipaddr_network(const struct ipaddr *address, unsigned prefix_length);

/* The block address/prefix_length; host bits are cleared. False if the length is too long for the
 * family. */
bool iprange_from_prefix(struct iprange *out, const struct ipaddr *address, unsigned prefix_length)
    __attribute__((warn_unused_result));
/* Is it one address? */
static inline bool iprange_is_single(const struct iprange *range)
{
    return ipaddr_equal(&range->first, &range->last);
}
bool iprange_contains(const struct iprange *range, const struct ipaddr *address);
/* The number of addresses; 0 means 2^128, which does not fit (only ::/0 has it). */
ip_count iprange_count(const struct iprange *range);
/* The shortest exact form: "198.51.100.7", "198.51.100.0/24" or "198.51.100.7-198.51.100.99". */
size_t iprange_print(char out[IPRANGE_TEXT_MAX], const struct iprange *range);
/* Decimal digits; 0 is printed as 2^128 (see iprange_count). */
size_t ip_count_print(char out[IP_COUNT_TEXT_MAX], ip_count count);

#endif
