/* Values of the JSON reports (RFC 8259). The only door to jansson. Memory that
 * runs out gives NULL, which jansson refuses where the value is set. */
#ifndef REPORTS_JSON_VALUE_H
#define REPORTS_JSON_VALUE_H

#include <jansson.h>
#include <stdint.h>

#include "io/output/outfile.h"

/* Any bytes: JSON is UTF-8 (RFC 8259 8.1). */
json_t *json_of_text(const char *text);
json_t *json_of_number(uint64_t number);
/* "2026-11-23T12:38:49Z" */
json_t *json_of_time(int64_t wall_seconds);
/* Writes the value, indented, and frees it. False: out of memory. */
bool json_write(json_t *root, struct outfile *out) __attribute__((warn_unused_result));
/* For a value too large for memory, piece by piece. Both free the value; false: out of memory. */
/* The members of an object that has some, without its braces. */
bool json_write_members(json_t *object, struct outfile *out) __attribute__((warn_unused_result));
/* A value at this depth of another one, on lines of its own. */
bool json_write_element(json_t *value, unsigned depth, struct outfile *out)
    __attribute__((warn_unused_result));

#endif
