/* Name servers asked about made-up facts. They answer from a table in this file. */
#define FAKE_CLOCK
#include "io/phases/zone_servers.h"

#include "io/run/run_file.h"
#include "tests/unit/io/fake_resolver.h"
#include "tests/unit/io/scratch.h"

/* ---- the table ---- */

struct rule {
    const char *server; /* "*": any */
    const char *name;   /* of the question; "*": any */
    uint16_t type;
    const char
        *says; /* a host name or an address; "": nothing is there; "refused"; "silence"; "soa" */
    bool no_authority;
};

static const struct rule *rules;
static unsigned asked;
static uint32_t serial;
static int64_t last_ns;

static bool is(const char *pattern, const char *text)
{
    return strcmp(pattern, "*") == 0 || strcmp(pattern, text) == 0;
}

static void put_soa(struct fake_reply *reply, const struct question *question)
{
    uint8_t octets[22] = {0,
                          0,
                          (uint8_t)(serial >> 24),
                          (uint8_t)(serial >> 16),
                          (uint8_t)(serial >> 8),
                          (uint8_t)serial};
    fake_record(reply, question, octets, sizeof(octets)); /* two root names, then the numbers */
}

static void put_group(struct fake_reply *reply, const struct question *question, const char *says)
{
    struct ipaddr address;
    if (strcmp(says, "soa") == 0) {
        put_soa(reply, question);
    } else if (ipaddr_parse(&address, says, strlen(says))) {
        fake_record(reply, question, address.bytes, ipaddr_octets(&address));
    } else if (says[0]) {
        struct dnsname name = name_of(says);
        fake_record(reply, question, name.wire, name.length);
    }
}

static void answer_by_rule(const struct fake_query *query, struct fake_reply *reply)
{
    char server[IPADDR_TEXT_MAX], name[DNSNAME_TEXT_MAX];
    const struct rule *rule = rules;
    ipaddr_print(server, &query->to->address);
    dnsname_print(name, &query->question->name);
    cr_expect_eq(query->to->port, 53);
    asked++;
    last_ns = query->at_ns;
    while (rule->server && (!is(rule->server, server) || !is(rule->name, name) ||
                            rule->type != query->question->type))
        rule++;
    if (!rule->server || strcmp(rule->says, "silence") == 0)
        return;
    bool refused = strcmp(rule->says, "refused") == 0;
    fake_rcode(reply, query->question, refused ? RCODE_REFUSED : RCODE_NOERROR);
    if (!refused)
        put_group(reply, query->question, rule->says);
    if (!rule->no_authority)
        reply->wire[2] |= 4;
}

/* ---- the run ---- */

static const char ZONE[] = "100.51.198.in-addr.arpa";
static struct run_file *run;
static struct asker_counts counts;
static volatile sig_atomic_t stop;

static void begin(void)
{
    scratch_make();
    run = scratch_open("run.db", RUN_CREATE);
    serial = 7;
    stop = 0;
}

static void end(void)
{
    scratch_close(run);
    scratch_remove();
}

TestSuite(zone_servers, .init = begin, .fini = end);

static void add_server(const char *zone, const char *address)
{
    struct run_zone_server server = {
        .zone = name_of(zone), .name = name_of("ns.example"), .address = address_of(address)};
    cr_assert(run_file_add_zone_server(run, &server));
}

/* An address that has this PTR name and is asked for; host NULL: the run got SERVFAIL. */
static void add_address(const char *ip, const char *host)
{
    static struct answer ptr;
    struct facts_buffer facts = {0};
    struct dnsname zone = name_of(ZONE);
    struct run_question ask = {.address = address_of(ip), .question.type = RR_PTR};
    ipaddr_reverse_name(&ask.question.name, &ask.address);
    if (host)
        answer_of_name(&ptr, host, 600);
    else
        answer_of(&ptr, ANSWER_SERVFAIL);
    cr_assert(facts_put_ptr(&facts, &ptr));
    scratch_found(run, ip, true, &facts);
    cr_assert(run_file_add_question(run, &zone, &ask));
}

