#include "io/phases/load.h"

#include <stdio.h>
#include <string.h>

#include "io/input/rows.h"
#include "io/phases/item_pieces.h"
#include "io/run/walks.h"
#include "io/system/digest.h"
#include "io/system/say.h"

struct loader {
    struct run_file *run; /* NULL: only count */
    const struct load_options *options;
    struct load_result *result;
    struct failure *failure;
    const char *source_name;
    uint32_t source;
    uint64_t seq;          /* of the last piece of the input */
    uint64_t walks;        /* digest of the walks */
    size_t columns_used;   /* of result->columns */
    size_t columns_before; /* where the description of this input begins */
};

static bool on_source(void *context, const char *name)
{
    struct loader *loader = context;
    loader->source_name = name;
    loader->columns_before = loader->columns_used;
    return !loader->run || run_file_add_source(loader->run, name, &loader->source);
}

/* A later description of the same input replaces the first one. */
static void keep_columns(struct loader *loader, const char *text)
{
    const char *separator = loader->columns_before > 0 ? " | " : "";
    bool named = loader->options->count > 1;
    char *columns = loader->result->columns;
    size_t used = loader->columns_before;
    int length = snprintf(columns + used, LOAD_COLUMNS_MAX - used, "%s%s%s%s", separator,
                          named ? loader->source_name : "", named ? ": " : "", text);

    used += length > 0 ? (size_t)length : 0;
    if (used >= LOAD_COLUMNS_MAX) {
        memcpy(columns + LOAD_COLUMNS_MAX - 4, "...", 4);
        used = LOAD_COLUMNS_MAX - 1;
    }
    loader->columns_used = used;
}

static bool on_columns(void *context, const char *text)
{
    struct loader *loader = context;

    keep_columns(loader, text);
    if (loader->options->show_columns && !loader->options->quiet)
        say("%s: %s", loader->source_name, text);
    return true;
}

static void digest_item(struct loader *loader, uint64_t line, const struct target *target)
{
    uint64_t *digest = &loader->result->digest;
    char expected[DNSNAME_TEXT_MAX] = "";

    if (target->has_expected)
        dnsname_print(expected, &target->expected);
    digest_add(digest, &line, sizeof(line));
    digest_add(digest, &target->range, sizeof(target->range));
    digest_add(digest, &target->mapped, sizeof(target->mapped));
    digest_add(digest, expected, strlen(expected));
}

static bool add_piece(struct loader *loader, const struct run_item *item)
{
    loader->result->shard_addresses += iprange_count(&item->range);
    return !loader->run ||
           (run_file_add_item(loader->run, item) && run_file_commit_when_large(loader->run));
}

/* A walk is not split: the first shard does all of it. */
static bool add_walk(struct loader *loader, uint64_t line, const struct target *target)
{
    bool mine = loader->options->shard.count == 0 || loader->options->shard.index == 0;

    loader->seq++;
    item_pieces_add_walk(&loader->walks, loader->source, line, &target->range);
    return !loader->run || !mine ||
           run_file_add_walk(loader->run, &(struct run_walk){loader->source, line}, &target->range);
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct loader *loader = context;
    struct run_item item = {.source = loader->source, .line = line};
    struct item_pieces pieces;
    enum run_step step;

    if (loader->options->shard.count > 0)
        digest_item(loader, line, target);
    if (target->is_walk)
        return add_walk(loader, line, target);
    item_pieces_begin(&pieces, &loader->options->shard, target);
    while ((step = item_pieces_next(&pieces, &item)) == RUN_ROW) {
        item.seq = loader->seq + pieces.count;
        if (!add_piece(loader, &item))
            return false;
    }
    loader->seq += pieces.count;
    return step == RUN_END || item_pieces_failed(loader->failure, loader->source_name, line);
}

static void keep_example(struct loader *loader, uint64_t line, const char *reason)
{
    struct load_result *result = loader->result;
    struct load_example *example = &result->examples[result->example_count];

    if (result->example_count == LOAD_EXAMPLES)
        return;
    example->source = loader->source_name;
    example->line = line;
    snprintf(example->reason, sizeof(example->reason), "%s", reason);
    result->example_count++;
}

static bool keep_rejected(struct loader *loader, const struct run_rejected *rejected,
                          const char *what)
{
    keep_example(loader, rejected->line, rejected->reason);
    digest_add(&loader->result->digest, rejected->text, rejected->length);
    if (loader->options->show_rejected)
        say("%s:%llu: %s%s", loader->source_name, (unsigned long long)rejected->line, what,
            rejected->reason);
    return !loader->run || (run_file_add_rejected(loader->run, rejected) &&
                            run_file_commit_when_large(loader->run));
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct loader *loader = context;
    struct run_rejected rejected = {
        .source = loader->source, .line = line, .reason = reason, .text = text, .length = len};
    return keep_rejected(loader, &rejected, "refused: ");
}

static bool on_unnamed(void *context, uint64_t line, const char *reason, const char *text,
                       size_t len)
{
    struct loader *loader = context;
    struct run_rejected rejected = {
        .source = loader->source, .line = line, .reason = reason, .text = text, .length = len};
    return keep_rejected(loader, &rejected, "");
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

static bool load_all(struct loader *loader)
{
    const struct load_options *options = loader->options;
    const struct intake_sink sink = {.context = loader,
                                     .source = on_source,
                                     .columns = on_columns,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .unnamed = on_unnamed,
                                     .notice = on_notice,
                                     .broken = on_broken};
    memset(loader->result, 0, sizeof(*loader->result));
    for (unsigned i = 0; i < options->count; i++) {
        if (!intake_read(options->inputs[i], &options->intake, &sink, &loader->result->counts,
                         loader->failure))
            return false;
    }
    return true;
}

bool load_inputs(struct run_file *run, const struct load_options *options,
                 struct load_result *result, struct failure *failure)
{
    struct loader loader = {.run = run, .options = options, .result = result, .failure = failure};
    if (load_all(&loader) && run_file_set_number(run, ITEM_WALKS_KEY, loader.walks) &&
        run_file_seal_input(run))
        return true;
    return failure_pass(failure, run_file_failure(run));
}

bool load_dry(const struct load_options *options, struct load_result *result,
              struct failure *failure)
{
    struct loader loader = {.options = options, .result = result, .failure = failure};
    return load_all(&loader);
}
