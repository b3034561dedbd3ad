/*
 * A zone asker over made-up zones, for its tests. The resolver and the name servers answer from a
 * table.
 */
#ifndef TESTS_UNIT_IO_PHASES_ZONE_ASKER_TABLE_H
#define TESTS_UNIT_IO_PHASES_ZONE_ASKER_TABLE_H

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
                         "silence"; "soa N"; "alias NAME"; "hostile": what hostile_reply makes */
    bool no_authority;
};

static const struct rule *rules;
static void (*hostile_reply)(struct fake_reply *reply, const struct question *question);
static unsigned asked_resolver, asked_servers, asked_soa;
static uint64_t quiet_after; /* queries to 192.0.2.1; then it is silent */
static uint64_t asked_first;

static inline bool is(const char *pattern, const char *text)
{
    return strcmp(pattern, "*") == 0 || strcmp(pattern, text) == 0;
}

static inline void put_soa(struct fake_reply *reply, const struct question *question,
                           unsigned serial)
{
    uint8_t octets[22] = {0, 0, 0, 0, (uint8_t)(serial >> 8), (uint8_t)serial};
    fake_record(reply, question, octets, sizeof(octets)); /* two root names, then the numbers */
}

static inline void put_alias(struct fake_reply *reply, const struct question *question,
                             const char *to)
{
    struct question alias = {.name = question->name, .type = RR_CNAME};
    struct dnsname target = name_of(to);
    fake_record(reply, &alias, target.wire, target.length);
}

static inline void put_words(struct fake_reply *reply, const struct question *question,
                             const char *says)
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

static inline void put_group(struct fake_reply *reply, const struct question *question,
                             const char *says)
{
    if (strcmp(says, "hostile") == 0)
        hostile_reply(reply, question);
    else if (strncmp(says, "soa ", 4) == 0)
        put_soa(reply, question, (unsigned)atoi(says + 4));
    else if (strncmp(says, "alias ", 6) == 0)
        put_alias(reply, question, says + 6);
    else
        put_words(reply, question, says);
}

static inline void answer_by_rule(const struct fake_query *query, struct fake_reply *reply)
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

static inline void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    cr_assert_eq(context, &options);
    cr_assert_eq(owner, &last);
    cr_assert_eq(slot, 5);
    answered += answer != NULL;
    failed += answer == NULL;
    if (answer)
        last = *answer;
}

static inline void open_asker(const struct rule *table)
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

static inline void ask_ptr(const char *ip)
{
    struct ipaddr address = address_of(ip);
    struct question question = {.type = RR_PTR};
    ipaddr_reverse_name(&question.name, &address);
    cr_assert(zone_asker_ask(asker, &question, &address, NULL, &last, 5));
}

static inline void run(void)
{
    while (zone_asker_open(asker) > 0)
        cr_assert(zone_asker_run(asker, 20));
}

static inline void close_asker(void)
{
    zone_asker_free(asker);
    asker = NULL;
    cr_expect_eq(fake_in_flight, 0);
}

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

static inline void expect_the_second_alone(const struct rule *table, unsigned queries_to_the_first)
{
    open_asker(table);
    for (unsigned i = 0; i < 20; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered, 20);
    cr_expect_eq(failed, 0);
    cr_expect_eq(asked_first, queries_to_the_first, "%u", (unsigned)asked_first);
}

#endif
