/* Resolvers that are alive and do not answer the run: no way to the root, a dead upstream, a policy
 * that refuses. Time is simulated. */
#include <stdio.h>

#include "io/lookup/health.h"
#include "tests/unit/io/lookup/asking.h"

enum { QUESTIONS = 2000, OUTAGE_MS = 30000 };

static unsigned kinds[ANSWER_KINDS];
static unsigned most_tries;
static int64_t from_ns, until_ns;

static void count(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    take_answer(context, owner, slot, answer);
    kinds[answer->kind]++;
    most_tries = answer->tries > most_tries ? answer->tries : most_tries;
}

static void begin(void (*script)(const struct fake_query *, struct fake_reply *))
{
    memset(kinds, 0, sizeof(kinds));
    most_tries = 0;
    options.give = count;
    options.patience_ms = 40000;
    from_ns = fake_now_ns + ms(20);
    until_ns = from_ns + ms(OUTAGE_MS);
    open_asker(script);
}

/* letter: s, names that are silent for good; m, others. */
static void ask_many(unsigned questions, char letter)
{
    for (unsigned i = 0; i < questions; i++) {
        char text[32];
        snprintf(text, sizeof(text), "%c%u.example.com", letter, i);
        struct question question = {.name = name_of(text), .type = RR_A};
        cr_assert(asker_ask(asker, &question, NULL, NULL, 0));
    }
}

static bool is_local(const struct question *question)
{
    struct dnsname loopback = name_of("1.0.0.127.in-addr.arpa");
    return question->type == RR_PTR && dnsname_equal(&question->name, &loopback);
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    struct ipaddr address = address_of("192.0.2.1");
    if (query->question->type == RR_A)
        fake_address(reply, query->question, &address);
    else
        fake_rcode(reply, query->question, RCODE_NXDOMAIN);
    reply->delay_ms = 10;
}

/* Answers its own names and those of the run; all else is silent. */
static void without_root(const struct fake_query *query, struct fake_reply *reply)
{
    if (is_local(query->question) || query->question->name.wire[1] == 'm')
        good(query, reply);
}

Test(asker_upstream, a_resolver_without_root_comes_back_with_any_answer)
{
    begin(without_root);
    options.window = 30;
    asker_free(asker);
    open_asker(without_root);
    ask_many(100, 's');
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_eq(kinds[ANSWER_SILENT], 100);
    cr_expect_geq(asker_counts(asker)->outages, 1, "silent names put it out");
    asker_free(asker);
}

Test(asker_upstream, a_resolver_without_root_ends_when_only_silent_names_are_left)
{
    begin(without_root);
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    ask_many(50, 's');
    int64_t begun = fake_now_ns;
    run_for(600 * 1000);
    cr_expect_not(asker_gave_up(asker));
    cr_expect_eq(kinds[ANSWER_SILENT], 50, "%u", kinds[ANSWER_SILENT]);
    cr_expect_leq(fake_now_ns - begun, ms(100 * 1000));
    asker_free(asker);
}

/* A forwarder: between from_ns and until_ns its upstream is dead. */
static void upstream_dies(const struct fake_query *query, struct fake_reply *reply)
{
    if (is_local(query->question) || query->at_ns < from_ns || query->at_ns >= until_ns)
        good(query, reply);
}

Test(asker_upstream, questions_wait_for_an_upstream_that_comes_back)
{
    begin(upstream_dies);
    until_ns = from_ns + ms(HEALTH_TRIAL_MS - 1000);
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS, "%u", kinds[ANSWER_RECORDS]);
    cr_expect_leq(most_tries, 3);
    asker_free(asker);
    begin(upstream_dies);
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS, "%u", kinds[ANSWER_RECORDS]);
    asker_free(asker);
}

