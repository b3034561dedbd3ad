/* What several names, the expected name, aliases and times add up to: the further rules of
 * audit/verdict. */
#include "tests/unit/audit/judging.h"

/* ---- temporary errors, confirmed and unconfirmed names ---- */

enum outcome { CONFIRMED, MISMATCH, NOTHING, ERROR, SILENT, NOT_ASKED, INVALID, OUTCOMES };

static void add_outcome(unsigned i, enum outcome outcome)
{
    static const char *const hosts[] = {"a.example.com", "b.example.com", "c.example.com"};
    answer_add_name(&seen.ptr,
                    outcome == INVALID ? (const char *[]){"x_1.", "x_2.", "x_3."}[i] : hosts[i]);
    if (outcome == CONFIRMED)
        forward_confirms(hosts[i]);
    else if (outcome == MISMATCH)
        forward_addresses(hosts[i], "203.0.114.9", 60, false);
    else if (outcome == NOTHING)
        forward_nothing(hosts[i], ANSWER_NXDOMAIN, 60);
    else if (outcome == ERROR)
        forward_fails(hosts[i], ANSWER_REFUSED);
    else if (outcome == SILENT)
        forward_fails(hosts[i], ANSWER_SILENT);
}

/* The sentences of the rules, strongest first. */
static const char *verdict_by_rule(const unsigned count[OUTCOMES])
{
    if (count[CONFIRMED] > 0)
        return "pass";
    if (count[INVALID] == 3)
        return "ptr-invalid";
    if (count[ERROR] > 0)
        return "dns-error";
    if (count[SILENT] + count[NOT_ASKED] > 0)
        return "unanswered";
    return count[MISMATCH] > 0 ? "forward-mismatch" : "no-forward";
}

Test(verdict_names, every_mix_of_three_names)
{
    for (unsigned mix = 0; mix < OUTCOMES * OUTCOMES * OUTCOMES; mix++) {
        unsigned outcomes[] = {mix % OUTCOMES, mix / OUTCOMES % OUTCOMES,
                               mix / OUTCOMES / OUTCOMES};
        unsigned count[OUTCOMES] = {0};
        seen.forward_count = 0;
        answer_of(&seen.ptr, ANSWER_RECORDS);
        for (unsigned i = 0; i < 3; i++) {
            add_outcome(i, outcomes[i]);
            count[outcomes[i]]++;
        }
        judge(V4, NULL);
        cr_expect_str_eq(verdict_row(judged.verdict)->key, verdict_by_rule(count), "%u %u %u",
                         outcomes[0], outcomes[1], outcomes[2]);
        cr_expect_eq(judged.confirmed, (outcomes[0] == CONFIRMED) |
                                           (outcomes[1] == CONFIRMED) << 1 |
                                           (outcomes[2] == CONFIRMED) << 2);
        cr_expect_eq(judgement_has(&judged, FINDING_INVALID_NAME), count[INVALID] > 0);
        cr_expect_eq(judgement_has(&judged, FINDING_UNCONFIRMED_NAME),
                     count[CONFIRMED] > 0 && count[MISMATCH] + count[NOTHING] > 0);
        cr_expect(judgement_has(&judged, FINDING_MULTIPLE_PTR));
    }
}

