#include "reports/name_census.h"

#include "tests/unit/io/scratch.h"

TestSuite(name_census, .init = scratch_make, .fini = scratch_remove);

enum { RUNS_MAX = 3, MANY = 2 * CENSUS_NAMES_MAX + CENSUS_NAMES_MAX / 2 };

static struct run_file *runs[RUNS_MAX];
static struct census_job job = {.runs = runs};
static struct failure failure;
static struct answer answer;

static void begin(const char *name)
{
    static const char *const items[] = {"10.0.0.0/8", NULL};

    runs[job.count++] = scratch_run(name, items);
}

static struct name_census *end(void)
{
    struct name_census *census;

    for (unsigned i = 0; i < job.count; i++)
        cr_assert(run_file_commit(runs[i]));
    census = name_census_take(&job, &failure);
    cr_assert_not_null(census, "%s", failure.text);
    while (job.count > 0)
        scratch_close(runs[--job.count]);
    return census;
}

/* An address with these PTR names; NULL: no PTR. */
static void found(unsigned run, const char *address, const char *first, const char *second)
{
    struct facts_buffer facts = {0};

    if (first)
        answer_of_name(&answer, first, 60);
    else
        answer_of_nothing(&answer, ANSWER_NXDOMAIN, NULL, 0);
    if (second)
        answer_add_name(&answer, second);
    cr_assert(facts_put_ptr(&facts, &answer));
    scratch_found(runs[run], address, true, &facts);
}

static void found_at(unsigned run, unsigned address, const char *name)
{
    char text[32];

    snprintf(text, sizeof(text), "10.%u.%u.%u", address >> 16, address >> 8 & 255, address & 255);
    found(run, text, name, NULL);
}

static uint64_t sharers(struct name_census *census, const char *text)
{
    struct dnsname name = name_of(text);

    return name_census_sharers(census, &name);
}

static void expect_top(const struct name_census *census, const char *text)
{
    struct shared_name top[CENSUS_TOP_MAX];
    char got[16 * 1024] = "", name[DNSNAME_TEXT_MAX];
    unsigned count = name_census_top(census, top);

    for (unsigned i = 0; i < count; i++) {
        dnsname_print(name, &top[i].name);
        snprintf(got + strlen(got), sizeof(got) - strlen(got), "%s%s %ju", i > 0 ? ", " : "", name,
                 (uintmax_t)top[i].addresses);
    }
    cr_expect_str_eq(got, text);
}

Test(name_census, five_addresses_share_a_name_and_four_do_not)
{
    begin("run.db");
    for (unsigned i = 0; i < 5; i++) {
        found_at(0, i, i % 2 ? "FIVE.example.com" : "five.EXAMPLE.com");
        found_at(0, 256 + i, i < 4 ? "four.example.com" : "other.example.com");
    }
    struct name_census *census = end();
    cr_expect_eq(sharers(census, "five.example.com"), 5);
    cr_expect_eq(sharers(census, "Five.Example.Com"), 5);
    cr_expect_eq(sharers(census, "four.example.com"), 0);
    cr_expect_eq(sharers(census, "other.example.com"), 0);
    cr_expect_eq(sharers(census, "unheard.example.com"), 0);
    cr_expect_eq(name_census_least(census), 5);
    expect_top(census, "five.example.com 5");
    name_census_free(census);
}

Test(name_census, counts_each_of_several_names)
{
    begin("run.db");
    for (unsigned i = 0; i < 6; i++) {
        char address[32], own[32];

        snprintf(address, sizeof(address), i < 3 ? "10.0.0.%u" : "2001:db8::%u", i);
        snprintf(own, sizeof(own), "m%u.example.com", i);
        found(0, address, own, "shared.example.com"); /* in both families */
        found_at(0, 512 + i, NULL);
    }
    struct name_census *census = end();
    expect_top(census, "shared.example.com 6");
    name_census_free(census);
}

Test(name_census, is_empty_without_facts)
{
    begin("run.db");
    struct name_census *census = end();
    expect_top(census, "");
    cr_expect_eq(sharers(census, "a.example.com"), 0);
    name_census_free(census);
}

Test(name_census, an_address_of_several_runs_is_counted_once)
{
    begin("a.db");
    begin("b.db");
    begin("c.db");
    for (unsigned i = 0; i < 4; i++) {
        found_at(0, i, "four.example.com");
        found_at(1, i, "four.example.com");
        found_at(2, i, "FOUR.example.com");
        found_at(0, 256 + i, "eight.example.com");
        found_at(1, 512 + i, "eight.example.com");
    }
    struct name_census *census = end();
    expect_top(census, "eight.example.com 8"); /* in two runs with four each */
    name_census_free(census);
}

Test(name_census, lists_the_ten_most_shared_names_in_order)
{
    char name[32];

    begin("run.db");
    for (unsigned i = 0, address = 0; i < 12; i++) {
        snprintf(name, sizeof(name), "n%02u.example.com", i);
        for (unsigned j = 0; j < (i == 7 ? 9u : 6u); j++)
            found_at(0, address++, name);
    }
    struct name_census *census = end();
    expect_top(census,
               "n07.example.com 9, n00.example.com 6, n01.example.com 6, n02.example.com 6, "
               "n03.example.com 6, n04.example.com 6, n05.example.com 6, n06.example.com 6, "
               "n08.example.com 6, n09.example.com 6");
    cr_expect_eq(sharers(census, "n11.example.com"), 6, "counted even outside the top ten");
    name_census_free(census);
}

/* A table full of names at five addresses, one more at six, and half a table at seven. */
Test(name_census, a_full_table_raises_the_limit_and_keeps_exact_numbers)
{
    char name[32];

    begin("run.db");
    for (unsigned i = 0, address = 0; i < MANY; i++) {
        unsigned times = 5 + i / CENSUS_NAMES_MAX;

        snprintf(name, sizeof(name), "n%u.example.com", i);
        for (unsigned j = 0; j < times; j++)
            found_at(0, address++, name);
    }
    struct name_census *census = end();
    uint64_t least = name_census_least(census);
    cr_expect_eq(least, 7, "%ju", (uintmax_t)least);
    for (unsigned i = 0; i < MANY; i++) {
        unsigned times = 5 + i / CENSUS_NAMES_MAX;

        snprintf(name, sizeof(name), "n%u.example.com", i);
        cr_assert_eq(sharers(census, name), times >= least ? times : 0, "%s", name);
    }
    name_census_free(census);
}

static bool at_once(void *context)
{
    ++*(unsigned *)context;
    return true;
}

Test(name_census, can_be_cancelled)
{
    unsigned asked = 0;

    begin("run.db");
    for (unsigned i = 0; i < 5000; i++)
        found_at(0, i, "many.example.com");
    cr_assert(run_file_commit(runs[0]));
    job.cancelled = at_once;
    job.context = &asked;
    cr_expect_null(name_census_take(&job, &failure));
    cr_expect_eq(failure.status, EXIT_INTERRUPTED);
    cr_expect_eq(asked, 1);
    scratch_close(runs[0]);
}

Test(name_census, skips_damaged_facts)
{
    static uint8_t rubbish[] = {1, 0, 0, 1, 0, 60, 0, 0, 1, 1, 64};
    struct run_found bad = {
        .address = address_of("10.0.0.99"), .facts = rubbish, .length = sizeof(rubbish)};

    begin("run.db");
    for (unsigned i = 0; i < 5; i++)
        found_at(0, i, "five.example.com");
    cr_assert(run_file_add_found(runs[0], &bad, 1));
    struct name_census *census = end();
    expect_top(census, "five.example.com 5");
    name_census_free(census);
}
