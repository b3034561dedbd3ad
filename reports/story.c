#include "reports/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/system/clock.h"

static void add(struct story *story, const char *key, const char *title, const char *format, ...)
    __attribute__((format(printf, 4, 5)));

static void add(struct story *story, const char *key, const char *title, const char *format, ...)
{
    if (story->count == STORY_LINES_MAX)
        return;
    char *value = story->values[story->count];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(value, STORY_VALUE_MAX, format, arguments);
    va_end(arguments);
    story->lines[story->count++] = (struct run_story){.key = key, .title = title, .value = value};
}

/* A line of the story: an option or fact of the run. */
enum value_kind { VALUE_TEXT, VALUE_NUMBER, VALUE_LIMIT, VALUE_PACE, VALUE_SPECIAL, VALUE_PRUNE };

/* Source of the answers. */
enum source { FROM_ANYWHERE, FROM_NETWORK, FROM_FILES };

struct setting {
    const char *key, *title;
    enum value_kind kind;
    size_t offset;  /* in struct run_record */
    enum source of; /* shown for answers from there */
};

#define SETTING(key, title, kind, member, of)                     \
    {                                                             \
        key, title, kind, offsetof(struct run_record, member), of \
    }

static const struct setting MEANS[] = {
    SETTING("inputs", "Inputs", VALUE_TEXT, inputs, FROM_ANYWHERE),
    SETTING("baseline", "Compared with the run in", VALUE_TEXT, baseline, FROM_ANYWHERE),
    SETTING("columns", "Columns read", VALUE_TEXT, columns, FROM_ANYWHERE),
    SETTING("zone_files", "Answers from zone files", VALUE_TEXT, zone_files, FROM_FILES),
    SETTING("resolvers", "Resolvers asked", VALUE_TEXT, resolvers, FROM_NETWORK),
    SETTING("reply_sources", "Replies from another address", VALUE_TEXT, reply_sources,
            FROM_NETWORK),
    SETTING("transport", "Transport", VALUE_TEXT, transport, FROM_NETWORK),
    SETTING("asked", "Asked first", VALUE_TEXT, asked, FROM_NETWORK),
    SETTING("engine", "DNS engine", VALUE_TEXT, engine, FROM_ANYWHERE),
    SETTING("collected_by", "Collected by", VALUE_TEXT, program, FROM_ANYWHERE),
};

static const struct setting OPTIONS[] = {
    SETTING("special", "Special-purpose addresses", VALUE_SPECIAL, skip_special, FROM_ANYWHERE),
    SETTING("prune", "Empty parts of ranges", VALUE_PRUNE, prune, FROM_NETWORK),
    SETTING("concurrency", "Limit of lookups in flight", VALUE_NUMBER, concurrency, FROM_NETWORK),
    SETTING("threads", "Threads", VALUE_NUMBER, threads, FROM_ANYWHERE),
    SETTING("rate", "Limit of queries per second", VALUE_LIMIT, rate, FROM_NETWORK),
    SETTING("timeout_ms", "Timeout of a try in milliseconds", VALUE_NUMBER, timeout_ms,
            FROM_NETWORK),
    SETTING("tries", "Tries per question", VALUE_NUMBER, tries, FROM_NETWORK),
    SETTING("pace", "Measured capacity of the resolvers in queries per second", VALUE_PACE, pace,
            FROM_NETWORK),
};

static void print_value(char out[STORY_VALUE_MAX], const struct setting *setting,
                        const struct run_record *record)
{
    const void *at = (const char *)record + setting->offset;

    if (setting->kind == VALUE_TEXT)
        snprintf(out, STORY_VALUE_MAX, "%s", (const char *)at);
    else if (setting->kind == VALUE_SPECIAL)
        snprintf(out, STORY_VALUE_MAX, "%s", *(const bool *)at ? "skip" : "audit");
    else if (setting->kind == VALUE_PRUNE)
        snprintf(out, STORY_VALUE_MAX, "%s", *(const bool *)at ? "auto" : "off");
    else if (setting->kind == VALUE_LIMIT && *(const uint64_t *)at == 0)
        snprintf(out, STORY_VALUE_MAX, "unlimited");
    else if (setting->kind == VALUE_PACE && *(const uint64_t *)at == 0)
        snprintf(out, STORY_VALUE_MAX, "no limit reached");
    else
        snprintf(out, STORY_VALUE_MAX, "%llu", (unsigned long long)*(const uint64_t *)at);
}

