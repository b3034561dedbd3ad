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
        out |= health_missed(&health, endpoint, now_ns);
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

Test(health, any_reply_resets_the_misses)
{
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES - 1, ms(3000));
    cr_expect(health_is_doubtful(&health, 0));
    health_replied(&health, 0, ms(3000));
    cr_expect_not(health_is_doubtful(&health, 0));
    cr_expect_not(miss(0, HEALTH_MISSES - 1, ms(9000)));
    cr_expect(miss(0, 1, ms(9000)));
    health_replied(&health, 0, ms(9500));
    cr_expect_not(health_is_out(&health, 0));
    cr_expect_not(miss(0, 100, ms(9500 + HEALTH_SILENCE_MS) - 1));
}

Test(health, one_probe_a_second_and_one_at_a_time)
{
    unsigned endpoint = 9;
    health_init(&health, 2, 0);
    cr_expect_not(health_probe_due(&health, ms(5000), &endpoint));
    miss(1, HEALTH_MISSES, ms(5000));
    cr_expect(health_probe_due(&health, ms(5000), &endpoint));
    cr_expect_eq(endpoint, 1);
    cr_expect_not(health_probe_due(&health, ms(8000), &endpoint), "one is in flight");
    health_probe_ended(&health, 1);
    cr_expect(health_probe_due(&health, ms(8000), &endpoint));
    health_probe_ended(&health, 1);
    cr_expect_not(health_probe_due(&health, ms(8000 + HEALTH_PROBE_EVERY_MS) - 1, &endpoint));
    cr_expect(health_probe_due(&health, ms(8000 + HEALTH_PROBE_EVERY_MS), &endpoint));
    health_probe_ended(&health, 1);
    health_replied(&health, 1, ms(9100));
    cr_expect_not(health_probe_due(&health, ms(20000), &endpoint));
}

Test(health, a_probe_put_off_is_due_at_once)
{
    unsigned endpoint = 9;
    health_init(&health, 1, 0);
    miss(0, HEALTH_MISSES, ms(5000));
    cr_assert(health_probe_due(&health, ms(5000), &endpoint));
    health_probe_put_off(&health, endpoint, ms(5000));
    cr_expect(health_probe_due(&health, ms(5001), &endpoint));
    cr_expect_not(health_probe_due(&health, ms(5002), &endpoint));
}

Test(health, knows_how_long_all_have_been_out)
{
    health_init(&health, 2, 0);
    miss(0, HEALTH_MISSES, ms(2000));
    cr_expect_eq(health_all_out_ms(&health, ms(60000)), 0, "one is in health");
    miss(1, HEALTH_MISSES, ms(10000));
    cr_expect_eq(health_all_out_ms(&health, ms(10000)), 0);
    cr_expect_eq(health_all_out_ms(&health, ms(130000)), 120000);
    health_replied(&health, 0, ms(130000));
    cr_expect_eq(health_all_out_ms(&health, ms(140000)), 0);
    miss(0, HEALTH_MISSES, ms(150000));
    cr_expect_eq(health_all_out_ms(&health, ms(151000)), 1000, "a new outage");
}

Test(health, the_probe_asks_for_the_name_servers_of_the_root)
{
    struct question question = health_probe_question();
    cr_expect_eq(question.type, RR_NS);
    cr_expect_eq(dnsname_labels(&question.name), 0);
    cr_expect_eq(question.name.length, 1);
}
