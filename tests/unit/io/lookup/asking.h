/* Shared by the tests of the asker: an asker with the fake resolver in simulated time. */
#ifndef TESTS_UNIT_IO_LOOKUP_ASKING_H
#define TESTS_UNIT_IO_LOOKUP_ASKING_H

#define FAKE_CLOCK
#include "io/lookup/asker.h"
#include "tests/unit/io/fake_resolver.h"

enum { SENT_MAX = 20000 };

static struct endpoint endpoints[ENDPOINTS_MAX];
static struct rate_limit rate_limit;
static struct asker *asker;
static struct answer given; /* the last answer */
static unsigned given_count;
static unsigned sent_count;
static struct {
    unsigned endpoint;
    enum transport transport;
    uint16_t type;
    int64_t at_ns;
} sends[SENT_MAX];
static void (*real_script)(const struct fake_query *query, struct fake_reply *reply);

static inline int64_t ms(int64_t count)
{
    return count * FAKE_MS;
}

static inline void take_answer(void *context, void *owner, unsigned slot,
                               const struct answer *answer)
{
    (void)context;
    (void)owner;
    (void)slot;
    given_count++;
    given = *answer;
}

static struct asker_options options = {.engine = &resolver_network,
                                       .endpoints = endpoints,
                                       .endpoint_count = 1,
                                       .timeout_ms = 2000,
                                       .tries = 4,
                                       .window = 100,
                                       .rate_limit = &rate_limit,
                                       .seed = 1,
                                       .give = take_answer};

static inline void note_query(const struct fake_query *query, struct fake_reply *reply)
{
    cr_assert_lt(sent_count, SENT_MAX);
    sends[sent_count].endpoint = query->endpoint;
    sends[sent_count].transport = query->transport;
    sends[sent_count].type = query->question->type;
    sends[sent_count++].at_ns = query->at_ns;
    real_script(query, reply);
}

static inline void prepare(void (*script)(const struct fake_query *query, struct fake_reply *reply))
{
    real_script = script;
    fake_script = note_query;
    sent_count = given_count = 0;
    cr_assert(endpoint_parse(&endpoints[0], "192.0.2.53"));
    cr_assert(endpoint_parse(&endpoints[1], "192.0.2.54"));
}

static inline void open_asker(void (*script)(const struct fake_query *query,
                                             struct fake_reply *reply))
{
    struct failure failure = {0};
    prepare(script);
    asker = asker_new(&options, &failure);
    cr_assert_not_null(asker);
}

static inline void ask_one(void)
{
    struct question question = {.name = name_of("mta7.example.com"), .type = RR_A};
    struct ipaddr wanted = address_of("192.0.2.1");
    cr_assert(asker_ask(asker, &question, &wanted, NULL, 0));
}

/* In simulated time. */
static inline void run_for(int64_t limit_ms)
{
    for (int64_t end = fake_now_ns + ms(limit_ms); asker_open(asker) > 0 && fake_now_ns < end;)
        asker_run(asker, 20);
}

static inline void run_until_answered(void)
{
    run_for(600 * 1000);
    cr_assert_eq(asker_open(asker), 0, "%u questions are still open", asker_open(asker));
}

#endif
