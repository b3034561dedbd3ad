/* Finding the zones of made-up facts. The resolver answers from a table in this file. */
#define FAKE_CLOCK
#include "io/phases/zones.h"

#include "tests/unit/io/fake_resolver.h"
#include "tests/unit/io/scratch.h"

enum { ASKED_MAX = 64 * 1024 };

/* ---- the table ---- */

struct rule {
    const char *name; /* of the question; "*": any */
    uint16_t type;
    const char *zone; /* whose SOA the reply holds; its name servers are ns1 and ns2 there; NULL: no
                         records */
    bool silent;
};

static const struct rule *rules;
static char asked[ASKED_MAX]; /* "SOA name " of each query */
static size_t asked_used;

static size_t put_name(uint8_t *out, const char *label, const char *zone)
{
    char text[DNSNAME_TEXT_MAX];
    snprintf(text, sizeof(text), "%s%s", label, zone);
    struct dnsname name = name_of(text);
    memcpy(out, name.wire, name.length);
    return name.length;
}

static size_t make_soa(uint8_t out[FAKE_WIRE_MAX], const char *zone)
{
    size_t used = put_name(out, "ns1.", zone);
    used += put_name(out + used, "hostmaster.", zone);
    memset(out + used, 0, 20);
    return used + 20;
}

/* The name of the question is below the apex: the SOA record is in the authority section. */
static void put_authority(struct fake_reply *reply, const char *zone)
{
    uint8_t octets[FAKE_WIRE_MAX];
    fake_put(reply, octets, put_name(octets, "", zone));
    fake_put16(reply, RR_SOA);
    fake_put16(reply, 1);
    fake_put16(reply, 0);
    fake_put16(reply, 600);
    size_t len = make_soa(octets, zone);
    fake_put16(reply, (unsigned)len);
    fake_put(reply, octets, len);
    reply->wire[9]++;
}

static void put_records(struct fake_reply *reply, const struct question *question, const char *zone)
{
    uint8_t octets[FAKE_WIRE_MAX];
    struct dnsname apex = name_of(zone);
    if (!dnsname_equal(&apex, &question->name)) {
        put_authority(reply, zone);
    } else if (question->type == RR_SOA) {
        fake_record(reply, question, octets, make_soa(octets, zone));
    } else {
        fake_record(reply, question, octets, put_name(octets, "ns1.", zone));
        fake_record(reply, question, octets, put_name(octets, "ns2.", zone));
    }
}

/* Questions without a rule get SERVFAIL. */
static void answer_by_rule(const struct fake_query *query, struct fake_reply *reply)
{
    const struct question *question = query->question;
    char text[DNSNAME_TEXT_MAX];
    const struct rule *rule = rules;
    dnsname_print(text, &question->name);
    asked_used += (size_t)snprintf(asked + asked_used, sizeof(asked) - asked_used, "%s %s ",
                                   question->type == RR_SOA ? "SOA" : "NS", text);
    while (rule->name && (rule->type != question->type ||
                          (strcmp(rule->name, "*") != 0 && strcmp(rule->name, text) != 0)))
        rule++;
    if (rule->silent)
        return;
    fake_rcode(reply, question, rule->name ? RCODE_NOERROR : RCODE_SERVFAIL);
    if (rule->zone)
        put_records(reply, question, rule->zone);
}

/* ---- facts ---- */

static struct run_file *run;
static uint32_t source;

static void begin(void)
{
    scratch_make();
    run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
}

static void end(void)
{
    scratch_close(run);
    scratch_remove();
}

TestSuite(zones, .init = begin, .fini = end);

static void add_item(const char *item, const char *expected)
{
    scratch_add(run, source, 1, item, expected);
}

static struct answer ptr;

/* Stores `ptr` as what was found; host: with a forward answer that holds the address or another
 * one. NULL: with none. */
static void store(const char *ip, const char *host, bool holds)
{
    static struct answer forward;
    struct facts_buffer facts = {0};
    cr_assert(facts_put_ptr(&facts, &ptr));
    if (host) {
        struct dnsname name = name_of(host);
        answer_of_address(&forward, holds ? ip : "192.0.2.99", 600, holds);
        cr_assert(facts_put_forward(&facts, &name, &forward, RR_A));
    }
    scratch_found(run, ip, true, &facts);
}

