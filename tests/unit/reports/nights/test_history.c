/* history.csv, and the nights of the index. */
#include "reports/nights/night_list.h"

#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "reports/nights/index_page.h"
#include "tests/unit/reports/made_folder.h"

TestSuite(history, .init = make_folder, .fini = drop_folder);

#define HEAD                                                                                 \
    "night,status,addresses,pass,hostname-mismatch,no-ptr,ptr-invalid,no-forward,"           \
    "forward-mismatch,dns-error,unanswered,not-public,accepted,broke,fixed,changed,renamed," \
    "unclear,added,removed,alarms,seconds,queries\r\n"
#define ROW "2026-11-27T020000Z,1,10,5,0,4,0,0,1,0,0,0,0,2,1,0,0,0,0,0,2,7,19\r\n"

static struct failure failure;

static void put_text(const char *text)
{
    int fd = openat(opened.fd, "history.csv", O_WRONLY | O_CREAT | O_TRUNC, 0600);

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
}

static struct night made_night(const char *name)
{
    struct night night = {
        .status = 1,
        .addresses = 10,
        .verdicts = {[VERDICT_PASS] = 5, [VERDICT_NO_PTR] = 4, [VERDICT_FORWARD_MISMATCH] = 1},
        .changes = {[ROW_BROKE] = 2, [ROW_FIXED] = 1},
        .alarms = 2,
        .seconds = 7,
        .queries = 19};

    memcpy(night.name.text, name, NIGHT_NAME_MAX);
    return night;
}

static void add(const char *name)
{
    struct history history;
    struct night night = made_night(name);

    cr_assert(history_open(&history, &opened, &failure), "%s", failure.text);
    cr_assert(history_add(&history, &opened, &night, &failure), "%s", failure.text);
    history_free(&history);
}

static void expect_text(const char *wanted)
{
    char *text = text_of("history.csv");

    cr_expect_str_eq(text, wanted);
    free(text);
}

Test(history, rows_are_appended)
{
    struct history history;

    add("2026-11-27T020000Z");
    expect_text(HEAD ROW);
    add("2026-11-27T020000Z");
    expect_text(HEAD ROW ROW);
    cr_assert(history_open(&history, &opened, &failure));
    cr_assert_eq(history.count, 2);
    struct night night = made_night("2026-11-27T020000Z");
    cr_expect_eq(memcmp(&history.nights[0], &night, sizeof(night)), 0);
    cr_expect_eq(history_find(&history, "2026-11-27T020000Z"), &history.nights[1]);
    cr_expect_null(history_find(&history, "2026-11-28T020000Z"));
    history_free(&history);
}

/* What cannot be read stays, in its place. */
Test(history, rows_of_others_stay)
{
    static const char *const ROWS[] = {
        "# a note\n",
        "2026-11-27T020000Z,1,10\r\n",
        "2026-11-27T020000Z,-1,10,5,0\r\n",
        "\r\n",
        "2026-11-27 020000Z,1,10,5,0,4,0,0,1,0,0,0,0,2,1,0,0,0,0,0,2,7,19\r\n",
        "2026-11-27T020000Z,256,10,5,0,4,0,0,1,0,0,0,0,2,1,0,0,0,0,0,2,7,19\r\n",
        "2026-11-27T020000Z,1,99999999999999999999,5,0,4,0,0,1,0,0,0,0,2,1,0,0,0,0,0,2,7,19\r\n"};

    for (size_t i = 0; i < sizeof(ROWS) / sizeof(ROWS[0]); i++) {
        char text[2048];
        struct history history;

        snprintf(text, sizeof(text), HEAD "%s", ROWS[i]);
        put_text(text);
        cr_assert(history_open(&history, &opened, &failure));
        cr_expect_eq(history.count, 0, "%s", ROWS[i]);
        history_free(&history);
        add("2026-11-27T020000Z");
        snprintf(text, sizeof(text), HEAD "%s" ROW, ROWS[i]);
        expect_text(text);
    }
}

Test(history, a_last_line_without_end_and_columns_of_a_later_version)
{
    struct history history;

    put_text(HEAD "2026-11-27T020000Z,1,10,5,0,4,0,0,1,0,0,0,0,2,1,0,0,0,0,0,2,7,19,8,nine");
    cr_assert(history_open(&history, &opened, &failure));
    cr_expect_eq(history.count, 1);
    history_free(&history);
    add("2026-11-28T020000Z");
    cr_assert(history_open(&history, &opened, &failure));
    cr_expect_eq(history.count, 2);
    history_free(&history);
}

static void expect_refused(const char *reason)
{
    struct history history;

    failure = (struct failure){0};
    cr_expect_not(history_open(&history, &opened, &failure));
    cr_expect(strstr(failure.text, reason), "%s", failure.text);
    history_free(&history);
}

