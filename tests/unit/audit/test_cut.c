#include "audit/cut.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/support.h"

enum { SEED = 7 };

static struct cut_block block_of(const char *first, const char *last)
{
    struct cut_block block;
    struct ipaddr from = address_of(first), to = address_of(last);

    cr_assert(cut_block_find(&block, &from, &to), "%s-%s", first, last);
    return block;
}

static void expect_block(const struct cut_block *block, const char *text)
{
    char printed[IPRANGE_TEXT_MAX];

    iprange_print(printed, &block->range);
    cr_expect_str_eq(printed, text);
}

static void expect_no_block(const char *first, const char *last)
{
    struct cut_block block;
    struct ipaddr from = address_of(first), to = address_of(last);

    cr_expect(!cut_block_find(&block, &from, &to), "%s-%s", first, last);
}

/* ---- blocks ---- */

Test(cut, a_block_is_the_largest_whole_one)
{
    struct cut_block block = block_of("9.0.0.0", "9.255.255.255");

    expect_block(&block, "9.0.0.0/8");
    block = block_of("8.1.2.3", "8.2.0.0");
    expect_block(&block, "8.1.3.0/24");
    block = block_of("8.2.0.0", "8.2.255.255");
    expect_block(&block, "8.2.0.0/16");
    block = block_of("255.255.255.0", "255.255.255.255");
    expect_block(&block, "255.255.255.0/24");
    block = block_of("0.0.0.0", "255.255.255.255");
    expect_block(&block, "0.0.0.0/8");
    block = block_of("2001:db8::", "2001:db8::fff");
    expect_block(&block, "2001:db8::/116");
    block = block_of("2001:db8::", "2001:db8::ffff:ffff");
    expect_block(&block, "2001:db8::/104");
}

Test(cut, less_than_a_block_is_none)
{
    expect_no_block("8.1.2.3", "8.1.3.254");
    expect_no_block("8.1.2.3", "8.1.2.3");
    expect_no_block("255.255.255.1", "255.255.255.255");
    expect_no_block("8.1.2.3", "8.1.2.0");
    expect_no_block("2001:db8::1", "2001:db8::ff");
}

Test(cut, blocks_below_are_one_label_smaller)
{
    struct cut_block block = block_of("9.0.0.0", "9.255.255.255"), below;

    cr_assert(cut_block_below(&below, &block, 255));
    expect_block(&below, "9.255.0.0/16");
    cr_expect(!cut_block_below(&below, &block, 256));
    cr_assert(cut_block_below(&block, &below, 1));
    expect_block(&block, "9.255.1.0/24");
    cr_expect(!cut_block_below(&below, &block, 0));
    block = block_of("2001:db8::", "2001:db8::ffff");
    cr_assert(cut_block_below(&below, &block, 15));
    expect_block(&below, "2001:db8::f000/116");
    cr_expect(!cut_block_below(&below, &block, 16));
}

