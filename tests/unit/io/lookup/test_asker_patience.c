/* Lost datagrams, slow names, passing errors and dead zones. Time is simulated. */
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
    struct dnsname loopback = name_of("1.0.0.127.in-addr.arpa");
    return question->type == RR_NS || dnsname_equal(&question->name, &loopback);
}

/* For a probe: a number that is always answered. */
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

/* Measures latency: 2,000 good answers, and one timeout passes. */
static void warm_up(void)
{
    for (unsigned n = 0; n < 2000; n++)
        ask(0x300000 + n);
    run_until_answered();
    fake_now_ns += ms(2000);
    memset(kinds, 0, sizeof(kinds));
    sent_count = 0;
}

/* ---- early tries ---- */

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

Test(asker_patience, a_lost_datagram_costs_200_ms_and_no_try)
{
    expect_after_losses(1, 200 + 10, 1);
}

/* 600 good answers within the first second, while nothing is known of slow names. From then on each
 * question loses its first query. */
static void begin_short_run(void)
{
    lose_first = 1;
    options.window = 1000;
    begin(loses_first);
    for (unsigned n = 0; n < 600; n++)
        ask(0x300000 + n);
    run_until_answered();
}

Test(asker_patience, the_last_questions_of_a_short_run_are_not_waited_for)
{
    begin_short_run();
    sent_count = 0;
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(fake_now_ns - begun, ms(200 + 10));
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    asker_free(asker);
}

/* A lost datagram, and a question that waits for the rate until it is overdue: then no question
 * waits, less time is allowed for a reply, and that has passed already. */
Test(asker_patience, a_try_that_is_overdue_at_once_is_not_waited_for_in_vain)
{
    begin_short_run();
    rate_limit_init(&rate_limit, 3);
    sent_count = 0;
    ask(1);
    ask(0x400001);
    ask(0x400002);
    run_until_answered();
    cr_expect_eq(given_count, 603u, "%u", given_count);
    asker_free(asker);
}

/* A phase of few questions never learns how long replies take. */
Test(asker_patience, a_loss_is_assumed_where_the_latency_is_not_known)
{
    lose_first = 1;
    options.loss_ms = 500;
    begin(loses_first);
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(fake_now_ns - begun, ms(500 + 10));
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, 1);
    asker_free(asker);
}

Test(asker_patience, several_lost_datagrams_cost_no_try)
{
    expect_after_losses(2, 200 + 200 + 10, 1);
    expect_after_losses(3, 200 + 200 + 400 + 10, 1);
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

/* Its first try ended early, but is not lost: nothing was silent. */
Test(asker_patience, a_slow_name_is_answered_by_the_reply_to_its_first_try)
{
    begin(slow);
    warm_up();
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(fake_now_ns - begun, ms(1900));
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(given.tries, 1);
    cr_expect_eq(sent_count, 4);
    cr_expect_eq(asker_counts(asker)->timeouts, 2, "%u of the later ones, until then",
                 (unsigned)asker_counts(asker)->timeouts);
    ask(0x300000);
    fake_now_ns += ms(1900);
    run_until_answered();
    cr_expect_eq(asker_counts(asker)->timeouts, 0);
    cr_expect_eq(fake_in_flight, 0);
    asker_free(asker);
}

static void slow_denial(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) >= 0x300000)
        return;
    fake_rcode(reply, query->question, RCODE_NXDOMAIN);
    reply->delay_ms = 300;
}

/* The reply comes while the question waits for the rate. An answer without a try would be one that
 * a cut has proven. */
Test(asker_patience, a_question_that_waits_for_its_turn_again_has_had_a_try)
{
    begin(slow_denial);
    warm_up();
    rate_limit_init(&rate_limit, 1);
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_NXDOMAIN);
    cr_expect_eq(sent_count, 1, "%u", sent_count);
    cr_expect_eq(given.tries, 1, "%u", given.tries);
    asker_free(asker);
}

