/* What two vantages say, and when it is not the same. */
#include "audit/vantage.h"

#include "tests/unit/audit/judging.h"

static struct answer answers[2];
static struct answer_summary summaries[2];

static void tell(unsigned i, uint16_t type, bool at_end)
{
    memset(&summaries[i], 0x5a, sizeof(summaries[i]));
    answer_summary_of(&summaries[i], &answers[i], type, at_end);
}

static void expect_differ(uint16_t type, bool differ)
{
    tell(0, type, false);
    tell(1, type, false);
    cr_expect_eq(answer_summary_differs(&summaries[0], &summaries[1]), differ, "%s | %s",
                 summaries[0].text, summaries[1].text);
    cr_expect_eq(answer_summary_differs(&summaries[1], &summaries[0]), differ);
}

static void ptr_names(unsigned i, unsigned count, const char *const names[])
{
    answer_of(&answers[i], ANSWER_RECORDS);
    for (unsigned j = 0; j < count; j++)
        answer_add_name(&answers[i], names[j]);
}

Test(vantage, summary_names_in_lower_case_and_in_order)
{
    ptr_names(0, 3, (const char *[]){"MTA7.example.com", "b.example", "A\\.x.example"});
    tell(0, RR_PTR, true);
    cr_expect_eq(summaries[0].kind, SUMMARY_NAMES);
    cr_expect_str_eq(summaries[0].text, "a\\.x.example b.example mta7.example.com");
}

Test(vantage, order_and_case_make_no_difference)
{
    ptr_names(0, 2, (const char *[]){"a.example", "b.example"});
    ptr_names(1, 2, (const char *[]){"B.example", "A.example"});
    expect_differ(RR_PTR, false);
}

Test(vantage, another_name_makes_one)
{
    ptr_names(0, 2, (const char *[]){"a.example", "b.example"});
    ptr_names(1, 1, (const char *[]){"a.example"});
    expect_differ(RR_PTR, true);
    ptr_names(1, 2, (const char *[]){"a.example", "c.example"});
    expect_differ(RR_PTR, true);
}

/* Which ten of eleven a server gives is chance. */
Test(vantage, names_of_a_list_that_was_cut_are_not_compared)
{
    char name[16];
    ptr_names(0, 0, NULL);
    for (unsigned i = 0; i < 11; i++) {
        snprintf(name, sizeof(name), "mta%u.example", i);
        answer_add_name(&answers[0], name);
    }
    ptr_names(1, 1, (const char *[]){"other.example"});
    expect_differ(RR_PTR, false);
    cr_expect_eq(summaries[0].kind, SUMMARY_MANY);
    answer_of_nothing(&answers[1], ANSWER_NXDOMAIN, NULL, 0);
    expect_differ(RR_PTR, true);
}

Test(vantage, all_ten_names_fit_however_long)
{
    char label[64], name[DNSNAME_TEXT_MAX];
    answer_of(&answers[0], ANSWER_RECORDS);
    for (unsigned i = 0; i < 10; i++) {
        size_t used = 0;
        for (unsigned j = 0; j < 62; j++)
            memcpy(name + used, "\\001.\\001.", 10), used += 10;
        snprintf(label, sizeof(label), "\\00%u", i);
        memcpy(name + used, label, 5);
        answer_add_name(&answers[0], name);
    }
    tell(0, RR_PTR, true);
    cr_expect_eq(summaries[0].kind, SUMMARY_NAMES);
    cr_expect_lt(strlen(summaries[0].text), (size_t)ANSWER_SUMMARY_TEXT_MAX);
}

Test(vantage, by_which_answer_there_is_nothing_makes_no_difference)
{
    answer_of_nothing(&answers[0], ANSWER_NXDOMAIN, "example", 60);
    answer_of_nothing(&answers[1], ANSWER_NODATA, NULL, 0);
    expect_differ(RR_PTR, false);
    cr_expect_eq(summaries[0].kind, SUMMARY_NOTHING);
    cr_expect_str_eq(summaries[0].text, "");
}

