#include "reports/render.h"

#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/io/scratch.h"

TestSuite(render, .init = scratch_make, .fini = scratch_remove);

static struct run_file *runs[2];
static struct run_record records[2];
static struct receiver_list receivers;
static struct policy policy;
static struct folder target = {.fd = -1};
static struct render_job job = {.folder = &target,
                                .runs = runs,
                                .records = {.whole = records},
                                .program = "fcrdns test",
                                .policy = &policy,
                                .receivers = &receivers};
static struct tally tally;
static struct failure failure;
static struct answer answer;

/* Destination of the reports. */
static void open_folder(const char *name)
{
    folder_close(&target);
    failure = (struct failure){0};
    cr_assert(folder_open(&target, scratch_path(name), &failure), "%s", failure.text);
}

/* A run with these items in lines 1, 2, ...; NULL ends them. */
static void begin(const char *name, const char *const items[])
{
    records[job.count].finished = true;
    runs[job.count++] = scratch_run(name, items);
}

static void end(void)
{
    while (job.count > 0)
        scratch_close(runs[--job.count]);
}

/* Stores facts: the PTR name is found and confirmed. */
static void passes(unsigned run, const char *address, const char *host)
{
    struct facts_buffer facts = {0};
    struct dnsname name = name_of(host);

    answer_of_name(&answer, host, 60);
    cr_assert(facts_put_ptr(&facts, &answer));
    answer_of_address(&answer, address, 60, true);
    cr_assert(facts_put_forward(&facts, &name, &answer, RR_A));
    scratch_found(runs[run], address, true, &facts);
}

static void has_no_ptr(unsigned run, const char *address)
{
    struct facts_buffer facts = {0};

    answer_of_nothing(&answer, ANSWER_NXDOMAIN, NULL, 0);
    cr_assert(facts_put_ptr(&facts, &answer));
    scratch_found(runs[run], address, true, &facts);
}

static void render_all(void)
{
    open_folder("");
    failure = (struct failure){0};
    cr_assert(render(&job, &tally, &failure), "%s", failure.text);
}

/* The first fields of each row of audit.csv: line,ip,expected_hostname,iprev,verdict. */
static void expect_rows(const char *rows)
{
    char got[4096] = "";
    char *text = scratch_read("audit.csv"), *rest = text;

    for (char *line; (line = strsep(&rest, "\n")) && *line;) {
        unsigned commas = 0;
        size_t length = 0;

        while (line[length] && (commas += line[length] == ',') < 5)
            length++;
        strncat(got, line, length);
        strcat(got, "\n");
    }
    free(text);
    const char *header = "line,ip,expected_hostname,iprev,verdict\n";
    cr_assert_eq(strncmp(got, header, strlen(header)), 0, "%s", got);
    cr_expect_str_eq(got + strlen(header), rows);
}

Test(render, rows_come_in_input_order_with_ranges_expanded)
{
    begin("run.db", (const char *[]){"11.0.0.9", "11.0.0.2-11.0.0.4", "11.0.0.1", NULL});
    passes(0, "11.0.0.1", "a.example.com");
    passes(0, "11.0.0.2", "b.example.com");
    passes(0, "11.0.0.4", "d.example.com");
    has_no_ptr(0, "11.0.0.9");
    render_all();
    expect_rows("1,11.0.0.9,,permerror,no-ptr\n"
                "2,11.0.0.2,,pass,pass\n"
                "2,11.0.0.3,,temperror,unanswered\n"
                "2,11.0.0.4,,pass,pass\n"
                "3,11.0.0.1,,pass,pass\n");
    cr_expect_eq(tally.rows, 5);
    cr_expect_eq(tally.findings[FINDING_NOT_ASKED], 1);
    end();
}

