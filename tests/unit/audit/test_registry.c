#include "audit/registry.h"

#include <criterion/criterion.h>
#include <string.h>

static bool is_registry(const char *zone, const char *mname)
{
    struct dnsname names[2];

    cr_assert(dnsname_from_text(&names[0], zone, strlen(zone)));
    cr_assert(!mname || dnsname_from_text(&names[1], mname, strlen(mname)));
    return registry_has_zone(&names[0], mname ? &names[1] : NULL);
}

Test(registry, has_the_top_of_the_tree_whoever_serves_it)
{
    cr_expect(is_registry(".", NULL));
    cr_expect(is_registry("arpa", NULL));
    cr_expect(is_registry("in-addr.arpa", NULL));
    cr_expect(is_registry("IP6.arpa", "ns.example.com"));
    cr_expect_not(is_registry("com", "a.gtld-servers.net"), "for the public suffix list to say");
    cr_expect_not(is_registry("home.arpa", "ns.iana.org"));
}

Test(registry, has_short_zones_only_on_its_own_servers)
{
    cr_expect(is_registry("198.in-addr.arpa", "z.ARIN.net"));
    cr_expect(is_registry("193.in-addr.arpa", "pri.authdns.ripe.net"));
    cr_expect_not(is_registry("17.in-addr.arpa", "ns.apple.com"), "a holder of a whole /8");
    cr_expect_not(is_registry("17.in-addr.arpa", "ns.notarin.net"));
    cr_expect_not(is_registry("17.in-addr.arpa", NULL));
    cr_expect(is_registry("a.2.ip6.arpa", "pri.authdns.ripe.net"));
    cr_expect(is_registry("2.0.1.0.0.2.ip6.arpa", "ns1.apnic.net"));
}

Test(registry, has_no_zones_of_its_own_addresses)
{
    cr_expect_not(is_registry("0.193.in-addr.arpa", "manus.authdns.ripe.net"));
    cr_expect_not(is_registry("7.6.0.1.0.0.2.ip6.arpa", "manus.authdns.ripe.net"));
}
