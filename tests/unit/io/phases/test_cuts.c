/* Cuts of a run file, with a scripted resolver: a world of /24s that exist. */
#include "io/phases/cuts.h"

#include "audit/cut.h"
#include "tests/unit/io/fake_resolver.h"
#include "tests/unit/io/scratch.h"

TestSuite(cuts, .init = scratch_make, .fini = scratch_remove);

enum { TEXT_MAX = 16384 };

static struct endpoint endpoint;
static struct rate_limit rate_limit;
static volatile sig_atomic_t stop;
static struct asker_counts counts;
static struct cuts_counts found;
static struct failure failure;
static struct run_file *run;
/* The world: 11.X.Y.0/24 exists where X is `x` and Y is from `first` to `last`. */
static unsigned x, first, last;
static bool lies;      /* NXDOMAIN for names of blocks that exist */
static unsigned shown; /* progress */
static unsigned fails; /* this many questions for them get SERVFAIL */

static void put_denial(const struct fake_query *query, struct fake_reply *reply, enum rcode rcode)
{
    bool is_ipv6 = dnsname_labels(&query->question->name) > 6;
    struct dnsname last_zone = name_of("255.in-addr.arpa");
    bool is_last = dnsname_within(&query->question->name, &last_zone);
    const char *const texts[] = {is_ipv6   ? "ip6.arpa"
                                 : is_last ? "255.in-addr.arpa"
                                           : "11.in-addr.arpa",
                                 "ns.example", "root.example"};
    struct dnsname names[3];

    for (unsigned i = 0; i < 3; i++)
        names[i] = name_of(texts[i]);
    fake_rcode(reply, query->question, rcode);
    fake_put(reply, names[0].wire, names[0].length);
    fake_put16(reply, RR_SOA);
    fake_put16(reply, 1);
    fake_put16(reply, 0);
    fake_put16(reply, 600);
    fake_put16(reply, names[1].length + names[2].length + 20U);
    fake_put(reply, names[1].wire, names[1].length);
    fake_put(reply, names[2].wire, names[2].length);
    fake_put(reply, (const uint8_t[20]){0}, 20);
    reply->wire[9]++;
}

static bool block_exists(unsigned octets, const unsigned octet[4])
{
    return (octets < 2 || octet[1] == x) &&
           (octets < 3 || (octet[2] >= first && octet[2] <= last)) && first <= last;
}

static void answer(const struct fake_query *query, struct fake_reply *reply)
{
    unsigned octet[4] = {0}, octets = dnsname_labels(&query->question->name) - 2;
    char text[DNSNAME_TEXT_MAX], *at = text;

    if (octets > 4) { /* of IPv6 nothing exists */
        put_denial(query, reply, RCODE_NXDOMAIN);
        return;
    }
    dnsname_print(text, &query->question->name);
    for (unsigned i = octets; i-- > 0; at = strchr(at, '.') + 1)
        octet[i] = (unsigned)atoi(at);
    bool exists = block_exists(octets, octet);
    if (octets == 4 && exists) {
        fake_ptr(reply, query->question, "mta.example.com");
    } else if (octets < 4 && fails > 0) {
        fails--;
        fake_rcode(reply, query->question, RCODE_SERVFAIL);
    } else {
        put_denial(query, reply, exists && !lies ? RCODE_NOERROR : RCODE_NXDOMAIN);
    }
}

static const struct collect_options OPTIONS = {.asker = {.engine = &resolver_network,
                                                         .endpoints = &endpoint,
                                                         .endpoint_count = 1,
                                                         .timeout_ms = 1000,
                                                         .tries = 2,
                                                         .window = 300,
                                                         .rate_limit = &rate_limit},
                                               .threads = 1,
                                               .stop = &stop};

static void on_progress(void *context, const struct cuts_counts *now)
{
    cr_assert_null(context);
    cr_assert_eq(now, &found);
    shown++;
}

static enum collect_end look_with(const struct collect_options *options, const char *const items[])
{
    cr_assert(endpoint_parse(&endpoint, "127.0.0.1"));
    fake_script = answer;
    run = scratch_run("run.db", items);
    return cuts_collect(run, options, on_progress, &found, &counts, &failure);
}

static enum collect_end look_for_cuts(const char *const items[])
{
    return look_with(&OPTIONS, items);
}

static void world(unsigned second, unsigned from, unsigned to)
{
    x = second;
    first = from;
    last = to;
}

/* "11.9.1.0/24:8 ...": the cuts of the run file, with their samples. */
static void expect_cuts(const char *expected)
{
    struct ipaddr at = address_of("0.0.0.0");
    struct run_cut cut;
    char text[TEXT_MAX] = "", range[IPRANGE_TEXT_MAX];
    size_t used = 0;
    uint64_t count = 0;

    while (run_file_cut_from(run, &at, &cut) == RUN_ROW && used < TEXT_MAX - 64) {
        iprange_print(range, &cut.range);
        used += (size_t)snprintf(text + used, TEXT_MAX - used, "%s:%u ", range, cut.samples);
        at = cut.range.last;
        if (!ipaddr_next(&at))
            at = address_of("::");
        count++;
    }
    cr_expect_str_eq(text, expected);
    cr_expect_eq(found.believed, count);
    scratch_close(run);
}

