/* The way of questions to the name servers of their zones. */
#include "tests/unit/io/phases/zone_asker_table.h"

TestSuite(zone_asker, .fini = close_asker);

Test(zone_asker, asks_the_servers_of_the_zone)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", false}, {0}};
    open_asker(table);
    for (unsigned i = 0; i < 100; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 100);
    cr_expect_eq(last.kind, ANSWER_RECORDS);
    cr_expect_eq(asked_resolver, 6, "SOA, NS, two A, two AAAA: %u", asked_resolver);
    cr_expect_eq(asked_servers, 102, "%u", asked_servers);
    cr_expect_leq(asked_first, 56, "both servers have their share");
    cr_expect_geq(asked_first, 46, "both servers have their share");
    cr_expect_eq(zone_asker_counts(asker)->questions, 108);
    cr_expect_eq(zone_asker_counts(asker)->resolvers.count, 1);
}

Test(zone_asker, a_server_without_authority_is_left_out)
{
    static const struct rule table[] = {{"192.0.2.1", ZONE, RR_SOA, "soa 1", true},
                                        FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    expect_the_second_alone(table, 2);
}

static unsigned soa_answers;

static void spoilt_at_first(struct fake_reply *reply, const struct question *question)
{
    if (++soa_answers > 2)
        put_soa(reply, question, 1);
}

/* A damaged answer may look like one of a server that does not have the zone. */
Test(zone_asker, servers_whose_first_answer_is_spoilt_take_part)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER,
                                        {"*", ZONE, RR_SOA, "hostile", false},
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    soa_answers = 0;
    hostile_reply = spoilt_at_first;
    open_asker(table);
    for (unsigned i = 0; i < 20; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 20);
    cr_expect_eq(soa_answers, 4, "each server twice: %u", soa_answers);
    cr_expect_geq(asked_first, 9);
    cr_expect_leq(asked_first, 15);
}

Test(zone_asker, a_server_that_refuses_is_left_out)
{
    static const struct rule table[] = {{"192.0.2.1", ZONE, RR_SOA, "refused", false},
                                        FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    expect_the_second_alone(table, 1);
}

Test(zone_asker, a_server_with_an_older_version_is_left_out)
{
    static const struct rule table[] = {{"192.0.2.2", ZONE, RR_SOA, "soa 2", false},
                                        FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    expect_the_second_alone(table, 1);
}

/* The others are waited for only so long. */
Test(zone_asker, a_silent_server_is_left_out)
{
    static const struct rule table[] = {{"192.0.2.1", "*", RR_SOA, "silence", false},
                                        FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    int64_t start_ns = fake_now_ns;
    open_asker(table);
    for (unsigned i = 0; i < 20; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 20);
    cr_expect_lt(fake_now_ns - start_ns, INT64_C(1300) * FAKE_MS, "%jd ms",
                 (intmax_t)(fake_now_ns - start_ns) / FAKE_MS);
}

Test(zone_asker, without_an_answer_the_next_server_is_asked)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"192.0.2.1", "*", RR_PTR, "mta.example", true},
                                        {"192.0.2.2", "*", RR_PTR, "mta.example", false},
                                        {0}};
    open_asker(table);
    for (unsigned i = 0; i < 20; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 20);
    cr_expect(last.authoritative);
}

Test(zone_asker, answers_without_authority_never_count)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", true}, {0}};
    open_asker(table);
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(failed, 1);
    cr_expect_eq(asked_servers, 4, "both servers were asked: %u", asked_servers);
}

/* A server that stops answering costs the run a few seconds once, not its patience. */
Test(zone_asker, a_server_that_dies_loses_its_questions_to_the_other)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", false}, {0}};
    open_asker(table);
    int64_t start_ns = fake_now_ns;
    quiet_after = 50;
    for (unsigned i = 0; i < 1000; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 1000);
    cr_expect_lt(fake_now_ns - start_ns, INT64_C(8000) * FAKE_MS, "%jd ms",
                 (intmax_t)(fake_now_ns - start_ns) / FAKE_MS);
    uint64_t before = asked_first;
    for (unsigned i = 0; i < 10; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(asked_first, before);
}

/* Left out for half a minute: then it is asked for its zones again. */
Test(zone_asker, a_server_that_answers_again_takes_part_again)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", false}, {0}};
    open_asker(table);
    quiet_after = 50;
    for (unsigned i = 0; i < 1000; i++)
        ask_ptr("198.51.100.7");
    run();
    quiet_after = UINT64_MAX;
    fake_now_ns += INT64_C(30000) * FAKE_MS;
    cr_assert(zone_asker_run(asker, 0));
    ask_ptr("198.51.100.7");
    run();
    uint64_t before = asked_first;
    for (unsigned i = 0; i < 100; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 1101);
    cr_expect_geq(asked_first - before, 40, "%u", (unsigned)(asked_first - before));
}

Test(zone_asker, each_server_has_a_rate_of_its_own)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", false}, {0}};
    rate_of_servers = 50;
    open_asker(table);
    int64_t start_ns = fake_now_ns;
    for (unsigned i = 0; i < 500; i++)
        ask_ptr("198.51.100.7");
    run();
    int64_t ms = (fake_now_ns - start_ns) / FAKE_MS;
    cr_expect_eq(answered, 500);
    cr_expect_geq(ms, 3900, "100 a second: %jd ms", (intmax_t)ms);
    cr_expect_leq(ms, 6500, "100 a second: %jd ms", (intmax_t)ms);
}

