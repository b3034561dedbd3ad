#include "io/lookup/health.h"

#include <criterion/criterion.h>

static struct health health;

static int64_t ms(int64_t count)
{
    return count * 1000000;
}

/* Several misses at one time; true if one of them put the endpoint out. */
static bool miss(unsigned endpoint, unsigned times, int64_t now_ns)
{
    bool out = false;
    for (unsigned i = 0; i < times; i++)
        out |= health_missed(&health, endpoint, now_ns, now_ns);
    return out;
}

Test(health, resolvers_in_health_take_turns)
{
    unsigned seen[3] = {0};
    health_init(&health, 3, 0);
    for (unsigned i = 0; i < 9; i++)
        seen[health_first(&health)]++;
    for (unsigned i = 0; i < 3; i++)
        cr_expect_eq(seen[i], 3);
    cr_expect(miss(1, HEALTH_MISSES, ms(2000)));
    for (unsigned i = 0; i < 9; i++)
        cr_expect_neq(health_first(&health), 1);
}

Test(health, the_next_is_another_resolver_in_health)
{
    health_init(&health, 3, 0);
    for (unsigned i = 0; i < 3; i++)
        cr_expect_neq(health_next(&health, i), i);
    miss(1, HEALTH_MISSES, ms(2000));
    cr_expect_eq(health_next(&health, 0), 2);
    cr_expect_eq(health_next(&health, 1), 2);
    cr_expect_eq(health_next(&health, 2), 0);
    miss(2, HEALTH_MISSES, ms(2000));
    cr_expect_eq(health_next(&health, 0), 0, "there is no other");
    health_init(&health, 1, 0);
    cr_expect_eq(health_next(&health, 0), 0);
}

Test(health, out_needs_misses_and_silence)
{
    health_init(&health, 1, 0);
    cr_expect_not(miss(0, 100, ms(HEALTH_SILENCE_MS) - 1), "too early");
    health_init(&health, 1, 0);
    cr_expect_not(miss(0, HEALTH_MISSES - 1, ms(5000)), "too few");
    cr_expect_not(health_is_out(&health, 0));
    cr_expect(miss(0, 1, ms(5000)));
    cr_expect(health_is_out(&health, 0));
    cr_expect_not(miss(0, 50, ms(6000)), "true only once");
}

Test(health, silence_of_exactly_the_limit_is_enough)
{
    health_init(&health, 1, 0);
    cr_expect(miss(0, HEALTH_MISSES, ms(HEALTH_SILENCE_MS)));
}

Test(health, silence_of_each_resolver_begins_with_the_run)
{
    health_init(&health, 3, ms(5000));
    for (unsigned i = 0; i < 3; i++) {
        cr_expect_not(miss(i, 100, ms(5000 + HEALTH_SILENCE_MS) - 1), "resolver %u", i);
        cr_expect(miss(i, 1, ms(5000 + HEALTH_SILENCE_MS)), "resolver %u", i);
    }
}

Test(health, any_reply_resets_the_misses)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES - 1, ms(3000));
    cr_expect(health_is_doubtful(&health, 0));
    health_replied(&health, 0, false, ms(3000));
    cr_expect_not(health_is_doubtful(&health, 0));
    cr_expect_not(miss(0, HEALTH_MISSES - 1, ms(9000)));
    cr_expect(miss(0, 1, ms(9000)));
    health_replied(&health, 0, false, ms(9500));
    cr_expect_not(health_is_out(&health, 0));
    cr_expect_not(miss(0, 100, ms(9500 + HEALTH_SILENCE_MS) - 1));
}

Test(health, a_reply_to_another_thread_ends_the_silence)
{
    health_init(&health, 1, 0);
    cr_expect_not(miss(0, HEALTH_MISSES - 1, ms(3000)));
    health_heard(&health, 0, ms(2900));
    cr_expect_not(health_is_doubtful(&health, 0));
    cr_expect_not(miss(0, 100, ms(2900 + HEALTH_SILENCE_MS) - 1));
    cr_expect(miss(0, 1, ms(2900 + HEALTH_SILENCE_MS)));
    health_heard(&health, 0, ms(3950));
    cr_expect(health_is_out(&health, 0), "its own probes bring it back");
}

Test(health, an_older_reply_to_another_thread_changes_nothing)
{
    health_init(&health, 1, 0);
    health_replied(&health, 0, false, ms(100));
    cr_expect_not(miss(0, HEALTH_MISSES - 1, ms(3000)));
    health_heard(&health, 0, ms(100));
    cr_expect(miss(0, 1, ms(3000)));
}

/* Of a burst some are lost: their waits end long after the replies to the others. */
Test(health, tries_sent_before_the_last_reply_do_not_count)
{
    health_init(&health, 1, 0);
    health_replied(&health, 0, false, ms(100));
    for (unsigned i = 0; i < 100; i++)
        cr_expect_not(health_missed(&health, 0, ms(100) - 1, ms(2100)));
    cr_expect_not(health_is_doubtful(&health, 0));
    for (unsigned i = 1; i < HEALTH_MISSES; i++)
        cr_expect_not(health_missed(&health, 0, ms(100), ms(2100)));
    cr_expect(health_missed(&health, 0, ms(100), ms(2100)));
}

/* ---- probes ---- */