Test(cuts, an_empty_16_is_one)
{
    world(0, 1, 0);
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/16", NULL}), COLLECT_COMPLETE);
    cr_expect_eq(counts.questions, 257);
    cr_expect_eq(found.blocks, 1);
    cr_expect_gt(shown, 0);
    cr_expect_eq(found.undone, 0);
    expect_cuts("11.9.0.0/16:256 ");
}

Test(cuts, a_block_whose_name_exists_is_looked_into)
{
    world(9, 2, 255);
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/16", NULL}), COLLECT_COMPLETE);
    cr_expect_eq(found.undone, 0);
    expect_cuts("11.9.0.0/24:8 11.9.1.0/24:8 ");
}

Test(cuts, only_whole_blocks_of_ranges_together)
{
    world(0, 1, 0);
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.77-11.9.2.9", "11.9.2.10-11.9.3.254",
                                                "11.9.3.255", "11.9.1.0/25", NULL}),
                 COLLECT_COMPLETE);
    expect_cuts("11.9.1.0/24:8 11.9.2.0/24:8 ");
}

Test(cuts, ranges_of_ipv6_have_nibbles)
{
    world(0, 1, 0);
    cr_expect_eq(look_for_cuts((const char *[]){"2001:db8::/119", NULL}), COLLECT_COMPLETE);
    expect_cuts("2001:db8::/120:8 2001:db8::100/120:8 ");
}

Test(cuts, more_blocks_than_are_looked_at_together)
{
    struct collect_options options = OPTIONS;

    options.asker.window = 2;
    world(9, 1, 255);
    cr_expect_eq(look_with(&options, (const char *[]){"11.9.0.0/20", "11.10.0.0/21", NULL}),
                 COLLECT_COMPLETE);
    cr_expect_eq(found.blocks, 16 + 8);
    cr_expect_eq(found.believed, 1 + 8);
    scratch_close(run);
}

Test(cuts, single_addresses_are_no_ranges)
{
    world(0, 1, 0);
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.1.1", "11.9.1.0/25", NULL}),
                 COLLECT_COMPLETE);
    cr_expect_eq(counts.questions, 0);
    expect_cuts("");
}

Test(cuts, a_liar_is_found_and_asked_more)
{
    world(9, 7, 7);
    lies = true;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/21", NULL}), COLLECT_COMPLETE);
    cr_expect_eq(found.undone, 1);
    expect_cuts("11.9.0.0/24:32 11.9.1.0/24:32 11.9.2.0/24:32 11.9.3.0/24:32 11.9.4.0/24:32 "
                "11.9.5.0/24:32 11.9.6.0/24:32 ");
}

/* After a lie all cuts are looked at again, up to the last address of IPv4 and then those of IPv6.
 */
Test(cuts, the_last_address_of_ipv4_is_not_the_end)
{
    struct collect_options options = OPTIONS;

    alarm(60);
    options.asker.window = 1;
    world(9, 7, 7);
    lies = true;
    cr_expect_eq(look_with(&options, (const char *[]){"11.9.6.0/23", "255.255.255.0/24",
                                                      "2001:db8::/120", NULL}),
                 COLLECT_COMPLETE);
    cr_expect_eq(found.undone, 1);
    expect_cuts("11.9.6.0/24:32 255.255.255.0/24:32 2001:db8::/120:32 ");
}

/* One /24 of 256 exists, and the name of the /16 is denied. */
Test(cuts, a_dense_part_of_a_denied_16_is_found)
{
    world(9, 200, 200);
    lies = true;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/16", NULL}), COLLECT_COMPLETE);
    cr_expect_eq(found.undone, 2, "the /16, and the /24");
    cr_expect_eq(found.believed, 255);
    scratch_close(run);
}

Test(cuts, failing_names_prove_nothing)
{
    world(0, 1, 0);
    fails = 1000;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/22", NULL}), COLLECT_COMPLETE);
    cr_expect_eq(found.undone, 0);
    cr_expect_eq(1000 - fails, 4 * 2 * 2, "two tries, and two later: no patience is given");
    expect_cuts("");
}

/* Two tries for each of the four names fail, and one later. */
Test(cuts, names_that_failed_are_asked_again)
{
    world(0, 1, 0);
    fails = 9;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/22", NULL}), COLLECT_COMPLETE);
    expect_cuts("11.9.0.0/24:8 11.9.1.0/24:8 11.9.2.0/24:8 11.9.3.0/24:8 ");
}

/* The /16 fails twice and is looked into: its /24s exist or not. */
Test(cuts, a_failed_16_is_looked_into)
{
    world(9, 1, 255);
    fails = 4;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/16", NULL}), COLLECT_COMPLETE);
    expect_cuts("11.9.0.0/24:8 ");
}

Test(cuts, a_signal_stops_the_search)
{
    world(0, 1, 0);
    stop = SIGINT;
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/16", NULL}), COLLECT_STOPPED);
    scratch_close(run);
}

Test(cuts, a_second_search_begins_anew)
{
    world(0, 1, 0);
    cr_expect_eq(look_for_cuts((const char *[]){"11.9.0.0/24", NULL}), COLLECT_COMPLETE);
    world(9, 0, 0);
    cr_expect_eq(cuts_collect(run, &OPTIONS, NULL, &found, &counts, &failure), COLLECT_COMPLETE);
    expect_cuts("");
}