/* Runs that are reported together have the same source. */
static enum source source_of(struct run_records records)
{
    return run_record_at(records, 0)->zone_files[0] ? FROM_FILES : FROM_NETWORK;
}

/* One value if all runs agree, otherwise all values in order. */
static void add_setting(struct story *story, const struct setting *setting,
                        struct run_records records, unsigned count)
{
    char first[STORY_VALUE_MAX], value[STORY_VALUE_MAX], joined[STORY_VALUE_MAX];
    size_t used = 0;
    bool same = true;

    if (setting->of != FROM_ANYWHERE && setting->of != source_of(records))
        return;
    joined[0] = '\0';
    print_value(first, setting, run_record_at(records, 0));
    for (unsigned i = 0; i < count; i++) {
        print_value(value, setting, run_record_at(records, i));
        same = same && strcmp(value, first) == 0;
        int length = snprintf(joined + used, sizeof(joined) - used, "%s%s", i ? " | " : "", value);
        used = used + (size_t)length < sizeof(joined) ? used + (size_t)length : sizeof(joined) - 1;
    }
    if (!same || first[0])
        add(story, setting->key, setting->title, "%s", same ? first : joined);
}

static void add_times(struct story *story, struct run_records records, unsigned count)
{
    int64_t first = run_record_at(records, 0)->started_at,
            last = run_record_at(records, 0)->ended_at;
    uint64_t asking_ms = 0, sessions = 0;

    for (unsigned i = 0; i < count; i++) {
        if (run_record_at(records, i)->started_at < first)
            first = run_record_at(records, i)->started_at;
        if (run_record_at(records, i)->ended_at > last)
            last = run_record_at(records, i)->ended_at;
        asking_ms += run_record_at(records, i)->asking_ms;
        sessions += run_record_at(records, i)->sessions;
    }
    char text[CLOCK_TEXT_MAX];
    clock_print(text, first);
    add(story, "started_at", "Started", "%s", text);
    clock_print(text, last);
    add(story, "ended_at", "Ended", "%s", text);
    if (source_of(records) == FROM_NETWORK)
        add(story, "asking_seconds", "Seconds spent on queries", "%.1f",
            (double)asking_ms / 1000.0);
    if (sessions != 1)
        add(story, "sessions", "Sessions", "%llu", (unsigned long long)sessions);
}

/* Older runs did not count addresses; they are left out. */
static void add_queries_per_address(struct story *story, struct run_records records, unsigned count)
{
    uint64_t queries = 0, addresses = 0;

    for (unsigned i = 0; i < count; i++) {
        queries += run_record_at(records, i)->addresses > 0
                       ? run_record_at(records, i)->counts.queries
                       : 0;
        addresses += run_record_at(records, i)->addresses;
    }
    if (addresses > 0 && source_of(records) == FROM_NETWORK)
        add(story, "queries_per_address", "Queries per address", "%.3f",
            (double)queries / (double)addresses);
}

/* For a run that checked another one again: how many answers could not be new yet. */
static void add_recheck(struct story *story, struct run_records records, unsigned count)
{
    uint64_t rechecked = 0, early = 0;
    int64_t until = 0;

    for (unsigned i = 0; i < count; i++) {
        rechecked += run_record_at(records, i)->rechecked;
        early += run_record_at(records, i)->recheck_early;
        if (run_record_at(records, i)->recheck_until > until)
            until = run_record_at(records, i)->recheck_until;
    }
    if (rechecked == 0)
        return;
    add(story, "rechecked", "Addresses checked again because they did not pass", "%llu",
        (unsigned long long)rechecked);
    char text[CLOCK_TEXT_MAX] = "";
    if (early > 0)
        clock_print(text, until);
    add(story, "recheck_early", "Of those, asked before their old answers had expired", "%llu%s%s",
        (unsigned long long)early, early > 0 ? "; ask again after " : "", text);
}

