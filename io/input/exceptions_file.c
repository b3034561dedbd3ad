#include "io/input/exceptions_file.h"

#include <stdio.h>
#include <string.h>

#include "io/input/row_file.h"
#include "io/system/clock.h"

struct exceptions_reader {
    const char *path;
    struct exceptions *exceptions;
    bool past_first_row;
    struct failure *failure;
};

static bool refuse(struct exceptions_reader *reader, uint64_t line, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: %s", reader->path,
                       (unsigned long long)line, reason);
}

static bool add(struct exceptions_reader *reader, struct exception *exception, uint64_t line)
{
    exception->line = line;
    if (exceptions_count(reader->exceptions) == EXCEPTIONS_MAX)
        return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: more than %d exceptions",
                           reader->path, (unsigned long long)line, EXCEPTIONS_MAX);
    return exceptions_add(reader->exceptions, exception) || failure_out_of_memory(reader->failure);
}

static bool take_row(void *context, const struct row *row)
{
    struct exceptions_reader *reader = context;
    struct exception_cell cells[EXCEPTION_CELLS];
    struct exception exception;
    struct target_reason why;
    bool first = !reader->past_first_row;

    if (row->fault)
        return refuse(reader, row->line, row->fault);
    for (unsigned i = 0; i < row->count && i < EXCEPTION_CELLS; i++)
        cells[i] = (struct exception_cell){row->cells[i].text, row->cells[i].length};
    reader->past_first_row = true;
    if (first && exception_is_header(cells, row->count))
        return true;
    if (!exception_parse(&exception, cells, row->count, &why))
        return refuse(reader, row->line, why.text);
    return add(reader, &exception, row->line);
}

static bool read_file(struct exceptions_reader *reader)
{
    struct row_file *file = row_file_open(reader->path, take_row, reader, reader->failure);

    if (!file)
        return false;
    enum row_file_end end = row_file_read(file);
    if (end == ROW_FILE_BROKEN)
        refuse(reader, row_file_line(file), row_file_fault(file));
    row_file_close(file);
    return end == ROW_FILE_ENDED;
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
    struct exceptions_reader reader = {
        .path = path, .exceptions = exceptions_new(), .failure = failure};
    char today[DATE_TEXT_MAX];

    if (!reader.exceptions) {
        failure_out_of_memory(failure);
        return NULL;
    }
    if (!read_file(&reader)) {
        exceptions_free(reader.exceptions);
        return NULL;
    }
    print_date(today, wall_seconds);
    exceptions_seal(reader.exceptions, today);
    return reader.exceptions;
}
