/* Queries that do not reach the resolver: the link is down, the route is gone, a resolver restarts.
 * Time is simulated. */
#include <stdio.h>

#include "tests/unit/io/lookup/asking.h"

enum { OUTAGE_MS = 30000 };

static int64_t down_until_ns;
static unsigned kinds[ANSWER_KINDS];
static unsigned most_tries;

static void count(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    take_answer(context, owner, slot, answer);
    kinds[answer->kind]++;
    most_tries = answer->tries > most_tries ? answer->tries : most_tries;
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

static void down_for_a_while(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->at_ns < down_until_ns)
        reply->act = FAKE_UNREACHABLE;
    else
        good(query, reply);
}

static void ask_many(unsigned count_of)
{
    for (unsigned i = 0; i < count_of; i++) {
        char text[32];
        snprintf(text, sizeof(text), "m%u.example.com", i);
        struct question question = {.name = name_of(text), .type = RR_A};
        cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    }
}

static void begin(void (*script)(const struct fake_query *, struct fake_reply *))
{
    memset(kinds, 0, sizeof(kinds));
    most_tries = 0;
    options.give = count;
    down_until_ns = fake_now_ns + ms(OUTAGE_MS);
    open_asker(script);
}

static void expect_all_after_the_outage(unsigned questions)
{
    int64_t begun = fake_now_ns;
    ask_many(questions);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], questions, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_eq(most_tries, 1, "no try is spent: %u", most_tries);
    cr_expect_leq(fake_now_ns - begun, ms(OUTAGE_MS + 3000), "%lld ms",
                  (long long)((fake_now_ns - begun) / FAKE_MS));
    cr_expect_eq(asker_counts(asker)->timeouts, 0);
    asker_free(asker);
}

Test(asker_unreachable, an_outage_spends_no_try)
{
    begin(down_for_a_while);
    expect_all_after_the_outage(1);
    begin(down_for_a_while);
    expect_all_after_the_outage(1000);
}

Test(asker_unreachable, an_outage_puts_the_resolver_out_and_only_probes_are_sent)
{
    begin(down_for_a_while);
    ask_many(1000);
    run_for(OUTAGE_MS);
    cr_expect_eq(asker_counts(asker)->outages, 1);
    cr_expect_leq(sent_count, 1000 * 6 + 100, "%u queries", sent_count);
    cr_expect_eq(given_count, 0);
    asker_free(asker);
}

Test(asker_unreachable, one_question_causes_few_queries)
{
    begin(down_for_a_while);
    ask_many(1);
    run_for(OUTAGE_MS);
    cr_expect_eq(given_count, 0);
    cr_expect_leq(sent_count, 150, "%u queries", sent_count);
    asker_free(asker);
}

Test(asker_unreachable, streams_wait_for_the_end_of_an_outage_too)
{
    options.transport = TRANSPORT_TCP;
    begin(down_for_a_while);
    expect_all_after_the_outage(500);
}

static void link_goes_down(const struct fake_query *query, struct fake_reply *reply)
{
    int64_t down_ns = down_until_ns - ms(OUTAGE_MS);
    if (query->at_ns >= down_ns && query->at_ns < down_until_ns)
        reply->act = FAKE_UNREACHABLE;
    else if (query->at_ns < down_ns && query->at_ns > down_ns - ms(10))
        return; /* in flight when the link went down */
    else
        good(query, reply);
}

Test(asker_unreachable, an_outage_in_mid_run_leaves_nothing_unanswered)
{
    begin(link_goes_down);
    down_until_ns += ms(300);
    ask_many(5000);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 5000, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_geq(asker_counts(asker)->outages, 1);
    asker_free(asker);
}

Test(asker_unreachable, gives_up_when_the_patience_of_all_resolvers_ends)
{
    begin(down_for_a_while);
    down_until_ns = INT64_MAX;
    ask_many(100);
    run_for(ASKER_PATIENCE_MS);
    cr_expect_not(asker_gave_up(asker));
    run_for(2000);
    cr_expect(asker_gave_up(asker));
    cr_expect_eq(given_count, 0);
    asker_free(asker);
}

static void first_is_unreachable(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint == 0)
        reply->act = FAKE_UNREACHABLE;
    else
        good(query, reply);
}

Test(asker_unreachable, another_resolver_answers_at_once)
{
    options.endpoint_count = 2;
    begin(first_is_unreachable);
    int64_t begun = fake_now_ns;
    ask_many(1000);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 1000);
    cr_expect_eq(most_tries, 1);
    cr_expect_leq(fake_now_ns - begun, ms(1000), "%lld ms",
                  (long long)((fake_now_ns - begun) / FAKE_MS));
    asker_free(asker);
}

/* ---- a single question that never reaches a resolver that answers others ---- */

static void one_is_unreachable(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->question->name.wire[2] == '7')
        reply->act = FAKE_UNREACHABLE;
    else
        good(query, reply);
    reply->delay_ms *= 50;
}

static void ask_slowly(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    count(context, owner, slot, answer);
    struct question question = {.name = name_of("other.example.com"), .type = RR_A};
    if (kinds[ANSWER_SILENT] == 0)
        cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
}

Test(asker_unreachable, a_question_that_never_gets_through_ends)
{
    begin(one_is_unreachable);
    asker_free(asker);
    options.give = ask_slowly;
    open_asker(one_is_unreachable);
    int64_t begun = fake_now_ns;
    ask_many(8);
    while (kinds[ANSWER_SILENT] == 0 && fake_now_ns < begun + ms(300000))
        asker_run(asker, 20);
    cr_expect_eq(kinds[ANSWER_SILENT], 1);
    cr_expect_leq(fake_now_ns - begun, ms(90000));
    cr_expect_eq(asker_counts(asker)->outages, 0);
    asker_free(asker);
}

/* ---- TCP beside UDP ---- */

static void tcp_is_closed(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_UDP)
        fake_truncated(reply, query->question);
    else
        reply->act = FAKE_UNREACHABLE;
}

Test(asker_unreachable, a_resolver_without_tcp_ends_truncated_questions)
{
    begin(tcp_is_closed);
    int64_t begun = fake_now_ns;
    ask_many(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_TRUNCATED);
    cr_expect_eq(given.tries, 4);
    cr_expect_leq(fake_now_ns - begun, ms(2000));
    asker_free(asker);
}

static void down_after_truncation(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->at_ns < down_until_ns)
        reply->act = FAKE_UNREACHABLE;
    else
        good(query, reply);
    if (sent_count <= 100)
        fake_truncated(reply, query->question);
}

Test(asker_unreachable, an_outage_between_truncation_and_tcp_leaves_nothing_unanswered)
{
    options.window = 200;
    begin(down_after_truncation);
    ask_many(100);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 100, "%u", kinds[ANSWER_RECORDS]);
    asker_free(asker);
}
