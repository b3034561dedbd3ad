#include "tests/unit/audit/judging.h"

/* ---- the tables ---- */

Test(verdict, table_is_that_of_the_rules)
{
    static const struct {
        const char *key, *iprev, *fixer, *severity;
    } rows[] = {
        {"pass", "pass", "", "none"},
        {"hostname-mismatch", "pass", "reverse-zone-operator", "fail"},
        {"no-ptr", "permerror", "reverse-zone-operator", "fail"},
        {"ptr-invalid", "fail", "reverse-zone-operator", "fail"},
        {"no-forward", "fail", "host-name-owner", "fail"},
        {"forward-mismatch", "fail", "host-name-owner", "fail"},
        {"dns-error", "temperror", "failing-zone-operator", "fail"},
        {"unanswered", "temperror", "", "warn"},
        {"not-public", "", "", "info"},
    };
    cr_assert_eq(sizeof(rows) / sizeof(rows[0]), VERDICTS);
    for (unsigned i = 0; i < VERDICTS; i++) {
        const struct verdict_row *row = verdict_row(i);
        cr_expect_str_eq(row->key, rows[i].key);
        cr_expect_str_eq(iprev_key(row->iprev), rows[i].iprev, "%s", row->key);
        cr_expect_str_eq(fixer_row(row->fixer)->key, rows[i].fixer, "%s", row->key);
        cr_expect_str_eq(severity_key(row->severity), rows[i].severity, "%s", row->key);
    }
}

Test(verdict, findings_are_those_of_the_rules)
{
    static const char *const keys[] = {
        "multiple-ptr",    "unconfirmed-name", "ptr-names-cut",  "ptr-alias",      "forward-alias",
        "invalid-name",    "generic-name-1",   "generic-name-2", "generic-name-3", "shared-name",
        "special-purpose", "short-ttl",        "no-soa",         "flaky",          "ipv4-mapped",
        "not-asked",       "inconsistent",     "proven-by-cut",  "flapping",       "stale-answer"};
    cr_assert_eq(sizeof(keys) / sizeof(keys[0]), FINDINGS);
    for (unsigned i = 0; i < FINDINGS; i++)
        cr_expect_str_eq(finding_row(i)->key, keys[i]);
    cr_expect_eq(finding_row(FINDING_PTR_ALIAS)->severity, SEVERITY_INFO,
                 "an alias is no fault (RFC 2317)");
}

Test(verdict, every_row_speaks_in_whole_sentences_and_names_its_source)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        const char *sentence = verdict_row(i)->sentence;
        cr_expect_eq(sentence[strlen(sentence) - 1], '.', "%s", sentence);
        cr_expect_eq(strncmp(verdict_row(i)->source, "RFC ", 4), 0);
    }
    for (unsigned i = 0; i < FINDINGS; i++) {
        const char *sentence = finding_row(i)->sentence;
        cr_expect_eq(sentence[strlen(sentence) - 1], '.', "%s", sentence);
        bool rfc = strncmp(finding_row(i)->source, "RFC ", 4) == 0;
        /* What is said of names rests on no RFC, but on what receivers do. */
        bool generic = i >= FINDING_GENERIC_NAME_1 && i <= FINDING_GENERIC_NAME_3;
        cr_expect(generic ? finding_row(i)->source[0] != '\0' : rfc, "%s", finding_row(i)->key);
    }
    for (unsigned i = 0; i < FIXERS; i++)
        cr_expect_neq(fixer_row(i)->title[0], '\0');
}

/* ---- each verdict ---- */

Test(verdict, pass)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_confirms("mta7.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("");
    cr_expect_eq(judged.worst, SEVERITY_NONE);
    cr_expect_eq(judged.confirmed, 1);
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_not(judged.has_safe_after);
    cr_expect_not(judged.has_reverse_zone);
}

Test(verdict, pass_with_the_expected_name_in_another_case)
{
    answer_of_name(&seen.ptr, "MTA7.Example.com", 3600);
    forward_confirms("mta7.example.COM");
    judge(V4, "mta7.example.com");
    expect_verdict("pass", "pass");
    cr_expect(judged.expected_is_ptr);
}

Test(verdict, hostname_mismatch)
{
    answer_of_name(&seen.ptr, "old.example.com", 3600);
    forward_confirms("old.example.com");
    forward_confirms("mta7.example.com");
    judge(V4, "mta7.example.com");
    expect_verdict("hostname-mismatch", "pass");
    cr_expect_eq(judged.worst, SEVERITY_FAIL);
    cr_expect_not(judged.expected_is_ptr);
    cr_expect(judged.expected_ready, "only the PTR is missing");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_safe_after(3600);
}

