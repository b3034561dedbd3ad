#include <criterion/criterion.h>

#include "reports/fix_list.h"
#include "tests/unit/reports/made_row.h"

static struct made_row made;

static void add_pass(struct tally *tally)
{
    made_begin(&made, "192.0.2.1", NULL);
    made_confirmed(&made, "mta.example.com");
    tally_row(tally, made_row(&made, 1));
}

static void add_kind(struct tally *tally, enum answer_kind kind)
{
    made_begin(&made, "192.0.2.2", NULL);
    made.seen.ptr.kind = kind;
    tally_row(tally, made_row(&made, 1));
}

static void add_not_public(struct tally *tally)
{
    made_begin(&made, "10.0.0.1", NULL);
    made.evidence.seen = NULL;
    made.evidence.skip_special = true;
    tally_row(tally, made_row(&made, 1));
}

Test(tally, counts_each_row_once)
{
    struct tally tally = {0};

    add_pass(&tally);
    add_kind(&tally, ANSWER_NXDOMAIN);
    add_kind(&tally, ANSWER_SERVFAIL);
    add_kind(&tally, ANSWER_SILENT);
    add_not_public(&tally);
    cr_assert_eq(tally.rows, 5);
    cr_assert_eq(tally_public(&tally), 4);
    cr_assert_eq(tally_broken(&tally), 2);
    cr_assert_eq(tally_temporary(&tally), 2);
    cr_assert_float_eq(tally_temporary_percent(&tally), 50, 1e-9);
    cr_assert_eq(tally.findings[FINDING_SPECIAL_PURPOSE], 4);
    cr_assert_eq(tally.severities[SEVERITY_FAIL], 2);
}

/* Two names, of an address that passes and of one that does not. */
Test(tally, warnings_are_counted_for_addresses_that_pass)
{
    struct tally tally = {0};

    for (unsigned i = 0; i < 2; i++) {
        made_begin(&made, "11.22.33.44", i == 0 ? NULL : "mta.example.com");
        made_confirmed(&made, "a.example.com");
        made_confirmed(&made, "b.example.com");
        tally_row(&tally, made_row(&made, i + 1));
    }
    add_pass(&tally);
    cr_assert_eq(tally.verdicts[VERDICT_PASS], 2);
    cr_assert_eq(tally.findings[FINDING_MULTIPLE_PTR], 2);
    cr_assert_eq(tally.warned, 1);
    cr_assert_eq(tally.warnings[FINDING_MULTIPLE_PTR], 1);
    cr_assert_eq(tally.warnings[FINDING_SPECIAL_PURPOSE], 0, "information is no warning");
}

/* A row may be work for two parties; several rows of an address count once. */
Test(tally, counts_work_per_address_and_party)
{
    struct folder tmp;
    struct failure failure = {0};
    cr_assert(folder_open(&tmp, "/tmp", &failure));
    struct fix_list *list = fix_list_open(&tmp, NULL, NULL, &failure);
    struct tally tally = {0};

    for (unsigned i = 0; i < 3; i++) {
        made_begin(&made, i < 2 ? "198.51.100.7" : "198.51.100.8", "mta7.example.com");
        made_forward(&made, "mta7.example.com", ANSWER_NXDOMAIN);
        fix_list_add(list, made_row(&made, i + 1));
        tally_row(&tally, made_row(&made, i + 1));
    }
    cr_assert(fix_list_sort(list, &failure), "%s", failure.text);
    tally_take_work(&tally, list);
    fix_list_free(list);
    folder_close(&tmp);
    cr_assert_eq(tally_counting(&tally, VERDICT_NO_PTR), 3);
    cr_assert_eq(tally.work[FIXER_REVERSE_ZONE][VERDICT_NO_PTR], 2);
    cr_assert_eq(tally_for_fixer(&tally, FIXER_REVERSE_ZONE), 2);
    cr_assert_eq(tally_for_fixer(&tally, FIXER_HOST_NAME), 2);
    cr_assert_eq(tally_for_fixer(&tally, FIXER_FAILING_ZONE), 0);
    cr_assert_eq(tally_for_fixer(&tally, FIXER_NAME_SERVERS), 0);
}

Test(tally, readiness)
{
    struct tally tally = {0};

    cr_assert_eq(tally_readiness(&tally), NOT_KNOWN);
    cr_assert_float_eq(tally_temporary_percent(&tally), 0, 1e-9);
    add_not_public(&tally);
    cr_assert_eq(tally_readiness(&tally), NOT_KNOWN, "no public address");
    add_pass(&tally);
    cr_assert_eq(tally_readiness(&tally), READY);
    add_kind(&tally, ANSWER_SILENT);
    cr_assert_eq(tally_readiness(&tally), NOT_KNOWN, "silence is not broken");
    add_kind(&tally, ANSWER_NODATA);
    cr_assert_eq(tally_readiness(&tally), NOT_READY);
    cr_assert_str_eq(readiness_title(NOT_READY), "NOT READY");
}

