#include <criterion/criterion.h>

#include <ldns/ldns.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "tests/answerbook/answerbook.h"
#include "tests/answerbook/query.h"

static const char *const ZONES = "$TTL 600\n"
                                 "$ORIGIN 100.51.198.in-addr.arpa.\n"
                                 "@ 900 IN SOA ns.example. hostmaster.example. ( 1 7200 900\n"
                                 "   86400 300 )\n"
                                 "7 PTR Mta7.Example.COM.\n"
                                 "8 CNAME 8.0-15\n"
                                 "8.0-15 PTR mta8.example.com.\n"
                                 "9 PTR a\\046b\\\\\\007.example.com.\n"
                                 "$ORIGIN example.com.\n"
                                 "@ SOA ns hostmaster 1 7200 900 86400 60\n"
                                 "mta7 3600 A 198.51.100.7\n"
                                 "     A 198.51.100.8\n"
                                 "mta8 AAAA 2001:db8::8\n"
                                 "loop1 CNAME loop2\n"
                                 "loop2 CNAME loop1\n"
                                 "two CNAME mta7\n"
                                 "two CNAME mta8\n"
                                 "out CNAME nowhere.invalid.\n"
                                 "deep.below.ent A 192.0.2.1\n"
                                 "bad CNAME broken\n"
                                 "broken A 192.0.2.2\n"
                                 ";! broken.example.com. A servfail\n";

static struct answerbook *load(const char *text, char error[ANSWERBOOK_ERROR_MAX])
{
    char path[] = "/tmp/answerbook-XXXXXX";
    int fd = mkstemp(path);
    cr_assert(fd >= 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    struct answerbook *book = answerbook_new();
    bool loaded = answerbook_load(book, path, error);
    unlink(path);
    if (!loaded) {
        answerbook_free(book);
        return NULL;
    }
    return book;
}

static struct answerbook *book_of(const char *directives)
{
    char text[8192];
    char error[ANSWERBOOK_ERROR_MAX] = "";
    snprintf(text, sizeof text, "%s%s", ZONES, directives);
    struct answerbook *book = load(text, error);
    cr_assert(book, "%s", error);
    return book;
}

struct ask {
    uint16_t udp_size;
    bool tcp;
    struct behaviour how;
    size_t length;
    uint8_t wire[ANSWERBOOK_REPLY_MAX];
};

/* The reply as libldns reads it; NULL: none, or one that cannot be read. */
static ldns_pkt *ask_with(struct ask *ask, struct answerbook *book, const char *name, uint16_t type)
{
    uint8_t query[QUERY_MAX];
    ldns_rdf *dname = ldns_dname_new_frm_str(name);
    size_t length =
        query_write(query, 0xbeef, ldns_rdf_data(dname), ldns_rdf_size(dname), type, ask->udp_size);
    ldns_rdf_deep_free(dname);
    ask->length =
        answerbook_reply(book, query, length, ask->tcp, ask->wire, sizeof ask->wire, &ask->how);
    ldns_pkt *reply = NULL;
    if (ask->length == 0 || ldns_wire2pkt(&reply, ask->wire, ask->length) != LDNS_STATUS_OK) {
        return NULL;
    }
    return reply;
}

static ldns_pkt *ask(struct answerbook *book, const char *name, uint16_t type)
{
    struct ask asked = {.udp_size = 1232};
    ldns_pkt *reply = ask_with(&asked, book, name, type);
    cr_assert(reply, "%s", name);
    return reply;
}

static void expect_section(const ldns_rr_list *list, const char *expected)
{
    char *text = ldns_rr_list2str(list);
    for (char *at = text; *at; at++) {
        *at = *at == '\t' ? ' ' : *at;
    }
    cr_expect_str_eq(text, expected);
    LDNS_FREE(text);
}

static void expect(struct answerbook *book, const char *name, uint16_t type, unsigned rcode,
                   const char *answer, const char *authority)
{
    ldns_pkt *reply = ask(book, name, type);
    cr_expect_eq(ldns_pkt_get_rcode(reply), rcode, "%s: rcode %u", name, ldns_pkt_get_rcode(reply));
    cr_expect(ldns_pkt_qr(reply) && ldns_pkt_ra(reply) && ldns_pkt_rd(reply) &&
              !ldns_pkt_tc(reply));
    cr_expect_eq(ldns_pkt_id(reply), 0xbeef);
    expect_section(ldns_pkt_answer(reply), answer);
    expect_section(ldns_pkt_authority(reply), authority);
    ldns_pkt_free(reply);
}

#define REVERSE_SOA \
    "100.51.198.in-addr.arpa. 900 IN SOA ns.example. hostmaster.example. 1 7200 900 86400 300\n"
#define FORWARD_SOA \
    "example.com. 600 IN SOA ns.example.com. hostmaster.example.com. 1 7200 900 86400 60\n"

Test(answerbook, answers_like_a_resolver)
{
    struct answerbook *book = book_of("");
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 0,
           "7.100.51.198.in-addr.arpa. 600 IN PTR Mta7.Example.COM.\n", "");
    expect(book, "mta7.example.com.", 1, 0,
           "mta7.example.com. 3600 IN A 198.51.100.7\nmta7.example.com. 600 IN A 198.51.100.8\n",
           "");
    expect(book, "mta7.example.com.", 28, 0, "", FORWARD_SOA);
    expect(book, "nosuch.example.com.", 1, 3, "", FORWARD_SOA);
    expect(book, "99.100.51.198.in-addr.arpa.", 12, 3, "", REVERSE_SOA);
    expect(book, "below.ent.example.com.", 1, 0, "", FORWARD_SOA);
    expect(book, "x.below.ent.example.com.", 1, 3, "", FORWARD_SOA);
    expect(book, "elsewhere.test.", 1, 5, "", "");
    expect(book, ".", 6, 5, "", "");
    answerbook_free(book);
}

