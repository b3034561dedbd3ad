/* Lost datagrams, slow names, errors that pass and zones that stay dead. Time is simulated. */
#include <stdio.h>

#include "tests/unit/io/lookup/asking.h"

static unsigned kinds[ANSWER_KINDS];
static int64_t last_good_ns;
static unsigned most_tries;

static void count(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    take_answer(context, owner, slot, answer);
    kinds[answer->kind]++;
    if (answer->kind == ANSWER_RECORDS) {
        last_good_ns = fake_now_ns;
        most_tries = answer->tries > most_tries ? answer->tries : most_tries;
    }
}

/* ask(n) for the n-th question: the PTR of 10.x.y.z. */
static void ask(unsigned n)
{
    struct ipaddr address = ipaddr_from_number(IP_V4, (10u << 24) + n);
    struct question question = {.type = RR_PTR};
    ipaddr_reverse_name(&question.name, &address);
    cr_assert(asker_ask(asker, &question, &address, NULL, 0));
}

static bool query_is_probe(const struct question *question)
{
    return question->type == RR_NS;
}

/* Of a probe: one that is always answered. */
static unsigned number_of(const struct question *question)
{
    unsigned octet[4] = {0};
    char text[DNSNAME_TEXT_MAX];
    dnsname_print(text, &question->name);
    if (query_is_probe(question))
        return UINT32_MAX - 5;
    cr_assert_eq(sscanf(text, "%u.%u.%u.%u", &octet[3], &octet[2], &octet[1], &octet[0]), 4);
    return octet[1] << 16 | octet[2] << 8 | octet[3];
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    fake_ptr(reply, query->question, "mta7.example.com");
    reply->delay_ms = 10;
}

static void begin(void (*script)(const struct fake_query *, struct fake_reply *))
{
    options.give = count;
    options.patience_ms = 40000;
    memset(kinds, 0, sizeof(kinds));
    most_tries = 0;
    last_good_ns = 0;
    open_asker(script);
}

/* Latency is measured: 2,000 good answers, and one timeout goes by. */
static void warm_up(void)
{
    for (unsigned n = 0; n < 2000; n++)
        ask(0x300000 + n);
    run_until_answered();
    fake_now_ns += ms(2000);
    memset(kinds, 0, sizeof(kinds));
    sent_count = 0;
}

/* ---- early repeats ---- */

static unsigned lose_first; /* tries of each question */

static void loses_first(const struct fake_query *query, struct fake_reply *reply)
{
    if (number_of(query->question) >= 0x300000 || sent_count > lose_first)
        good(query, reply);
}

static void expect_after_losses(unsigned losses, int64_t ms_taken, unsigned tries)
{
    lose_first = losses;
    begin(loses_first);
    warm_up();
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(fake_now_ns - begun, ms(ms_taken), "%lld",
                 (long long)(fake_now_ns - begun) / FAKE_MS);
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, tries);
    cr_expect_eq(asker_counts(asker)->outages, 0);
    asker_free(asker);
}

Test(asker_patience, a_lost_datagram_costs_a_fifth_of_a_second_and_is_no_failed_try)
{
    expect_after_losses(1, 200 + 10, 1);
}

Test(asker_patience, several_lost_datagrams_are_none_either)
{
    expect_after_losses(2, 200 + 400 + 10, 1);
    expect_after_losses(3, 200 + 400 + 800 + 10, 1);
}

Test(asker_patience, the_fourth_try_waits_for_the_whole_timeout)
{
    lose_first = 4;
    begin(loses_first);
    warm_up();
    ask(1);
    run_until_answered();
    cr_expect_eq(given.tries, 2);
    cr_expect_eq(sends[4].at_ns - sends[3].at_ns >= ms(2000 + 50), true);
    asker_free(asker);
}

static void slow(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) < 0x300000)
        reply->delay_ms = 1900;
}

Test(asker_patience, a_slow_name_is_got_by_the_try_that_waits)
{
    begin(slow);
    warm_up();
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, 1);
    cr_expect_eq(sent_count, 4);
    asker_free(asker);
}

/* Where five names in a hundred take a second, that is what is waited for. */
static void five_percent_take_a_second(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) % 20 == 0)
        reply->delay_ms = 1000;
}

Test(asker_patience, hardly_anything_is_asked_twice_where_nothing_is_lost)
{
    begin(five_percent_take_a_second);
    for (unsigned n = 0; n < 15000; n++)
        ask(n);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 15000);
    cr_expect_leq(sent_count, 15000 + 150, "%u queries", sent_count);
    asker_free(asker);
}

/* Timers of getdns follow the wall clock: when it is set forward, all that was just asked times out
 * at once.
 */
static void clock_jumps(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count > 1)
        good(query, reply);
    else
        reply->delay_ms = 1;
}

