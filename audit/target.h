/*
 * One input item: an address, a prefix or a first-last range, with what is expected there; or the
 * reason why a row holds no item. Pure: the caller provides the cells.
 *
 * Ownership: plain values; reasons are written into the caller's buffer. Threads: no state.
 */
#ifndef AUDIT_TARGET_H
#define AUDIT_TARGET_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

struct target {
    struct iprange range;
    struct ipaddr written; /* the address as written, where is_prefix is set */
    bool is_prefix;        /* written as an address with a prefix length or a mask */
    bool mapped;  /* was written as IPv4-mapped IPv6 (RFC 4291 2.5.5.2) and is audited as IPv4 */
    bool is_walk; /* "walk PREFIX": the names below it are to be found */
    bool has_expected;
    struct dnsname expected; /* audit/expectation.h */
};

enum { TARGET_REASON_MAX = 200 };

/* Why an item or a name is refused, for people. Quotes the input only where the text is known to be
 * harmless: printable ASCII without markup. */
struct target_reason {
    char text[TARGET_REASON_MAX];
};

/* Sets the reason; always returns false, so that parsers of input rows can `return
 * target_refuse(...)`. */
bool target_refuse(struct target_reason *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Parses the item cell. White space around it is ignored. Accepted are
 *     198.51.100.7  2001:db8::7                   an address
 *     198.51.100.0/24  .../255.255.255.0          a prefix
 *     198.51.100.7-198.51.100.9  198.51.100.7-9   a range
 *     198.51.100.*                                octets at the end left open
 *     7.100.51.198.in-addr.arpa  ...ip6.arpa      a reverse name, or the name of a reverse zone
 *     walk 2001:db8::/32                          a prefix whose names are to be found
 * and around each of the first two ip4: or ip6: (RFC 7208 5.6), brackets (RFC 5321 4.1.3), a name
 * before the brackets as Postfix writes it, "Host: ... (name)" as nmap -oG writes it, a port after
 * the address, and ="..." as Excel writes it. A TTL after a reverse name is ignored. On false *why
 * explains: "zone ids (like %eth0) have no meaning outside one host".
 */
bool target_parse(struct target *out, const char *item, size_t len, struct target_reason *why)
    __attribute__((warn_unused_result));
/* True if the item holds no more than max_range addresses. */
bool target_fits(const struct target *target, ip_count max_range, struct target_reason *why)
    __attribute__((warn_unused_result));
/* Is it a prefix with host bits set, like 198.51.100.7/24? */
bool target_has_host_bits(const struct target *target);
/* Takes the address before the slash of a prefix as the whole item. */
void target_take_host(struct target *target);
/* Adds the expected host name, domain or pattern (already in A-labels). A cell that says that there
 * is no name is no expectation and no error. */
bool target_expect(struct target *target, const char *host, size_t len, struct target_reason *why)
    __attribute__((warn_unused_result));
/* Can what is expected be true of every address of the item? A pattern may not be. */
bool target_can_be_met(const struct target *target, struct target_reason *why)
    __attribute__((warn_unused_result));
/* The number of addresses for which a host name of their own is expected. */
ip_count target_names(const struct target *target);
/* Does a cell try to be an address (so that a first row holding it is a typo, not a header)? Begins
 * with a digit, or holds a colon or only characters of addresses. */
bool target_looks_like_item(const char *cell, size_t len);
/* Is the text a host name of several labels, or a good attempt at one: a single word of letters,
 * digits, '-', '_', '*', octets above ASCII and text in braces, with dots between them? */
bool target_looks_like_name(const char *cell, size_t len);

#endif
