#include "audit/check.h"

#include <stdio.h>
#include <stdlib.h>

#include "tests/unit/support.h"

static struct observation seen; /* large: one for all */
static struct walk_unit unit;   /* what is audited */
static struct answer answer;    /* the next one fed */
static struct check *check;

static void begin(const char *address)
{
    unit.address = address_of(address);
    check = check_new(&unit);
    cr_assert_not_null(check);
}

static void expect_host(const char *name)
{
    unit.expected[unit.expected_count++] = name_of(name);
}

/* The next question must be this one; returns its slot. */
static unsigned next(uint16_t type, const char *name)
{
    struct question question;
    unsigned slot = 0;
    cr_assert(check_next(check, &question, &slot), "no question, expected %s", name);
    expect_name(&question.name, name);
    cr_expect_eq(question.type, type, "%s", name);
    return slot;
}

static void no_more(void)
{
    struct question question;
    unsigned slot;
    cr_expect_not(check_next(check, &question, &slot));
}

static void feed(unsigned slot)
{
    cr_assert_not(check_done(check));
    cr_assert(check_feed(check, slot, &answer));
}

static void feed_kind(unsigned slot, enum answer_kind kind)
{
    answer_of(&answer, kind);
    feed(slot);
}

static void feed_address(unsigned slot, const char *address)
{
    answer_of_address(&answer, address, 60, true);
    feed(slot);
}

/* A reply that ends with an alias. */
static void feed_alias(unsigned slot, const char *target)
{
    answer_of(&answer, ANSWER_ALIAS_OPEN);
    answer.ttl = 600;
    answer_add_alias(&answer, target);
    feed(slot);
}

/* Takes the facts away, and ends the check; they must decode. */
static void finish(void)
{
    cr_assert(check_done(check));
    no_more();
    struct facts_buffer facts = check_take_facts(check);
    check_free(check);
    cr_assert(observation_decode(&seen, facts.bytes, facts.length));
    facts_free(&facts);
}

static const char REVERSE[] = "7.100.51.198.in-addr.arpa";

Test(check, asks_ptr_then_the_address_of_its_name)
{
    begin("198.51.100.7");
    cr_expect(ipaddr_equal(check_address(check), &unit.address));
    unsigned ptr = next(RR_PTR, REVERSE);
    no_more();
    cr_expect_not(check_done(check));
    answer_of_name(&answer, "MTA7.example.com", 3600);
    feed(ptr);
    cr_expect_not(check_done(check));
    unsigned forward = next(RR_A, "MTA7.example.com");
    no_more();
    feed_address(forward, "198.51.100.7");
    cr_expect(check_settled(check));
    cr_expect_eq(check_tries(check), 2);
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_RECORDS);
    cr_expect_eq(seen.ptr.ttl, 3600);
    expect_name(&seen.ptr.records.names[0], "MTA7.example.com");
    cr_expect_eq(seen.forward_count, 1);
    cr_expect(seen.forwards[0].answer.holds);
}

Test(check, asks_aaaa_for_an_ipv6_address)
{
    begin("2001:db8::1");
    unsigned ptr =
        next(RR_PTR, "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
    answer_of_name(&answer, "mta7.example.com", 3600);
    feed(ptr);
    feed_address(next(RR_AAAA, "mta7.example.com"), "2001:db8::1");
    finish();
}

Test(check, names_are_asked_in_answer_order_each_once)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "b.example.com", 60);
    answer_add_name(&answer, "a.example.com");
    answer_add_name(&answer, "B.EXAMPLE.com");
    feed(ptr);
    unsigned b = next(RR_A, "b.example.com");
    unsigned a = next(RR_A, "a.example.com");
    no_more();
    /* Answers come in any order. */
    feed_kind(a, ANSWER_NXDOMAIN);
    cr_expect_not(check_done(check));
    feed_address(b, "198.51.100.7");
    finish();
    struct dnsname name = name_of("a.example.com");
    cr_expect_eq(observation_forward(&seen, &name)->kind, ANSWER_NXDOMAIN);
    name = name_of("b.example.com");
    cr_expect_eq(observation_forward(&seen, &name)->kind, ANSWER_RECORDS);
}

Test(check, names_that_can_be_no_host_names_are_not_asked)
{
    static const char *const names[] = {".",         "198.51.100.7", "mail",
                                        "localhost", REVERSE,        "-a_b.example.com"};
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of(&answer, ANSWER_RECORDS);
    for (unsigned i = 0; i < 6; i++)
        answer_add_name(&answer, names[i]);
    feed(ptr);
    finish();
    cr_expect_eq(seen.ptr.kept, 6, "but they are facts");
    cr_expect_eq(seen.forward_count, 0);
}

