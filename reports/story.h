/*
 * How the run was done, as lines for people, made from what the run files record. Ownership:
 * story_make / story_free.
 */
#ifndef REPORTS_STORY_H
#define REPORTS_STORY_H

#include "io/run/run_records.h"
#include "reports/report_plan.h"

enum { STORY_LINES_MAX = 40, STORY_VALUE_MAX = RECORD_TEXT_MAX };

struct story {
    unsigned count;
    struct run_story lines[STORY_LINES_MAX];
    char (*values)[STORY_VALUE_MAX];
    struct histogram latency; /* of all runs together */
};

/* records: of `count` reported runs. False: out of memory. */
bool story_make(struct story *out, struct run_records records, unsigned count)
    __attribute__((warn_unused_result));
/* The value of a line; NULL: no such line. */
const char *story_value(const struct story *story, const char *key);
void story_free(struct story *story);

#endif
