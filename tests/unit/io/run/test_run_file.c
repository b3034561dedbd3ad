
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/run/vantages.h"
#include "tests/unit/io/run/made_found.h"
#include "tests/unit/io/run/stranger.h"

enum {
    TOO_LONG = 60 /* seconds; Criterion's own time limit leaks, which the leak check then reports */
};

static char folder[] = "/tmp/fcrdns-run-XXXXXX";
static char path[64];

static void make_folder(void)
{
    alarm(TOO_LONG);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/run.db", folder);
}

static void remove_folder(void)
{
    static const char *const names[] = {"run.db", "run.db-wal", "run.db-journal", "run.db-shm"};
    char name[80];
    for (unsigned i = 0; i < sizeof names / sizeof names[0]; i++) {
        snprintf(name, sizeof name, "%s/%s", folder, names[i]);
        unlink(name);
    }
    cr_expect_eq(rmdir(folder), 0, "files were left in %s", folder);
}

TestSuite(run_file, .init = make_folder, .fini = remove_folder);

static struct run_file *open_run(enum run_mode mode)
{
    struct failure failure = {0};
    struct run_file *run = run_file_open(path, mode, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    return run;
}

static void close_run(struct run_file *run)
{
    struct failure failure = {0};
    cr_assert(run_file_close(run, &failure), "%s", failure.text);
}

/* Opening must fail with exactly this text behind the path. */
static void expect_refusal(enum run_mode mode, const char *text)
{
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];
    snprintf(expected, sizeof expected, "%s%s", path, text);
    cr_assert_null(run_file_open(path, mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(failure.text, expected);
}

static void expect_refusal_with(enum run_mode mode, const char *part)
{
    struct failure failure = {0};
    cr_assert_null(run_file_open(path, mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, part), "%s", failure.text);
    cr_expect_not_null(strstr(failure.text, path), "%s", failure.text);
}

static struct iprange range(const char *first, const char *last)
{
    return (struct iprange){address_of(first), address_of(last)};
}

static void add_item(struct run_file *run, uint32_t source, uint64_t line, const char *first,
                     const char *last, const char *expected)
{
    struct run_item item = {.source = source, .line = line, .range = range(first, last)};
    if (expected != NULL) {
        item.has_expected = true;
        cr_assert(dnsname_from_text(&item.expected, expected, strlen(expected)));
    }
    cr_assert(run_file_add_item(run, &item), "%s", run_file_failure(run)->text);
}

static void add_found(struct run_file *run, const char *text, bool settled, const char *facts)
{
    struct run_found found = made_found(text, settled, facts);
    cr_assert(run_file_add_found(run, &found, 1), "%s", run_file_failure(run)->text);
}

/* "first-last=expected" of all spans, read in portions of n. */
static void spans_text(struct run_file *run, unsigned n, char *out, size_t size)
{
    struct span spans[8];
    struct span_cursor cursor = {0};
    unsigned got;
    size_t used = 0;
    out[0] = '\0';
    do {
        cr_assert(run_file_next_spans(run, &cursor, spans, n, &got), "%s",
                  run_file_failure(run)->text);
        cr_assert_leq(got, n);
        for (unsigned i = 0; i < got; i++) {
            char text[IPRANGE_TEXT_MAX], host[DNSNAME_TEXT_MAX] = "";
            iprange_print(text, &spans[i].range);
            if (spans[i].has_expected)
                dnsname_print(host, &spans[i].expected);
            used += (size_t)snprintf(out + used, size - used, "%s=%s ", text, host);
        }
    } while (got > 0);
}

Test(run_file, keeps_facts_about_the_run)
{
    char value[16];
    struct run_file *run = open_run(RUN_CREATE);
    cr_expect_not(run_file_get(run, "resolvers", value, sizeof value));
    cr_expect_eq(run_file_get_number(run, "threads", 7), 7);
    cr_assert(run_file_set(run, "resolvers", "192.0.2.1@53"));
    cr_assert(run_file_set(run, "resolvers", "192.0.2.53@53, 192.0.2.54@53"));
    cr_assert(run_file_set_number(run, "most", UINT64_MAX));
    cr_assert(run_file_set(run, "words", "12 apples"));
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect(run_file_get(run, "resolvers", value, sizeof value));
    cr_expect_str_eq(value, "192.0.2.53@53, ", "cut at the size");
    cr_expect_eq(run_file_get_number(run, "most", 0), UINT64_MAX);
    cr_expect_eq(run_file_get_number(run, "words", 5), 5);
    close_run(run);
}

Test(run_file, gives_items_in_input_order_and_spans_in_address_order)
{
    char text[1024];
    uint32_t first, second;
    struct run_item item;
    struct run_totals totals;
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &first));
    cr_assert(run_file_add_source(run, "-", &second));
    cr_expect_neq(first, second);
    add_item(run, first, 2, "2001:db8::1", "2001:db8::1", NULL);
    add_item(run, first, 3, "198.51.100.0", "198.51.100.255", "mta.example.com");
    add_item(run, first, 4, "198.51.100.9", "198.51.100.9", "mta9.example.com");
    add_item(run, first, 4, "198.51.100.9", "198.51.100.9", "mta9.example.com");
    add_item(run, second, UINT32_MAX + 1ULL, "198.51.100.9", "198.51.100.9", NULL);
    add_item(run, second, 6, "9.0.0.0", "9.0.0.0", "a\\.b.example");
    add_item(run, second, 7, "198.51.100.0", "198.51.100.3", NULL);
    cr_expect_not(run_file_is_sealed(run));
    cr_assert(run_file_seal_input(run));
    cr_expect(run_file_is_sealed(run));
    for (unsigned n = 1; n <= 8; n++) {
        spans_text(run, n, text, sizeof text);
        cr_expect_str_eq(text,
                         "9.0.0.0=a\\.b.example 198.51.100.0/30= 198.51.100.0/24=mta.example.com "
                         "198.51.100.9= 198.51.100.9=mta9.example.com 2001:db8::1= ",
                         "portions of %u: %s", n, text);
    }
    close_run(run);

