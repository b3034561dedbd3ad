#include "audit/expectation.h"

#include <string.h>

#include "audit/pattern.h"

enum { ASTERISK_OCTETS = 2 }; /* of the label, in wire form */

static bool is_domain(const struct dnsname *name)
{
    return name->wire[0] == 1 && name->wire[1] == '*';
}

enum expectation expectation_of(const struct dnsname *expected)
{
    if (is_domain(expected))
        return EXPECT_DOMAIN;
    return pattern_is(expected) ? EXPECT_PATTERN : EXPECT_HOST;
}

/* Escapes are refused: a host name needs none, and \045 would hide a hyphen. */
static bool has_odd_octet(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if (text[i] <= ' ' || text[i] > '~' || text[i] == '\\')
            return true;
    }
    return false;
}

static bool read_name(struct dnsname *out, const char *text, size_t len)
{
    char starred[1 + DNSNAME_TEXT_MAX];

    if (*text != '.' || len < 2 || len >= sizeof(starred))
        return dnsname_from_text(out, text, len);
    starred[0] = '*';
    memcpy(starred + 1, text, len);
    return dnsname_from_text(out, starred, 1 + len);
}

/* A domain can hold a host name if it can hold the shortest one. */
static enum hostname_fault fault_of(const struct dnsname *name)
{
    struct dnsname host;

    dnsname_copy(&host, name);
    if (is_domain(name))
        host.wire[1] = 'a';
    return dnsname_hostname_fault(&host);
}

bool expectation_parse(struct dnsname *out, const char *text, size_t len, const char **fault)
{
    *fault = hostname_fault_text(HOSTNAME_NOT_LDH);
    if (has_odd_octet(text, len))
        return false;
    *fault = "has an empty label, a label of more than 63 characters, or more than 253 characters "
             "in all";
    if (len == 0 || !read_name(out, text, len))
        return false;
    dnsname_lower(out);
    enum hostname_fault host = pattern_is(out) && !is_domain(out) ? HOSTNAME_OK : fault_of(out);
    *fault = hostname_fault_text(host);
    return host == HOSTNAME_OK;
}

const struct dnsname *expectation_at(struct dnsname *room, const struct dnsname *expected,
                                     const struct ipaddr *first, const struct ipaddr *address)
{
    if (expectation_of(expected) != EXPECT_PATTERN)
        return expected;
    return pattern_name(room, expected, first, address) ? room : NULL;
}

bool expectation_part(struct dnsname *out, const struct dnsname *expected,
                      const struct ipaddr *first, const struct ipaddr *part)
{
    if (expectation_of(expected) == EXPECT_PATTERN)
        return pattern_part(out, expected, first, part);
    dnsname_copy(out, expected);
    return true;
}

bool expectation_is_met(const struct dnsname *expected, const struct dnsname *ptr_name)
{
    struct dnsname domain;

    if (!is_domain(expected))
        return dnsname_equal(expected, ptr_name);
    domain.length = (uint8_t)(expected->length - ASTERISK_OCTETS);
    memcpy(domain.wire, expected->wire + ASTERISK_OCTETS, domain.length);
    return ptr_name->length > domain.length && dnsname_within(ptr_name, &domain);
}
