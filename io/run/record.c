#include "io/run/record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run/statement.h"

/* A key and its member of struct run_record, for writing and reading. */
enum field_kind { FIELD_TEXT, FIELD_NUMBER, FIELD_TIME, FIELD_FLAG };

struct field {
    const char *key;
    enum field_kind kind;
    size_t offset;
    size_t size;
};

#define FIELD(key, kind, member)                                                                 \
    {                                                                                            \
        key, kind, offsetof(struct run_record, member), sizeof(((struct run_record *)0)->member) \
    }

static const struct field FIELDS[] = {
    FIELD("inputs", FIELD_TEXT, inputs),
    FIELD("resolvers", FIELD_TEXT, resolvers),
    FIELD("reply_sources", FIELD_TEXT, reply_sources),
    FIELD("zone_files", FIELD_TEXT, zone_files),
    FIELD("zone_digest", FIELD_NUMBER, zone_digest),
    FIELD("transport", FIELD_TEXT, transport),
    FIELD("asked", FIELD_TEXT, asked),
    FIELD("engine", FIELD_TEXT, engine),
    FIELD("program", FIELD_TEXT, program),
    FIELD("stopped", FIELD_TEXT, stopped),
    FIELD("skip_special", FIELD_FLAG, skip_special),
    FIELD("prune", FIELD_FLAG, prune),
    FIELD("cuts_complete", FIELD_FLAG, cuts_complete),
    FIELD("cuts", FIELD_NUMBER, cuts),
    FIELD("cuts_undone", FIELD_NUMBER, cuts_undone),
    FIELD("finished", FIELD_FLAG, finished),
    FIELD("columns", FIELD_TEXT, columns),
    FIELD("shard", FIELD_TEXT, shard),
    FIELD("shard_by", FIELD_TEXT, shard_by),
    FIELD("input_digest", FIELD_NUMBER, input_digest),
    FIELD("broken_inputs", FIELD_NUMBER, broken_inputs),
    FIELD("unnamed_rows", FIELD_NUMBER, unnamed_rows),
    FIELD("rechecked", FIELD_NUMBER, rechecked),
    FIELD("recheck_early", FIELD_NUMBER, recheck_early),
    FIELD("recheck_until", FIELD_TIME, recheck_until),
    FIELD("baseline", FIELD_TEXT, baseline),
    FIELD("baseline_at", FIELD_TIME, baseline_at),
    FIELD("started_at", FIELD_TIME, started_at),
    FIELD("ended_at", FIELD_TIME, ended_at),
    FIELD("sessions", FIELD_NUMBER, sessions),
    FIELD("asking_ms", FIELD_NUMBER, asking_ms),
    FIELD("addresses", FIELD_NUMBER, addresses),
    FIELD("vantage_queries", FIELD_NUMBER, vantage_queries),
    FIELD("concurrency", FIELD_NUMBER, concurrency),
    FIELD("threads", FIELD_NUMBER, threads),
    FIELD("rate", FIELD_NUMBER, rate),
    FIELD("server_rate", FIELD_NUMBER, server_rate),
    FIELD("timeout_ms", FIELD_NUMBER, timeout_ms),
    FIELD("tries", FIELD_NUMBER, tries),
    FIELD("pace", FIELD_NUMBER, pace),
    FIELD("counts.questions", FIELD_NUMBER, counts.questions),
    FIELD("counts.queries", FIELD_NUMBER, counts.queries),
    FIELD("counts.timeouts", FIELD_NUMBER, counts.timeouts),
    FIELD("counts.unbelievable", FIELD_NUMBER, counts.unbelievable),
    FIELD("counts.strays", FIELD_NUMBER, counts.strays),
    FIELD("counts.truncated", FIELD_NUMBER, counts.truncated),
    FIELD("counts.failed", FIELD_NUMBER, counts.failed),
    FIELD("counts.probes", FIELD_NUMBER, counts.probes),
    FIELD("counts.outages", FIELD_NUMBER, counts.outages),
    FIELD("counts.joined", FIELD_NUMBER, counts.joined),
    FIELD("counts.cached", FIELD_NUMBER, counts.cached),
    FIELD("counts.unserved_zones", FIELD_NUMBER, counts.unserved_zones),
    FIELD("counts.served_zones", FIELD_NUMBER, counts.served_zones),
    FIELD("latency.max_us", FIELD_NUMBER, counts.latency.max),
};

