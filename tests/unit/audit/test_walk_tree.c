/* The walk over a made-up reverse tree: which names exist, and how its server lies. */
#include "audit/walk_tree.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/unit/support.h"

enum { NAMES_MAX = 64, FOUND_TEXT = 4096, OPEN_MAX = 512 };

struct server {
    const char *names[NAMES_MAX]; /* addresses with a PTR record */
    const char *wildcard;         /* every name below this one has records; NULL: none */
    const char *noerror;          /* every name below this one exists; NULL: none */
    const char *blocks;           /* every block below this one exists, no address; NULL: none */
    const char *made_up;          /* every address below this one has records; NULL: none */
    const char *fails;            /* every lookup from this name down fails; NULL: none */
    const char *fails_once;       /* the first lookup of this name fails; NULL: none */
    const char *hides; /* NXDOMAIN for names below this one that have only others below; or NULL */
    const char *zones[NAMES_MAX]; /* beside ip6.arpa and in-addr.arpa: their names exist */
};

static struct outcome {
    char found[FOUND_TEXT];
    char ended[FOUND_TEXT];
    unsigned questions;
    unsigned stop_after; /* questions; 0: never */
    unsigned failures;
    uint64_t childless, opened;
} out;

static struct cut_trust *trust;
static const char *known; /* an address */

static void new_trust(void)
{
    cut_trust_free(trust);
    trust = cut_trust_new();
    cr_assert_not_null(trust);
}

static void end_test(void)
{
    cut_trust_free(trust);
}

TestSuite(walk_tree, .init = new_trust, .fini = end_test);

static bool note_found(void *context, const struct ipaddr *address)
{
    size_t used = strlen(out.found);

    (void)context;
    if (used > 0)
        out.found[used++] = ' ';
    cr_assert_lt(used + IPADDR_TEXT_MAX, FOUND_TEXT);
    ipaddr_print(out.found + used, address);
    return true;
}

static bool note_end(void *context, const struct iprange *subtree, enum tree_end why)
{
    static const char *const words[] = {"wildcard", "noerror", "hides", "fails"};
    char text[IPRANGE_TEXT_MAX];
    size_t used = strlen(out.ended);

    (void)context;
    iprange_print(text, subtree);
    snprintf(out.ended + used, FOUND_TEXT - used, "%s%s %s", used ? ", " : "", text, words[why]);
    return true;
}

static bool below(const struct dnsname *name, const char *zone, bool itself)
{
    if (!zone)
        return false;
    struct dnsname top = name_of(zone);

    return dnsname_within(name, &top) && (itself || name->length > top.length);
}

static const char *zone_of(const struct server *server, const struct dnsname *name)
{
    const char *zone = below(name, "ip6.arpa", true) ? "ip6.arpa" : "in-addr.arpa";

    for (unsigned i = 0; server->zones[i]; i++) {
        if (below(name, server->zones[i], true))
            zone = server->zones[i];
    }
    return zone;
}

static void answer_question(struct answer *answer, const struct server *server,
                            const struct dnsname *name)
{
    struct dnsname reverse;
    bool exists = below(name, server->noerror, false) ||
                  (below(name, server->blocks, false) && dnsname_labels(name) < 34),
         records = below(name, server->wildcard, false) ||
                   (below(name, server->made_up, false) && dnsname_labels(name) == 34);

    for (unsigned i = 0; server->names[i]; i++) {
        struct ipaddr address = address_of(server->names[i]);
        ipaddr_reverse_name(&reverse, &address);
        records |= dnsname_equal(&reverse, name);
        exists |= dnsname_within(&reverse, name) && !below(name, server->hides, false);
    }
    const char *zone = zone_of(server, name);
    struct dnsname apex = name_of(zone);
    exists |= dnsname_equal(&apex, name);
    bool busy = below(name, server->fails_once, true) && out.failures++ == 0;
    if (busy || below(name, server->fails, true))
        answer_of(answer, ANSWER_SERVFAIL);
    else if (records)
        answer_of_name(answer, "mta.example.com", 300);
    else
        answer_of_nothing(answer, exists ? ANSWER_NODATA : ANSWER_NXDOMAIN, zone, 300);
}

