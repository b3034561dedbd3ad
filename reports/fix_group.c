#include "reports/fix_group.h"

bool fix_group_is_party(const struct fix_group *group)
{
    return group->who != FIXER_FAILING_ZONE || group->zone_is_known || group->fails ||
           group->provider;
}

static bool is_server_of(const struct dnsname *server, const struct fix_group *group)
{
    for (unsigned i = 0; i < group->server_count; i++) {
        if (dnsname_equal(server, group->servers[i]))
            return true;
    }
    return false;
}

static bool have_same_servers(const struct fix_group *a, const struct fix_group *b)
{
    if (a->server_count != b->server_count || a->server_total != b->server_total)
        return false;
    for (unsigned i = 0; i < a->server_count; i++) {
        if (!is_server_of(a->servers[i], b))
            return false;
    }
    return true;
}

static bool is_same_name(const struct dnsname *a, const struct dnsname *b)
{
    return a && b ? dnsname_equal(a, b) : a == b;
}

struct fix_shared fix_group_shared(const struct fix_group *first)
{
    struct fix_shared shared = {first->mname, first->rname, first->server_count > 0};

    for (const struct fix_group *group = first->next; group; group = group->next) {
        shared.mname = is_same_name(shared.mname, group->mname) ? shared.mname : NULL;
        shared.rname = is_same_name(shared.rname, group->rname) ? shared.rname : NULL;
        shared.servers = shared.servers && have_same_servers(first, group);
    }
    return shared;
}
