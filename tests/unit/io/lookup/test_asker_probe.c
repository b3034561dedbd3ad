/* The probe before a run: which resolvers a run may begin with, and what is said of the others.
 * Time is simulated. */
#include "io/lookup/probe_question.h"
#include "tests/unit/io/lookup/asking.h"

static struct failure failure;
static int64_t took_ms;
static struct probe_sample of_run; /* of two zones */

static void make_sample(void)
{
    of_run.count = 2;
    of_run.questions[0] =
        (struct question){.name = name_of("2.0.192.in-addr.arpa"), .type = RR_SOA};
    of_run.questions[1] =
        (struct question){.name = name_of("113.0.203.in-addr.arpa"), .type = RR_SOA};
}

TestSuite(asker_probe, .init = make_sample);

/* ---- replies by kind of question ---- */

static char kind_of(const struct question *question)
{
    struct dnsname loopback = name_of("1.0.0.127.in-addr.arpa");
    if (question->type == RR_NS && question->name.length == 1)
        return 'N';
    if (question->type == RR_A || dnsname_equal(&question->name, &loopback))
        return 'L';
    return 'R';
}

static void set_bits(struct fake_reply *reply, bool ra, bool aa)
{
    reply->wire[3] = (uint8_t)((reply->wire[3] & 0x7f) | (ra ? 0x80 : 0));
    reply->wire[2] = (uint8_t)((reply->wire[2] & 0xfb) | (aa ? 0x04 : 0));
}

static void good(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_NXDOMAIN);
    reply->delay_ms = 10;
}

static void silent(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    (void)reply;
}

static void stray(const struct fake_query *query, struct fake_reply *reply)
{
    (void)query;
    fake_stray(reply);
}

static void servfail(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_SERVFAIL);
}

static void refuses(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_REFUSED);
    set_bits(reply, false, false);
}

static void formerr(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_FORMERR);
}

/* Has the zones of localhost, and refuses all others. */
static void authoritative(const struct fake_query *query, struct fake_reply *reply)
{
    bool local = kind_of(query->question) == 'L';
    fake_rcode(reply, query->question, local ? RCODE_NOERROR : RCODE_REFUSED);
    set_bits(reply, false, local);
}

static void refers(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question, RCODE_NOERROR);
    set_bits(reply, false, false);
}

/* A resolver that does not serve one zone. */
static void refuses_the_run(const struct fake_query *query, struct fake_reply *reply)
{
    fake_rcode(reply, query->question,
               kind_of(query->question) == 'R' ? RCODE_REFUSED : RCODE_NXDOMAIN);
}

static void answers_only_the_run(const struct fake_query *query, struct fake_reply *reply)
{
    if (kind_of(query->question) == 'R')
        good(query, reply);
}

static void answers_only_its_own_names(const struct fake_query *query, struct fake_reply *reply)
{
    if (kind_of(query->question) == 'L')
        good(query, reply);
}

static void refuses_all_but_the_run(const struct fake_query *query, struct fake_reply *reply)
{
    if (kind_of(query->question) == 'R')
        good(query, reply);
    else
        refuses(query, reply);
    reply->delay_ms = kind_of(query->question) == 'R' ? 300 : 10;
}

static void refuses_all_but_the_run_which_is_silent(const struct fake_query *query,
                                                    struct fake_reply *reply)
{
    if (kind_of(query->question) != 'R')
        refuses(query, reply);
}

static void answers_only_over_tcp(const struct fake_query *query, struct fake_reply *reply)
{
    if (query->transport == TRANSPORT_TCP)
        good(query, reply);
}

/* To the first queries, one of each kind. */
static void refuses_edns_at_first(const struct fake_query *query, struct fake_reply *reply)
{
    if (sent_count <= PROBE_KINDS - 1 + of_run.count)
        reply->act = FAKE_NO_EDNS;
    else
        good(query, reply);
}

static void truncated(const struct fake_query *query, struct fake_reply *reply)
{
    fake_truncated(reply, query->question);
}

static void (*of_each[2])(const struct fake_query *query, struct fake_reply *reply);

static void each_its_own(const struct fake_query *query, struct fake_reply *reply)
{
    of_each[query->endpoint](query, reply);
}

/* ---- what the probe makes of them ---- */

static bool probe(void (*script)(const struct fake_query *query, struct fake_reply *reply))
{
    int64_t begun = fake_now_ns;
    failure = (struct failure){0};
    prepare(script);
    bool good_enough = asker_probe(&options, &of_run, &failure);
    cr_expect_eq(good_enough, !failure_is_set(&failure));
    took_ms = (fake_now_ns - begun) / FAKE_MS;
    return good_enough;
}

