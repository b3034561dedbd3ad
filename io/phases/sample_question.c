#include "io/phases/sample_question.h"

#include <string.h>
#include <sys/stat.h>

enum { REFUSED_ROWS_MAX = 1000 };

struct sampler {
    bool found;
    struct ipaddr address;
    unsigned refused;
};

static bool on_source(void *context, const char *name)
{
    (void)context;
    (void)name;
    return true;
}

/* False ends the reading. */
static bool on_item(void *context, uint64_t line, const struct target *target)
{
    struct sampler *sampler = context;
    (void)line;
    sampler->found = true;
    sampler->address = target->range.first;
    return false;
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct sampler *sampler = context;
    (void)line;
    (void)reason;
    (void)text;
    (void)len;
    return ++sampler->refused < REFUSED_ROWS_MAX;
}

static bool on_notice(void *context, uint64_t line, const char *text)
{
    (void)context;
    (void)line;
    (void)text;
    return true;
}

/* A literal address, or a file that can be read again. */
static bool is_repeatable(const char *input)
{
    struct stat status;
    return strcmp(input, "-") != 0 && (stat(input, &status) != 0 || S_ISREG(status.st_mode));
}

static void ask_about(struct question *out, const struct ipaddr *address)
{
    ipaddr_reverse_name(&out->name, address);
    out->type = RR_SOA;
}

bool sample_question(struct question *out, const struct load_options *options)
{
    struct sampler sampler = {0};
    const struct intake_sink sink = {.context = &sampler,
                                     .source = on_source,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .notice = on_notice,
                                     .broken = on_notice};
    for (unsigned i = 0; i < options->count && !sampler.found; i++) {
        struct intake_counts counts = {0};
        struct failure ignored = {0}; /* the load reports it */
        if (is_repeatable(options->inputs[i]))
            (void)!intake_read(options->inputs[i], &options->intake, &sink, &counts, &ignored);
    }
    if (!sampler.found)
        return false;
    ask_about(out, &sampler.address);
    return true;
}

bool sample_question_stored(struct question *out, bool *known, struct run_file *run)
{
    struct span_cursor cursor = {0};
    struct span first;
    unsigned got;
    if (!run_file_next_spans(run, &cursor, &first, 1, &got))
        return false;
    *known = got > 0;
    if (*known)
        ask_about(out, &first.range.first);
    return true;
}
