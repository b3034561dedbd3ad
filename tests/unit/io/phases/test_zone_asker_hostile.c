/* Name servers that claim more than is theirs: nothing of it becomes an answer. */
#include "tests/unit/io/phases/zone_asker_table.h"

TestSuite(zone_asker_hostile, .fini = close_asker);

/* A record at another owner than the name of the question, in one of the sections. */
enum { ANSWER = 7, AUTHORITY = 9, ADDITIONAL = 11 }; /* low octet of the count */
static void put_record_at(struct fake_reply *reply, unsigned section, const char *owner,
                          uint16_t type, const void *rdata, size_t len)
{
    struct dnsname name = name_of(owner);
    fake_put(reply, name.wire, name.length);
    fake_put16(reply, type);
    fake_put16(reply, 1);
    fake_put16(reply, 0);
    fake_put16(reply, 600);
    fake_put16(reply, (unsigned)len);
    fake_put(reply, rdata, len);
    reply->wire[section]++;
}

static void put_name_at(struct fake_reply *reply, unsigned section, const char *owner,
                        uint16_t type, const char *target)
{
    struct dnsname name = name_of(target);
    put_record_at(reply, section, owner, type, name.wire, name.length);
}

static void put_address_at(struct fake_reply *reply, unsigned section, const char *owner,
                           const char *ip)
{
    struct ipaddr address = address_of(ip);
    put_record_at(reply, section, owner, RR_A, address.bytes, ipaddr_octets(&address));
}

/* Asks both servers, which say the same. */
static void ask_both(void (*hostile)(struct fake_reply *, const struct question *))
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "hostile", false}, {0}};
    hostile_reply = hostile;
    open_asker(table);
    ask_ptr("198.51.100.7");
    run();
}

/* No answer but silence, or one without records. */
static void expect_no_records(void (*hostile)(struct fake_reply *, const struct question *))
{
    ask_both(hostile);
    cr_expect(failed == 1 || answer_is_negative(&last), "kind %d", last.kind);
    cr_expect_eq(last.kept, 0);
}

static void answer_as_glue(struct fake_reply *reply, const struct question *question)
{
    (void)question;
    put_name_at(reply, ADDITIONAL, "7." ZONE, RR_PTR, "mta.example");
}

Test(zone_asker_hostile, records_beside_the_answer_are_none)
{
    expect_no_records(answer_as_glue);
}

static void referral_with_glue(struct fake_reply *reply, const struct question *question)
{
    (void)question;
    put_name_at(reply, AUTHORITY, "7." ZONE, RR_NS, "ns1.evil.example");
    put_address_at(reply, ADDITIONAL, "ns1.evil.example", "192.0.2.66");
}

Test(zone_asker_hostile, a_referral_that_claims_authority_is_no_answer)
{
    expect_no_records(referral_with_glue);
    cr_expect_eq(asked_resolver, 6, "nor is its name server asked: %u", asked_resolver);
}

static void answer_of_a_neighbour(struct fake_reply *reply, const struct question *question)
{
    (void)question;
    put_name_at(reply, ANSWER, "8." ZONE, RR_PTR, "mta.example");
}

Test(zone_asker_hostile, records_of_another_owner_are_none)
{
    expect_no_records(answer_of_a_neighbour);
}

static void alias_and_its_target(struct fake_reply *reply, const struct question *question)
{
    put_alias(reply, question, "7.victim.example");
    put_name_at(reply, ANSWER, "7.victim.example", RR_PTR, "mta.example");
}

/* The zone of the target has no server here, so it is asked nowhere. */
Test(zone_asker_hostile, records_after_an_alias_are_the_target_zones)
{
    ask_both(alias_and_its_target);
    cr_expect_eq(last.kind, ANSWER_ALIAS_OPEN);
    cr_expect_eq(last.kept, 0);
    struct question target = {.name = last.aliases[0], .type = RR_PTR};
    cr_assert(zone_asker_ask(asker, &target, NULL, NULL, &last, 5));
    run();
    cr_expect_eq(failed, 1);
}

static void dname_above_the_zone(struct fake_reply *reply, const struct question *question)
{
    (void)question;
    put_name_at(reply, ANSWER, "in-addr.arpa", RR_DNAME, "victim.example");
    put_name_at(reply, ANSWER, "7.100.51.198.victim.example", RR_PTR, "mta.example");
}

