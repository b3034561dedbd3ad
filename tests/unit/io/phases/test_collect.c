/* Collecting with threads, a real run file and a scripted resolver. Also run under the thread
 * sanitizer. */
#include "io/phases/collect.h"

#include <sys/resource.h>

#include "audit/verdict.h"
#include "tests/unit/io/fake_resolver.h"
#include "tests/unit/io/scratch.h"

TestSuite(collect, .init = scratch_make, .fini = scratch_remove);

enum { ADDRESSES = 4096 }; /* 11.9.0.0/20 */

static struct endpoint endpoint;
static struct rate_limit rate_limit;
static volatile sig_atomic_t stop;
static struct asker_counts counts;
static struct collect_progress progress;
static struct failure failure;
static struct observation seen;
static uint64_t found_count, told_progress, stop_at;
static atomic_uint asked[ADDRESSES]; /* PTR questions, by the last octets */
static unsigned delay_ms = 2;

/* ---- scripts, for any thread ---- */

/* Each address has the name m-A-B-C-D.example.com, which has that address. */
static unsigned answer_all(const struct fake_query *query, struct fake_reply *reply)
{
    char text[DNSNAME_TEXT_MAX];
    unsigned a = 0, b = 0, c = 0, d = 0;
    dnsname_print(text, &query->question->name);
    if (query->question->type == RR_PTR) {
        cr_assert_eq(sscanf(text, "%u.%u.%u.%u.in-addr.arpa", &d, &c, &b, &a), 4, "%s", text);
        snprintf(text, sizeof(text), "m-%u-%u-%u-%u.example.com", a, b, c, d);
        fake_ptr(reply, query->question, text);
        asked[(c << 8 | d) % ADDRESSES]++;
    } else if (query->question->type == RR_A) {
        cr_assert_eq(sscanf(text, "m-%u-%u-%u-%u.example.com", &a, &b, &c, &d), 4, "%s", text);
        struct ipaddr address = {IP_V4, {(uint8_t)a, (uint8_t)b, (uint8_t)c, (uint8_t)d}};
        fake_address(reply, query->question, &address);
    } else {
        fake_rcode(reply, query->question, RCODE_NOERROR); /* the probe */
    }
    reply->delay_ms = d % (delay_ms + 1);
    return d;
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    (void)answer_all(query, reply);
}

static void every_sixteenth_is_silent(const struct fake_query *query, struct fake_reply *reply)
{
    if (answer_all(query, reply) % 16 == 3 && query->question->type == RR_PTR)
        reply->act = FAKE_SILENCE;
}

static void replies_inside(const struct fake_query *query, struct fake_reply *reply)
{
    reply->inside = answer_all(query, reply) % 2;
}

/* ---- the callbacks ---- */

static void on_found(void *context, const struct run_found *found)
{
    cr_assert_eq(context, &found_count);
    cr_assert(observation_decode(&seen, found->facts, found->length));
    found_count++;
}

static void on_progress(void *context, const struct collect_progress *now)
{
    cr_assert_eq(context, &found_count);
    cr_assert_leq(now->done, now->total);
    told_progress++;
    if (stop_at && now->done >= stop_at)
        stop = SIGINT;
}

static struct collect_options options = {.asker = {.engine = &resolver_network,
                                                   .endpoints = &endpoint,
                                                   .endpoint_count = 1,
                                                   .timeout_ms = 30,
                                                   .tries = 2,
                                                   .window = 300,
                                                   .rate_limit = &rate_limit},
                                         .threads = 4,
                                         .stop = &stop,
                                         .context = &found_count,
                                         .on_found = on_found,
                                         .on_progress = on_progress};

static enum collect_end collect_with(struct run_file *run,
                                     void (*script)(const struct fake_query *, struct fake_reply *))
{
    cr_assert(endpoint_parse(&endpoint, "127.0.0.1"));
    fake_script = script;
    for (unsigned i = 0; i < ADDRESSES; i++)
        asked[i] = 0;
    return collect(run, &options, &counts, &progress, &failure);
}

static struct run_file *fleet(void)
{
    return scratch_run("run.db", (const char *[]){"11.9.4.0/22", "11.9.0.0/20", "11.9.0.7",
                                                  "11.9.0.7", "11.9.0.0/24", NULL});
}

/* The run file holds sound facts, and each address once. */
static uint64_t expect_sound_facts(struct run_file *run)
{
    struct iprange range = {address_of("0.0.0.0"), address_of("255.255.255.255")};
    struct run_found found;
    struct judgement judgement;
    struct ipaddr before = {0};
    uint64_t passed = 0;
    cr_assert(run_file_found_begin(run, &range));
    while (run_file_found_next(run, &found) == RUN_ROW) {
        cr_assert(observation_decode(&seen, found.facts, found.length));
        struct evidence evidence = {.address = found.address, .seen = &seen};
        verdict_of(&judgement, &evidence);
        passed += judgement.verdict == VERDICT_PASS;
        cr_assert(ipaddr_compare(&before, &found.address) < 0);
        cr_assert_eq(found.settled, judgement.verdict == VERDICT_PASS);
        before = found.address;
    }
    return passed;
}