Test(answerbook, echoes_the_case_of_the_question)
{
    struct answerbook *book = book_of("");
    expect(book, "mTa8.exAMPLE.com.", 28, 0, "mTa8.exAMPLE.com. 600 IN AAAA 2001:db8::8\n", "");
    answerbook_free(book);
}

Test(answerbook, follows_aliases)
{
    struct answerbook *book = book_of("");
    expect(book, "8.100.51.198.in-addr.arpa.", 12, 0,
           "8.100.51.198.in-addr.arpa. 600 IN CNAME 8.0-15.100.51.198.in-addr.arpa.\n"
           "8.0-15.100.51.198.in-addr.arpa. 600 IN PTR mta8.example.com.\n",
           "");
    expect(book, "loop1.example.com.", 1, 0,
           "loop1.example.com. 600 IN CNAME loop2.example.com.\n"
           "loop2.example.com. 600 IN CNAME loop1.example.com.\n",
           "");
    expect(book, "two.example.com.", 28, 0,
           "two.example.com. 600 IN CNAME mta7.example.com.\ntwo.example.com. 600 IN CNAME "
           "mta8.example.com.\n",
           FORWARD_SOA);
    expect(book, "out.example.com.", 1, 5, "out.example.com. 600 IN CNAME nowhere.invalid.\n", "");
    expect(book, "bad.example.com.", 1, 2, "bad.example.com. 600 IN CNAME broken.example.com.\n",
           "");
    expect(book, "two.example.com.", 5, 0,
           "two.example.com. 600 IN CNAME mta7.example.com.\ntwo.example.com. 600 IN CNAME "
           "mta8.example.com.\n",
           "");
    answerbook_free(book);
}

