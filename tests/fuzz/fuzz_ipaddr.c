/* Input: the text of an address, and the same bytes once more as the two ends of a range. */
#include <arpa/inet.h>
#include <string.h>

#include "audit/dnsname.h"
#include "audit/ipaddr.h"
#include "audit/special.h"
#include "tests/fuzz/fuzz.h"

/* libc reads the same texts as we do. */
static bool libc_parse(uint8_t out[16], int family, const char *text, size_t len)
{
    char copy[IPADDR_TEXT_MAX];

    if (len >= sizeof copy || memchr(text, '\0', len) != NULL)
        return false;
    memcpy(copy, text, len);
    copy[len] = '\0';
    return inet_pton(family, copy, out) == 1;
}

static void check_reverse_name(const struct ipaddr *address)
{
    struct dnsname name;
    struct dnsname copy;

    ipaddr_reverse_name(&name, address);
    REQUIRE(dnsname_from_wire(&copy, name.wire, name.length));
    REQUIRE(dnsname_labels(&name) == (address->family == IP_V4 ? 6 : 34));
}

static void check_address(const struct ipaddr *address)
{
    char text[IPADDR_TEXT_MAX];
    struct ipaddr back;
    uint8_t octets[16];
    size_t len = ipaddr_print(text, address);

    REQUIRE(len < sizeof text && strlen(text) == len);
    REQUIRE(ipaddr_parse(&back, text, len) && ipaddr_equal(address, &back));
    REQUIRE(libc_parse(octets, address->family == IP_V4 ? AF_INET : AF_INET6, text, len));
    REQUIRE(memcmp(octets, address->bytes, ipaddr_octets(address)) == 0);
    back = ipaddr_from_number((enum ip_family)address->family, ipaddr_number(address));
    REQUIRE(ipaddr_equal(address, &back));
    check_reverse_name(address);
}

static void check_text(const char *text, size_t len)
{
    struct ipaddr address;
    uint8_t octets[16];
    char canonical[IPADDR_TEXT_MAX];
    bool v4 = libc_parse(octets, AF_INET, text, len);
    bool v6 = !v4 && libc_parse(octets, AF_INET6, text, len);

    REQUIRE(ipaddr_parse(&address, text, len) == (v4 || v6));
    if (!v4 && !v6)
        return;
    REQUIRE(address.family == (v4 ? IP_V4 : IP_V6));
    REQUIRE(memcmp(address.bytes, octets, ipaddr_octets(&address)) == 0);
    REQUIRE(!v4 || (ipaddr_print(canonical, &address) == len && memcmp(canonical, text, len) == 0));
    check_address(&address);
}

static void check_range(const struct iprange *range)
{
    char text[IPRANGE_TEXT_MAX];
    size_t len = iprange_print(text, range);
    struct ipaddr end = special_run_end(&range->first, &range->last);

    REQUIRE(len < sizeof text && strlen(text) == len);
    REQUIRE(iprange_contains(range, &range->first) && iprange_contains(range, &range->last));
    REQUIRE(iprange_contains(range, &end));
    REQUIRE(special_block_of(&end) == special_block_of(&range->first));
    REQUIRE(ipaddr_equal(&end, &range->last) ||
            (ipaddr_next(&end) && special_block_of(&end) != special_block_of(&range->first)));
}

static void check_ends(const uint8_t *data, size_t size)
{
    size_t octets = size >= 32 ? 16 : 4;
    struct iprange range;

    if (size < 2 * octets || !ipaddr_from_octets(&range.first, data, octets) ||
        !ipaddr_from_octets(&range.last, data + octets, octets))
        return;
    check_address(&range.first);
    if (ipaddr_compare(&range.first, &range.last) <= 0)
        check_range(&range);
    REQUIRE(iprange_from_prefix(&range, &range.first, data[0] % (8 * octets + 1)));
    check_range(&range);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    check_text((const char *)data, size);
    check_ends(data, size);
    return 0;
}