Test(asker_patience, a_clock_that_jumps_takes_no_try)
{
    options.tries = 1;
    begin(clock_jumps);
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, 1);
    asker_free(asker);
}

/* ---- errors that pass, and errors that do not ---- */

static int64_t ill_until_ns;

static bool fails_for_good(unsigned n)
{
    return n % 50 == 7;
}

static void ill_for_a_while(const struct fake_query *query, struct fake_reply *reply)
{
    unsigned n = number_of(query->question);
    good(query, reply);
    if (query->at_ns < ill_until_ns || fails_for_good(n))
        fake_rcode(reply, query->question, n % 2 ? RCODE_SERVFAIL : RCODE_REFUSED);
}

Test(asker_patience, half_a_minute_of_errors_spoils_nothing)
{
    begin(ill_for_a_while);
    ill_until_ns = fake_now_ns + ms(30000);
    for (unsigned n = 0; n < 1500; n++)
        ask(n);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 30, "exactly those that fail for good");
    cr_expect_eq(kinds[ANSWER_REFUSED], 0);
    cr_expect_eq(kinds[ANSWER_RECORDS], 1470);
    cr_expect_leq(sent_count, 1500 * 8, "%u queries", sent_count);
    asker_free(asker);
}

Test(asker_patience, without_patience_an_error_takes_the_tries)
{
    begin(ill_for_a_while);
    options.patience_ms = 0;
    asker_free(asker);
    open_asker(ill_for_a_while);
    ill_until_ns = INT64_MAX;
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_SERVFAIL);
    cr_expect_eq(given.tries, 4);
    cr_expect_leq(fake_now_ns - begun, ms(800));
    asker_free(asker);
}

/* ---- nobody is held up ---- */

static void some_are_silent(const struct fake_query *query, struct fake_reply *reply)
{
    if (number_of(query->question) % 10 != 7)
        good(query, reply);
}

Test(asker_patience, silent_names_do_not_hold_up_the_others)
{
    options.window = 50;
    begin(some_are_silent);
    warm_up();
    int64_t begun = fake_now_ns;
    for (unsigned n = 0; n < 3000; n++)
        ask(n);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 2700);
    cr_expect_eq(kinds[ANSWER_SILENT], 300);
    /* 3,000 tries of at most 200 ms by half of the window. */
    cr_expect_leq(last_good_ns - begun, ms(6000), "%lld ms",
                  (long long)(last_good_ns - begun) / FAKE_MS);
    cr_expect_leq(fake_now_ns - begun, ms(75000), "%lld ms",
                  (long long)(fake_now_ns - begun) / FAKE_MS);
    asker_free(asker);
}

/* ---- dead zones ---- */

static void below_16_is_dead(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) < 0x10000)
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

Test(asker_patience, a_zone_that_was_found_dead_is_tried_once_for_each_question)
{
    begin(below_16_is_dead);
    for (unsigned n = 0; n < 8; n++)
        ask(n);
    run_until_answered();
    sent_count = 0;
    int64_t begun = fake_now_ns;
    for (unsigned n = 8; n < 256; n++)
        ask(n);
    run_until_answered();
    cr_expect_eq(sent_count, 248);
    cr_expect_leq(fake_now_ns - begun, ms(200));
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 256);
    asker_free(asker);
}

static bool alive_again;

static void dead_for_long(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (!alive_again || (number_of(query->question) == 20 && sent_count == 2))
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

Test(asker_patience, a_zone_that_comes_back_is_asked_with_patience_again)
{
    begin(dead_for_long);
    alive_again = false;
    for (unsigned n = 0; n < 8; n++)
        ask(n);
    run_until_answered();
    alive_again = true;
    sent_count = 0;
    ask(9);
    run_until_answered();
    ask(20);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, 2);
    asker_free(asker);
}

Test(asker_patience, questions_of_a_zone_in_trouble_are_spread_out)
{
    begin(below_16_is_dead);
    for (unsigned n = 0; n < 200; n++)
        ask(n);
    run_until_answered();
    cr_expect_leq(sent_count, 200 * 7, "%u queries", sent_count);
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 200);
    asker_free(asker);
}

/* A dead /17: 128 zones of 256 addresses. */
Test(asker_patience, a_dead_block_does_not_take_the_patience_for_each_zone)
{
    begin(below_16_is_dead);
    int64_t begun = fake_now_ns;
    for (unsigned n = 0; n < 8 * 8; n++)
        ask((n / 8 << 8) + n % 8);
    run_until_answered();
    for (unsigned n = 0; n < 0x2000; n++)
        ask(0x4000 + n);
    run_until_answered();
    cr_expect_leq(fake_now_ns - begun, ms(40000 + 5000));
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 64 + 0x2000);
    asker_free(asker);
}
