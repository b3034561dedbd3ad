/* Many questions at once: window, pacing, dead resolvers, faults at random. Time is simulated. */
#include <stdio.h>

#include "io/lookup/health.h"
#include "io/lookup/retry.h"
#include "tests/unit/io/lookup/asking.h"

enum { QUESTIONS_MAX = 6000 };

static unsigned answers_of[QUESTIONS_MAX];
static unsigned good_count, silent_count;
static uint16_t most_tries;
static uint64_t random_state = 1;

static unsigned below(unsigned limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

static void count_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    (void)context;
    cr_assert_eq(owner, answers_of);
    cr_assert_lt(slot, QUESTIONS_MAX);
    answers_of[slot]++;
    good_count += answer->kind == ANSWER_RECORDS;
    silent_count += answer->kind == ANSWER_SILENT;
    if (answer->tries > most_tries)
        most_tries = answer->tries;
}

static void ask(unsigned slot)
{
    char text[32];
    snprintf(text, sizeof(text), "m%u.example.com", slot);
    struct question question = {.name = name_of(text), .type = RR_A};
    cr_assert(asker_ask(asker, &question, NULL, answers_of, slot));
}

static void open_with(unsigned questions,
                      void (*script)(const struct fake_query *, struct fake_reply *))
{
    options.give = count_answer;
    open_asker(script);
    for (unsigned i = 0; i < questions; i++)
        ask(i);
    cr_expect_eq(asker_open(asker), questions);
}

/* Runs to the end: each question has exactly one answer. */
static void expect_one_answer_each(unsigned questions)
{
    run_until_answered();
    for (unsigned i = 0; i < questions; i++)
        cr_expect_eq(answers_of[i], 1, "question %u has %u answers", i, answers_of[i]);
    cr_expect_eq(asker_counts(asker)->questions, questions);
    cr_expect_eq(asker_counts(asker)->queries, sent_count);
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    if (query->question->type == RR_A)
        fake_address(reply, query->question, &address);
    else
        fake_rcode(reply, query->question, RCODE_NOERROR);
    reply->delay_ms = 10;
}

static void good_inside(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    reply->inside = true;
}

/* ---- window ---- */

Test(asker_load, the_window_is_never_exceeded_and_is_used)
{
    options.window = 7;
    open_with(3000, good);
    expect_one_answer_each(3000);
    cr_expect_eq(fake_in_flight_max, 7);
    cr_expect_eq(good_count, 3000);
    asker_free(asker);
}

Test(asker_load, replies_may_come_from_within_ask)
{
    open_with(3000, good_inside);
    expect_one_answer_each(3000);
    asker_free(asker);
}

/* The receiver of an answer may ask the next question. */
static void ask_on(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    count_answer(context, owner, slot, answer);
    if (slot + 1 < 3000)
        ask(slot + 1);
}

Test(asker_load, questions_may_be_asked_from_within_answers)
{
    options.give = ask_on;
    open_asker(good_inside);
    ask(0);
    expect_one_answer_each(3000);
    asker_free(asker);
}

/* ---- pacing ---- */

static void expect_at_most(unsigned per_second)
{
    unsigned first = 0;
    for (unsigned i = 0; i < sent_count; i++) {
        while (sends[i].at_ns - sends[first].at_ns >= ms(1000))
            first++;
        cr_assert_leq(i - first + 1, per_second, "%u queries within a second at query %u",
                      i - first + 1, i);
    }
}

Test(asker_load, the_rate_holds_in_every_second)
{
    rate_limit_init(&rate_limit, 200);
    open_with(1000, good);
    int64_t start = fake_now_ns;
    expect_one_answer_each(1000);
    expect_at_most(200);
    cr_expect_lt(fake_now_ns - start, ms(6000), "the rate is used");
    asker_free(asker);
}

static void truncated_over_udp(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_UDP)
        fake_truncated(reply, query->question);
    else
        good(query, reply);
}

Test(asker_load, the_rate_holds_for_tcp_after_truncation_too)
{
    rate_limit_init(&rate_limit, 200);
    open_with(500, truncated_over_udp);
    expect_one_answer_each(500);
    expect_at_most(200);
    asker_free(asker);
}

