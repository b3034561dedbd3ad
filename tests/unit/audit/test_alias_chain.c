#include "audit/alias_chain.h"

#include <stdio.h>

#include "tests/unit/support.h"

#define START "a0.example"

static struct dnsname start;
static struct answer answer; /* so far */
static struct answer next;

static void begin(const char *target, uint32_t ttl)
{
    start = name_of(START);
    answer_of(&answer, ANSWER_ALIAS_OPEN);
    answer.ttl = ttl;
    answer_add_alias(&answer, target);
}

static void join(void)
{
    alias_chain_join(&answer, &start, &next);
}

Test(alias_chain, names_are_compared_without_case)
{
    begin("A1.example", 60);
    struct dnsname names[] = {name_of("A0.Example"), name_of("a1.EXAMPLE"), name_of("a2.example")};
    cr_expect(alias_chain_has(&answer, &start, &names[0]));
    cr_expect(alias_chain_has(&answer, &start, &names[1]));
    cr_expect_not(alias_chain_has(&answer, &start, &names[2]));
}

Test(alias_chain, ttls_of_parts_give_the_shortest_and_the_longest)
{
    answer_of(&answer, ANSWER_NODATA);
    alias_chain_add_ttl(&answer, 300);
    cr_expect_eq(answer.ttl, 300);
    cr_expect_eq(answer_longest_ttl(&answer), 300);
    answer_add_alias(&answer, "a1.example");
    alias_chain_add_ttl(&answer, 60);
    alias_chain_add_ttl(&answer, 900);
    cr_expect_eq(answer.ttl, 60);
    cr_expect_eq(answer_longest_ttl(&answer), 900);
}

Test(alias_chain, the_end_of_the_chain_is_that_of_the_next_answer)
{
    begin("a1.example", 600);
    answer.authoritative = true;
    answer_of_name(&next, "mta7.example.com", 60);
    next.authoritative = false;
    next.truncated = true;
    answer_add_alias(&next, "a2.example");
    next.tries = 3;
    join();
    cr_expect_eq(answer.kind, ANSWER_RECORDS);
    cr_expect(answer.authoritative, "it is about the first name");
    cr_expect(answer.truncated);
    cr_expect_eq(answer.tries, 3, "two tries failed");
    cr_assert_eq(answer.alias_count, 2);
    expect_name(&answer.aliases[1], "a2.example");
    cr_assert_eq(answer.kept, 1);
    expect_name(&answer.records.names[0], "mta7.example.com");
    cr_expect_eq(answer.ttl, 60);
    cr_expect_eq(answer_longest_ttl(&answer), 600);
}

Test(alias_chain, a_negative_end_brings_its_soa)
{
    begin("a1.example", 600);
    answer_of_nothing(&next, ANSWER_NXDOMAIN, "example", 900);
    join();
    cr_expect_eq(answer.kind, ANSWER_NXDOMAIN);
    cr_expect_eq(answer.rcode, RCODE_NXDOMAIN);
    cr_assert(answer.has_soa);
    expect_name(&answer.soa_zone, "example");
    expect_name(&answer.soa_mname, "ns1.provider.example");
    expect_name(&answer.soa_rname, "hostmaster.provider.example");
    cr_expect_eq(answer.ttl, 600);
    cr_expect_eq(answer_longest_ttl(&answer), 900);
}

Test(alias_chain, a_failed_end_has_no_ttl_of_its_own)
{
    begin("a1.example", 600);
    answer_of(&next, ANSWER_SERVFAIL);
    join();
    cr_expect_eq(answer.kind, ANSWER_SERVFAIL);
    cr_expect_eq(answer.rcode, RCODE_SERVFAIL);
    cr_expect_eq(answer.ttl, 600);
    cr_expect_eq(answer.ttl_spread, 0);
}

Test(alias_chain, a_conflict_at_the_target_has_the_ttl_of_its_aliases)
{
    begin("a1.example", 600);
    answer_of(&next, ANSWER_ALIAS_CONFLICT);
    next.ttl = 30;
    join();
    cr_expect_eq(answer.kind, ANSWER_ALIAS_CONFLICT);
    cr_expect_eq(answer.ttl, 30);
    cr_expect_eq(answer_longest_ttl(&answer), 600);
}

Test(alias_chain, a_return_to_any_name_is_a_loop)
{
    static const char *const targets[] = {START, "a1.example", "A2.example"};

    for (unsigned i = 0; i < 3; i++) {
        begin("a1.example", 60);
        answer_add_alias(&answer, "a2.example");
        answer_of_name(&next, "mta7.example.com", 60);
        answer_add_alias(&next, targets[i]);
        join();
        cr_expect_eq(answer.kind, ANSWER_ALIAS_LOOP, "%s", targets[i]);
        cr_expect_eq(answer.alias_count, 3);
        cr_expect_eq(answer.kept, 0);
    }
}

Test(alias_chain, sixteen_links_are_followed_over_several_answers)
{
    char text[32];

    begin("a1.example", 60);
    for (unsigned i = 2; i <= 17; i++) {
        snprintf(text, sizeof(text), "a%u.example", i);
        answer_of(&next, ANSWER_ALIAS_OPEN);
        answer_add_alias(&next, text);
        cr_expect_eq(answer.kind, ANSWER_ALIAS_OPEN, "%u", i);
        join();
    }
    cr_expect_eq(answer.kind, ANSWER_ALIAS_LONG);
    cr_expect_eq(answer.alias_count, ANSWER_ALIASES_MAX);
}

Test(alias_chain, tries_stop_at_their_ceiling)
{
    begin("a1.example", 60);
    answer.tries = UINT16_MAX - 1;
    answer_of(&next, ANSWER_SILENT);
    next.tries = 5;
    join();
    cr_expect_eq(answer.tries, UINT16_MAX);
}

Test(alias_chain, an_old_alias_makes_an_old_answer_and_explains_no_failure)
{
    begin("a1.example", 600);
    answer.extended_error = 3;
    answer_of(&next, ANSWER_ALIAS_OPEN);
    next.extended_error = 0;
    answer_add_alias(&next, "a2.example");
    join();
    answer_of_name(&next, "mta7.example.com", 60);
    next.extended_error = 0;
    join();
    cr_expect_eq(answer.kind, ANSWER_RECORDS);
    cr_expect_eq(answer.extended_error, 3);
    begin("a1.example", 600);
    answer.extended_error = 3;
    answer_of(&next, ANSWER_SERVFAIL);
    next.extended_error = 0;
    join();
    cr_expect_eq(answer.extended_error, 0);
    begin("a1.example", 600);
    answer.extended_error = 3;
    next.extended_error = 22;
    join();
    cr_expect_eq(answer.extended_error, 22);
}
