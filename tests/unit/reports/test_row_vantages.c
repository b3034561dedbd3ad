/* What the vantages in a run file say of one address, who agrees with whom, and how that is listed.
 */
#include "reports/row_vantages.h"

#include <unistd.h>

#include "reports/difference_list.h"
#include "reports/vantage_words.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

static char path[64];
static struct run_file *run;
static struct vantage_overview *overview;
static struct vantage_reader *reader;
static struct made_row made;

static void begin(void)
{
    struct failure failure = {0};
    make_folder();
    snprintf(path, sizeof path, "%s/run.db", folder);
    run = run_file_open(path, RUN_CREATE, &failure);
    cr_assert_not_null(run, "%s", failure.text);
}

static void end(void)
{
    struct failure failure = {0};
    vantage_reader_free(reader);
    vantage_overview_free(overview);
    cr_expect(run_file_close(run, &failure), "%s", failure.text);
    drop_folder();
}

TestSuite(row_vantages, .init = begin, .fini = end);

/* ---- what is in the run file ---- */

static uint32_t add_vantage(const char *name)
{
    uint32_t number;
    cr_assert(run_file_add_vantage(run, name, &number));
    cr_assert(run_file_set_vantage(run, number, VANTAGE_WHOLE));
    return number;
}

/* host NULL: SERVFAIL. ttl of the PTR record; that of the address is 60. */
static void see(uint32_t vantage, const char *ip, const char *host, uint32_t ttl)
{
    static struct answer ptr, forward;
    struct facts_buffer facts = {0};
    memset(&ptr, 0, sizeof ptr);
    memset(&forward, 0, sizeof forward);
    ptr.kind = host ? ANSWER_RECORDS : ANSWER_SERVFAIL;
    ptr.tries = forward.tries = 1;
    ptr.ttl = ttl;
    if (host)
        ptr.records.names[ptr.kept++] = made_name(host);
    ptr.total = ptr.kept;
    cr_assert(facts_put_ptr(&facts, &ptr));
    forward.kind = ANSWER_RECORDS;
    forward.ttl = 60;
    forward.total = forward.kept = 1;
    forward.records.addresses[0] = made_address(ip);
    forward.holds = true;
    struct dnsname name = made_name(host ? host : "none.example");
    if (host)
        cr_assert(facts_put_forward(&facts, &name, &forward, RR_A));
    struct run_found found = {.vantage = vantage,
                              .address = made_address(ip),
                              .checked_at = MADE_AT,
                              .tries = 1,
                              .settled = true,
                              .facts = facts.bytes,
                              .length = facts.length};
    cr_assert(run_file_add_found(run, &found, 1));
    facts_free(&facts);
}

static const char ZONE[] = "100.51.198.in-addr.arpa";

static void store_told(const char *ip, const char *server, enum answer_summary_kind kind,
                       const char *text, int64_t until)
{
    static struct run_difference told;
    told.ask.address = made_address(ip);
    told.ask.question.type = RR_PTR;
    ipaddr_reverse_name(&told.ask.question.name, &told.ask.address);
    told.server = made_address(server);
    told.zone = made_name(ZONE);
    told.until = MADE_AT + until;
    told.summary.kind = kind;
    snprintf(told.summary.text, sizeof told.summary.text, "%s", text);
    cr_assert(run_file_add_difference(run, &told));
}

static void add_server(const char *name, const char *address, enum zone_server_state state)
{
    struct run_zone_server server = {
        .zone = made_name(ZONE), .name = made_name(name), .state = state};
    server.address = made_address(address);
    cr_assert(run_file_add_zone_server(run, &server));
    server.serial = 5;
    cr_assert(run_file_set_zone_server(run, &server));
}

/* ---- what is read ---- */

static void open_reader(void)
{
    struct failure failure = {0};
    struct iprange all = {made_address("0.0.0.0"), made_address("255.255.255.255")};
    cr_assert(vantage_overview_read(&overview, &run, 1, &failure), "%s", failure.text);
    cr_assert_not_null(overview);
    reader = vantage_reader_new(overview);
    cr_assert_not_null(reader);
    cr_assert(vantage_reader_begin(reader, run));
    cr_assert(vantage_reader_item(reader, &all));
}

/* The row of an address whose PTR name is this to the run. */
static const struct row_vantages *read_row(const char *ip, const char *host)
{
    made_begin(&made, ip, NULL);
    if (host)
        made_confirmed(&made, host);
    else
        made.seen.ptr.kind = ANSWER_SERVFAIL;
    const struct row_vantages *row = vantage_reader_row(reader, &made.evidence);
    cr_assert_not_null(row);
    return row;
}

Test(row_vantages, a_run_without_them_has_no_roll)
{
    struct failure failure = {0};
    cr_assert(vantage_overview_read(&overview, &run, 1, &failure));
    cr_expect_null(overview);
}

