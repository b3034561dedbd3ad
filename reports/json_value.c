#include "reports/json_value.h"

#include <string.h>

#include "io/system/printable.h"
#include "reports/time_text.h"

enum { STRING_MAX = 16 * 1024 };

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
    bool good =
        json_dump_callback(root, to_outfile, out, JSON_INDENT(2) | JSON_REAL_PRECISION(9)) == 0;

    outfile_char(out, '\n');
    json_decref(root);
    return good;
}
