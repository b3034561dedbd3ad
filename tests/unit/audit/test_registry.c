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

Test(registry, empty_zones_have_a_contact_or_a_server_that_nobody_has)
{
    static const struct {
        const char *mname, *rname;
        bool empty;
    } ROWS[] = {
        {"10.in-addr.arpa", "nobody.invalid", true}, /* RFC 6303 */
        {"10.in-addr.arpa", ".", true},              /* BIND */
        {"localhost", "nobody.invalid", true},       /* Unbound */
        {"localhost", "root", true},                 /* PowerDNS Recursor */
        {"prisoner.IANA.org", "hostmaster.root-servers.org", true},
        {"blackhole.as112.arpa", "noc.dns.icann.org", true},
        {"ns1.example.com", "hostmaster.example.com", false},
        {"notlocalhost", "hostmaster.example.com", false},
        {"ns.iana.org", "hostmaster.iana.org", false},
    };

    for (unsigned i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        struct dnsname names[2];

        cr_assert(dnsname_from_text(&names[0], ROWS[i].mname, strlen(ROWS[i].mname)));
        cr_assert(dnsname_from_text(&names[1], ROWS[i].rname, strlen(ROWS[i].rname)));
        cr_expect_eq(registry_is_empty_zone(&names[0], &names[1]), ROWS[i].empty, "%s %s",
                     ROWS[i].mname, ROWS[i].rname);
    }
}