Test(verdict, expected_name_among_the_ptr_names_but_not_confirmed_is_a_mismatch)
{
    answer_of_name(&seen.ptr, "old.example.com", 3600);
    answer_add_name(&seen.ptr, "mta7.example.com");
    forward_confirms("old.example.com");
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 120);
    judge(V4, "mta7.example.com");
    expect_verdict("hostname-mismatch", "pass");
    expect_findings("multiple-ptr unconfirmed-name");
    cr_expect(judged.expected_is_ptr);
    cr_expect_not(judged.expected_ready);
    cr_expect_eq(judged.fix_count, 1, "the PTR record is there");
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    expect_safe_after(120);
}

Test(verdict, no_ptr_by_nxdomain)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "114.0.203.in-addr.arpa", 900);
    judge(V4, NULL);
    expect_verdict("no-ptr", "permerror");
    cr_expect(judged.has_reverse_zone);
    expect_name(&judged.reverse_zone, "114.0.203.in-addr.arpa");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "reverse-zone-operator", "");
    expect_safe_after(900);
}

Test(verdict, no_ptr_by_nodata_without_soa)
{
    answer_of_nothing(&seen.ptr, ANSWER_NODATA, NULL, 0);
    judge(V4, "mta7.example.com");
    expect_verdict("no-ptr", "permerror");
    cr_expect_not(judged.has_reverse_zone);
    cr_expect_not(judged.expected_ready, "it was not looked up");
    expect_fix(0, "reverse-zone-operator",
               "7.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
    expect_safe_after(0);
}

Test(verdict, no_ptr_by_an_alias_that_leads_nowhere)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "0-31.114.0.203.in-addr.arpa", 60);
    answer_add_alias(&seen.ptr, "7.0-31.114.0.203.in-addr.arpa");
    judge(V4, "mta7.example.com");
    expect_verdict("no-ptr", "permerror");
    expect_findings("ptr-alias");
    expect_name(&judged.reverse_zone, "0-31.114.0.203.in-addr.arpa");
    expect_fix(0, "reverse-zone-operator",
               "7.0-31.114.0.203.in-addr.arpa. 3600 IN PTR mta7.example.com.");
}

Test(verdict, ptr_invalid)
{
    static const char *const names[] = {
        ".", "203.0.114.7", "mail", "localhost.localdomain", V4_REVERSE, "ma_il.example.com"};
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        answer_of_name(&seen.ptr, names[i], 7200);
        judge(V4, NULL);
        expect_verdict("ptr-invalid", "fail");
        expect_findings("invalid-name");
        cr_expect_eq(judged.confirmed, 0);
        expect_fix(0, "reverse-zone-operator", "");
        expect_safe_after(7200);
    }
}

Test(verdict, a_name_that_can_be_no_host_name_is_never_confirmed)
{
    answer_of_name(&seen.ptr, "-mail.example.com", 7200);
    forward_confirms("-mail.example.com");
    judge(V4, NULL);
    expect_verdict("ptr-invalid", "fail");
    cr_expect_eq(judged.confirmed, 0);
}

Test(verdict, a_name_with_an_underscore_passes_if_it_is_confirmed)
{
    answer_of_name(&seen.ptr, "ma_il.example.com", 7200);
    forward_confirms("ma_il.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    expect_findings("invalid-name");
    cr_expect_eq(judged.confirmed, 1);
}

Test(verdict, a_name_with_an_underscore_that_is_not_confirmed_is_invalid)
{
    answer_of_name(&seen.ptr, "ma_il.example.com", 7200);
    forward_addresses("ma_il.example.com", "203.0.114.8", 600, false);
    judge(V4, NULL);
    expect_verdict("ptr-invalid", "fail");
    expect_fix(0, "reverse-zone-operator", "");
    judge(V4, "*.example.com");
    expect_verdict("ptr-invalid", "fail");
    expect_fix(0, "reverse-zone-operator", "");
}

Test(verdict, a_failed_lookup_of_a_name_with_an_underscore_is_no_verdict)
{
    answer_of_name(&seen.ptr, "ma_il.example.com", 7200);
    forward_fails("ma_il.example.com", ANSWER_SERVFAIL);
    judge(V4, NULL);
    expect_verdict("dns-error", "temperror");
    seen.forwards[0].answer.kind = ANSWER_SILENT;
    judge(V4, NULL);
    expect_verdict("unanswered", "temperror");
}

Test(verdict, no_forward)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_nothing("mta7.example.com", ANSWER_NODATA, 1800);
    judge(V4, NULL);
    expect_verdict("no-forward", "fail");
    cr_expect_eq(judged.fix_count, 1);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    expect_safe_after(1800);
    cr_expect_not(judged.has_reverse_zone, "that SOA speaks of the forward zone");
}

