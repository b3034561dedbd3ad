/*
 * The walk over a world of 256 addresses, compared with the naive way: mark each address of each
 * span, then look at all of them. The first byte chooses the world and whether special addresses
 * are passed over; each further three bytes are a span: where it begins, how long it is, and the
 * name expected there.
 */
#include <string.h>

#include "audit/special.h"
#include "audit/walk.h"
#include "tests/fuzz/fuzz.h"

enum { WORLD = 256, NAMES = 100, SPANS_MAX = 300 };

struct reference {
    struct ipaddr world[WORLD];
    bool covered[WORLD];
    bool expected[WORLD][NAMES];
    unsigned spans;
    struct span span[SPANS_MAX];
    unsigned names; /* different ones in all spans */
    bool named[NAMES];
};

/* Parts of the address space where something begins or ends. */
static struct ipaddr address_at(unsigned world, unsigned i)
{
    static const char *const v4[] = {"191.255.255.128", "255.255.255.0", "0.0.0.0",
                                     "9.255.255.200"};
    static const char *const v6[] = {"2001:db7:ffff:ffff:ffff:ffff:ffff:ff80",
                                     "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ff00"};
    struct ipaddr base;
    if (world < 4)
        REQUIRE(ipaddr_parse(&base, v4[world], strlen(v4[world])));
    else if (world < 7)
        REQUIRE(ipaddr_parse(&base, v6[world - 4], strlen(v6[world - 4])));
    else if (i <
             WORLD /
                 2) /* both families: the end of one is followed by the beginning of the other */
        REQUIRE(ipaddr_parse(&base, "255.255.255.128", 15));
    else
        REQUIRE(ipaddr_parse(&base, "::", 2));
    if (world == 7)
        i %= WORLD / 2;
    return ipaddr_from_number((enum ip_family)base.family, ipaddr_number(&base) + i);
}

static void name_at(struct dnsname *out, unsigned name)
{
    char text[32];
    int len = snprintf(text, sizeof text, "n%u.Example", name);
    REQUIRE(dnsname_from_text(out, text, (size_t)len));
}

static void add_span(struct reference *reference, const uint8_t bytes[3])
{
    struct span *span = &reference->span[reference->spans++];
    unsigned first = bytes[0];
    unsigned last = first;
    while (last + 1 < WORLD && last - first < bytes[1] / 2 &&
           reference->world[last + 1].family == reference->world[first].family)
        last++;
    span->range = (struct iprange){reference->world[first], reference->world[last]};
    span->has_expected = bytes[2] < NAMES;
    if (span->has_expected) {
        name_at(&span->expected, bytes[2]);
        reference->names += !reference->named[bytes[2]];
        reference->named[bytes[2]] = true;
    }
    for (unsigned i = first; i <= last; i++) {
        reference->covered[i] = true;
        if (span->has_expected)
            reference->expected[i][bytes[2]] = true;
    }
}

static int by_range(const void *a, const void *b)
{
    const struct span *x = a;
    const struct span *y = b;
    int order = ipaddr_compare(&x->range.first, &y->range.first);
    return order != 0 ? order : ipaddr_compare(&x->range.last, &y->range.last);
}

/* The next address of the world that a walk must give; WORLD: the walk has ended. */
static unsigned next_wanted(const struct reference *reference, unsigned i, bool skip_special)
{
    while (i < WORLD && !(reference->covered[i] &&
                          !(skip_special && special_block_of(&reference->world[i]) != NULL)))
        i++;
    return i;
}

static void check_names(const struct reference *reference, unsigned i, const struct walk_unit *unit)
{
    unsigned wanted = 0;
    unsigned matched = 0;
    for (unsigned n = 0; n < NAMES; n++) {
        if (!reference->expected[i][n])
            continue;
        struct dnsname name;
        name_at(&name, n);
        wanted++;
        for (unsigned k = 0; k < unit->expected_count; k++)
            matched += dnsname_equal(&name, &unit->expected[k]);
    }
    REQUIRE(matched == unit->expected_count); /* each is wanted, and none is there twice */
    if (reference->names <= WALK_OPEN_MAX)
        REQUIRE(matched == (wanted < EXPECTED_MAX ? wanted : EXPECTED_MAX));
}

static void check_units(const struct reference *reference, bool skip_special)
{
    struct walk *walk = walk_new(skip_special);
    struct walk_unit unit;
    enum walk_step step;
    unsigned fed = 0;
    unsigned at = next_wanted(reference, 0, skip_special);
    while ((step = walk_next(walk, &unit)) != WALK_DONE) {
        if (step == WALK_NEEDS_SPAN) {
            if (fed < reference->spans)
                walk_feed(walk, &reference->span[fed++]);
            else
                walk_end(walk);
            continue;
        }
        REQUIRE(at < WORLD && ipaddr_equal(&unit.address, &reference->world[at]));
        check_names(reference, at, &unit);
        at = next_wanted(reference, at + 1, skip_special);
    }
    REQUIRE(at == WORLD && fed == reference->spans);
    walk_free(walk);
}

static void check_count(const struct reference *reference, bool skip_special)
{
    struct walk *walk = walk_new(skip_special);
    enum walk_step step;
    unsigned fed = 0;
    ip_count total = 0, wanted = 0;
    struct iprange range;
    while ((step = walk_range(walk, &range)) != WALK_DONE) {
        if (step == WALK_UNIT)
            total += iprange_count(&range);
        else if (fed < reference->spans)
            walk_feed(walk, &reference->span[fed++]);
        else
            walk_end(walk);
    }
    for (unsigned i = 0; (i = next_wanted(reference, i, skip_special)) < WORLD; i++)
        wanted++;
    REQUIRE(total == wanted);
    walk_free(walk);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t len)
{
    if (len == 0)
        return 0;
    struct reference *reference = calloc(1, sizeof *reference);
    REQUIRE(reference != NULL);
    bool skip_special = bytes[0] & 8;
    for (unsigned i = 0; i < WORLD; i++)
        reference->world[i] = address_at(bytes[0] & 7, i);
    for (size_t at = 1; at + 3 <= len && reference->spans < SPANS_MAX; at += 3)
        add_span(reference, bytes + at);
    qsort(reference->span, reference->spans, sizeof reference->span[0], by_range);
    check_units(reference, skip_special);
    check_count(reference, skip_special);
    free(reference);
    return 0;
}