Test(history, other_files_are_refused)
{
    put_text("date,amount\n1,2\n");
    expect_refused("is not a history of nights: move it away");
    unlinkat(opened.fd, "history.csv", 0);
    cr_assert_eq(symlinkat("/etc/passwd", opened.fd, "history.csv"), 0);
    expect_refused("cannot read");
    unlinkat(opened.fd, "history.csv", 0);
    cr_assert_eq(mkfifoat(opened.fd, "history.csv", 0600), 0);
    expect_refused("is not a regular file");
}

static char *index_of_passing(unsigned complete, unsigned failed, uint64_t passing)
{
    struct nights nights = {.folder = opened};
    struct history history = {0};
    struct night_list list;

    history.nights = calloc(complete + 1, sizeof(*history.nights));
    for (unsigned i = 0; i < complete; i++) {
        char name[64];
        snprintf(name, sizeof(name), "2025-%02u-%02uT020000Z", 1 + i / 28 % 12, 1 + i % 28);
        name[3] = (char)('5' + i / 336);
        history.nights[history.count] = made_night(name);
        history.nights[history.count++].verdicts[VERDICT_PASS] = passing;
    }
    for (unsigned i = 0; i < failed; i++) {
        char name[64];
        snprintf(name, sizeof(name), "2029-01-%02uT020000Z", i + 1);
        cr_assert_eq(mkdirat(opened.fd, name, 0750), 0);
        cr_assert(nights_set_reason(&nights, name, 75, "a <b> & \x1b[2J\xff", &failure));
    }
    cr_assert(night_list_make(&list, &nights, &history, "2029-01-31T020000Z", &failure));
    cr_expect_leq(list.count, NIGHTS_SHOWN);
    cr_assert(index_page_write(&opened, &list, "fcrdns 0.1.0", 1795744800, &failure), "%s",
              failure.text);
    night_list_free(&list);
    history_free(&history);
    return text_of("index.html");
}

static char *index_of(unsigned complete, unsigned failed)
{
    return index_of_passing(complete, failed, 5);
}

static unsigned times(const char *text, const char *part)
{
    unsigned count = 0;

    for (text = strstr(text, part); text; text = strstr(text + 1, part))
        count++;
    return count;
}

Test(history, index_of_no_night)
{
    char *text = index_of(0, 0);
    cr_expect_not_null(strstr(text, "NO COMPLETE NIGHT"));
    cr_expect_null(strstr(text, "<svg viewBox=\"0 0 720"));
    free(text);
}

Test(history, index_of_seven_nights)
{
    char *text = index_of(7, 1);
    cr_expect_eq(times(text, "<rect class=\"level\""), 7);
    cr_expect_eq(times(text, "<rect class=\"m-no-ptr\""), 7);
    cr_expect_eq(times(text, "<path class=\"lost\""), 2, "in both pictures");
    cr_expect_eq(times(text, "<tr><th scope=\"row\">"), 8);
    cr_expect_not_null(strstr(text, "a &lt;b&gt; &amp; \\027[2J\\255"));
    cr_expect_null(strstr(text, "<script"));
    cr_expect_null(strstr(text, "audit.html"), "no link to a page that is not there");
    free(text);
}

static char *index_of_one(const struct night *night, bool failed_after)
{
    struct nights nights = {.folder = opened};
    struct history history = {.nights = calloc(1, sizeof(*history.nights)), .count = 1};
    struct night_list list;

    cr_assert_not_null(history.nights);
    history.nights[0] = *night;
    if (failed_after)
        (void)!mkdirat(opened.fd, "2029-01-01T020000Z", 0750);
    cr_assert(night_list_make(&list, &nights, &history, "", &failure));
    cr_assert(index_page_write(&opened, &list, "fcrdns 0.1.0", 1795744800, &failure), "%s",
              failure.text);
    night_list_free(&list);
    history_free(&history);
    return text_of("index.html");
}

static void expect_band(const struct night *night, bool failed_after, const char *band)
{
    char *text = index_of_one(night, failed_after);

    cr_expect_not_null(strstr(text, band), "wanted %s in %s", band, text);
    free(text);
}

/* The first words are good news only where all is well. */
Test(history, the_index_begins_with_what_the_reader_must_know)
{
    struct night night = made_night("2025-01-01T020000Z");

    expect_band(&night, false, "not-ready\" id=\"verdict\">\n<p class=\"state\">SOMETHING BROKE");
    night.alarms = 0;
    expect_band(&night, false, " ready\" id=\"verdict\">\n<p class=\"state\">NOTHING NEW BROKE");
    night.verdicts[VERDICT_NO_PTR] = night.verdicts[VERDICT_FORWARD_MISMATCH] = 0;
    expect_band(&night, false, " ready\" id=\"verdict\">\n<p class=\"state\">NOTHING BROKE");
    expect_band(&night, true,
                "not-known\" id=\"verdict\">\n<p class=\"state\">THE LAST NIGHT FAILED");
    expect_band(&night, true, "<p class=\"share\">The last complete night: ");
}