struct open_question {
    struct tree_node *node;
    unsigned slot;
    struct dnsname name;
};

/* Up to `window` questions are open; the newest is answered first. */
static void ask_all(struct walk_tree *tree, const struct server *server, unsigned window)
{
    static struct open_question open[OPEN_MAX];
    static struct answer answer;
    struct question question;
    unsigned count = 0;

    for (;;) {
        while (count < window && (out.stop_after == 0 || out.questions < out.stop_after) &&
               walk_tree_next(tree, &question, &open[count].node, &open[count].slot)) {
            open[count++].name = question.name;
            out.questions++;
        }
        if (count == 0)
            return;
        count--;
        answer_question(&answer, server, &open[count].name);
        cr_assert(walk_tree_feed(tree, open[count].node, open[count].slot, &answer));
    }
}

static const struct tree_sink sink = {NULL, note_found, note_end};

static void know(struct walk_tree *tree, const char *text)
{
    struct ipaddr address = address_of(text);

    walk_tree_know(tree, &address);
}

static void walk(const struct server *server, const char *prefix, unsigned length, unsigned window)
{
    struct ipaddr address = address_of(prefix);
    struct iprange range;
    struct walk_tree *tree = walk_tree_new(&sink, trust, 42);

    memset(&out, 0, sizeof(out));
    cr_assert(iprange_from_prefix(&range, &address, length));
    cr_assert(walk_tree_add(tree, &range, false));
    if (known)
        know(tree, known);
    ask_all(tree, server, window);
    cr_expect(walk_tree_done(tree));
    out.childless = walk_tree_childless(tree);
    out.opened = walk_tree_opened(tree);
    walk_tree_free(tree);
}

static void expect_walk(const struct server *server, const char *prefix, unsigned length,
                        const char *found, const char *ended)
{
    for (unsigned window = 1; window <= 256; window *= 16) {
        walk(server, prefix, length, window);
        if (window == 1)
            cr_expect_str_eq(out.found, found, "%s/%u: %s", prefix, length, out.found);
        cr_expect_eq(strlen(out.found), strlen(found));
        cr_expect_str_eq(out.ended, ended, "%s/%u: %s", prefix, length, out.ended);
    }
}

static const struct server FLEET = {
    .names = {"2001:db8::1", "2001:db8::2", "2001:db8:1::25", "2001:db8:ff00::a:b:c"}};

Test(walk_tree, finds_the_names_in_order)
{
    expect_walk(&FLEET, "2001:db8::", 32,
                "2001:db8::1 2001:db8::2 2001:db8:1::25 2001:db8:ff00::a:b:c", "");
    expect_walk(&FLEET, "2001:db8:1::", 48, "2001:db8:1::25", "");
    expect_walk(&FLEET, "2001:db8:2::", 48, "", "");
}

Test(walk_tree, takes_a_prefix_of_any_length)
{
    expect_walk(&FLEET, "2001:db8::", 33, "2001:db8::1 2001:db8::2 2001:db8:1::25", "");
    expect_walk(&FLEET, "2001:db8:8000::", 33, "2001:db8:ff00::a:b:c", "");
    expect_walk(&FLEET, "2001:db8::1", 128, "2001:db8::1", "");
    expect_walk(&FLEET, "2001:db8::", 127, "2001:db8::1", "");
    expect_walk(&FLEET, "2001:db8::4", 126, "", "");
    expect_walk(&FLEET, "::", 0, "2001:db8::1 2001:db8::2 2001:db8:1::25 2001:db8:ff00::a:b:c", "");
}