Test(vantage, what_failed_differs_from_nothing)
{
    static const enum answer_kind failures[] = {
        ANSWER_SERVFAIL,   ANSWER_REFUSED, ANSWER_OTHER_RCODE,  ANSWER_ALIAS_LOOP,
        ANSWER_ALIAS_LONG, ANSWER_SILENT,  ANSWER_UNBELIEVABLE, ANSWER_ALIAS_CONFLICT};
    ptr_names(0, 1, (const char *[]){"a.example"});
    for (unsigned i = 0; i < sizeof(failures) / sizeof(failures[0]); i++) {
        answer_of(&answers[1], failures[i]);
        expect_differ(RR_PTR, false);
        cr_expect_eq(summaries[1].kind, SUMMARY_NONE);
    }
}

/* Round robin: each server gives other addresses, and all of them the one that matters. */
Test(vantage, other_addresses_beside_the_one_make_no_difference)
{
    answer_of_address(&answers[0], V4, 60, true);
    answer_of_address(&answers[1], "192.0.2.9", 60, true);
    expect_differ(RR_A, false);
    answer_of_address(&answers[1], "192.0.2.9", 60, false);
    expect_differ(RR_A, true);
    cr_expect_eq(summaries[1].kind, SUMMARY_OTHERS);
    cr_expect_str_eq(summaries[1].text, "192.0.2.9");
    answer_of_address(&answers[0], "192.0.2.10", 60, false);
    expect_differ(RR_A, false);
    answer_of_nothing(&answers[0], ANSWER_NODATA, NULL, 0);
    expect_differ(RR_A, true);
}

Test(vantage, at_the_name_an_alias_is_what_is_said)
{
    answer_of_name(&answers[0], "mta.example", 60);
    answer_add_alias(&answers[0], "65.64/28.Example");
    answer_add_alias(&answers[0], "end.example");
    answer_of_nothing(&answers[1], ANSWER_NODATA, NULL, 0); /* a server that has only the CNAME */
    answer_add_alias(&answers[1], "65.64/28.example");
    expect_differ(RR_PTR, false);
    cr_expect_eq(summaries[0].kind, SUMMARY_ALIAS);
    cr_expect_str_eq(summaries[0].text, "65.64/28.example");
    answer_of_nothing(&answers[1], ANSWER_NODATA, NULL, 0);
    answer_add_alias(&answers[1], "66.64/28.example");
    expect_differ(RR_PTR, true);
    tell(0, RR_PTR, true);
    cr_expect_eq(summaries[0].kind, SUMMARY_NAMES);
    cr_expect_str_eq(summaries[0].text, "mta.example");
}

/* ---- questions for name servers ---- */

static struct server_questions questions;

static void expect_ask(unsigned i, uint16_t type, const char *name, bool at_end)
{
    cr_assert_lt(i, questions.count);
    cr_expect_eq(questions.questions[i].type, type);
    cr_expect_eq(questions.questions[i].at_end, at_end);
    expect_name(questions.questions[i].name, name);
}

Test(vantage, asks_servers_for_what_was_asked)
{
    struct ipaddr address = address_of(V4);
    answer_of_name(&seen.ptr, "mta.example", 60);
    forward_confirms("mta.example");
    server_questions_of(&questions, &address, &seen);
    cr_assert_eq(questions.count, 2);
    expect_ask(0, RR_PTR, "7.114.0.203.in-addr.arpa", false);
    expect_ask(1, RR_A, "mta.example", false);
}

Test(vantage, asks_for_the_ends_of_chains_too)
{
    struct ipaddr address = address_of(V6);
    struct dnsname end = name_of("end.example");
    answer_of_name(&seen.ptr, "mta.example", 60);
    answer_add_alias(&seen.ptr, "between.example");
    answer_add_alias(&seen.ptr, "end.example");
    answer_of_address(forward_slot("mta.example"), V6, 60, true);
    answer_add_alias(&seen.forwards[0].answer, "pool.example");
    server_questions_of(&questions, &address, &seen);
    cr_assert_eq(questions.count, 4);
    expect_ask(1, RR_PTR, "end.example", true);
    expect_ask(2, RR_AAAA, "mta.example", false);
    expect_ask(3, RR_AAAA, "pool.example", true);
    cr_expect_eq(server_questions_find(&questions, RR_PTR, &end), &questions.questions[1]);
    cr_expect_null(server_questions_find(&questions, RR_AAAA, &end));
}

