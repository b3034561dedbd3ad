#include "io/run/record.h"

#include "tests/unit/io/scratch.h"

TestSuite(record, .init = scratch_make, .fini = scratch_remove);

static struct run_record written, read_back;

/* Every field another value. */
static void fill(void)
{
    strcpy(written.inputs, "fleet.csv 198.51.100.0/24");
    strcpy(written.resolvers, "127.0.0.1@53, 2001:db8::1@5353");
    strcpy(written.transport, "udp");
    strcpy(written.engine, "getdns 1.6.0");
    strcpy(written.program, "fcrdns 0.1.0");
    strcpy(written.stopped, "it was stopped by a signal");
    written.skip_special = true;
    written.finished = true;
    uint64_t number = 1;
    strcpy(written.columns, "address: column 1 (ip); expected name: none");
    written.broken_inputs = number++;
    written.unnamed_rows = 4711;
    written.started_at = 1700000000;
    written.ended_at = 1700000777;
    written.sessions = number++;
    written.asking_ms = number++;
    written.addresses = 100000;
    written.concurrency = number++;
    written.threads = number++;
    written.rate = number++;
    written.timeout_ms = number++;
    written.tries = number++;
    written.pace = 1912;
    written.counts.questions = number++;
    written.counts.queries = INT64_MAX;
    written.counts.timeouts = number++;
    written.counts.unbelievable = number++;
    written.counts.strays = number++;
    written.counts.truncated = number++;
    written.counts.failed = number++;
    written.counts.probes = number++;
    written.counts.outages = number++;
    written.counts.joined = number++;
    written.counts.cached = number++;
    written.counts.unserved_zones = number++;
    written.counts.served_zones = number++;
    written.counts.resolvers.count = 1;
    cr_assert(endpoint_parse(&written.counts.resolvers.of[0].endpoint, "127.0.0.1@53"));
    written.counts.resolvers.of[0].replies[RCODE_SERVFAIL] = number++;
    histogram_add(&written.counts.latency, 0);
    histogram_add(&written.counts.latency, 1234);
    histogram_add(&written.counts.latency, 1234);
    histogram_add(&written.counts.latency, 60 * 1000 * 1000);
}

static void read_again(void)
{
    struct run_file *run = scratch_open("run.db", RUN_READ);
    memset(&read_back, 0x5a, sizeof(read_back));
    record_read(run, &read_back);
    scratch_close(run);
}

Test(record, comes_back_as_it_was_written)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    fill();
    cr_assert(record_write(run, &written));
    scratch_close(run);
    read_again();
    cr_expect_str_eq(read_back.inputs, written.inputs);
    cr_expect_str_eq(read_back.resolvers, written.resolvers);
    cr_expect_str_eq(read_back.transport, written.transport);
    cr_expect_str_eq(read_back.engine, written.engine);
    cr_expect_str_eq(read_back.program, written.program);
    cr_expect_str_eq(read_back.stopped, written.stopped);
    cr_expect(read_back.skip_special);
    cr_expect(read_back.finished);
    cr_expect_eq(read_back.started_at, 1700000000);
    cr_expect_eq(read_back.ended_at, 1700000777);
    cr_expect_eq(read_back.unnamed_rows, 4711);
    cr_expect_str_eq(read_back.columns, written.columns);
    cr_expect_eq(read_back.broken_inputs, 1);
    cr_expect_eq(read_back.sessions, 2);
    cr_expect_eq(read_back.asking_ms, 3);
    cr_expect_eq(read_back.concurrency, 4);
    cr_expect_eq(read_back.threads, 5);
    cr_expect_eq(read_back.addresses, 100000);
    cr_expect_eq(read_back.rate, 6);
    cr_expect_eq(read_back.timeout_ms, 7);
    cr_expect_eq(read_back.tries, 8);
    cr_expect_eq(read_back.pace, 1912);
    cr_expect_eq(memcmp(&read_back.counts, &written.counts, sizeof(written.counts)), 0);
}

Test(record, a_later_session_replaces_the_earlier_one)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    fill();
    cr_assert(record_write(run, &written));
    written.sessions = 3;
    written.stopped[0] = '\0';
    memset(&written.counts.latency, 0, sizeof(written.counts.latency));
    histogram_add(&written.counts.latency, 7);
    cr_assert(record_write(run, &written));
    scratch_close(run);
    read_again();
    cr_expect_eq(read_back.sessions, 3);
    cr_expect_str_eq(read_back.stopped, "");
    cr_expect_eq(read_back.counts.latency.count, 1);
    cr_expect_eq(read_back.counts.latency.max, 7);
}

Test(record, what_is_not_there_is_zero)
{
    struct run_record nothing = {0};
    scratch_close(scratch_open("run.db", RUN_CREATE));
    read_again();
    cr_expect_str_eq(read_back.inputs, "");
    cr_expect_str_eq(read_back.stopped, "");
    cr_expect_not(read_back.finished);
    cr_expect_eq(read_back.started_at, 0);
    cr_expect_eq(read_back.sessions, 0);
    cr_expect_eq(memcmp(&read_back.counts, &nothing.counts, sizeof(nothing.counts)), 0);
}

Test(record, times_after_the_year_9999_are_zero)
{
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_set_number(run, "started_at", UINT64_C(1) << 63));
    cr_assert(run_file_set_number(run, "ended_at", UINT64_C(253402300799)));
    cr_assert(run_file_set_number(run, "baseline_at", UINT64_C(253402300800)));
    cr_assert(run_file_commit(run));
    scratch_close(run);
    read_again();
    cr_expect_eq(read_back.started_at, 0);
    cr_expect_eq(read_back.ended_at, 253402300799);
    cr_expect_eq(read_back.baseline_at, 0);
}

Test(record, damaged_latencies_do_no_harm)
{
    static const char *const texts[] = {"99999999:7 1:2 ", "abc", "1:", "-1:5 ",
                                        "1:2 4294967295:1 3:4 "};
    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        struct run_file *run = scratch_open("run.db", i ? RUN_RESUME : RUN_CREATE);
        cr_assert(run_file_set(run, "latency.buckets", texts[i]));
        scratch_close(run);
        read_again();
        cr_expect_leq(read_back.counts.latency.count, 2, "%s", texts[i]);
        cr_expect_leq(histogram_quantile(&read_back.counts.latency, 0.5), 2);
    }
}

Test(record, a_text_beyond_its_field_is_cut)
{
    char text[200];
    memset(text, 'x', sizeof(text));
    text[sizeof(text) - 1] = '\0';
    struct run_file *run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_set(run, "engine", text));
    scratch_close(run);
    read_again();
    cr_expect_eq(strlen(read_back.engine), RECORD_WORD_MAX - 1);
}