Test(verdict_names, names_beyond_the_ten_kept_are_told)
{
    char text[32];
    answer_of(&seen.ptr, ANSWER_RECORDS);
    seen.ptr.ttl = 3600;
    for (unsigned i = 0; i < 10; i++) {
        snprintf(text, sizeof(text), "m%u.example.com", i);
        answer_add_name(&seen.ptr, text);
        forward_confirms(text);
    }
    judge(V4, NULL);
    expect_findings("multiple-ptr");
    cr_expect_eq(judged.confirmed, 0x3ff);
    answer_add_name(&seen.ptr, "m10.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("multiple-ptr ptr-names-cut");
}

Test(verdict_names, one_name_given_twice_in_another_case_is_looked_up_once)
{
    answer_of_name(&seen.ptr, "A.example.com", 60);
    forward_confirms("a.EXAMPLE.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
}

Test(verdict_names, an_escaped_dot_is_no_separator)
{
    answer_of_name(&seen.ptr, "a\\.b.example.com", 60);
    forward_confirms("a.b.example.com");
    judge(V4, "a.b.example.com");
    expect_verdict("ptr-invalid", "fail");
    cr_expect_not(judged.expected_is_ptr);
}

/* ---- the expected name ---- */

Test(verdict_names, no_ptr_with_the_forward_side_in_each_state)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "114.0.203.in-addr.arpa", 900);

    forward_confirms("mta7.example.com");
    judge(V4, "mta7.example.com");
    cr_expect(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 1);
    expect_safe_after(900);

    seen.forward_count = 0;
    forward_nothing("mta7.example.com", ANSWER_NODATA, 1800);
    judge(V4, "mta7.example.com");
    cr_expect_not(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 2);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_fix(1, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    expect_safe_after(1800);

    seen.forward_count = 0;
    forward_addresses("mta7.example.com", "203.0.114.8", 300, false);
    judge(V4, "mta7.example.com");
    cr_expect_not(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 2);
    expect_safe_after(900); /* the latest of both */

    seen.forward_count = 0;
    forward_fails("mta7.example.com", ANSWER_SERVFAIL);
    judge(V4, "mta7.example.com");
    expect_verdict("no-ptr", "permerror");
    cr_expect_not(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 2);
    expect_fix(1, "failing-zone-operator", "");
    expect_safe_after(900);

    seen.forward_count = 0;
    forward_fails("mta7.example.com", ANSWER_SILENT);
    judge(V4, "mta7.example.com");
    cr_expect_eq(judged.fix_count, 1, "nothing is known of the forward side");
}

Test(verdict_names, no_forward_of_the_expected_name)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 86400);
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 60);
    judge(V4, "mta7.example.com");
    expect_verdict("no-forward", "fail");
    cr_expect(judged.expected_is_ptr);
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    expect_safe_after(60);
}

Test(verdict_names, no_forward_of_another_name_is_mended_towards_the_expected_one)
{
    answer_of_name(&seen.ptr, "old.example.com", 7200);
    forward_nothing("old.example.com", ANSWER_NXDOMAIN, 60);
    forward_confirms("mta7.example.com");
    judge(V4, "mta7.example.com");
    expect_verdict("no-forward", "fail");
    cr_expect(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_safe_after(7200);
}

Test(verdict_names, silence_about_the_expected_name_is_nobodys_to_mend)
{
    answer_of_name(&seen.ptr, "old.example.com", 7200);
    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_confirms("old.example.com");
    forward_fails("mta7.example.com", ANSWER_SILENT);
    judge(V4, "mta7.example.com");
    cr_expect_eq(judged.fix_count, 0, "no party yet: try again");
    cr_expect_not(judged.has_safe_after);
}

Test(verdict_names, an_error_about_the_expected_name_is_the_failing_zones)
{
    answer_of_name(&seen.ptr, "old.example.com", 7200);
    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_confirms("old.example.com");
    forward_fails("mta7.example.com", ANSWER_SERVFAIL);
    judge(V4, "mta7.example.com");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "failing-zone-operator", "");
    expect_safe_after(300);
}

/* ---- aliases ---- */

Test(verdict_names, classless_delegation_is_no_fault)
{
    answer_of_name(&seen.ptr, "old.example.com", 3600);
    answer_add_alias(&seen.ptr, "7.0-31.114.0.203.in-addr.arpa");
    forward_confirms("old.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("ptr-alias");
    cr_expect_eq(judged.worst, SEVERITY_INFO);
}

Test(verdict_names, the_ptr_record_belongs_at_the_end_of_the_chain)
{
    answer_of_name(&seen.ptr, "old.example.com", 3600);
    answer_add_alias(&seen.ptr, "7.0-31.114.0.203.in-addr.arpa");
    answer_add_alias(&seen.ptr, "seven.rev.customer.example");
    forward_confirms("old.example.com");
    judge(V4, "mta7.example.com");
    expect_fix(0, "reverse-zone-operator",
               "seven.rev.customer.example. 3600 IN PTR mta7.example.com.");
}

Test(verdict_names, the_address_record_belongs_in_the_place_of_the_alias)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_nothing("mta7.example.com", ANSWER_NODATA, 60);
    answer_add_alias(&seen.forwards[0].answer, "node7.cloud.example");
    judge(V4, NULL);
    expect_verdict("no-forward", "fail");
    expect_findings("forward-alias");
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
}