static void expect_failure(void (*script)(const struct fake_query *query, struct fake_reply *reply),
                           const char *text)
{
    cr_expect_not(probe(script));
    cr_expect_eq(failure.status, EXIT_TRY_LATER);
    cr_expect_str_eq(failure.text, text);
}

Test(asker_probe, an_answer_to_the_question_of_the_run_is_enough)
{
    cr_expect(probe(good));
    cr_expect_leq(took_ms, 100);
    cr_expect(probe(answers_only_the_run));
    cr_expect_leq(took_ms, 100);
    cr_expect(probe(truncated));
    cr_expect_leq(took_ms, 100);
}

/* The engine sends the next queries without it. */
Test(asker_probe, a_resolver_that_refuses_edns_is_asked_again_at_once)
{
    cr_expect(probe(refuses_edns_at_first));
    cr_expect_leq(took_ms, 100);
}

Test(asker_probe, life_does_not_depend_on_the_root)
{
    cr_expect(probe(answers_only_its_own_names));
    cr_expect_leq(took_ms, 600, "the question of the run has a moment: %lld ms",
                  (long long)took_ms);
}

Test(asker_probe, servfail_may_be_the_fault_of_the_zone)
{
    cr_expect(probe(servfail));
}

Test(asker_probe, one_answering_resolver_is_enough)
{
    options.endpoint_count = 2;
    of_each[0] = silent;
    of_each[1] = good;
    cr_expect(probe(each_its_own));
    of_each[0] = refuses;
    cr_expect(probe(each_its_own));
    of_each[0] = good;
    of_each[1] = authoritative;
    cr_expect(probe(each_its_own));
}

Test(asker_probe, refused_for_one_zone_is_no_refusal_of_this_host)
{
    cr_expect(probe(refuses_the_run));
}

Test(asker_probe, a_resolver_may_refuse_all_but_the_run)
{
    cr_expect(probe(refuses_all_but_the_run));
    cr_expect(probe(refuses_all_but_the_run_which_is_silent));
    cr_expect_leq(took_ms, 600);
}

Test(asker_probe, a_short_probe_takes_any_reply_at_its_end)
{
    options.timeout_ms = 50;
    cr_expect(probe(answers_only_its_own_names));
    cr_expect(probe(refuses_all_but_the_run_which_is_silent));
    cr_expect_leq(took_ms, 220);
}

Test(asker_probe, silence_ends_with_75_and_all_names)
{
    options.endpoint_count = 2;
    expect_failure(silent,
                   "no resolver answers: 192.0.2.53, 192.0.2.54 (probed for 8.0 s); nothing "
                   "was asked and nothing was written. Check the resolver, name another one "
                   "with -r, or ask without one with -r recursive");
    cr_expect_leq(took_ms, 4 * 2000 + 100, "timeout times tries");
}

Test(asker_probe, does_not_believe_strays)
{
    cr_expect_not(probe(stray));
}

Test(asker_probe, a_resolver_over_tcp_alone_gets_a_hint)
{
    expect_failure(
        answers_only_over_tcp,
        "no resolver answers over UDP: 192.0.2.53 (probed for 8.0 s), but one does over "
        "TCP: try -t tcp; nothing was asked and nothing was written. Check the resolver, "
        "name another one with -r, or ask without one with -r recursive");
    options.transport = TRANSPORT_TCP;
    cr_expect(probe(answers_only_over_tcp));
}

#define END                                                                                       \
    "; nothing was asked and nothing was written. Check the resolver, name another one with -r, " \
    "or ask without one with -r recursive"

#define ELSEWHERE                                                                                 \
    "192.0.2.53 replies from 192.0.2.99@53, which was not asked: such replies are not accepted, " \
    "because anyone can send them" END

Test(asker_probe, a_resolver_that_replies_from_another_address_is_named)
{
    cr_assert(endpoint_parse(&fake_source, "192.0.2.99@53"));
    expect_failure(silent, "no resolver answers: 192.0.2.53 (probed for 8.0 s); " ELSEWHERE);
    expect_failure(answers_only_over_tcp,
                   "no resolver answers over UDP: 192.0.2.53 (probed for 8.0 s), but one does over "
                   "TCP: try -t tcp; " ELSEWHERE);
    options.endpoint_count = 2;
    of_each[0] = refuses;
    of_each[1] = silent;
    expect_failure(each_its_own, "192.0.2.53 answers REFUSED to every question: it does not serve "
                                 "this host; 192.0.2.54 replies from 192.0.2.99@53, which was not "
                                 "asked: such replies are not accepted, because anyone can send "
                                 "them" END);
    options.transport = TRANSPORT_TCP;
    expect_failure(silent, "no resolver answers: 192.0.2.53, 192.0.2.54 (probed for 8.0 s)" END);
}

