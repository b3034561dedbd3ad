/* Questions that several addresses share: how often they are sent, and the answer of each address.
 */
#include <stdio.h>

#include "tests/unit/io/lookup/asking.h"

#include "io/lookup/answer_cache.h"

enum { ASKED_MAX = 64 };

static struct answer answers[ASKED_MAX]; /* by slot */
static unsigned answered_count[ASKED_MAX];
static struct asker *second; /* as of another thread */

static void take_answer_of_slot(void *context, void *owner, unsigned slot,
                                const struct answer *answer)
{
    (void)context;
    (void)owner;
    cr_assert_lt(slot, ASKED_MAX);
    answers[slot] = *answer;
    answered_count[slot]++;
}

static struct asker *another(void)
{
    struct failure failure = {0};
    struct asker *made = asker_new(&options, &failure);
    cr_assert_not_null(made);
    return made;
}

static void begin(void (*script)(const struct fake_query *query, struct fake_reply *reply))
{
    memset(answered_count, 0, sizeof(answered_count));
    options.give = take_answer_of_slot;
    options.cache = answer_cache_new();
    cr_assert_not_null(options.cache);
    open_asker(script);
    second = another();
}

static void finish(void)
{
    asker_free(asker);
    asker_free(second);
    answer_cache_free(options.cache);
}

static void ask_as(struct asker *who, const char *name, uint16_t type, const char *wanted,
                   unsigned slot)
{
    struct question question = {.name = name_of(name), .type = type};
    struct ipaddr address = address_of(wanted);
    cr_assert(asker_ask(who, &question, &address, NULL, slot));
}

static void ask(const char *name, const char *wanted, unsigned slot)
{
    ask_as(asker, name, RR_A, wanted, slot);
}

static void run_all(void)
{
    for (int64_t end = fake_now_ns + ms(600 * 1000);
         asker_open(asker) + asker_open(second) > 0 && fake_now_ns < end;) {
        asker_run(asker, 1);
        asker_run(second, 1);
    }
    cr_assert_eq(asker_open(asker) + asker_open(second), 0);
}

static void expect_answered(unsigned slot, enum answer_kind kind, bool holds)
{
    cr_expect_eq(answered_count[slot], 1, "%u: %u", slot, answered_count[slot]);
    cr_expect_eq(answers[slot].kind, kind, "%u: %d", slot, (int)answers[slot].kind);
    cr_expect_eq(answers[slot].holds, holds, "%u", slot);
}

/* 192.0.2.1 to .40, TTL 600, after 100 ms: more addresses than an answer keeps. */
static void forty(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    fake_rcode(reply, query->question, RCODE_NOERROR);
    for (unsigned i = 1; i <= 40; i++) {
        address.bytes[3] = (uint8_t)i;
        fake_record(reply, query->question, address.bytes, 4);
    }
    reply->delay_ms = 100;
}

static void servfail(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_SERVFAIL);
    reply->delay_ms = 100;
}

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    (void)reply;
}

static void servfail_once(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count == 1)
        servfail(query, reply);
    else
        forty(query, reply);
}

/* NXDOMAIN with a SOA whose TTL and MINIMUM are 300 (RFC 2308 5). */
static void nxdomain(const struct fake_query *query, struct fake_reply *reply)
{
    static const uint8_t tail[] = {0, 0, 6, 0, 1, 0, 0, 1, 44, 0, 22, 0, 0, 0, 0, 0, 1,
                                   0, 0, 0, 1, 0, 0, 0, 1, 0,  0, 0,  1, 0, 0, 1, 44};
    fake_rcode(reply, query->question, RCODE_NXDOMAIN);
    fake_put(reply, tail, sizeof(tail));
    reply->wire[9] = 1;
    reply->delay_ms = 100;
}

static void negative_without_soa(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_NXDOMAIN);
}

/* Too long for a datagram. */
static void long_reply(const struct fake_query *query, struct fake_reply *reply)
{
    uint8_t address[4] = {192, 0, 2, 1};
    bool is_long = query->question->name.wire[1] == 'm';
    if (is_long && query->transport == TRANSPORT_UDP) {
        fake_truncated(reply, query->question);
        return;
    }
    fake_rcode(reply, query->question, RCODE_NOERROR);
    for (unsigned i = 0; i < (is_long ? 100 : 1); i++) {
        address[3] = (uint8_t)i;
        fake_record(reply, query->question, address, 4);
    }
}