    run = open_run(RUN_READ);
    cr_expect(run_file_is_sealed(run));
    cr_expect_str_eq(run_file_source(run, first), "fleet.csv");
    cr_expect_str_eq(run_file_source(run, second), "-");
    cr_expect_str_eq(run_file_source(run, 0), "");
    cr_expect_str_eq(run_file_source(run, 99), "");
    static const uint64_t lines[] = {2, 3, 4, 4, UINT32_MAX + 1ULL, 6, 7};
    cr_assert(run_file_items_begin(run));
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
        cr_expect_eq(item.line, lines[i]);
        cr_expect_eq(item.source, i < 4 ? first : second);
        cr_expect_eq(item.has_expected, i != 0 && i != 4 && i != 6);
    }
    cr_expect_eq(run_file_items_next(run, &item), RUN_END);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 7);
    cr_expect_eq(totals.rejected, 0);
    cr_expect(totals.addresses == 1 + 256 + 1 + 1 + 1 + 1 + 4);
    close_run(run);
}

Test(run_file, totals_pass_two_to_the_64)
{
    struct run_totals totals;
    struct run_file *run = open_run(RUN_CREATE);
    add_item(run, 1, 1, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", NULL);
    add_item(run, 1, 1, "2001:db8::", "2001:db8::ffff:ffff:ffff:ffff", NULL);
    close_run(run);
    run = open_run(RUN_RESUME);
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.addresses == (ip_count)2 << 64);
    add_item(run, 1, 1, "::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", NULL);
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.addresses == ~(ip_count)0);
    close_run(run);
}

Test(run_file, keeps_refused_rows_byte_for_byte)
{
    static const char bytes[] = "a\0b\xff,\"\n";
    struct run_rejected row = {
        .source = 1, .line = 9, .reason = "holds a NUL", .text = bytes, .length = 7};
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_rejected(run, &row));
    row = (struct run_rejected){
        .source = 2, .line = 10, .reason = "is empty", .text = NULL, .length = 0};
    cr_assert(run_file_add_rejected(run, &row));
    close_run(run);
    run = open_run(RUN_READ);
    cr_assert(run_file_rejected_begin(run));
    cr_assert_eq(run_file_rejected_next(run, &row), RUN_ROW);
    cr_expect_eq(row.source, 1);
    cr_expect_eq(row.line, 9);
    cr_expect_str_eq(row.reason, "holds a NUL");
    cr_expect_eq(row.length, 7);
    cr_expect_arr_eq(row.text, bytes, 7);
    cr_assert_eq(run_file_rejected_next(run, &row), RUN_ROW);
    cr_expect_eq(row.length, 0);
    cr_expect_not_null(row.text);
    cr_expect_eq(run_file_rejected_next(run, &row), RUN_END);
    struct run_totals totals;
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.rejected, 2);
    close_run(run);
}

/* "address:facts" of a range, in order. */
static void found_text(struct run_file *run, const char *first, const char *last, char *out,
                       size_t size)
{
    struct run_found found;
    enum run_step step;
    size_t used = 0;
    struct iprange wanted = range(first, last);
    out[0] = '\0';
    cr_assert(run_file_found_begin(run, &wanted));
    while ((step = run_file_found_next(run, &found)) == RUN_ROW) {
        char text[IPADDR_TEXT_MAX];
        ipaddr_print(text, &found.address);
        used += (size_t)snprintf(out + used, size - used, "%s:%.*s ", text, (int)found.length,
                                 (const char *)found.facts);
        cr_expect_eq(found.checked_at, 1795437529);
        cr_expect_eq(found.elapsed_ms, 120);
        cr_expect_eq(found.tries, 3);
    }
    cr_expect_eq(step, RUN_END);
}

Test(run_file, gives_what_was_found_by_range)
{
    char text[1024];
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "2001:db8::", true, "f");
    add_found(run, "255.255.255.255", true, "e");
    add_found(run, "198.51.100.10", true, "d");
    add_found(run, "198.51.100.9", true, "c");
    add_found(run, "9.255.255.255", true, "b");
    add_found(run, "::", true, "");
    found_text(run, "198.51.100.0", "198.51.100.255", text, sizeof text);
    cr_expect_str_eq(text, "198.51.100.9:c 198.51.100.10:d ", "written, not yet committed");
    cr_assert(run_file_commit(run));
    found_text(run, "0.0.0.0", "255.255.255.255", text, sizeof text);
    cr_expect_str_eq(text, "9.255.255.255:b 198.51.100.9:c 198.51.100.10:d 255.255.255.255:e ");
    found_text(run, "::", "2001:db8::", text, sizeof text);
    cr_expect_str_eq(text, "::: 2001:db8:::f ", "%s", text);
    found_text(run, "198.51.100.11", "198.51.100.12", text, sizeof text);
    cr_expect_str_eq(text, "");
    close_run(run);
}

/* In whatever order ranges come, whether they overlap, and however much of one was read before the
 * next. */
Test(run_file, gives_the_same_whatever_was_read_before)
{
    enum { ADDRESSES = 64, RANGES = 5000 };
    bool there[ADDRESSES] = {false};
    char text[IPADDR_TEXT_MAX];
    struct run_file *run = open_run(RUN_CREATE);
    srand(1);
    for (int i = 0; i < ADDRESSES; i++) {
        there[i] = rand() % 2 == 0;
        snprintf(text, sizeof text, "10.0.0.%d", i);
        if (there[i])
            add_found(run, text, true, "x");
    }
    for (int i = 0; i < RANGES; i++) {
        struct run_found found;
        struct iprange wanted = range("10.0.0.0", "10.0.0.0");
        int first = rand() % ADDRESSES,
            last = first + rand() % (rand() % 4 == 0 ? ADDRESSES - first : 1);
        int most = rand() % 3 == 0 ? rand() % 4 : ADDRESSES;
        wanted.first.bytes[3] = (uint8_t)first;
        wanted.last.bytes[3] = (uint8_t)last;
        cr_assert(run_file_found_begin(run, &wanted));
        for (int at = first; at <= last && most > 0; at++) {
            if (!there[at])
                continue;
            cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
            cr_assert_eq(found.address.bytes[3], at, "%d, not %d", found.address.bytes[3], at);
            most--;
        }
        if (most > 0)
            cr_assert_eq(run_file_found_next(run, &found), RUN_END);
    }
    close_run(run);
}

