#include "audit/party_group.h"

#include <stdlib.h>

enum {
    TOP_LABELS = 2,   /* in-addr.arpa, ip6.arpa */
    IPV4_LABELS = 4,  /* a /16 */
    IPV6_LABELS = 10, /* a /32 */
};

/* A rule joins the zones it applies to that are equal by its order. */
struct rule {
    bool (*applies)(const struct zone_operator *zone);
    int (*compare)(const struct zone_operator *a, const struct zone_operator *b);
};

static int compare_numbers(unsigned a, unsigned b)
{
    return a < b ? -1 : a > b;
}

/* NULL is the first name. */
static int compare_names(const struct dnsname *a, const struct dnsname *b)
{
    if (!a || !b)
        return (a != NULL) - (b != NULL);
    return dnsname_compare(a, b);
}

static int by_name(const void *a, const void *b)
{
    return compare_names(*(const struct dnsname *const *)a, *(const struct dnsname *const *)b);
}

void party_group_sort_servers(const struct dnsname **servers, unsigned count)
{
    if (count > 1)
        qsort(servers, count, sizeof(*servers), by_name);
}

/* Does the name identify somebody? */
static bool is_usable(const struct dnsname *name)
{
    return name && dnsname_labels(name) > 1 && !dnsname_within_text(name, "localhost") &&
           !dnsname_within_text(name, "localhost.localdomain") &&
           !dnsname_within_text(name, "invalid");
}

static bool is_by_dns(const struct zone_operator *zone)
{
    return zone->provider == 0 && !zone->block;
}

static bool has_contact(const struct zone_operator *zone)
{
    return is_by_dns(zone) && is_usable(zone->rname);
}

static bool has_provider(const struct zone_operator *zone)
{
    return zone->provider != 0;
}

static bool is_in_block(const struct zone_operator *zone)
{
    return zone->provider == 0 && zone->block;
}

static bool has_contact_and_primary(const struct zone_operator *zone)
{
    return has_contact(zone) && is_usable(zone->mname);
}

static bool has_contact_and_servers(const struct zone_operator *zone)
{
    return has_contact(zone) && zone->server_count > 0;
}

static bool has_servers_only(const struct zone_operator *zone)
{
    return is_by_dns(zone) && !has_contact(zone) && zone->server_count > 0;
}

static int by_kind(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = compare_numbers(a->kind, b->kind);

    return order != 0 ? order : compare_names(a->domain, b->domain);
}

static int by_provider(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = by_kind(a, b);

    return order != 0 ? order : compare_numbers(a->provider, b->provider);
}

static int by_block(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = by_kind(a, b);

    return order != 0 ? order : compare_names(a->block, b->block);
}

static int by_primary(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = by_kind(a, b);

    if (order == 0)
        order = compare_names(a->rname, b->rname);
    return order != 0 ? order : compare_names(a->mname, b->mname);
}

static int by_servers(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = by_kind(a, b);

    if (order == 0)
        order = compare_numbers(a->server_total, b->server_total);
    if (order == 0)
        order = compare_numbers(a->server_count, b->server_count);
    for (unsigned i = 0; i < a->server_count && order == 0; i++)
        order = compare_names(a->servers[i], b->servers[i]);
    return order;
}

static int by_contact_and_servers(const struct zone_operator *a, const struct zone_operator *b)
{
    int order = compare_names(a->rname, b->rname);

    return order != 0 ? order : by_servers(a, b);
}

static const struct rule rules[] = {
    {has_provider, by_provider},           {is_in_block, by_block},
    {has_contact_and_primary, by_primary}, {has_contact_and_servers, by_contact_and_servers},
    {has_servers_only, by_servers},
};

static unsigned find_root(unsigned *parties, unsigned zone)
{
    while (parties[zone] != zone) {
        parties[zone] = parties[parties[zone]];
        zone = parties[zone];
    }
    return zone;
}

/* The lower index becomes the root. */
static void join(unsigned *parties, unsigned a, unsigned b)
{
    a = find_root(parties, a);
    b = find_root(parties, b);
    if (a < b)
        parties[b] = a;
    else
        parties[a] = b;
}

static int by_rule(const void *a, const void *b, void *rule)
{
    const struct zone_operator *left = *(const struct zone_operator *const *)a;
    const struct zone_operator *right = *(const struct zone_operator *const *)b;

    return ((const struct rule *)rule)->compare(left, right);
}

static void apply(const struct rule *rule, const struct zone_operator *zones, unsigned count,
                  const struct zone_operator **sorted, unsigned *parties)
{
    unsigned n = 0;
    struct rule used = *rule;

    for (unsigned i = 0; i < count; i++) {
        if (rule->applies(&zones[i]))
            sorted[n++] = &zones[i];
    }
    if (n < 2)
        return;
    qsort_r(sorted, n, sizeof(*sorted), by_rule, &used);
    for (unsigned i = 1; i < n; i++) {
        if (rule->compare(sorted[i - 1], sorted[i]) == 0)
            join(parties, (unsigned)(sorted[i - 1] - zones), (unsigned)(sorted[i] - zones));
    }
}

bool party_group(const struct zone_operator *zones, unsigned count, unsigned *parties)
{
    const struct zone_operator **sorted = count > 0 ? calloc(count, sizeof(*sorted)) : NULL;

    if (count > 0 && !sorted)
        return false;
    for (unsigned i = 0; i < count; i++)
        parties[i] = i;
    for (unsigned i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
        apply(&rules[i], zones, count, sorted, parties);
    for (unsigned i = 0; i < count; i++)
        parties[i] = find_root(parties, i);
    free(sorted);
    return true;
}

void party_group_block(struct dnsname *out, const struct dnsname *zone, const struct dnsname *above)
{
    unsigned labels = dnsname_labels(above) + 1;
    unsigned least = dnsname_within_text(zone, "ip6.arpa") ? IPV6_LABELS : IPV4_LABELS;
    struct dnsname parent;

    dnsname_copy(out, zone);
    if (dnsname_labels(above) < TOP_LABELS || !dnsname_within(zone, above))
        return;
    if (labels < least)
        labels = least;
    while (dnsname_labels(out) > labels && dnsname_parent(&parent, out))
        dnsname_copy(out, &parent);
}
