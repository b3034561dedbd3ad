/* Input: an octet of flags and labels, sixteen octets of address, a name as text. */
#include <string.h>

#include "audit/dnsname.h"
#include "audit/generic.h"
#include "audit/ipaddr.h"
#include "audit/spelled.h"
#include "tests/fuzz/fuzz.h"

enum { HEAD = 17 };

static void check_name(const struct dnsname *name, unsigned labels, const struct ipaddr *address)
{
    struct dnsname lower;
    enum generic_tier tier = generic_tier_of(name, labels, address);

    REQUIRE(tier <= GENERIC_TIER_3);
    dnsname_copy(&lower, name);
    dnsname_lower(&lower);
    REQUIRE(generic_tier_of(&lower, labels, address) == tier);
    if (labels >= dnsname_labels(name))
        REQUIRE(labels == 0 || tier == GENERIC_NONE);
}

/* An address is found in its own text form, whatever surrounds it. */
static void check_own_text(const struct ipaddr *address)
{
    char text[IPADDR_TEXT_MAX + 2] = "q";
    size_t len = 1 + ipaddr_print(text + 1, address);

    for (size_t i = 0; i < len; i++)
        text[i] = text[i] == ':' ? '-' : text[i];
    text[len] = 'q';
    /* A leading gap ("::1") cannot be distinguished from a separator, and dotted octets in IPv6 are
     * not a form. */
    if (address->family == IP_V4 || (text[1] != '-' && memchr(text, '.', len) == NULL))
        REQUIRE(address_spelled_in(text, len + 1, address));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct ipaddr address;
    struct dnsname name;

    if (size < HEAD || !ipaddr_from_octets(&address, data + 1, data[0] & 1 ? 4 : 16))
        return 0;
    check_own_text(&address);
    (void)address_spelled_in((const char *)data + HEAD, size - HEAD, &address);
    if (dnsname_from_text(&name, (const char *)data + HEAD, size - HEAD))
        check_name(&name, data[0] >> 1, &address);
    return 0;
}
