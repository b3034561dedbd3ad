#include "reports/rows/json_line.h"

#include <string.h>

enum {
    ESCAPED_MAX = 6, /* octets of an escape: \u001b */
    RESERVED = 4096, /* for keys, brackets and the end of the line */
};

/* Room for the value, its key, quotes and separators. */
static bool has_room(const struct json_line *line, size_t len)
{
    size_t left = JSON_LINE_MAX - line->used;

    return left > RESERVED && len <= (left - RESERVED) / ESCAPED_MAX;
}

static void put(struct json_line *line, const char *text, size_t len)
{
    memcpy(line->bytes + line->used, text, len);
    line->used += len;
}

static void put_char(struct json_line *line, char c)
{
    line->bytes[line->used++] = c;
}

/* RFC 8259 7 */
static void put_escaped(struct json_line *line, char c)
{
    static const char HEX[] = "0123456789abcdef";
    unsigned char octet = (unsigned char)c;

    if (octet >= 0x20) {
        put_char(line, '\\');
        put_char(line, c);
    } else {
        put(line, "\\u00", 4);
        put_char(line, HEX[octet >> 4]);
        put_char(line, HEX[octet & 15]);
    }
}

static void put_string(struct json_line *line, const char *text, size_t len)
{
    put_char(line, '"');
    for (size_t i = 0; i < len; i++) {
        if ((unsigned char)text[i] < 0x20 || text[i] == '"' || text[i] == '\\')
            put_escaped(line, text[i]);
        else
            put_char(line, text[i]);
    }
    put_char(line, '"');
}

static void put_key(struct json_line *line, const char *key, const char *end)
{
    put_char(line, line->used == 0 ? '{' : ',');
    put_char(line, '"');
    put(line, key, strlen(key));
    put(line, end, strlen(end));
    put_char(line, '"');
    put_char(line, ':');
}

void json_line_begin(struct json_line *line)
{
    line->used = 0;
}

void json_key(struct json_line *line, const char *key, enum json_kind kind)
{
    line->key = key;
    line->kind = kind;
    line->values = 0;
    line->more = 0;
    put_key(line, key, "");
    if (kind == JSON_LIST || kind == JSON_PAIRS)
        put_char(line, kind == JSON_LIST ? '[' : '{');
}

static void put_separator(struct json_line *line)
{
    if (line->values++ > 0)
        put_char(line, ',');
}

static void put_pairs(struct json_line *line, const char *text, size_t len)
{
    const char *end = text + len;

    while (text < end) {
        const char *stop = memchr(text, ';', (size_t)(end - text));
        const char *last = stop ? stop : end;
        const char *equals = memchr(text, '=', (size_t)(last - text));

        if (equals) {
            put_separator(line);
            put_string(line, text, (size_t)(equals - text));
            put_char(line, ':');
            put_string(line, equals + 1, (size_t)(last - equals - 1));
        }
        text = stop ? stop + 1 : end;
    }
}

void json_value(struct json_line *line, const char *text, size_t len)
{
    if (!has_room(line, len) || (len == 0 && line->kind != JSON_LIST))
        return;
    switch (line->kind) {
    case JSON_TEXT:
        put_string(line, text, len);
        line->values++;
        break;
    case JSON_NUMBER:
        put(line, text, len);
        line->values++;
        break;
    case JSON_LIST:
        put_separator(line);
        if (len > 0)
            put_string(line, text, len);
        else
            put(line, "null", 4);
        break;
    case JSON_PAIRS:
        put_pairs(line, text, len);
        break;
    }
}

void json_value_more(struct json_line *line, uint64_t more)
{
    line->more = more;
}

void json_key_end(struct json_line *line)
{
    char room[OUTFILE_DIGITS_MAX];
    size_t count;

    if (line->kind == JSON_LIST || line->kind == JSON_PAIRS)
        put_char(line, line->kind == JSON_LIST ? ']' : '}');
    else if (line->values == 0)
        put(line, "null", 4);
    if (line->more == 0)
        return;
    put_key(line, line->key, "_more");
    const char *digits = outfile_digits(room, line->more, &count);
    put(line, digits, count);
}

void json_line_write(struct json_line *line, struct outfile *out)
{
    put(line, "}\n", 2);
    outfile_write(out, line->bytes, line->used);
}
