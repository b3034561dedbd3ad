#include "reports/row_blame.h"

#include "tests/unit/support.h"

#include "audit/verdict.h"

static struct observation seen;
static struct judgement judgement;
static struct row_vantages vantages;
static struct evidence evidence;
static struct dnsname expected;

static void judge(const char *expected_name)
{
    evidence = (struct evidence){.address = address_of("203.0.114.7"), .seen = &seen};
    if (expected_name) {
        expected = name_of(expected_name);
        evidence.expected = &expected;
    }
    verdict_of(&judgement, &evidence);
}

static void question(uint16_t type, const char *name, enum servers_agree servers)
{
    unsigned i = vantages.question_count++;

    vantages.answers[i].ask.question = (struct question){.name = name_of(name), .type = type};
    vantages.questions[i] = (struct row_question){.first = i, .count = 1, .servers = servers};
}

static struct answer *forward(const char *host)
{
    struct forward *forward = &seen.forwards[seen.forward_count++];

    forward->host = name_of(host);
    answer_of_nothing(&forward->answer, ANSWER_NXDOMAIN, "example", 900);
    return &forward->answer;
}

/* No PTR record, and no address record of the expected name. */
static void begin_missing(void)
{
    answer_of_nothing(&seen.ptr, ANSWER_NXDOMAIN, "114.0.203.in-addr.arpa", 900);
    seen.forward_count = 0;
    forward("mta7.example");
    judge("mta7.example");
    cr_assert_eq(judgement.fix_count, 2);
}

static void expect_parties(const char *parties)
{
    char text[128] = "";

    row_blame(&judgement, &evidence, &vantages);
    for (unsigned i = 0; i < judgement.fix_count; i++) {
        if (i > 0)
            strcat(text, " ");
        strcat(text, fixer_row(judgement.fixes[i].who)->key);
    }
    cr_expect_str_eq(text, parties);
}

Test(row_blame, without_questions_nothing_changes)
{
    begin_missing();
    expect_parties("reverse-zone-operator host-name-owner");
}

Test(row_blame, each_fix_is_about_its_own_zone)
{
    begin_missing();
    question(RR_PTR, "7.114.0.203.in-addr.arpa", SERVERS_NEWER);
    expect_parties("host-name-owner");
    begin_missing();
    vantages.question_count = 0;
    question(RR_A, "mta7.example", SERVERS_NEWER);
    expect_parties("reverse-zone-operator");
    cr_expect_eq(judgement.culprit, CULPRIT_ZONE);
}

Test(row_blame, other_types_and_names_are_not_about_it)
{
    begin_missing();
    question(RR_AAAA, "mta7.example", SERVERS_NEWER);
    question(RR_A, "other.example", SERVERS_NEWER);
    expect_parties("reverse-zone-operator host-name-owner");
}

Test(row_blame, all_may_be_old)
{
    begin_missing();
    question(RR_PTR, "7.114.0.203.in-addr.arpa", SERVERS_NEWER);
    question(RR_A, "mta7.example", SERVERS_NEWER);
    expect_parties("");
    cr_expect_eq(judgement.culprit, CULPRIT_CACHE);
}

Test(row_blame, servers_that_differ_outweigh_those_that_agree)
{
    begin_missing();
    question(RR_PTR, "7.114.0.203.in-addr.arpa", SERVERS_NEWER);
    question(RR_PTR, "7.rev.example", SERVERS_DIFFER);
    expect_parties("reverse-zone-operator host-name-owner");
}

Test(row_blame, a_name_from_an_old_ptr_answer_needs_no_repair)
{
    answer_of_name(&seen.ptr, "old7.example", 3600);
    seen.forward_count = 0;
    forward("old7.example");
    judge(NULL);
    cr_assert_eq(judgement.verdict, VERDICT_NO_FORWARD);
    question(RR_PTR, "7.114.0.203.in-addr.arpa", SERVERS_NEWER);
    expect_parties("");
}

Test(row_blame, the_end_of_a_chain_counts_for_its_host)
{
    begin_missing();
    answer_add_alias(&seen.forwards[0].answer, "real.example");
    question(RR_A, "real.example", SERVERS_NEWER);
    expect_parties("reverse-zone-operator");
}

Test(row_blame, a_failed_lookup_is_not_answered_by_servers)
{
    answer_of(&seen.ptr, ANSWER_SERVFAIL);
    seen.forward_count = 0;
    judge(NULL);
    question(RR_PTR, "7.114.0.203.in-addr.arpa", SERVERS_NEWER);
    expect_parties("failing-zone-operator");
}
