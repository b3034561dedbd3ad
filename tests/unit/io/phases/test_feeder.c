#include "io/phases/feeder.h"

#include "tests/unit/io/scratch.h"

TestSuite(feeder, .init = scratch_make, .fini = scratch_remove);

static struct unit_batch batch;
static struct run_file *run;
static struct feeder *feeder;
static struct failure failure;

static void open_feeder(bool skip_special, bool resumed)
{
    feeder = feeder_new(run, skip_special, resumed, 0, &failure);
    cr_assert_not_null(feeder, "%s", failure.text);
}

static void close_all(void)
{
    feeder_free(feeder);
    scratch_close(run);
}

/* The next batch holds exactly these addresses, separated by blanks. */
static void expect_batch(unsigned limit, const char *addresses)
{
    char got[1024] = "", text[IPADDR_TEXT_MAX];
    cr_assert(feeder_fill(feeder, &batch, limit, &failure));
    for (unsigned i = 0; i < batch.count; i++) {
        ipaddr_print(text, &batch.units[i].address);
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s", i ? " " : "", text);
    }
    cr_expect_str_eq(got, addresses);
}

static void expect_total(bool skip_special, uint64_t total)
{
    uint64_t got;
    cr_assert(feeder_total(run, skip_special, &got, &failure));
    cr_expect_eq(got, total, "%llu", (unsigned long long)got);
}

static void know(const char *address, bool settled)
{
    struct facts_buffer facts = {0};
    struct answer answer;
    answer_of(&answer, settled ? ANSWER_SERVFAIL : ANSWER_SILENT);
    cr_assert(facts_put_ptr(&facts, &answer));
    scratch_found(run, address, settled, &facts);
}

Test(feeder, each_address_once_in_turns_over_the_zones)
{
    run = scratch_run("run.db", (const char *[]){"2001:db8::1", "11.0.0.2-11.0.0.4",
                                                 "11.0.0.1-11.0.0.3", "11.0.0.1", NULL});
    expect_total(false, 5);
    open_feeder(false, false);
    expect_batch(2, "11.0.0.1 2001:db8::1");
    expect_batch(64, "11.0.0.2 11.0.0.3 11.0.0.4");
    expect_batch(64, "");
    expect_batch(64, "");
    close_all();
}

Test(feeder, expected_names_come_along)
{
    uint32_t source;
    run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    scratch_add(run, source, 1, "11.0.0.0/31", "b.example.com");
    scratch_add(run, source, 2, "11.0.0.1", "A.example.com");
    scratch_add(run, source, 3, "11.0.0.1", "a.example.com");
    cr_assert(run_file_seal_input(run));
    open_feeder(false, false);
    expect_batch(64, "11.0.0.0 11.0.0.1");
    cr_expect_eq(batch.units[0].expected_count, 1);
    expect_name(&batch.units[0].expected[0], "b.example.com");
    cr_expect_eq(batch.units[1].expected_count, 2);
    close_all();
}

Test(feeder, special_addresses_are_skipped)
{
    run = scratch_run("run.db", (const char *[]){"9.255.255.255-11.0.0.0", NULL});
    expect_total(true, 2);
    expect_total(false, (1 << 24) + 2);
    open_feeder(true, false);
    expect_batch(64, "9.255.255.255 11.0.0.0");
    close_all();
}

Test(feeder, a_resumed_run_leaves_out_settled_addresses)
{
    run = scratch_run("run.db", (const char *[]){"11.0.0.0/29", NULL});
    know("11.0.0.0", true);
    know("11.0.0.3", true);
    know("11.0.0.4", false);
    know("11.0.0.7", true);
    open_feeder(false, true);
    expect_batch(4, "11.0.0.1 11.0.0.2 11.0.0.4 11.0.0.5");
    expect_batch(64, "11.0.0.6");
    expect_batch(64, "");
    close_all();
    run = scratch_open("run.db", RUN_RESUME);
    open_feeder(false, false);
    expect_batch(3, "11.0.0.0 11.0.0.1 11.0.0.2");
    close_all();
}

