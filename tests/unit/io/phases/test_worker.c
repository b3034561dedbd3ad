/* A worker in a crew of one thread, over a scripted resolver. */
#include "io/phases/worker.h"

#include "tests/unit/io/fake_resolver.h"

enum { QUEUE = 4, WAIT_MS = 5000 };

static struct endpoint endpoint;
static struct rate_limit rate_limit;
static struct worker worker;
static struct crew *crew;

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query, (void)reply;
}

static void open_worker(void)
{
    struct failure failure = {0};
    struct asker_options options = {.engine = &resolver_network,
                                    .endpoints = &endpoint,
                                    .endpoint_count = 1,
                                    .timeout_ms = 30,
                                    .tries = 1,
                                    .window = 1,
                                    .rate_limit = &rate_limit};

    cr_assert(endpoint_parse(&endpoint, "127.0.0.1"));
    fake_script = silent;
    cr_assert(worker_open(&worker, &options, NULL, &failure));
}

static void run_worker(void)
{
    void *members[] = {&worker};

    crew = crew_start(1, worker_body, members, QUEUE);
    cr_assert_not_null(crew);
}

static void close_worker(void)
{
    crew_stop(crew, NULL, found_batch_drop);
    worker_close(&worker);
}

/* The state of the last batch of a worker that ends by itself. */
static enum worker_state last_state(void)
{
    enum worker_state state = WORKER_RUNNING;
    struct found_batch *batch;

    while ((batch = crew_collect(crew, WAIT_MS)) != NULL) {
        state = batch->state;
        found_batch_drop(batch);
    }
    cr_assert(crew_is_done(crew));
    return state;
}

Test(worker, ends_when_no_more_work_comes)
{
    open_worker();
    run_worker();
    crew_finish(crew);
    cr_expect_eq(last_state(), WORKER_RUNNING);
    close_worker();
}

Test(worker, reports_that_memory_ran_out_even_without_memory_for_a_batch)
{
    open_worker();
    found_batch_drop(worker.results);
    worker.results = NULL;
    worker.out_of_memory = true;
    run_worker();
    cr_expect_eq(last_state(), WORKER_OUT_OF_MEMORY);
    close_worker();
}
