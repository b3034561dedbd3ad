#include "tests/unit/reports/made_set.h"

TestSuite(audit_csv, .init = make_folder, .fini = drop_folder);

static struct made_row made;

#define COLUMNS                                                                            \
    "line,ip,expected_hostname,iprev,verdict,ptr_names,confirmed_names,forward_addresses," \
    "findings,"                                                                            \
    "fix_owner,fix_record,reverse_zone,safe_after,tries,elapsed_ms,checked_at,receivers"
#define HEADER COLUMNS ",findings_safe_after,reverse_contact,reverse_servers,extended_errors\r\n"

/* audit.csv with one row. */
static char *csv_of(uint64_t line)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    report_set_row(set, made_row(&made, line));
    commit(set);
    return text_of("audit.csv");
}

#define cr_csv(expected_row)                                   \
    do {                                                       \
        char *text = csv_of(7);                                \
        cr_assert_str_eq(text, HEADER expected_row ",,,\r\n"); \
        free(text);                                            \
    } while (0)

Test(audit_csv, row_of_a_pass)
{
    made_begin(&made, "8.8.8.8", "DNS.google");
    made_confirmed(&made, "dns.google");
    made_has(&made, &made.seen.forwards[0].answer, "8.8.4.4");
    cr_csv("7,8.8.8.8,DNS.google,pass,pass,dns.google,dns.google,8.8.8.8;8.8.4.4,,,,,,2,12,2026-11-"
           "23T12:38:"
           "49Z,,");
}

/* Nothing must be fixed, but two findings ask for a change: the row shows the later time. */
Test(audit_csv, row_of_a_pass_with_findings)
{
    made_begin(&made, "8.8.8.8", NULL);
    made_confirmed(&made, "dns.google");
    made_confirmed(&made, "other.google");
    made.seen.forwards[1].answer.ttl = 60;
    cr_csv("7,8.8.8.8,,pass,pass,dns.google;other.google,dns.google;other.google,8.8.8.8,"
           "multiple-ptr;short-ttl,,,,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,"
           "multiple-ptr=2026-11-23T13:38:49Z;short-ttl=2026-11-23T12:39:49Z");
}

Test(audit_csv, row_of_a_missing_ptr)
{
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_soa(&made.seen.ptr, "8.8.8.in-addr.arpa", "ns.example", "admin.example");
    made_forward(&made, "mta.example.com", ANSWER_NXDOMAIN);
    cr_csv("7,8.8.8.8,mta.example.com,permerror,no-ptr,,,,no-soa,reverse-zone-operator;host-name-"
           "owner,"
           "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.;mta.example.com. 3600 IN A 8.8.8.8,"
           "8.8.8.in-addr.arpa,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,no-soa=2026-11-"
           "23T12:43:49Z");
}

Test(audit_csv, a_fix_without_record_gives_an_empty_value)
{
    made_begin(&made, "8.8.8.8", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    cr_csv("7,8.8.8.8,,temperror,dns-error,,,,,failing-zone-operator,,,2026-11-23T12:43:49Z,2,12,"
           "2026-11-23T12:38:49Z,,");
}

Test(audit_csv, row_of_an_address_that_was_not_asked)
{
    made_begin(&made, "2001:4860:4860::8888", NULL);
    made.evidence.seen = NULL;
    cr_csv("7,2001:4860:4860::8888,,temperror,unanswered,,,,not-asked,,,,,,,,,");
}

Test(audit_csv, guards_each_value_and_counts_what_was_cut)
{
    char *text;

    made_begin(&made, "8.8.8.8", NULL);
    made_ptr(&made, "=cmd.example");
    for (unsigned i = 0; i < 14; i++)
        made_ptr(&made, i == 0 ? "a,b\"c.example" : "-x.example");
    text = csv_of(1);
    cr_assert_not_null(strstr(text, ",ptr-invalid,\"'=cmd.example;a,b\\034c.example;'-x.example;"),
                       "%s", text);
    cr_assert_not_null(
        strstr(text, ";'-x.example;(5 more)\",,,multiple-ptr;ptr-names-cut;invalid-name,"));
    free(text);
}

Test(audit_csv, omits_addresses_of_names_without_ptr)
{
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_ptr(&made, "old.example.com");
    made_has(&made, made_forward(&made, "old.example.com", ANSWER_RECORDS), "192.0.2.1");
    made_has(&made, made_forward(&made, "mta.example.com", ANSWER_RECORDS), "8.8.8.8");
    cr_csv("7,8.8.8.8,mta.example.com,fail,forward-mismatch,old.example.com,,192.0.2.1,,reverse-"
           "zone-operator,"
           "8.8.8.8.in-addr.arpa. 3600 IN PTR "
           "mta.example.com.,,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,");
}
