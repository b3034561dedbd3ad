/* The zones of made-up facts, asked of a resolver that answers from a table in this file. */
#include "io/zones.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { TOO_LONG = 60, OPEN_MAX_HERE = 64, LOG_MAX = 64 * 1024, WIRE_MAX = 2048 };

/* ---- the resolver ---- */

struct rule {
    const char *name; /* of the question; "*": any */
    uint16_t type;
    const char *zone; /* whose SOA the reply holds; its name servers are ns1 and ns2 there */
    uint16_t rcode;
    bool silent;
};

static const struct rule *rules;
static char asked[LOG_MAX]; /* "SOA name " of each query */
static size_t asked_used;
static unsigned open_now, open_most;

static struct resolver {
    struct resolver_options options;
    unsigned count;
    struct {
        struct question question;
        void *tag;
    } open[OPEN_MAX_HERE];
} resolver;

struct resolver *resolver_open(const struct resolver_options *options, struct failure *failure)
{
    (void)failure;
    resolver.options = *options;
    resolver.count = 0;
    return &resolver;
}

bool resolver_ask(struct resolver *r, unsigned endpoint, enum transport transport,
                  const struct question *question, void *tag)
{
    char text[DNSNAME_TEXT_MAX];
    (void)endpoint;
    (void)transport;
    cr_assert_lt(r->count, OPEN_MAX_HERE);
    r->open[r->count].question = *question;
    r->open[r->count++].tag = tag;
    open_now++;
    open_most = open_now > open_most ? open_now : open_most;
    dnsname_print(text, &question->name);
    asked_used += (size_t)snprintf(asked + asked_used, sizeof asked - asked_used, "%s %s ",
                                   question->type == RR_SOA ? "SOA" : "NS", text);
    return true;
}

struct wire {
    size_t used;
    uint8_t octets[WIRE_MAX];
};

static void put16(struct wire *wire, unsigned value)
{
    wire->octets[wire->used++] = (uint8_t)(value >> 8);
    wire->octets[wire->used++] = (uint8_t)value;
}

static void put_name(struct wire *wire, const char *label, const char *zone)
{
    char text[DNSNAME_TEXT_MAX];
    struct dnsname name;
    snprintf(text, sizeof text, "%s%s", label, zone);
    cr_assert(dnsname_from_text(&name, text, strlen(text)), "%s", text);
    memcpy(wire->octets + wire->used, name.wire, name.length);
    wire->used += name.length;
}

static void put_record(struct wire *wire, const char *zone, uint16_t type, const char *label)
{
    put_name(wire, "", zone);
    put16(wire, type);
    put16(wire, 1);
    put16(wire, 0);
    put16(wire, 3600);
    size_t length_at = wire->used;
    put16(wire, 0);
    put_name(wire, label, zone);
    if (type == RR_SOA) {
        put_name(wire, "hostmaster.", zone);
        for (unsigned i = 0; i < 10; i++)
            put16(wire, i);
    }
    size_t end = wire->used;
    wire->used = length_at;
    put16(wire, (unsigned)(end - length_at - 2));
    wire->used = end;
}

static void make_reply(struct wire *wire, const struct question *question, const struct rule *rule)
{
    char text[DNSNAME_TEXT_MAX];
    bool is_apex = rule->zone && dnsname_print(text, &question->name) && strcmp(text, rule->zone) == 0;
    unsigned count = !rule->zone ? 0 : question->type == RR_NS ? 2 : 1;
    put16(wire, 1);
    put16(wire, 0x8180 | rule->rcode);
    put16(wire, 1);
    put16(wire, is_apex ? count : 0);
    put16(wire, is_apex ? 0 : count);
    put16(wire, 0);
    memcpy(wire->octets + wire->used, question->name.wire, question->name.length);
    wire->used += question->name.length;
    put16(wire, question->type);
    put16(wire, 1);
    for (unsigned i = 0; i < count; i++)
        put_record(wire, rule->zone, question->type, i == 0 ? "ns1." : "ns2.");
}

static const struct rule *find_rule(const struct question *question)
{
    static const struct rule servfail = {.rcode = RCODE_SERVFAIL};
    char text[DNSNAME_TEXT_MAX];
    dnsname_print(text, &question->name);
    for (const struct rule *rule = rules; rule->name; rule++) {
        if (rule->type == question->type && (strcmp(rule->name, "*") == 0 || strcmp(rule->name, text) == 0))
            return rule;
    }
    return &servfail;
}