Test(run_file, what_is_written_in_the_middle_of_a_range_is_seen)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct iprange wanted = range("10.0.0.0", "10.0.0.9");
    struct run_found found;
    add_found(run, "10.0.0.1", true, "x");
    add_found(run, "10.0.0.8", true, "x");
    cr_assert(run_file_found_begin(run, &wanted));
    add_found(run, "10.0.0.0", true, "x");
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
        cr_expect_eq(found.address.bytes[3], i);
        cr_assert(run_file_commit(run));
    }
    add_found(run, "10.0.0.7", true, "x");
    for (int i = 7; i < 9; i++) {
        cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
        cr_expect_eq(found.address.bytes[3], i);
    }
    cr_expect_eq(run_file_found_next(run, &found), RUN_END);
    add_found(run, "10.0.0.9", true, "x");
    cr_assert(run_file_found_begin(run, &wanted));
    cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
    close_run(run);
}

Test(run_file, what_is_settled_stays_and_the_rest_is_replaced)
{
    char text[256];
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", false, "silent");
    add_found(run, "192.0.2.2", true, "first");
    cr_expect_eq(run_file_count_found(run, false), 2);
    cr_expect_eq(run_file_count_found(run, true), 1);
    add_found(run, "192.0.2.1", true, "answer");
    add_found(run, "192.0.2.2", false, "later");
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof text);
    cr_expect_str_eq(text, "192.0.2.1:answer 192.0.2.2:first ");
    cr_expect_eq(run_file_count_found(run, true), 2);
    close_run(run);
}

/* Ordered or not, of one row of the file or several, with an address twice. */
Test(run_file, takes_many_at_once)
{
    char text[512];
    struct run_file *run = open_run(RUN_CREATE);
    struct run_found found[] = {
        made_found("10.0.0.14", true, "a"),    made_found("10.0.0.15", false, "b"),
        made_found("10.0.0.16", true, "c"),    made_found("2001:db8::1", true, "d"),
        made_found("2001:db8::20", true, "e"), made_found("10.0.0.15", false, "f"),
        made_found("10.0.0.15", true, "g"),    made_found("10.0.0.15", true, "h"),
        made_found("10.0.0.3", false, "i"),    made_found("0.0.0.0", true, "j"),
    };
    cr_assert(run_file_add_found(run, found, sizeof found / sizeof found[0]));
    cr_assert(run_file_add_found(run, NULL, 0));
    cr_assert(run_file_commit(run));
    found_text(run, "0.0.0.0", "255.255.255.255", text, sizeof text);
    cr_expect_str_eq(text, "0.0.0.0:j 10.0.0.3:i 10.0.0.14:a 10.0.0.15:g 10.0.0.16:c ");
    found_text(run, "::", "2001:db8::ffff", text, sizeof text);
    cr_expect_str_eq(text, "2001:db8::1:d 2001:db8::20:e ");
    cr_expect_eq(run_file_count_found(run, false), 7);
    cr_expect_eq(run_file_count_found(run, true), 6);
    close_run(run);
}

/* As vantages are compared with what was found. */
Test(run_file, gives_one_address)
{
    static const char *const absent[] = {"10.0.0.0", "10.0.0.2", "10.0.0.16", "9.0.0.1", "::a:0:1"};
    struct run_file *run = open_run(RUN_CREATE);
    struct ipaddr wanted = address_of("10.0.0.1");
    struct run_found found;
    add_found(run, "10.0.0.1", true, "one");
    add_found(run, "10.0.0.15", true, "last");
    cr_assert_eq(run_file_found_one(run, &wanted, &found), RUN_ROW);
    cr_expect(ipaddr_equal(&found.address, &wanted) && found.length == 3 &&
              memcmp(found.facts, "one", 3) == 0);
    wanted = address_of("10.0.0.15");
    cr_assert_eq(run_file_found_one(run, &wanted, &found), RUN_ROW);
    cr_expect(found.length == 4 && memcmp(found.facts, "last", 4) == 0);
    for (unsigned i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        wanted = address_of(absent[i]);
        cr_expect_eq(run_file_found_one(run, &wanted, &found), RUN_END, "%s", absent[i]);
    }
    close_run(run);
}

Test(run_file, pages_through_what_is_known)
{
    struct run_file *run = open_run(RUN_CREATE);
    char text[IPADDR_TEXT_MAX];
    for (int i = 0; i < 20; i++) {
        snprintf(text, sizeof text, "192.0.2.%d", i);
        add_found(run, text, i % 2 == 0, "x");
    }
    struct ipaddr known[3];
    struct ipaddr from = address_of("192.0.2.1"), to = address_of("192.0.2.14");
    unsigned got;
    int next = 2;
    do {
        cr_assert(run_file_known(run, 0, &from, &to, known, 3, &got));
        for (unsigned i = 0; i < got; i++, next += 2)
            cr_expect_eq(known[i].bytes[3], next);
        if (got > 0) {
            from = known[got - 1];
            cr_assert(ipaddr_next(&from));
        }
    } while (got > 0);
    cr_expect_eq(next, 16);
    close_run(run);
}

Test(run_file, forgets_the_input_and_keeps_the_rest)
{
    char text[256];
    uint32_t number;
    struct run_totals totals;
    struct run_rejected row = {.source = 1, .line = 1, .reason = "r", .text = "t", .length = 1};
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_add_source(run, "old.csv", &number));
    add_item(run, number, 1, "192.0.2.1", "192.0.2.1", NULL);
    cr_assert(run_file_add_rejected(run, &row));
    cr_assert(run_file_set(run, "started_at", "then"));
    cr_assert(run_file_seal_input(run));
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_forget_input(run));
    cr_expect_not(run_file_is_sealed(run));
    cr_expect_str_eq(run_file_source(run, number), "");
    cr_assert(run_file_totals(run, &totals));
    cr_expect(totals.items == 0 && totals.rejected == 0 && totals.addresses == 0);
    cr_assert(run_file_add_source(run, "new.csv", &number));
    add_item(run, number, 1, "192.0.2.7", "192.0.2.7", NULL);
    cr_assert(run_file_seal_input(run));
    spans_text(run, 4, text, sizeof text);
    cr_expect_str_eq(text, "192.0.2.7= ");
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect_str_eq(run_file_source(run, number), "new.csv");
    cr_expect(run_file_get(run, "started_at", text, sizeof text));
    cr_expect_eq(run_file_count_found(run, true), 1);
    cr_assert(run_file_totals(run, &totals));
    cr_expect_eq(totals.items, 1);
    close_run(run);
}