/* Large numbers have room beside the picture, and the first screen links the pages of the night. */
Test(history, the_index_of_a_million_addresses)
{
    struct night night = made_night("2025-01-01T020000Z");

    night.verdicts[VERDICT_NO_PTR] = 1048576 - night.verdicts[VERDICT_FORWARD_MISMATCH];
    cr_assert_eq(mkdirat(opened.fd, "2025-01-01T020000Z", 0750), 0);
    cr_assert_eq(mknodat(opened.fd, "2025-01-01T020000Z/audit.html", S_IFREG | 0600, 0), 0);
    cr_assert_eq(mknodat(opened.fd, "2025-01-01T020000Z/changes.html", S_IFREG | 0600, 0), 0);
    char *text = index_of_one(&night, false);
    cr_expect_not_null(strstr(text, "d=\"M140 10h572"), "%s", text);
    cr_expect_not_null(strstr(text, ">1,048,576</text>"));
    const char *band_end = strstr(text, "</section>");
    const char *link = strstr(text, "<a href=\"2025-01-01T020000Z/changes.html\">What changed</a>");
    cr_expect(link && link < band_end, "%s", text);
    link = strstr(text, "<a href=\"2025-01-01T020000Z/audit.html\">Report, and who must act</a>");
    cr_expect(link && link < band_end);
    free(text);
}

/* Zero of zero addresses is not 100 %. */
Test(history, a_night_without_a_public_address_is_no_success)
{
    struct night night = {.addresses = 10, .verdicts = {[VERDICT_NOT_PUBLIC] = 10}};

    memcpy(night.name.text, "2025-01-01T020000Z", NIGHT_NAME_MAX);
    char *text = index_of_one(&night, false);
    cr_expect_not_null(strstr(text, "<p class=\"state\">NOT KNOWN"));
    cr_expect_not_null(strstr(text, "No public address was audited"));
    cr_expect_null(strstr(text, "100.00 %"), "%s", text);
    cr_expect_eq(times(text, "<rect class=\"level\""), 0);
    free(text);
}

/* A column that is cut at its foot looks like a large fall: the caption says where it begins. */
Test(history, a_scale_that_does_not_begin_at_zero_is_said)
{
    char *text = index_of_passing(1, 0, 10);
    cr_expect_not_null(strstr(text, "Addresses that pass, from 90 %, not from 0."), "%s", text);
    free(text);
    text = index_of_passing(1, 0, 0);
    cr_expect_not_null(strstr(text, "Addresses that pass. A cross"), "%s", text);
    free(text);
}

/* Bounded: the last 400. */
Test(history, index_of_four_hundred_nights_and_more)
{
    char *text = index_of(900, 3);
    cr_expect_eq(times(text, "<rect class=\"level\""), 397);
    cr_expect_eq(times(text, "<tr><th scope=\"row\">"), 400);
    cr_expect_not_null(strstr(text, "nights before those shown: 503"));
    cr_expect_lt(strlen(text), 500000);
    free(text);
}

/* Two rows of one night: the later one counts. A long history of any order takes no minutes. */
Test(history, a_history_of_a_quarter_million_rows, .timeout = 20)
{
    enum { ROWS = 250000, NAMES = 100000 };
    struct nights nights = {.folder = opened};
    struct history history = {.nights = calloc(ROWS, sizeof(*history.nights)), .count = ROWS};
    struct night_list list;

    cr_assert_not_null(history.nights);
    for (unsigned i = 0; i < ROWS; i++) {
        unsigned n = i * 7919 % NAMES;
        char name[64];

        snprintf(name, sizeof(name), "%04u-01-%02uT020000Z", 1000 + n / 100, n % 100);
        history.nights[i] = made_night(name);
        history.nights[i].queries = i;
    }
    cr_assert(night_list_make(&list, &nights, &history, "", &failure));
    cr_expect_eq(list.count, NIGHTS_SHOWN);
    cr_expect_eq(list.earlier, NAMES - NIGHTS_SHOWN);
    cr_expect_str_eq(list.entries[NIGHTS_SHOWN - 1].name.text, "1999-01-99T020000Z");
    for (unsigned i = 0; i < NIGHTS_SHOWN; i++)
        cr_expect_geq(list.entries[i].night->queries, ROWS - NAMES);
    night_list_free(&list);
    free(history.nights);
}