static enum collect_end ask_servers_with(const struct rule *table, unsigned window)
{
    static const struct endpoint resolver;
    static struct rate_limit rate_limit;
    struct failure failure = {0};
    struct vantage_options options = {.collecting = {.asker = {.engine = &resolver_network,
                                                               .endpoints = &resolver,
                                                               .endpoint_count = 1,
                                                               .timeout_ms = 2000,
                                                               .tries = 2,
                                                               .window = window,
                                                               .rate_limit = &rate_limit},
                                                     .stop = &stop},
                                      .has_rate = true};
    fake_script = answer_by_rule;
    rules = table;
    asked = 0;
    memset(&counts, 0, sizeof(counts));
    enum collect_end result = zone_servers_ask(run, &options, &counts, &failure);
    cr_expect_eq(failure.status, EXIT_POLICY_MET, "%s", failure.text);
    return result;
}

static void ask_servers(const struct rule *table)
{
    cr_expect_eq(ask_servers_with(table, 100), COLLECT_COMPLETE);
}

static struct run_zone_server state_of(const char *zone, const char *address)
{
    static struct run_zone_server servers[32];
    struct dnsname name = name_of(zone);
    struct ipaddr wanted = address_of(address);
    unsigned got;
    cr_assert(run_file_servers_of_zone(run, &name, servers, 32, &got));
    for (unsigned i = 0; i < got; i++) {
        if (ipaddr_equal(&servers[i].address, &wanted))
            return servers[i];
    }
    cr_assert(false, "%s has no server %s", zone, address);
    return servers[0];
}

static void expect_counts(const char *address, uint64_t questions, uint64_t differing,
                          uint64_t failed)
{
    struct run_zone_server server = state_of(ZONE, address);
    cr_expect_eq(server.state, ZONE_SERVER_WHOLE);
    cr_expect_eq(server.asked, questions);
    cr_expect_eq(server.differing, differing, "%s: %d", address, (int)server.differing);
    cr_expect_eq(server.failed, failed);
}

/* All differences, "198.51.100.7 192.0.2.2 name|..." */
static void expect_told(const char *expected)
{
    static struct run_difference told;
    char all[2048] = "", address[IPADDR_TEXT_MAX], server[IPADDR_TEXT_MAX];
    struct iprange range = {address_of("0.0.0.0"), address_of("255.255.255.255")};
    cr_assert(run_file_differences_begin(run, &range));
    while (run_file_differences_next(run, &told) == RUN_ROW) {
        ipaddr_print(address, &told.ask.address);
        ipaddr_print(server, &told.server);
        snprintf(all + strlen(all), sizeof(all) - strlen(all), "%s %s %d %.100s|", address, server,
                 (int)told.summary.kind, told.summary.text);
    }
    cr_expect_str_eq(all, expected);
}

#define SOA_EVERYWHERE                 \
    {                                  \
        "*", "*", RR_SOA, "soa", false \
    }

/* The owner of the SOA record in the table is the name of the question, so it fits every zone. */
Test(zone_servers, keeps_answers_that_differ_from_those_of_the_run)
{
    static const struct rule table[] = {
        SOA_EVERYWHERE,
        {"192.0.2.2", "7.100.51.198.in-addr.arpa", RR_PTR, "old7.example", false},
        {"*", "7.100.51.198.in-addr.arpa", RR_PTR, "MTA7.example", false},
        {"192.0.2.2", "8.100.51.198.in-addr.arpa", RR_PTR, "", false},
        {"*", "8.100.51.198.in-addr.arpa", RR_PTR, "mta8.example", false},
        {0}};
    add_server(ZONE, "192.0.2.1");
    add_server(ZONE, "192.0.2.2");
    add_address("198.51.100.7", "mta7.example");
    add_address("198.51.100.8", "mta8.example");
    ask_servers(table);
    expect_counts("192.0.2.1", 2, 0, 0);
    expect_counts("192.0.2.2", 2, 2, 0);
    cr_expect_eq(state_of(ZONE, "192.0.2.1").serial, 7);
    expect_told("198.51.100.7 192.0.2.2 1 old7.example|198.51.100.8 192.0.2.2 6 |");
    cr_expect_eq(asked, 6);
    cr_expect_eq(counts.questions, 6);
}

