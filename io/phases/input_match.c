#include "io/phases/input_match.h"

#include <string.h>

#include "io/phases/item_pieces.h"

/* The rows of one kind in the run file, one ahead of those that are read again. */
struct matcher {
    struct run_file *run;
    const char *directory;
    const struct shard *shard;
    struct failure *failure;
    const char *name; /* of the input being read */
    uint32_t source;  /* its number */
    uint64_t walks;   /* digest of its walks */
    enum run_step item_step, rejected_step;
    struct run_item item;         /* valid with RUN_ROW */
    struct run_rejected rejected; /* likewise */
};

static const char ADVICE[] = "so the input has changed: audit it anew with --force, or leave out "
                             "INPUT to continue with the rows of the run";

static bool run_failed(struct matcher *m)
{
    return failure_pass(m->failure, run_file_failure(m->run));
}

static bool next_item(struct matcher *m)
{
    m->item_step = run_file_items_next(m->run, &m->item);
    return m->item_step != RUN_FAILED || run_failed(m);
}

static bool next_rejected(struct matcher *m)
{
    m->rejected_step = run_file_rejected_next(m->run, &m->rejected);
    return m->rejected_step != RUN_FAILED || run_failed(m);
}

static bool refuse_missing_row(struct matcher *m, uint32_t source, uint64_t line)
{
    return failure_set(
        m->failure, EXIT_TROUBLE, "%s ends before line %llu, which the run in %s has, %s",
        run_file_source(m->run, source), (unsigned long long)line, m->directory, ADVICE);
}

static bool refuse_new_row(struct matcher *m, uint64_t line)
{
    return failure_set(m->failure, EXIT_TROUBLE, "%s:%llu: this row is not in the run in %s, %s",
                       m->name, (unsigned long long)line, m->directory, ADVICE);
}

/* An input has ended: are further rows of it in the run file? */
static bool end_source(struct matcher *m)
{
    if (m->item_step == RUN_ROW && m->item.source <= m->source)
        return refuse_missing_row(m, m->item.source, m->item.line);
    if (m->rejected_step == RUN_ROW && m->rejected.source <= m->source)
        return refuse_missing_row(m, m->rejected.source, m->rejected.line);
    return true;
}

/* A run of an earlier version has no digest. */
static bool match_walks(struct matcher *m)
{
    uint64_t walks = run_file_get_number(m->run, ITEM_WALKS_KEY, m->walks);

    return walks == m->walks ||
           failure_set(m->failure, EXIT_TROUBLE,
                       "the walks (--walk, rows `walk PREFIX`) are not those of the run in %s, %s",
                       m->directory, ADVICE);
}

static bool on_source(void *context, const char *name)
{
    struct matcher *m = context;
    if (!end_source(m))
        return false;
    m->name = name;
    m->source++;
    return true;
}

static bool is_same_item(const struct matcher *m, uint64_t line, const struct run_item *piece)
{
    const struct run_item *item = &m->item;

    return m->item_step == RUN_ROW && item->source == m->source && item->line == line &&
           ipaddr_equal(&item->range.first, &piece->range.first) &&
           ipaddr_equal(&item->range.last, &piece->range.last) && item->mapped == piece->mapped &&
           item->has_expected == piece->has_expected &&
           (!item->has_expected || dnsname_equal(&item->expected, &piece->expected));
}

static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct matcher *m = context;
    struct item_pieces pieces;
    struct run_item piece;
    enum run_step step;

    if (target->is_walk) { /* its row is gone when it is finished */
        item_pieces_add_walk(&m->walks, m->source, line, &target->range);
        return true;
    }
    item_pieces_begin(&pieces, m->shard, target);
    while ((step = item_pieces_next(&pieces, &piece)) == RUN_ROW) {
        if (!(is_same_item(m, line, &piece) ? next_item(m) : refuse_new_row(m, line)))
            return false;
    }
    return step == RUN_END || item_pieces_failed(m->failure, m->name, line);
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct matcher *m = context;
    const struct run_rejected *rejected = &m->rejected;
    bool same = m->rejected_step == RUN_ROW && rejected->source == m->source &&
                rejected->line == line && rejected->length == len &&
                memcmp(rejected->text, text, len) == 0;
    (void)reason;
    return same ? next_rejected(m) : refuse_new_row(m, line);
}

/* Notices and breaks were reported when the input was loaded. */
static bool on_notice(void *context, uint64_t line, const char *text)
{
    (void)context, (void)line, (void)text;
    return true;
}

bool input_match(struct run_file *run, const struct load_options *options, const char *directory,
                 struct failure *failure)
{
    struct matcher m = {
        .run = run, .directory = directory, .shard = &options->shard, .failure = failure};
    const struct intake_sink sink = {.context = &m,
                                     .source = on_source,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .unnamed = on_rejected,
                                     .notice = on_notice,
                                     .broken = on_notice};
    struct intake_counts counts = {0};
    if (!run_file_items_begin(run) || !run_file_rejected_begin(run))
        return run_failed(&m);
    if (!next_item(&m) || !next_rejected(&m))
        return false;
    for (unsigned i = 0; i < options->count; i++) {
        if (!intake_read(options->inputs[i], &options->intake, &sink, &counts, failure))
            return false;
    }
    return end_source(&m) && match_walks(&m);
}
