#include "io/input/exceptions_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/input/rows.h"
#include "io/input/source.h"
#include "io/system/clock.h"

enum { READ_SIZE = 64 * 1024 };

struct loading {
    const char *path;
    struct exceptions *exceptions;
    bool begun; /* the first row was read */
    struct failure *failure;
};

static bool refuse(struct loading *loading, uint64_t line, const char *reason)
{
    return failure_set(loading->failure, EXIT_TROUBLE, "%s:%llu: %s", loading->path,
                       (unsigned long long)line, reason);
}

static bool add(struct loading *loading, struct exception *exception, uint64_t line)
{
    exception->line = line;
    if (exceptions_count(loading->exceptions) == EXCEPTIONS_MAX)
        return failure_set(loading->failure, EXIT_TROUBLE, "%s:%llu: more than %d exceptions",
                           loading->path, (unsigned long long)line, EXCEPTIONS_MAX);
    return exceptions_add(loading->exceptions, exception) ||
           failure_out_of_memory(loading->failure);
}

static bool take_row(void *context, const struct row *row)
{
    struct loading *loading = context;
    struct exception_cell cells[EXCEPTION_CELLS];
    struct exception exception;
    struct target_reason why;
    bool first = !loading->begun;
    if (row->fault)
        return refuse(loading, row->line, row->fault);
    for (unsigned i = 0; i < row->count && i < EXCEPTION_CELLS; i++)
        cells[i] = (struct exception_cell){row->cells[i].text, row->cells[i].length};
    loading->begun = true;
    if (first && exception_is_header(cells, row->count))
        return true;
    if (!exception_parse(&exception, cells, row->count, &why))
        return refuse(loading, row->line, why.text);
    return add(loading, &exception, row->line);
}

static bool read_rows(struct loading *loading, struct source *source, struct rows *rows,
                      char *buffer)
{
    size_t got;
    enum source_status status;
    while ((status = source_read(source, buffer, READ_SIZE, &got)) == SOURCE_BYTES) {
        if (!rows_feed(rows, buffer, got))
            return false;
    }
    if (status == SOURCE_BROKEN)
        return refuse(loading, rows_line(rows), source_fault(source));
    return rows_finish(rows);
}

static bool read_file(struct loading *loading)
{
    bool done = false;
    struct rows *rows = NULL;
    char *buffer = NULL;
    struct source *source = source_open(loading->path, loading->failure);
    if (!source)
        goto out;
    rows = rows_new(take_row, loading);
    buffer = malloc(READ_SIZE);
    if (rows && buffer)
        done = read_rows(loading, source, rows, buffer);
    if (!rows || !buffer || rows_out_of_memory(rows))
        failure_out_of_memory(loading->failure);
out:
    free(buffer);
    rows_free(rows);
    source_close(source);
    return done;
}

/* The date of RFC 3339 stands before the T. */
static void print_date(char out[DATE_TEXT_MAX], int64_t wall_seconds)
{
    char text[CLOCK_TEXT_MAX];
    clock_print(text, wall_seconds);
    memcpy(out, text, DATE_TEXT_MAX - 1);
    out[DATE_TEXT_MAX - 1] = '\0';
}

struct exceptions *exceptions_load(const char *path, int64_t wall_seconds, struct failure *failure)
{
    struct loading loading = {.path = path, .exceptions = exceptions_new(), .failure = failure};
    if (!loading.exceptions) {
        failure_out_of_memory(failure);
        return NULL;
    }
    if (!read_file(&loading)) {
        exceptions_free(loading.exceptions);
        return NULL;
    }
    char today[DATE_TEXT_MAX];
    print_date(today, wall_seconds);
    exceptions_seal(loading.exceptions, today);
    return loading.exceptions;
}
