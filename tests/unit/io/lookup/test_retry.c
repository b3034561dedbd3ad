#include "io/lookup/retry.h"

#include <criterion/criterion.h>

static const struct retry_policy POLICY = {.timeout_ms = 2000, .tries = 4, .patience_ms = 40000};
static const int64_t SECOND = 1000 * 1000 * 1000;
static struct retry retry;
static int64_t now;

static void begin(void)
{
    now = 77 * SECOND;
    retry_begin(&retry);
}

static int64_t fail(const struct retry_policy *policy, enum answer_kind kind, uint64_t random)
{
    retry_sent(&retry);
    retry_failed(&retry, kind, kind == ANSWER_REFUSED ? RCODE_REFUSED : RCODE_SERVFAIL, now);
    return retry_pause_ns(&retry, policy, now, 0, random);
}

/* ---- early tries ---- */

Test(retry, the_third_early_try_waits_twice_as_long)
{
    begin();
    cr_expect_eq(retry_early_ms(&POLICY, 0, 300), 300);
    retry_sent(&retry);
    cr_expect(retry_excuse_early(&retry, &POLICY, 300));
    cr_expect_eq(retry_early_ms(&POLICY, 1, 300), 300);
    retry_sent(&retry);
    cr_expect(retry_excuse_early(&retry, &POLICY, 300));
    cr_expect_eq(retry_early_ms(&POLICY, 2, 300), 600);
    retry_sent(&retry);
    cr_expect(retry_excuse_early(&retry, &POLICY, 600));
    cr_expect_eq(retry.tries, 0, "early tries do not count");
    cr_expect(retry_is_repeat(&retry));
}

Test(retry, three_tries_may_end_early_even_if_the_clock_jumps_again)
{
    begin();
    for (unsigned i = 0; i < RETRY_EARLY_MAX; i++) {
        retry_sent(&retry);
        cr_expect(retry_excuse_early(&retry, &POLICY, 0));
    }
    retry_sent(&retry);
    cr_expect_not(retry_excuse_early(&retry, &POLICY, 0));
    cr_expect_eq(retry.tries, 1);
}

Test(retry, a_whole_timeout_is_not_early)
{
    begin();
    retry_sent(&retry);
    cr_expect_not(retry_excuse_early(&retry, &POLICY, 2000));
    cr_expect_eq(retry.tries, 1);
}

Test(retry, early_tries_never_exceed_the_timeout)
{
    cr_expect_eq(retry_early_ms(&POLICY, 0, 0), 0, "latency is unknown");
    cr_expect_eq(retry_early_ms(&POLICY, 0, 1999), 1999);
    cr_expect_eq(retry_early_ms(&POLICY, 0, 2000), 0);
    cr_expect_eq(retry_early_ms(&POLICY, 0, 5000), 0);
    cr_expect_eq(retry_early_ms(&POLICY, 2, 1500), 0);
    cr_expect_eq(retry_early_ms(&POLICY, 2, UINT32_MAX), 0);
}

Test(retry, unreachable_tries_do_not_count_up_to_their_limit)
{
    retry_begin(&retry);
    for (unsigned i = 0; i < RETRY_UNREACHABLE_MAX; i++) {
        retry_sent(&retry);
        cr_assert(retry_excuse_unreachable(&retry));
        cr_assert_eq(retry.tries, 0);
        cr_assert_not(retry_is_repeat(&retry), "the next try is a first one");
    }
    retry_sent(&retry);
    cr_expect_not(retry_excuse_unreachable(&retry));
    cr_expect_eq(retry.tries, 1);
}

Test(retry, pauses_after_unreachable_tries_grow_to_less_than_two_seconds)
{
    static const int64_t LEAST_MS[] = {50, 100, 200, 400, 800, 800, 800};
    retry_begin(&retry);
    for (unsigned i = 0; i < sizeof(LEAST_MS) / sizeof(LEAST_MS[0]); i++) {
        retry_sent(&retry);
        cr_assert(retry_excuse_unreachable(&retry));
        cr_expect_eq(retry_unreachable_pause_ns(&retry, 0), LEAST_MS[i] * 1000000, "%u", i);
        cr_expect_eq(retry_unreachable_pause_ns(&retry, UINT64_C(999999999999)) / 1000000 <
                         2 * LEAST_MS[i],
                     true);
    }
}

/* ---- pauses ---- */

Test(retry, silence_ends_after_the_tries)
{
    begin();
    for (unsigned i = 0; i < 3; i++)
        cr_expect_eq(fail(&POLICY, ANSWER_SILENT, 0), (INT64_C(50000000) << i));
    cr_expect_eq(fail(&POLICY, ANSWER_SILENT, 0), RETRY_OVER);
    cr_expect_eq(retry.worst, ANSWER_SILENT);
}

Test(retry, a_pause_is_up_to_twice_as_long_at_random)
{
    begin();
    cr_expect_eq(fail(&POLICY, ANSWER_SILENT, 49999999), 99999999);
    begin();
    cr_expect_eq(fail(&POLICY, ANSWER_SILENT, 50000000), 50000000);
}

/* Fails all tries of a question; returns the seconds from the first to the last. */
static int64_t persist(const struct retry_policy *policy, uint64_t random, unsigned *tries)
{
    int64_t begun = now;
    for (int64_t pause; (pause = fail(policy, ANSWER_SERVFAIL, random)) != RETRY_OVER;) {
        cr_assert_gt(pause, 0);
        cr_assert_leq(pause, 27 * SECOND);
        now += pause;
    }
    *tries = retry.tries;
    return now - begun;
}

