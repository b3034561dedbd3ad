/*
 * Collects with eight threads over a scripted resolver, stops at odd moments and resumes until all
 * is done. Run it under ThreadSanitizer (Criterion does not start under it). Exit status 0: every
 * address has its answers.
 */
#define WITHOUT_CRITERION
#include "io/phases/collect.h"

#include "tests/unit/io/fake_resolver.h"
#include "tests/unit/io/scratch.h"

enum { ADDRESSES = 8192 }; /* 11.9.0.0/19 */

static volatile sig_atomic_t stop; /* set and read in the collecting thread */
static uint64_t stop_at;

/* PTR: at first some names get no reply, and some get theirs inside the call that asks. A: one
 * address. */
static atomic_bool some_are_silent = true;

static void script(const struct fake_query *query, struct fake_reply *reply)
{
    static const struct ipaddr address = {IP_V4, {192, 0, 2, 1}};
    uint8_t octet = query->question->name.wire[1];

    if (query->question->type == RR_A)
        fake_address(reply, query->question, &address);
    else
        fake_ptr(reply, query->question, "mta7.example.com");
    if (query->question->type == RR_PTR && some_are_silent && octet == '7')
        reply->act = FAKE_SILENCE;
    reply->inside = octet == '3';
    reply->delay_ms = octet % 4;
}

static void on_progress(void *context, const struct collect_progress *now)
{
    (void)context;
    if (now->done >= stop_at)
        stop = SIGINT;
}

static enum collect_end session(enum run_mode mode)
{
    static struct endpoint endpoint;
    static struct rate_limit rate_limit;
    static struct shared_pace shared_pace;
    struct failure failure = {0};
    struct asker_counts counts = {0};
    struct collect_progress progress;

    cr_assert(endpoint_parse(&endpoint, "127.0.0.1"));
    shared_pace_init(&shared_pace, 1, clock_monotonic_ns());
    struct collect_options options = {.asker = {.engine = &resolver_network,
                                                .endpoints = &endpoint,
                                                .endpoint_count = 1,
                                                .timeout_ms = 20,
                                                .tries = 2,
                                                .window = 400,
                                                .rate_limit = &rate_limit,
                                                .shared_pace = &shared_pace},
                                      .threads = 8,
                                      .resumed = mode == RUN_RESUME,
                                      .stop = &stop,
                                      .on_progress = on_progress};
    struct run_file *run =
        mode == RUN_RESUME
            ? scratch_open("run.db", RUN_RESUME)
            : scratch_run("run.db", (const char *[]){"11.9.0.0/19", "11.9.3.0/24", NULL});
    enum collect_end end = collect(run, &options, &counts, &progress, &failure);
    stop = 0;
    stop_at += 1500;
    cr_assert(end == COLLECT_COMPLETE || end == COLLECT_STOPPED);
    cr_assert(end == COLLECT_STOPPED || run_file_count_found(run, false) == ADDRESSES);
    cr_assert(end == COLLECT_STOPPED || some_are_silent ||
              run_file_count_found(run, true) == ADDRESSES);
    scratch_close(run);
    return end;
}

int main(void)
{
    unsigned sessions = 1;

    fake_script = script;
    scratch_make();
    enum collect_end end = session(RUN_CREATE);
    for (; end == COLLECT_STOPPED; sessions++)
        end = session(RUN_RESUME);
    some_are_silent = false;
    stop_at = UINT64_MAX;
    cr_assert_eq(session(RUN_RESUME), COLLECT_COMPLETE);
    cr_assert_geq(sessions, 3);
    scratch_remove();
    return 0;
}