void resolver_run(struct resolver *r, int max_wait_ms)
{
    if (r->count == 0)
        usleep((unsigned)max_wait_ms * 1000);
    unsigned count = r->count;
    for (unsigned i = 0; i < count; i++) {
        const struct rule *rule = find_rule(&r->open[i].question);
        struct wire wire = {0};
        open_now--;
        make_reply(&wire, &r->open[i].question, rule);
        r->options.give(r->options.asker, r->open[i].tag, rule->silent ? REPLY_TIMEOUT : REPLY_BYTES,
                        wire.octets, wire.used);
    }
    r->count -= count;
    memmove(r->open, r->open + count, r->count * sizeof r->open[0]);
}

void resolver_close(struct resolver *r)
{
    r->count = 0;
}

const char *resolver_engine(void)
{
    return "table";
}

const char *resolver_engine_version(void)
{
    return "1";
}

unsigned resolver_overhead(const struct resolver_options *options)
{
    (void)options;
    return 0;
}

/* ---- facts ---- */

static char folder[] = "/tmp/fcrdns-zones-XXXXXX";
static char path[64];
static struct run_file *run;
static uint32_t source;

static void begin(void)
{
    struct failure failure = {0};
    alarm(TOO_LONG);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run.db", folder);
    run = run_file_open(path, RUN_CREATE, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
}

static void end(void)
{
    struct failure failure = {0};
    cr_expect(run_file_close(run, &failure), "%s", failure.text);
    unlink(path);
    cr_expect_eq(rmdir(folder), 0);
}

TestSuite(zones, .init = begin, .fini = end);

static struct dnsname name(const char *text)
{
    struct dnsname out;
    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

static struct ipaddr address(const char *text)
{
    struct ipaddr out;
    cr_assert(ipaddr_parse(&out, text, strlen(text)), "%s", text);
    return out;
}

static void add_item(const char *first, const char *last, const char *expected)
{
    struct run_item item = {.source = source, .line = 1, .range = {address(first), address(last)}};
    item.has_expected = expected != NULL;
    if (expected)
        item.expected = name(expected);
    cr_assert(run_file_add_item(run, &item));
}

static struct answer ptr, forward;

/* Begins the facts of an address: its PTR name, or NULL for a question that came to `kind`. */
static void facts(const char *ptr_name, enum answer_kind kind)
{
    memset(&ptr, 0, sizeof ptr);
    ptr.kind = ptr_name ? ANSWER_RECORDS : kind;
    ptr.tries = 1;
    if (ptr_name) {
        ptr.total = ptr.kept = 1;
        ptr.records.names[0] = name(ptr_name);
    }
}

/* Stores them; host: with a forward answer that holds the address or another one. NULL: with none. */
static void store(const char *ip, const char *host, bool holds)
{
    struct facts_buffer buffer = {0};
    struct run_found found = {.address = address(ip), .checked_at = 1795437529, .settled = true};
    cr_assert(facts_put_ptr(&buffer, &ptr));
    if (host) {
        struct dnsname it = name(host);
        memset(&forward, 0, sizeof forward);
        forward.kind = ANSWER_RECORDS;
        forward.tries = 1;
        forward.total = forward.kept = 1;
        forward.holds = holds;
        forward.records.addresses[0] = address(holds ? ip : "192.0.2.99");
        cr_assert(facts_put_forward(&buffer, &it, &forward, RR_A));
    }
    found.facts = buffer.bytes;
    found.length = buffer.length;
    cr_assert(run_file_add_found(run, &found));
    facts_free(&buffer);
}

static struct asker_counts counts;
static struct collect_progress progress;
static volatile sig_atomic_t stop;

static enum collect_end collect_zones(const struct rule *table, bool resumed, bool skip_special)
{
    static const struct endpoint endpoint;
    static struct pacer pacer;
    struct failure failure = {0};
    pacer_init(&pacer, 0);
    struct collect_options options = {.asker = {.endpoints = &endpoint,
                                                .endpoint_count = 1,
                                                .timeout_ms = 100,
                                                .tries = 2,
                                                .window = 3,
                                                .pacer = &pacer},
                                      .skip_special = skip_special,
                                      .resumed = resumed,
                                      .stop = &stop};
    rules = table;
    asked[0] = '\0';
    asked_used = 0;
    memset(&counts, 0, sizeof counts);
    enum collect_end result = zones_collect(run, &options, &progress, &counts, &failure);
    cr_expect_eq(failure.status, EXIT_POLICY_MET, "%s", failure.text);
    return result;
}

static void expect_zone(const char *question, const char *apex, unsigned servers)
{
    char text[DNSNAME_TEXT_MAX];
    struct run_zone zone;
    struct dnsname it = name(question);
    cr_assert_eq(run_file_zone(run, &it, &zone), RUN_ROW, "%s", question);
    cr_assert(zone.has_apex, "%s", question);
    dnsname_print(text, &zone.apex);
    cr_expect_str_eq(text, apex);
    cr_expect_eq(zone.server_total, servers);
    cr_expect_eq(zone.server_count, servers);
}

static const struct rule one_zone[] = {
    {"100.51.198.in-addr.arpa", RR_SOA, "100.51.198.in-addr.arpa", 0, false},
    {"100.51.198.in-addr.arpa", RR_NS, "100.51.198.in-addr.arpa", 0, false},
    {0}};

Test(zones, asks_once_for_all_addresses_of_a_zone)
{
    progress.doubtful = 3;
    add_item("198.51.100.0", "198.51.100.255", NULL);
    facts("localhost", ANSWER_RECORDS);
    store("198.51.100.1", NULL, false);
    store("198.51.100.2", NULL, false);
    store("198.51.100.200", NULL, false);
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 100.51.198.in-addr.arpa NS 100.51.198.in-addr.arpa ");
    cr_expect_eq(counts.questions, 2);
    expect_zone("100.51.198.in-addr.arpa", "100.51.198.in-addr.arpa", 2);
    cr_expect_eq(collect_zones(one_zone, true, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "", "a resumed run asks nothing that is known");
}

Test(zones, a_run_without_doubt_is_not_even_read)
{
    progress.doubtful = 0;
    add_item("198.51.100.1", "198.51.100.1", NULL);
    facts("localhost", ANSWER_RECORDS);
    store("198.51.100.1", NULL, false);
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
    cr_expect_eq(collect_zones(one_zone, true, false), COLLECT_COMPLETE);
    cr_expect_str_neq(asked, "", "of an earlier session nothing is known");
}

Test(zones, what_passes_is_not_asked_for)
{
    progress.doubtful = 9;
    add_item("198.51.100.1", "198.51.100.9", NULL);
    add_item("198.51.100.1", "198.51.100.1", "mta1.example.com");
    facts("mta1.example.com", ANSWER_RECORDS);
    store("198.51.100.1", "mta1.example.com", true);
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
    add_item("198.51.100.1", "198.51.100.1", "other.example.com");
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 100.51.198.in-addr.arpa NS 100.51.198.in-addr.arpa ",
                     "a row that expects another name does not pass");
}

Test(zones, special_addresses_that_were_skipped_are_not_asked_for)
{
    progress.doubtful = 1;
    add_item("198.51.100.1", "198.51.100.1", NULL);
    facts("localhost", ANSWER_RECORDS);
    store("198.51.100.1", NULL, false);
    cr_expect_eq(collect_zones(one_zone, false, true), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "");
}

Test(zones, a_zone_that_an_answer_named_is_asked_only_for_its_servers)
{
    static const struct rule table[] = {{"51.198.in-addr.arpa", RR_NS, "51.198.in-addr.arpa", 0, false}, {0}};
    progress.doubtful = 1;
    add_item("198.51.100.1", "198.51.100.2", NULL);
    facts(NULL, ANSWER_NXDOMAIN);
    ptr.has_soa = true;
    ptr.soa_zone = name("51.198.in-addr.arpa");
    ptr.soa_mname = name("ns1.isp.example");
    ptr.soa_rname = name("noc.isp.example");
    store("198.51.100.1", NULL, false);
    store("198.51.100.2", NULL, false);
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "NS 51.198.in-addr.arpa ");
    expect_zone("51.198.in-addr.arpa", "51.198.in-addr.arpa", 2);
}

Test(zones, follows_classless_delegation_and_host_names)
{
    static const struct rule table[] = {
        {"0/26.100.51.198.in-addr.arpa", RR_SOA, "0/26.100.51.198.in-addr.arpa", 0, false},
        {"mta7.example.com", RR_SOA, "example.com", 0, false},
        {"*", RR_NS, NULL, 0, false},
        {0}};
    progress.doubtful = 1;
    add_item("198.51.100.7", "198.51.100.7", NULL);
    facts("mta7.example.com", ANSWER_RECORDS);
    ptr.alias_count = 1;
    ptr.aliases[0] = name("7.0/26.100.51.198.in-addr.arpa");
    store("198.51.100.7", "mta7.example.com", false);
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 0/26.100.51.198.in-addr.arpa SOA mta7.example.com "
                            "NS 0/26.100.51.198.in-addr.arpa NS example.com ");
    expect_zone("0/26.100.51.198.in-addr.arpa", "0/26.100.51.198.in-addr.arpa", 0);
    expect_zone("mta7.example.com", "example.com", 0);
}