Test(collect, finds_every_address_once)
{
    struct run_file *run = fleet();
    cr_expect_eq(collect_with(run, good), COLLECT_COMPLETE, "%s", failure.text);
    cr_expect_eq(expect_sound_facts(run), ADDRESSES);
    for (unsigned i = 0; i < ADDRESSES; i++)
        cr_assert_eq(asked[i], 1, "%u was asked for %u times", i, asked[i]);
    cr_expect_eq(found_count, ADDRESSES);
    cr_expect_gt(told_progress, 0);
    cr_expect_eq(progress.done, ADDRESSES);
    cr_expect_eq(progress.total, ADDRESSES);
    cr_expect_eq(progress.known, 0);
    cr_expect_eq(counts.questions, 2 * ADDRESSES);
    cr_expect_eq(counts.latency.count, 2 * ADDRESSES);
    cr_expect_leq(fake_in_flight_max, 300, "the window of all threads together");
    scratch_close(run);
}

Test(collect, more_threads_than_window)
{
    struct run_file *run = scratch_run("run.db", (const char *[]){"11.9.0.0/25", NULL});
    options.threads = 8;
    options.asker.window = 3;
    cr_expect_eq(collect_with(run, replies_inside), COLLECT_COMPLETE, "%s", failure.text);
    cr_expect_eq(expect_sound_facts(run), 128);
    cr_expect_leq(fake_in_flight_max, 3);
    scratch_close(run);
}

Test(collect, nothing_to_ask)
{
    struct run_file *run = scratch_run("run.db", (const char *[]){"10.0.0.0/24", NULL});
    options.skip_special = true;
    cr_expect_eq(collect_with(run, good), COLLECT_COMPLETE, "%s", failure.text);
    cr_expect_eq(progress.total, 0);
    cr_expect_eq(counts.queries, 0);
    scratch_close(run);
}

Test(collect, a_resumed_run_asks_unsettled_addresses)
{
    struct run_file *run = scratch_run("run.db", (const char *[]){"11.9.0.0/22", NULL});
    cr_expect_eq(collect_with(run, every_sixteenth_is_silent), COLLECT_COMPLETE, "%s",
                 failure.text);
    cr_expect_eq(run_file_count_found(run, false), 1024);
    cr_expect_eq(run_file_count_found(run, true), 960);
    scratch_close(run);

    run = scratch_open("run.db", RUN_RESUME);
    options.resumed = true;
    cr_expect_eq(collect_with(run, good), COLLECT_COMPLETE, "%s", failure.text);
    for (unsigned i = 0; i < 1024; i++)
        cr_assert_eq(asked[i], i % 16 == 3, "%u was asked for %u times", i, asked[i]);
    cr_expect_eq(progress.known, 960);
    cr_expect_eq(progress.done, 1024);
    cr_expect_eq(expect_sound_facts(run), 1024);
    scratch_close(run);
}

Test(collect, a_stopped_run_keeps_its_facts_and_can_be_resumed)
{
    struct run_file *run = fleet();
    stop_at = 500;
    delay_ms = 20;
    cr_expect_eq(collect_with(run, good), COLLECT_STOPPED, "%s", failure.text);
    uint64_t kept = expect_sound_facts(run);
    cr_expect_geq(kept, 500);
    cr_expect_lt(kept, ADDRESSES);
    cr_expect_eq(kept, found_count);
    scratch_close(run);

    run = scratch_open("run.db", RUN_RESUME);
    stop = 0;
    stop_at = 0;
    options.resumed = true;
    cr_expect_eq(collect_with(run, good), COLLECT_COMPLETE, "%s", failure.text);
    cr_expect_eq(expect_sound_facts(run), ADDRESSES);
    unsigned questions = 0;
    for (unsigned i = 0; i < ADDRESSES; i++)
        questions += asked[i];
    cr_expect_eq(questions, ADDRESSES - kept);
    scratch_close(run);
}

Test(collect, a_stopped_run_loses_only_addresses_in_flight)
{
    struct run_file *run = fleet();
    stop_at = 300;
    delay_ms = 20;
    options.asker.window = 40;
    cr_expect_eq(collect_with(run, good), COLLECT_STOPPED, "%s", failure.text);
    uint64_t begun = 0, kept = expect_sound_facts(run);
    for (unsigned i = 0; i < ADDRESSES; i++)
        begun += asked[i];
    cr_expect_leq(begun - kept, 40, "%ju addresses begun, %ju kept", (uintmax_t)begun,
                  (uintmax_t)kept);
    cr_expect_eq(progress.done, kept);
    scratch_close(run);
}

Test(collect, stopped_before_it_began)
{
    struct run_file *run = fleet();
    stop = SIGTERM;
    cr_expect_eq(collect_with(run, good), COLLECT_STOPPED);
    scratch_close(run);
}

Test(collect, a_full_disk_ends_it_with_the_reason)
{
    struct run_file *run = fleet();
    struct rlimit limit = {65536, 65536};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    cr_expect_eq(collect_with(run, good), COLLECT_FAILED);
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_neq(failure.text[0], '\0');
    struct failure ignored = {0};
    (void)!run_file_close(run, &ignored);
}