Test(verdict, forward_mismatch)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_addresses("mta7.example.com", "203.0.114.8", 86400, false);
    judge(V4, NULL);
    expect_verdict("forward-mismatch", "fail");
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    expect_safe_after(86400);
}

Test(verdict, dns_error)
{
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind <= ANSWER_UNBELIEVABLE; kind++) {
        answer_of(&seen.ptr, kind);
        judge(V4, "mta7.example.com");
        expect_verdict("dns-error", "temperror");
        expect_findings("");
        cr_expect_eq(judged.culprit, CULPRIT_ZONE);
        cr_expect_eq(judged.fix_count, 1);
        expect_fix(0, "failing-zone-operator", "");
        expect_safe_after(300);
    }
}

static void expect_no_party(enum culprit culprit)
{
    cr_expect_eq(judged.culprit, culprit);
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_not(judged.has_safe_after);
}

Test(verdict, an_error_that_no_zone_caused_has_no_party)
{
    answer_of(&seen.ptr, ANSWER_TRUNCATED);
    judge(V4, "mta7.example.com");
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_OPEN);
    answer_of(&seen.ptr, ANSWER_REFERRAL);
    judge(V4, "mta7.example.com");
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_RESOLVER);
}

Test(verdict, a_resolver_that_answers_nothing_is_at_fault)
{
    answer_of(&seen.ptr, ANSWER_SERVFAIL);
    judge_with((struct evidence){.address = address_of(V4), .seen = &seen, .resolvers_fail = true},
               NULL);
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_RESOLVER);
}

/* Missing records are never taken for absent; records that confirm are proof. */
Test(verdict, a_truncated_list_of_names)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    seen.ptr.truncated = true;
    forward_addresses("mta7.example.com", "203.0.114.8", 86400, false);
    judge(V4, NULL);
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_OPEN);
    seen.forward_count = 0;
    forward_confirms("mta7.example.com");
    judge(V4, NULL);
    expect_verdict("pass", "pass");
    judge(V4, "mta7.example.com");
    expect_verdict("pass", "pass");
    judge(V4, "other.example.com");
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_OPEN);
    answer_of(&seen.ptr, ANSWER_RECORDS);
    seen.ptr.truncated = true;
    answer_add_name(&seen.ptr, "localhost");
    judge(V4, NULL);
    expect_verdict("dns-error", "temperror");
}

Test(verdict, a_truncated_answer_of_a_name_decides_nothing)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_fails("mta7.example.com", ANSWER_TRUNCATED);
    judge(V4, NULL);
    expect_verdict("dns-error", "temperror");
    expect_no_party(CULPRIT_OPEN);
}

static void blame(enum servers_agree first, enum servers_agree second)
{
    judgement_blame(&judged, (enum servers_agree[FIXES_MAX]){first, second});
}

Test(verdict, a_newer_answer_of_the_name_servers_needs_no_party)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "114.0.203.in-addr.arpa", 900);
    forward_nothing("mta7.example.com", ANSWER_NXDOMAIN, 900);
    judge(V4, "mta7.example.com");
    cr_assert_eq(judged.fix_count, 2);
    blame(SERVERS_SAME, SERVERS_DIFFER);
    cr_expect_eq(judged.fix_count, 2);
    blame(SERVERS_NEWER, SERVERS_UNKNOWN);
    cr_assert_eq(judged.fix_count, 1);
    cr_expect_eq(judged.culprit, CULPRIT_ZONE);
    cr_expect(judged.has_safe_after);
    expect_fix(0, "host-name-owner", "mta7.example.com. 3600 IN A 203.0.114.7");
    blame(SERVERS_NEWER, SERVERS_UNKNOWN);
    expect_no_party(CULPRIT_CACHE);
}

Test(verdict, unanswered_has_no_party)
{
    answer_of(&seen.ptr, ANSWER_SILENT);
    seen.ptr.tries = 4;
    judge(V4, "mta7.example.com");
    expect_verdict("unanswered", "temperror");
    expect_findings("");
    cr_expect_eq(judged.worst, SEVERITY_WARN);
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_not(judged.has_safe_after);
}

Test(verdict, not_asked)
{
    judge_with((struct evidence){.address = address_of(V4)}, "mta7.example.com");
    expect_verdict("unanswered", "temperror");
    expect_findings("not-asked");
    cr_expect_eq(judged.worst, SEVERITY_WARN);
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_eq(judged.confirmed, 0);
    cr_expect_not(judged.has_safe_after);
    cr_expect_not(judged.has_reverse_zone);
}