Test(verdict_names, a_confirmed_alias_passes_with_a_finding)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_confirms("mta7.example.com");
    answer_add_alias(&seen.forwards[0].answer, "node7.cloud.example");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("forward-alias");
    cr_expect_eq(judged.worst, SEVERITY_WARN);
}

Test(verdict_names, an_expected_name_that_is_an_alias_is_no_finding_of_the_ptr_names)
{
    answer_of_name(&seen.ptr, "old.example.com", 3600);
    forward_confirms("old.example.com");
    forward_confirms("mta7.example.com");
    answer_add_alias(&seen.forwards[1].answer, "node7.cloud.example");
    judge(V4, "mta7.example.com");
    expect_findings("");
}

/* ---- IPv6 ---- */

Test(verdict_names, ipv6)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_nothing("mta7.example.com", ANSWER_NODATA, 60);
    judge(V6, NULL);
    expect_verdict("no-forward", "fail");
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN AAAA 2a00:1450:4001::19");
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "1.0.0.4.0.5.4.1.0.0.a.2.ip6.arpa", 60);
    judge(V6, "mta7.example.com");
    expect_fix(
        0, "reverse-zone-operator",
        "9.1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.4.0.5.4.1.0.0.a.2.ip6.arpa. 3600 IN PTR "
        "mta7.example.com.");
    expect_name(&judged.reverse_zone, "1.0.0.4.0.5.4.1.0.0.a.2.ip6.arpa");
}

/* ---- times ---- */

Test(verdict_names, a_wrong_record_may_outlive_the_alias_that_leads_to_it)
{
    answer_of_name(&seen.ptr, "old.example.com", 60);
    answer_add_alias(&seen.ptr, "7.0-31.114.0.203.in-addr.arpa");
    seen.ptr.ttl_spread = 86340;
    forward_confirms("old.example.com");
    judge(V4, "mta7.example.com");
    expect_verdict("hostname-mismatch", "pass");
    expect_safe_after(86400);
}

/* A resolver keeps the CNAMEs of a loop for their TTL: these records are wrong (RFC 2308 7
 * speaks of failures to answer). */
Test(verdict_names, a_loop_is_remembered_as_long_as_its_records)
{
    for (enum answer_kind kind = ANSWER_ALIAS_LOOP; kind <= ANSWER_ALIAS_CONFLICT; kind++) {
        answer_of(&seen.ptr, kind);
        seen.ptr.ttl = 86400;
        answer_add_alias(&seen.ptr, V4_REVERSE);
        judge(V4, NULL);
        expect_verdict("dns-error", "temperror");
        expect_safe_after(86400);
    }
}

/* A failed lookup of the expected name shows nothing about it, even if another name is confirmed.
 */
Test(verdict_names, an_expected_name_without_answer_is_no_mismatch)
{
    answer_of_name(&seen.ptr, "www.example.com", 3600);
    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_confirms("www.example.com");
    forward_fails("mta7.example.com", ANSWER_SILENT);
    judge(V4, "mta7.example.com");
    expect_verdict("unanswered", "temperror");
    cr_expect_eq(judged.fix_count, 0);
    seen.forwards[1].answer.kind = ANSWER_SERVFAIL;
    judge(V4, "MTA7.example.com");
    expect_verdict("dns-error", "temperror");
    expect_fix(0, "failing-zone-operator", "");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    judge(V4, "mta8.example.com"); /* no PTR name, whatever the others are */
    expect_verdict("hostname-mismatch", "pass");
}

Test(verdict_names, a_failing_name_is_remembered_for_five_minutes)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 86400);
    forward_fails("mta7.example.com", ANSWER_SERVFAIL);
    judge(V4, NULL);
    expect_verdict("dns-error", "temperror");
    expect_safe_after(300);
}