Test(vantage, a_chain_that_fails_has_no_end)
{
    struct ipaddr address = address_of(V4);
    answer_of(&seen.ptr, ANSWER_ALIAS_LOOP);
    answer_add_alias(&seen.ptr, "loop.example");
    server_questions_of(&questions, &address, &seen);
    cr_expect_eq(questions.count, 1);
}

Test(vantage, has_room_for_every_question)
{
    struct ipaddr address = address_of(V4);
    char name[32];
    answer_of_name(&seen.ptr, "mta.example", 60);
    answer_add_alias(&seen.ptr, "end.example");
    for (unsigned i = 0; i < OBSERVATION_FORWARDS_MAX; i++) {
        snprintf(name, sizeof(name), "mta%u.example", i);
        struct answer *answer = forward_slot(name);
        answer_of_address(answer, V4, 60, true);
        snprintf(name, sizeof(name), "pool%u.example", i);
        answer_add_alias(answer, name);
    }
    server_questions_of(&questions, &address, &seen);
    cr_expect_eq(questions.count, SERVER_QUESTIONS_MAX);
}

/* ---- resolvers ---- */

static struct vantage_answer vantages[2];

static void look(unsigned i, const char *expected)
{
    struct dnsname host;
    struct evidence evidence = {.address = address_of(V4), .seen = &seen, .checked_at = ASKED_AT};
    if (expected) {
        host = name_of(expected);
        evidence.expected = &host;
    }
    memset(&vantages[i], 0x5a, sizeof(vantages[i]));
    vantage_answer_of(&vantages[i], &evidence);
}

static void see_confirmed(const char *host, uint32_t ttl)
{
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, host, 700);
    forward_addresses(host, V4, ttl, true);
}

Test(vantage, an_answer_lasts_as_long_as_its_longest_answer)
{
    see_confirmed("mta.example", 900);
    look(0, NULL);
    cr_expect_eq(vantages[0].verdict, VERDICT_PASS);
    cr_expect(vantage_answer_is_known(&vantages[0]));
    cr_expect_eq(vantages[0].until, ASKED_AT + 900);
    cr_expect_str_eq(vantages[0].ptr.text, "mta.example");
}

Test(vantage, answers_differ_by_names_or_by_what_they_come_to)
{
    see_confirmed("mta.example", 60);
    look(0, NULL);
    look(1, NULL);
    cr_expect_not(vantage_answer_differs(&vantages[0], &vantages[1]));
    see_confirmed("old.example", 60);
    look(1, NULL);
    cr_expect(vantage_answer_differs(&vantages[0], &vantages[1]), "both pass, by other names");
    seen.forward_count = 0;
    answer_of_name(&seen.ptr, "mta.example", 60);
    forward_addresses("mta.example", "192.0.2.9", 60, false);
    look(1, NULL);
    cr_expect(vantage_answer_differs(&vantages[0], &vantages[1]), "one name, another address");
}

Test(vantage, an_answer_without_an_answer_differs_from_none)
{
    see_confirmed("mta.example", 60);
    look(0, NULL);
    answer_of(&seen.ptr, ANSWER_SERVFAIL);
    look(1, NULL);
    cr_expect_not(vantage_answer_is_known(&vantages[1]));
    cr_expect_not(vantage_answer_differs(&vantages[0], &vantages[1]));
    struct evidence nothing = {.address = address_of(V4)};
    memset(&vantages[1], 0x5a, sizeof(vantages[1]));
    vantage_answer_of(&vantages[1], &nothing);
    cr_expect_not(vantage_answer_is_known(&vantages[1]));
    cr_expect_not(vantage_answer_differs(&vantages[1], &vantages[0]));
}