/* The name is slow again, but its error comes first: the question goes on. */
static void late_error(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) >= 0x300000)
        return;
    if (sent_count == 1)
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
    reply->delay_ms = sent_count == 1 ? 300 : 150;
}

Test(asker_patience, a_late_error_is_no_answer)
{
    begin(late_error);
    warm_up();
    int64_t begun = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(fake_now_ns - begun, ms(200 + 150));
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(asker_counts(asker)->timeouts, 0);
    asker_free(asker);
}

/* While lookups are freed with tries that are set aside, in flight, and waiting for their turn. */
Test(asker_patience, tries_set_aside_are_freed)
{
    lose_first = SENT_MAX;
    begin(loses_first);
    warm_up();
    for (unsigned n = 0; n < 1000; n++)
        ask(n);
    run_for(450);
    cr_expect_gt(asker_open(asker), 0);
    asker_free(asker);
    cr_expect_eq(fake_in_flight, 0);
}

/* If five names in a hundred take a second, tries wait that long. */
static void five_percent_take_a_second(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (number_of(query->question) % 20 == 0)
        reply->delay_ms = 1000;
}

Test(asker_patience, without_loss_hardly_any_question_is_sent_twice)
{
    begin(five_percent_take_a_second);
    for (unsigned n = 0; n < 15000; n++)
        ask(n);
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 15000);
    cr_expect_leq(sent_count, 15000 + 150, "%u queries", sent_count);
    asker_free(asker);
}

/* Timers of getdns follow the wall clock: when it is set forward, all queries in flight time out.
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

/* ---- passing and lasting errors ---- */

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
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 30, "only the lasting errors");
    cr_expect_eq(kinds[ANSWER_REFUSED], 0);
    cr_expect_eq(kinds[ANSWER_RECORDS], 1470);
    cr_expect_leq(sent_count, 1500 * 9, "%u queries, 10 each if not spread out", sent_count);
    asker_free(asker);
}

Test(asker_patience, without_patience_an_error_takes_all_tries)
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

/* BIND has no room at first, and repeats each SERVFAIL for a second (`servfail-ttl`). */
static void refuses_and_remembers(const struct fake_query *query, struct fake_reply *reply)
{
    enum { FULL_MS = 800, MEMORY_MS = 1000, QUESTIONS = 16 };
    static int64_t failed_ns[QUESTIONS];
    int64_t *failed = &failed_ns[number_of(query->question) % QUESTIONS];
    bool remembered = *failed > 0 && query->at_ns - *failed < ms(MEMORY_MS);

    good(query, reply);
    if (!remembered && query->at_ns < ill_until_ns + ms(FULL_MS))
        *failed = query->at_ns;
    else if (!remembered)
        return;
    fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

/* Its zone is not taken for one that fails, whose questions would pause for five seconds. */
Test(asker_patience, what_a_resolver_with_a_memory_refused_is_answered_soon)
{
    begin(refuses_and_remembers);
    int64_t begun = ill_until_ns = fake_now_ns;
    for (unsigned n = 0; n < 16; n++) {
        ask(n);
        run_for(60);
    }
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 16);
    cr_expect_eq(most_tries, 3, "%u", most_tries);
    cr_expect_leq(fake_now_ns - begun, ms(2200), "%lld ms",
                  (long long)(fake_now_ns - begun) / FAKE_MS);
    asker_free(asker);
}

/* ---- slow names do not delay others ---- */

static void some_are_silent(const struct fake_query *query, struct fake_reply *reply)
{
    if (number_of(query->question) % 10 != 7)
        good(query, reply);
}

Test(asker_patience, silent_names_do_not_delay_others)
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
    /* 3,000 tries of 200 ms at most, in half of the window. */
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

Test(asker_patience, questions_of_a_dead_zone_are_tried_once)
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

static void ask_in_zone(uint16_t type)
{
    struct question question = {.name = name_of("7.100.51.198.in-addr.arpa"), .type = type};
    cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    run_until_answered();
}

