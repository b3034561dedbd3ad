#include "io/input/providers_file.h"

#include "io/input/table_file.h"

static bool add(struct table_file *file, struct provider *provider, uint64_t line)
{
    provider->line = line;
    if (providers_count(file->context) == PROVIDERS_MAX)
        return failure_set(file->failure, EXIT_TROUBLE, "%s:%llu: more than %d prefixes",
                           file->path, (unsigned long long)line, PROVIDERS_MAX);
    return providers_add(file->context, provider) || failure_out_of_memory(file->failure);
}

static bool take_row(struct table_file *file, const struct row *row, bool first)
{
    struct provider_cell cells[PROVIDER_CELLS];
    struct provider provider;
    struct target_reason why;

    for (unsigned i = 0; i < row->count && i < PROVIDER_CELLS; i++)
        cells[i] = (struct provider_cell){row->cells[i].text, row->cells[i].length};
    if (first && provider_is_header(cells, row->count))
        return true;
    if (!provider_parse(&provider, cells, row->count, &why))
        return table_file_refuse(file, row->line, why.text);
    return add(file, &provider, row->line);
}

static bool seal(const struct table_file *file)
{
    const struct provider *again;
    const struct provider *earlier;

    return providers_seal(file->context, &again, &earlier) ||
           failure_set(file->failure, EXIT_TROUBLE,
                       "%s:%llu: the prefix is also in line %llu: each prefix has one provider",
                       file->path, (unsigned long long)again->line,
                       (unsigned long long)earlier->line);
}

struct providers *providers_file_load(const char *path, struct failure *failure)
{
    struct providers *providers = providers_new();
    struct table_file file = {
        .path = path, .take = take_row, .context = providers, .failure = failure};

    if (!providers) {
        failure_out_of_memory(failure);
        return NULL;
    }
    if (table_file_read(&file) && seal(&file))
        return providers;
    providers_free(providers);
    return NULL;
}
