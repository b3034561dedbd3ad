#include "reports/fix_group.h"

bool fix_group_is_party(const struct fix_group *group)
{
    if (fix_group_is_not_loaded(group))
        return group->who != FIXER_FAILING_ZONE || group->zone_is_known;
    return group->who != FIXER_FAILING_ZONE || group->zone_is_known || group->fails ||
           group->provider;
}

bool fix_group_is_not_loaded(const struct fix_group *group)
{
    return group->fails && group->failure == ANSWER_NO_ZONE;
}