Test(render, duplicates_are_reported_in_each_row_with_its_own_expectation)
{
    uint32_t source;

    records[0].finished = true;
    runs[job.count++] = scratch_open("run.db", RUN_CREATE);
    cr_assert(run_file_add_source(runs[0], "fleet.csv", &source));
    scratch_add(runs[0], source, 7, "11.0.0.1", NULL);
    scratch_add(runs[0], source, 8, "11.0.0.1", "A.example.com");
    scratch_add(runs[0], source, 9, "11.0.0.1", "b.example.com");
    scratch_add(runs[0], source, 9, "11.0.0.0/31", NULL);
    cr_assert(run_file_seal_input(runs[0]));
    passes(0, "11.0.0.1", "a.example.com");
    render_all();
    expect_rows("7,11.0.0.1,,pass,pass\n"
                "8,11.0.0.1,a.example.com,pass,pass\n"
                "9,11.0.0.1,b.example.com,pass,hostname-mismatch\n"
                "9,11.0.0.0,,temperror,unanswered\n"
                "9,11.0.0.1,,pass,pass\n");
    end();
}

Test(render, special_addresses_follow_the_option_of_the_run)
{
    begin("run.db", (const char *[]){"10.0.0.1", "::1", NULL});
    records[0].skip_special = true;
    render_all();
    expect_rows("1,10.0.0.1,,,not-public\n2,::1,,,not-public\n");
    end();
}

Test(render, several_runs_are_reported_as_one)
{
    begin("a.db", (const char *[]){"11.0.0.2", "10.0.0.1", NULL});
    begin("b.db", (const char *[]){"11.0.0.1", "10.0.0.1", NULL});
    passes(0, "11.0.0.2", "a.example.com");
    has_no_ptr(1, "11.0.0.1");
    has_no_ptr(1, "10.0.0.1");
    records[0].skip_special = true; /* each run follows its own option */
    struct run_rejected rejected = {
        .source = 1, .line = 5, .reason = "no address", .text = "x", .length = 1};
    cr_assert(run_file_add_rejected(runs[1], &rejected));
    render_all();
    expect_rows("1,11.0.0.2,,pass,pass\n"
                "2,10.0.0.1,,,not-public\n"
                "1,11.0.0.1,,permerror,no-ptr\n"
                "2,10.0.0.1,,permerror,no-ptr\n");
    cr_expect_eq(tally.rows, 4);
    cr_expect_eq(tally.rejected, 1);
    char *text = scratch_read("rejected.csv");
    cr_expect_str_eq(text, "source,line,reason,text\r\nfleet.csv,5,no address,x\r\n");
    free(text);
    end();
}

Test(render, the_last_addresses_of_a_family_end_their_range)
{
    begin("run.db", (const char *[]){"255.255.255.254/31",
                                     "ffff:ffff:ffff:ffff:ffff:ffff:ffff:fffe/127", NULL});
    render_all();
    cr_expect_eq(tally.rows, 4);
    end();
}

/* The order of arrival is random: a resumed run must give the same report as an undisturbed one. */
Test(render, addresses_are_ordered_by_name_not_by_answer)
{
    static const char *const hosts[] = {"a.example.com", "b.example.com"};
    static const char *const addresses[] = {"11.0.0.1", "11.0.0.99"};

    begin("run.db", (const char *[]){"11.0.0.1", NULL});
    for (unsigned first = 0; first < 2; first++) {
        struct facts_buffer facts = {0};

        answer_of_name(&answer, hosts[0], 60);
        answer_add_name(&answer, hosts[1]);
        cr_assert(facts_put_ptr(&facts, &answer));
        for (unsigned i = 0; i < 2; i++) {
            struct dnsname host = name_of(hosts[first ^ i]);

            answer_of_address(&answer, addresses[first ^ i], 60, (first ^ i) == 0);
            cr_assert(facts_put_forward(&facts, &host, &answer, RR_A));
        }
        scratch_found(runs[0], "11.0.0.1", false, &facts);
        render_all();
        char *text = scratch_read("audit.csv");
        cr_expect_not_null(strstr(text, ",11.0.0.1;11.0.0.99,"), "%s", text);
        free(text);
    }
    end();
}

