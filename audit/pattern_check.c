/* Whether a pattern makes host names, and a different one for each address. */
#include "audit/pattern_private.h"

#include <stdlib.h>

#include "audit/fnv.h"

enum {
    OCTETS = 4,
    ALL_OCTETS = (1 << OCTETS) - 1, /* bit i: octet i is known from the name */
    TRIED_MAX = 4096,               /* addresses whose names are compared one by one */
};

static bool refuse(const char **fault, const char *why)
{
    *fault = why;
    return false;
}

/* ---- the longest name ---- */

/* The octets after the first one that differs take any value. */
static unsigned first_varying(const struct iprange *range)
{
    unsigned i = 0;

    while (i < OCTETS && range->first.bytes[i] == range->last.bytes[i])
        i++;
    return i;
}

/* At least as many digits as any value of the octet in the range; likewise at most. */
static uint8_t longest_octet(const struct iprange *range, unsigned i)
{
    return i > first_varying(range) ? 255 : range->last.bytes[i];
}

static uint8_t shortest_octet(const struct iprange *range, unsigned i)
{
    return i > first_varying(range) ? 0 : range->first.bytes[i];
}

static bool longest_name(struct dnsname *out, const struct dnsname *pattern,
                         const struct iprange *range)
{
    struct ipaddr longest = range->last;

    for (unsigned i = 0; longest.family == IP_V4 && i < OCTETS; i++)
        longest.bytes[i] = longest_octet(range, i);
    return pattern_expand(out, pattern, &longest, iprange_count(range));
}

/* ---- placeholders ---- */

static bool is_international(const uint8_t *label)
{
    return *label >= 4 && label[1] == 'x' && label[2] == 'n' && label[3] == '-' && label[4] == '-';
}

static bool check_part(const struct label_part *part, const uint8_t *label,
                       const struct iprange *range, const char **fault)
{
    ip_count last;

    if (part->kind == PART_CHARACTER)
        return true;
    if (label[1 + *label] == 0)
        return refuse(fault, "has a placeholder in its top-level label");
    if (is_international(label))
        return refuse(fault, "has a placeholder in an international label");
    if (part->kind == PART_OCTET && range->first.family == IP_V6)
        return refuse(fault, "has an octet of IPv4, {1} to {4}, and the addresses are IPv6");
    if (part->kind == PART_PLACE &&
        __builtin_add_overflow(part->offset, iprange_count(range), &last))
        return refuse(fault, "counts too far");
    return true;
}

static bool check_parts(const struct dnsname *pattern, const struct iprange *range,
                        const char **fault)
{
    struct label_part part;

    for (const uint8_t *label = pattern->wire; *label != 0; label += 1 + *label) {
        for (size_t at = 1, used; at <= *label; at += used) {
            used = label_part_read(&part, label + at, *label - at + 1);
            if (used == 0)
                return refuse(fault, "has an unknown placeholder (known: {1} to {4}, {n}, {n:3}, "
                                     "{n+256}, {ip} and {hex})");
            if (!check_part(&part, label, range, fault))
                return false;
        }
    }
    return true;
}

/* ---- a name for each address ---- */

/*
 * A run is a part of a label without a character that separates numbers. If at most one number in
 * it varies in length, the run shows where each number begins, so all of them can be read back.
 */
struct run {
    const struct iprange *range;
    unsigned loose; /* numbers whose length varies */
    unsigned holds; /* octets of the address in the run, as ALL_OCTETS */
    unsigned known; /* octets that some run shows */
};

static void end_run(struct run *run)
{
    if (run->loose <= 1)
        run->known |= run->holds;
    run->loose = run->holds = 0;
}

static size_t part_length(const struct label_part *part, const struct ipaddr *address,
                          ip_count place)
{
    char text[PART_TEXT_MAX];

    return label_part_print(text, part, address, place);
}

static void add_octet(struct run *run, unsigned i)
{
    struct label_part octet = {.kind = PART_OCTET};
    struct ipaddr least = {IP_V4, {shortest_octet(run->range, i)}};
    struct ipaddr most = {IP_V4, {longest_octet(run->range, i)}};

    run->loose += part_length(&octet, &least, 1) != part_length(&octet, &most, 1);
    run->holds |= 1u << i;
}

static void add_place(struct run *run, const struct label_part *part)
{
    const struct ipaddr *any = &run->range->first;

    run->loose += part_length(part, any, 1) != part_length(part, any, iprange_count(run->range));
    run->holds = ALL_OCTETS;
}