Test(zone_servers, keeps_answers_without_one_to_compare)
{
    static const struct rule table[] = {
        SOA_EVERYWHERE, {"*", "*", RR_PTR, "mta7.example", false}, {0}};
    add_server(ZONE, "192.0.2.1");
    add_address("198.51.100.7", NULL);
    ask_servers(table);
    expect_counts("192.0.2.1", 1, 0, 0);
    expect_told("198.51.100.7 192.0.2.1 1 mta7.example|");
}

/* A lame server is reported once for the zone and not asked for names. */
Test(zone_servers, lame_servers_are_asked_for_no_names)
{
    static const struct rule table[] = {{"192.0.2.1", "*", RR_SOA, "refused", false},
                                        {"192.0.2.2", "*", RR_SOA, "soa", true},
                                        {"192.0.2.3", "*", RR_SOA, "", false},
                                        {"*", "*", RR_PTR, "wrong.example", false},
                                        {0}};
    add_server(ZONE, "192.0.2.1");
    add_server(ZONE, "192.0.2.2");
    add_server(ZONE, "192.0.2.3");
    add_address("198.51.100.7", "mta7.example");
    ask_servers(table);
    for (unsigned i = 0; i < 3; i++)
        cr_expect_eq(
            state_of(ZONE, (const char *[]){"192.0.2.1", "192.0.2.2", "192.0.2.3"}[i]).state,
            ZONE_SERVER_LAME);
    expect_told("");
    cr_expect_eq(asked, 4, "REFUSED is asked again, the others are not: %u", asked);
}

/* An answer without authority comes from a cache, or is a referral. */
Test(zone_servers, answers_for_delegated_names_do_not_count)
{
    static const struct rule table[] = {SOA_EVERYWHERE, {"*", "*", RR_PTR, "", true}, {0}};
    add_server(ZONE, "192.0.2.1");
    add_address("198.51.100.7", "mta7.example");
    ask_servers(table);
    expect_counts("192.0.2.1", 1, 0, 1);
    expect_told("198.51.100.7 192.0.2.1 0 |");
}

/* Many zones of a dead server cost no more than one. */
Test(zone_servers, a_silent_server_is_given_up_for_all_its_zones)
{
    static const struct rule table[] = {{"192.0.2.1", "*", RR_SOA, "silence", false},
                                        SOA_EVERYWHERE,
                                        {"*", "*", RR_PTR, "mta7.example", false},
                                        {0}};
    char zone[64];
    for (unsigned i = 0; i < 100; i++) {
        snprintf(zone, sizeof(zone), "%u.51.198.in-addr.arpa", i);
        add_server(zone, "192.0.2.1");
    }
    add_server(ZONE, "192.0.2.2");
    add_address("198.51.100.7", "mta7.example");
    int64_t start_ns = fake_now_ns;
    ask_servers(table);
    cr_expect_eq(state_of("0.51.198.in-addr.arpa", "192.0.2.1").state, ZONE_SERVER_SILENT);
    cr_expect_eq(state_of("99.51.198.in-addr.arpa", "192.0.2.1").state, ZONE_SERVER_SILENT);
    expect_counts("192.0.2.2", 1, 0, 0);
    cr_expect_lt(last_ns - start_ns, INT64_C(12000) * FAKE_MS, "%jd ms",
                 (intmax_t)(last_ns - start_ns) / FAKE_MS);
    cr_expect_lt(asked, 100u, "%u", asked);
}

static unsigned answered;

/* Answers everything until it dies. */
static void dying(const struct fake_query *query, struct fake_reply *reply)
{
    asked++;
    if (++answered > 40)
        return;
    fake_rcode(reply, query->question, RCODE_NOERROR);
    put_group(reply, query->question, query->question->type == RR_SOA ? "soa" : "other.example");
    reply->wire[2] |= 4;
}