/* The error of a resolver is a temporary error, and no zone is broken. */
Test(tally, errors_of_a_resolver_are_not_broken)
{
    struct tally tally = {0};

    add_pass(&tally);
    made_begin(&made, "192.0.2.3", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    made.evidence.resolvers_fail = true;
    (void)made_row(&made, 1);
    tally_row(&tally, &made.row);
    cr_assert_eq(tally_broken(&tally), 0);
    cr_assert_eq(tally_temporary(&tally), 1);
    cr_assert_eq(tally_readiness(&tally), NOT_KNOWN);
    add_kind(&tally, ANSWER_SERVFAIL);
    cr_assert_eq(tally_broken(&tally), 1, "the error of a zone");
    cr_assert_eq(tally_readiness(&tally), NOT_READY);
}

Test(tally, keeps_the_latest_safe_time)
{
    struct tally tally = {0};

    add_pass(&tally);
    cr_assert_not(tally.has_safe_after);
    made_begin(&made, "192.0.2.2", NULL);
    made_soa(&made.seen.ptr, "2.0.192.in-addr.arpa", "ns.example", "admin.example");
    tally_row(&tally, made_row(&made, 1));
    add_kind(&tally, ANSWER_NXDOMAIN);
    cr_assert(tally.has_safe_after);
    cr_assert_eq(tally.safe_after, MADE_AT + 3600);
}

/* A row whose vantages differ until `until`. */
static void add_inconsistent(struct tally *tally, const struct row_vantages *vantages,
                             int64_t until)
{
    made_begin(&made, "192.0.2.1", NULL);
    made_confirmed(&made, "mta.example.com");
    (void)made_row(&made, 1);
    made.judgement.findings |= UINT32_C(1) << FINDING_INCONSISTENT;
    made.judgement.finding_after[FINDING_INCONSISTENT] = until;
    made.row.vantages = vantages;
    tally_row(tally, &made.row);
    made.row.vantages = NULL;
}

/* The fleet waits for vantages that differ, but not for a cache that holds an old answer. */
Test(tally, waits_for_vantages_that_differ)
{
    static struct row_vantages vantages = {.is_old = true};
    struct tally tally = {0};

    add_inconsistent(&tally, NULL, MADE_AT);
    add_inconsistent(&tally, &vantages, MADE_AT);
    cr_assert_not(tally.has_safe_after);
    vantages.results_differ = true;
    add_inconsistent(&tally, &vantages, MADE_AT + 60);
    cr_assert(tally.has_safe_after);
    cr_assert_eq(tally.safe_after, MADE_AT + 60);
    vantages = (struct row_vantages){.is_old = false};
    add_inconsistent(&tally, &vantages, MADE_AT + 120);
    cr_assert_eq(tally.safe_after, MADE_AT + 120);
}

/* Advice has its own times: the fleet waits only for what must be fixed. */
Test(tally, keeps_the_latest_time_of_each_finding)
{
    struct tally tally = {0};

    for (unsigned i = 0; i < 3; i++) {
        static const uint32_t ttl[] = {600, 7200, 900};

        made_begin(&made, "192.0.2.1", NULL);
        made_confirmed(&made, "mta1.example");
        made_confirmed(&made, "www.example");
        made.seen.ptr.ttl = ttl[i];
        tally_row(&tally, made_row(&made, 1));
    }
    cr_assert_not(tally.has_safe_after);
    cr_assert((tally.timed_findings >> FINDING_MULTIPLE_PTR) & 1u);
    cr_assert_eq(tally.finding_after[FINDING_MULTIPLE_PTR], MADE_AT + 7200);
}

Test(tally, accepted_rows_do_not_affect_readiness)
{
    struct policy policy = made_policy("192.0.2.2", "no-ptr", "retired", "");
    struct tally tally = {0};

    add_pass(&tally);
    made.policy = &policy;
    made_begin(&made, "192.0.2.2", NULL);
    made_soa(&made.seen.ptr, "2.0.192.in-addr.arpa", "ns.example", "admin.example");
    tally_row(&tally, made_row(&made, 1));
    cr_assert_eq(tally.verdicts[VERDICT_NO_PTR], 1);
    cr_assert_eq(tally_counting(&tally, VERDICT_NO_PTR), 0);
    cr_assert_eq(tally_accepted(&tally), 1);
    cr_assert_eq(tally.excepted, 1);
    cr_assert_eq(tally_public(&tally), 2);
    cr_assert_eq(tally_broken(&tally), 0);
    cr_assert_eq(tally.severities[SEVERITY_FAIL], 0);
    cr_assert_not(tally.has_safe_after, "it needs no fix");
    cr_assert_eq(tally_readiness(&tally), READY);
    add_kind(&tally, ANSWER_SERVFAIL);
    cr_assert_eq(tally_broken(&tally), 1, "another verdict of the address counts");
    exceptions_free(policy.exceptions);
    made.policy = NULL;
}

Test(tally, ignores_an_accepted_temporary_error)
{
    struct policy policy = made_policy("192.0.2.2", "unanswered", "blocked by a firewall", "");
    struct tally tally = {0};

    made.policy = &policy;
    add_kind(&tally, ANSWER_SILENT);
    cr_assert_eq(tally_temporary(&tally), 0);
    cr_assert_float_eq(tally_temporary_percent(&tally), 0, 1e-9);
    cr_assert_eq(tally_readiness(&tally), READY);
    exceptions_free(policy.exceptions);
    made.policy = NULL;
}

Test(tally, an_accepted_finding_keeps_the_verdict)
{
    struct policy policy = made_policy("192.0.2.2", "special-purpose", "a test net", "");
    struct tally tally = {0};

    made.policy = &policy;
    add_kind(&tally, ANSWER_NXDOMAIN);
    cr_assert_eq(tally.excepted, 1);
    cr_assert_eq(tally_accepted(&tally), 0);
    cr_assert_eq(tally_broken(&tally), 1);
    cr_assert_eq(tally.findings[FINDING_SPECIAL_PURPOSE], 1);
    exceptions_free(policy.exceptions);
    made.policy = NULL;
}
