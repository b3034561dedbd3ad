/*
 * Does a text spell out an address, like the names that networks generate for their hosts?
 *
 * IPv4: all four octets in either order, joined by a dot, a dash, an underscore, an "x" or nothing.
 * Each octet is decimal, decimal padded with zeros to two or three digits, or two hexadecimal
 * digits. IPv6: all 32 nibbles in either order, alone or in groups; or any text form of the address
 * (RFC 4291 2.2) with dots or dashes instead of colons.
 *
 * Parts of an IPv4 address count for less: its first or last three octets, or its last two, joined
 * and in decimal.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_SPELLED_H
#define AUDIT_SPELLED_H

#include <stdbool.h>
#include <stddef.h>

struct ipaddr;

/* text: letters in lower case; any octet is allowed. */
bool address_spelled_in(const char *text, size_t len, const struct ipaddr *address);
/* The first or last three octets, in either order, and not as a part of more numbers. */
bool address_three_octets_in(const char *text, size_t len, const struct ipaddr *address);
/* The same for the last two. */
bool address_two_octets_in(const char *text, size_t len, const struct ipaddr *address);

#endif