/* What follows the alias is decided by the zone of its target. */
Test(zone_asker, an_answer_ends_with_its_alias)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "alias 7.0-15." ZONE, false},
                                        {0}};
    open_asker(table);
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 1);
    cr_expect_eq(last.kind, ANSWER_ALIAS_OPEN);
    cr_expect_eq(last.alias_count, 1);
}

Test(zone_asker, a_zone_that_is_not_found_has_no_server)
{
    static const struct rule table[] = {{"127.0.0.1", "*", RR_SOA, "refused", false}, {0}};
    open_asker(table);
    ask_ptr("198.51.100.7");
    ask_ptr("198.51.100.8");
    run();
    ask_ptr("198.51.100.9");
    cr_expect_eq(failed, 3);
    cr_expect_eq(asked_servers, 0);
    cr_expect_leq(asked_soa, 2, "the zone is searched once");
}

Test(zone_asker, special_addresses_of_servers_are_asked_on_demand_only)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {0}};
    open_asker(table);
    options.allow_special = false;
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(failed, 1);
    cr_expect_eq(asked_servers, 0);
}

/* Names of top-level domains and registries are none of theirs to answer. */
Test(zone_asker, zones_that_only_delegate_are_not_asked)
{
    static const struct rule table[] = {{"127.0.0.1", "example", RR_SOA, "soa 1", false}, {0}};
    struct question question = {.name = name_of("example"), .type = RR_A};
    open_asker(table);
    cr_assert(zone_asker_ask(asker, &question, NULL, NULL, &last, 5));
    run();
    cr_expect_eq(failed, 1);
    cr_expect_eq(asked_servers, 0);
}

/* A name that many addresses share is kept once a server answered with authority, not before. */
Test(zone_asker, a_shared_name_is_asked_at_the_next_server)
{
    const struct rule table[] = {
        {"127.0.0.1", "mail.example", RR_SOA, "soa 1", false},
        {"127.0.0.1", "mail.example", RR_NS, "ns1.example ns2.example", false},
        FOUND_BY_THE_RESOLVER,
        {"*", "mail.example", RR_SOA, "soa 1", false},
        {"192.0.2.1", "*", RR_A, "198.51.100.7", true},
        {"192.0.2.2", "*", RR_A, "198.51.100.7", false},
        {0}};
    struct question question = {.name = name_of("mta.mail.example"), .type = RR_A};
    open_asker(table);
    for (unsigned i = 0; i < 200; i++) {
        cr_assert(zone_asker_ask(asker, &question, NULL, NULL, &last, 5));
        run();
    }
    cr_expect_eq(answered, 200, "%u", answered);
    cr_expect(last.authoritative);
    cr_expect_leq(asked_servers, 5, "kept then: %u", asked_servers);
}

/* Each zone has four name servers of its own: ns1.N.51.198.in-addr.arpa is 192.0.N.1. */
static void own_servers(struct fake_reply *reply, const struct question *question)
{
    char apex[DNSNAME_TEXT_MAX], text[DNSNAME_TEXT_MAX + 16];
    unsigned server = 0, zone = 0;

    dnsname_print(apex, &question->name);
    for (unsigned i = 1; question->type == RR_NS && i <= 4; i++) {
        snprintf(text, sizeof(text), "ns%u.%s", i, apex);
        struct dnsname name = name_of(text);
        fake_record(reply, question, name.wire, name.length);
    }
    if (question->type == RR_A) {
        cr_assert_eq(sscanf(apex, "ns%u.%u.", &server, &zone), 2);
        const uint8_t address[] = {192, 0, (uint8_t)zone, (uint8_t)server};
        fake_record(reply, question, address, sizeof(address));
    }
}

/* Half of the 64 servers may be four of a zone; the other zones get two each. */
Test(zone_asker, zones_beyond_the_last_server_are_counted)
{
    static const struct rule table[] = {
        {"*", "*", RR_SOA, "soa 1", false},         {"127.0.0.1", "*", RR_NS, "hostile", false},
        {"127.0.0.1", "*", RR_A, "hostile", false}, {"127.0.0.1", "*", RR_AAAA, "", false},
        {"*", "*", RR_PTR, "mta.example", false},   {0}};
    char ip[IPADDR_TEXT_MAX];
    hostile_reply = own_servers;
    open_asker(table);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(ip, sizeof(ip), "198.51.%u.7", i);
        ask_ptr(ip);
        run();
    }
    cr_expect_eq(answered, 8 + 16, "%u", answered);
    cr_expect_eq(zone_asker_counts(asker)->unserved_zones, 100 - 8 - 16);
}

/* Names that fail for good, one after another, do not make a server that answers useless. */
Test(zone_asker, a_server_that_fails_for_some_names_is_kept)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "9." ZONE, RR_PTR, "mta.example", true},
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    open_asker(table);
    for (unsigned i = 0; i < 400; i++)
        ask_ptr("198.51.100.7");
    run();
    for (unsigned i = 0; i < 100; i++)
        ask_ptr("198.51.100.9");
    run();
    for (unsigned i = 0; i < 10; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(failed, 100);
    cr_expect_eq(answered, 410, "%u", answered);
}
