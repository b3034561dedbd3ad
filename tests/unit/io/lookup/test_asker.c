/* Tries and transports of single questions. test_asker_load.c: many questions, outages, pacing. */
#include "tests/unit/io/lookup/asking.h"

/* ---- scripts ---- */

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    if (query->question->type == RR_A)
        fake_address(reply, query->question, &address);
    else
        fake_ptr(reply, query->question, "mta7.example.com");
    reply->delay_ms = 10;
}

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    (void)reply;
}

static void stray(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    fake_stray(reply);
}

static void mismatch(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    reply->act = FAKE_MISMATCH;
}

static void mismatch_then_good(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count == 1)
        reply->act = FAKE_MISMATCH;
    else
        good(query, reply);
}

static void first_refuses_edns(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count == 1)
        reply->act = FAKE_NO_EDNS;
    else
        good(query, reply);
}

static void refuses_edns_then_silence(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    if (sent_count == 1)
        reply->act = FAKE_NO_EDNS;
}

static void truncated_over_udp(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_UDP)
        fake_truncated(reply, query->question);
    else
        good(query, reply);
}

static void malformed_over_udp(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_UDP)
        fake_malformed(reply, query->question);
    else
        good(query, reply);
}

static void truncated_and_tcp_is_blocked(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_UDP)
        fake_truncated(reply, query->question);
}

static void always_truncated(const struct fake_query *query, struct fake_reply *reply)
{
    fake_truncated(reply, query->question);
}

static void truncated_with_records(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    reply->wire[2] |= 2;
}

/* NS in the authority section, no SOA, no AA. */
static void referral(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_NOERROR);
    fake_record(reply, query->question, "\2ns\7example", 12);
    reply->wire[7] = 0;
    reply->wire[9] = 1;
    reply->wire[12 + query->question->name.length + 4 + 3] = RR_NS;
}

static void one_referral(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count == 1)
        referral(query, reply);
    else
        good(query, reply);
}

static void servfail(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

static void servfail_twice(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count <= 2)
        servfail(query, reply);
    else
        good(query, reply);
}

static void servfail_then_silence(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count == 1)
        servfail(query, reply);
}

static void silence_then_stray(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    if (sent_count > 1)
        fake_stray(reply);
}

static void refused(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_REFUSED);
}

static void transport_fails(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    reply->act = sent_count % 2 ? FAKE_FAILURE : FAKE_REFUSAL;
}

/* ---- one question, one script, one answer ---- */

static void expect_answer(enum answer_kind kind, unsigned tries)
{
    ask_one();
    run_until_answered();
    cr_assert_eq(given_count, 1);
    cr_expect_eq(given.kind, kind, "%d", (int)given.kind);
    cr_expect_eq(given.tries, tries, "%u", given.tries);
    cr_expect_eq(asker_counts(asker)->questions, 1);
    cr_expect_eq(asker_counts(asker)->queries, sent_count);
}

/* "UUUT": the transports of the queries so far. */
static void expect_transports(const char *letters)
{
    char sent[SENT_MAX + 1] = "";
    for (unsigned i = 0; i < sent_count; i++)
        sent[i] = "UTS"[sends[i].transport];
    cr_expect_str_eq(sent, letters);
}

Test(asker, gives_the_answer)
{
    open_asker(good);
    expect_answer(ANSWER_RECORDS, 1);
    cr_expect(given.holds, "the wanted address is passed to message_read");
    cr_expect_eq(asker_counts(asker)->latency.count, 1);
    cr_expect_eq(asker_counts(asker)->latency.max, 10000);
    asker_free(asker);
}

Test(asker, silence_takes_all_tries_and_the_last_uses_tcp)
{
    open_asker(silent);
    expect_answer(ANSWER_SILENT, 4);
    expect_transports("UUUT");
    cr_expect_eq(asker_counts(asker)->timeouts, 4);
    cr_expect_eq(asker_counts(asker)->latency.count, 0);
    for (unsigned i = 1; i < 4; i++)
        cr_expect_geq(sends[i].at_ns - sends[i - 1].at_ns, ms(2000 + 50),
                      "a pause between the tries");
    asker_free(asker);
}