Test(zones, keeps_how_a_zone_fails_and_asks_silence_again)
{
    static const struct rule dead[] = {{"113.0.203.in-addr.arpa", RR_SOA, NULL, 0, true}, {0}};
    static const struct rule back[] = {{"113.0.203.in-addr.arpa", RR_SOA, "113.0.203.in-addr.arpa", 0, false},
                                       {"113.0.203.in-addr.arpa", RR_NS, NULL, 0, true},
                                       {0}};
    struct run_zone zone;
    struct dnsname lame = name("100.51.198.in-addr.arpa"), silent = name("113.0.203.in-addr.arpa");
    progress.doubtful = 2;
    add_item("198.51.100.7", "203.0.113.1", NULL);
    facts(NULL, ANSWER_SERVFAIL);
    store("198.51.100.7", NULL, false);
    store("203.0.113.1", NULL, false);
    cr_expect_eq(collect_zones(dead, false, false), COLLECT_COMPLETE);
    cr_assert_eq(run_file_zone(run, &lame, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SERVFAIL);
    cr_expect_not(zone.has_apex);
    cr_assert_eq(run_file_zone(run, &silent, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SILENT);
    cr_expect_eq(counts.timeouts, 2);
    cr_expect_eq(collect_zones(back, true, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "SOA 113.0.203.in-addr.arpa NS 113.0.203.in-addr.arpa "
                            "NS 113.0.203.in-addr.arpa ");
    cr_expect_eq(collect_zones(back, true, false), COLLECT_COMPLETE);
    cr_expect_str_eq(asked, "NS 113.0.203.in-addr.arpa NS 113.0.203.in-addr.arpa ", "still silent");
}

Test(zones, many_names_go_through_a_small_window)
{
    static const struct rule table[] = {
        {"*", RR_SOA, "example.com", 0, false}, {"*", RR_NS, "example.com", 0, false}, {0}};
    char ip[32], host[64];
    progress.doubtful = 1;
    add_item("10.0.0.0", "10.255.255.255", NULL);
    for (unsigned i = 0; i < 700; i++) {
        snprintf(ip, sizeof ip, "10.0.%u.%u", i / 200, i % 200);
        snprintf(host, sizeof host, "mta%u.example.com", i);
        facts(host, ANSWER_RECORDS);
        ptr.alias_count = 1;
        ptr.aliases[0] = name("x.example.com");
        store(ip, host, false);
    }
    cr_expect_eq(collect_zones(table, false, false), COLLECT_COMPLETE);
    cr_expect_eq(counts.questions, 700 + 1 + 1, "hosts, the zone behind the alias, its servers: %llu",
                 (unsigned long long)counts.questions);
    cr_expect_eq(counts.queries, 702);
    cr_expect_eq(open_most, 3);
    expect_zone("mta0.example.com", "example.com", 2);
    expect_zone("mta699.example.com", "example.com", 2);
}

Test(zones, a_signal_ends_it)
{
    progress.doubtful = 1;
    add_item("198.51.100.1", "198.51.100.1", NULL);
    facts("localhost", ANSWER_RECORDS);
    store("198.51.100.1", NULL, false);
    stop = 15;
    cr_expect_eq(collect_zones(one_zone, false, false), COLLECT_STOPPED);
}

Test(zones, damaged_facts_end_it)
{
    static const struct endpoint endpoint;
    struct run_found found = {.address = address("198.51.100.1"), .facts = (const uint8_t *)"x", .length = 1};
    struct failure failure = {0};
    struct collect_options options = {.asker = {.endpoints = &endpoint, .endpoint_count = 1, .window = 3},
                                      .stop = &stop};
    progress.doubtful = 1;
    add_item("198.51.100.1", "198.51.100.1", NULL);
    cr_assert(run_file_add_found(run, &found));
    cr_expect_eq(zones_collect(run, &options, &progress, &counts, &failure), COLLECT_FAILED);
    cr_expect_not_null(strstr(failure.text, "what it holds about 198.51.100.1 cannot be read"), "%s",
                       failure.text);
    (void)!run_file_close(run, &failure);
    unlink(path);
    failure = (struct failure){0};
    run = run_file_open(path, RUN_CREATE, &failure);
}
