/* audit.jsonl: the columns of audit.csv as keys. */
#include "tests/unit/reports/made_set.h"

#include <unistd.h>

TestSuite(audit_jsonl, .init = make_folder, .fini = drop_folder);

static struct made_row made;

static char *jsonl_of(uint64_t line)
{
    struct report_plan plan = plan_of(1);
    plan.jsonl = true;
    struct report_set *set = open_set(&plan);

    report_set_row(set, made_row(&made, line));
    commit(set);
    return text_of("audit.jsonl");
}

#define cr_jsonl(expected)                     \
    do {                                       \
        char *text = jsonl_of(7);              \
        cr_assert_str_eq(text, expected "\n"); \
        free(text);                            \
    } while (0)

Test(audit_jsonl, object_of_a_pass)
{
    made_begin(&made, "8.8.8.8", "DNS.google");
    made_confirmed(&made, "dns.google");
    made_has(&made, &made.seen.forwards[0].answer, "8.8.4.4");
    cr_jsonl("{\"source\":\"fleet.csv\",\"line\":7,\"ip\":\"8.8.8.8\","
             "\"expected_hostname\":\"DNS.google\",\"iprev\":\"pass\",\"verdict\":\"pass\","
             "\"ptr_names\":[\"dns.google\"],\"confirmed_names\":[\"dns.google\"],"
             "\"forward_addresses\":[\"8.8.8.8\",\"8.8.4.4\"],\"findings\":[],\"fix_owner\":[],"
             "\"fix_record\":[],\"reverse_zone\":null,\"safe_after\":null,\"tries\":2,"
             "\"elapsed_ms\":12,\"checked_at\":\"2026-11-23T12:38:49Z\",\"receivers\":{},"
             "\"findings_safe_after\":{},\"reverse_contact\":null,\"reverse_servers\":[],"
             "\"extended_errors\":[]}");
}

Test(audit_jsonl, a_fix_without_record_is_null)
{
    made_begin(&made, "8.8.8.8", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    char *text = jsonl_of(7);
    cr_assert(has_text(text, "\"fix_owner\":[\"failing-zone-operator\"],\"fix_record\":[null],"),
              "%s", text);
    free(text);
}

/* No apostrophe: nothing runs formulas here. Octets of names keep their form of audit.csv. */
Test(audit_jsonl, names_are_data)
{
    made_begin(&made, "8.8.8.8", NULL);
    made_ptr(&made, "=1+1.\\\"\\027\\\\x.example");
    char *text = jsonl_of(7);
    cr_assert(has_text(text, "\"ptr_names\":[\"=1+1."), "%s", text);
    cr_assert_not(has_text(text, "\x1b"));
    free(text);
}

/* The file of an earlier report does not outlive one without it. */
Test(audit_jsonl, only_where_it_is_wanted)
{
    struct report_plan plan = plan_of(1);

    made_begin(&made, "8.8.8.8", NULL);
    free(jsonl_of(7));
    plan.jsonl = plan.gzip = true;
    commit(open_set(&plan));
    cr_expect_neq(faccessat(opened.fd, "audit.jsonl", F_OK, 0), 0);
    cr_expect_eq(faccessat(opened.fd, "audit.jsonl.gz", F_OK, 0), 0);
    plan.jsonl = plan.gzip = false;
    commit(open_set(&plan));
    cr_expect_neq(faccessat(opened.fd, "audit.jsonl", F_OK, 0), 0);
    cr_expect_neq(faccessat(opened.fd, "audit.jsonl.gz", F_OK, 0), 0);
}
