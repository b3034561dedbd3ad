#include "io/output/sorter.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>

#include "tests/unit/io/scratch.h"

TestSuite(sorter, .init = scratch_make, .fini = scratch_remove);

static struct folder opened;

static struct sorter *open_sorter(void)
{
    struct failure failure = {0};

    cr_assert(folder_open(&opened, scratch, &failure), "%s", failure.text);
    struct sorter *sorter = sorter_open(&opened, &failure);

    cr_assert_not_null(sorter, "%s", failure.text);
    return sorter;
}

static void sort(struct sorter *sorter)
{
    struct failure failure = {0};

    cr_assert(sorter_sort(sorter, &failure), "%s", failure.text);
}

static void expect_next(struct sorter *sorter, const char *text)
{
    size_t length = 0;
    const uint8_t *string = sorter_next(sorter, &length);

    if (!text) {
        cr_assert_null(string);
        return;
    }
    cr_assert_not_null(string, "no %s", text);
    cr_assert_eq(length, strlen(text));
    cr_assert_arr_eq(string, text, length);
}

Test(sorter, gives_each_string_once_in_order)
{
    static const char *const texts[] = {"b", "abc", "", "ab", "b", "abd", "\x7f", ""};
    struct sorter *sorter = open_sorter();

    for (unsigned i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
        sorter_add(sorter, texts[i], strlen(texts[i]));
    sort(sorter);
    expect_next(sorter, "");
    expect_next(sorter, "ab");
    uint64_t place = sorter_place(sorter);
    expect_next(sorter, "abc");
    expect_next(sorter, "abd");
    expect_next(sorter, "b");
    expect_next(sorter, "\x7f");
    expect_next(sorter, NULL);
    sorter_go(sorter, place);
    expect_next(sorter, "abc");
    sorter_go(sorter, 0);
    expect_next(sorter, "");
    sorter_free(sorter);
    sorter_free(NULL);
}

Test(sorter, nothing_added_is_nothing_read)
{
    struct sorter *sorter = open_sorter();

    sort(sorter);
    expect_next(sorter, NULL);
    sorter_free(sorter);
}

/* A number as text of varying length, so that strings cross the ends of buffers in many ways. */
static void make_text(char out[80], unsigned number)
{
    snprintf(out, 80, "%07u%.*s", number, (int)(number % 61),
             "............................................................");
}

Test(sorter, merges_portions_that_do_not_fit_in_memory)
{
    enum { STRINGS = 300000, STEP = 7919 /* coprime to STRINGS */ };
    struct sorter *sorter = open_sorter();
    uint64_t middle = 0;
    char text[80];

    for (unsigned i = 0, number = 0; i < STRINGS; i++, number = (number + STEP) % STRINGS) {
        make_text(text, number);
        sorter_add(sorter, text, strlen(text));
        if (i % 10 == 0) /* in the same portion or in a later one */
            sorter_add(sorter, text, strlen(text));
        make_text(text, i % 1000);
        sorter_add(sorter, text, strlen(text));
    }
    sort(sorter);
    for (unsigned i = 0; i < STRINGS; i++) {
        if (i == STRINGS / 2)
            middle = sorter_place(sorter);
        make_text(text, i);
        expect_next(sorter, text);
    }
    expect_next(sorter, NULL);
    sorter_go(sorter, middle);
    make_text(text, STRINGS / 2);
    expect_next(sorter, text);
    sorter_free(sorter);
}

Test(sorter, the_longest_strings)
{
    static char text[SORTER_STRING_MAX];
    struct sorter *sorter = open_sorter();
    size_t length;

    for (unsigned i = 0; i < 4000; i++) {
        memset(text, 'a' + (int)(i % 20), sizeof(text));
        snprintf(text, sizeof(text), "%05u", 4000 - i);
        sorter_add(sorter, text, sizeof(text));
    }
    sort(sorter);
    for (unsigned i = 1; i <= 4000; i++) {
        const uint8_t *string = sorter_next(sorter, &length);

        cr_assert_not_null(string);
        cr_assert_eq(length, sizeof(text));
        cr_assert_eq((unsigned)atoi((const char *)string), i);
        cr_assert_eq(string[length - 1], 'a' + (int)((4000 - i) % 20));
    }
    sorter_free(sorter);
}

Test(sorter, a_full_disk_is_reported)
{
    struct rlimit limit = {1024 * 1024, 1024 * 1024};
    struct failure failure = {0};
    struct sorter *sorter = open_sorter();
    char text[80];

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
    for (unsigned i = 0; i < 200000; i++) {
        make_text(text, i);
        sorter_add(sorter, text, strlen(text));
    }
    cr_assert_not(sorter_sort(sorter, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_not_null(strstr(failure.text, "File too large"), "%s", failure.text);
    expect_next(sorter, NULL);
    sorter_free(sorter);
}