Test(asker_shared, a_reply_is_read_for_each_address_that_joined)
{
    begin(forty);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("MTA.example.com", "192.0.2.40", 1); /* not among the sixteen that an answer keeps */
    ask("mta.example.com", "192.0.2.41", 2);
    run_all();
    cr_expect_eq(sent_count, 1);
    expect_answered(0, ANSWER_RECORDS, true);
    expect_answered(1, ANSWER_RECORDS, true);
    expect_answered(2, ANSWER_RECORDS, false);
    for (unsigned i = 0; i < 3; i++) {
        cr_expect_eq(answers[i].total, 40);
        cr_expect_eq(answers[i].tries, 1);
        cr_expect_eq(answers[i].ttl, 600);
    }
    cr_expect_eq(asker_counts(asker)->questions, 3);
    cr_expect_eq(asker_counts(asker)->queries, 1);
    cr_expect_eq(asker_counts(asker)->joined, 2);
    cr_expect_eq(asker_counts(asker)->cached, 0);
    finish();
}

Test(asker_shared, an_answer_serves_until_its_ttl_ends)
{
    begin(forty);
    ask("mta.example.com", "192.0.2.1", 0);
    run_all();
    fake_now_ns += ms(10 * 1000);
    ask("mta.example.com", "192.0.2.2", 1);
    run_all();
    expect_answered(1, ANSWER_RECORDS, true);
    cr_expect_eq(answers[1].ttl, 590, "%u", answers[1].ttl);
    cr_expect_eq(answers[1].tries, 1);
    cr_expect_eq(sent_count, 1);
    cr_expect_eq(asker_counts(asker)->cached, 1);
    fake_now_ns += ms(530 * 1000);
    ask("mta.example.com", "192.0.2.2", 2);
    run_all();
    cr_expect_eq(sent_count, 2);
    cr_expect_eq(answers[2].ttl, 600);
    finish();
}

Test(asker_shared, askers_of_two_threads_ask_once)
{
    begin(forty);
    ask_as(asker, "mta.example.com", RR_A, "192.0.2.1", 0);
    ask_as(second, "mta.example.com", RR_A, "192.0.2.2", 1);
    ask_as(second, "mta.example.com", RR_A, "192.0.2.99", 2);
    run_all();
    cr_expect_eq(sent_count, 1);
    expect_answered(0, ANSWER_RECORDS, true);
    expect_answered(1, ANSWER_RECORDS, true);
    expect_answered(2, ANSWER_RECORDS, false);
    cr_expect_eq(asker_counts(second)->cached, 2);
    finish();
}

/* The first asker holds a lease and stops. */
Test(asker_shared, another_asker_is_waited_for_one_timeout_at_most)
{
    begin(forty);
    ask("mta.example.com", "192.0.2.1", 0);
    asker_run(asker, 0);
    ask_as(second, "mta.example.com", RR_A, "192.0.2.2", 1);
    ask_as(second, "mta.example.com", RR_A, "192.0.2.3", 2);
    int64_t start = fake_now_ns;
    while (asker_open(second) > 0 && fake_now_ns < start + ms(60000))
        asker_run(second, 20);
    cr_expect_eq(sent_count, 2);
    expect_answered(1, ANSWER_RECORDS, true);
    expect_answered(2, ANSWER_RECORDS, true);
    cr_expect_geq(fake_now_ns - start, ms(2000));
    cr_expect_leq(fake_now_ns - start, ms(2000 + 100 + 30));
    run_all();
    expect_answered(0, ANSWER_RECORDS, true);
    finish();
}

Test(asker_shared, an_error_reaches_all_that_joined_and_is_not_kept)
{
    begin(servfail);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.2", 1);
    run_all();
    cr_expect_eq(sent_count, 4);
    expect_answered(0, ANSWER_SERVFAIL, false);
    expect_answered(1, ANSWER_SERVFAIL, false);
    cr_expect_eq(answers[1].tries, 4);
    ask("mta.example.com", "192.0.2.3", 2);
    run_all();
    cr_expect_eq(sent_count, 8);
    finish();
}

Test(asker_shared, silence_reaches_all_that_joined)
{
    begin(silent);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.2", 1);
    run_all();
    cr_expect_eq(sent_count, 4);
    expect_answered(0, ANSWER_SILENT, false);
    expect_answered(1, ANSWER_SILENT, false);
    finish();
}

