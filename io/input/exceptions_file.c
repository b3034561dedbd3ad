#include "io/input/exceptions_file.h"

#include <stdio.h>
#include <string.h>

#include "io/input/table_file.h"
#include "io/system/clock.h"

static bool add(struct table_file *file, struct exception *exception, uint64_t line)
{
    exception->line = line;
    if (exceptions_count(file->context) == EXCEPTIONS_MAX)
        return failure_set(file->failure, EXIT_TROUBLE, "%s:%llu: more than %d exceptions",
                           file->path, (unsigned long long)line, EXCEPTIONS_MAX);
    return exceptions_add(file->context, exception) || failure_out_of_memory(file->failure);
}

static bool take_row(struct table_file *file, const struct row *row, bool first)
{
    struct exception_cell cells[EXCEPTION_CELLS];
    struct exception exception;
    struct target_reason why;

    for (unsigned i = 0; i < row->count && i < EXCEPTION_CELLS; i++)
        cells[i] = (struct exception_cell){row->cells[i].text, row->cells[i].length};
    if (first && exception_is_header(cells, row->count))
        return true;
    if (!exception_parse(&exception, cells, row->count, &why))
        return table_file_refuse(file, row->line, why.text);
    return add(file, &exception, row->line);
}

/* The date of RFC 3339 is the text before the T. */
static void print_date(char out[DATE_TEXT_MAX], int64_t wall_seconds)
{
    char text[CLOCK_TEXT_MAX];

    clock_print(text, wall_seconds);
    memcpy(out, text, DATE_TEXT_MAX - 1);
    out[DATE_TEXT_MAX - 1] = '\0';
}

struct exceptions *exceptions_file_load(const char *path, int64_t wall_seconds,
                                        struct failure *failure)
{
    struct exceptions *exceptions = exceptions_new();
    struct table_file file = {
        .path = path, .take = take_row, .context = exceptions, .failure = failure};
    char today[DATE_TEXT_MAX];

    if (!exceptions) {
        failure_out_of_memory(failure);
        return NULL;
    }
    if (!table_file_read(&file)) {
        exceptions_free(exceptions);
        return NULL;
    }
    print_date(today, wall_seconds);
    exceptions_seal(exceptions, today);
    return exceptions;
}

struct exceptions *exceptions_file_at(const struct exceptions *exceptions, int64_t wall_seconds,
                                      struct failure *failure)
{
    char day[DATE_TEXT_MAX];

    print_date(day, wall_seconds);
    struct exceptions *out = exceptions_on(exceptions, day);
    if (!out)
        failure_out_of_memory(failure);
    return out;
}
