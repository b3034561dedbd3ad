/* Input: an item, a newline, an expected name, domain or pattern. What a pattern makes is a host
 * name, and another one for each address. */
#include <string.h>

#include "audit/expectation.h"
#include "audit/pattern.h"
#include "audit/target.h"
#include "tests/fuzz/fuzz.h"

enum { ADDRESSES = 64 }; /* compared with each other */

static struct dnsname names[ADDRESSES];

static void check_name(const struct target *target, const struct ipaddr *address,
                       struct dnsname *out)
{
    struct dnsname part, again;
    struct iprange rest = {*address, target->range.last};
    const char *fault;

    REQUIRE(pattern_name(out, &target->expected, &target->range.first, address));
    REQUIRE(dnsname_hostname_fault(out) == HOSTNAME_OK);
    REQUIRE(!pattern_is(out));
    REQUIRE(pattern_part(&part, &target->expected, &target->range.first, address));
    REQUIRE(pattern_name(&again, &part, address, address) && dnsname_equal(&again, out));
    REQUIRE(pattern_check(&part, &rest, &fault));
}

static void check_names(const struct target *target)
{
    struct ipaddr address = target->range.first;
    unsigned count = 0;
    bool more = true;

    for (; more && count < ADDRESSES; count++) {
        check_name(target, &address, &names[count]);
        for (unsigned i = 0; i < count; i++)
            REQUIRE(!dnsname_equal(&names[i], &names[count]));
        more = !ipaddr_equal(&address, &target->range.last) && ipaddr_next(&address);
    }
    check_name(target, &target->range.last, &names[0]);
}

static void check_spelling(const struct target *target)
{
    struct target again;
    struct target_reason why;
    char text[DNSNAME_TEXT_MAX];
    size_t length = dnsname_print(text, &target->expected);

    REQUIRE(strpbrk(text, "\\ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
    REQUIRE(target_expect(&again, text, length, &why) && again.has_expected);
    REQUIRE(dnsname_equal(&target->expected, &again.expected));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;
    struct target target;
    struct target_reason why;

    if (!newline || !target_parse(&target, text, (size_t)(newline - text), &why) ||
        !target_fits(&target, 16777216, &why) ||
        !target_expect(&target, newline + 1, size - (size_t)(newline + 1 - text), &why) ||
        !target.has_expected)
        return 0;
    if (!target_can_be_met(&target, &why))
        return 0;
    check_spelling(&target);
    if (expectation_of(&target.expected) == EXPECT_PATTERN)
        check_names(&target);
    return 0;
}
