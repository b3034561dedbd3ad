#include "io/phases/sample_question.h"

#include <sys/stat.h>

#include "tests/unit/io/scratch.h"

TestSuite(sample_question, .init = scratch_make, .fini = scratch_remove);

static char *inputs[8];
static struct load_options options = {.intake = {.max_range = 16777216}, .inputs = inputs};

static void add(const char *input)
{
    inputs[options.count] = strdup(input);
    cr_assert_not_null(inputs[options.count++]);
}

static void expect_names(const struct probe_sample *sample, const char *names)
{
    char text[PROBE_SAMPLE_MAX * DNSNAME_TEXT_MAX] = "";
    size_t used = 0;
    for (unsigned i = 0; i < sample->count; i++) {
        cr_expect_eq(sample->questions[i].type, RR_SOA);
        if (used > 0)
            text[used++] = ' ';
        used += dnsname_print(text + used, &sample->questions[i].name);
    }
    cr_expect_str_eq(text, names);
}

/* names: separated by blanks. */
static void expect(const char *names)
{
    struct probe_sample sample;
    sample_question(&sample, &options);
    expect_names(&sample, names);
    while (options.count > 0)
        free(inputs[--options.count]);
}

Test(sample_question, has_the_reverse_names_of_the_first_range)
{
    add("198.51.100.7");
    expect("7.100.51.198.in-addr.arpa");
    add("198.51.100.0/22");
    expect("0.100.51.198.in-addr.arpa 255.103.51.198.in-addr.arpa");
    add("2001:db8::1");
    expect("1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

Test(sample_question, skips_headers_and_refused_rows)
{
    add(scratch_write("fleet.csv", "ip,host\nnonsense,\n192.0.2.1,mta1.example.com\n"));
    expect("1.2.0.192.in-addr.arpa");
}

Test(sample_question, goes_on_with_the_next_input)
{
    add(scratch_write("a.csv", ""));
    add("/nowhere/fleet.csv");
    add("192.0.2.1");
    expect("1.2.0.192.in-addr.arpa");
}

Test(sample_question, has_another_zone_in_each)
{
    add(scratch_write("fleet.csv", "192.0.2.1\n192.0.2.9\n203.0.113.1\n192.0.2.3\n"));
    add("2001:db8::1");
    add("2001:db8::1:0:0:0:1");
    add("2001:db8:1::1");
    add("198.51.100.7");
    expect("1.2.0.192.in-addr.arpa 1.113.0.203.in-addr.arpa "
           "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa "
           "1.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.1.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa");
}

Test(sample_question, comes_from_a_run_file_too)
{
    const char *const items[] = {"203.0.113.0/24", "198.51.100.7", NULL};
    struct run_file *run = scratch_run("run.db", items);
    struct probe_sample sample;
    cr_assert(sample_question_stored(&sample, run));
    expect_names(&sample, "7.100.51.198.in-addr.arpa 0.113.0.203.in-addr.arpa");
    cr_assert(run_file_close(run, &(struct failure){0}));
    run = scratch_run("empty.db", &items[2]);
    cr_assert(sample_question_stored(&sample, run));
    cr_expect_eq(sample.count, 0);
    cr_assert(run_file_close(run, &(struct failure){0}));
}

Test(sample_question, does_not_read_what_cannot_be_read_again)
{
    add("-");
    cr_assert_eq(mkfifo(scratch_path("pipe"), 0600), 0);
    add(scratch_path("pipe"));
    expect("");
    expect(""); /* no input */
}
