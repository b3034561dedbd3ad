/*
 * How the run was done, as lines for people, made from what the run files record. Ownership:
 * story_make / story_free.
 */
#ifndef REPORTS_STORY_H
#define REPORTS_STORY_H

#include "io/run/record.h"
#include "reports/report_plan.h"

enum { STORY_LINES_MAX = 40, STORY_VALUE_MAX = RECORD_TEXT_MAX };

struct story {
    unsigned count;
    struct run_story lines[STORY_LINES_MAX];
    char (*values)[STORY_VALUE_MAX];
    struct histogram latency; /* of all runs together */
};

/* records: one per reported run. False: out of memory. */
bool story_make(struct story *out, const struct run_record *records, unsigned count)
    __attribute__((warn_unused_result));
/* The value of a line; NULL: no such line. */
const char *story_value(const struct story *story, const char *key);
void story_free(struct story *story);

#endif
