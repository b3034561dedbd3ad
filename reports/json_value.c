#include "reports/json_value.h"

#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/time_text.h"

enum { STRING_MAX = 16 * 1024, INDENT = 2 };

static const size_t form = JSON_INDENT(INDENT) | JSON_REAL_PRECISION(9);

json_t *json_of_text(const char *text)
{
    char safe[STRING_MAX];
    size_t n = printable_text(safe, sizeof(safe), text, strlen(text));

    return json_stringn(safe, n);
}

json_t *json_of_number(uint64_t number)
{
    return json_integer((json_int_t)number);
}

json_t *json_of_time(int64_t wall_seconds)
{
    struct time_text time = {0};

    return json_string(time_text_of(&time, wall_seconds));
}

static int to_outfile(const char *text, size_t len, void *out)
{
    outfile_write(out, text, len);
    return 0;
}

bool json_write(json_t *root, struct outfile *out)
{
    bool good = json_dump_callback(root, to_outfile, out, form) == 0;

    outfile_char(out, '\n');
    json_decref(root);
    return good;
}

bool json_write_members(json_t *object, struct outfile *out)
{
    static const size_t brace = sizeof("{\n") - 1;
    char *text = json_dumps(object, form);

    json_decref(object);
    if (!text)
        return false;
    outfile_write(out, text + brace, strlen(text) - 2 * brace);
    free(text);
    return true;
}

bool json_write_element(json_t *value, unsigned depth, struct outfile *out)
{
    char *text = json_dumps(value, form);
    const char *end, *line = text;

    json_decref(value);
    if (!text)
        return false;
    while (*line) {
        end = strchrnul(line, '\n');
        outfile_printf(out, "\n%*s", (int)(depth * INDENT), "");
        outfile_write(out, line, (size_t)(end - line));
        line = *end ? end + 1 : end;
    }
    free(text);
    return true;
}
