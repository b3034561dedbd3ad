#include "audit/policy.h"

#include "audit/verdict.h"

#include <criterion/criterion.h>
#include <string.h>

static struct judgement judgement;
static struct ipaddr address;

#define BIT(finding) (UINT32_C(1) << (finding))

static void judged(enum verdict verdict, uint32_t findings)
{
    cr_assert(ipaddr_parse(&address, "198.51.100.7", strlen("198.51.100.7")));
    judgement = (struct judgement){.verdict = verdict, .findings = findings};
    judgement_weigh(&judgement);
}

static void accept(struct exceptions *exceptions, const char *key, const char *last_day)
{
    struct exception_cell cells[] = {
        {"198.51.100.7", 12}, {key, strlen(key)}, {"why", 3}, {last_day, strlen(last_day)}};
    struct exception exception;
    struct target_reason why;
    cr_assert(exception_parse(&exception, cells, 4, &why), "%s", why.text);
    cr_assert(exceptions_add(exceptions, &exception));
}

Test(policy, none_changes_nothing)
{
    struct policy policy = {0};
    judged(VERDICT_NO_PTR, BIT(FINDING_FLAKY));
    policy_apply(&policy, &address, &judgement);
    cr_expect_eq(judgement.worst, SEVERITY_FAIL);
    cr_expect_eq(judgement.findings, BIT(FINDING_FLAKY));
    cr_expect_not(judgement_is_excepted(&judgement));
}

Test(policy, what_is_ignored_is_gone)
{
    struct policy policy = {.ignored = BIT(FINDING_MULTIPLE_PTR)};
    judged(VERDICT_PASS, BIT(FINDING_MULTIPLE_PTR) | BIT(FINDING_FLAKY));
    cr_expect_eq(judgement.worst, SEVERITY_WARN);
    policy_apply(&policy, &address, &judgement);
    cr_expect_eq(judgement.findings, BIT(FINDING_FLAKY));
    cr_expect_eq(judgement.worst, SEVERITY_INFO);
    cr_expect_not(judgement_is_excepted(&judgement));
}

Test(policy, what_is_accepted_stays_and_does_not_count)
{
    struct policy policy = {.exceptions = exceptions_new()};
    accept(policy.exceptions, "no-ptr", "");
    accept(policy.exceptions, "forward-alias", "");
    exceptions_seal(policy.exceptions, "2026-11-23");

    judged(VERDICT_NO_PTR, BIT(FINDING_FORWARD_ALIAS) | BIT(FINDING_FLAKY));
    policy_apply(&policy, &address, &judgement);
    cr_expect_eq(judgement.verdict, VERDICT_NO_PTR);
    cr_expect_eq(judgement.findings, BIT(FINDING_FORWARD_ALIAS) | BIT(FINDING_FLAKY));
    cr_expect_eq(judgement.verdict_exception, exceptions_at(policy.exceptions, 0));
    cr_expect_eq(judgement.excepted_findings, BIT(FINDING_FORWARD_ALIAS));
    cr_expect_eq(judgement.finding_exceptions[FINDING_FORWARD_ALIAS],
                 exceptions_at(policy.exceptions, 1));
    cr_expect_eq(judgement.worst, SEVERITY_INFO, "the finding that is not accepted still counts");
    cr_expect_eq(exceptions_sum(policy.exceptions).unused, 0);

    judged(VERDICT_NO_FORWARD, 0);
    policy_apply(&policy, &address, &judgement);
    cr_expect_eq(judgement.worst, SEVERITY_FAIL, "another verdict is not accepted");
    cr_expect_null(judgement.verdict_exception);
    exceptions_free(policy.exceptions);
}

Test(policy, an_ignored_finding_needs_no_exception)
{
    struct policy policy = {.ignored = BIT(FINDING_FLAKY), .exceptions = exceptions_new()};
    accept(policy.exceptions, "flaky", "");
    exceptions_seal(policy.exceptions, "2026-11-23");
    judged(VERDICT_PASS, BIT(FINDING_FLAKY));
    policy_apply(&policy, &address, &judgement);
    cr_expect_not(judgement_is_excepted(&judgement));
    cr_expect_eq(exceptions_sum(policy.exceptions).unused, 1);
    exceptions_free(policy.exceptions);
}

Test(policy, what_has_expired_counts_again)
{
    struct policy policy = {.exceptions = exceptions_new()};
    accept(policy.exceptions, "no-ptr", "2026-11-22");
    exceptions_seal(policy.exceptions, "2026-11-23");
    judged(VERDICT_NO_PTR, 0);
    policy_apply(&policy, &address, &judgement);
    cr_expect_null(judgement.verdict_exception);
    cr_expect_eq(judgement.worst, SEVERITY_FAIL);
    exceptions_free(policy.exceptions);
}

Test(policy, the_judge_begins_without_exceptions)
{
    struct evidence evidence = {.address = {IP_V4, {8, 8, 8, 8}}};
    struct exception stale;
    memset(&judgement, 0xa5, sizeof judgement);
    judgement.verdict_exception = &stale;
    verdict_of(&judgement, &evidence);
    cr_expect_not(judgement_is_excepted(&judgement));
    cr_expect_eq(judgement.worst, SEVERITY_WARN);
}
