#include "audit/failed_lookup.h"

#include "tests/unit/support.h"

static struct observation seen;
static struct failed_lookup failed;
static struct ipaddr address;

static struct answer *begin_names(unsigned count)
{
    static const char *const names[] = {"a.example", "b.example", "c.example"};

    address = address_of("198.51.100.7");
    seen.forward_count = 0;
    answer_of(&seen.ptr, ANSWER_RECORDS);
    for (unsigned i = 0; i < count; i++)
        answer_add_name(&seen.ptr, names[i]);
    return &seen.ptr;
}

static struct answer *forward(const char *host, enum answer_kind kind)
{
    struct forward *forward = &seen.forwards[seen.forward_count++];

    forward->host = name_of(host);
    answer_of(&forward->answer, kind);
    return &forward->answer;
}

static void expect(uint16_t type, const char *name, enum answer_kind kind)
{
    cr_assert(failed_lookup_find(&failed, &address, &seen, NULL));
    cr_expect_eq(failed.question.type, type);
    expect_name(&failed.question.name, name);
    cr_expect_eq(failed.answer->kind, kind);
}

Test(failed_lookup, there_may_be_none)
{
    begin_names(1);
    forward("a.example", ANSWER_NXDOMAIN);
    cr_expect_not(failed_lookup_find(&failed, &address, &seen, NULL));
}

Test(failed_lookup, that_of_the_ptr_comes_first)
{
    answer_of(begin_names(0), ANSWER_SERVFAIL);
    forward("mta7.example", ANSWER_REFUSED);
    expect(RR_PTR, "7.100.51.198.in-addr.arpa", ANSWER_SERVFAIL);
}

Test(failed_lookup, ptr_names_come_in_their_order_and_before_expected_names)
{
    begin_names(2);
    forward("expected.example", ANSWER_SERVFAIL);
    forward("b.example", ANSWER_REFUSED);
    forward("a.example", ANSWER_SERVFAIL);
    expect(RR_A, "a.example", ANSWER_SERVFAIL);
    begin_names(1);
    forward("expected.example", ANSWER_SERVFAIL);
    forward("a.example", ANSWER_NXDOMAIN);
    expect(RR_A, "expected.example", ANSWER_SERVFAIL);
}

Test(failed_lookup, one_that_may_be_a_zones_fault_comes_before_others)
{
    begin_names(3);
    forward("a.example", ANSWER_TRUNCATED);
    forward("b.example", ANSWER_SERVFAIL);
    forward("c.example", ANSWER_REFUSED);
    expect(RR_A, "b.example", ANSWER_SERVFAIL);
    begin_names(2);
    forward("a.example", ANSWER_TRUNCATED);
    forward("b.example", ANSWER_SILENT);
    expect(RR_A, "a.example", ANSWER_TRUNCATED);
}

/* What another name shows does not matter where one is expected. */
Test(failed_lookup, an_expected_ptr_name_comes_before_other_ptr_names)
{
    struct dnsname expected = name_of("b.example"), below = name_of("*.other");

    begin_names(2);
    forward("a.example", ANSWER_SERVFAIL);
    forward("b.example", ANSWER_TRUNCATED);
    cr_assert(failed_lookup_find(&failed, &address, &seen, &expected));
    expect_name(&failed.question.name, "b.example");
    cr_assert(failed_lookup_find(&failed, &address, &seen, &below));
    expect_name(&failed.question.name, "a.example");
}

Test(failed_lookup, an_aaaa_lookup_for_an_ipv6_address)
{
    begin_names(1);
    address = address_of("2001:db8::1");
    forward("a.example", ANSWER_SERVFAIL);
    expect(RR_AAAA, "a.example", ANSWER_SERVFAIL);
}

/* REFUSED for the target says nothing about the owner of the alias. */
Test(failed_lookup, after_aliases_the_target_failed)
{
    answer_of(begin_names(0), ANSWER_REFUSED);
    answer_add_alias(&seen.ptr, "7.rev.example");
    expect(RR_PTR, "7.rev.example", ANSWER_REFUSED);
    begin_names(1);
    answer_add_alias(forward("a.example", ANSWER_SERVFAIL), "real.example");
    expect(RR_A, "real.example", ANSWER_SERVFAIL);
    begin_names(1);
    answer_add_alias(forward("a.example", ANSWER_ALIAS_CONFLICT), "real.example");
    expect(RR_A, "real.example", ANSWER_ALIAS_CONFLICT);
}

Test(failed_lookup, a_loop_is_the_fault_of_its_start)
{
    begin_names(1);
    answer_add_alias(forward("a.example", ANSWER_ALIAS_LOOP), "a.example");
    expect(RR_A, "a.example", ANSWER_ALIAS_LOOP);
    begin_names(1);
    answer_add_alias(forward("a.example", ANSWER_ALIAS_LONG), "b.example");
    expect(RR_A, "a.example", ANSWER_ALIAS_LONG);
}
