#include "audit/registry.h"

#include <string.h>

enum {
    TOP_LABELS = 2,  /* in-addr.arpa, ip6.arpa, and the zones above them */
    IPV4_LABELS = 3, /* a /8 */
    IPV6_LABELS = 8, /* a /24: blocks of registries are /12 and /23 */
};

static bool runs_for_registry(const struct dnsname *server)
{
    static const char *const OPERATORS[] = {"arin.net",    "ripe.net", "apnic.net", "lacnic.net",
                                            "afrinic.net", "iana.org", "icann.org"};

    for (unsigned i = 0; i < sizeof OPERATORS / sizeof OPERATORS[0]; i++)
        if (dnsname_within_text(server, OPERATORS[i]))
            return true;
    return false;
}

/* Mailboxes: one below .invalid (RFC 6303 3), or the root (BIND). Servers: localhost (Unbound,
 * PowerDNS). */
bool registry_is_empty_zone(const struct dnsname *mname, const struct dnsname *rname)
{
    return dnsname_labels(rname) == 0 || dnsname_within_text(rname, "invalid") ||
           dnsname_within_text(mname, "localhost") ||
           dnsname_within_text(mname, "prisoner.iana.org") ||
           dnsname_within_text(mname, "blackhole.as112.arpa");
}

bool registry_has_zone(const struct dnsname *zone, const struct dnsname *mname)
{
    unsigned labels = dnsname_labels(zone);
    bool ipv6 = dnsname_within_text(zone, "ip6.arpa");

    if (!ipv6 && !dnsname_within_text(zone, "in-addr.arpa"))
        return labels == 0 || (labels == 1 && dnsname_within_text(zone, "arpa"));
    if (labels <= TOP_LABELS)
        return true;
    return labels <= (ipv6 ? IPV6_LABELS : IPV4_LABELS) && mname && runs_for_registry(mname);
}
