#include "io/input/row_file.h"

#include <stdlib.h>

#include "io/input/source.h"

enum { READ_SIZE = 128 * 1024 };

struct row_file {
    struct source *source;
    struct rows *rows;
    bool is_empty;
    char buffer[READ_SIZE];
};

struct row_file *row_file_open(const char *path, row_fn *give, void *context,
                               struct failure *failure)
{
    struct row_file *file = malloc(sizeof(*file));

    if (!file) {
        failure_out_of_memory(failure);
        return NULL;
    }
    file->is_empty = true;
    file->rows = NULL;
    file->source = source_open(path, failure);
    if (file->source)
        file->rows = rows_new(give, context, failure);
    if (!file->rows) {
        row_file_close(file);
        return NULL;
    }
    return file;
}

enum row_file_end row_file_read(struct row_file *file)
{
    size_t got;
    enum source_status status;

    while ((status = source_read(file->source, file->buffer, READ_SIZE, &got)) == SOURCE_BYTES) {
        file->is_empty = false;
        if (!rows_feed(file->rows, file->buffer, got))
            return ROW_FILE_STOPPED;
    }
    if (status == SOURCE_BROKEN)
        return ROW_FILE_BROKEN;
    return rows_finish(file->rows) ? ROW_FILE_ENDED : ROW_FILE_STOPPED;
}

const char *row_file_fault(const struct row_file *file)
{
    return source_fault(file->source);
}

uint64_t row_file_line(const struct row_file *file)
{
    return rows_line(file->rows);
}

bool row_file_break_off(struct row_file *file)
{
    return rows_break_off(file->rows);
}

bool row_file_is_empty(const struct row_file *file)
{
    return file->is_empty;
}

void row_file_close(struct row_file *file)
{
    if (!file)
        return;
    rows_free(file->rows);
    source_close(file->source);
    free(file);
}
