#include "reports/story.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/clock.h"

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

/* One value where all runs agree, else all of them in order. */
static void add_texts(struct story *story, const char *key, const char *title,
                      const struct run_record *records, unsigned count, size_t offset)
{
    char joined[STORY_VALUE_MAX];
    size_t used = 0;
    bool same = true;
    joined[0] = '\0';
    for (unsigned i = 0; i < count; i++) {
        const char *text = (const char *)&records[i] + offset;
        same = same && strcmp(text, (const char *)&records[0] + offset) == 0;
        int length = snprintf(joined + used, sizeof(joined) - used, "%s%s", i ? " | " : "", text);
        used = used + (size_t)length < sizeof(joined) ? used + (size_t)length : sizeof(joined) - 1;
    }
    add(story, key, title, "%s", same ? (const char *)&records[0] + offset : joined);
}

static void add_times(struct story *story, const struct run_record *records, unsigned count)
{
    int64_t first = records[0].started_at, last = records[0].ended_at;
    uint64_t asking_ms = 0, sessions = 0;
    for (unsigned i = 0; i < count; i++) {
        if (records[i].started_at < first)
            first = records[i].started_at;
        if (records[i].ended_at > last)
            last = records[i].ended_at;
        asking_ms += records[i].asking_ms;
        sessions += records[i].sessions;
    }
    char text[CLOCK_TEXT_MAX];
    clock_print(text, first);
    add(story, "started_at", "Started", "%s", text);
    clock_print(text, last);
    add(story, "ended_at", "Ended", "%s", text);
    add(story, "asking_seconds", "Seconds spent asking", "%.1f", (double)asking_ms / 1000.0);
    if (sessions != 1)
        add(story, "sessions", "Sessions", "%llu", (unsigned long long)sessions);
}

static void add_options(struct story *story, const struct run_record *record)
{
    add(story, "special", "Special-purpose addresses", "%s", record->skip_special ? "skip" : "audit");
    add(story, "concurrency", "Lookups in flight at most", "%llu", (unsigned long long)record->concurrency);
    add(story, "threads", "Threads", "%llu", (unsigned long long)record->threads);
    if (record->rate > 0)
        add(story, "rate", "Queries a second at most", "%llu", (unsigned long long)record->rate);
    else
        add(story, "rate", "Queries a second at most", "unlimited");
    add(story, "timeout_ms", "Milliseconds waited for a try", "%llu", (unsigned long long)record->timeout_ms);
    add(story, "tries", "Tries for a question", "%llu", (unsigned long long)record->tries);
}

static void add_counts(struct story *story, const struct asker_counts *counts)
{
    const struct {
        const char *key, *title;
        uint64_t value;
    } lines[] = {
        {"questions", "Questions answered or given up", counts->questions},
        {"queries", "Queries sent, tries and probes included", counts->queries},
        {"timeouts", "Tries without a reply in time", counts->timeouts},
        {"unbelievable", "Replies that failed a check and were not believed", counts->unbelievable},
        {"truncated", "Replies asked again over TCP", counts->truncated},
        {"transport_failures", "Tries the transport failed", counts->failed},
        {"probes", "Probe questions", counts->probes},
        {"outages", "Times a resolver was found dead", counts->outages},
    };
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++)
        add(story, lines[i].key, lines[i].title, "%llu", (unsigned long long)lines[i].value);
}

bool story_make(struct story *out, const struct run_record *records, unsigned count)
{
    memset(out, 0, sizeof(*out));
    out->values = calloc(STORY_LINES_MAX, sizeof(out->values[0]));
    struct asker_counts *counts = calloc(1, sizeof(*counts));
    bool good = out->values && counts;
    if (good) {
        for (unsigned i = 0; i < count; i++)
            asker_counts_merge(counts, &records[i].counts);
        out->latency = counts->latency;
        add_texts(out, "inputs", "Inputs", records, count, offsetof(struct run_record, inputs));
        add_texts(out, "resolvers", "Resolvers asked", records, count,
                  offsetof(struct run_record, resolvers));
        add_texts(out, "transport", "Transport", records, count, offsetof(struct run_record, transport));
        add_texts(out, "engine", "DNS engine", records, count, offsetof(struct run_record, engine));
        add_texts(out, "collected_by", "Collected by", records, count, offsetof(struct run_record, program));
        add_times(out, records, count);
        add_options(out, &records[0]);
        add_counts(out, counts);
    }
    free(counts);
    if (!good)
        story_free(out);
    return good;
}

void story_free(struct story *story)
{
    free(story->values);
    story->values = NULL;
}