Test(cut, a_block_has_the_name_above_its_addresses)
{
    struct dnsname name;
    struct cut_block block = block_of("9.0.0.0", "9.255.255.255");

    cut_block_name(&name, &block);
    expect_name(&name, "9.in-addr.arpa");
    block = block_of("9.8.7.0", "9.8.7.255");
    cut_block_name(&name, &block);
    expect_name(&name, "7.8.9.in-addr.arpa");
    block = block_of("2001:db8::", "2001:db8::ff");
    cut_block_name(&name, &block);
    expect_name(&name, "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

/* ---- samples ---- */

Test(cut, samples_of_a_16_are_one_in_each_24)
{
    struct cut_block block = block_of("9.8.0.0", "9.8.255.255");
    bool seen[256] = {false};

    cr_assert_eq(cut_samples(block.bits, CUT_TRUST_UNKNOWN), 256);
    for (unsigned i = 0; i < 256; i++) {
        struct ipaddr sample = cut_sample(&block, i, UINT64_C(0x9e3779b97f4a7c15) * i);
        cr_assert(iprange_contains(&block.range, &sample));
        cr_expect(!seen[sample.bytes[2]]);
        seen[sample.bytes[2]] = true;
    }
}

Test(cut, the_first_samples_are_spread_over_the_block)
{
    struct cut_block block = block_of("9.8.7.0", "9.8.7.255");
    bool seen[8] = {false};

    for (unsigned i = 0; i < 8; i++) {
        struct ipaddr sample = cut_sample(&block, i, UINT64_MAX - i);
        cr_expect(!seen[sample.bytes[3] / 32]);
        seen[sample.bytes[3] / 32] = true;
    }
}

Test(cut, an_honest_server_is_asked_less_and_a_liar_more)
{
    for (unsigned bits = CUT_BITS_LEAST; bits <= CUT_BITS_MOST; bits += 4)
        cr_expect(cut_samples(bits, CUT_TRUST_HONEST) < cut_samples(bits, CUT_TRUST_UNKNOWN));
    cr_expect_eq(cut_samples(8, CUT_TRUST_UNKNOWN), 8);
    cr_expect(cut_samples(8, CUT_TRUST_LIAR) > cut_samples(8, CUT_TRUST_UNKNOWN));
    cr_expect_eq(cut_samples(16, CUT_TRUST_LIAR), 0, "a liar is believed about small blocks only");
}

/* ---- proofs ---- */

static struct answer *denial(const char *zone)
{
    struct answer *answer = malloc(sizeof(*answer));

    answer_of(answer, ANSWER_NXDOMAIN);
    answer->rcode = RCODE_NXDOMAIN;
    answer->tries = 2;
    answer->ttl = 600;
    answer->has_soa = true;
    answer->soa_zone = name_of(zone);
    answer->soa_mname = name_of("ns.example");
    answer->soa_rname = name_of("root.example");
    return answer;
}

static struct answer *of_kind(enum answer_kind kind)
{
    struct answer *answer = malloc(sizeof(*answer));

    answer_of(answer, kind);
    answer->tries = 1;
    return answer;
}

/* Takes over the answer. */
static void feed(struct cut_proof *proof, struct cut_trust *trust, struct answer *answer)
{
    cr_assert(cut_proof_feed(proof, trust, answer));
    free(answer);
}

static void begin(struct cut_proof *proof, struct cut_trust *trust, const char *first,
                  const char *last)
{
    struct cut_block block = block_of(first, last);
    struct question question;

    cut_proof_begin(proof, &block, SEED);
    cr_assert(cut_proof_next(proof, trust, &question));
    cr_expect_eq(question.type, RR_PTR);
    cr_expect(!cut_proof_next(proof, trust, &question), "the name comes first");
}

/* Asks and denies samples until none is asked any more; the number of them. */
static unsigned deny_samples(struct cut_proof *proof, struct cut_trust *trust)
{
    struct question question;
    unsigned asked = 0;

    for (bool more = true; more;) {
        unsigned flight = 0;
        while (cut_proof_next(proof, trust, &question))
            flight++;
        cr_assert_leq(flight, CUT_FLIGHT);
        for (unsigned i = 0; i < flight; i++)
            feed(proof, trust, denial("8.9.in-addr.arpa"));
        asked += flight;
        more = flight > 0;
    }
    return asked;
}

Test(cut, a_cut_is_believed_after_its_samples)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;
    static struct observation seen;

    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, denial("8.9.in-addr.arpa"));
    cr_expect_eq(proof.state, CUT_OPEN);
    cr_expect_eq(deny_samples(&proof, trust), 8);
    cr_expect_eq(proof.state, CUT_BELIEVED);
    cr_expect(cut_proof_done(&proof));
    cr_assert(observation_decode(&seen, proof.facts.bytes, proof.facts.length));
    cr_expect(answer_is_proven_by_cut(&seen.ptr));
    cr_expect_eq(seen.ptr.ttl, 600);
    expect_name(&seen.ptr.soa_zone, "8.9.in-addr.arpa");
    expect_name(&seen.ptr.soa_rname, "root.example");
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

Test(cut, a_name_below_undoes_the_cut_and_the_server_is_a_liar)
{
    static const enum answer_kind THERE[] = {ANSWER_RECORDS, ANSWER_NODATA};
    struct dnsname zone = name_of("8.9.in-addr.arpa"), other = name_of("7.9.in-addr.arpa");
    struct dnsname server = name_of("ns.example"), another = name_of("ns2.example");

    for (unsigned i = 0; i < 2; i++) {
        struct cut_trust *trust = cut_trust_new();
        struct cut_proof proof;
        struct question question;
        begin(&proof, trust, "9.8.7.0", "9.8.7.255");
        feed(&proof, trust, denial("8.9.in-addr.arpa"));
        cr_assert(cut_proof_next(&proof, trust, &question));
        cr_assert(cut_proof_next(&proof, trust, &question));
        feed(&proof, trust, of_kind(THERE[i]));
        cr_expect_eq(proof.state, CUT_UNDONE);
        cr_expect(!cut_proof_done(&proof), "one is in flight");
        cr_expect(!cut_proof_next(&proof, trust, &question));
        feed(&proof, trust, denial("8.9.in-addr.arpa"));
        cr_expect(cut_proof_done(&proof));
        cr_expect_eq(cut_trust_of(trust, &zone, &another), CUT_TRUST_LIAR);
        cr_expect_eq(cut_trust_of(trust, &other, &server), CUT_TRUST_LIAR);
        cr_expect_eq(cut_trust_of(trust, &other, &another), CUT_TRUST_UNKNOWN);
        cut_proof_end(&proof);
        cut_trust_free(trust);
    }
}

Test(cut, a_failed_sample_undoes_the_cut_and_is_no_lie)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;
    struct question question;

    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, denial("8.9.in-addr.arpa"));
    cr_assert(cut_proof_next(&proof, trust, &question));
    feed(&proof, trust, of_kind(ANSWER_SERVFAIL));
    cr_expect_eq(proof.state, CUT_UNDONE);
    cr_expect_eq(cut_trust_lies(trust), 0);
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