/* The kinds of the probes due now, as letters; each ends at once. */
static const char *round_at(int64_t now_ns, unsigned wanted)
{
    static char letters[HEALTH_PROBES_MAX + 1];
    unsigned endpoint = 9, count = 0;
    enum probe_kind kind;
    while (health_probe_due(&health, now_ns, &endpoint, &kind)) {
        cr_assert_eq(endpoint, wanted);
        cr_assert_lt(count, HEALTH_PROBES_MAX);
        letters[count++] = "RNLH"[kind];
        health_probe_ended(&health, endpoint);
    }
    letters[count] = '\0';
    return letters;
}

Test(health, one_round_of_probes_a_second)
{
    health_init(&health, 2, 0);
    cr_expect_str_eq(round_at(ms(5000), 1), "", "no resolver is out");
    miss(1, HEALTH_MISSES, ms(5000));
    cr_expect_str_eq(round_at(ms(5000), 1), "RNL");
    cr_expect_str_eq(round_at(ms(5000 + HEALTH_PROBE_EVERY_MS) - 1, 1), "");
    cr_expect_str_eq(round_at(ms(5000 + HEALTH_PROBE_EVERY_MS), 1), "RNL");
    health_replied(&health, 1, false, ms(6100));
    cr_expect_str_eq(round_at(ms(20000), 1), "");
}

Test(health, probes_in_flight_have_a_ceiling)
{
    unsigned endpoint = 9, sent = 0;
    enum probe_kind kind;
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(5000));
    for (unsigned second = 5; second < 60; second++) {
        while (health_probe_due(&health, ms(second * 1000), &endpoint, &kind))
            sent++;
    }
    cr_expect_eq(sent, HEALTH_PROBES_MAX);
    health_probe_ended(&health, 0);
    cr_expect(health_probe_due(&health, ms(60000), &endpoint, &kind));
}

Test(health, a_probe_put_off_is_due_at_once)
{
    unsigned endpoint = 9;
    enum probe_kind kind, again;
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(5000));
    cr_assert(health_probe_due(&health, ms(5000), &endpoint, &kind));
    health_probe_put_off(&health, endpoint);
    cr_expect(health_probe_due(&health, ms(5001), &endpoint, &again));
    cr_expect_eq(kind, again);
}

/* ---- resolvers that answer only their own names ---- */

Test(health, own_names_alone_lead_to_a_trial_after_a_while)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(5000));
    health_replied_locally(&health, 0, ms(5000 + HEALTH_TRIAL_MS) - 1);
    cr_expect(health_is_out(&health, 0), "the upstream may be back soon");
    health_replied_locally(&health, 0, ms(5000 + HEALTH_TRIAL_MS));
    cr_expect_not(health_is_out(&health, 0));
    cr_expect_not(health_is_up(&health, 0));
    cr_expect_eq(health_none_up_ms(&health, ms(65000)), 60000, "it has not answered");
    cr_expect_not(miss(0, HEALTH_MISSES, ms(66000)), "no new outage");
    cr_expect(health_is_out(&health, 0));
    cr_expect_eq(health_none_up_ms(&health, ms(67000)), 62000);
    health_replied_locally(&health, 0, ms(66000 + HEALTH_TRIAL_MS) - 1);
    cr_expect(health_is_out(&health, 0), "counted from the last silence");
}

Test(health, an_answer_ends_a_trial)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(5000));
    health_replied_locally(&health, 0, ms(5000 + HEALTH_TRIAL_MS));
    health_replied(&health, 0, false, ms(5001 + HEALTH_TRIAL_MS));
    cr_expect(health_is_up(&health, 0));
    cr_expect_eq(health_none_up_ms(&health, ms(99000)), 0);
    cr_expect(miss(0, HEALTH_MISSES, ms(99000)), "a new outage");
}

Test(health, own_names_do_not_hide_silence)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES - 1, ms(3000));
    health_replied_locally(&health, 0, ms(3000));
    cr_expect(miss(0, 1, ms(3001)));
}

/* ---- resolvers that refuse ---- */

Test(health, one_that_refuses_is_out_while_another_is_up)
{
    health_init(&health, 2, 0);
    health_refuses(&health, 0, ms(100));
    cr_expect(health_is_out(&health, 0));
    health_replied(&health, 0, true, ms(200));
    health_replied_locally(&health, 0, ms(99000));
    cr_expect(health_is_out(&health, 0), "REFUSED does not bring it back");
    health_replied(&health, 0, false, ms(300));
    cr_expect(health_is_up(&health, 0));
}

Test(health, the_last_one_up_may_refuse)
{
    health_init(&health, 2, 0);
    miss(0, HEALTH_MISSES, ms(2000));
    health_refuses(&health, 1, ms(2100));
    cr_expect(health_is_up(&health, 1));
}

Test(health, refused_brings_a_silent_resolver_back)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(2000));
    health_replied(&health, 0, true, ms(3000));
    cr_expect(health_is_up(&health, 0));
}

/* ---- patience ---- */

Test(health, knows_how_long_none_has_been_up)
{
    health_init(&health, 2, 0);
    miss(0, HEALTH_MISSES, ms(2000));
    cr_expect_eq(health_none_up_ms(&health, ms(60000)), 0, "one is up");
    miss(1, HEALTH_MISSES, ms(10000));
    cr_expect_eq(health_none_up_ms(&health, ms(10000)), 0);
    cr_expect_eq(health_none_up_ms(&health, ms(130000)), 120000);
    health_replied(&health, 0, false, ms(130000));
    cr_expect_eq(health_none_up_ms(&health, ms(140000)), 0);
    miss(0, HEALTH_MISSES, ms(150000));
    cr_expect_eq(health_none_up_ms(&health, ms(151000)), 1000, "a new outage");
}
