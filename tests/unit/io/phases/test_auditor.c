#include "io/phases/auditor.h"

#include <stdio.h>

#define FAKE_CLOCK
#include "tests/unit/io/fake_resolver.h"

static struct endpoint endpoint;
static struct rate_limit rate_limit;
static struct auditor *auditor;
static struct observation seen;
static struct run_found last;
static unsigned found_count, settled_count;

static void take_found(void *context, const struct run_found *found)
{
    cr_assert_eq(context, &found_count);
    cr_assert(observation_decode(&seen, found->facts, found->length));
    free((void *)(uintptr_t)found->facts);
    last = *found;
    found_count++;
    settled_count += found->settled;
}

static void open_auditor(unsigned window,
                         void (*script)(const struct fake_query *, struct fake_reply *))
{
    struct failure failure = {0};
    struct asker_options options = {.engine = &resolver_network,
                                    .endpoints = &endpoint,
                                    .endpoint_count = 1,
                                    .timeout_ms = 2000,
                                    .tries = 4,
                                    .patience_ms = 40000,
                                    .window = window,
                                    .rate_limit = &rate_limit};
    cr_assert(endpoint_parse(&endpoint, "127.0.0.1"));
    fake_script = script;
    auditor = auditor_new(&options, NULL, take_found, &found_count, &failure);
    cr_assert_not_null(auditor);
}

static void start(const char *address)
{
    struct walk_unit unit = {.address = address_of(address)};
    cr_assert(auditor_start(auditor, &unit));
}

static void run(void)
{
    while (auditor_open(auditor) > 0)
        cr_assert(auditor_run(auditor, 20));
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    if (query->question->type == RR_A)
        fake_address(reply, query->question, &address);
    else
        fake_ptr(reply, query->question, "mta7.example.com");
    reply->delay_ms = 10;
}

static void good_inside(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    reply->inside = true;
}

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    (void)reply;
}

Test(auditor, finds_the_facts_of_an_address)
{
    open_auditor(10, good);
    start("192.0.2.1");
    run();
    cr_expect_eq(found_count, 1);
    cr_expect(last.settled);
    cr_expect_eq(last.tries, 2);
    cr_expect_eq(last.elapsed_ms, 20);
    cr_expect_eq(last.checked_at, clock_wall_seconds());
    expect_name(&seen.ptr.records.names[0], "mta7.example.com");
    cr_expect(seen.forwards[0].answer.holds);
    start("192.0.2.2");
    run();
    cr_expect_not(seen.forwards[0].answer.holds, "each is compared with its own address");
    cr_expect_eq(auditor_counts(auditor)->questions, 4);
    auditor_free(auditor);
}

Test(auditor, silence_is_a_fact_that_is_not_settled)
{
    open_auditor(10, silent);
    start("192.0.2.1");
    run();
    cr_expect_eq(found_count, 1);
    cr_expect_not(last.settled);
    cr_expect_eq(last.tries, 4);
    cr_expect_eq(seen.ptr.kind, ANSWER_SILENT);
    auditor_free(auditor);
}

Test(auditor, has_room_for_its_window)
{
    open_auditor(3, good);
    cr_expect_eq(auditor_room(auditor), 3);
    for (unsigned i = 0; i < 3; i++)
        start("192.0.2.1");
    cr_expect_eq(auditor_room(auditor), 0);
    cr_expect_eq(auditor_open(auditor), 3);
    run();
    cr_expect_eq(auditor_room(auditor), 3);
    cr_expect_eq(found_count, 3);
    cr_expect_eq(fake_in_flight_max, 3);
    auditor_free(auditor);
}

/* 192.0.2.0/24 fails, all else passes. */
static void some_fail(const struct fake_query *query, struct fake_reply *reply)
{
    struct dnsname zone = name_of("2.0.192.in-addr.arpa");
    good(query, reply);
    if (dnsname_within(&query->question->name, &zone))
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

Test(auditor, waiting_addresses_do_not_count_in_the_window_up_to_a_bound)
{
    open_auditor(3, some_fail);
    unsigned started = 0;
    for (unsigned i = 0; i < 1000; i++) {
        for (; auditor_room(auditor) > 0; started++)
            start("192.0.2.1");
        cr_assert(auditor_run(auditor, 1));
    }
    cr_expect_eq(started, 3 + 8 * 3, "the window, and eight times that");
    cr_expect_eq(found_count, 0);
    run();
    cr_expect_eq(found_count, started);
    auditor_free(auditor);
}

Test(auditor, a_zone_that_fails_does_not_hold_up_the_next)
{
    open_auditor(3, some_fail);
    int64_t begun = fake_now_ns;
    for (unsigned i = 0; i < 20; i++) {
        while (auditor_room(auditor) == 0)
            cr_assert(auditor_run(auditor, 1));
        start("192.0.2.1");
    }
    for (unsigned i = 0; i < 100; i++) {
        while (auditor_room(auditor) == 0)
            cr_assert(auditor_run(auditor, 1));
        start("198.51.100.1");
    }
    while (found_count < 100)
        cr_assert(auditor_run(auditor, 1));
    cr_expect_lt(fake_now_ns - begun, INT64_C(3000) * FAKE_MS);
    run();
    cr_expect_eq(found_count, 120);
    cr_expect_geq(fake_now_ns - begun, INT64_C(40000) * FAKE_MS);
    auditor_free(auditor);
}

Test(auditor, nothing_is_started_while_no_resolver_answers)
{
    open_auditor(10, silent);
    for (unsigned i = 0; i < 3000; i++) {
        while (auditor_room(auditor) > 0)
            start("192.0.2.1");
        cr_assert(auditor_run(auditor, 20));
    }
    cr_expect_leq(auditor_open(auditor), 2 * 10);
    auditor_free(auditor);
}

Test(auditor, accepts_replies_from_within_asker_ask)
{
    open_auditor(50, good_inside);
    for (unsigned i = 0; i < 500; i++) {
        while (auditor_room(auditor) == 0)
            cr_assert(auditor_run(auditor, 20));
        start("192.0.2.1");
    }
    run();
    cr_expect_eq(found_count, 500);
    cr_expect_eq(settled_count, 500);
    auditor_free(auditor);
}

Test(auditor, gives_up_with_its_asker_and_drops_open_checks)
{
    open_auditor(50, silent);
    for (unsigned i = 0; i < 50; i++)
        start("192.0.2.1");
    for (unsigned i = 0; i < 7000 && !auditor_gave_up(auditor); i++)
        cr_assert(auditor_run(auditor, 20));
    cr_expect(auditor_gave_up(auditor));
    cr_expect_eq(auditor_open(auditor) + found_count, 50);
    cr_expect_gt(auditor_open(auditor), 0);
    auditor_free(auditor); /* the sanitizer reports leaks */
    auditor_free(NULL);
}