/* With {hex}, letters do not end a number: the whole label is one run. */
static void add_part(struct run *run, const struct label_part *part, bool has_hex)
{
    switch (part->kind) {
    case PART_CHARACTER:
        if (!has_hex && (part->character < '0' || part->character > '9'))
            end_run(run);
        break;
    case PART_OCTET:
        add_octet(run, part->octet);
        break;
    case PART_PLACE:
        add_place(run, part);
        break;
    case PART_ADDRESS:
        for (unsigned i = 0; run->range->first.family == IP_V4 && i < OCTETS; i++) {
            if (i > 0 && !has_hex)
                end_run(run);
            add_octet(run, i);
        }
        if (run->range->first.family == IP_V6)
            run->holds = ALL_OCTETS;
        break;
    case PART_HEX:
        run->holds = ALL_OCTETS;
        break;
    }
}

/* Full IPv6 addresses hold letters as well. */
static bool has_hex(const uint8_t *label, enum ip_family family)
{
    struct label_part part;
    bool found = false;

    for (size_t at = 1; at <= *label;) {
        at += label_part_read(&part, label + at, *label - at + 1);
        found |= part.kind == PART_HEX || (part.kind == PART_ADDRESS && family == IP_V6);
    }
    return found;
}

/* The octets that the name shows. The parts are valid. */
static unsigned known_octets(const struct dnsname *pattern, const struct iprange *range)
{
    struct run run = {.range = range};
    struct label_part part;

    for (const uint8_t *label = pattern->wire; *label != 0; label += 1 + *label) {
        bool hex = has_hex(label, (enum ip_family)range->first.family);

        for (size_t at = 1; at <= *label;) {
            at += label_part_read(&part, label + at, *label - at + 1);
            add_part(&run, &part, hex);
        }
        end_run(&run);
    }
    return run.known;
}

static int by_number(const void *a, const void *b)
{
    uint64_t one = *(const uint64_t *)a, other = *(const uint64_t *)b;

    return one < other ? -1 : one > other;
}

/* Two of 4,096 names have the same hash once in 10^12 patterns. */
static bool names_differ(const struct dnsname *pattern, const struct iprange *range)
{
    uint64_t hashes[TRIED_MAX];
    struct dnsname name;
    unsigned count = (unsigned)iprange_count(range);
    struct ipaddr address = range->first;

    for (unsigned i = 0; i < count; i++) {
        if (!pattern_expand(&name, pattern, &address, (ip_count)i + 1))
            return false;
        hashes[i] = fnv_add(FNV_BASIS, name.wire, name.length);
        (void)!ipaddr_next(&address);
    }
    /* cppcheck-suppress uninitvar ; filled up to count */
    qsort(hashes, count, sizeof(hashes[0]), by_number);
    for (unsigned i = 1; i < count; i++) {
        if (hashes[i] == hashes[i - 1])
            return false;
    }
    return true;
}

static bool check_distinct(const struct dnsname *pattern, const struct iprange *range,
                           const char **fault)
{
    unsigned wanted = range->first.family == IP_V6
                          ? ALL_OCTETS
                          : ALL_OCTETS & ~((1u << first_varying(range)) - 1);
    bool small = iprange_count(range) <= TRIED_MAX;

    if (iprange_count(range) == 1 || (known_octets(pattern, range) & wanted) == wanted)
        return true;
    if (small && names_differ(pattern, range))
        return true;
    return refuse(fault, small ? "makes the same name for two addresses of its row"
                               : "can make the same name for two addresses of its row");
}

bool pattern_check(const struct dnsname *pattern, const struct iprange *range, const char **fault)
{
    struct dnsname name;

    if (iprange_count(range) == 0)
        return refuse(fault, "counts too far");
    if (!check_parts(pattern, range, fault))
        return false;
    /* the second: a part of the range may be audited again (pattern_part) */
    if (!longest_name(&name, pattern, range) ||
        !pattern_part(&name, pattern, &range->first, &range->last))
        return refuse(fault,
                      "makes a label of more than 63 characters, or more than 253 characters "
                      "in all");
    if (!pattern_expand(&name, pattern, &range->first, 1))
        return refuse(fault, "makes no name for an address of its row");
    enum hostname_fault host = dnsname_hostname_fault(&name);
    if (host != HOSTNAME_OK)
        return refuse(fault, hostname_fault_text(host));
    return check_distinct(pattern, range, fault);
}
