#include "io/input/table_file.h"

#include "io/input/row_file.h"

bool table_file_refuse(const struct table_file *file, uint64_t line, const char *reason)
{
    return failure_set(file->failure, EXIT_TROUBLE, "%s:%llu: %s", file->path,
                       (unsigned long long)line, reason);
}

static bool take_row(void *context, const struct row *row)
{
    struct table_file *file = context;
    bool first = !file->past_first_row;

    if (row->fault)
        return table_file_refuse(file, row->line, row->fault);
    file->past_first_row = true;
    return file->take(file, row, first);
}

bool table_file_read(struct table_file *file)
{
    struct row_file *rows = row_file_open(file->path, take_row, file, file->failure);

    if (!rows)
        return false;
    enum row_file_end end = row_file_read(rows);
    if (end == ROW_FILE_BROKEN)
        table_file_refuse(file, row_file_line(rows), row_file_fault(rows));
    row_file_close(rows);
    return end == ROW_FILE_ENDED;
}