Test(answerbook, ends_a_chain_after_twenty_aliases)
{
    char text[4096] = "c. SOA ns.c. h.c. 1 1 1 1 1\nc25.c. A 192.0.2.1\n";
    char error[ANSWERBOOK_ERROR_MAX];
    for (int i = 0; i < 25; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "c%d.c. CNAME c%d.c.\n", i,
                 i + 1);
    }
    struct answerbook *book = load(text, error);
    cr_assert(book, "%s", error);
    ldns_pkt *reply = ask(book, "c0.c.", 1);
    cr_expect_eq(ldns_rr_list_rr_count(ldns_pkt_answer(reply)), 20);
    ldns_pkt_free(reply);
    reply = ask(book, "c5.c.", 1);
    cr_expect_eq(ldns_rr_list_rr_count(ldns_pkt_answer(reply)), 21);
    ldns_pkt_free(reply);
    answerbook_free(book);
}

Test(answerbook, odd_octets_survive)
{
    struct answerbook *book = book_of("");
    struct ask asked = {.udp_size = 0};
    ldns_pkt *reply = ask_with(&asked, book, "9.100.51.198.in-addr.arpa.", 12);
    cr_assert(reply);
    static const uint8_t NAME[] = "\5a.b\\\7\7example\3com";
    cr_expect(memmem(asked.wire, asked.length, NAME, sizeof NAME));
    ldns_pkt_free(reply);
    answerbook_free(book);
}

Test(answerbook, cuts_what_does_not_fit)
{
    char text[16384] = "big. SOA ns.big. h.big. 1 1 1 1 1\n";
    char error[ANSWERBOOK_ERROR_MAX];
    for (int i = 0; i < 100; i++) {
        snprintf(text + strlen(text), sizeof text - strlen(text), "x.big. A 192.0.2.%d\n", i);
    }
    struct answerbook *book = load(text, error);
    cr_assert(book, "%s", error);
    static const struct {
        uint16_t udp_size;
        bool tcp;
        bool cut;
    } CASES[] = {{0, false, true},    {100, false, true},   {1232, false, true},
                 {1633, false, true}, {1634, false, false}, {0, true, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct ask asked = {.udp_size = CASES[i].udp_size, .tcp = CASES[i].tcp};
        ldns_pkt *reply = ask_with(&asked, book, "x.big.", 1);
        cr_assert(reply);
        cr_expect_eq(ldns_pkt_tc(reply), CASES[i].cut, "size %u", CASES[i].udp_size);
        cr_expect_eq(ldns_rr_list_rr_count(ldns_pkt_answer(reply)), CASES[i].cut ? 0u : 100u);
        cr_expect_eq(ldns_pkt_edns(reply), CASES[i].udp_size != 0);
        ldns_pkt_free(reply);
    }
    answerbook_free(book);
}

Test(answerbook, names_behind_the_reach_of_pointers_are_written_out)
{
    static char text[65536] = "b. SOA ns.b. h.b. 1 1 1 1 1\n";
    char error[ANSWERBOOK_ERROR_MAX];
    char *at = text + strlen(text);
    for (int i = 0; i < 1200; i++) {
        at += sprintf(at, "x.b. CNAME t%d.b.\n", i);
    }
    sprintf(at, "t0.b. CNAME y.b.\ny.b. CNAME z.b.\nz.b. A 192.0.2.1\n");
    struct answerbook *book = load(text, error);
    cr_assert(book, "%s", error);
    struct ask asked = {.tcp = true};
    ldns_pkt *reply = ask_with(&asked, book, "x.b.", 1);
    cr_assert(reply);
    const ldns_rr_list *answer = ldns_pkt_answer(reply);
    cr_assert_eq(ldns_rr_list_rr_count(answer), 1203);
    char *last = ldns_rr2str(ldns_rr_list_rr(answer, 1202));
    cr_expect_str_eq(last, "z.b.\t3600\tIN\tA\t192.0.2.1\n");
    LDNS_FREE(last);
    ldns_pkt_free(reply);
    answerbook_free(book);
}

Test(answerbook, rcodes_on_request)
{
    struct answerbook *book = book_of(";! mta7.example.com. A servfail\n"
                                      ";! mta8.example.com. * refused\n"
                                      ";! *.ent.example.com. A notimp\n"
                                      ";! 7.100.51.198.in-addr.arpa. PTR empty\n"
                                      ";! example.com. * nosoa\n");
    expect(book, "MTA7.example.com.", 1, 2, "", "");
    expect(book, "mta7.example.com.", 28, 0, "", "");
    expect(book, "mta8.example.com.", 28, 5, "", "");
    expect(book, "deep.below.ent.example.com.", 1, 4, "", "");
    expect(book, "ent.example.com.", 1, 4, "", "");
    expect(book, "ent.example.com.", 28, 0, "", "");
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 0, "", "");
    expect(book, "nosuch.example.com.", 1, 3, "", "");
    expect(book, "99.100.51.198.in-addr.arpa.", 12, 3, "", REVERSE_SOA);
    answerbook_free(book);
}