Test(asker_upstream, gives_up_on_a_resolver_that_answers_only_its_own_names)
{
    begin(upstream_dies);
    until_ns = INT64_MAX;
    ask_many(QUESTIONS, 'm');
    for (int64_t end = fake_now_ns + ms(600 * 1000);
         !asker_gave_up(asker) && fake_now_ns < end && asker_open(asker) > 0;)
        asker_run(asker, 20);
    cr_expect(asker_gave_up(asker));
    cr_expect_leq(fake_now_ns - from_ns, ms(ASKER_PATIENCE_MS + 5000));
    cr_expect_geq(asker_open(asker), QUESTIONS / 2, "the rest stays open: %u", asker_open(asker));
    asker_free(asker);
}

/* ---- refusals ---- */

static void first_refuses(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint == 0)
        fake_rcode(reply, query->question, RCODE_REFUSED);
    else
        good(query, reply);
}

Test(asker_upstream, one_that_refuses_all_is_left_for_another_and_no_try_is_spent)
{
    options.endpoint_count = 2;
    begin(first_refuses);
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    unsigned refused = 0;
    for (unsigned i = 0; i < sent_count; i++)
        refused += sends[i].endpoint == 0;
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS);
    cr_expect_eq(most_tries, 1, "%u", most_tries);
    cr_expect_leq(refused, 200, "%u", refused);
    cr_expect_eq(asker_counts(asker)->outages, 0);
    cr_expect_eq(resolver_counts_fault(&asker_counts(asker)->resolvers.of[0]), RESOLVER_REFUSES);
    asker_free(asker);
}

/* Alternately an empty reply and one with NS records, without recursion. */
static void first_passes_back(const struct fake_query *query, struct fake_reply *reply)
{
    good(query, reply);
    if (query->endpoint != 0)
        return;
    fake_rcode(reply, query->question, RCODE_NOERROR);
    if (sent_count % 2 == 0) {
        fake_record(reply, query->question, "\2ns\7example", 12);
        reply->wire[7] = 0;
        reply->wire[9] = 1;
        reply->wire[12 + query->question->name.length + 4 + 3] = RR_NS;
    }
    reply->wire[3] &= 0x7f; /* RA */
}

Test(asker_upstream, one_that_passes_all_back_is_left_for_another_and_no_try_is_spent)
{
    options.endpoint_count = 2;
    begin(first_passes_back);
    ask_many(QUESTIONS, 'm');
    run_until_answered();
    unsigned declined = 0;
    for (unsigned i = 0; i < sent_count; i++)
        declined += sends[i].endpoint == 0;
    cr_expect_eq(kinds[ANSWER_RECORDS], QUESTIONS);
    cr_expect_eq(most_tries, 1, "%u", most_tries);
    cr_expect_leq(declined, 200, "%u", declined);
    cr_expect_eq(resolver_counts_fault(&asker_counts(asker)->resolvers.of[0]),
                 RESOLVER_NO_RECURSION);
    asker_free(asker);
}

static void all_refuse(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_REFUSED);
}

Test(asker_upstream, refused_by_all_is_an_answer_after_the_patience)
{
    options.endpoint_count = 2;
    begin(all_refuse);
    ask_many(100, 'm');
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_REFUSED], 100);
    cr_expect(resolvers_counts_show_no_answer(&asker_counts(asker)->resolvers));
    asker_free(asker);
}

static void first_refuses_a_zone(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->endpoint == 0 && query->question->name.wire[1] == 's')
        fake_rcode(reply, query->question, RCODE_REFUSED);
    else
        good(query, reply);
}

Test(asker_upstream, one_that_refuses_a_zone_stays_in_use)
{
    options.endpoint_count = 2;
    begin(first_refuses_a_zone);
    ask_many(100, 'm');
    run_until_answered();
    ask_many(100, 's');
    run_until_answered();
    cr_expect_eq(kinds[ANSWER_RECORDS], 200);
    cr_expect(resolver_counts_fault(&asker_counts(asker)->resolvers.of[0]) == RESOLVER_ANSWERS);
    cr_expect_eq(asker_counts(asker)->probes, 0);
    asker_free(asker);
}