/* A child that is killed leaves what it committed, and nothing else. */
static void die_while_writing(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = {0};
        struct run_file *run = run_file_open(path, RUN_CREATE, &failure);
        struct run_found found = made_found("192.0.2.1", true, "kept");
        bool good = run != NULL && run_file_add_found(run, &found, 1) && run_file_commit(run);
        found.address = address_of("192.0.2.2");
        good = good && run_file_add_found(run, &found, 1);
        raise(good ? SIGKILL : SIGABRT);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

Test(run_file, resumes_behind_a_kill)
{
    char text[256];
    die_while_writing();
    struct run_file *run = open_run(RUN_RESUME);
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof text);
    cr_expect_str_eq(text, "192.0.2.1:kept ");
    add_found(run, "192.0.2.2", true, "new");
    close_run(run);
    run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, true), 2);
    close_run(run);
}

Test(run_file, is_read_behind_a_kill)
{
    char text[256];
    die_while_writing();
    struct run_file *run = open_run(RUN_READ);
    found_text(run, "192.0.2.0", "192.0.2.255", text, sizeof text);
    cr_expect_str_eq(text, "192.0.2.1:kept ");
    close_run(run);
}

/* A reader that is not allowed to write cannot merge the log of a killed run, and says so; a run
 * that ended well is one plain file. */
static void read_without_rights(bool expect_success)
{
    char log[80];
    snprintf(log, sizeof log, "%s-wal", path);
    cr_assert_eq(chmod(path, 0444), 0);
    cr_expect_eq(chmod(log, 0444), expect_success ? -1 : 0);
    cr_assert_eq(chmod(folder, 0555), 0);
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = {0};
        if (geteuid() == 0 && setuid(65534) != 0)
            _exit(3);
        struct run_file *run = run_file_open(path, RUN_READ, &failure);
        if (run == NULL)
            _exit(strstr(failure.text, "was left by a run that was killed") != NULL ? 1 : 4);
        _exit(run_file_count_found(run, true) == 1 && run_file_close(run, &failure) ? 0 : 5);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status));
    cr_expect_eq(WEXITSTATUS(status), expect_success ? 0 : 1);
    cr_assert_eq(chmod(folder, 0755), 0);
}

Test(run_file, read_only_behind_a_kill_is_refused)
{
    die_while_writing();
    read_without_rights(false);
}

Test(run_file, read_only_is_enough_for_a_finished_run)
{
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", true, "x");
    close_run(run);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    cr_expect_eq(about.st_mode & 07137, 0, "mode %o", about.st_mode);
    read_without_rights(true);
}

Test(run_file, two_readers_share_a_finished_run)
{
    close_run(open_run(RUN_CREATE));
    struct run_file *one = open_run(RUN_READ);
    struct run_file *two = open_run(RUN_READ);
    close_run(one);
    close_run(two);
}

Test(run_file, is_kept_from_other_runs)
{
    static const char text[] =
        " is in use by another run: wait for its end, or choose another --output";
    struct run_file *run = open_run(RUN_CREATE);
    expect_refusal(RUN_RESUME, text);
    expect_refusal(RUN_READ, text);
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_commit(run));
    expect_refusal(RUN_RESUME, text);
    close_run(run);
    close_run(open_run(RUN_RESUME));
}

Test(run_file, is_not_created_twice)
{
    close_run(open_run(RUN_CREATE));
    expect_refusal(RUN_CREATE, " exists: go on with --resume, or replace it with --force");
    close_run(open_run(RUN_READ));
}

Test(run_file, must_be_there)
{
    expect_refusal(RUN_RESUME, ": there is no run here");
    expect_refusal(RUN_READ, ": there is no run here");
    cr_assert_eq(access(path, F_OK), -1, "nothing was created");
}

Test(run_file, folder_must_be_there)
{
    snprintf(path, sizeof path, "%s/none/run.db", folder);
    expect_refusal(RUN_CREATE, ": No such file or directory");
}

static void write_bytes(const char *bytes, size_t len)
{
    FILE *file = fopen(path, "w");
    cr_assert_not_null(file);
    cr_assert_eq(fwrite(bytes, 1, len, file), len);
    fclose(file);
}

/* Of a run that was killed before its first transaction. */
Test(run_file, an_empty_one_is_resumed_from_the_beginning)
{
    write_bytes("", 0);
    struct run_file *run = open_run(RUN_RESUME);
    cr_assert_not(run_file_is_sealed(run));
    close_run(run);
    close_run(open_run(RUN_READ));
}

Test(run_file, refuses_what_is_none)
{
    write_bytes("", 0);
    expect_refusal(RUN_READ, " is not a run file of fcrdns");
    for (size_t len = 1; len < 4096; len = len * 2 + 7) {
        char bytes[4096];
        memset(bytes, 'x', sizeof bytes);
        write_bytes(bytes, len);
        expect_refusal(RUN_RESUME, " is not a run file of fcrdns");
        expect_refusal(RUN_READ, " is not a run file of fcrdns");
    }
    unlink(path);
    cr_assert_eq(mkdir(path, 0700), 0);
    expect_refusal(RUN_READ, " is not a file");
    rmdir(path);
}

static void want_zone(struct run_file *run, const char *question)
{
    struct dnsname it = name_of(question);
    cr_assert(run_file_want_zone(run, &it), "%s", run_file_failure(run)->text);
}

