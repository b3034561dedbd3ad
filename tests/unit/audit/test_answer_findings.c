/* Findings about the TTLs of answers, and shared names. `flaky` is tested with the verdicts. */
#include "audit/answer_findings.h"

#include "tests/unit/audit/judging.h"

static void pass_with(uint32_t ptr_ttl, uint32_t forward_ttl)
{
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, "mta7.example.com", ptr_ttl);
    forward_addresses("mta7.example.com", V4, forward_ttl, true);
    judge(V4, NULL);
    expect_verdict("pass", "pass");
}

Test(answer_findings, short_ttl_of_either_answer)
{
    pass_with(61, 61);
    expect_findings("");
    pass_with(60, 61);
    expect_findings("short-ttl");
    pass_with(61, 60);
    expect_findings("short-ttl");
    pass_with(0, UINT32_MAX);
    expect_findings("short-ttl");
}

Test(answer_findings, short_ttl_of_an_address_that_confirms_nothing_is_none)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_addresses("mta7.example.com", "203.0.114.8", 5, false);
    judge(V4, NULL);
    expect_verdict("forward-mismatch", "fail");
    expect_findings("");
    answer_add_name(&seen.ptr, "mta8.example.com"); /* one that confirms, beside it */
    forward_addresses("mta8.example.com", V4, 3600, true);
    judge(V4, NULL);
    expect_findings("multiple-ptr unconfirmed-name");
    seen.forwards[1].answer.ttl = 60;
    judge(V4, NULL);
    expect_findings("multiple-ptr unconfirmed-name short-ttl");
}

Test(answer_findings, short_ttl_of_an_expected_name_that_is_no_ptr_name_is_none)
{
    pass_with(3600, 3600);
    forward_addresses("other.example.com", V4, 1, true);
    judge(V4, "other.example.com");
    expect_verdict("hostname-mismatch", "pass");
    expect_findings("");
}

Test(answer_findings, stale_answers)
{
    pass_with(30, 3600);
    seen.ptr.extended_error = 3;
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("short-ttl stale-answer");
    cr_expect_eq(judged.worst, SEVERITY_WARN, "a zone that fails now may be hidden");
    pass_with(3600, 3600);
    seen.forwards[0].answer.extended_error = 19;
    judge(V4, NULL);
    expect_findings("stale-answer");
    seen.forwards[0].answer.extended_error = 13; /* Cached Error */
    judge(V4, NULL);
    expect_findings("");
}

Test(answer_findings, negative_ptr_answer_without_soa)
{
    static const enum answer_kind KINDS[] = {ANSWER_NXDOMAIN, ANSWER_NODATA};

    for (unsigned i = 0; i < 2; i++) {
        answer_of_nothing(&seen.ptr, KINDS[i], NULL, 0);
        judge(V4, NULL);
        expect_verdict("no-ptr", "permerror");
        expect_findings("no-soa");
        cr_expect_eq(judged.worst, SEVERITY_FAIL);
        answer_of_nothing(&seen.ptr, KINDS[i], "114.0.203.in-addr.arpa", 60);
        judge(V4, NULL);
        expect_findings(""); /* nothing is short about the TTL of a negative answer */
    }
}

Test(answer_findings, negative_forward_answer_without_soa)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    answer_of_nothing(forward_slot("mta7.example.com"), ANSWER_NODATA, NULL, 0);
    judge(V4, NULL);
    expect_verdict("no-forward", "fail");
    expect_findings("no-soa");
    pass_with(3600, 3600);
    answer_of_nothing(forward_slot("other.example.com"), ANSWER_NXDOMAIN, NULL, 0);
    judge(V4, "other.example.com"); /* an expected name is asked for as well */
    expect_findings("no-soa");
}

Test(answer_findings, temporary_errors_have_no_soa_and_that_is_no_fault)
{
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        answer_of(&seen.ptr, kind);
        seen.forward_count = 0;
        judge(V4, NULL);
        expect_findings("");
    }
}

Test(answer_findings, no_soa_warns_beside_a_pass)
{
    pass_with(3600, 3600);
    cr_expect_eq(judged.worst, SEVERITY_NONE);
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    answer_add_name(&seen.ptr, "mta8.example.com");
    answer_of_nothing(forward_slot("mta8.example.com"), ANSWER_NXDOMAIN, NULL, 0);
    judge(V4, NULL);
    expect_findings("multiple-ptr unconfirmed-name no-soa");
    cr_expect_eq(judged.worst, SEVERITY_WARN);
}

/* A census of two names. */
static uint64_t sharers_of(void *census, const struct dnsname *name)
{
    struct dnsname many = name_of("many.example.com");
    struct dnsname localhost = name_of("localhost");

    cr_assert_str_eq(census, "census");
    return dnsname_equal(name, &many) ? 7 : dnsname_equal(name, &localhost) ? SHARED_NAME_MIN : 4;
}

static void judge_shared(void)
{
    static char census[] = "census";

    judge_with(
        (struct evidence){
            .address = address_of(V4), .seen = &seen, .name_sharers = sharers_of, .census = census},
        NULL);
}

Test(answer_findings, shared_names_are_told_one_by_one)
{
    answer_of_name(&seen.ptr, "own.example.com", 3600);
    forward_confirms("own.example.com");
    judge_shared();
    expect_findings("");
    cr_expect_eq(judged.shared, 0);
    answer_add_name(&seen.ptr, "MANY.example.com");
    forward_confirms("many.example.com");
    answer_add_name(&seen.ptr, "localhost"); /* cannot be a host name, but is shared all the same */
    judge_shared();
    expect_findings("multiple-ptr invalid-name shared-name");
    cr_expect_eq(judged.shared, 6);
    cr_expect_eq(judged.sharers[1], 7);
    cr_expect_eq(judged.sharers[2], 5);
    judge(V4, NULL); /* not counted */
    expect_findings("multiple-ptr invalid-name");
    cr_expect_eq(judged.shared, 0);
}
