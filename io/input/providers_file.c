#include "io/input/providers_file.h"

#include "io/input/row_file.h"

struct providers_reader {
    const char *path;
    struct providers *providers;
    bool past_first_row;
    struct failure *failure;
};

static bool refuse(struct providers_reader *reader, uint64_t line, const char *reason)
{
    return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: %s", reader->path,
                       (unsigned long long)line, reason);
}

static bool add(struct providers_reader *reader, struct provider *provider, uint64_t line)
{
    provider->line = line;
    if (providers_count(reader->providers) == PROVIDERS_MAX)
        return failure_set(reader->failure, EXIT_TROUBLE, "%s:%llu: more than %d prefixes",
                           reader->path, (unsigned long long)line, PROVIDERS_MAX);
    return providers_add(reader->providers, provider) || failure_out_of_memory(reader->failure);
}

static bool take_row(void *context, const struct row *row)
{
    struct providers_reader *reader = context;
    struct provider_cell cells[PROVIDER_CELLS];
    struct provider provider;
    struct target_reason why;
    bool first = !reader->past_first_row;

    if (row->fault)
        return refuse(reader, row->line, row->fault);
    for (unsigned i = 0; i < row->count && i < PROVIDER_CELLS; i++)
        cells[i] = (struct provider_cell){row->cells[i].text, row->cells[i].length};
    reader->past_first_row = true;
    if (first && provider_is_header(cells, row->count))
        return true;
    if (!provider_parse(&provider, cells, row->count, &why))
        return refuse(reader, row->line, why.text);
    return add(reader, &provider, row->line);
}

static bool read_file(struct providers_reader *reader)
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

static bool seal(struct providers_reader *reader)
{
    const struct provider *again;
    const struct provider *earlier;

    return providers_seal(reader->providers, &again, &earlier) ||
           failure_set(reader->failure, EXIT_TROUBLE,
                       "%s:%llu: the prefix is also in line %llu: each prefix has one provider",
                       reader->path, (unsigned long long)again->line,
                       (unsigned long long)earlier->line);
}

struct providers *providers_file_load(const char *path, struct failure *failure)
{
    struct providers_reader reader = {
        .path = path, .providers = providers_new(), .failure = failure};

    if (!reader.providers) {
        failure_out_of_memory(failure);
        return NULL;
    }
    if (read_file(&reader) && seal(&reader))
        return reader.providers;
    providers_free(reader.providers);
    return NULL;
}