static void store_invalid(const char *ip)
{
    answer_of_name(&ptr, "localhost", 600);
    store(ip, NULL, false);
}

static struct asker_counts counts;
static struct collect_progress progress;
static volatile sig_atomic_t stop;

static enum collect_end collect_with(const struct rule *table, bool resumed, bool skip_special,
                                     struct failure *failure)
{
    static const struct endpoint endpoint;
    static struct rate_limit rate_limit;
    struct collect_options options = {.asker = {.engine = &resolver_network,
                                                .endpoints = &endpoint,
                                                .endpoint_count = 1,
                                                .timeout_ms = 2000,
                                                .tries = 2,
                                                .window = 3,
                                                .rate_limit = &rate_limit},
                                      .skip_special = skip_special,
                                      .resumed = resumed,
                                      .stop = &stop};
    rate_limit_init(&rate_limit, 0);
    fake_script = answer_by_rule;
    rules = table;
    asked[0] = '\0';
    asked_used = 0;
    memset(&counts, 0, sizeof(counts));
    return zones_collect(run, &options, &progress, &counts, failure);
}

static enum collect_end collect_zones(const struct rule *table, bool resumed, bool skip_special)
{
    struct failure failure = {0};
    enum collect_end result = collect_with(table, resumed, skip_special, &failure);
    cr_expect_eq(failure.status, EXIT_POLICY_MET, "%s", failure.text);
    return result;
}

static void expect_zone(const char *question, const char *apex, unsigned servers)
{
    struct run_zone zone;
    struct dnsname name = name_of(question);
    cr_assert_eq(run_file_zone(run, &name, &zone), RUN_ROW, "%s", question);
    cr_assert(zone.has_apex, "%s", question);
    expect_name(&zone.apex, apex);
    cr_expect_eq(zone.server_total, servers);
    cr_expect_eq(zone.server_count, servers);
}

static const struct rule one_zone[] = {
    {"100.51.198.in-addr.arpa", RR_SOA, "100.51.198.in-addr.arpa", false},
    {"100.51.198.in-addr.arpa", RR_NS, "100.51.198.in-addr.arpa", false},
    {0}};

/* Any name below it is in it. */
static const struct rule whole_zone[] = {
    {"*", RR_SOA, "100.51.198.in-addr.arpa", false},
    {"100.51.198.in-addr.arpa", RR_NS, "100.51.198.in-addr.arpa", false},
    {0}};