Test(feeder, batches_without_unknown_addresses_are_skipped)
{
    char text[IPADDR_TEXT_MAX];
    run = scratch_run("run.db", (const char *[]){"11.0.0.0/22", NULL});
    for (unsigned i = 0; i < 1000; i++) {
        snprintf(text, sizeof(text), "11.0.%u.%u", i / 256, i % 256);
        know(text, true);
    }
    open_feeder(false, true);
    expect_batch(
        64,
        "11.0.3.232 11.0.3.233 11.0.3.234 11.0.3.235 11.0.3.236 11.0.3.237 11.0.3.238 11.0.3.239 "
        "11.0.3.240 11.0.3.241 11.0.3.242 11.0.3.243 11.0.3.244 11.0.3.245 11.0.3.246 11.0.3.247 "
        "11.0.3.248 11.0.3.249 11.0.3.250 11.0.3.251 11.0.3.252 11.0.3.253 11.0.3.254 11.0.3.255");
    close_all();
}

/* The first session audited special addresses too, the resumed one skips them. More known addresses
 * than fit in a batch then lie between two addresses of one batch. */
Test(feeder, many_known_addresses_between_two_of_a_batch_hide_none)
{
    char text[IPADDR_TEXT_MAX];
    run = scratch_run("run.db", (const char *[]){"9.255.255.255-11.0.0.1", NULL});
    for (unsigned i = 0; i < 200; i++) {
        snprintf(text, sizeof(text), "10.0.0.%u", i);
        know(text, true);
    }
    know("11.0.0.0", true);
    open_feeder(true, true);
    expect_batch(64, "9.255.255.255 11.0.0.1");
    close_all();
}

Test(feeder, more_spans_than_are_read_at_a_time)
{
    uint32_t source;
    char text[IPADDR_TEXT_MAX];
    unsigned count = 0;
    run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    for (unsigned i = 0; i < 3000; i++) {
        snprintf(text, sizeof(text), "11.%u.%u.%u", i % 7, i / 256, i % 256);
        scratch_add(run, source, i + 1, text, NULL);
    }
    cr_assert(run_file_seal_input(run));
    expect_total(false, 3000);
    open_feeder(false, false);
    do {
        cr_assert(feeder_fill(feeder, &batch, BATCH_UNITS, &failure));
        count += batch.count;
    } while (batch.count > 0);
    cr_expect_eq(count, 3000);
    close_all();
}

Test(feeder, the_total_is_at_most_uint64_max)
{
    run = scratch_open("run.db", RUN_CREATE);
    uint32_t source;
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    struct run_item item = {.source = source, .line = 1};
    struct ipaddr net = address_of("2001::");
    cr_assert(iprange_from_prefix(&item.range, &net, 16));
    cr_assert(run_file_add_item(run, &item));
    cr_assert(run_file_seal_input(run));
    expect_total(false, UINT64_MAX);
    feeder_free(NULL);
    scratch_close(run);
}

static void add_cut(const char *first, const char *last)
{
    struct run_cut cut = {
        .range = {address_of(first), address_of(last)}, .facts = (const uint8_t *)"x", .length = 1};
    cr_assert(run_file_add_cut(run, &cut), "%s", run_file_failure(run)->text);
}

static void open_range_with_a_cut(void)
{
    uint32_t source;
    run = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    scratch_add(run, source, 1, "11.0.0.254-11.0.2.1", NULL);
    scratch_add(run, source, 2, "11.0.1.7", "a.example.com");
    cr_assert(run_file_seal_input(run));
    add_cut("11.0.1.0", "11.0.1.255");
}

Test(feeder, of_a_cut_only_expected_names_are_asked)
{
    open_range_with_a_cut();
    expect_total(false, 260);
    open_feeder(false, false);
    expect_batch(64, "11.0.0.254 11.0.1.7 11.0.2.0 11.0.0.255 11.0.2.1");
    cr_expect(!batch.units[0].in_cut);
    cr_expect(batch.units[1].in_cut);
    cr_expect_eq(feeder_skipped(feeder), 255);
    cr_expect_eq(feeder_skipped(feeder), 0);
    close_all();
}

Test(feeder, a_vantage_is_asked_about_the_first_address_of_a_cut)
{
    open_range_with_a_cut();
    feeder = feeder_new(run, false, false, 1, &failure);
    cr_assert_not_null(feeder);
    expect_batch(64, "11.0.0.254 11.0.1.0 11.0.2.0 11.0.0.255 11.0.1.7 11.0.2.1");
    for (unsigned i = 0; i < batch.count; i++)
        cr_expect(!batch.units[i].in_cut);
    close_all();
}