enum { FIELD_COUNT = sizeof(FIELDS) / sizeof(FIELDS[0]) };

static const char LATENCY_KEY[] = "latency.buckets";
static const char RESOLVERS_KEY[] = "counts.resolvers";
enum { LATENCY_TEXT_MAX = HISTOGRAM_BUCKETS * 26 };

static bool write_field(struct run_file *run, const struct field *field,
                        const struct run_record *record)
{
    const void *at = (const char *)record + field->offset;
    switch (field->kind) {
    case FIELD_TEXT:
        return run_file_set(run, field->key, at);
    case FIELD_NUMBER:
        return run_file_set_number(run, field->key, *(const uint64_t *)at);
    case FIELD_TIME:
        return run_file_set_number(run, field->key, (uint64_t) * (const int64_t *)at);
    case FIELD_FLAG:
        return run_file_set_number(run, field->key, *(const bool *)at);
    }
    return false;
}

static int64_t read_time(struct run_file *run, const char *key)
{
    int64_t seconds = (int64_t)run_file_get_number(run, key, 0);
    return is_time(seconds) ? seconds : 0;
}

static void read_field(struct run_file *run, const struct field *field, struct run_record *record)
{
    void *at = (char *)record + field->offset;
    switch (field->kind) {
    case FIELD_TEXT:
        if (!run_file_get(run, field->key, at, field->size))
            *(char *)at = '\0';
        break;
    case FIELD_NUMBER:
        *(uint64_t *)at = run_file_get_number(run, field->key, 0);
        break;
    case FIELD_TIME:
        *(int64_t *)at = read_time(run, field->key);
        break;
    case FIELD_FLAG:
        *(bool *)at = run_file_get_number(run, field->key, 0) != 0;
        break;
    }
}

/* "12:400 13:7": the non-empty buckets. */
static bool write_latency(struct run_file *run, const struct histogram *latency)
{
    char *text = malloc(LATENCY_TEXT_MAX);
    if (!text)
        return true; /* later reports only lack the quantiles */
    size_t used = 0;
    text[0] = '\0';
    for (unsigned i = 0; i < HISTOGRAM_BUCKETS; i++) {
        if (latency->buckets[i] > 0)
            used += (size_t)snprintf(text + used, LATENCY_TEXT_MAX - used, "%u:%llu ", i,
                                     (unsigned long long)latency->buckets[i]);
    }
    bool good = run_file_set(run, LATENCY_KEY, text);
    free(text);
    return good;
}

static void parse_latency(const char *text, struct histogram *latency)
{
    unsigned bucket;
    unsigned long long count;
    int used;
    while (sscanf(text, "%u:%llu %n", &bucket, &count, &used) == 2) {
        if (bucket >= HISTOGRAM_BUCKETS)
            return;
        latency->buckets[bucket] += count;
        latency->count += count;
        text += used;
    }
}

static void read_latency(struct run_file *run, struct histogram *latency)
{
    memset(latency->buckets, 0, sizeof(latency->buckets));
    latency->count = 0;
    char *text = malloc(LATENCY_TEXT_MAX);
    if (text && run_file_get(run, LATENCY_KEY, text, LATENCY_TEXT_MAX))
        parse_latency(text, latency);
    free(text);
}

static bool write_resolvers(struct run_file *run, const struct resolvers_counts *resolvers)
{
    char text[RESOLVERS_COUNTS_TEXT_MAX];
    resolvers_counts_print(text, resolvers);
    return run_file_set(run, RESOLVERS_KEY, text);
}

static void read_resolvers(struct run_file *run, struct resolvers_counts *resolvers)
{
    char text[RESOLVERS_COUNTS_TEXT_MAX];
    bool known = run_file_get(run, RESOLVERS_KEY, text, sizeof(text));
    resolvers_counts_parse(resolvers, known ? text : "");
}

bool record_write(struct run_file *run, const struct run_record *record)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++) {
        if (!write_field(run, &FIELDS[i], record))
            return false;
    }
    return write_latency(run, &record->counts.latency) &&
           write_resolvers(run, &record->counts.resolvers) && run_file_commit(run);
}

void record_read(struct run_file *run, struct run_record *record)
{
    for (unsigned i = 0; i < FIELD_COUNT; i++)
        read_field(run, &FIELDS[i], record);
    read_latency(run, &record->counts.latency);
    read_resolvers(run, &record->counts.resolvers);
}
