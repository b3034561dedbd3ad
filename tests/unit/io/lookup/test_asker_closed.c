/* Connections that a server closes after some replies. Time is simulated. */
#include <stdio.h>

#include "io/lookup/retry.h"
#include "tests/unit/io/lookup/asking.h"

enum { QUESTIONS = 400 };

static unsigned kinds[ANSWER_KINDS], most_tries, over_tcp_most, closed_left, truncated_every;

static void count(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    take_answer(context, owner, slot, answer);
    kinds[answer->kind]++;
    most_tries = answer->tries > most_tries ? answer->tries : most_tries;
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    fake_address(reply, query->question, &address);
    reply->delay_ms = 10;
    if (query->transport != TRANSPORT_UDP && fake_over_tcp + 1 > over_tcp_most)
        over_tcp_most = fake_over_tcp + 1;
}

/* One of three queries is answered, the others are lost with its connection. */
static void closes(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (sent_count % 3 != 0 && closed_left > 0) {
        closed_left--;
        reply->act = FAKE_CLOSED;
    }
}

static void one_always_closes(const struct fake_query *query, struct fake_reply *reply)
{
    struct dnsname bad = name_of("m7.example.com");
    good(query, reply);
    if (dnsname_equal(&query->question->name, &bad))
        reply->act = FAKE_CLOSED;
}

static void truncates_some(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (query->transport == TRANSPORT_UDP && sent_count % truncated_every == 0) {
        reply->len = 0;
        fake_truncated(reply, query->question);
    }
}

static void ask_many(void (*script)(const struct fake_query *, struct fake_reply *),
                     enum transport transport)
{
    options.give = count;
    options.transport = transport;
    open_asker(script);
    for (unsigned i = 0; i < QUESTIONS; i++) {
        char text[32];
        snprintf(text, sizeof(text), "m%u.example.com", i);
        struct question question = {.name = name_of(text), .type = RR_A};
        cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    }
    run_until_answered();
}

Test(asker_closed, questions_lost_with_a_connection_spend_no_try)
{
    closed_left = 2 * QUESTIONS;
    ask_many(closes, TRANSPORT_TCP);
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_eq(most_tries, 1, "%u", most_tries);
    cr_expect_eq(asker_counts(asker)->outages, 0);
    cr_expect_gt(asker_counts(asker)->failed, QUESTIONS);
    asker_free(asker);
}

Test(asker_closed, a_question_at_which_the_server_always_closes_ends)
{
    ask_many(one_always_closes, TRANSPORT_TCP);
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS - 1, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_eq(kinds[ANSWER_SILENT], 1, "%u", kinds[ANSWER_SILENT]);
    cr_expect_eq(sent_count, QUESTIONS - 1 + RETRY_UNREACHABLE_MAX + options.tries, "%u",
                 sent_count);
    asker_free(asker);
}

Test(asker_closed, no_more_queries_go_over_tcp_than_the_server_takes)
{
    fake_tcp_room = 8;
    ask_many(good, TRANSPORT_TCP);
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS);
    cr_expect_eq(over_tcp_most, 8, "%u", over_tcp_most);
    cr_expect_eq(sent_count, QUESTIONS);
    asker_free(asker);
}

Test(asker_closed, those_over_udp_do_not_wait_for_those_over_tcp)
{
    fake_tcp_room = 1;
    truncated_every = 4;
    int64_t begun = fake_now_ns;
    ask_many(truncates_some, TRANSPORT_UDP);
    int64_t took = (fake_now_ns - begun) / FAKE_MS;
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS);
    cr_expect_eq(over_tcp_most, 1, "%u", over_tcp_most);
    unsigned over_udp = 0, last_udp = 0;
    for (unsigned i = 0; i < sent_count; i++) {
        over_udp += sends[i].transport == TRANSPORT_UDP;
        last_udp = sends[i].transport == TRANSPORT_UDP ? i : last_udp;
    }
    cr_expect_eq(over_udp, QUESTIONS);
    cr_expect_leq((sends[last_udp].at_ns - begun) / FAKE_MS, took / 4, "%lld of %lld ms",
                  (long long)((sends[last_udp].at_ns - begun) / FAKE_MS), (long long)took);
    asker_free(asker);
}