Test(zone_asker_hostile, records_after_a_dname_are_the_target_zones)
{
    ask_both(dname_above_the_zone);
    cr_expect_eq(last.kept, 0);
    cr_expect_neq(last.kind, ANSWER_RECORDS);
}

static void soa_of_the_parent(struct fake_reply *reply, const struct question *question)
{
    static const uint8_t SOA[22] = {0};
    (void)question;
    put_record_at(reply, ANSWER, "51.198.in-addr.arpa", RR_SOA, SOA, sizeof(SOA));
}

/* A server that answers for another zone than the one in which it is named does not have it. */
Test(zone_asker_hostile, a_server_with_another_zone_is_left_out)
{
    hostile_reply = soa_of_the_parent;
    const struct rule table[] = {{"192.0.2.1", ZONE, RR_SOA, "hostile", false},
                                 FOUND_BY_THE_RESOLVER,
                                 BOTH_HAVE_THE_ZONE,
                                 {"*", "*", RR_PTR, "mta.example", false},
                                 {0}};
    expect_the_second_alone(table, 3); /* not believed */
}

static void servers_with_glue(struct fake_reply *reply, const struct question *question)
{
    put_words(reply, question, "ns1.example ns2.example");
    put_address_at(reply, ADDITIONAL, "ns1.example", "192.0.2.66");
    put_address_at(reply, ADDITIONAL, "ns2.example", "192.0.2.67");
}

/* The addresses of name servers are those that the resolver answers with. */
Test(zone_asker_hostile, addresses_of_servers_are_not_taken_from_glue)
{
    hostile_reply = servers_with_glue;
    const struct rule table[] = {{"127.0.0.1", ZONE, RR_NS, "hostile", false},
                                 {"192.0.2.66", "*", RR_PTR, "evil.example", false},
                                 {"192.0.2.67", "*", RR_PTR, "evil.example", false},
                                 FOUND_BY_THE_RESOLVER,
                                 BOTH_HAVE_THE_ZONE,
                                 {"192.0.2.1", "*", RR_PTR, "mta.example", false},
                                 {"192.0.2.2", "*", RR_PTR, "mta.example", false},
                                 {0}};
    struct dnsname good = name_of("mta.example");
    open_asker(table);
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 1);
    cr_expect(dnsname_equal(&last.records.names[0], &good));
    cr_expect_eq(asked_servers, 3, "%u", asked_servers);
}

static void soa_of_a_neighbour(struct fake_reply *reply, const struct question *question)
{
    static const uint8_t SOA[22] = {0};
    (void)question;
    put_record_at(reply, AUTHORITY, "victim.example", RR_SOA, SOA, sizeof(SOA));
}

/* A zone that does not hold the name is not its zone, whatever the SOA question brought. */
Test(zone_asker_hostile, a_zone_beside_the_name_is_not_taken)
{
    hostile_reply = soa_of_a_neighbour;
    const struct rule table[] = {{"127.0.0.1", ZONE, RR_SOA, "hostile", false}, {0}};
    open_asker(table);
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(failed, 1);
    cr_expect_eq(asked_servers, 0);
    cr_expect_eq(asked_resolver, 1);
}

static void nothing_in_the_parent(struct fake_reply *reply, const struct question *question)
{
    static const uint8_t SOA[22] = {0};
    (void)question;
    put_record_at(reply, AUTHORITY, "51.198.in-addr.arpa", RR_SOA, SOA, sizeof(SOA));
}

/* A server that lost the zone in mid-run and has its parent answers as if the zone were empty. */
Test(zone_asker_hostile, negative_answers_of_another_zone_do_not_count)
{
    ask_both(nothing_in_the_parent);
    cr_expect_eq(failed, 1, "kind %d", last.kind);
    cr_expect_eq(asked_servers, 4, "both servers were asked: %u", asked_servers);
}

static void nothing_in_the_zone(struct fake_reply *reply, const struct question *question)
{
    static const uint8_t SOA[22] = {0};
    (void)question;
    put_record_at(reply, AUTHORITY, ZONE, RR_SOA, SOA, sizeof(SOA));
}

Test(zone_asker_hostile, negative_answers_of_the_zone_count)
{
    ask_both(nothing_in_the_zone);
    cr_expect_eq(answered, 1);
    cr_expect(answer_is_negative(&last), "kind %d", last.kind);
}