static void sent_twice(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    reply->twice = true;
}

/* An attacker guesses IDs, and the engine moves queries to other ports. */
Test(asker_load, queries_that_the_engine_sends_again_use_the_rate)
{
    rate_limit_init(&rate_limit, 200);
    open_with(500, sent_twice);
    int64_t start = fake_now_ns;
    run_until_answered();
    cr_expect_eq(asker_counts(asker)->questions, 500);
    cr_expect_eq(asker_counts(asker)->queries, 1000);
    cr_expect_geq(fake_now_ns - start, ms(4500), "%lld ms",
                  (long long)((fake_now_ns - start) / FAKE_MS));
    asker_free(asker);
}

/* ---- the capacity of resolvers ---- */

static struct shared_pace shared_pace;
static double bucket;
static int64_t bucket_ns;
static unsigned dropped_count;

static void set_pace(unsigned count)
{
    options.endpoint_count = count;
    options.window = 2000;
    options.shared_pace = &shared_pace;
    shared_pace_init(&shared_pace, count, fake_now_ns);
}

/* 1,000 queries a second, bursts of 20. */
static void small(const struct fake_query *query, struct fake_reply *reply)
{
    bucket -= (double)(query->at_ns - bucket_ns) / (double)ms(1);
    bucket = bucket < 0 ? 0 : bucket;
    bucket_ns = query->at_ns;
    if (bucket + 1 > 20) {
        dropped_count++;
        return;
    }
    bucket++;
    good(query, reply);
}

Test(asker_load, a_small_resolver_is_not_overloaded)
{
    set_pace(1);
    open_with(6000, small);
    int64_t start = fake_now_ns;
    expect_one_answer_each(6000);
    cr_expect_eq(good_count, 6000);
    cr_expect_leq(dropped_count, 6000 / 5, "%u queries were lost", dropped_count);
    cr_expect_leq(fake_now_ns - start, ms(6000 + 3000));
    asker_free(asker);
}

/* Half of the queries are lost at first: that says nothing about the questions. */
Test(asker_load, tries_lost_for_overload_are_not_spent)
{
    set_pace(1);
    options.tries = 3;
    open_with(6000, small);
    expect_one_answer_each(6000);
    cr_expect_eq(good_count, 6000, "%u", good_count);
    asker_free(asker);
}

/* Every fifth name is never answered. */
static void silent_names(const struct fake_query *query, struct fake_reply *reply)
{
    const uint8_t *wire = query->question->name.wire;
    uint8_t last_digit = wire[wire[0]];

    if (last_digit != '0' && last_digit != '5')
        good(query, reply);
}

/* Once no new questions are left, the pace has nothing to judge its window by, and its doubt does
 * not end: silence is believed all the same. */
Test(asker_load, silent_names_of_a_short_list_are_not_asked_on_and_on)
{
    set_pace(1);
    open_with(1000, silent_names);
    expect_one_answer_each(1000);
    cr_expect_eq(silent_count, 200);
    unsigned each = RETRY_EARLY_MAX + options.tries + 4;
    cr_expect_leq(sent_count, 800 + 200 * each + 300, "%u queries", sent_count);
    asker_free(asker);
}

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    (void)reply;
}

/* A stopped run frees its askers with questions in flight; the next phase asks on. */
Test(asker_load, an_asker_that_ends_gives_back_its_places)
{
    set_pace(1);
    open_with(6000, silent);
    run_for(50);
    cr_expect_eq(shared_pace.resolvers[0].in_flight, PACE_START);
    asker_free(asker);
    cr_expect_eq(shared_pace.resolvers[0].in_flight, 0);
}

static void first_is_small(const struct fake_query *query, struct fake_reply *reply)
{
    (query->endpoint == 0 ? small : good)(query, reply);
}

Test(asker_load, questions_go_to_the_resolver_with_room)
{
    set_pace(2);
    open_with(6000, first_is_small);
    int64_t start = fake_now_ns;
    expect_one_answer_each(6000);
    cr_expect_eq(good_count, 6000);
    cr_expect_leq(fake_now_ns - start, ms(4000),
                  "the small resolver alone would take 3 s for half of them");
    asker_free(asker);
}

