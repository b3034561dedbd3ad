#include "io/phases/sample_question.h"

#include <string.h>
#include <sys/stat.h>

enum {
    ROWS_MAX = 1000,    /* that are read */
    SPANS_PORTION = 50, /* read at a time */
    UNIT_OCTETS_V4 = 3, /* a /24 */
    UNIT_OCTETS_V6 = 6, /* a /48 */
};

struct sampler {
    struct probe_sample *sample;
    struct ipaddr addresses[PROBE_SAMPLE_MAX];
    unsigned rows;
};

static bool same_unit(const struct ipaddr *a, const struct ipaddr *b)
{
    return a->family == b->family &&
           memcmp(a->bytes, b->bytes, a->family == IP_V4 ? UNIT_OCTETS_V4 : UNIT_OCTETS_V6) == 0;
}

static void take_address(struct sampler *sampler, const struct ipaddr *address)
{
    struct probe_sample *sample = sampler->sample;
    for (unsigned i = 0; i < sample->count; i++) {
        if (same_unit(&sampler->addresses[i], address))
            return;
    }
    if (sample->count == PROBE_SAMPLE_MAX)
        return;
    struct question *question = &sample->questions[sample->count];
    ipaddr_reverse_name(&question->name, address);
    question->type = RR_SOA;
    sampler->addresses[sample->count++] = *address;
}

/* False: no more are needed. */
static bool take_range(struct sampler *sampler, const struct iprange *range)
{
    take_address(sampler, &range->first);
    take_address(sampler, &range->last);
    return sampler->sample->count < PROBE_SAMPLE_MAX && ++sampler->rows < ROWS_MAX;
}

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
    return take_range(sampler, &target->range);
}

static bool on_rejected(void *context, uint64_t line, const char *reason, const char *text,
                        size_t len)
{
    struct sampler *sampler = context;
    (void)line;
    (void)reason;
    (void)text;
    (void)len;
    return ++sampler->rows < ROWS_MAX;
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

void sample_question(struct probe_sample *out, const struct load_options *options)
{
    struct sampler sampler = {.sample = out};
    const struct intake_sink sink = {.context = &sampler,
                                     .source = on_source,
                                     .item = on_item,
                                     .rejected = on_rejected,
                                     .notice = on_notice,
                                     .broken = on_notice};
    out->count = 0;
    for (unsigned i = 0; i < options->count && out->count < PROBE_SAMPLE_MAX; i++) {
        struct intake_counts counts = {0};
        struct failure ignored = {0}; /* the load reports it */
        if (is_repeatable(options->inputs[i]))
            (void)!intake_read(options->inputs[i], &options->intake, &sink, &counts, &ignored);
        sampler.rows = 0;
    }
}

bool sample_question_stored(struct probe_sample *out, struct run_file *run)
{
    struct sampler sampler = {.sample = out};
    struct span_cursor cursor = {0};
    struct span spans[SPANS_PORTION];
    bool more = true;
    out->count = 0;
    while (more) {
        unsigned got;
        if (!run_file_next_spans(run, &cursor, spans, SPANS_PORTION, &got))
            return false;
        more = got > 0;
        for (unsigned i = 0; i < got && more; i++)
            more = take_range(&sampler, &spans[i].range);
    }
    return true;
}
