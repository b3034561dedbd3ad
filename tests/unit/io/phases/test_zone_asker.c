/* Questions about made-up zones. The resolver and the name servers answer from a table. */
#define FAKE_CLOCK
#include "io/phases/zone_asker.h"

#include <stdio.h>

#include "tests/unit/io/fake_resolver.h"

/* In the place of endpoint_has_route (tests/tests.mk): every server has a route, even without a
 * network. */
bool __wrap_endpoint_has_route(const struct endpoint *endpoint);
bool __wrap_endpoint_has_route(const struct endpoint *endpoint)
{
    (void)endpoint;
    return true;
}

/* ---- the table ---- */

struct rule {
    const char *server; /* "*": any */
    const char *name;   /* of the question; "*": any */
    uint16_t type;
    const char *says; /* host names or addresses, joined by blanks; "": nothing is there; "refused";
                         "silence"; "soa N"; "alias NAME" */
    bool no_authority;
};

static const struct rule *rules;
static unsigned asked_resolver, asked_servers, asked_soa;
static uint64_t quiet_after; /* queries to 192.0.2.1; then it is silent */
static uint64_t asked_first;

static bool is(const char *pattern, const char *text)
{
    return strcmp(pattern, "*") == 0 || strcmp(pattern, text) == 0;
}

static void put_soa(struct fake_reply *reply, const struct question *question, unsigned serial)
{
    uint8_t octets[22] = {0, 0, 0, 0, (uint8_t)(serial >> 8), (uint8_t)serial};
    fake_record(reply, question, octets, sizeof(octets)); /* two root names, then the numbers */
}

static void put_alias(struct fake_reply *reply, const struct question *question, const char *to)
{
    struct question alias = {.name = question->name, .type = RR_CNAME};
    struct dnsname target = name_of(to);
    fake_record(reply, &alias, target.wire, target.length);
}

static void put_words(struct fake_reply *reply, const struct question *question, const char *says)
{
    char copy[256], *rest = copy, *word;
    struct ipaddr address;
    snprintf(copy, sizeof(copy), "%s", says);
    while ((word = strtok_r(rest, " ", &rest))) {
        if (ipaddr_parse(&address, word, strlen(word))) {
            fake_record(reply, question, address.bytes, ipaddr_octets(&address));
        } else {
            struct dnsname name = name_of(word);
            fake_record(reply, question, name.wire, name.length);
        }
    }
}

static void put_group(struct fake_reply *reply, const struct question *question, const char *says)
{
    if (strncmp(says, "soa ", 4) == 0)
        put_soa(reply, question, (unsigned)atoi(says + 4));
    else if (strncmp(says, "alias ", 6) == 0)
        put_alias(reply, question, says + 6);
    else
        put_words(reply, question, says);
}

static void answer_by_rule(const struct fake_query *query, struct fake_reply *reply)
{
    char server[IPADDR_TEXT_MAX], name[DNSNAME_TEXT_MAX];
    const struct rule *rule = rules;
    ipaddr_print(server, &query->to->address);
    dnsname_print(name, &query->question->name);
    bool resolver = strcmp(server, "127.0.0.1") == 0;
    *(resolver ? &asked_resolver : &asked_servers) += 1;
    asked_soa += query->question->type == RR_SOA;
    if (strcmp(server, "192.0.2.1") == 0 && ++asked_first > quiet_after)
        return;
    while (rule->server && (!is(rule->server, server) || !is(rule->name, name) ||
                            rule->type != query->question->type))
        rule++;
    if (rule->server && strcmp(rule->says, "silence") == 0)
        return;
    bool refused = !rule->server || strcmp(rule->says, "refused") == 0;
    fake_rcode(reply, query->question, refused ? RCODE_REFUSED : RCODE_NOERROR);
    reply->delay_ms = 20;
    if (!refused)
        put_group(reply, query->question, rule->says);
    if (!resolver && !(rule->server && rule->no_authority))
        reply->wire[2] |= 4;
}

/* ---- the asker ---- */

static const struct endpoint RESOLVER = {.address = {.family = IP_V4, .bytes = {127, 0, 0, 1}}};
static struct rate_limit rate_limit;
static struct name_server_options options;
static struct zone_asker *asker;
static unsigned answered, failed;
static uint64_t rate_of_servers;
static struct answer last;

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    cr_assert_eq(context, &options);
    cr_assert_eq(owner, &last);
    cr_assert_eq(slot, 5);
    answered += answer != NULL;
    failed += answer == NULL;
    if (answer)
        last = *answer;
}

static void open_asker(const struct rule *table)
{
    struct failure failure = {0};
    const struct asker_options resolver = {.engine = &resolver_network,
                                           .endpoints = &RESOLVER,
                                           .endpoint_count = 1,
                                           .timeout_ms = 1000,
                                           .tries = 2,
                                           .window = 100,
                                           .rate_limit = &rate_limit};
    rules = table;
    fake_script = answer_by_rule;
    quiet_after = UINT64_MAX;
    options = (struct name_server_options){.allow_special = true, .rate = rate_of_servers};
    asker = zone_asker_new(&resolver, &options, on_answer, &options, &failure);
    cr_assert_not_null(asker);
}

static void ask_ptr(const char *ip)
{
    struct ipaddr address = address_of(ip);
    struct question question = {.type = RR_PTR};
    ipaddr_reverse_name(&question.name, &address);
    cr_assert(zone_asker_ask(asker, &question, &address, NULL, &last, 5));
}

static void run(void)
{
    while (zone_asker_open(asker) > 0)
        cr_assert(zone_asker_run(asker, 20));
}

static void close_asker(void)
{
    zone_asker_free(asker);
    asker = NULL;
    cr_expect_eq(fake_in_flight, 0);
}

TestSuite(zone_asker, .fini = close_asker);

/* A zone with the servers 192.0.2.1 and 192.0.2.2. */
#define ZONE "100.51.198.in-addr.arpa"
#define FOUND_BY_THE_RESOLVER                                         \
    {"127.0.0.1", ZONE, RR_SOA, "soa 1", false},                      \
        {"127.0.0.1", ZONE, RR_NS, "ns1.example ns2.example", false}, \
        {"127.0.0.1", "ns1.example", RR_A, "192.0.2.1", false},       \
        {"127.0.0.1", "ns2.example", RR_A, "192.0.2.2", false},       \
    {                                                                 \
        "127.0.0.1", "*", RR_AAAA, "", false                          \
    }
#define BOTH_HAVE_THE_ZONE                \
    {                                     \
        "*", ZONE, RR_SOA, "soa 1", false \
    }

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

static void expect_the_second_alone(const struct rule *table, unsigned queries_to_the_first)
{
    open_asker(table);
    for (unsigned i = 0; i < 20; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 20);
    cr_expect_eq(failed, 0);
    cr_expect_eq(asked_first, queries_to_the_first, "%u", (unsigned)asked_first);
}

Test(zone_asker, a_server_without_authority_is_left_out)
{
    static const struct rule table[] = {{"192.0.2.1", ZONE, RR_SOA, "soa 1", true},
                                        FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    expect_the_second_alone(table, 1);
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
