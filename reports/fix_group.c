#include "reports/fix_group.h"

bool fix_group_is_party(const struct fix_group *group)
{
    return group->who != FIXER_FAILING_ZONE || group->zone_is_known || group->fails ||
           group->provider;
}
