/* safe_after of each finding: how long the state that it is about may be remembered. */
#include "audit/finding_times.h"

#include "tests/unit/audit/judging.h"

/* Two PTR names: one confirms, the other has another address. */
static void two_names(void)
{
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    answer_add_name(&seen.ptr, "other.example.com");
    forward_addresses("mta7.example.com", V4, 90000, true);
    forward_addresses("other.example.com", "203.0.114.99", 600, false);
}

Test(finding_times, the_ptr_record_must_change)
{
    two_names();
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_finding_after(FINDING_MULTIPLE_PTR, 3600);
    cr_expect_not(judged.has_safe_after, "nothing must be fixed");
    expect_row_safe_after(3600);
}

/* Either the PTR record goes, or the name gets the address: what lasts longer. The name that is
 * confirmed has no part in it. */
Test(finding_times, a_name_that_is_not_confirmed_or_its_address)
{
    two_names();
    judge(V4, NULL);
    expect_finding_after(FINDING_UNCONFIRMED_NAME, 3600);
    seen.forwards[1].answer.ttl = 7200;
    judge(V4, NULL);
    expect_finding_after(FINDING_UNCONFIRMED_NAME, 7200);
    expect_finding_after(FINDING_MULTIPLE_PTR, 3600);
    expect_row_safe_after(7200);
    answer_of_nothing(&seen.forwards[1].answer, ANSWER_NXDOMAIN, "example.com", 10800);
    judge(V4, NULL);
    expect_finding_after(FINDING_UNCONFIRMED_NAME, 10800); /* a negative TTL */
}

Test(finding_times, an_alias_of_a_ptr_name)
{
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, "www.example.com", 300);
    answer_of_address(forward_slot("www.example.com"), V4, 60, true);
    seen.forwards[0].answer.ttl_spread = 840; /* of the CNAME or of its target */
    seen.forwards[0].answer.alias_count = 1;
    seen.forwards[0].answer.aliases[0] = name_of("mta7.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_finding_after(FINDING_FORWARD_ALIAS, 900);
    expect_finding_after(FINDING_SHORT_TTL, 60);
    expect_row_safe_after(900);
}

/* RFC 8767 4: a cache keeps nothing for longer, whatever the TTL says. */
Test(finding_times, no_record_is_cached_for_more_than_a_week)
{
    static const uint32_t ttls[][2] = {{7 * 86400, 0},
                                       {7 * 86400 + 1, 0},
                                       {INT32_MAX, 0},
                                       {60, UINT32_MAX},
                                       {UINT32_MAX, UINT32_MAX}};
    for (unsigned i = 0; i < sizeof(ttls) / sizeof(ttls[0]); i++) {
        two_names();
        seen.ptr.ttl = ttls[i][0];
        seen.ptr.ttl_spread = ttls[i][1];
        judge(V4, NULL);
        expect_finding_after(FINDING_MULTIPLE_PTR, 7 * 86400);
        expect_row_safe_after(7 * 86400);
    }
}

Test(finding_times, a_chain_in_the_reverse_tree_counts_as_a_whole)
{
    two_names();
    seen.ptr.ttl_spread = 1000;
    seen.ptr.alias_count = 1;
    seen.ptr.aliases[0] = name_of("7.64/28.114.0.203.in-addr.arpa");
    judge(V4, NULL);
    expect_finding_after(FINDING_MULTIPLE_PTR, 4600);
    expect_finding_without_time(FINDING_PTR_ALIAS);
}

Test(finding_times, an_answer_without_soa_is_kept_by_nobody)
{
    two_names();
    answer_of_nothing(&seen.forwards[1].answer, ANSWER_NXDOMAIN, NULL, 0);
    judge(V4, NULL);
    expect_finding_after(FINDING_NO_SOA, 0);
    expect_row_safe_after(3600);
    answer_of_nothing(&seen.ptr, ANSWER_NODATA, NULL, 0);
    seen.forward_count = 0;
    judge(V4, NULL);
    expect_finding_after(FINDING_NO_SOA, 0);
    expect_row_safe_after(0);
}

Test(finding_times, the_longest_of_short_ttls)
{
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, "mta7.example.com", 20);
    forward_addresses("mta7.example.com", V4, 50, true);
    judge(V4, NULL);
    expect_finding_after(FINDING_SHORT_TTL, 50);
    seen.forwards[0].answer.ttl = 61; /* not short: another record */
    judge(V4, NULL);
    expect_finding_after(FINDING_SHORT_TTL, 20);
}

/* What must be fixed goes before: the row waits for that, however long the rest is remembered. */
Test(finding_times, what_must_be_fixed_goes_before)
{
    two_names();
    seen.forwards[0].answer.holds = false;
    seen.forwards[0].answer.ttl = 900;
    judge(V4, NULL);
    expect_verdict("forward-mismatch", "fail");
    expect_safe_after(900);
    expect_finding_after(FINDING_MULTIPLE_PTR, 3600);
    expect_row_safe_after(900);
}

Test(finding_times, information_has_none)
{
    two_names();
    seen.ptr.tries = 2;
    judge("203.0.113.7", NULL); /* for documentation: special-purpose */
    expect_finding_without_time(FINDING_FLAKY);
    expect_finding_without_time(FINDING_SPECIAL_PURPOSE);
    judge_with((struct evidence){.address = address_of(V4), .seen = &seen, .mapped = true}, NULL);
    expect_finding_without_time(FINDING_IPV4_MAPPED);
    judge_with((struct evidence){.address = address_of(V4), .mapped = true}, NULL);
    expect_finding_without_time(FINDING_NOT_ASKED);
    int64_t after;
    cr_expect_not(judgement_safe_after(&after, &judged));
}

/* A policy that ignores a finding does not wait for it. */
Test(finding_times, what_is_ignored_is_not_waited_for)
{
    int64_t after;

    two_names();
    judge(V4, NULL);
    judged.findings = 0;
    cr_expect_not(judgement_safe_after(&after, &judged));
}

Test(finding_times, answers_of_zone_files_were_in_no_cache)
{
    int64_t after;

    two_names();
    judge(V4, NULL);
    judgement_forget_times(&judged);
    cr_expect_not(judgement_safe_after(&after, &judged));
}

/* Each finding that has a change has a time where it is found; each that has none has none. */
Test(finding_times, every_finding_keeps_to_its_row)
{
    two_names();
    seen.forwards[0].answer.alias_count = 1;
    seen.forwards[0].answer.aliases[0] = name_of("mta8.example.com");
    seen.ptr.ttl = 60;
    for (unsigned i = 0; i < FINDINGS; i++) {
        judge(V4, NULL);
        judged.findings = UINT32_C(1) << i;
        judged.timed_findings = 0;
        finding_times(&judged, &(struct evidence){.address = address_of(V4), .seen = &seen});
        bool asks = finding_row(i)->change != CHANGE_NOTHING && i != FINDING_INCONSISTENT;
        cr_expect_eq(judged.timed_findings != 0, asks, "%s", finding_row(i)->key);
        cr_expect_neq(strlen(change_text(finding_row(i)->change)), 0);
    }
}