/* What comes for mta7.example.com. A under one directive. */
static ldns_pkt *misbehave(struct ask *asked, const char *action)
{
    char directive[100];
    snprintf(directive, sizeof directive, ";! mta7.example.com. A %s\n", action);
    struct answerbook *book = book_of(directive);
    ldns_pkt *reply = ask_with(asked, book, "mta7.example.com.", 1);
    answerbook_free(book);
    return reply;
}

Test(answerbook, transport_misbehaviour)
{
    static const struct {
        const char *action;
        bool tcp;
        struct behaviour how;
        bool answered;
    } CASES[] = {
        {"drop", false, {.drop = true}, false},
        {"drop", true, {.drop = true}, false},
        {"udp-drop", false, {.drop = true}, false},
        {"udp-drop", true, {0}, true},
        {"tcp-only-drop", false, {0}, true},
        {"tcp-only-drop", true, {.close = true}, false},
        {"delay 250", false, {.delay_ms = 250}, true},
        {"udp delay 250", true, {0}, true},
        {"tcp delay 250", true, {.delay_ms = 250}, true},
        {"now", false, {.now = true}, true},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct ask asked = {.tcp = CASES[i].tcp};
        ldns_pkt *reply = misbehave(&asked, CASES[i].action);
        cr_expect_eq(reply != NULL, CASES[i].answered, "%s", CASES[i].action);
        cr_expect_eq(asked.how.drop, CASES[i].how.drop, "%s", CASES[i].action);
        cr_expect_eq(asked.how.close, CASES[i].how.close, "%s", CASES[i].action);
        cr_expect_eq(asked.how.now, CASES[i].how.now, "%s", CASES[i].action);
        cr_expect_eq(asked.how.delay_ms, CASES[i].how.delay_ms, "%s", CASES[i].action);
        ldns_pkt_free(reply);
    }
}

Test(answerbook, truncation_on_request_is_for_udp)
{
    struct ask asked = {.udp_size = 0};
    ldns_pkt *reply = misbehave(&asked, "tc");
    cr_assert(reply);
    cr_expect(ldns_pkt_tc(reply));
    cr_expect_eq(ldns_pkt_ancount(reply), 0);
    ldns_pkt_free(reply);
    asked.tcp = true;
    reply = misbehave(&asked, "tc");
    cr_assert(reply);
    cr_expect_not(ldns_pkt_tc(reply));
    cr_expect_eq(ldns_pkt_ancount(reply), 2);
    ldns_pkt_free(reply);
}

Test(answerbook, truncation_over_tcp_keeps_the_records)
{
    struct ask asked = {.udp_size = 0, .tcp = true};
    ldns_pkt *reply = misbehave(&asked, "tc-always");
    cr_assert(reply);
    cr_expect(ldns_pkt_tc(reply));
    cr_expect_eq(ldns_pkt_ancount(reply), 2);
    ldns_pkt_free(reply);
}

static const char SERVERS[] = "$ORIGIN 100.51.198.in-addr.arpa.\n@ NS ns.example.\n"
                              "$ORIGIN old.example.com.\n@ DNAME new.example.com.\n";

