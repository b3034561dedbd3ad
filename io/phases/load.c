#include "io/phases/load.h"

#include <stdio.h>

#include "io/input/rows.h"
#include "io/system/say.h"

enum { LOAD_COMMIT_EVERY = 200000 }; /* rows in one transaction */

struct loading {
    struct run_file *run; /* NULL: keep nothing */
    const struct load_options *options;
    const char *source_name;
    uint32_t source;
    uint64_t written;
};

/* A transaction that grows with the input would keep all of it in the log. */
static bool wrote(struct loading *loading, bool good)
{
    if (!good)
        return false;
    return ++loading->written % LOAD_COMMIT_EVERY != 0 || run_file_commit(loading->run);
}

static bool on_source(void *context, const char *name)
{
    struct loading *loading = context;
    loading->source_name = name;
    return !loading->run || run_file_add_source(loading->run, name, &loading->source);
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct loading *loading = context;
    if (!loading->run)
        return true;
    struct run_item item;
    item.source = loading->source;
    item.line = line;
    item.range = target->range;
    item.mapped = target->mapped;
    item.has_expected = target->has_expected;
    if (target->has_expected)
        dnsname_copy(&item.expected, &target->expected);
    return wrote(loading, run_file_add_item(loading->run, &item));
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct loading *loading = context;
    if (loading->options->tell_rejected)
        say("%s:%llu: refused: %s", loading->source_name, (unsigned long long)line, reason);
    if (!loading->run)
        return true;
    struct run_rejected rejected = {
        .source = loading->source, .line = line, .reason = reason, .text = text, .length = len};
    return wrote(loading, run_file_add_rejected(loading->run, &rejected));
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    struct loading *loading = context;
    if (loading->options->quiet)
        return true;
    if (line > 0)
        say("%s:%llu: %s", loading->source_name, (unsigned long long)line, text);
    else
        say("%s: %s", loading->source_name, text);
    return true;
}

static bool on_broken(void *context, uint64_t line, const char *reason)
{
    struct loading *loading = context;
    say("%s:%llu: the input breaks off here: %s; what came before it is used", loading->source_name,
        (unsigned long long)line, reason);
    return true;
}

static bool load_all(struct loading *loading, struct intake_counts *counts, struct failure *failure)
{
    const struct load_options *options = loading->options;
    const struct intake_sink sink = {.context = loading,
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
    struct loading loading = {.run = run, .options = options};
    if (load_all(&loading, counts, failure) && run_file_seal_input(run))
        return true;
    return failure_pass(failure, run_file_failure(run));
}

bool load_dry(const struct load_options *options, struct intake_counts *counts,
              struct failure *failure)
{
    struct loading loading = {.options = options};
    return load_all(&loading, counts, failure);
}