Test(check, a_name_with_an_underscore_is_asked_as_receivers_do)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of(&answer, ANSWER_RECORDS);
    answer_add_name(&answer, "a_b.example.com");
    feed(ptr);
    feed_address(next(RR_A, "a_b.example.com"), "198.51.100.7");
    finish();
    cr_expect_eq(seen.forward_count, 1);
}

static void answer_of_names(unsigned count)
{
    char text[32];
    answer_of(&answer, ANSWER_RECORDS);
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof(text), "m%u.example.com", i);
        answer_add_name(&answer, text);
    }
}

Test(check, ten_names_and_eight_expected_ones_are_asked)
{
    char text[32];
    for (unsigned i = 0; i < EXPECTED_MAX; i++) {
        snprintf(text, sizeof(text), "e%u.example.com", i);
        expect_host(text);
    }
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE), slots[18];
    answer_of_names(5000);
    feed(ptr);
    for (unsigned i = 0; i < 18; i++) {
        snprintf(text, sizeof(text), i < 10 ? "m%u.example.com" : "e%u.example.com",
                 i < 10 ? i : i - 10);
        slots[i] = next(RR_A, text);
    }
    no_more();
    for (unsigned i = 18; i-- > 0;)
        feed_address(slots[i], "198.51.100.7");
    finish();
    cr_expect_eq(seen.ptr.total, 5000);
    cr_expect_eq(seen.forward_count, 18);
}

Test(check, an_expected_name_among_the_ptr_names_is_not_asked_again)
{
    expect_host("mta7.example.com");
    expect_host("mx.example.com");
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "MTA7.example.com", 60);
    feed(ptr);
    unsigned first = next(RR_A, "MTA7.example.com");
    unsigned second = next(RR_A, "mx.example.com");
    no_more();
    feed_address(first, "198.51.100.7");
    feed_kind(second, ANSWER_NODATA);
    finish();
}

Test(check, expected_names_are_asked_without_any_ptr)
{
    for (enum answer_kind kind = ANSWER_NODATA; kind <= ANSWER_NXDOMAIN; kind++) {
        unit.expected_count = 0;
        expect_host("mta7.example.com");
        begin("198.51.100.7");
        unsigned ptr = next(RR_PTR, REVERSE);
        answer_of_nothing(&answer, kind, "100.51.198.in-addr.arpa", 900);
        feed(ptr);
        feed_address(next(RR_A, "mta7.example.com"), "198.51.100.7");
        cr_expect(check_settled(check));
        finish();
        cr_expect(seen.ptr.has_soa);
        expect_name(&seen.ptr.soa_zone, "100.51.198.in-addr.arpa");
        expect_name(&seen.ptr.soa_rname, "hostmaster.provider.example");
    }
}

Test(check, nothing_is_asked_after_a_ptr_that_failed)
{
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        if (kind == ANSWER_ALIAS_OPEN)
            continue;
        unit.expected_count = 0;
        expect_host("mta7.example.com");
        begin("198.51.100.7");
        unsigned ptr = next(RR_PTR, REVERSE);
        feed_kind(ptr, kind);
        if (kind == ANSWER_SERVFAIL) /* no alias is hidden */
            feed_kind(next(RR_CNAME, REVERSE), ANSWER_NODATA);
        cr_expect_not(check_settled(check), "%d", (int)kind);
        finish();
        cr_expect_eq(seen.ptr.kind, kind);
        cr_expect_eq(seen.ptr.alias_count, 0);
        cr_expect_eq(seen.forward_count, 0);
    }
}

/* SERVFAIL after four tries, with an extended error. */
static void feed_servfail(unsigned slot)
{
    answer_of(&answer, ANSWER_SERVFAIL);
    answer.rcode = RCODE_SERVFAIL;
    answer.extended_error = 22;
    answer.tries = 4;
    feed(slot);
}

static void expect_servfail(const struct answer *failed)
{
    cr_expect_eq(failed->kind, ANSWER_SERVFAIL);
    cr_expect_eq(failed->rcode, RCODE_SERVFAIL);
    cr_expect_eq(failed->extended_error, 22);
    cr_expect_eq(failed->tries, 4);
}

