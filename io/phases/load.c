#include "io/phases/load.h"

#include <stdio.h>

#include "io/input/rows.h"
#include "io/system/say.h"

struct loader {
    struct run_file *run; /* NULL: only count */
    const struct load_options *options;
    const char *source_name;
    uint32_t source;
};

static bool on_source(void *context, const char *name)
{
    struct loader *loader = context;
    loader->source_name = name;
    return !loader->run || run_file_add_source(loader->run, name, &loader->source);
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct loader *loader = context;
    if (!loader->run)
        return true;
    struct run_item item;
    item.source = loader->source;
    item.line = line;
    item.range = target->range;
    item.mapped = target->mapped;
    item.has_expected = target->has_expected;
    if (target->has_expected)
        dnsname_copy(&item.expected, &target->expected);
    return run_file_add_item(loader->run, &item) && run_file_commit_when_large(loader->run);
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct loader *loader = context;
    if (loader->options->show_rejected)
        say("%s:%llu: refused: %s", loader->source_name, (unsigned long long)line, reason);
    if (!loader->run)
        return true;
    struct run_rejected rejected = {
        .source = loader->source, .line = line, .reason = reason, .text = text, .length = len};
    return run_file_add_rejected(loader->run, &rejected) && run_file_commit_when_large(loader->run);
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    struct loader *loader = context;
    if (loader->options->quiet)
        return true;
    if (line > 0)
        say("%s:%llu: %s", loader->source_name, (unsigned long long)line, text);
    else
        say("%s: %s", loader->source_name, text);
    return true;
}

static bool on_broken(void *context, uint64_t line, const char *reason)
{
    struct loader *loader = context;
    say("%s:%llu: the input breaks off here: %s; the rows before it are used", loader->source_name,
        (unsigned long long)line, reason);
    return true;
}

static bool load_all(struct loader *loader, struct intake_counts *counts, struct failure *failure)
{
    const struct load_options *options = loader->options;
    const struct intake_sink sink = {.context = loader,
                                     .source = on_source,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .notice = on_notice,
                                     .broken = on_broken};
    *counts = (struct intake_counts){0};
    for (unsigned i = 0; i < options->count; i++) {
        if (!intake_read(options->inputs[i], &options->intake, &sink, counts, failure))
            return false;
    }
    return true;
}

bool load_inputs(struct run_file *run, const struct load_options *options,
                 struct intake_counts *counts, struct failure *failure)
{
    struct loader loader = {.run = run, .options = options};
    if (load_all(&loader, counts, failure) && run_file_seal_input(run))
        return true;
    return failure_pass(failure, run_file_failure(run));
}

bool load_dry(const struct load_options *options, struct intake_counts *counts,
              struct failure *failure)
{
    struct loader loader = {.options = options};
    return load_all(&loader, counts, failure);
}