/* It has 150 places, needs 300 ms for each, and refuses at once what finds no place. */
static int64_t places_until_ns[150];
static unsigned place, refused_count;

static void has_150_places(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    reply->delay_ms = 300;
    if (places_until_ns[place] <= query->at_ns) {
        places_until_ns[place] = query->at_ns + ms(300);
        place = (place + 1) % 150;
        return;
    }
    fake_rcode(reply, query->question, RCODE_REFUSED);
    reply->delay_ms = 1;
    refused_count++;
}

Test(asker_load, a_resolver_that_refuses_what_it_has_no_place_for)
{
    set_pace(1);
    options.patience_ms = 40000;
    open_with(6000, has_150_places);
    int64_t start = fake_now_ns;
    expect_one_answer_each(6000);
    cr_expect_eq(good_count, 6000, "%u", good_count);
    cr_expect_leq(fake_now_ns - start, ms(12000 + 6000), "%lld ms, with the search for the limit",
                  (long long)((fake_now_ns - start) / FAKE_MS));
    cr_expect_leq(refused_count, 6000 / 8, "%u queries were refused", refused_count);
    asker_free(asker);
}

/* A question that one resolver refuses must reach the other, however little room there is. */
static void first_refuses(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint == 0)
        fake_rcode(reply, query->question, RCODE_REFUSED);
    else
        small(query, reply);
}

Test(asker_load, a_further_try_waits_for_another_resolver)
{
    set_pace(2);
    open_with(3000, first_refuses);
    expect_one_answer_each(3000);
    cr_expect_geq(good_count, 2990);
    asker_free(asker);
}

/* ---- outages ---- */

static int64_t dead_until_ns; /* endpoint 0 */

static void first_is_dead(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint != 0 || query->at_ns >= dead_until_ns)
        good(query, reply);
}

Test(asker_load, the_rate_holds_for_probes_too)
{
    rate_limit_init(&rate_limit, 10);
    dead_until_ns = INT64_MAX;
    options.endpoint_count = 2;
    open_with(300, first_is_dead);
    expect_one_answer_each(300);
    cr_expect_gt(asker_counts(asker)->probes, 5);
    expect_at_most(10);
    asker_free(asker);
}

Test(asker_load, a_dead_resolver_is_replaced_by_another_and_comes_back)
{
    options.endpoint_count = 2;
    options.window = 20;
    rate_limit_init(&rate_limit, 100);
    dead_until_ns = fake_now_ns + ms(20000);
    open_with(5000, first_is_dead);
    expect_one_answer_each(5000);
    cr_expect_eq(good_count, 5000, "the other resolver answered all");
    cr_expect_eq(asker_counts(asker)->outages, 1);
    unsigned early = 0, late = 0;
    for (unsigned i = 0; i < sent_count; i++) {
        early += sends[i].endpoint == 0 && sends[i].type == RR_A &&
                 sends[i].at_ns > dead_until_ns - ms(14000) && sends[i].at_ns < dead_until_ns;
        late += sends[i].endpoint == 0 && sends[i].type == RR_A &&
                sends[i].at_ns > dead_until_ns + ms(2000);
    }
    cr_expect_leq(early, 14, "one question a second is a probe, %u were sent", early);
    cr_expect_gt(late, 500, "it takes turns again");
    asker_free(asker);
}

Test(asker_load, tries_during_an_outage_do_not_count)
{
    dead_until_ns = fake_now_ns + ms(60000);
    open_with(500, first_is_dead);
    expect_one_answer_each(500);
    cr_expect_eq(good_count, 500, "questions waited for the end of the outage");
    cr_expect_leq(most_tries, 4);
    cr_expect_eq(asker_counts(asker)->outages, 1);
    uint64_t probes = asker_counts(asker)->probes;
    cr_expect(probes >= 100 && probes <= 3 * 62, "%llu probes in a minute",
              (unsigned long long)probes);
    cr_expect_not(asker_gave_up(asker));
    asker_free(asker);
}