Test(verdict_names, flaky_is_an_answer_after_failed_tries)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_confirms("mta7.example.com");
    seen.ptr.tries = 2;
    judge(V4, NULL);
    expect_findings("flaky");
    seen.ptr.tries = 1;
    seen.forwards[0].answer.tries = 3;
    judge(V4, NULL);
    expect_findings("flaky");
    cr_expect_eq(judged.worst, SEVERITY_INFO);
    forward_fails("b.example.com", ANSWER_SERVFAIL);
    seen.forwards[1].answer.tries = 4;
    seen.forwards[0].answer.tries = 1;
    judge(V4, NULL);
    expect_findings("");
}

/* ---- who is named beside lookups that fail, and beside old answers ---- */

Test(verdict_names, a_failing_name_that_is_not_expected_is_nobodys_to_repair)
{
    answer_of_name(&seen.ptr, "x.dead.example", 3600);
    forward_fails("x.dead.example", ANSWER_SERVFAIL);
    forward_confirms("mta7.example.com");
    judge(V4, "mta7.example.com");
    expect_verdict("dns-error", "temperror");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_safe_after(3600);
    judge(V4, "*.example.com");
    expect_fix(0, "reverse-zone-operator", "");
    judge(V4, "*.dead.example");
    expect_fix(0, "failing-zone-operator", "");
    judge(V4, NULL);
    expect_fix(0, "failing-zone-operator", "");
}

Test(verdict_names, an_expected_name_without_address_is_repaired_beside_a_failing_name)
{
    answer_of_name(&seen.ptr, "x.dead.example", 3600);
    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_fails("x.dead.example", ANSWER_SERVFAIL);
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 120);
    judge(V4, "mta7.example.com");
    expect_verdict("dns-error", "temperror");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
}

Test(verdict_names, an_expected_name_that_fails_is_named_beside_the_ptr_record)
{
    answer_of_name(&seen.ptr, "old.example.com", 60);
    forward_confirms("old.example.com");
    forward_fails("mta7.example.com", ANSWER_SERVFAIL);
    judge(V4, "mta7.example.com");
    expect_verdict("hostname-mismatch", "pass");
    cr_expect_eq(judged.fix_count, 2);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_fix(1, "failing-zone-operator", "");
    cr_expect(judged.fixes[1].has_question);
    cr_expect_eq(judged.fixes[1].type, RR_A);
    struct dnsname failed = name_of("mta7.example.com");
    cr_expect(dnsname_equal(&judged.fixes[1].owner, &failed));
    expect_safe_after(300);
}

Test(verdict_names, a_resolver_that_filters_the_expected_name_is_no_fault_of_its_zone)
{
    answer_of_name(&seen.ptr, "old.example.com", 60);
    forward_confirms("old.example.com");
    forward_fails("mta7.example.com", ANSWER_FILTERED);
    judge(V4, "mta7.example.com");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    cr_expect_eq(judged.culprit, CULPRIT_ZONE);
}

Test(verdict_names, an_expected_name_that_may_be_in_the_rest_of_the_list_is_not_missing)
{
    answer_of_name(&seen.ptr, "x.dead.example", 3600);
    seen.ptr.truncated = true;
    forward_fails("x.dead.example", ANSWER_SERVFAIL);
    judge(V4, "mta7.example.com");
    expect_verdict("dns-error", "temperror");
    expect_fix(0, "failing-zone-operator", "");
}

Test(verdict_names, a_name_of_an_old_answer_is_nobodys_to_repair)
{
    answer_of_name(&seen.ptr, "gone.example.com", 30);
    seen.ptr.extended_error = 3;
    forward_nothing("gone.example.com", ANSWER_NXDOMAIN, 120);
    judge(V4, NULL);
    expect_verdict("no-forward", "fail");
    cr_expect_eq(judged.fix_count, 0, "a new answer may hold another name");
    cr_expect_eq(judged.culprit, CULPRIT_CACHE);
    judge(V4, "gone.example.com");
    expect_fix(0, "host-name-owner", "gone.example.com. 3600 IN A 203.0.114.7");
}