/* It says that there was nothing, before its TTL ended. */
Test(cut, a_stale_sample_undoes_the_cut_and_is_no_lie)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;
    struct question question;
    struct answer *answer;

    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, denial("8.9.in-addr.arpa"));
    cr_assert(cut_proof_next(&proof, trust, &question));
    answer = denial("8.9.in-addr.arpa");
    answer->extended_error = 19;
    feed(&proof, trust, answer);
    cr_expect_eq(proof.state, CUT_UNDONE);
    cr_expect_eq(cut_trust_lies(trust), 0);
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

static void expect_name_answer(struct answer *answer, enum cut_state state)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;

    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, answer);
    cr_expect_eq(proof.state, state);
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

Test(cut, no_other_answer_is_a_proof)
{
    struct answer *answer = denial("8.9.in-addr.arpa");

    answer->has_soa = false;
    expect_name_answer(answer, CUT_EXISTS);
    expect_name_answer(denial("7.8.9.in-addr.arpa"), CUT_EXISTS); /* its own apex */
    expect_name_answer(denial("example.com"), CUT_EXISTS);
    expect_name_answer(denial("."), CUT_EXISTS);
    answer = denial("8.9.in-addr.arpa");
    answer->alias_count = 1;
    answer->aliases[0] = name_of("elsewhere.example");
    expect_name_answer(answer, CUT_EXISTS);
    answer = denial("8.9.in-addr.arpa");
    answer->extended_error = 19; /* Stale NXDomain Answer */
    expect_name_answer(answer, CUT_EXISTS);
    expect_name_answer(of_kind(ANSWER_NODATA), CUT_EXISTS);
    expect_name_answer(of_kind(ANSWER_RECORDS), CUT_EXISTS);
    for (unsigned kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++)
        expect_name_answer(of_kind(kind), CUT_UNKNOWN);
}

/* An empty non-terminal that its zone knows. */
static void admit(struct cut_trust *trust)
{
    struct answer *answer = denial("8.9.in-addr.arpa");
    struct cut_proof proof;

    answer->kind = ANSWER_NODATA;
    answer->rcode = RCODE_NOERROR;
    begin(&proof, trust, "9.8.6.0", "9.8.6.255");
    feed(&proof, trust, answer);
    cr_expect_eq(proof.state, CUT_EXISTS);
    cut_proof_end(&proof);
}

Test(cut, a_server_that_was_honest_often_is_asked_less)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;

    for (unsigned i = 0; i < CUT_TRUST_OFTEN; i++)
        admit(trust);
    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, denial("8.9.in-addr.arpa"));
    cr_expect_eq(deny_samples(&proof, trust), cut_samples(8, CUT_TRUST_HONEST));
    cr_expect_eq(proof.state, CUT_BELIEVED);
    cut_proof_end(&proof);
    begin(&proof, trust, "9.8.0.0", "9.8.255.255");
    feed(&proof, trust, denial("9.in-addr.arpa")); /* another zone is not known by this one */
    cr_expect_eq(deny_samples(&proof, trust), cut_samples(16, CUT_TRUST_UNKNOWN));
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

Test(cut, a_liar_is_asked_more_even_after_honest_answers)
{
    struct cut_trust *trust = cut_trust_new();
    struct cut_proof proof;
    struct dnsname zone = name_of("8.9.in-addr.arpa"), server = name_of("ns.example");

    for (unsigned i = 0; i < CUT_TRUST_OFTEN; i++)
        admit(trust);
    cut_trust_lied(trust, &zone, &server);
    begin(&proof, trust, "9.8.7.0", "9.8.7.255");
    feed(&proof, trust, denial("8.9.in-addr.arpa"));
    cr_expect_eq(deny_samples(&proof, trust), cut_samples(8, CUT_TRUST_LIAR));
    cr_expect_eq(proof.state, CUT_BELIEVED);
    cut_proof_end(&proof);
    begin(&proof, trust, "9.8.0.0", "9.8.255.255");
    feed(&proof, trust, denial("9.in-addr.arpa"));
    cr_expect_eq(proof.state, CUT_EXISTS, "its larger blocks are looked into");
    cut_proof_end(&proof);
    cut_trust_free(trust);
}

Test(cut, names_without_room_make_every_server_a_liar_once_one_lies)
{
    struct cut_trust *trust = cut_trust_new();
    struct dnsname other = name_of("other.example");
    char text[32];

    for (unsigned i = 0; i < CUT_TRUST_NAMES; i++) {
        snprintf(text, sizeof(text), "z%u.example", i);
        struct dnsname zone = name_of(text);
        cut_trust_honest(trust, &zone);
    }
    cr_expect_eq(cut_trust_of(trust, &other, &other), CUT_TRUST_UNKNOWN);
    cut_trust_lied(trust, &other, &other);
    cr_expect_eq(cut_trust_of(trust, &other, &other), CUT_TRUST_LIAR);
    cut_trust_free(trust);
}