Test(asker, a_reply_to_another_question_is_not_believed)
{
    open_asker(stray);
    expect_answer(ANSWER_UNBELIEVABLE, 4);
    expect_transports("UUUT");
    cr_expect_eq(asker_counts(asker)->unbelievable, 4);
    asker_free(asker);
}

/* The transport waits on when a datagram does not match. */
Test(asker, a_try_with_mismatched_datagrams_ends_with_its_timeout)
{
    open_asker(mismatch);
    expect_answer(ANSWER_UNBELIEVABLE, 4);
    expect_transports("UUUT");
    cr_expect_eq(asker_counts(asker)->unbelievable, 4);
    cr_expect_eq(asker_counts(asker)->timeouts, 0);
    for (unsigned i = 1; i < 4; i++)
        cr_expect_geq(sends[i].at_ns - sends[i - 1].at_ns, ms(2000 + 50));
    asker_free(asker);
}

Test(asker, a_try_after_mismatched_datagrams_can_succeed)
{
    open_asker(mismatch_then_good);
    expect_answer(ANSWER_RECORDS, 2);
    asker_free(asker);
}

/* The engine sends the next query without EDNS. */
Test(asker, a_question_whose_server_refuses_edns_is_asked_again_at_once)
{
    open_asker(first_refuses_edns);
    expect_answer(ANSWER_RECORDS, 1); /* no failed try: not flaky */
    expect_transports("UU");
    cr_expect_eq(sends[1].at_ns - sends[0].at_ns, 0);
    asker_free(asker);
}

Test(asker, after_a_refusal_of_edns_all_tries_are_left)
{
    open_asker(refuses_edns_then_silence);
    expect_answer(ANSWER_SILENT, 4);
    expect_transports("UUUUT");
    asker_free(asker);
}

Test(asker, a_truncated_reply_is_asked_again_over_tcp_at_once)
{
    open_asker(truncated_over_udp);
    expect_answer(ANSWER_RECORDS, 1); /* no failed try: not flaky */
    expect_transports("UT");
    cr_expect_eq(sends[1].at_ns - sends[0].at_ns, 0);
    cr_expect_eq(asker_counts(asker)->truncated, 1);
    asker_free(asker);
}

Test(asker, a_malformed_reply_is_asked_again_over_tcp_at_once)
{
    open_asker(malformed_over_udp);
    expect_answer(ANSWER_RECORDS, 1);
    expect_transports("UT");
    asker_free(asker);
}

/* Replies came, so this is no silence. */
Test(asker, truncated_replies_without_tcp_are_an_error)
{
    open_asker(truncated_and_tcp_is_blocked);
    expect_answer(ANSWER_TRUNCATED, 4);
    asker_free(asker);
}

Test(asker, truncation_over_tcp_ends_a_question)
{
    open_asker(always_truncated);
    expect_answer(ANSWER_TRUNCATED, 4);
    asker_free(asker);
}

Test(asker, records_of_a_reply_truncated_over_tcp_are_the_answer)
{
    open_asker(truncated_with_records);
    expect_answer(ANSWER_RECORDS, 1);
    expect_transports("UT");
    cr_expect(given.holds && given.truncated);
    asker_free(asker);
}

Test(asker, a_referral_is_asked_again_at_another_resolver_only)
{
    open_asker(referral);
    expect_answer(ANSWER_REFERRAL, 1);
    asker_free(asker);
    options.endpoint_count = 2;
    open_asker(one_referral); /* its resolver has answered nothing yet: no try is spent */
    expect_answer(ANSWER_RECORDS, 1);
    cr_expect_neq(sends[0].endpoint, sends[1].endpoint);
    asker_free(asker);
}

Test(asker, servfail_is_asked_again_and_may_pass)
{
    open_asker(servfail_twice);
    expect_answer(ANSWER_RECORDS, 3);
    expect_transports("UUU");
    asker_free(asker);
}