/* apex NULL: the question failed. */
static void add_zone(struct run_file *run, const char *question, enum answer_kind kind,
                     const char *apex)
{
    struct answer *answer = calloc(1, sizeof *answer);
    struct dnsname it = name_of(question);
    answer->kind = kind;
    answer->has_soa = apex != NULL;
    if (apex != NULL) {
        answer->soa_zone = name_of(apex);
        answer->soa_mname = name_of("NS1.isp.example");
        answer->soa_rname = name_of("host\\.master.isp.example");
    }
    cr_assert(run_file_add_zone(run, &it, answer, 1795437529), "%s", run_file_failure(run)->text);
    free(answer);
}

static void add_servers(struct run_file *run, const char *apex, unsigned kept, uint32_t total)
{
    char text[64];
    struct answer *answer = calloc(1, sizeof *answer);
    struct dnsname it = name_of(apex);
    answer->kind = kept > 0 ? ANSWER_RECORDS : ANSWER_SERVFAIL;
    answer->kept = (uint16_t)kept;
    answer->total = total;
    for (unsigned i = 0; i < kept; i++) {
        snprintf(text, sizeof text, "a\\032b\\.%u.isp.example", i);
        answer->records.names[i] = name_of(text);
    }
    cr_assert(run_file_add_servers(run, &it, answer), "%s", run_file_failure(run)->text);
    free(answer);
}

/* All names needed, read in portions of n. */
static void needed_text(struct run_file *run, enum zone_need need, unsigned n, char *out,
                        size_t size)
{
    struct dnsname names[8], last;
    unsigned got;
    size_t used = 0;
    bool begun = false;
    out[0] = '\0';
    do {
        cr_assert(run_file_zones_needed(run, need, begun ? &last : NULL, names, n, &got));
        for (unsigned i = 0; i < got; i++) {
            char text[DNSNAME_TEXT_MAX];
            dnsname_print(text, &names[i]);
            used += (size_t)snprintf(out + used, size - used, "%s ", text);
            last = names[i];
            begun = true;
        }
    } while (got > 0);
}

Test(run_file, keeps_zones_and_asks_for_each_once)
{
    char text[1024];
    struct run_zone zone;
    struct run_file *run = open_run(RUN_CREATE);
    struct dnsname block = name_of("100.51.198.in-addr.arpa"), host = name_of("mta7.example.com");
    want_zone(run, "mta7.example.com");
    want_zone(run, "100.51.198.in-addr.arpa");
    want_zone(run, "100.51.198.in-addr.arpa");
    want_zone(run, "0/26.100.51.198.in-addr.arpa");
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_END, "wanted is not known");
    for (unsigned n = 1; n <= 4; n++) {
        needed_text(run, ZONE_NEEDS_SOA, n, text, sizeof text);
        cr_expect_str_eq(text,
                         "0/26.100.51.198.in-addr.arpa 100.51.198.in-addr.arpa mta7.example.com ");
    }
    add_zone(run, "100.51.198.in-addr.arpa", ANSWER_NXDOMAIN, "51.198.IN-ADDR.arpa");
    add_zone(run, "mta7.example.com", ANSWER_SERVFAIL, NULL);
    add_zone(run, "0/26.100.51.198.in-addr.arpa", ANSWER_SILENT, NULL);
    want_zone(run, "mta7.example.com");
    needed_text(run, ZONE_NEEDS_SOA, 8, text, sizeof text);
    cr_expect_str_eq(text, "0/26.100.51.198.in-addr.arpa mta7.example.com ",
                     "silence and errors are asked again");
    needed_text(run, ZONE_UNASKED, 8, text, sizeof text);
    cr_expect_str_eq(text, "", "silence was asked");
    want_zone(run, "198.in-addr.arpa");
    needed_text(run, ZONE_UNASKED, 8, text, sizeof text);
    cr_expect_str_eq(text, "198.in-addr.arpa ");
    add_zone(run, "198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    needed_text(run, ZONE_NEEDS_SERVERS, 1, text, sizeof text);
    cr_expect_str_eq(text, "51.198.in-addr.arpa ");
    close_run(run);

    run = open_run(RUN_RESUME);
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_NXDOMAIN);
    cr_expect_eq(zone.checked_at, 1795437529);
    cr_assert(zone.has_apex);
    expect_name(&zone.apex, "51.198.in-addr.arpa");
    expect_name(&zone.mname, "NS1.isp.example");
    expect_name(&zone.rname, "host\\.master.isp.example");
    cr_expect_eq(zone.server_total, 0);
    add_servers(run, "51.198.in-addr.arpa", 10, 13);
    needed_text(run, ZONE_NEEDS_SERVERS, 1, text, sizeof text);
    cr_expect_str_eq(text, "");
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_ROW);
    cr_expect_eq(zone.server_total, 13);
    cr_expect_eq(zone.server_count, 10);
    expect_name(&zone.servers[9], "a\\032b\\.9.isp.example");
    cr_expect_eq(run_file_zone(run, &host, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SERVFAIL);
    cr_expect_not(zone.has_apex);
    close_run(run);
}

Test(run_file, an_apex_that_is_known_stays)
{
    struct run_zone zone;
    struct run_file *run = open_run(RUN_CREATE);
    struct dnsname apex = name_of("example.com");
    add_zone(run, "example.com", ANSWER_SERVFAIL, NULL);
    add_zone(run, "a.example.com", ANSWER_NODATA, "example.com");
    add_servers(run, "example.com", 1, 1);
    add_zone(run, "b.example.com", ANSWER_NXDOMAIN, "Example.com");
    add_zone(run, "example.com", ANSWER_SILENT, NULL);
    cr_expect_eq(run_file_zone(run, &apex, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_NODATA, "the first that named it");
    cr_expect(zone.has_apex);
    cr_expect_eq(zone.server_count, 1);
    close_run(run);
}

Test(run_file, servers_that_cannot_be_had_are_not_asked_for_again)
{
    char text[256];
    struct run_file *run = open_run(RUN_CREATE);
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 0, 0);
    needed_text(run, ZONE_NEEDS_SERVERS, 8, text, sizeof text);
    cr_expect_str_eq(text, "");
    close_run(run);
}