Test(answerbook, referrals_and_aliases_alone)
{
    char text[512];
    snprintf(text, sizeof text,
             "%s;! 8.100.51.198.in-addr.arpa. PTR alias-only\n"
             ";! 7.100.51.198.in-addr.arpa. PTR referral\n",
             SERVERS);
    struct answerbook *book = book_of(text);
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 0, "",
           "100.51.198.in-addr.arpa. 600 IN NS ns.example.\n");
    ldns_pkt *reply = ask(book, "7.100.51.198.in-addr.arpa.", 12);
    cr_expect_not(ldns_pkt_aa(reply));
    ldns_pkt_free(reply);
    expect(book, "8.100.51.198.in-addr.arpa.", 12, 0,
           "8.100.51.198.in-addr.arpa. 600 IN CNAME 8.0-15.100.51.198.in-addr.arpa.\n", "");
    expect(book, "mta7.old.example.com.", 1, 0, "old.example.com. 600 IN DNAME new.example.com.\n",
           "");
    answerbook_free(book);
}

Test(answerbook, forged_replies)
{
    struct ask asked = {.udp_size = 1232};
    ldns_pkt *reply = misbehave(&asked, "badid");
    cr_expect_eq(ldns_pkt_id(reply), 0xbeef ^ 0x5500);
    ldns_pkt_free(reply);
    reply = misbehave(&asked, "notreply");
    cr_expect_not(ldns_pkt_qr(reply));
    ldns_pkt_free(reply);
    reply = misbehave(&asked, "badquestion");
    char *question = ldns_rr_list2str(ldns_pkt_question(reply));
    cr_expect_str_eq(question, "xta7.example.com.\tIN\tA\n");
    LDNS_FREE(question);
    ldns_pkt_free(reply);
    reply = misbehave(&asked, "wrongclass");
    cr_expect_eq(ldns_rr_get_class(ldns_rr_list_rr(ldns_pkt_question(reply), 0)), LDNS_RR_CLASS_CH);
    ldns_pkt_free(reply);
    cr_expect_null(misbehave(&asked, "malformed"));
    cr_expect_eq(asked.wire[7], 2 + 7);
    cr_expect_null(misbehave(&asked, "cutrecord"));
    cr_expect_gt(asked.length, 12);
    (void)misbehave(&asked, "noquestion");
    cr_expect(asked.wire[4] == 0 && asked.wire[5] == 0);
    (void)misbehave(&asked, "garbage");
    cr_expect_geq(asked.length, 12);
    cr_expect(asked.wire[0] == 0xbe && asked.wire[1] == 0xef);
}

Test(answerbook, servers_without_edns)
{
    struct ask asked = {.udp_size = 1232};
    ldns_pkt *reply = misbehave(&asked, "edns formerr");
    cr_expect_eq(ldns_pkt_get_rcode(reply), LDNS_RCODE_FORMERR);
    cr_expect_not(ldns_pkt_edns(reply));
    ldns_pkt_free(reply);
    reply = misbehave(&asked, "edns badvers");
    cr_expect_eq(ldns_pkt_get_rcode(reply), LDNS_RCODE_NOERROR);
    cr_expect_eq(ldns_pkt_edns_extended_rcode(reply), 1);
    cr_expect_eq(ldns_pkt_ancount(reply), 0);
    ldns_pkt_free(reply);
    asked.udp_size = 0;
    reply = misbehave(&asked, "edns formerr");
    cr_expect_eq(ldns_pkt_get_rcode(reply), LDNS_RCODE_NOERROR, "a query without EDNS");
    ldns_pkt_free(reply);
    reply = misbehave(&asked, "header");
    cr_expect_eq(asked.length, 12);
    ldns_pkt_free(reply);
}

