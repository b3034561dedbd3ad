#include "reports/story.h"

#include "tests/unit/support.h"

static struct run_record records[2];
static struct story story;

static void fill(struct run_record *record)
{
    strcpy(record->inputs, "fleet.csv");
    strcpy(record->resolvers, "127.0.0.1@53");
    strcpy(record->transport, "udp");
    strcpy(record->engine, "getdns 1.6.0");
    strcpy(record->program, "fcrdns 0.1.0");
    record->skip_special = true;
    record->started_at = 1700000000;
    record->ended_at = 1700000100;
    record->sessions = 1;
    record->asking_ms = 99500;
    record->concurrency = 4000;
    record->threads = 2;
    record->timeout_ms = 2000;
    record->tries = 4;
    record->counts.questions = 10;
    record->counts.queries = 12;
    record->counts.joined = 2;
    record->counts.cached = 3;
    record->addresses = 7;
    histogram_add(&record->counts.latency, 500);
}

static void make(unsigned count)
{
    cr_assert(story_make(&story, run_records_of(records), count));
    cr_expect_leq(story.count, STORY_LINES_MAX);
}

/* NULL: no such line. */
static void expect_line(const char *key, const char *value)
{
    const char *found = NULL;

    for (unsigned i = 0; i < story.count; i++) {
        cr_expect_neq(story.lines[i].title[0], '\0');
        if (strcmp(story.lines[i].key, key) == 0)
            found = story.lines[i].value;
    }
    cr_assert_eq(found != NULL, value != NULL, "%s", key);
    if (value)
        cr_expect_str_eq(found, value, "%s", key);
}

Test(story, describes_one_run)
{
    fill(&records[0]);
    make(1);
    expect_line("inputs", "fleet.csv");
    expect_line("resolvers", "127.0.0.1@53");
    expect_line("transport", "udp");
    expect_line("engine", "getdns 1.6.0");
    expect_line("collected_by", "fcrdns 0.1.0");
    expect_line("started_at", "2023-11-14T22:13:20Z");
    expect_line("ended_at", "2023-11-14T22:15:00Z");
    expect_line("asking_seconds", "99.5");
    expect_line("sessions", NULL);
    expect_line("special", "skip");
    expect_line("concurrency", "4000");
    expect_line("rate", "unlimited");
    expect_line("timeout_ms", "2000");
    expect_line("tries", "4");
    expect_line("pace", "no limit reached");
    expect_line("questions", "10");
    expect_line("queries", "12");
    expect_line("shared", "5");
    expect_line("queries_per_address", "1.714");
    cr_expect_eq(story.latency.count, 1);
    story_free(&story);
}

Test(story, adds_up_several_runs)
{
    fill(&records[0]);
    fill(&records[1]);
    records[1].started_at = 1600000000;
    records[1].ended_at = 1600000001;
    make(2);
    expect_line("started_at", "2020-09-13T12:26:40Z");
    expect_line("ended_at", "2023-11-14T22:15:00Z");
    expect_line("asking_seconds", "199.0");
    expect_line("sessions", "2");
    expect_line("questions", "20");
    expect_line("shared", "10");
    expect_line("queries_per_address", "1.714");
    expect_line("inputs", "fleet.csv");
    expect_line("tries", "4");
    cr_expect_eq(story.latency.count, 2);
    story_free(&story);
}

/* Run files of earlier versions do not record the number of addresses. */
Test(story, queries_per_address_ignore_runs_without_the_count)
{
    fill(&records[0]);
    fill(&records[1]);
    records[0].addresses = 0;
    records[0].counts.queries = 1000;
    make(2);
    expect_line("queries_per_address", "1.714");
    story_free(&story);
    make(1);
    expect_line("queries_per_address", NULL);
    story_free(&story);
}

Test(story, lists_values_that_differ_between_runs)
{
    fill(&records[0]);
    fill(&records[1]);
    strcpy(records[1].inputs, "other.csv");
    strcpy(records[1].resolvers, "192.0.2.1@853");
    strcpy(records[1].transport, "tls");
    records[1].skip_special = false;
    records[1].concurrency = 100;
    records[1].pace = 1912;
    records[1].threads = 8;
    records[1].rate = 1000;
    records[1].timeout_ms = 500;
    records[1].tries = 2;
    make(2);
    expect_line("inputs", "fleet.csv | other.csv");
    expect_line("resolvers", "127.0.0.1@53 | 192.0.2.1@853");
    expect_line("transport", "udp | tls");
    expect_line("special", "skip | audit");
    expect_line("concurrency", "4000 | 100");
    expect_line("threads", "2 | 8");
    expect_line("rate", "unlimited | 1000");
    expect_line("timeout_ms", "2000 | 500");
    expect_line("tries", "4 | 2");
    expect_line("pace", "no limit reached | 1912");
    story_free(&story);
}

Test(story, cuts_long_values_only)
{
    fill(&records[0]);
    fill(&records[1]);
    memset(records[0].inputs, 'a', RECORD_TEXT_MAX - 1);
    memset(records[1].inputs, 'b', RECORD_TEXT_MAX - 1);
    make(2);
    cr_expect_eq(strlen(story.lines[0].value), STORY_VALUE_MAX - 1);
    expect_line("resolvers", "127.0.0.1@53");
    story_free(&story);
    story_free(&story);
}