Test(row_vantages, those_who_agree_have_one_number)
{
    uint32_t a = add_vantage("192.0.2.1"), b = add_vantage("192.0.2.2"),
             c = add_vantage("192.0.2.3");
    add_vantage("192.0.2.4");
    see(a, "198.51.100.7", "old.example", 900);
    see(b, "198.51.100.7", "mta.example", 60);
    see(c, "198.51.100.7", NULL, 0);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_assert_eq(row->result_count, 5);
    cr_expect_eq(row->results[0].group, 0);
    cr_expect_eq(row->results[0].state, RESULT_SAME);
    cr_expect_eq(row->results[1].group, 1);
    cr_expect_eq(row->results[1].state, RESULT_DIFFERS);
    cr_expect_eq(row->results[2].group, 0);
    cr_expect_eq(row->results[2].state, RESULT_SAME);
    cr_expect_eq(row->results[3].group, GROUP_NONE);
    cr_expect_eq(row->results[3].state, RESULT_UNKNOWN);
    cr_expect_eq(row->results[4].state, RESULT_NOT_ASKED);
    cr_expect(row->inconsistent);
    cr_expect_eq(row->until, MADE_AT + 3600, "the PTR record of the run lasts longest");
}

Test(row_vantages, one_that_fails_alone_is_no_difference)
{
    uint32_t a = add_vantage("192.0.2.1");
    see(a, "198.51.100.7", NULL, 0);
    see(a, "198.51.100.8", "mta8.example", 60);
    open_reader();
    cr_expect_not(read_row("198.51.100.7", "mta7.example")->inconsistent);
    const struct row_vantages *row = read_row("198.51.100.8", NULL);
    cr_expect_not(row->inconsistent, "nor is the run itself, if it fails alone");
    cr_expect_eq(row->results[0].state, RESULT_UNKNOWN);
    cr_expect_eq(row->results[1].state, RESULT_SAME);
}

Test(row_vantages, two_differ_where_the_run_knows_nothing)
{
    see(add_vantage("192.0.2.1"), "198.51.100.7", "a.example", 60);
    see(add_vantage("192.0.2.2"), "198.51.100.7", "b.example", 120);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", NULL);
    cr_expect(row->inconsistent);
    cr_expect_eq(row->until, MADE_AT + 120);
}

Test(row_vantages, rows_are_passed_over_that_nobody_asks_for)
{
    uint32_t a = add_vantage("192.0.2.1");
    see(a, "198.51.100.6", "other.example", 60);
    see(a, "198.51.100.7", "old.example", 60);
    see(a, "198.51.100.9", "mta.example", 60);
    store_told("198.51.100.6", "192.0.2.53", SUMMARY_NAMES, "x.example", 60);
    open_reader();
    cr_expect(read_row("198.51.100.7", "mta.example")->inconsistent);
    cr_expect_eq(read_row("198.51.100.8", "mta.example")->results[1].state, RESULT_NOT_ASKED);
    cr_expect_not(read_row("198.51.100.9", "mta.example")->inconsistent);
}

Test(row_vantages, name_servers_differ_from_the_run_or_from_each_other)
{
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NAMES, "old.example", 900);
    store_told("198.51.100.8", "192.0.2.54", SUMMARY_NONE, "", 0);
    store_told("198.51.100.9", "192.0.2.53", SUMMARY_NAMES, "a.example", 60);
    store_told("198.51.100.9", "192.0.2.54", SUMMARY_NOTHING, "", 30);
    open_reader();
    const struct row_vantages *row = read_row("198.51.100.7", "mta.example");
    cr_assert_eq(row->question_count, 1);
    cr_expect(row->questions[0].differs);
    cr_expect_eq(row->questions[0].found_group, 0);
    cr_expect_eq(row->answer_groups[0], 1);
    cr_expect_eq(row->until, MADE_AT + 3600);
    cr_assert_not_null(row->questions[0].zone);
    cr_expect_eq(row->questions[0].zone->server_count, 2);
    cr_expect_not(read_row("198.51.100.8", "mta.example")->inconsistent, "no answer is none");
    row = read_row("198.51.100.9", NULL);
    cr_expect(row->inconsistent, "the servers differ, whatever the run knows");
    cr_expect_eq(row->questions[0].found_group, GROUP_NONE);
    cr_expect_eq(row->until, MADE_AT + 60);
}

/* ---- how it is listed ---- */

static struct report_row listed;

static void judge_row(const struct row_vantages *row)
{
    listed = *made_row(&made, 1);
    listed.vantages = row;
    if (row->inconsistent)
        judgement_find_inconsistent(&made.judgement, row->until);
}

static void expect_result(const struct difference_result *result, const char *who,
                          const char *words, unsigned group)
{
    cr_expect_str_eq(result->who, who);
    cr_expect_str_eq(result->words, words);
    cr_expect_eq(result->group, group);
}