Test(asker_probe, refused_to_all_ends_at_once)
{
    expect_failure(refuses, "192.0.2.53 answers REFUSED to every question: it does not serve this "
                            "host" END);
    cr_expect_leq(took_ms, 100);
}

Test(asker_probe, a_server_that_does_not_recurse_ends_at_once)
{
    static const char TEXT[] =
        "192.0.2.53 does not recurse: it passes questions back instead of answering them" END;
    expect_failure(authoritative, TEXT);
    cr_expect_leq(took_ms, 100);
    expect_failure(refers, TEXT);
    cr_expect_leq(took_ms, 100);
}

Test(asker_probe, errors_other_than_servfail_end_at_once)
{
    expect_failure(formerr, "192.0.2.53 answers every question with an error, mostly FORMERR" END);
    cr_expect_leq(took_ms, 100);
}

Test(asker_probe, each_unusable_resolver_is_named_with_its_fault)
{
    options.endpoint_count = 2;
    of_each[0] = silent;
    of_each[1] = refuses;
    expect_failure(each_its_own, "192.0.2.53 does not answer; 192.0.2.54 answers REFUSED to every "
                                 "question: it does not serve this host" END);
    cr_expect_geq(took_ms, 8000, "a silent one may come back");
}

/* One that has some of the fleet's zones, and is no resolver. */
static void authoritative_for_one_zone(const struct fake_query *query, struct fake_reply *reply)
{
    bool own = dnsname_equal(&query->question->name, &of_run.questions[1].name);
    fake_rcode(reply, query->question, own ? RCODE_NXDOMAIN : RCODE_REFUSED);
    set_bits(reply, false, own);
    reply->delay_ms = own ? 300 : 10;
}

Test(asker_probe, refused_for_one_zone_of_the_run_is_no_refusal_of_all)
{
    cr_expect(probe(authoritative_for_one_zone));
    cr_expect_leq(took_ms, 400);
    of_run.count = 1;
    expect_failure(authoritative_for_one_zone,
                   "192.0.2.53 answers REFUSED to every question: it does not serve this host" END);
}

/* It may refuse all names but those of the run. */
Test(asker_probe, without_a_question_of_the_run_any_reply_is_enough)
{
    of_run.count = 0;
    prepare(refuses);
    cr_expect(asker_probe(&options, &of_run, &(struct failure){0}));
    prepare(answers_only_its_own_names);
    cr_expect(asker_probe(&options, &of_run, &(struct failure){0}));
    prepare(good);
    cr_expect(asker_probe(&options, &of_run, &(struct failure){0}));
}

Test(asker_probe, of_another_resolver_states_its_fault_alone)
{
    struct failure fault = {0};
    prepare(silent);
    cr_expect_not(asker_probe_other(&options, &of_run, &fault));
    cr_expect_str_eq(fault.text, "192.0.2.53 does not answer");
    fault = (struct failure){0};
    prepare(refuses);
    cr_expect_not(asker_probe_other(&options, &of_run, &fault));
    cr_expect_str_eq(fault.text, "192.0.2.53 answers REFUSED to every question: it does not serve "
                                 "this host");
    prepare(good);
    cr_expect(asker_probe_other(&options, &of_run, &fault));
}

Test(asker_probe, keeps_the_rate)
{
    rate_limit_init(&rate_limit, 2);
    options.endpoint_count = 2;
    cr_expect_not(probe(silent));
    cr_expect_leq(sent_count, 2 * 8, "%u", sent_count);
    cr_expect_geq(sent_count, 8, "%u", sent_count);
}

Test(asker_probe, a_low_rate_leaves_out_no_resolver_and_no_question)
{
    rate_limit_init(&rate_limit, 1);
    options.endpoint_count = 2;
    for (unsigned i = 0; i < 2; i++) {
        of_each[i] = answers_only_its_own_names;
        of_each[1 - i] = silent;
        cr_expect(probe(each_its_own), "%u", i);
    }
}
