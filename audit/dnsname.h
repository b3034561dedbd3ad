/*
 * One absolute DNS name in fixed storage, in uncompressed wire form (RFC 1035 3.1).
 *
 * Text form (master file form, RFC 1035 5.1 and RFC 4343 2.1): visible ASCII is written unchanged;
 * a dot or backslash inside a label is written \. or \\; every other octet, and also " ( ) ; @ $
 * and space, is written \DDD. So the text contains no separator of any file that is written here.
 * The case of a name is kept; comparison ignores ASCII case (RFC 4343 3).
 *
 * Ownership: plain values. Threads: no state. Errors: parsers return false and leave *out
 * undefined.
 */
#ifndef AUDIT_DNSNAME_H
#define AUDIT_DNSNAME_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    DNSNAME_MAX = 255, /* octets of wire form, root label included (RFC 1035 2.3.4) */
    DNSLABEL_MAX = 63,
    DNSNAME_TEXT_MAX = 4 * 255 + 2, /* every octet as \DDD, dots, NUL */
};

/* wire[0..length) ends with the root label; length is 1 (the root) to 255. Octets beyond it are
 * undefined: compare with dnsname_equal, copy by assignment or dnsname_copy. */
struct dnsname {
    uint8_t length;
    uint8_t wire[DNSNAME_MAX];
};

/* Why a name cannot be a host name (RFC 952, RFC 1123 2.1). Receivers make the same checks. */
enum hostname_fault {
    HOSTNAME_OK,
    HOSTNAME_ROOT,      /* the root itself */
    HOSTNAME_ADDRESS,   /* an address written as a name: the last label is all digits */
    HOSTNAME_ONE_LABEL, /* no dot inside */
    HOSTNAME_LOCALHOST, /* localhost, *.localhost, localhost.localdomain */
    HOSTNAME_ARPA,      /* below arpa */
    HOSTNAME_NOT_LDH, /* characters outside letters, digits, hyphen; or a hyphen at a label's end */
    HOSTNAME_NOT_PUBLIC, /* below a domain of private networks (audit/ptr_name.h) */
    HOSTNAME_UNDERSCORE, /* nothing wrong but underscores: receivers look such names up */
};

/* The final dot is optional; "" is refused, "." is the root. */
bool dnsname_from_text(struct dnsname *out, const char *text, size_t len)
    __attribute__((warn_unused_result));
/* Only the form that dnsname_print writes. */
bool dnsname_from_printed(struct dnsname *out, const char *text, size_t len)
    __attribute__((warn_unused_result));
/* One whole uncompressed name filling octets[0..len). */
bool dnsname_from_wire(struct dnsname *out, const uint8_t *octets, size_t len)
    __attribute__((warn_unused_result));
/* NUL-terminated, without the final dot ("." for the root); returns the length. */
size_t dnsname_print(char out[DNSNAME_TEXT_MAX], const struct dnsname *name);
/* The same with the final dot, as in master files. */
size_t dnsname_print_absolute(char out[DNSNAME_TEXT_MAX], const struct dnsname *name);
/* Copies only the octets in use. */
void dnsname_copy(struct dnsname *out, const struct dnsname *name);
bool dnsname_equal(const struct dnsname *a, const struct dnsname *b);
/* Some total order, 0 for equal names: shorter ones first. Not that of zones (RFC 4034 6.1). */
int dnsname_compare(const struct dnsname *a, const struct dnsname *b);
/* True if name is zone or below it. */
bool dnsname_within(const struct dnsname *name, const struct dnsname *zone);
/* The same of a zone as text: "in-addr.arpa". */
bool dnsname_within_text(const struct dnsname *name, const char *zone);
/* Is this label the last one of the name? */
bool dnsname_has_top(const struct dnsname *name, const char *label);
/* The name with its ancestor `from` replaced by `to` (RFC 6672 2.2); the name is `from` or below
 * it. False: the result is longer than 255 octets. */
bool dnsname_move(struct dnsname *out, const struct dnsname *name, const struct dnsname *from,
                  const struct dnsname *to) __attribute__((warn_unused_result));
/* The name without its first label; false for the root. */
bool dnsname_parent(struct dnsname *out, const struct dnsname *name)
    __attribute__((warn_unused_result));
unsigned dnsname_labels(const struct dnsname *name); /* 0 for the root */
/* Equal for names that are dnsname_equal (FNV-1a). */
uint32_t dnsname_hash(const struct dnsname *name);
/* ASCII letters to lower case. */
void dnsname_lower(struct dnsname *name);
enum hostname_fault dnsname_hostname_fault(const struct dnsname *name);
/* Do receivers look the name up? A host name, or one with underscores: Postfix (valid_hostname) and
 * Exim (dns_check_names_pattern) accept these in a PTR record. */
bool dnsname_is_looked_up(const struct dnsname *name);
/* A name without its final dot in a zone file continues with the zone (RFC 1035 5.1). True if the
 * name of a record at owner looks like that: it is *meant, a host name, and a zone above owner. */
bool dnsname_lost_dot(struct dnsname *meant, const struct dnsname *name,
                      const struct dnsname *owner);
/* A short reason for the reader: "has only one label". */
const char *hostname_fault_text(enum hostname_fault fault);

#endif
