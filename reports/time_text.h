/*
 * RFC 3339 times, fast for consecutive rows of the same day: the date is computed once a day, the
 * rest is arithmetic.
 */
#ifndef REPORTS_TIME_TEXT_H
#define REPORTS_TIME_TEXT_H

#include <stdbool.h>

#include "io/system/clock.h"

/* Begin with zeros. */
struct time_text {
    bool known; /* text holds the date of `day` */
    int64_t day;
    int64_t wall_seconds; /* printed in text */
    char text[CLOCK_TEXT_MAX];
    size_t length;
};

/* "2026-11-23T12:38:49Z"; valid until the next call with the same value. */
const char *time_text_of(struct time_text *time, int64_t wall_seconds);

#endif
