#include "audit/ptr_name.h"

#include "audit/special.h"

/* Domains that the root zone will not have: RFC 6761, 6762, 7686 and 9476, and resolutions of ICANN
 * of 2018 and 2024. Those of documentation and tests are missing on purpose. */
static const char *const PRIVATE[] = {"alt",     "corp",  "home", "internal",
                                      "invalid", "local", "mail", "onion"};

static bool is_private(const struct dnsname *name)
{
    for (size_t i = 0; i < sizeof(PRIVATE) / sizeof(PRIVATE[0]); i++) {
        if (dnsname_has_top(name, PRIVATE[i]))
            return true;
    }
    return false;
}

bool ptr_name_is_public(const struct dnsname *name, const struct ipaddr *address)
{
    return !is_private(name) || special_block_of(address);
}

enum hostname_fault ptr_name_fault(const struct dnsname *name, const struct ipaddr *address)
{
    enum hostname_fault fault = dnsname_hostname_fault(name);
    bool usable = fault == HOSTNAME_OK || fault == HOSTNAME_UNDERSCORE;

    return usable && !ptr_name_is_public(name, address) ? HOSTNAME_NOT_PUBLIC : fault;
}