Test(check, servfail_may_hide_an_alias)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    feed_servfail(ptr);
    cr_expect_not(check_done(check));
    unsigned alias = next(RR_CNAME, REVERSE);
    no_more();
    cr_expect_eq(alias, ptr);
    feed_alias(alias, "7.rev.example.com");
    cr_expect_not(check_done(check));
    feed_servfail(next(RR_CNAME, "7.rev.example.com"));
    cr_expect_eq(check_tries(check), 9);
    cr_expect_not(check_settled(check));
    finish();
    expect_servfail(&seen.ptr);
    cr_assert_eq(seen.ptr.alias_count, 1);
    expect_name(&seen.ptr.aliases[0], "7.rev.example.com");
    cr_expect_eq(seen.ptr.ttl, 600);
}

Test(check, a_host_name_may_hide_an_alias)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "mta7.example.com", 60);
    feed(ptr);
    unsigned forward = next(RR_A, "mta7.example.com");
    feed_servfail(forward);
    feed_alias(next(RR_CNAME, "mta7.example.com"), "mta7.example.net");
    feed_servfail(next(RR_CNAME, "mta7.example.net"));
    finish();
    cr_assert_eq(seen.forward_count, 1);
    expect_servfail(&seen.forwards[0].answer);
    cr_assert_eq(seen.forwards[0].answer.alias_count, 1);
    expect_name(&seen.forwards[0].answer.aliases[0], "mta7.example.net");
}

Test(check, servfail_may_hide_a_chain_of_aliases)
{
    begin("198.51.100.7");
    feed_servfail(next(RR_PTR, REVERSE));
    feed_alias(next(RR_CNAME, REVERSE), "7.mid.example.com");
    feed_alias(next(RR_CNAME, "7.mid.example.com"), "7.rev.example.net");
    feed_servfail(next(RR_CNAME, "7.rev.example.net"));
    finish();
    expect_servfail(&seen.ptr);
    cr_assert_eq(seen.ptr.alias_count, 2);
    expect_name(&seen.ptr.aliases[1], "7.rev.example.net");
}

Test(check, servfail_may_hide_a_loop)
{
    begin("198.51.100.7");
    feed_servfail(next(RR_PTR, REVERSE));
    feed_alias(next(RR_CNAME, REVERSE), "7.rev.example.com");
    feed_alias(next(RR_CNAME, "7.rev.example.com"), REVERSE);
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_ALIAS_LOOP);
    cr_expect_eq(seen.ptr.alias_count, 2);
}

Test(check, servfail_may_hide_more_aliases_than_a_chain_may_have)
{
    char name[64], target[64];

    begin("198.51.100.7");
    feed_servfail(next(RR_PTR, REVERSE));
    feed_alias(next(RR_CNAME, REVERSE), "a0.example.com");
    for (unsigned i = 0; i < ANSWER_ALIASES_MAX; i++) {
        snprintf(name, sizeof(name), "a%u.example.com", i);
        snprintf(target, sizeof(target), "a%u.example.com", i + 1);
        feed_alias(next(RR_CNAME, name), target);
    }
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_ALIAS_LONG);
}

/* Whether the zone of the alias still has it is not known. */
Test(check, an_old_alias_is_no_hidden_one)
{
    begin("198.51.100.7");
    feed_servfail(next(RR_PTR, REVERSE));
    unsigned alias = next(RR_CNAME, REVERSE);
    answer_of(&answer, ANSWER_ALIAS_OPEN);
    answer_add_alias(&answer, "7.rev.example.com");
    answer.extended_error = 3; /* stale answer */
    feed(alias);
    finish();
    expect_servfail(&seen.ptr);
    cr_expect_eq(seen.ptr.alias_count, 0);
}

Test(check, a_failure_after_an_alias_hides_no_other)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    feed_alias(ptr, "7.rev.example.com");
    feed_servfail(next(RR_PTR, "7.rev.example.com"));
    finish();
    cr_expect_eq(seen.ptr.alias_count, 1);
}

Test(check, a_check_that_looks_for_an_alias_can_be_freed)
{
    begin("198.51.100.7");
    feed_servfail(next(RR_PTR, REVERSE));
    feed_alias(next(RR_CNAME, REVERSE), "7.rev.example.com");
    check_free(check);
}

Test(check, tries_add_up_and_one_temporary_answer_leaves_it_unsettled)
{
    expect_host("mx.example.com");
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "mta7.example.com", 60);
    answer.tries = 3;
    feed(ptr);
    unsigned first = next(RR_A, "mta7.example.com"), second = next(RR_A, "mx.example.com");
    answer_of(&answer, ANSWER_SILENT);
    answer.tries = 4;
    feed(second);
    feed_address(first, "198.51.100.7");
    cr_expect_eq(check_tries(check), 8);
    cr_expect_not(check_settled(check));
    finish();
    cr_expect_eq(seen.ptr.tries, 3);
}

