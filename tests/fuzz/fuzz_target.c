/* Input: an item cell, a newline, a host cell. */
#include <string.h>

#include "audit/expectation.h"
#include "audit/target.h"
#include "tests/fuzz/fuzz.h"

enum { LIMIT = 16777216 };

/* Terminals and reports show the reason. */
static void check_reason(const struct target_reason *why)
{
    size_t len = strnlen(why->text, sizeof(why->text));

    REQUIRE(len > 0 && len < sizeof(why->text));
    for (size_t i = 0; i < len; i++)
        REQUIRE(why->text[i] >= ' ' && why->text[i] < 0x7f);
    REQUIRE(!strpbrk(why->text, "<>&;=@"));
}

static void check_item(const char *item, size_t len)
{
    struct target target;
    struct target again;
    struct target_reason why;
    char text[IPRANGE_TEXT_MAX];

    memset(&why, 0xa5, sizeof(why));
    if (!target_parse(&target, item, len, &why) || !target_fits(&target, LIMIT, &why)) {
        check_reason(&why);
        return;
    }
    REQUIRE(!target.has_expected);
    REQUIRE(ipaddr_compare(&target.range.first, &target.range.last) <= 0);
    REQUIRE(iprange_count(&target.range) >= 1 && iprange_count(&target.range) <= LIMIT);
    size_t used = iprange_print(text, &target.range);
    REQUIRE(target_parse(&again, text, used, &why) && !again.mapped);
    REQUIRE(ipaddr_equal(&target.range.first, &again.range.first));
    REQUIRE(ipaddr_equal(&target.range.last, &again.range.last));
    if (target.is_prefix) {
        REQUIRE(iprange_contains(&target.range, &target.written));
        target_take_host(&target);
        REQUIRE(iprange_count(&target.range) == 1);
    }
}

static void check_host(const char *host, size_t len)
{
    struct target target;
    struct target again;
    struct target_reason why;
    char text[DNSNAME_TEXT_MAX];

    memset(&why, 0xa5, sizeof(why));
    if (!target_expect(&target, host, len, &why)) {
        check_reason(&why);
        return;
    }
    if (!target.has_expected || expectation_of(&target.expected) == EXPECT_PATTERN)
        return;
    if (expectation_of(&target.expected) == EXPECT_HOST)
        REQUIRE(dnsname_hostname_fault(&target.expected) == HOSTNAME_OK);
    size_t used = dnsname_print(text, &target.expected);
    REQUIRE(strpbrk(text, "\\ABCDEFGHIJKLMNOPQRSTUVWXYZ") == NULL);
    REQUIRE(target_expect(&again, text, used, &why) && again.has_expected);
    REQUIRE(dnsname_equal(&target.expected, &again.expected));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const char *text = (const char *)data;
    const char *newline = size > 0 ? memchr(text, '\n', size) : NULL;
    size_t item = newline ? (size_t)(newline - text) : size;

    check_item(text, item);
    if (newline)
        check_host(newline + 1, size - item - 1);
    return 0;
}
