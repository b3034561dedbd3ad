/*
 * One input item: an address, a prefix or a first-last range, with the host name expected there; or
 * the reason why a row is none. Fed with cells, never fetches.
 *
 * Ownership: plain values; reasons are static strings or written into the caller's buffer.
 */
#ifndef AUDIT_TARGET_H
#define AUDIT_TARGET_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

struct target {
    struct iprange range;
    bool mapped; /* was written as IPv4-mapped IPv6 (RFC 4291 2.5.5.2) and is audited as IPv4 */
    bool has_expected;
    struct dnsname expected; /* lower case */
};

enum { TARGET_REASON_MAX = 200 };

/* What a reader of the refusal sees; made from user text only where the text is known to be
 * harmless. */
struct target_reason {
    char text[TARGET_REASON_MAX];
};

/* Sets the reason; always returns false, so that parsers of input rows can `return
 * target_refuse(...)`. */
bool target_refuse(struct target_reason *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Parses the item cell. max_range: largest count of addresses accepted. White space around it is
 * ignored. On false *why tells people the reason: "zone ids (%eth0) have no meaning outside one
 * host", "holds 4294967296 addresses, more than --max-range 16777216", ... */
bool target_parse(struct target *out, const char *item, size_t len, ip_count max_range,
                  struct target_reason *why) __attribute__((warn_unused_result));
/* The same for an item that is not walked: as many addresses as it likes, ::/0 too. */
bool target_parse_any(struct target *out, const char *item, size_t len, struct target_reason *why)
    __attribute__((warn_unused_result));
/* Adds the expected host name (already in A-labels). An empty or blank cell is no expectation and
 * no error.
 */
bool target_expect(struct target *target, const char *host, size_t len, struct target_reason *why)
    __attribute__((warn_unused_result));
/* Does a cell try to be an address (so that a first row holding it is a typo, not a header)? Begins
 * with a digit, or holds a colon or only characters of addresses. */
bool target_looks_like_item(const char *cell, size_t len);

#endif
