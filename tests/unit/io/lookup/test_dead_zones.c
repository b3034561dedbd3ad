#include "io/lookup/dead_zones.h"

#include <stdio.h>

#include "tests/unit/support.h"

static struct dead_zones dead_zones;

static struct question ptr_of(const struct ipaddr *address)
{
    struct question question = {.type = RR_PTR};
    ipaddr_reverse_name(&question.name, address);
    return question;
}

static bool dead(const char *text)
{
    struct ipaddr address = address_of(text);
    struct question question = ptr_of(&address);
    return dead_zones_is_dead(&dead_zones, &question, &address);
}

static const int64_t HALF_NS = 500000000;

static bool in_trouble(const char *text, int64_t now_ns)
{
    struct ipaddr address = address_of(text);
    struct question question = ptr_of(&address);
    return dead_zones_is_failing(&dead_zones, &question, &address, now_ns);
}

static void lose_tries(const char *text, unsigned times, int64_t now_ns)
{
    struct ipaddr address = address_of(text);
    struct question question = ptr_of(&address);
    while (times-- > 0)
        dead_zones_try_failed(&dead_zones, &question, &address, now_ns);
}

static void lose(const char *text, unsigned times)
{
    struct ipaddr address = address_of(text);
    struct question question = ptr_of(&address);
    while (times-- > 0)
        dead_zones_question_failed(&dead_zones, &question, &address);
}

static void answer(const char *text)
{
    struct ipaddr address = address_of(text);
    struct question question = ptr_of(&address);
    dead_zones_answered(&dead_zones, &question, &address);
}

Test(dead_zones, eight_questions_make_a_zone_dead_and_one_answer_revives_it)
{
    dead_zones_init(&dead_zones, 1);
    lose("198.51.100.1", 7);
    cr_expect_not(dead("198.51.100.1"));
    lose("198.51.100.200", 1);
    cr_expect(dead("198.51.100.99"));
    cr_expect_not(dead("198.51.101.1"), "the neighbouring /24");
    answer("198.51.100.3");
    cr_expect_not(dead("198.51.100.99"));
    cr_expect_eq(dead_zones.known, 0);
    lose("198.51.100.1", 7);
    cr_expect_not(dead("198.51.100.1"), "counting starts again after the answer");
}

Test(dead_zones, an_answer_between_failures_keeps_a_zone_alive)
{
    dead_zones_init(&dead_zones, 1);
    for (unsigned i = 0; i < 5; i++) {
        lose("198.51.100.1", 7);
        answer("198.51.100.2");
    }
    cr_expect_not(dead("198.51.100.1"));
}

Test(dead_zones, eight_failed_tries_make_a_zone_failing)
{
    dead_zones_init(&dead_zones, 1);
    lose_tries("198.51.100.1", 7, 0);
    cr_expect_not(in_trouble("198.51.100.1", HALF_NS));
    lose_tries("198.51.100.2", 1, HALF_NS);
    cr_expect(in_trouble("198.51.100.1", HALF_NS));
    cr_expect_not(in_trouble("198.51.99.1", HALF_NS));
    cr_expect_not(dead("198.51.100.1"), "tries do not count as questions");
    answer("198.51.100.1");
    cr_expect_not(in_trouble("198.51.100.1", HALF_NS));
}

/* A resolver that has no room for a burst fails many questions of one zone at the same time. */
Test(dead_zones, failed_tries_within_half_a_second_do_not_make_a_zone_failing)
{
    dead_zones_init(&dead_zones, 1);
    lose_tries("198.51.100.1", 500, HALF_NS);
    cr_expect_not(in_trouble("198.51.100.1", 2 * HALF_NS - 1));
    cr_expect(in_trouble("198.51.100.1", 2 * HALF_NS), "no answer came since");
    answer("198.51.100.1");
    lose_tries("198.51.100.1", 8, 2 * HALF_NS);
    cr_expect_not(in_trouble("198.51.100.1", 2 * HALF_NS), "counted from the answer on");
}