Test(row_vantages, the_same_difference_of_many_addresses_is_one)
{
    uint32_t a = add_vantage("192.0.2.1");
    char ip[IPADDR_TEXT_MAX], host[64];
    for (unsigned i = 1; i <= 6; i++) {
        snprintf(ip, sizeof ip, "198.51.100.%u", i);
        snprintf(host, sizeof host, i == 4 ? "mta%u.example" : "old%u.example", i);
        see(a, ip, host, 60);
    }
    open_reader();
    struct difference_list *list = difference_list_new();
    cr_assert_not_null(list);
    for (unsigned i = 1; i <= 6; i++) {
        snprintf(ip, sizeof ip, "198.51.100.%u", i);
        snprintf(host, sizeof host, "mta%u.example", i);
        judge_row(read_row(ip, host));
        difference_list_add_results(list, &listed, overview);
    }
    difference_list_fold(list);
    cr_assert_eq(list->count, 1);
    const struct difference *one = list->first;
    cr_expect_eq(one->addresses.addresses, 5);
    cr_expect_eq(one->addresses.range_count, 2);
    cr_assert_eq(one->result_count, 2);
    expect_result(&one->results[0], "resolvers of the run", "pass: mta1.example", 0);
    expect_result(&one->results[1], "192.0.2.1", "pass: old1.example", 1);
    difference_list_free(list);
}

Test(row_vantages, a_difference_of_servers_names_those_who_agree)
{
    unsigned all = 0;
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    add_server("ns3.example", "192.0.2.55", ZONE_SERVER_LAME);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NOTHING, "", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.7", "mta7.example"));
    difference_list_add_question(list, &listed, 0, &all);
    cr_assert_eq(list->count, 1);
    cr_expect_eq(all, 1);
    cr_assert_eq(list->first->result_count, 3);
    expect_result(&list->first->results[0], "ns1.example (192.0.2.53), serial 5", "mta7.example",
                  0);
    expect_result(&list->first->results[1], "ns2.example (192.0.2.54), serial 5", "no PTR record",
                  1);
    expect_result(&list->first->results[2], "resolvers of the run", "mta7.example", 0);
    difference_list_free(list);
}

Test(row_vantages, there_is_room_for_so_many_differences)
{
    unsigned all = DIFFERENCES_ALL_MAX;
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_WHOLE);
    store_told("198.51.100.7", "192.0.2.54", SUMMARY_NOTHING, "", 60);
    open_reader();
    struct difference_list *list = difference_list_new();
    judge_row(read_row("198.51.100.7", "mta7.example"));
    difference_list_add_question(list, &listed, 0, &all);
    cr_expect_eq(list->count, 0);
    cr_expect_eq(list->left_out, 1);
    difference_list_add_question(NULL, &listed, 0, &all);
    difference_list_fold(NULL);
    difference_list_free(list);
    difference_list_free(NULL);
}

Test(row_vantages, long_words_are_cut_and_say_so)
{
    static struct answer_summary summary = {.kind = SUMMARY_NAMES};
    char out[16];
    snprintf(summary.text, sizeof summary.text, "abcdefghijklmno");
    cr_expect_eq(answer_summary_words(out, sizeof out, &summary, RR_PTR), 15);
    cr_expect_str_eq(out, "abcdefghijklmno");
    snprintf(summary.text, sizeof summary.text, "abcdefghijklmnop");
    cr_expect_eq(answer_summary_words(out, sizeof out, &summary, RR_PTR), 15);
    cr_expect_str_eq(out, "abcdefghijkl...");
    summary.kind = SUMMARY_NOTHING;
    cr_expect_eq(answer_summary_words(out, sizeof out, &summary, RR_AAAA), 14);
    cr_expect_str_eq(out, "no AAAA record");
}

/* ---- the overview ---- */

Test(row_vantages, the_roll_keeps_zones_of_which_there_is_something_to_say)
{
    struct failure failure = {0};
    struct run_zone_server fine = {.zone = made_name("fine.example"),
                                   .name = made_name("ns.example"),
                                   .address = made_address("192.0.2.1"),
                                   .state = ZONE_SERVER_WHOLE};
    cr_assert(run_file_add_zone_server(run, &fine));
    fine.address = made_address("2001:db8::1");
    fine.state = ZONE_SERVER_UNREACHABLE;
    cr_assert(run_file_add_zone_server(run, &fine));
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_LAME);
    cr_assert(vantage_overview_read(&overview, &run, 1, &failure));
    cr_assert_not_null(overview);
    cr_expect_eq(overview->zones, 2);
    cr_expect_eq(overview->differing, 0);
    cr_expect_eq(overview->servers[ZONE_SERVER_WHOLE], 2);
    cr_expect_eq(overview->servers[ZONE_SERVER_UNREACHABLE], 1);
    cr_assert_eq(overview->shown_count, 1);
    cr_expect_eq(overview->shown[0]->server_count, 2);
    cr_expect(zone_overview_serials_agree(overview->shown[0]), "a lame one has none");
    overview->shown[0]->servers[1].state = ZONE_SERVER_WHOLE;
    overview->shown[0]->servers[1].serial = 4;
    cr_expect_not(zone_overview_serials_agree(overview->shown[0]));
}