Test(zones, asks_once_for_a_zone_and_each_wrong_ptr_record)
{
    progress.doubtful = 3;
    add_item("198.51.100.0-198.51.100.255", NULL);
    store_invalid("198.51.100.1");
    store_invalid("198.51.100.2");
    store_invalid("198.51.100.200");
    cr_expect_eq(collect_zones(whole_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 1.100.51.198.in-addr.arpa SOA 100.51.198.in-addr.arpa "
                            "SOA 2.100.51.198.in-addr.arpa SOA 200.100.51.198.in-addr.arpa "
                            "NS 100.51.198.in-addr.arpa ");
    cr_expect_eq(counts.questions, 5);
    expect_zone("100.51.198.in-addr.arpa", "100.51.198.in-addr.arpa", 2);
    cr_expect_eq(collect_zones(whole_zone, true, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "", "a resumed run asks nothing that is known");
}

Test(zones, asks_for_few_single_addresses_of_each_24)
{
    char ip[IPADDR_TEXT_MAX];
    progress.doubtful = 80;
    add_item("198.51.100.0-198.51.101.255", NULL);
    for (unsigned i = 0; i < 80; i++) {
        snprintf(ip, sizeof(ip), "198.51.%u.%u", 100 + i / 40, i % 40);
        store_invalid(ip);
    }
    cr_expect_eq(collect_zones(whole_zone, false, false), COLLECT_COMPLETE);
    cr_expect_not_null(strstr(asked, "SOA 31.101.51.198.in-addr.arpa "));
    cr_expect_null(strstr(asked, "SOA 32.101.51.198.in-addr.arpa "));
    cr_expect_eq(counts.questions, 2 * (1 + 32) + 1, "%llu", (unsigned long long)counts.questions);
}

Test(zones, a_run_in_which_all_pass_is_not_even_read)
{
    progress.doubtful = 0;
    add_item("198.51.100.1", NULL);
    store_invalid("198.51.100.1");
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
    cr_expect_eq(collect_zones(one_zone, true, false), COLLECT_COMPLETE);
    cr_expect_str_neq(asked, "", "an earlier session may have found others");
}

Test(zones, asks_nothing_for_addresses_that_pass)
{
    progress.doubtful = 9;
    add_item("198.51.100.1-198.51.100.9", NULL);
    add_item("198.51.100.1", "mta1.example.com");
    answer_of_name(&ptr, "mta1.example.com", 600);
    store("198.51.100.1", "mta1.example.com", true);
    cr_expect_eq(collect_zones(whole_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
    add_item("198.51.100.1", "other.example.com");
    cr_expect_eq(collect_zones(whole_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(
        asked,
        "SOA 1.100.51.198.in-addr.arpa SOA 100.51.198.in-addr.arpa NS 100.51.198.in-addr.arpa ",
        "a row that expects another name does not pass");
}

Test(zones, asks_nothing_for_skipped_special_addresses)
{
    progress.doubtful = 1;
    add_item("198.51.100.1", NULL);
    store_invalid("198.51.100.1");
    cr_expect_eq(collect_zones(one_zone, false, true), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
}

Test(zones, asks_only_for_the_servers_of_a_zone_that_an_answer_named)
{
    static const struct rule table[] = {
        {"51.198.in-addr.arpa", RR_NS, "51.198.in-addr.arpa", false}, {0}};
    progress.doubtful = 1;
    add_item("198.51.100.1-198.51.100.2", NULL);
    answer_of_nothing(&ptr, ANSWER_NXDOMAIN, "51.198.in-addr.arpa", 600);
    store("198.51.100.1", NULL, false);
    store("198.51.100.2", NULL, false);
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "NS 51.198.in-addr.arpa ");
    expect_zone("51.198.in-addr.arpa", "51.198.in-addr.arpa", 2);
}

Test(zones, follows_classless_delegation_and_host_names)
{
    static const struct rule table[] = {
        {"0/26.100.51.198.in-addr.arpa", RR_SOA, "0/26.100.51.198.in-addr.arpa", false},
        {"mta7.example.com", RR_SOA, "example.com", false},
        {"*", RR_NS, NULL, false},
        {0}};
    progress.doubtful = 1;
    add_item("198.51.100.7", NULL);
    answer_of_name(&ptr, "mta7.example.com", 600);
    answer_add_alias(&ptr, "7.0/26.100.51.198.in-addr.arpa");
    store("198.51.100.7", "mta7.example.com", false);
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 0/26.100.51.198.in-addr.arpa SOA mta7.example.com "
                            "NS 0/26.100.51.198.in-addr.arpa NS example.com ");
    expect_zone("0/26.100.51.198.in-addr.arpa", "0/26.100.51.198.in-addr.arpa", 0);
    expect_zone("mta7.example.com", "example.com", 0);
}

Test(zones, keeps_how_a_zone_fails_and_asks_it_again_when_resumed)
{
    static const struct rule dead[] = {{"113.0.203.in-addr.arpa", RR_SOA, NULL, true}, {0}};
    static const struct rule back[] = {
        {"*", RR_SOA, "in-addr.arpa", false}, {"*", RR_NS, NULL, true}, {0}};
    static const struct rule whole[] = {{"*", RR_NS, "in-addr.arpa", false}, {0}};
    struct run_zone zone;
    struct dnsname lame = name_of("100.51.198.in-addr.arpa"),
                   silent = name_of("113.0.203.in-addr.arpa");
    progress.doubtful = 2;
    add_item("198.51.100.7-203.0.113.1", NULL);
    answer_of(&ptr, ANSWER_SERVFAIL);
    store("198.51.100.7", NULL, false);
    store("203.0.113.1", NULL, false);
    cr_expect_eq(collect_zones(dead, false, false), COLLECT_COMPLETE);
    cr_assert_eq(run_file_zone(run, &lame, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SERVFAIL);
    cr_expect_not(zone.has_apex);
    cr_assert_eq(run_file_zone(run, &silent, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SILENT);
    cr_expect_eq(counts.timeouts, 5, "three that end early, and two of the whole timeout");
    cr_expect_eq(collect_zones(back, true, false), COLLECT_COMPLETE);
    expect_zone("100.51.198.in-addr.arpa", "in-addr.arpa", 0);
    expect_zone("113.0.203.in-addr.arpa", "in-addr.arpa", 0);
    cr_expect_eq(collect_zones(whole, true, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "NS in-addr.arpa ", "known zones are not asked again");
    expect_zone("113.0.203.in-addr.arpa", "in-addr.arpa", 2);
}

Test(zones, many_names_go_through_a_small_window)
{
    static const struct rule table[] = {
        {"*", RR_SOA, "example.com", false}, {"*", RR_NS, "example.com", false}, {0}};
    char ip[32], host[64];
    progress.doubtful = 1;
    add_item("10.0.0.0-10.255.255.255", NULL);
    for (unsigned i = 0; i < 700; i++) {
        snprintf(ip, sizeof(ip), "10.0.%u.%u", i / 200, i % 200);
        snprintf(host, sizeof(host), "mta%u.example.com", i);
        answer_of_name(&ptr, host, 600);
        answer_add_alias(&ptr, "x.example.com");
        store(ip, host, false);
    }
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_eq(counts.questions, 700 + 1 + 1,
                 "hosts, the zone of the alias target, its servers: %llu",
                 (unsigned long long)counts.questions);
    cr_expect_eq(counts.queries, 702);
    cr_expect_eq((unsigned)fake_in_flight_max, 3);
    expect_zone("mta0.example.com", "example.com", 2);
    expect_zone("mta699.example.com", "example.com", 2);
}

Test(zones, a_signal_ends_it)
{
    progress.doubtful = 1;
    add_item("198.51.100.1", NULL);
    store_invalid("198.51.100.1");
    stop = 15;
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_STOPPED);
}

Test(zones, damaged_facts_end_it)
{
    struct run_found found = {
        .address = address_of("198.51.100.1"), .facts = (const uint8_t *)"x", .length = 1};
    struct failure failure = {0};
    progress.doubtful = 1;
    add_item("198.51.100.1", NULL);
    cr_assert(run_file_add_found(run, &found, 1));
    cr_expect_eq(collect_with(one_zone, false, false, &failure), COLLECT_FAILED);
    cr_expect_not_null(strstr(failure.text, "the answers for 198.51.100.1 cannot be read"), "%s",
                       failure.text);
    (void)!run_file_close(run, &failure);
    run = scratch_open("other.db", RUN_CREATE);
}

Test(zones, gives_up_when_no_resolver_answers)
{
    static const struct rule dead[] = {{"*", RR_SOA, NULL, true}, {"*", RR_NS, NULL, true}, {0}};
    char ip[32];
    progress.doubtful = 1;
    add_item("10.0.0.0/8", NULL);
    for (unsigned i = 0; i < 200; i++) {
        snprintf(ip, sizeof(ip), "10.0.%u.1", i);
        store_invalid(ip);
    }
    int64_t before_ns = fake_now_ns;
    cr_expect_eq(collect_zones(dead, false, false), COLLECT_GAVE_UP);
    cr_expect_geq(fake_now_ns - before_ns, (int64_t)ASKER_PATIENCE_MS * FAKE_MS);
    cr_expect_eq(collect_zones(one_zone, true, false), COLLECT_COMPLETE);
    cr_expect_not_null(strstr(asked, "SOA 0.0.10.in-addr.arpa "),
                       "what met silence is asked again");
}