static void lose_24s(unsigned second, unsigned from, unsigned to)
{
    char text[32];
    for (unsigned third = from; third <= to; third++) {
        snprintf(text, sizeof(text), "10.%u.%u.1", second, third);
        lose(text, 20);
    }
}

Test(dead_zones, eight_dead_zones_make_a_16_dead_and_eight_of_those_an_8)
{
    dead_zones_init(&dead_zones, 1);
    lose_24s(1, 1, 7);
    cr_expect(dead("10.1.7.1"));
    cr_expect_not(dead("10.1.99.1"));
    lose_24s(1, 8, 8);
    cr_expect(dead("10.1.99.1"));
    cr_expect_not(dead("10.2.99.1"));
    for (unsigned second = 2; second <= 7; second++)
        lose_24s(second, 1, 8);
    cr_expect_not(dead("10.99.1.1"));
    lose_24s(8, 1, 8);
    cr_expect(dead("10.99.1.1"));
    cr_expect_not(dead("11.1.1.1"));
    answer("10.99.1.1");
    cr_expect_not(dead("10.98.1.1"), "the /8 lives");
    cr_expect(dead("10.1.99.1"), "another /16 is still dead");
}

Test(dead_zones, ipv6_zones_are_48_and_32)
{
    dead_zones_init(&dead_zones, 1);
    lose("2001:db8:1::1", 8);
    cr_expect(dead("2001:db8:1:ffff::1"));
    cr_expect_not(dead("2001:db8:2::1"));
    for (unsigned i = 2; i <= 8; i++) {
        char text[32];
        snprintf(text, sizeof(text), "2001:db8:%x::1", i);
        lose(text, 8);
    }
    cr_expect(dead("2001:db8:ffff::1"));
    cr_expect_not(dead("2001:db9::1"));
}

static bool host_dead(const char *host)
{
    struct question question = {.name = name_of(host), .type = RR_A};
    return dead_zones_is_dead(&dead_zones, &question, NULL);
}

static void lose_host(const char *host)
{
    struct question question = {.name = name_of(host), .type = RR_A};
    for (unsigned i = 0; i < 8; i++)
        dead_zones_question_failed(&dead_zones, &question, NULL);
}

Test(dead_zones, the_zone_of_a_host_name_is_its_parent)
{
    dead_zones_init(&dead_zones, 1);
    lose_host("mta1.mail.example.com");
    cr_expect_eq(dead_zones.known, 1);
    cr_expect(host_dead("mta2.MAIL.example.com"), "upper or lower case");
    cr_expect_not(host_dead("www.example.com"));
    cr_expect_not(host_dead("mail.example.com"));
    lose_host("example.net");
    cr_expect(host_dead("example.net"));
    cr_expect_not(host_dead("example.org"));
    cr_expect_not(host_dead("other.net"), "domains below one top-level domain are unrelated");
}

/* The wanted address is unrelated to the zone of the host name. */
Test(dead_zones, the_zone_of_a_forward_question_follows_from_its_name)
{
    dead_zones_init(&dead_zones, 1);
    struct ipaddr address = address_of("198.51.100.7");
    struct question question = {.name = name_of("mta1.mail.example.com"), .type = RR_A};
    for (unsigned i = 0; i < 8; i++)
        dead_zones_question_failed(&dead_zones, &question, &address);
    cr_expect_not(dead("198.51.100.7"));
    cr_expect(dead_zones_is_dead(&dead_zones, &question, &address));
}

Test(dead_zones, is_bounded_and_keeps_zones_in_use)
{
    dead_zones_init(&dead_zones, 1);
    lose("192.0.2.1", 8);
    for (unsigned i = 0; i < 200000; i++) {
        char text[32];
        snprintf(text, sizeof(text), "10.%u.%u.1", i / 256 % 256, i % 256);
        lose_tries(text, 1, 0);
        if (i % 64 == 0)
            cr_assert(dead("192.0.2.1"), "at %u", i);
    }
    cr_expect_leq(dead_zones.known, DEAD_ZONES_SETS * DEAD_ZONES_WAYS);
    cr_expect_gt(dead_zones.known, DEAD_ZONES_SETS * DEAD_ZONES_WAYS / 2);
}