Test(asker, servfail_and_refused_are_answers_after_all_tries)
{
    open_asker(servfail);
    expect_answer(ANSWER_SERVFAIL, 4);
    cr_expect_eq(given.rcode, RCODE_SERVFAIL);
    asker_free(asker);
    open_asker(refused);
    expect_answer(ANSWER_REFUSED, 4);
    cr_expect_eq(given.rcode, RCODE_REFUSED);
    asker_free(asker);
}

Test(asker, a_server_error_outweighs_later_silence)
{
    open_asker(servfail_then_silence);
    expect_answer(ANSWER_SERVFAIL, 4);
    asker_free(asker);
    open_asker(silence_then_stray);
    expect_answer(ANSWER_UNBELIEVABLE, 4);
    asker_free(asker);
}

Test(asker, a_transport_that_fails_is_tried_again)
{
    open_asker(transport_fails);
    expect_answer(ANSWER_SILENT, 4);
    cr_expect_eq(asker_counts(asker)->failed, 4);
    cr_expect_eq(asker_counts(asker)->timeouts, 0);
    asker_free(asker);
}

Test(asker, tcp_and_tls_never_use_udp)
{
    options.transport = TRANSPORT_TCP;
    open_asker(silent);
    expect_answer(ANSWER_SILENT, 4);
    expect_transports("TTTT");
    asker_free(asker);
    options.transport = TRANSPORT_TLS;
    open_asker(always_truncated);
    expect_answer(ANSWER_TRUNCATED, 4);
    expect_transports("SSSS");
    asker_free(asker);
}

Test(asker, one_try_is_one_query)
{
    options.tries = 1;
    open_asker(silent);
    expect_answer(ANSWER_SILENT, 1);
    cr_expect_eq(sent_count, 1);
    asker_free(asker);
}

Test(asker, a_further_try_goes_to_another_resolver)
{
    options.endpoint_count = 2;
    open_asker(servfail);
    expect_answer(ANSWER_SERVFAIL, 4);
    for (unsigned i = 1; i < 4; i++)
        cr_expect_neq(sends[i].endpoint, sends[i - 1].endpoint);
    asker_free(asker);
}

/* ---- what the resolvers answered ---- */

static void referral_or_silence(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint == 0)
        return;
    fake_rcode(reply, query->question, RCODE_NOERROR);
    reply->wire[3] &= 0x7f; /* RA */
}

Test(asker, counts_the_replies_of_each_resolver)
{
    const struct resolver_counts *of = NULL;
    options.endpoint_count = 2;
    open_asker(servfail);
    expect_answer(ANSWER_SERVFAIL, 4);
    of = asker_counts(asker)->resolvers.of;
    cr_expect_eq(asker_counts(asker)->resolvers.count, 2);
    cr_expect_eq(of[0].replies[RCODE_SERVFAIL], 2);
    cr_expect_eq(of[1].replies[RCODE_SERVFAIL], 2);
    cr_expect_eq(of[1].endpoint.address.bytes[3], 54);
    asker_free(asker);
}

Test(asker, counts_silence_and_questions_passed_back)
{
    const struct resolver_counts *of = NULL;
    options.endpoint_count = 2;
    open_asker(referral_or_silence);
    ask_one();
    ask_one();
    run_until_answered();
    of = asker_counts(asker)->resolvers.of;
    cr_expect_geq(of[0].silent, 2);
    cr_expect_geq(of[1].passed_back, 2);
    cr_expect_eq(of[1].replies[RCODE_NOERROR], of[1].passed_back);
    asker_free(asker);
}

Test(asker, further_questions_of_an_address_go_first)
{
    struct question question = {.name = name_of("7.2.0.192.in-addr.arpa"), .type = RR_PTR};
    options.window = 1;
    open_asker(good);
    cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    question.type = RR_A;
    cr_assert(asker_ask_soon(asker, &question, NULL, NULL, 1));
    run_for(1000);
    cr_assert_eq(sent_count, 3);
    cr_expect_eq(sends[0].type, RR_A);
    cr_expect_eq(sends[1].type, RR_PTR);
    cr_expect_eq(given_count, 3);
    asker_free(asker);
}