Test(verdict_names, an_empty_zone_of_the_resolver_is_nobodys_to_repair)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "10.in-addr.arpa", 900);
    seen.ptr.soa_mname = name_of("localhost");
    seen.ptr.soa_rname = name_of("nobody.invalid");
    judge("10.0.0.7", NULL);
    expect_verdict("no-ptr", "permerror");
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_eq(judged.culprit, CULPRIT_OPEN);
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 120);
    seen.forwards[0].answer.has_soa = true;
    judge("10.0.0.7", "mta7.example.com");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 10.0.0.7");
    cr_expect_eq(judged.culprit, CULPRIT_ZONE, "the address record is known to be missing");
    judge(V4, NULL);
    expect_fix(0, "reverse-zone-operator", "");
}

Test(verdict_names, of_more_names_than_are_looked_up_none_needs_an_address)
{
    answer_of_name(&seen.ptr, "n1.example.com", 3600);
    seen.ptr.total = 11;
    forward_nothing("n1.example.com", ANSWER_NXDOMAIN, 120);
    judge(V4, NULL);
    expect_verdict("no-forward", "fail");
    expect_findings("multiple-ptr ptr-names-cut");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator", "");
    judge(V4, "n1.example.com");
    expect_fix(0, "host-name-owner", "n1.example.com. 3600 IN A 203.0.114.7");
}

/* ---- the record as text ---- */

Test(verdict_names, a_name_of_private_networks_is_none_of_a_public_address)
{
    answer_of_name(&seen.ptr, "mta7.Corp.LOCAL", 900);
    forward_confirms("mta7.corp.local");
    judge(V4, NULL);
    expect_verdict("ptr-invalid", "fail");
    expect_findings("invalid-name");
    expect_fix(0, "reverse-zone-operator", "");
    judge(V4, "mta7.corp.local");
    expect_verdict("ptr-invalid", "fail");
    expect_fix(0, "reverse-zone-operator", "");
    judge(V4, "mta7.example.com");
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    judge("10.0.0.7", NULL);
    expect_verdict("pass", "pass");
}

static unsigned two_labels_but_co_uk(void *list, const struct dnsname *name)
{
    struct dnsname suffix = name_of("co.uk");
    (void)list;
    return dnsname_equal(name, &suffix) ? 0 : 2;
}

Test(verdict_names, a_registry_is_not_asked_to_give_its_suffix_an_address)
{
    struct evidence evidence = {
        .address = address_of(V4), .seen = &seen, .registrable_labels = two_labels_but_co_uk};

    answer_of_name(&seen.ptr, "co.uk", 900);
    forward_nothing("co.uk", ANSWER_NODATA, 60);
    judge_with(evidence, NULL);
    expect_verdict("no-forward", "fail");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator", "");
    expect_safe_after(900);

    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_nothing("mta7.example.com", ANSWER_NODATA, 60);
    judge_with(evidence, NULL);
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
}

Test(verdict_names, a_printed_record_is_one_line_of_a_zone_whatever_the_name_holds)
{
    char text[FIX_TEXT_MAX];
    struct fix fix = {.who = FIXER_REVERSE_ZONE, .has_record = true, .type = RR_PTR};
    fix.owner = name_of("a\\010b\\;c.in-addr.arpa");
    fix.host = name_of(".");
    size_t length = fix_print(text, &fix);
    cr_expect_str_eq(text, "a\\010b\\059c.in-addr.arpa. 3600 IN PTR .");
    cr_expect_eq(length, strlen(text));
}

Test(verdict_names, the_longest_record_fits)
{
    char text[FIX_TEXT_MAX];
    struct fix fix = {.who = FIXER_REVERSE_ZONE, .has_record = true, .type = RR_PTR};
    struct dnsname *name = &fix.owner;
    name->length = DNSNAME_MAX;
    memset(name->wire, 1, sizeof(name->wire)); /* each octet is written \001 */
    name->wire[0] = name->wire[64] = name->wire[128] = 63;
    name->wire[192] = 61;
    name->wire[254] = 0;
    dnsname_copy(&fix.host, name);
    cr_expect_eq(fix_print(text, &fix), 2 * (250 * 4 + 4) + strlen(" 3600 IN PTR "));
}
