/*
 * Is an address spelled out in a text, as networks do when they name hosts by the thousand?
 *
 * IPv4: all four octets, in either order, joined by a dot, a dash, an underscore, an "x" or
 * nothing, each of them decimal, decimal padded with zeros to two or three digits, or two
 * hexadecimal digits. IPv6: all 32 nibbles in either order, alone or in groups; or the address in
 * any of its text forms (RFC 4291 2.2) with dots or dashes in the place of colons. A part of the
 * address is not the address.
 *
 * Ownership: nothing is kept. Threads: no state. Errors: none.
 */
#ifndef AUDIT_SPELLED_H
#define AUDIT_SPELLED_H

#include <stdbool.h>
#include <stddef.h>

struct ipaddr;

/* Letters in text must be lower case; any octet may occur. */
bool address_spelled_in(const char *text, size_t len, const struct ipaddr *address);

#endif