Test(answerbook, first_n_counts_per_question)
{
    struct answerbook *book =
        book_of(";! *.example.com. * drop 2\n;! *.in-addr.arpa. * first 1 servfail\n");
    static const struct {
        const char *name;
        uint16_t type;
        bool dropped;
    } CASES[] = {{"mta7.example.com.", 1, true},  {"MTA7.example.com.", 1, true},
                 {"mta7.example.com.", 28, true}, {"mta8.example.com.", 1, true},
                 {"mta7.example.com.", 1, false}, {"mta7.example.com.", 1, false},
                 {"mta7.example.com.", 28, true}, {"mta7.example.com.", 28, false}};
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        struct ask asked = {.udp_size = 0};
        ldns_pkt *reply = ask_with(&asked, book, CASES[i].name, CASES[i].type);
        cr_expect_eq(asked.how.drop, CASES[i].dropped, "step %zu", i);
        ldns_pkt_free(reply);
    }
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 2, "", "");
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 0,
           "7.100.51.198.in-addr.arpa. 600 IN PTR Mta7.Example.COM.\n", "");
    answerbook_free(book);
}

Test(answerbook, scripts_of_resolvers)
{
    struct answerbook *book =
        book_of(";! @0 dead\n;! @1 dead 3\n;! @2 die-after 5\n;! @2 back-after 80\n");
    cr_expect(answerbook_resolver(book, 0)->dead);
    cr_expect_eq(answerbook_resolver(book, 1)->dead_first, 3);
    cr_expect_not(answerbook_resolver(book, 1)->dead);
    cr_expect_eq(answerbook_resolver(book, 2)->die_after, 5);
    cr_expect_eq(answerbook_resolver(book, 2)->back_after_ms, 80);
    cr_expect_null(answerbook_resolver(book, 3));
    cr_expect_null(answerbook_resolver(book, 99));
    answerbook_free(book);
}

