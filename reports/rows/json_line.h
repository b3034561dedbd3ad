/*
 * One line of a JSON Lines file: an object (RFC 8259), collected in fixed storage and written at
 * once.
 *
 * The kind of a key says what becomes of its values. Without a value, or with an empty one, a text
 * or number is null, a list or object empty. Ownership: plain value, begin with json_line_begin.
 * Texts are UTF-8. Ceiling: a value for which JSON_LINE_MAX has no room is left out, so that the
 * line stays valid JSON; the limits of the callers stay below it.
 */
#ifndef REPORTS_ROWS_JSON_LINE_H
#define REPORTS_ROWS_JSON_LINE_H

#include "io/output/outfile.h"

enum { JSON_LINE_MAX = 256 * 1024 };

enum json_kind {
    JSON_TEXT,   /* "text", of one value */
    JSON_NUMBER, /* the digits of one value */
    JSON_LIST,   /* ["text"]; an empty value is null */
    JSON_PAIRS,  /* {"key": "text"}, of values "key=text", several joined by ';' or given apart */
};

struct json_line {
    size_t used;
    const char *key; /* the open one */
    enum json_kind kind;
    unsigned values; /* of the open key */
    uint64_t more;   /* beyond these */
    char bytes[JSON_LINE_MAX];
};

void json_line_begin(struct json_line *line);
/* Opens a key. It needs no escapes, and must outlive the line. */
void json_key(struct json_line *line, const char *key, enum json_kind kind);
void json_value(struct json_line *line, const char *text, size_t len);
/* After the values of a list that was cut: becomes "KEY_more": 990. */
void json_value_more(struct json_line *line, uint64_t more);
void json_key_end(struct json_line *line);
/* Ends the object and the line, and writes it. */
void json_line_write(struct json_line *line, struct outfile *out);

#endif