/* ---- failures leave the earlier reports ---- */

static void expect_failure(enum exit_status status, const char *words)
{
    static const char *const names[] = {"audit.csv", "audit.html", "summary.json", "rejected.csv"};

    for (unsigned i = 0; i < 4; i++)
        scratch_write(names[i], "earlier");
    open_folder("");
    failure = (struct failure){0};
    cr_expect_not(render(&job, &tally, &failure));
    cr_expect_eq(failure.status, status);
    cr_expect_not_null(strstr(failure.text, words), "%s", failure.text);
    for (unsigned i = 0; i < 4; i++) {
        char *text = scratch_read(names[i]);

        cr_expect_str_eq(text, "earlier", "%s", names[i]);
        free(text);
    }
}

Test(render, damaged_facts_are_a_clear_failure)
{
    begin("run.db", (const char *[]){"11.0.0.0/24", NULL});
    passes(0, "11.0.0.1", "a.example.com");
    struct run_found found = {.address = address_of("11.0.0.7"),
                              .settled = true,
                              .facts = (const uint8_t *)"\1\0\377",
                              .length = 3};
    cr_assert(run_file_add_found(runs[0], &found, 1));
    expect_failure(EXIT_TROUBLE, "11.0.0.7");
    failure = (struct failure){0};
    cr_expect_not(run_file_close(runs[0], &failure),
                  "a damaged run file is not closed as if it were whole");
    runs[0] = NULL;
    end();
}

static bool is_cancelled(void *context)
{
    ++*(unsigned *)context;
    return true;
}

Test(render, can_be_cancelled)
{
    unsigned times = 0;

    begin("run.db", (const char *[]){"11.0.0.0/16", NULL});
    job.cancelled = is_cancelled;
    job.context = &times;
    expect_failure(EXIT_INTERRUPTED, "stopped");
    cr_expect_eq(times, 1);
    end();
}

/* Before each folder: those of thousands of parties take minutes. */
Test(render, can_be_cancelled_while_the_hand_over_is_written)
{
    unsigned times = 0;

    begin("run.db", (const char *[]){"11.0.0.1", "12.0.0.1", NULL});
    has_no_ptr(0, "11.0.0.1");
    has_no_ptr(0, "12.0.0.1");
    job.cancelled = is_cancelled;
    job.context = &times;
    expect_failure(EXIT_INTERRUPTED, "stopped");
    cr_expect_eq(times, 1);
    cr_expect_eq(access(scratch_path("handover"), F_OK), -1);
    end();
}

Test(render, a_missing_folder_is_a_failure)
{
    begin("run.db", (const char *[]){"11.0.0.1", NULL});
    mkdir(scratch_path("missing"), 0700);
    open_folder("missing");
    rmdir(scratch_path("missing"));
    cr_expect_not(render(&job, &tally, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    end();
}

/* ---- completeness ---- */

static void expect_in_html(const char *words)
{
    char *text = scratch_read("audit.html");

    cr_expect_not_null(strstr(text, words), "%s", words);
    free(text);
}

Test(render, an_unfinished_run_states_its_reason)
{
    begin("run.db", (const char *[]){"11.0.0.1", NULL});
    records[0].finished = false;
    render_all();
    expect_in_html("it was killed");
    strcpy(records[0].stopped, "no resolver answered any more");
    render_all();
    expect_in_html("no resolver answered any more");
    end();
}

Test(render, the_same_runs_give_the_same_rows_again)
{
    begin("run.db", (const char *[]){"11.0.0.0/28", NULL});
    passes(0, "11.0.0.1", "a.example.com");
    render_all();
    char *first = scratch_read("audit.csv");
    render_all();
    char *second = scratch_read("audit.csv");
    cr_expect_str_eq(first, second);
    free(first);
    free(second);
    end();
}