Test(walk_tree, of_ipv4_goes_by_octets)
{
    static const struct server fleet = {
        .names = {"198.51.100.7", "198.51.100.255", "198.51.101.0", "198.52.0.1"}};

    expect_walk(&fleet, "198.51.100.0", 24, "198.51.100.7 198.51.100.255", "");
    expect_walk(&fleet, "198.51.0.0", 16, "198.51.100.7 198.51.100.255 198.51.101.0", "");
    expect_walk(&fleet, "198.50.0.0", 15, "198.51.100.7 198.51.100.255 198.51.101.0", "");
    expect_walk(&fleet, "198.51.100.128", 25, "198.51.100.255", "");
    expect_walk(&fleet, "198.51.100.7", 32, "198.51.100.7", "");
}

/* Each of the 24 names from /32 to /128 exists: 16 children, and a probe where chance finds none.
 */
Test(walk_tree, asks_at_most_seventeen_questions_a_node)
{
    static const struct server one = {.names = {"2001:db8::1"}};

    walk(&one, "2001:db8::", 32, 64);
    cr_expect_leq(out.questions, 1 + 24 * 17);
}

Test(walk_tree, ends_at_a_wildcard)
{
    static const struct server wild = {.names = {"2001:db8:1::25"},
                                       .wildcard = "2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&wild, "2001:db8::", 32, "2001:db8:1::25", "");
    static const struct server below = {.names = {"2001:db8:1::25", "2001:db8:2::1"},
                                        .wildcard = "2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};
    expect_walk(&below, "2001:db8::", 32, "2001:db8:1::25", "2001:db8:2::/48 wildcard");
}

Test(walk_tree, ends_at_a_wildcard_below_few_addresses)
{
    static const struct server wild = {
        .names = {"2001:db8::1"},
        .wildcard = "0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&wild, "2001:db8::", 32, "", "2001:db8::/112 wildcard");
}

Test(walk_tree, ends_where_every_name_exists)
{
    static const struct server liar = {.names = {"2001:db8::1", "2001:db8:1::1"},
                                       .noerror = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&liar, "2001:db8::", 32, "2001:db8::1", "2001:db8:1::/48 noerror");
    walk(&liar, "2001:db8::", 32, 64);
    cr_expect_leq(out.questions, 40 * 17);
}

/* As a server of made-up names may that cannot look into blocks. */
Test(walk_tree, ends_where_every_block_exists)
{
    static const struct server liar = {.names = {"2001:db8::1", "2001:db8:1::1"},
                                       .blocks = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&liar, "2001:db8::", 32, "2001:db8::1", "2001:db8:1::/48 noerror");
    walk(&liar, "2001:db8::", 32, 64);
    cr_expect_leq(out.questions, 40 * 17);
    cr_expect_leq(out.opened, 60);
}

Test(walk_tree, tells_made_up_addresses_from_blocks_that_exist)
{
    static const struct server maker = {.names = {"2001:db8::1", "2001:db8:1::1"},
                                        .blocks = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                                        .made_up = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&maker, "2001:db8::", 32, "2001:db8::1", "2001:db8:1::/48 wildcard");
}

Test(walk_tree, says_that_a_server_hides_names)
{
    static const struct server liar = {.names = {"2001:db8::1"}, .hides = "arpa"};
    static const struct server liar4 = {.names = {"198.51.0.1"}, .hides = "arpa"};

    expect_walk(&liar, "2001:db8::", 32, "", "2001:db8::/32 hides");
    new_trust();
    expect_walk(&liar4, "198.51.0.0", 16, "", "198.51.0.0/16 hides");
}

/* One address in each part of the /16 is asked: a full /24 is among them. */
Test(walk_tree, finds_that_a_full_block_of_ipv4_is_hidden)
{
    static char texts[NAMES_MAX - 1][IPADDR_TEXT_MAX];
    struct server liar = {.hides = "arpa"};

    for (unsigned i = 0; i < NAMES_MAX - 1; i++) {
        snprintf(texts[i], sizeof(texts[i]), "198.51.100.%u", 128 + i);
        liar.names[i] = texts[i];
    }
    walk(&liar, "198.51.100.128", 25, 1);
    cr_expect_str_empty(out.ended); /* its names are asked */
    walk(&liar, "198.51.100.0", 24, 1);
    cr_expect_str_eq(out.ended, "198.51.100.0/24 hides");
}

static const char FIRST_48[] = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa",
                  SECOND_48[] = "2.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa";

/* Where a server is known to hide names, another zone of it needs no guess that hits. Their MNAME
 * is the same. */
Test(walk_tree, knows_a_server_that_hides_names_again)
{
    static const struct server liars = {.names = {"2001:db8:1::25", "2001:db8:2::dead"},
                                        .hides = "8.b.d.0.1.0.0.2.ip6.arpa",
                                        .zones = {FIRST_48, SECOND_48}};

    walk(&liars, "2001:db8:2::", 48, 1);
    cr_expect_str_empty(out.ended); /* no guess hits */
    cr_expect_eq(out.childless, 1);
    walk(&liars, "2001:db8:1::", 48, 1);
    cr_expect_str_eq(out.ended, "2001:db8:1::/48 hides");
    cr_expect_eq(out.childless, 0);
    walk(&liars, "2001:db8:2::", 48, 1);
    cr_expect_str_eq(out.ended, "2001:db8:2::/48 hides");
    cr_expect_leq(out.questions, 1 + 17);
}

/* A child that is a zone of its own does not show that the server is honest. */
Test(walk_tree, doubts_a_server_whose_only_names_are_zones)
{
    static const struct server liar = {
        .names = {"2001:db8::1", "2001:db8:f000::7"},
        .hides = "8.b.d.0.1.0.0.2.ip6.arpa",
        .zones = {"8.b.d.0.1.0.0.2.ip6.arpa", "f.8.b.d.0.1.0.0.2.ip6.arpa"}};

    walk(&liar, "2001:db8::", 32, 1);
    cr_expect_not_null(strstr(out.ended, "2001:db8::/32 hides"), "%s", out.ended);
    cr_expect_not_null(strstr(out.ended, "2001:db8:f000::/36 hides"), "%s", out.ended);
}

/* The addresses of the input. */
Test(walk_tree, asks_for_addresses_that_are_known)
{
    static const struct server liar = {.names = {"2001:db8:77::dead"}, .hides = "arpa"};

    walk(&liar, "2001:db8::", 32, 1);
    cr_expect_str_empty(out.ended);
    known = "2001:db8:77::dead";
    new_trust();
    walk(&liar, "2001:db8::", 32, 1);
    cr_expect_str_eq(out.ended, "2001:db8::/32 hides");
    cr_expect_str_empty(out.found);
    new_trust();
    walk(&liar, "2001:db8::", 33, 1);
    cr_expect_str_eq(out.ended, "2001:db8::/33 hides");
    walk(&liar, "2001:db8:8000::", 33, 1);
    cr_expect_str_eq(out.ended, "2001:db8:8000::/33 hides"); /* a liar by now */
    known = NULL;
}

/* Empty zones of a server that has shown to know empty non-terminals, and of one that has not. */
Test(walk_tree, does_not_guess_at_an_honest_server)
{
    static const struct server fleet = {.names = {"2001:db8::1"}, .zones = {FIRST_48}};

    walk(&fleet, "2001:db8:2::", 48, 1);
    cr_expect_eq(out.questions, 1 + 32); /* the other guesses are outside */
    walk(&fleet, "2001:db8::", 32, 1);
    cr_expect_eq(out.childless, 1); /* the zone of a /48 has names of its own to show */
    walk(&fleet, "2001:db8:2::", 48, 1);
    cr_expect_eq(out.questions, 1);
    cr_expect_eq(out.childless, 0);
}

Test(walk_tree, says_what_failed)
{
    static const struct server lame = {.names = {"2001:db8::1", "2001:db8:1::1"},
                                       .fails = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    expect_walk(&lame, "2001:db8::", 32, "2001:db8::1", "2001:db8:1::/48 fails");
    expect_walk(&lame, "2001:db8:1::", 48, "", "2001:db8:1::/48 fails");
}

Test(walk_tree, asks_again_what_failed)
{
    static const struct server busy = {.names = {"2001:db8::1", "2001:db8:1::1"},
                                       .fails_once = "1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa"};

    walk(&busy, "2001:db8::", 32, 1);
    cr_expect_str_eq(out.found, "2001:db8::1 2001:db8:1::1");
    cr_expect_str_empty(out.ended);
    walk(&busy, "2001:db8:1::", 48, 1);
    cr_expect_str_eq(out.found, "2001:db8:1::1");
    cr_expect_str_empty(out.ended);
}

/* Whatever is dense in IPv4 or in the last digits is found, not ended. */
Test(walk_tree, takes_dense_addresses)
{
    static char texts[48][IPADDR_TEXT_MAX];
    struct server dense = {0};

    for (unsigned i = 0; i < 48; i++) {
        snprintf(texts[i], sizeof(texts[i]), "2001:db8::%x", i);
        dense.names[i] = texts[i];
    }
    walk(&dense, "2001:db8::", 32, 64);
    cr_expect_str_empty(out.ended);
    unsigned found = 1;
    for (const char *c = out.found; *c; c++)
        found += *c == ' ';
    cr_expect_eq(found, 48);
}

/* No open node is an address, but a run file can say so. */
Test(walk_tree, has_no_children_of_an_address)
{
    static const char *const texts[] = {"2001:db8::1", "198.51.100.7"};
    static const struct server fleet = {.names = {"2001:db8::1", "198.51.100.7"}};
    struct walk_tree *tree = walk_tree_new(&sink, trust, 42);

    memset(&out, 0, sizeof(out));
    for (unsigned i = 0; i < 2; i++) {
        struct iprange one = {address_of(texts[i]), address_of(texts[i])};
        cr_assert(walk_tree_add(tree, &one, true));
    }
    ask_all(tree, &fleet, 1);
    cr_expect(walk_tree_done(tree));
    cr_expect_eq(out.questions, 2);
    cr_expect_str_eq(out.found, "198.51.100.7 2001:db8::1");
    walk_tree_free(tree);
}

/* A walk that was stopped goes on from its open nodes. */
Test(walk_tree, can_be_continued)
{
    struct ipaddr address = address_of("2001:db8::");
    struct iprange range, open[OPEN_MAX];
    bool exists[OPEN_MAX];
    unsigned count = 0;
    struct walk_tree *tree = walk_tree_new(&sink, trust, 42);

    memset(&out, 0, sizeof(out));
    out.stop_after = 150;
    cr_assert(iprange_from_prefix(&range, &address, 32));
    cr_assert(walk_tree_add(tree, &range, false));
    ask_all(tree, &FLEET, 16);
    cr_expect_not(walk_tree_done(tree));
    for (const struct tree_node *node = NULL; (node = walk_tree_open(tree, node));)
        open[count] = walk_tree_prefix(node, &exists[count]), count++;
    walk_tree_free(tree);
    tree = walk_tree_new(&sink, trust, 43);
    for (unsigned i = 0; i < count; i++)
        cr_assert(walk_tree_add(tree, &open[i], exists[i]));
    out.stop_after = 0;
    ask_all(tree, &FLEET, 16);
    cr_expect(walk_tree_done(tree));
    walk_tree_free(tree);
    for (unsigned i = 0; FLEET.names[i]; i++) {
        struct ipaddr name = address_of(FLEET.names[i]);
        char text[IPADDR_TEXT_MAX];
        ipaddr_print(text, &name);
        cr_expect_not_null(strstr(out.found, text), "%s: %s", text, out.found);
    }
}