static void change(const char *sql)
{
    sqlite3 *db;
    cr_assert_eq(sqlite3_open(path, &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK, "%s", sqlite3_errmsg(db));
    sqlite3_close(db);
}

Test(run_file, refuses_the_databases_of_others)
{
    change("CREATE TABLE t(x); PRAGMA user_version = 1");
    expect_refusal(RUN_RESUME, " is not a run file of fcrdns");
    expect_refusal(RUN_READ, " is not a run file of fcrdns");
}

Test(run_file, refuses_other_versions)
{
    close_run(open_run(RUN_CREATE));
    change("PRAGMA user_version = 1");
    expect_refusal_with(RUN_RESUME, "has version 1 of the run file, this fcrdns knows version 4");
    expect_refusal_with(RUN_READ, "has version 1");
}

Test(run_file, refuses_a_file_without_its_tables)
{
    close_run(open_run(RUN_CREATE));
    change("DROP TABLE meta");
    expect_refusal_with(RUN_READ, "is damaged (no such table: meta)");
}

Test(run_file, does_not_run_what_a_stranger_put_in)
{
    close_run(open_run(RUN_CREATE));
    change("INSERT INTO source VALUES(1, 'x', 0); ALTER TABLE source RENAME TO other;"
           "CREATE VIEW source AS SELECT number, name FROM other");
    expect_refusal_with(RUN_READ, "is damaged");
}

static void fill(unsigned count)
{
    struct run_file *run = open_run(RUN_CREATE);
    char text[IPADDR_TEXT_MAX];
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof text, "10.0.%u.%u", i >> 8, i & 255);
        add_item(run, 1, i + 1, text, text, "mta.example.com");
        add_found(run, text, true,
                  "facts that are about as long as facts are, so that the tables have more than "
                  "one level "
                  "and a flipped page is somewhere in the middle of them");
    }
    cr_assert(run_file_seal_input(run));
    close_run(run);
}

Test(run_file, tells_a_cut_file)
{
    fill(2000);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    cr_assert_eq(truncate(path, about.st_size / 2 / 8192 * 8192), 0);
    expect_refusal_with(RUN_RESUME, "is damaged (database disk image is malformed)");
    expect_refusal_with(RUN_READ, "is damaged");
    cr_assert_eq(truncate(path, 50), 0);
    expect_refusal_with(RUN_READ, "is damaged");
}