/* RFC 1034 5.3.3 */
Test(check, asks_for_the_target_of_an_alias)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    feed_alias(ptr, "7.rev.example.com");
    cr_expect_eq(next(RR_PTR, "7.rev.example.com"), ptr);
    no_more();
    answer_of_name(&answer, "mta7.example.com", 60);
    feed(ptr);
    unsigned forward = next(RR_A, "mta7.example.com");
    feed_alias(forward, "real.example.com");
    cr_expect_eq(next(RR_A, "real.example.com"), forward);
    feed_address(forward, "198.51.100.7");
    cr_expect_eq(check_tries(check), 4);
    cr_expect(check_settled(check));
    cr_expect(check_passes(check));
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_RECORDS);
    cr_expect_eq(seen.ptr.tries, 1, "no try failed");
    cr_expect_eq(seen.ptr.ttl, 60);
    cr_expect_eq(seen.ptr.ttl_spread, 540);
    cr_assert_eq(seen.ptr.alias_count, 1);
    expect_name(&seen.ptr.aliases[0], "7.rev.example.com");
    expect_name(&seen.forwards[0].host, "mta7.example.com");
    cr_expect(seen.forwards[0].answer.holds);
    expect_name(&seen.forwards[0].answer.aliases[0], "real.example.com");
}

Test(check, follows_several_chains_at_a_time)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "a.example.com", 60);
    answer_add_name(&answer, "b.example.com");
    feed(ptr);
    unsigned a = next(RR_A, "a.example.com"), b = next(RR_A, "b.example.com");
    feed_alias(a, "a1.example.com");
    feed_alias(b, "b1.example.com");
    cr_expect_eq(next(RR_A, "b1.example.com"), b);
    cr_expect_eq(next(RR_A, "a1.example.com"), a);
    no_more();
    feed_alias(a, "a2.example.com");
    feed_kind(b, ANSWER_NXDOMAIN);
    cr_expect_eq(next(RR_A, "a2.example.com"), a);
    feed_address(a, "198.51.100.7");
    finish();
    struct dnsname name = name_of("a.example.com");
    cr_expect_eq(observation_forward(&seen, &name)->alias_count, 2);
}

Test(check, a_loop_of_one_link_an_answer_is_a_loop)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    feed_alias(ptr, "a.example.com");
    next(RR_PTR, "a.example.com");
    feed_alias(ptr, "7.100.51.198.IN-ADDR.arpa");
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_ALIAS_LOOP);
    cr_expect_eq(seen.ptr.alias_count, 2);
}

Test(check, the_number_of_links_is_bounded)
{
    char text[32];
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    for (unsigned i = 0; i < ANSWER_ALIASES_MAX; i++) {
        snprintf(text, sizeof(text), "a%u.example.com", i);
        feed_alias(ptr, text);
        cr_assert_eq(next(RR_PTR, text), ptr);
    }
    feed_alias(ptr, "one-more.example.com");
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_ALIAS_LONG);
    cr_expect_eq(seen.ptr.alias_count, ANSWER_ALIASES_MAX);
}

Test(check, a_failure_of_the_target_keeps_the_chain)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    feed_alias(ptr, "7.rev.example.com");
    next(RR_PTR, "7.rev.example.com");
    feed_kind(ptr, ANSWER_REFUSED);
    cr_expect_not(check_settled(check));
    finish();
    cr_expect_eq(seen.ptr.kind, ANSWER_REFUSED);
    cr_expect_eq(seen.ptr.rcode, RCODE_REFUSED);
    cr_assert_eq(seen.ptr.alias_count, 1);
    expect_name(&seen.ptr.aliases[0], "7.rev.example.com");
}

Test(check, no_pass_is_certain_after_a_truncated_answer)
{
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_name(&answer, "mta7.example.com", 60);
    answer.truncated = true;
    feed(ptr);
    feed_address(next(RR_A, "mta7.example.com"), "198.51.100.7");
    cr_expect_not(check_passes(check));
    cr_expect_not(check_settled(check), "a resumed run asks for the whole list");
    finish();
    cr_expect(seen.ptr.truncated);
}

Test(check, may_be_dropped_at_any_point)
{
    check_free(NULL);
    begin("198.51.100.7");
    check_free(check);
    begin("198.51.100.7");
    unsigned ptr = next(RR_PTR, REVERSE);
    answer_of_names(3);
    feed(ptr);
    next(RR_A, "m0.example.com");
    check_free(check); /* the sanitizer reports what is left */
    begin("198.51.100.7");
    feed_alias(next(RR_PTR, REVERSE), "7.rev.example.com");
    check_free(check);
}

/* ---- any answers at all ---- */