Test(zone_servers, answers_before_a_server_died_are_kept)
{
    static const struct endpoint resolver;
    static struct rate_limit rate_limit;
    struct failure failure = {0};
    struct vantage_options options = {.collecting = {.asker = {.engine = &resolver_network,
                                                               .endpoints = &resolver,
                                                               .endpoint_count = 1,
                                                               .timeout_ms = 1000,
                                                               .tries = 2,
                                                               .window = 16,
                                                               .rate_limit = &rate_limit},
                                                     .stop = &stop},
                                      .has_rate = true};
    char ip[IPADDR_TEXT_MAX];
    struct iprange range = {address_of("0.0.0.0"), address_of("255.255.255.255")};
    static struct run_difference told;
    unsigned count = 0;
    add_server(ZONE, "192.0.2.1");
    for (unsigned i = 0; i < 200; i++) {
        snprintf(ip, sizeof(ip), "198.51.100.%u", i);
        add_address(ip, "mta.example");
    }
    fake_script = dying;
    cr_expect_eq(zone_servers_ask(run, &options, &counts, &failure), COLLECT_COMPLETE);
    cr_expect_eq(state_of(ZONE, "192.0.2.1").state, ZONE_SERVER_SILENT);
    cr_assert(run_file_differences_begin(run, &range));
    while (run_file_differences_next(run, &told) == RUN_ROW)
        count += told.summary.kind == SUMMARY_NAMES;
    cr_expect_eq(count, 39);
    cr_expect_lt(asked, 120u, "%u", asked);
}

Test(zone_servers, more_servers_than_sessions_and_zones_than_a_batch)
{
    static const struct rule table[] = {
        SOA_EVERYWHERE, {"*", "*", RR_PTR, "mta7.example", false}, {0}};
    char text[64];
    for (unsigned i = 1; i <= 25; i++) {
        snprintf(text, sizeof(text), "192.0.2.%u", i);
        add_server(ZONE, text);
    }
    for (unsigned i = 0; i < 70; i++) {
        snprintf(text, sizeof(text), "%u.51.198.in-addr.arpa", i);
        add_server(text, "192.0.2.1");
    }
    add_address("198.51.100.7", "mta7.example");
    fake_in_flight_max = 0;
    ask_servers(table);
    expect_counts("192.0.2.25", 1, 0, 0);
    expect_counts("192.0.2.1", 1, 0, 0);
    cr_expect_eq(state_of("69.51.198.in-addr.arpa", "192.0.2.1").state, ZONE_SERVER_WHOLE);
    cr_expect_eq(counts.questions, 2 * 25 + 70);
    cr_expect_leq(fake_in_flight_max, 100u);
}

Test(zone_servers, one_question_at_a_time_is_enough)
{
    static const struct rule table[] = {
        SOA_EVERYWHERE, {"*", "*", RR_PTR, "mta7.example", false}, {0}};
    add_server(ZONE, "192.0.2.1");
    add_server(ZONE, "192.0.2.2");
    for (unsigned i = 0; i < 3; i++)
        add_address((const char *[]){"198.51.100.7", "198.51.100.8", "198.51.100.9"}[i],
                    "mta7.example");
    fake_in_flight_max = 0;
    cr_expect_eq(ask_servers_with(table, 1), COLLECT_COMPLETE);
    cr_expect_eq(fake_in_flight_max, 1);
    expect_counts("192.0.2.2", 3, 0, 0);
}

/* A zone that was not asked completely is asked again. Differences that have gone are removed. */
Test(zone_servers, a_stopped_run_can_be_resumed)
{
    static const struct rule before[] = {
        SOA_EVERYWHERE, {"*", "*", RR_PTR, "old.example", false}, {0}};
    static const struct rule after[] = {
        SOA_EVERYWHERE, {"*", "*", RR_PTR, "mta7.example", false}, {0}};
    add_server(ZONE, "192.0.2.1");
    add_address("198.51.100.7", "mta7.example");
    ask_servers(before);
    expect_told("198.51.100.7 192.0.2.1 1 old.example|");
    struct run_zone_server server = state_of(ZONE, "192.0.2.1");
    server.state = ZONE_SERVER_NEW;
    cr_assert(run_file_set_zone_server(run, &server));
    stop = 1;
    cr_expect_eq(ask_servers_with(after, 100), COLLECT_STOPPED);
    cr_expect_eq(state_of(ZONE, "192.0.2.1").state, ZONE_SERVER_NEW);
    stop = 0;
    ask_servers(after);
    expect_counts("192.0.2.1", 1, 0, 0);
    expect_told("");
    ask_servers(after);
    cr_expect_eq(asked, 0, "zones asked completely are not asked again");
}