/* The name is the same; that its address could not be had says nothing. */
Test(vantage, a_forward_answer_that_failed_makes_no_difference)
{
    see_confirmed("mta.example", 60);
    look(0, NULL);
    seen.forward_count = 0;
    forward_fails("mta.example", ANSWER_SERVFAIL);
    look(1, NULL);
    cr_expect_eq(vantages[1].verdict, VERDICT_DNS_ERROR);
    cr_expect_not(vantage_answer_differs(&vantages[0], &vantages[1]));
    cr_expect_not(vantage_answer_differs(&vantages[1], &vantages[0]));
    answer_of_name(&seen.ptr, "other.example", 60);
    look(1, NULL);
    cr_expect(vantage_answer_differs(&vantages[0], &vantages[1]), "the names differ all the same");
}

Test(vantage, the_finding_warns_and_tells_how_long)
{
    see_confirmed("mta.example", 700);
    judge(V4, NULL);
    judgement_find_inconsistent(&judged, ASKED_AT + 300);
    expect_findings("inconsistent");
    cr_expect_eq(judged.worst, SEVERITY_WARN);
    cr_expect_not(judged.has_safe_after, "there is nothing else to fix");
    expect_finding_after(FINDING_INCONSISTENT, 300);
    expect_row_safe_after(300);
}

/* Both must be looked after: the row waits for the later one. */
Test(vantage, the_finding_stands_beside_a_fix)
{
    static const int64_t UNTIL[] = {600, 1200};

    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "100.51.198.in-addr.arpa", 900);
    for (unsigned i = 0; i < 2; i++) {
        judge(V4, NULL);
        judgement_find_inconsistent(&judged, ASKED_AT + UNTIL[i]);
        expect_safe_after(900);
        expect_finding_after(FINDING_INCONSISTENT, UNTIL[i]);
        expect_row_safe_after(i == 0 ? 900 : 1200);
    }
}

/* ---- what speaks against a verdict ---- */

Test(vantage, answers_of_name_servers_that_refute_a_verdict)
{
    static const struct {
        enum answer_summary_kind kind;
        uint16_t type;
        enum verdict verdict;
        bool refutes;
    } CASES[] = {
        {SUMMARY_NAMES, RR_PTR, VERDICT_NO_PTR, true},
        {SUMMARY_MANY, RR_PTR, VERDICT_NO_PTR, true},
        {SUMMARY_ALIAS, RR_PTR, VERDICT_NO_PTR, true},
        {SUMMARY_NOTHING, RR_PTR, VERDICT_FORWARD_MISMATCH, false},
        {SUMMARY_NONE, RR_PTR, VERDICT_NO_PTR, false},
        {SUMMARY_NAMES, RR_PTR, VERDICT_HOSTNAME_MISMATCH, true},
        {SUMMARY_HELD, RR_A, VERDICT_NO_FORWARD, true},
        {SUMMARY_HELD, RR_AAAA, VERDICT_FORWARD_MISMATCH, true},
        {SUMMARY_ALIAS, RR_A, VERDICT_NO_FORWARD, true},
        {SUMMARY_OTHERS, RR_A, VERDICT_NO_FORWARD, false},
        {SUMMARY_NOTHING, RR_A, VERDICT_FORWARD_MISMATCH, false},
        {SUMMARY_NONE, RR_A, VERDICT_NO_FORWARD, false},
        /* The expected name is ready; the PTR record is what is missing. */
        {SUMMARY_HELD, RR_A, VERDICT_NO_PTR, false},
        {SUMMARY_HELD, RR_A, VERDICT_HOSTNAME_MISMATCH, false},
    };

    for (size_t i = 0; i < sizeof(CASES) / sizeof(CASES[0]); i++) {
        struct answer_summary summary = {.kind = CASES[i].kind};
        cr_expect_eq(answer_summary_refutes(&summary, CASES[i].type, CASES[i].verdict),
                     CASES[i].refutes, "case %zu", i);
    }
}