Test(asker_load, gives_up_when_patience_ends_without_answers)
{
    dead_until_ns = INT64_MAX;
    open_with(500, first_is_dead);
    while (asker_counts(asker)->outages == 0)
        asker_run(asker, 20);
    unsigned answered_before = silent_count;
    run_for(ASKER_PATIENCE_MS - 100);
    cr_expect_not(asker_gave_up(asker), "too early");
    run_for(200);
    cr_expect(asker_gave_up(asker));
    cr_expect_eq(good_count, 0);
    cr_expect_eq(silent_count, answered_before, "the silence of a dead resolver is no answer");
    cr_expect_eq(asker_open(asker), 500 - silent_count);
    asker_free(asker); /* with open questions: the sanitizer finds leaks */
}

/* A receive buffer holds 50 queries; the rest of the burst is lost. */
static void first_fifty_of_a_burst(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count <= 50 || sent_count > 100)
        good(query, reply);
}

Test(asker_load, what_a_burst_lost_is_no_outage)
{
    open_with(100, first_fifty_of_a_burst);
    expect_one_answer_each(100);
    cr_expect_eq(good_count, 100);
    cr_expect_eq(asker_counts(asker)->timeouts, 50);
    cr_expect_eq(asker_counts(asker)->outages, 0);
    cr_expect_eq(asker_counts(asker)->probes, 0);
    asker_free(asker);
}

/* One name in nine is never answered. */
static void one_is_silent(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->question->name.wire[2] != '7')
        good(query, reply);
}

Test(asker_load, silent_names_alone_put_no_resolver_out_for_long)
{
    rate_limit_init(&rate_limit, 100);
    open_with(1000, one_is_silent);
    expect_one_answer_each(1000);
    cr_expect_eq(silent_count, 111); /* m7, m70 to m79, m700 to m799 */
    cr_expect_eq(good_count, 889);
    asker_free(asker);
}

/* ---- random faults ---- */

static void anything(const struct fake_query *query, struct fake_reply *reply)
{
    static void (*const faults[])(struct fake_reply *, const struct question *) = {fake_truncated,
                                                                                   fake_malformed};
    unsigned pick = below(10);
    if (pick < 2)
        faults[pick](reply, query->question);
    else if (pick == 2)
        fake_stray(reply);
    else if (pick == 3)
        fake_rcode(reply, query->question, below(6));
    else if (pick == 4)
        reply->act = FAKE_FAILURE;
    else if (pick == 5)
        reply->act = FAKE_REFUSAL;
    else if (pick > 6)
        good(query, reply);
    reply->inside = below(3) == 0;
    reply->delay_ms = below(3000);
}

Test(asker_load, one_answer_each_whatever_happens)
{
    for (unsigned round = 0; round < 20; round++) {
        memset(answers_of, 0, sizeof(answers_of));
        options.endpoint_count = 1 + below(3);
        options.window = 1 + below(50);
        options.tries = 1 + below(5);
        options.transport = below(2) ? TRANSPORT_UDP : TRANSPORT_TCP;
        fake_in_flight_max = most_tries = 0;
        cr_assert(endpoint_parse(&endpoints[2], "192.0.2.55"));
        open_with(300, anything);
        expect_one_answer_each(300);
        cr_expect_leq(most_tries, options.tries);
        cr_expect_leq(fake_in_flight_max,
                      options.window + options.endpoint_count * HEALTH_PROBES_MAX,
                      "probes beside the window");
        asker_free(asker);
        cr_expect_eq(fake_in_flight, 0);
    }
}

Test(asker_load, counts_add_up_over_askers)
{
    struct asker_counts sum = {0};
    open_with(100, good);
    expect_one_answer_each(100);
    asker_counts_merge(&sum, asker_counts(asker));
    asker_counts_merge(&sum, asker_counts(asker));
    cr_expect_eq(sum.questions, 200);
    cr_expect_eq(sum.queries, 200);
    cr_expect_eq(sum.latency.count, 200);
    asker_free(asker);
    asker_free(NULL);
}