Test(retry, after_errors_the_last_try_comes_when_patience_ends)
{
    unsigned tries;
    for (uint64_t random = 0; random < 40; random++) {
        begin();
        cr_expect_eq(persist(&POLICY, random * UINT64_C(0x123456789abcd), &tries), 40 * SECOND);
        cr_expect(tries >= 9 && tries <= 12, "%u tries", tries);
    }
}

/* BIND repeats a SERVFAIL for a second, and a longer pause would only delay the answer. */
Test(retry, pauses_outlast_the_memory_of_resolvers_from_the_second_servfail_on)
{
    begin();
    cr_expect_eq(fail(&POLICY, ANSWER_SERVFAIL, 0), SECOND / 20, "many resolvers have none");
    cr_expect_eq(fail(&POLICY, ANSWER_SERVFAIL, 0), SECOND + SECOND / 10);
    cr_expect_eq(fail(&POLICY, ANSWER_SERVFAIL, 0), SECOND + SECOND / 5);
    begin();
    fail(&POLICY, ANSWER_REFUSED, 0);
    cr_expect_eq(fail(&POLICY, ANSWER_REFUSED, 0), SECOND / 10, "REFUSED is not remembered");
}

Test(retry, without_patience_only_tries_count)
{
    struct retry_policy policy = POLICY;
    unsigned tries;
    policy.patience_ms = 0;
    begin();
    cr_expect_eq(persist(&policy, 0, &tries), 350000000);
    cr_expect_eq(tries, 4);
}

Test(retry, short_patience_does_not_shorten_the_tries)
{
    struct retry_policy policy = POLICY;
    unsigned tries;
    policy.patience_ms = 60;
    policy.tries = 6;
    begin();
    persist(&policy, 0, &tries);
    cr_expect_eq(tries, 6);
}

Test(retry, patience_begins_with_the_first_server_error)
{
    begin();
    fail(&POLICY, ANSWER_SILENT, 0);
    now += 50 * SECOND;
    fail(&POLICY, ANSWER_SERVFAIL, 0);
    now += 40 * SECOND - 1;
    retry.tries = 4;
    cr_expect_eq(fail(&POLICY, ANSWER_REFUSED, 0), 1, "one nanosecond is left");
    now += 1;
    cr_expect_eq(fail(&POLICY, ANSWER_SILENT, 0), RETRY_OVER);
    cr_expect_eq(retry.worst, ANSWER_REFUSED, "the last server error");
    cr_expect_eq(retry.rcode, RCODE_REFUSED);
}

Test(retry, the_least_pause_holds_within_the_patience)
{
    begin();
    retry_sent(&retry);
    retry_failed(&retry, ANSWER_SERVFAIL, RCODE_SERVFAIL, now);
    cr_expect_eq(retry_pause_ns(&retry, &POLICY, now, 5000, 7), 5 * SECOND + 7);
    cr_expect_eq(retry_pause_ns(&retry, &POLICY, now + 38 * SECOND, 5000, 7), 2 * SECOND);
}

Test(retry, the_outcome_is_that_of_the_strongest_reply)
{
    static const enum answer_kind order[] = {ANSWER_SILENT, ANSWER_UNBELIEVABLE, ANSWER_TRUNCATED,
                                             ANSWER_SERVFAIL};

    begin();
    for (unsigned i = 0; i < 4; i++) {
        fail(&POLICY, order[i], 0);
        for (unsigned weaker = 0; weaker < i; weaker++)
            fail(&POLICY, order[weaker], 0);
        cr_expect_eq(retry.worst, order[i], "%u", i);
    }
}

Test(retry, the_try_that_completes_the_tries_uses_tcp)
{
    begin();
    for (unsigned tries = 1; tries < 8; tries++) {
        retry_sent(&retry);
        cr_expect_eq(retry_is_for_tcp(&retry, &POLICY, ANSWER_SERVFAIL), tries == 3, "after %u",
                     tries);
        cr_expect_eq(retry_is_for_tcp(&retry, &POLICY, ANSWER_SILENT), tries >= 3, "after %u",
                     tries);
    }
}

/* What fails for too much work at the resolver is asked again, but not for ever. */
Test(retry, a_try_under_overload_is_not_spent)
{
    retry_begin(&retry);
    for (unsigned i = 0; i < RETRY_OVERLOAD_MAX; i++) {
        retry_sent(&retry);
        cr_expect(retry_excuse_overload(&retry));
        cr_expect_eq(retry.tries, 0);
        cr_expect_leq(retry_overload_pause_ns(&retry, UINT64_MAX), INT64_C(1600) * 1000000);
    }
    retry_sent(&retry);
    cr_expect_not(retry_excuse_overload(&retry));
    cr_expect_eq(retry.tries, 1);
}

/* A resolver that repeats a SERVFAIL from its memory has lost the reason. */
Test(retry, the_heaviest_reason_of_all_tries_is_kept)
{
    retry_begin(&retry);
    cr_expect_eq(retry.extended_error, 0);
    retry_explained(&retry, 13);
    retry_explained(&retry, 6);
    retry_explained(&retry, 0);
    retry_explained(&retry, 13);
    cr_expect_eq(retry.extended_error, 6);
}
