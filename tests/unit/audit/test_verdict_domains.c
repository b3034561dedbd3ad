/* Rows that expect any name below a domain. */
#include "tests/unit/audit/judging.h"

Test(verdict_domains, a_confirmed_name_below_the_domain_passes)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_confirms("mta7.example.com");
    judge(V4, "*.example.com");
    expect_verdict("pass", "pass");
    cr_expect(judged.expected_is_ptr);
    cr_expect_eq(judged.fix_count, 0);
}

Test(verdict_domains, another_domain_is_a_mismatch_that_names_the_domain)
{
    struct dnsname domain = name_of("*.example.com");

    answer_of_name(&seen.ptr, "mta7.example.net", 3600);
    forward_confirms("mta7.example.net");
    judge(V4, "*.example.com");
    expect_verdict("hostname-mismatch", "pass");
    cr_expect_not(judged.expected_is_ptr);
    cr_assert_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator", "");
    cr_expect(judged.fixes[0].has_domain);
    cr_expect(dnsname_equal(&judged.fixes[0].host, &domain));
    expect_safe_after(3600);
}

Test(verdict_domains, no_ptr_asks_for_a_name_below_the_domain)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "114.0.203.in-addr.arpa", 300);
    judge(V4, "*.example.com");
    expect_verdict("no-ptr", "permerror");
    cr_assert_eq(judged.fix_count, 1);
    cr_expect(judged.fixes[0].has_domain);
    cr_expect_not(judged.fixes[0].has_record);
}

Test(verdict_domains, a_name_below_it_without_address_needs_its_address)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 300);
    judge(V4, "*.example.com");
    expect_verdict("no-forward", "fail");
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A " V4);
}

Test(verdict_domains, a_failed_lookup_below_it_leaves_the_verdict_open)
{
    struct dnsname names[2] = {name_of("a.example.net"), name_of("b.example.com")};

    answer_of_name(&seen.ptr, "a.example.net", 3600);
    seen.ptr.kept = seen.ptr.total = 2;
    seen.ptr.records.names[1] = names[1];
    forward_confirms("a.example.net");
    forward_fails("b.example.com", ANSWER_SERVFAIL);
    judge(V4, "*.example.com");
    expect_verdict("dns-error", "temperror");
    seen.forward_count = 1;
    forward_fails("b.example.com", ANSWER_SILENT);
    judge(V4, "*.example.com");
    expect_verdict("unanswered", "temperror");
    seen.forward_count = 1;
    forward_confirms("b.example.com");
    judge(V4, "*.example.com");
    expect_verdict("pass", "pass");
}

Test(verdict_domains, a_truncated_reply_may_hide_a_name_below_it)
{
    answer_of_name(&seen.ptr, "a.example.net", 3600);
    seen.ptr.truncated = true;
    forward_confirms("a.example.net");
    judge(V4, "*.example.com");
    expect_verdict("dns-error", "temperror");
}