/* Reads everything; false as soon as something is wrong, which must have been put into words. */
static bool read_all(struct run_file *run)
{
    struct run_item item;
    struct run_found found;
    struct span span;
    struct span_cursor cursor = {0};
    struct iprange all = range("0.0.0.0", "255.255.255.255");
    enum run_step step = RUN_FAILED;
    struct run_vantage vantages[VANTAGES_MAX];
    struct run_zone_server server;
    static struct run_difference told;
    unsigned got;
    if (run_file_items_begin(run))
        while ((step = run_file_items_next(run, &item)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_found_begin(run, &all))
        while ((step = run_file_found_next(run, &found)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_vantages(run, vantages, &got) && run_file_seen_begin(run, &all))
        while ((step = run_file_seen_next(run, &found)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_differences_begin(run, &all))
        while ((step = run_file_differences_next(run, &told)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_zone_servers_begin(run))
        while ((step = run_file_zone_servers_next(run, &server)) == RUN_ROW)
            ;
    got = 1;
    while (step == RUN_END && got > 0)
        if (!run_file_next_spans(run, &cursor, &span, 1, &got))
            step = RUN_FAILED;
    cr_expect_eq(step == RUN_FAILED, run_file_failure(run)->status == EXIT_TROUBLE);
    return step == RUN_END;
}

/* Whatever bytes are flipped: a refusal in words, or wrong bytes that are for the reader of facts
 * to judge.
 */
Test(run_file, survives_flipped_pages)
{
    fill(2000);
    struct stat about;
    cr_assert_eq(stat(path, &about), 0);
    int file = open(path, O_RDWR);
    unsigned told = 0;
    for (off_t page = 0; page < about.st_size; page += 8192) {
        uint8_t before[64], after[64];
        off_t at = page + (page == 0 ? 100 : 0);
        cr_assert_eq(pread(file, before, sizeof before, at), (ssize_t)sizeof before);
        for (unsigned i = 0; i < sizeof after; i++)
            after[i] = before[i] ^ 0xa5;
        cr_assert_eq(pwrite(file, after, sizeof after, at), (ssize_t)sizeof after);
        struct failure failure = {0};
        struct run_file *run = run_file_open(path, RUN_READ, &failure);
        if (run == NULL || !read_all(run))
            told++;
        if (run == NULL)
            cr_expect_eq(failure.status, EXIT_TROUBLE);
        (void)!run_file_close(run, &failure);
        cr_assert_eq(pwrite(file, before, sizeof before, at), (ssize_t)sizeof before);
    }
    close(file);
    cr_expect_geq(told, about.st_size / 8192 * 9 / 10, "%u of %jd", told,
                  (intmax_t)about.st_size / 8192);
}

/* An answer that comes later goes into a row that is no longer sound. */
Test(run_file, nothing_is_added_to_a_damaged_row)
{
    struct failure failure = {0};
    struct run_found found = made_found("10.0.0.2", true, "x");
    fill(3);
    stranger_changes(path, "UPDATE found SET entries = x'00'");
    struct run_file *run = open_run(RUN_RESUME);
    cr_expect_not(run_file_add_found(run, &found, 1));
    cr_expect_not_null(strstr(run_file_failure(run)->text,
                              "is damaged (what was found about an address is malformed)"),
                       "%s", run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
}

/* Text sorts before all blobs, so only what reads everything comes by it. */
Test(run_file, a_key_that_is_no_address_is_damage)
{
    struct failure failure = {0};
    fill(3);
    stranger_changes(path, "UPDATE found SET block = 'text'");
    struct run_file *run = open_run(RUN_READ);
    cr_expect_eq(run_file_count_found(run, false), 0);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
}

static void expect_damage(const char *sql)
{
    fill(3);
    stranger_changes(path, sql);
    struct failure failure = {0};
    struct run_file *run = run_file_open(path, RUN_READ, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    cr_expect_not(read_all(run), "%s", sql);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    cr_expect_not(run_file_items_begin(run), "the failure sticks");
    cr_expect_not(run_file_set(run, "a", "b"));
    cr_expect_eq(run_file_count_found(run, false), 0);
    (void)!run_file_close(run, &failure);
    unlink(path);
}

Test(run_file, checks_every_value)
{
    expect_damage("UPDATE item SET first = x'0400000000ff' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'0600000000' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'04ffffffff' WHERE seq = 2");
    expect_damage("UPDATE item SET last = x'0600000000000000000000000000000000' WHERE seq = 2");
    expect_damage("UPDATE item SET first = x'' WHERE seq = 2");
    expect_damage("UPDATE item SET expected = 'a..b' WHERE seq = 2");
    expect_damage("UPDATE item SET expected = 'a.example.' WHERE seq = 2"); /* a second spelling of
                                                                               one name */
    expect_damage("UPDATE item SET source = -1 WHERE seq = 2");
    expect_damage("UPDATE item SET last = x'04ff000002' WHERE seq = 2"); /* more addresses than were
                                                                            counted */
    expect_damage("DELETE FROM item WHERE seq = 3");
    expect_damage("INSERT INTO item(source, line, first, last, expected, mapped, sum)"
                  " SELECT source, line, first, last, expected, mapped, 0 FROM item WHERE seq = 3");
    expect_damage("UPDATE meta SET value = 4 WHERE key = 'input.items'");
    expect_damage("UPDATE found SET block = x'040a00000100' WHERE block = x'040a000000'");
    expect_damage("UPDATE found SET block = x'040a000001' WHERE block = x'040a000000'");
    expect_damage("UPDATE found SET entries = substr(entries, 1, length(entries) - 1)");
    expect_damage("UPDATE found SET entries = entries || entries");
    expect_damage("UPDATE found SET entries = x'41' || substr(entries, 2)");
    expect_damage("UPDATE found SET entries = zeroblob(3000000)");
}

static void expect_zone_damage(const char *sql)
{
    struct run_zone zone;
    struct failure failure = {0};
    struct dnsname apex = name_of("example.com");
    struct run_file *run = open_run(RUN_CREATE);
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 1, 1);
    close_run(run);
    stranger_changes(path, sql);
    run = open_run(RUN_READ);
    cr_expect_eq(run_file_zone(run, &apex, &zone), RUN_FAILED, "%s", sql);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged (a zone is malformed)"),
                       "%s", run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
    unlink(path);
}

Test(run_file, checks_every_value_of_a_zone)
{
    expect_zone_damage("UPDATE zone SET kind = 12");
    expect_zone_damage("UPDATE zone SET kind = -1");
    expect_zone_damage("UPDATE zone SET mname = ''");
    expect_zone_damage("UPDATE zone SET rname = 'a..b'");
    expect_zone_damage("UPDATE zone SET servers = 'a b..c'");
    expect_zone_damage("UPDATE zone SET servers = 'a  b', server_count = 3");
    expect_zone_damage("UPDATE zone SET servers = 'a b c d e f g h i j k', server_count = 11");
    expect_zone_damage("UPDATE zone SET server_count = 0");
    expect_zone_damage("UPDATE zone SET server_count = 4294967296");
}

Test(run_file, facts_that_cannot_be_read_are_damage)
{
    struct observation *seen = malloc(sizeof *seen);
    struct run_found found = {
        .address = address_of("192.0.2.1"), .facts = (const uint8_t *)"x", .length = 1};
    struct run_file *run = open_run(RUN_CREATE);
    cr_expect_not(run_file_decode(run, &found, seen));
    cr_expect_not_null(
        strstr(run_file_failure(run)->text, "what it holds about 192.0.2.1 cannot be read"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    free(seen);
}

Test(run_file, reading_writes_nothing)
{
    fill(10);
    struct stat before, after;
    cr_assert_eq(stat(path, &before), 0);
    struct run_file *run = open_run(RUN_READ);
    cr_expect(read_all(run));
    cr_expect_not(run_file_set(run, "a", "b"));
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    cr_assert_eq(stat(path, &after), 0);
    cr_expect(before.st_mtim.tv_sec == after.st_mtim.tv_sec &&
              before.st_mtim.tv_nsec == after.st_mtim.tv_nsec);
    cr_expect_eq(before.st_size, after.st_size);
}

/* The disk fills up while the run is written: told once, kept, and told again by closing; what was
 * committed stays readable. */
Test(run_file, a_full_disk_is_told_and_sticks)
{
    char text[256];
    signal(SIGXFSZ, SIG_IGN);
    struct run_file *run = open_run(RUN_CREATE);
    add_found(run, "192.0.2.1", true, "x");
    cr_assert(run_file_commit(run));
    struct rlimit limit, before;
    getrlimit(RLIMIT_FSIZE, &before);
    limit = before;
    limit.rlim_cur = 256 * 1024;
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    bool good = true;
    static const uint8_t facts[1000];
    struct run_found found = {
        .address = address_of("10.0.0.0"), .settled = true, .facts = facts, .length = 1000};
    for (int i = 0; i < 100000 && good; i++) {
        good = run_file_add_found(run, &found, 1) && ipaddr_next(&found.address);
        if (good && i % 100 == 99)
            good = run_file_commit(run);
    }
    cr_assert_not(good);
    cr_expect_eq(run_file_failure(run)->status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(run_file_failure(run)->text, path), "%s",
                       run_file_failure(run)->text);
    cr_expect_not_null(strstr(run_file_failure(run)->text, strerror(EFBIG)), "%s",
                       run_file_failure(run)->text);
    cr_expect_not(run_file_commit(run));
    cr_expect_not(run_file_add_found(run, &found, 1));
    struct failure failure = {0};
    cr_expect_not(run_file_close(run, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &before), 0);
    run = open_run(RUN_RESUME);
    found_text(run, "192.0.2.1", "192.0.2.1", text, sizeof text);
    cr_expect_str_eq(text, "192.0.2.1:x ");
    close_run(run);
}

/* No portion leaves a read transaction open, so the log stays small however long the run. */
Test(run_file, the_log_stays_small)
{
    char log[80], text[IPADDR_TEXT_MAX];
    snprintf(log, sizeof log, "%s-wal", path);
    struct run_file *run = open_run(RUN_CREATE);
    for (unsigned i = 0; i < 100; i++) {
        snprintf(text, sizeof text, "10.0.0.%u", i);
        add_item(run, 1, i, text, text, NULL);
    }
    cr_assert(run_file_seal_input(run));
    struct span_cursor cursor = {0};
    static const uint8_t facts[1000];
    struct run_found found = {
        .address = address_of("10.0.0.0"), .settled = true, .facts = facts, .length = 1000};
    for (int i = 0; i < 30000; i++) {
        struct span span;
        struct ipaddr known;
        unsigned got;
        if (i % 300 == 0) {
            cr_assert(run_file_next_spans(run, &cursor, &span, 1, &got));
            cr_assert(run_file_known(run, 0, &found.address, &found.address, &known, 1, &got));
        }
        cr_assert(run_file_add_found(run, &found, 1));
        cr_assert(ipaddr_next(&found.address));
        if (i % 300 == 299)
            cr_assert(run_file_commit(run));
    }
    struct stat about;
    cr_assert_eq(stat(log, &about), 0);
    cr_expect_leq(about.st_size, 10 << 20, "30 MB were written, the log has %jd",
                  (intmax_t)about.st_size);
    close_run(run);
    cr_expect_eq(access(log, F_OK), -1, "a run that ended well leaves one file");
}

/* As when reports are given up half-way. */
Test(run_file, may_be_closed_in_the_middle_of_a_reading)
{
    struct run_file *run = open_run(RUN_CREATE);
    struct iprange all = {address_of("10.0.0.0"), address_of("10.255.255.255")};
    struct run_item item = {.line = 1, .range = all};
    static const uint8_t facts[10];
    struct run_found found = {.settled = true, .facts = facts, .length = sizeof facts};
    cr_assert(run_file_add_source(run, "fleet.csv", &item.source));
    for (unsigned i = 0; i < 2; i++) {
        found.address = address_of(i ? "10.0.0.1" : "10.0.0.2");
        cr_assert(run_file_add_item(run, &item));
        cr_assert(run_file_add_found(run, &found, 1));
    }
    cr_assert(run_file_seal_input(run));
    cr_assert(run_file_items_begin(run));
    cr_assert_eq(run_file_items_next(run, &item), RUN_ROW);
    cr_assert(run_file_found_begin(run, &all));
    cr_assert_eq(run_file_found_next(run, &found), RUN_ROW);
    close_run(run);
}

Test(run_file, closing_nothing_is_allowed)
{
    struct failure failure = {0};
    cr_expect(run_file_close(NULL, &failure));
}

/* One row of each table, with all that a report is made from. */
static void fill_all_tables(void)
{
    struct run_file *run = open_run(RUN_CREATE);
    uint32_t number;
    struct run_rejected rejected = {
        .source = 1, .line = 2, .reason = "is none", .text = "x,y", .length = 3};
    cr_assert(run_file_add_source(run, "fleet.csv", &number));
    add_item(run, 1, 1, "10.0.0.1", "10.0.0.1", "mta.example.com");
    cr_assert(run_file_add_rejected(run, &rejected));
    add_found(run, "10.0.0.1", true, "facts");
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 1, 1);
    want_zone(run, "waiting.example");
    cr_assert(run_file_set(run, "resolvers", "127.0.0.1"));
    cr_assert(run_file_seal_input(run));
    close_run(run);
}

Test(run_file, tells_a_value_that_is_another_one)
{
    static const char *const changes[][2] = {
        {"meta", "UPDATE meta SET value = '127.0.0.2' WHERE key = 'resolvers'"},
        {"meta", "UPDATE meta SET key = 'sealec' WHERE key = 'sealed'"},
        {"source", "UPDATE source SET name = 'fleet.cs'"},
        {"item", "UPDATE item SET line = 2"},
        {"item", "UPDATE item SET expected = 'mtb.example.com'"},
        {"item", "UPDATE item SET mapped = 1"},
        {"rejected", "UPDATE rejected SET reason = 'is non'"},
        {"rejected", "UPDATE rejected SET text = x'782c7a'"},
        {"found", "UPDATE found SET block = x'040a000010'"},
        {"found", "UPDATE found SET entries = entries || x'00'"},
        {"found", "UPDATE found SET entries = CAST(entries AS TEXT)"},
        {"zone", "UPDATE zone SET kind = 3 WHERE question = 'example.com'"},
        {"zone", "UPDATE zone SET servers = 'ns1.example.co' WHERE question = 'example.com'"},
        {"zone", "UPDATE zone SET question = 'waitin.example' WHERE question = 'waiting.example'"},
        {"zone", "UPDATE zone SET sum = sum + 1 WHERE question = 'example.com'"}};
    fill_all_tables();
    struct run_file *run = open_run(RUN_READ);
    cr_expect(read_all(run));
    close_run(run);
    for (unsigned i = 0; i < sizeof changes / sizeof changes[0]; i++) {
        char part[128];
        unlink(path);
        fill_all_tables();
        change(changes[i][1]);
        snprintf(part, sizeof part, "is damaged (the sum of a row of %s does not hold)",
                 changes[i][0]);
        expect_refusal_with(RUN_READ, part);
        expect_refusal_with(RUN_RESUME, part);
    }
}

Test(run_file, tells_an_index_that_does_not_fit)
{
    fill_all_tables();
    change("PRAGMA writable_schema = ON; DELETE FROM sqlite_schema WHERE name = 'item_span'");
    expect_refusal_with(RUN_RESUME, "is damaged");
}

Test(run_file, knows_its_own_tables_only)
{
    fill_all_tables();
    change("CREATE TABLE more(x)");
    expect_refusal_with(RUN_READ, "is damaged (it describes other tables than ours)");
    unlink(path);
    fill_all_tables();
    change("CREATE TRIGGER t AFTER UPDATE ON meta BEGIN DELETE FROM found; END");
    expect_refusal_with(RUN_RESUME, "is damaged (it describes other tables than ours)");
}