Test(answerbook, says_where_a_book_is_wrong)
{
    static const struct {
        const char *text;
        const char *says;
    } CASES[] = {
        {"a. SOA ns.a. h.a. 1 1 1 1 1\n\nx.a. A 192.0.2\n", ":3: "},
        {"x.a. A 192.0.2.1\n", ":1: the record lies in no zone: a SOA must come before it"},
        {"a. SOA ns.a. h.a. 1 1 1 1 1\na. SOA ns.a. h.a. 1 1 1 1 1\n",
         ":2: this zone has a SOA already"},
        {"\n;! x.a. A dropp\n", ":2: no such action"},
        {";! x.a A drop\n", ":1: the name must be absolute, with its final dot"},
        {";! x.a. NONSENSE drop\n", ":1: after the name comes a record type or *"},
        {";! x.a. A\n", ":1: no such action"},
        {";! x.a. A delay\n", ":1: delay wants milliseconds from 1 to 60000"},
        {";! x.a. A delay 60001\n", ":1: delay wants milliseconds from 1 to 60000"},
        {";! x.a. A first 0 drop\n", ":1: first wants a number from 1 to 65535"},
        {";! x.a. A drop 2 3\n", ":1: too many words, or an action that its transport never meets"},
        {";! x.a. A tcp tc\n", ":1: too many words, or an action that its transport never meets"},
        {";! @16 dead\n", ":1: @ wants the number of a resolver, from 0 to 15"},
        {";! @0 die-after\n", ":1: a resolver can be: dead, dead N, die-after N, back-after MS"},
        {";! @0 sleeps\n", ":1: a resolver can be: dead, dead N, die-after N, back-after MS"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof *CASES; i++) {
        char error[ANSWERBOOK_ERROR_MAX] = "";
        cr_expect_null(load(CASES[i].text, error), "%s", CASES[i].text);
        cr_expect(strstr(error, CASES[i].says), "%s gave %s", CASES[i].text, error);
    }
    struct answerbook *book = answerbook_new();
    char error[ANSWERBOOK_ERROR_MAX];
    cr_expect_not(answerbook_load(book, "/nonexistent/zone", error));
    cr_expect_str_eq(error, "/nonexistent/zone: No such file or directory");
    answerbook_free(book);
}

static struct answerbook *rule_book(const char *block, uint32_t names)
{
    struct answerbook *book = answerbook_new();
    struct answerbook_rule rule = {.names = names};
    cr_assert(answerbook_parse_block(&rule, block));
    cr_assert(answerbook_set_rule(book, &rule));
    return book;
}

#define RULE_SOA(zone) zone " 3600 IN SOA " zone " . 1 0 0 0 3600\n"

Test(answerbook, rule_answers_all_of_ipv4)
{
    struct answerbook *book = rule_book("0.0.0.0/0", 0);
    expect(book, "7.100.51.198.in-addr.arpa.", 12, 0,
           "7.100.51.198.in-addr.arpa. 3600 IN PTR ip-198-51-100-7.fleet.example.\n", "");
    expect(book, "255.255.255.255.IN-ADDR.arpa.", 12, 0,
           "255.255.255.255.IN-ADDR.arpa. 3600 IN PTR ip-255-255-255-255.fleet.example.\n", "");
    expect(book, "ip-198-51-100-7.fleet.example.", 1, 0,
           "ip-198-51-100-7.fleet.example. 3600 IN A 198.51.100.7\n", "");
    expect(book, "ip-198-51-100-7.fleet.example.", 28, 0, "", RULE_SOA("fleet.example."));
    expect(book, "7.100.51.198.in-addr.arpa.", 1, 0, "", RULE_SOA("in-addr.arpa."));
    static const char *const MISSING[] = {"ip-198-51-100-07.fleet.example.",
                                          "ip-198-51-100-256.fleet.example.",
                                          "ip-198-51-100.fleet.example.",
                                          "ip-198-51-100-7-1.fleet.example.",
                                          "ip-.fleet.example.",
                                          "x.fleet.example.",
                                          "a.ip-1-2-3-4.fleet.example."};
    for (size_t i = 0; i < sizeof MISSING / sizeof *MISSING; i++) {
        expect(book, MISSING[i], 1, 3, "", RULE_SOA("fleet.example."));
    }
    expect(book, "07.100.51.198.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    expect(book, "1.7.100.51.198.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    expect(book, "256.0.0.1.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    expect(book, "com.", 12, 3, "", RULE_SOA("com."));
    answerbook_free(book);
}

Test(answerbook, rule_with_shared_names)
{
    struct answerbook *book = rule_book("10.0.0.0/24", 100);
    expect(book, "5.0.0.10.in-addr.arpa.", 12, 0,
           "5.0.0.10.in-addr.arpa. 3600 IN PTR mta-5.fleet.example.\n", "");
    expect(book, "205.0.0.10.in-addr.arpa.", 12, 0,
           "205.0.0.10.in-addr.arpa. 3600 IN PTR mta-5.fleet.example.\n", "");
    expect(book, "mta-55.fleet.example.", 1, 0,
           "mta-55.fleet.example. 3600 IN A 10.0.0.55\nmta-55.fleet.example. 3600 IN A 10.0.0.155\n"
           "mta-55.fleet.example. 3600 IN A 10.0.0.255\n",
           "");
    expect(book, "mta-100.fleet.example.", 1, 3, "", RULE_SOA("fleet.example."));
    expect(book, "5.1.0.10.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    struct answerbook_rule rule = {.names = 2};
    cr_assert(answerbook_parse_block(&rule, "10.0.0.0/24"));
    cr_expect_not(answerbook_set_rule(book, &rule));
    static const char *const BLOCKS[] = {
        "10.0.0.1/24", "10.0.0.0", "10.0.0.0/33", "10.0.0/24", "x/1", "/", ""};
    for (size_t i = 0; i < sizeof BLOCKS / sizeof *BLOCKS; i++) {
        cr_expect_not(answerbook_parse_block(&rule, BLOCKS[i]), "%s", BLOCKS[i]);
    }
    answerbook_free(book);
}

Test(answerbook, names_of_blocks_are_empty_non_terminals)
{
    struct answerbook *book = rule_book("10.0.0.0/24", 0);
    expect(book, "0.0.10.in-addr.arpa.", 12, 0, "", RULE_SOA("in-addr.arpa."));
    expect(book, "10.in-addr.arpa.", 12, 0, "", RULE_SOA("in-addr.arpa."));
    expect(book, "1.0.10.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    expect(book, "1.10.in-addr.arpa.", 12, 3, "", RULE_SOA("in-addr.arpa."));
    answerbook_free(book);
}

static struct answerbook *tree_book(uint64_t exist, uint64_t lie, uint64_t servfail)
{
    struct answerbook *book = answerbook_new();
    struct answerbook_rule rule = {.tree = true, .exist = exist, .lie = lie, .servfail = servfail};
    cr_assert(answerbook_parse_block(&rule, "10.8.0.0/16"));
    cr_assert(answerbook_set_rule(book, &rule));
    return book;
}

Test(answerbook, a_tree_of_blocks)
{
    const uint64_t all = UINT64_C(1) << 32;
    struct answerbook *book = tree_book(all, 0, 0);
    expect(book, "7.1.8.10.in-addr.arpa.", 12, 0,
           "7.1.8.10.in-addr.arpa. 3600 IN PTR ip-10-8-1-7.fleet.example.\n", "");
    expect(book, "1.8.10.in-addr.arpa.", 12, 0, "", RULE_SOA("8.10.in-addr.arpa."));
    expect(book, "8.10.in-addr.arpa.", 12, 0, "", RULE_SOA("10.in-addr.arpa."));
    expect(book, "7.1.9.10.in-addr.arpa.", 12, 3, "", RULE_SOA("10.in-addr.arpa."));
    answerbook_free(book);
    book = tree_book(all, all, 0);
    expect(book, "1.8.10.in-addr.arpa.", 12, 3, "", RULE_SOA("8.10.in-addr.arpa."));
    expect(book, "7.1.8.10.in-addr.arpa.", 12, 0,
           "7.1.8.10.in-addr.arpa. 3600 IN PTR ip-10-8-1-7.fleet.example.\n", "");
    answerbook_free(book);
    book = tree_book(0, 0, 0);
    expect(book, "1.8.10.in-addr.arpa.", 12, 3, "", RULE_SOA("10.in-addr.arpa."));
    answerbook_free(book);
    book = tree_book(all, 0, all);
    expect(book, "1.8.10.in-addr.arpa.", 12, 2, "", "");
    answerbook_free(book);
}

Test(answerbook, hostile_queries)
{
    struct answerbook *book = book_of("");
    uint8_t out[ANSWERBOOK_REPLY_MAX];
    struct behaviour how;
    uint8_t query[600];
    uint64_t random = 42;
    for (unsigned round = 0; round < 20000; round++) {
        size_t length = round % sizeof query;
        for (size_t i = 0; i < length; i++) {
            random = random * 6364136223846793005u + 1442695040888963407u;
            query[i] = (uint8_t)(random >> 56);
        }
        if (length >= 12 && round % 2 == 0) {
            memcpy(query + 2, "\1\0\0\1\0\0\0\0\0\1", 10);
        }
        size_t got = answerbook_reply(book, query, length, round % 3 == 0, out, sizeof out, &how);
        cr_assert(got == 0 || got >= 12);
    }
    cr_expect_eq(answerbook_reply(book, (const uint8_t *)"\0\1\0\0\0\1\0\0\0\0\0\0\300\14\0\1\0\1",
                                  18, false, out, sizeof out, &how),
                 12);
    cr_expect_eq(out[3] & 15, 1);
    answerbook_free(book);
}

Test(answerbook, prints_questions)
{
    uint8_t query[QUERY_MAX];
    char text[QUERY_TEXT_MAX];
    size_t length = query_write(query, 1, (const uint8_t *)"\3a.\7\1b", 7, 12, 512);
    query_print(text, query, length);
    cr_expect_str_eq(text, "a\\046\\007.b. PTR");
    length = query_write(query, 1, (const uint8_t *)"", 1, 999, 0);
    query_print(text, query, length);
    cr_expect_str_eq(text, ". TYPE999");
    query_print(text, query, length - 1);
    cr_expect_str_eq(text, "?");
}
