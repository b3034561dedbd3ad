/* Name servers that refuse what is beyond their limit are slowed down to. Those that refuse
 * everything are left out. All of them share the descriptors. */
#include <sys/resource.h>

#include "io/phases/zone_asker_private.h"
#include "io/system/limits.h"
#include "tests/unit/io/phases/zone_asker_table.h"

TestSuite(zone_asker_limits, .fini = close_asker);

/* What each of the two servers answers a second; it refuses the rest. */
static unsigned limit;
static struct {
    int64_t second;
    unsigned answered;
} spent[2];
static unsigned refused;
static int64_t refuses_from_ns; /* everything but the SOA question */

static bool is_over_limit(const struct fake_query *query)
{
    unsigned server = query->to->address.bytes[3] - 1u;
    int64_t second = query->at_ns / (1000 * FAKE_MS);
    if (query->to->address.bytes[0] != 192 || query->question->type == RR_SOA)
        return false;
    if (query->at_ns >= refuses_from_ns)
        return true;
    if (spent[server].second != second)
        spent[server].answered = 0;
    spent[server].second = second;
    return ++spent[server].answered > limit;
}

static void answer_with_limit(const struct fake_query *query, struct fake_reply *reply)
{
    if (is_over_limit(query)) {
        refused++;
        fake_rcode(reply, query->question, RCODE_REFUSED);
        reply->delay_ms = 1;
        return;
    }
    answer_by_rule(query, reply);
    reply->delay_ms = 1;
}

static int64_t ask_limited(unsigned questions, unsigned each, int64_t answers_ms)
{
    static const struct rule table[] = {
        FOUND_BY_THE_RESOLVER, BOTH_HAVE_THE_ZONE, {"*", "*", RR_PTR, "mta.example", false}, {0}};
    rate_of_servers = 500; /* the default of the program */
    open_asker(table);
    int64_t start_ns = fake_now_ns;
    fake_script = answer_with_limit;
    limit = each;
    refuses_from_ns = start_ns + answers_ms * FAKE_MS;
    for (unsigned i = 0; i < questions; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered + failed, questions);
    return (fake_now_ns - start_ns) / FAKE_MS;
}

Test(zone_asker_limits, both_servers_that_limit_are_kept)
{
    int64_t ms = ask_limited(3000, 50, INT32_MAX);
    cr_expect_eq(failed, 0, "%u", failed);
    cr_expect_leq(ms, 40 * 1000, "at least 30 s: %jd ms", (intmax_t)ms);
    cr_expect_leq(refused, 4000, "they are slowed down: %u", refused);
}

/* Names that are refused each time, at servers that answer others. */
Test(zone_asker_limits, servers_that_refuse_some_names_are_kept)
{
    static const struct rule table[] = {FOUND_BY_THE_RESOLVER,
                                        BOTH_HAVE_THE_ZONE,
                                        {"*", "9." ZONE, RR_PTR, "refused", false},
                                        {"*", "*", RR_PTR, "mta.example", false},
                                        {0}};
    open_asker(table);
    int64_t start_ns = fake_now_ns;
    for (unsigned i = 0; i < 1000; i++)
        ask_ptr(i % 10 == 0 ? "198.51.100.9" : "198.51.100.7");
    run();
    cr_expect_eq(failed, 100);
    cr_expect_eq(answered, 900, "%u", answered);
    cr_expect_leq(fake_now_ns - start_ns, INT64_C(40000) * FAKE_MS);
    start_ns = fake_now_ns;
    ask_ptr("198.51.100.9");
    run();
    cr_expect_leq(fake_now_ns - start_ns, INT64_C(100) * FAKE_MS, "no limit is suspected any more");
}

Test(zone_asker_limits, servers_that_refuse_everything_are_left_out)
{
    int64_t ms = ask_limited(3000, 50, 0);
    cr_expect_eq(answered, 0);
    cr_expect_leq(ms, 3000, "%jd ms", (intmax_t)ms);
    cr_expect_leq(refused, 1200, "%u", refused);
}

/* For half a minute. */
Test(zone_asker_limits, servers_that_begin_to_refuse_everything_are_left_out)
{
    int64_t ms = ask_limited(3000, 1000, 500);
    cr_expect_geq(answered, 100, "%u", answered);
    cr_expect_leq(ms, 8 * 1000, "%jd ms", (intmax_t)ms);
    cr_expect_leq(refused, 6000, "%u", refused);
    refuses_from_ns = INT64_MAX;
    unsigned before = asked_servers;
    ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(asked_servers, before, "%u", asked_servers - before);
    for (unsigned i = 0; i < 15; i++) {
        fake_now_ns += INT64_C(3100) * FAKE_MS;
        cr_assert(zone_asker_run(asker, 20));
    }
    before = answered;
    for (unsigned i = 0; i < 10; i++)
        ask_ptr("198.51.100.7");
    run();
    cr_expect_eq(answered - before, 10, "%u", answered - before);
}

/* ---- descriptors ---- */

/* All together, also those that the rest of the program needs, whatever the servers ask for. */
static void expect_descriptors_fit(rlim_t descriptors)
{
    const struct descriptors *plan = &asker->descriptors;
    unsigned servers = asker->server_count * plan->each + plan->budget.most;
    unsigned resolver = UDP_SOCKETS_OWN + 1; /* the engine of the tests has no overhead */
    cr_expect_leq(servers + resolver + DESCRIPTORS_RESERVED, descriptors,
                  "%u of %u servers, %u + %u", asker->server_count, asker->servers_max, servers,
                  plan->budget.most);
}

/* Each zone has a name server of its own: ns1.N.51.198.in-addr.arpa is 192.0.N.1. */
static void own_server(struct fake_reply *reply, const struct question *question)
{
    char apex[DNSNAME_TEXT_MAX], text[DNSNAME_TEXT_MAX + 16];
    unsigned zone = 0;
    dnsname_print(apex, &question->name);
    if (question->type == RR_NS) {
        snprintf(text, sizeof(text), "ns1.%s", apex);
        struct dnsname name = name_of(text);
        fake_record(reply, question, name.wire, name.length);
    } else if (sscanf(apex, "ns1.%u.", &zone) == 1) {
        const uint8_t address[] = {192, 0, (uint8_t)zone, 1};
        fake_record(reply, question, address, sizeof(address));
    }
}

Test(zone_asker_limits, the_sockets_of_all_servers_fit_the_descriptors)
{
    static const struct rule table[] = {
        {"*", "*", RR_SOA, "soa 1", false},         {"127.0.0.1", "*", RR_NS, "hostile", false},
        {"127.0.0.1", "*", RR_A, "hostile", false}, {"127.0.0.1", "*", RR_AAAA, "", false},
        {"*", "*", RR_PTR, "mta.example", false},   {0}};
    static const rlim_t limits[] = {24, 32, 64, 128, 256, 400, 1024};
    char ip[IPADDR_TEXT_MAX];
    hostile_reply = own_server;
    for (unsigned i = sizeof(limits) / sizeof(limits[0]); i-- > 0;) {
        struct rlimit most = {limits[i], limits[i]};
        cr_assert_eq(setrlimit(RLIMIT_NOFILE, &most), 0);
        open_asker(table);
        for (unsigned zone = 0; zone < 70; zone++) {
            expect_descriptors_fit(limits[i] > 32 ? limits[i] : 32);
            snprintf(ip, sizeof(ip), "198.51.%u.7", zone);
            ask_ptr(ip);
            run();
        }
        expect_descriptors_fit(limits[i] > 32 ? limits[i] : 32);
        cr_expect_eq(asker->server_count, asker->servers_max);
        close_asker();
    }
}