/* It follows a lookup that failed for its whole patience. After eight failures none is asked. */
Test(asker_patience, the_question_for_an_alias_is_tried_once)
{
    begin(ill_for_a_while);
    ill_until_ns = INT64_MAX;
    for (unsigned n = 0; n < 8; n++) {
        ask_in_zone(RR_CNAME);
        cr_expect_eq(given.kind, ANSWER_SERVFAIL);
        cr_expect_eq(given.tries, 1);
    }
    sent_count = 0;
    ask_in_zone(RR_CNAME);
    cr_expect(answer_is_temporary(&given));
    cr_expect_eq(sent_count, 0);
    ask_in_zone(RR_A);
    cr_expect_gt(given.tries, 4, "for the questions of the run the zone is not dead");
    asker_free(asker);
}

/* PowerDNS Recursor lost a datagram, and does not ask its upstream again for ten seconds. It
 * repeats each error for a minute, to a query of the same octets (`packetcache-servfail-ttl`). */
static void remembers_packets(const struct fake_query *query, struct fake_reply *reply)
{
    enum { THROTTLED_MS = 10000 };
    static bool failed[UINT8_MAX];
    cr_assert_lt(query->repeats, UINT8_MAX);
    good(query, reply);
    failed[query->repeats] |= query->at_ns < ill_until_ns + ms(THROTTLED_MS);
    if (failed[query->repeats])
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

Test(asker_patience, the_memory_of_a_packet_cache_is_avoided)
{
    begin(remembers_packets);
    ill_until_ns = fake_now_ns;
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_geq(given.tries, 3);
    cr_expect_leq(fake_now_ns - ill_until_ns, ms(30000));
    asker_free(asker);
}

static unsigned most_repeats;

static void drops_first(const struct fake_query *query, struct fake_reply *reply)
{
    most_repeats = query->repeats > most_repeats ? query->repeats : most_repeats;
    if (sent_count > 1)
        good(query, reply);
}

/* A lost datagram was in no cache. */
Test(asker_patience, a_query_in_the_place_of_a_lost_one_is_the_same)
{
    begin(drops_first);
    warm_up();
    sent_count = 0;
    most_repeats = 0;
    ask(1);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_RECORDS);
    cr_expect_eq(sent_count, 2);
    cr_expect_eq(most_repeats, 0);
    asker_free(asker);
}

static void dead_but_one_referral(const struct fake_query *query, struct fake_reply *reply)
{
    bool referral = number_of(query->question) == 8;
    fake_rcode(reply, query->question, referral ? RCODE_NOERROR : RCODE_SERVFAIL);
    reply->wire[3] &= referral ? 0x7f : 0xff; /* RA */
}

Test(asker_patience, a_referral_revives_no_dead_zone)
{
    begin(dead_but_one_referral);
    for (unsigned n = 0; n < 8; n++)
        ask(n);
    run_until_answered();
    sent_count = 0;
    ask(8);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_REFERRAL);
    ask(9);
    run_until_answered();
    cr_expect_eq(given.kind, ANSWER_SERVFAIL);
    cr_expect_eq(sent_count, 2, "%u", sent_count);
    asker_free(asker);
}

static bool alive_again;

static void dead_for_long(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (!alive_again || (number_of(query->question) == 20 && sent_count == 2))
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

Test(asker_patience, a_zone_that_comes_back_gets_patience_again)
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

Test(asker_patience, questions_of_a_failing_zone_are_spread_out)
{
    begin(below_16_is_dead);
    for (unsigned n = 0; n < 200; n++)
        ask(n);
    run_until_answered();
    /* Four each in the first two seconds. */
    cr_expect_leq(sent_count, 1850, "%u queries, 2,013 if not spread out", sent_count);
    cr_expect_eq(kinds[ANSWER_SERVFAIL], 200);
    asker_free(asker);
}

/* A dead /17: 128 zones of 256 addresses. */
Test(asker_patience, a_dead_block_does_not_cost_the_patience_for_each_zone)
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