/* Only where a cut was found or undone. */
static void add_cuts(struct story *story, struct run_records records, unsigned count)
{
    uint64_t cuts = 0, undone = 0;

    for (unsigned i = 0; i < count; i++) {
        cuts += run_record_at(records, i)->cuts;
        undone += run_record_at(records, i)->cuts_undone;
    }
    if (cuts + undone == 0)
        return;
    add(story, "cuts", "Blocks proven empty by NXDOMAIN for their name", "%llu",
        (unsigned long long)cuts);
    add(story, "cuts_undone", "Blocks asked in full because an address inside was not NXDOMAIN",
        "%llu", (unsigned long long)undone);
}

static void add_vantages(struct story *story, struct run_records records, unsigned count)
{
    uint64_t queries = 0;

    for (unsigned i = 0; i < count; i++)
        queries += run_record_at(records, i)->vantage_queries;
    if (queries > 0)
        add(story, "vantage_queries", "Queries sent to vantages, in addition", "%llu",
            (unsigned long long)queries);
}

static void add_counts(struct story *story, const struct asker_counts *counts, enum source source)
{
    const struct {
        const char *key, *title;
        uint64_t value;
    } lines[] = {
        {"questions", "Questions answered or given up", counts->questions},
        {"queries", "Queries sent, including retries and probes", counts->queries},
        {"shared", "Questions answered from the cache or by a shared query",
         counts->joined + counts->cached},
        {"timeouts", "Tries that timed out", counts->timeouts},
        {"unbelievable", "Replies rejected by a check", counts->unbelievable},
        {"strays", "Datagrams that answered no open query, dropped unread", counts->strays},
        {"truncated", "Truncated replies, asked again over TCP", counts->truncated},
        {"transport_failures", "Tries that failed in transport", counts->failed},
        {"probes", "Probe questions", counts->probes},
        {"outages", "Times a resolver was declared dead", counts->outages},
    };
    /* For zone files only the number of questions is of interest. */
    size_t count = source == FROM_FILES ? 1 : sizeof(lines) / sizeof(lines[0]);
    for (size_t i = 0; i < count; i++)
        add(story, lines[i].key, lines[i].title, "%llu", (unsigned long long)lines[i].value);
}

bool story_make(struct story *out, struct run_records records, unsigned count)
{
    memset(out, 0, sizeof(*out));
    out->values = calloc(STORY_LINES_MAX, sizeof(out->values[0]));
    struct asker_counts *counts = calloc(1, sizeof(*counts));
    bool good = out->values && counts;
    if (good) {
        for (unsigned i = 0; i < count; i++)
            asker_counts_merge(counts, &run_record_at(records, i)->counts);
        out->latency = counts->latency;
        for (size_t i = 0; i < sizeof(MEANS) / sizeof(MEANS[0]); i++)
            add_setting(out, &MEANS[i], records, count);
        add_times(out, records, count);
        add_recheck(out, records, count);
        for (size_t i = 0; i < sizeof(OPTIONS) / sizeof(OPTIONS[0]); i++)
            add_setting(out, &OPTIONS[i], records, count);
        add_counts(out, counts, source_of(records));
        add_queries_per_address(out, records, count);
        add_cuts(out, records, count);
        add_vantages(out, records, count);
    }
    free(counts);
    if (!good)
        story_free(out);
    return good;
}

const char *story_value(const struct story *story, const char *key)
{
    for (unsigned i = 0; i < story->count; i++) {
        if (strcmp(story->lines[i].key, key) == 0)
            return story->lines[i].value;
    }
    return NULL;
}

void story_free(struct story *story)
{
    free(story->values);
    story->values = NULL;
}
