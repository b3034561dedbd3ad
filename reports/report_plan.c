#include "reports/report_plan.h"

#include <string.h>

const char *report_plan_story(const struct report_plan *plan, const char *key)
{
    for (unsigned i = 0; i < plan->story_count; i++)
        if (strcmp(plan->story[i].key, key) == 0)
            return plan->story[i].value;
    return NULL;
}