Test(verdict, special_purpose_is_skipped_or_audited)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_addresses("mta7.example.com", "198.51.100.7", 600, true);
    struct evidence evidence = {.address = address_of("198.51.100.7"), .seen = &seen};
    judge_with(evidence, NULL);
    expect_verdict("pass", "pass");
    expect_findings("special-purpose");
    cr_expect_eq(judged.worst, SEVERITY_INFO);

    evidence.skip_special = true;
    judge_with(evidence, NULL);
    expect_verdict("not-public", "");
    evidence.seen = NULL;
    judge_with(evidence, "mta7.example.com");
    expect_verdict("not-public", "");
    expect_findings("");
    cr_expect_eq(judged.worst, SEVERITY_INFO);
    cr_expect_eq(judged.fix_count, 0);

    evidence.address = address_of(V4);
    judge_with(evidence, NULL);
    expect_verdict("unanswered", "temperror");
}

Test(verdict, mapped_is_told_beside_any_verdict)
{
    answer_of_name(&seen.ptr, "mta7.example.com", 3600);
    forward_confirms("mta7.example.com");
    judge_with((struct evidence){.address = address_of(V4), .seen = &seen, .mapped = true}, NULL);
    expect_verdict("pass", "pass");
    expect_findings("ipv4-mapped");
    judge_with(
        (struct evidence){.address = address_of("10.0.0.1"), .mapped = true, .skip_special = true},
        NULL);
    expect_verdict("not-public", "");
    expect_findings("ipv4-mapped");
}

static unsigned two_labels(void *list, const struct dnsname *name)
{
    (void)list, (void)name;
    return 2;
}

static uint32_t generic_findings(const char *name, registrable_labels_fn *labels)
{
    struct judgement judgement;
    static struct observation named;
    struct evidence evidence = {.seen = &named, .registrable_labels = labels};
    cr_assert(ipaddr_parse(&evidence.address, "198.51.100.7", 12));
    named =
        (struct observation){.ptr = {.kind = ANSWER_RECORDS, .tries = 1, .total = 1, .kept = 1}};
    cr_assert(dnsname_from_text(&named.ptr.records.names[0], name, strlen(name)));
    verdict_of(&judgement, &evidence);
    return judgement.findings;
}

Test(verdict, a_generic_name_is_one_finding_of_its_tier)
{
    uint32_t all = 7u << FINDING_GENERIC_NAME_1;
    cr_expect_eq(generic_findings("mta7.example.net", two_labels) & all, 0);
    cr_expect_eq(generic_findings("vps7.example.net", two_labels) & all,
                 1u << FINDING_GENERIC_NAME_1);
    cr_expect_eq(generic_findings("dyn7.pool.example.net", two_labels) & all,
                 1u << FINDING_GENERIC_NAME_2);
    cr_expect_eq(generic_findings("7-100-51-198.example.net", two_labels) & all,
                 1u << FINDING_GENERIC_NAME_3);
    cr_expect_eq(generic_findings("7-100-51-198.example.net", NULL) & all, 0, "not looked at");
}

/* Resolvers take such records out of an answer, and leave it without a SOA. */
Test(verdict, an_address_inside_networks_may_be_missing_for_a_filter)
{
    answer_of_name(&seen.ptr, "mail.example.com", 7200);
    forward_nothing("mail.example.com", ANSWER_NODATA, 0);
    seen.forwards[0].answer.has_soa = false;
    judge("10.0.0.7", NULL);
    expect_verdict("no-forward", "fail");
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_eq(judged.culprit, CULPRIT_OPEN);
    judge(V4, NULL);
    cr_expect_eq(judged.culprit, CULPRIT_ZONE);
    seen.forwards[0].answer.has_soa = true;
    judge("10.0.0.7", NULL);
    cr_expect_eq(judged.culprit, CULPRIT_ZONE);
}

Test(verdict, a_name_at_the_unspecified_address_may_be_blocked_by_the_resolver)
{
    answer_of_name(&seen.ptr, "mail.example.com", 7200);
    forward_addresses("mail.example.com", "0.0.0.0", 600, false);
    judge(V4, NULL);
    expect_verdict("forward-mismatch", "fail");
    cr_expect_eq(judged.fix_count, 0);
    cr_expect_eq(judged.culprit, CULPRIT_OPEN);
    seen.forwards[0].answer.total = 2;
    judge(V4, NULL);
    cr_expect_eq(judged.culprit, CULPRIT_ZONE);
}