static uint64_t random_state;

static unsigned below(unsigned limit)
{
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

static void random_name(struct dnsname *out)
{
    char text[64];
    unsigned number = below(6);
    switch (below(4)) {
    case 0:
        snprintf(text, sizeof(text), "h%u.example.com", number);
        break;
    case 1:
        snprintf(text, sizeof(text), "H%u.Example.COM", number);
        break;
    case 2:
        snprintf(text, sizeof(text), "bad_%u.example.com", number);
        break;
    default:
        snprintf(text, sizeof(text), "one%u", number);
    }
    *out = name_of(text);
}

static void random_answer(uint16_t type)
{
    answer_of(&answer, below(3) ? ANSWER_RECORDS : below(ANSWER_KINDS));
    answer.tries = (uint16_t)(1 + below(5));
    answer.ttl = below(100000);
    answer.has_soa = answer_is_negative(&answer) && below(2);
    random_name(&answer.soa_zone);
    random_name(&answer.soa_mname);
    random_name(&answer.soa_rname);
    bool chain = answer.kind <= ANSWER_NXDOMAIN ||
                 (answer.kind >= ANSWER_ALIAS_LOOP && answer.kind <= ANSWER_ALIAS_CONFLICT);
    answer.alias_count = (uint16_t)(chain ? below(ANSWER_ALIASES_MAX + 1) : 0);
    if (answer.kind == ANSWER_ALIAS_OPEN)
        answer.alias_count = (uint16_t)(1 + below(3));
    answer.truncated = answer.kind == ANSWER_RECORDS && below(4) == 0;
    for (unsigned i = 0; i < answer.alias_count; i++)
        random_name(&answer.aliases[i]);
    if (answer.kind != ANSWER_RECORDS)
        return;
    answer.kept = (uint16_t)(1 + below(type == RR_PTR ? ANSWER_NAMES_MAX : ANSWER_ADDRESSES_MAX));
    answer.total = answer.kept + below(3);
    answer.holds = below(2);
    for (unsigned i = 0; i < answer.kept; i++) {
        if (type == RR_PTR)
            random_name(&answer.records.names[i]);
        else
            answer.records.addresses[i] = address_of(type == RR_A ? "198.51.100.7" : "2001:db8::1");
    }
}

struct asked {
    unsigned slot;
    uint16_t type;
};

/* Feeds open questions in random order until the check is done; returns the tries fed. */
static unsigned run_at_random(unsigned *answers)
{
    struct asked open[1 + OBSERVATION_FORWARDS_MAX];
    unsigned count = 0, tries = 0;
    struct question question;
    unsigned slot;
    for (*answers = 0; !check_done(check); (*answers)++) {
        while ((count == 0 || below(2)) && check_next(check, &question, &slot)) {
            cr_assert_lt(count, 1 + OBSERVATION_FORWARDS_MAX);
            open[count++] = (struct asked){slot, question.type};
        }
        cr_assert_gt(count, 0, "neither done nor anything to ask");
        unsigned pick = below(count);
        random_answer(open[pick].type);
        feed(open[pick].slot);
        tries += answer.tries;
        open[pick] = open[--count];
    }
    cr_expect_eq(count, 0, "done with questions open");
    return tries;
}

Test(check, ends_with_sound_facts_whatever_comes)
{
    for (unsigned round = 0; round < 3000; round++) {
        unsigned answers;
        random_state = round;
        unit.expected_count = below(EXPECTED_MAX + 1);
        for (unsigned i = 0; i < unit.expected_count; i++)
            random_name(&unit.expected[i]);
        begin(below(2) ? "198.51.100.7" : "2001:db8::1");
        unsigned tries = run_at_random(&answers);
        cr_assert_eq(check_tries(check), tries, "round %u", round);
        finish();
        cr_assert_leq(1 + seen.forward_count, answers, "round %u", round);
    }
}

Test(check, in_a_cut_only_expected_names_are_asked)
{
    expect_host("mta.example.com");
    unit.in_cut = true;
    begin("198.51.100.7");
    unsigned slot = next(RR_A, "mta.example.com");
    no_more();
    feed_address(slot, "198.51.100.7");
    cr_expect(check_done(check));
    cr_expect(check_settled(check));
    cr_expect_not(check_passes(check));
    cr_expect_eq(check_tries(check), 1);
    struct facts_buffer facts = check_take_facts(check);
    cr_assert(observation_decode(&seen, facts.bytes, facts.length));
    cr_expect(answer_is_proven_by_cut(&seen.ptr));
    cr_expect_eq(seen.forward_count, 1);
    facts_free(&facts);
    check_free(check);
}