Test(asker_shared, all_who_share_an_answer_get_its_tries)
{
    begin(servfail_once);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.2", 1);
    run_all();
    ask("mta.example.com", "192.0.2.3", 2);
    run_all();
    for (unsigned i = 0; i < 3; i++) {
        expect_answered(i, ANSWER_RECORDS, true);
        cr_expect_eq(answers[i].tries, 2);
    }
    cr_expect_eq(sent_count, 2);
    finish();
}

Test(asker_shared, a_negative_answer_serves_for_the_negative_ttl)
{
    begin(nxdomain);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.2", 1);
    run_all();
    cr_expect_eq(sent_count, 1);
    expect_answered(0, ANSWER_NXDOMAIN, false);
    expect_answered(1, ANSWER_NXDOMAIN, false);
    cr_expect(answers[1].has_soa);
    cr_expect_eq(answers[1].ttl, 300);
    fake_now_ns += ms(239 * 1000);
    ask("mta.example.com", "192.0.2.3", 2);
    run_all();
    cr_expect_eq(sent_count, 1);
    cr_expect_eq(answers[2].ttl, 61);
    fake_now_ns += ms(1000);
    ask("mta.example.com", "192.0.2.3", 3);
    run_all();
    cr_expect_eq(sent_count, 2);
    finish();
}

Test(asker_shared, a_negative_answer_without_soa_is_not_kept)
{
    begin(negative_without_soa);
    ask("mta.example.com", "192.0.2.1", 0);
    run_all();
    ask("mta.example.com", "192.0.2.1", 1);
    run_all();
    cr_expect_eq(sent_count, 2);
    finish();
}

Test(asker_shared, types_are_separate_and_ptr_is_never_shared)
{
    begin(nxdomain);
    ask_as(asker, "mta.example.com", RR_A, "192.0.2.1", 0);
    ask_as(asker, "mta.example.com", RR_AAAA, "192.0.2.1", 1);
    ask_as(asker, "mta.example.com", RR_SOA, "192.0.2.1", 2);
    ask_as(asker, "mta.example.com", RR_SOA, "192.0.2.1", 3);
    ask_as(asker, "mta.example.com", RR_PTR, "192.0.2.1", 4);
    ask_as(asker, "mta.example.com", RR_PTR, "192.0.2.1", 5);
    run_all();
    cr_expect_eq(sent_count, 5);
    cr_expect_eq(asker_counts(asker)->joined, 1);
    finish();
}

Test(asker_shared, without_a_cache_each_question_is_asked)
{
    begin(forty);
    answer_cache_free(options.cache);
    options.cache = NULL;
    asker_free(asker);
    asker = another();
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.1", 1);
    run_all();
    cr_expect_eq(sent_count, 2);
    finish();
}

/* Open questions give their leases back when their asker is freed. */
Test(asker_shared, a_freed_asker_leaves_no_lease)
{
    begin(forty);
    ask("mta.example.com", "192.0.2.1", 0);
    ask("mta.example.com", "192.0.2.2", 1);
    asker_run(asker, 0);
    asker_free(asker);
    asker = another();
    ask("mta.example.com", "192.0.2.3", 2);
    run_all();
    cr_expect_eq(answered_count[0] + answered_count[1], 0);
    expect_answered(2, ANSWER_RECORDS, true);
    cr_expect_eq(sent_count, 2);
    finish();
}

static void ask_in_turn(unsigned from, unsigned count, char letter)
{
    for (unsigned i = from; i < from + count; i++) {
        char name[32];
        snprintf(name, sizeof(name), "%c%u.example.com", letter, i);
        ask(name, "192.0.2.1", i);
        run_all();
    }
}

Test(asker_shared, long_replies_in_a_row_lead_to_tcp_and_a_short_reply_back)
{
    begin(long_reply);
    ask_in_turn(0, 8, 'm');
    cr_expect_eq(asker_counts(asker)->queries, 16);
    cr_expect_eq(asker_counts(asker)->truncated, 8);
    ask_in_turn(8, 2, 'm');
    ask_in_turn(10, 2, 's');
    cr_expect_eq(asker_counts(asker)->queries, 20);
    cr_assert_eq(sent_count, 20);
    for (unsigned i = 0; i < 16; i++)
        cr_expect_eq(sends[i].transport, i % 2 ? TRANSPORT_TCP : TRANSPORT_UDP, "%u", i);
    for (unsigned i = 16; i < 20; i++)
        cr_expect_eq(sends[i].transport, i < 19 ? TRANSPORT_TCP : TRANSPORT_UDP, "%u", i);
    finish();
}
