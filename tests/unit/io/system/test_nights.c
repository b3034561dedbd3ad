/* The folder of nights, which may hold anything. */
#include "io/system/nights.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/io/scratch.h"

TestSuite(nights, .init = scratch_make, .fini = scratch_remove, .timeout = 20);

enum { TWO_AT_NIGHT = 1795744800 }; /* 2026-11-27T02:00:00Z */

static struct nights nights;
static struct failure failure;

static void open_nights(void)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s", scratch_path("n"));
    failure = (struct failure){0};
    cr_assert(nights_open(&nights, path, &failure), "%s", failure.text);
}

static const char *begin(int64_t at)
{
    static struct night_name name;

    cr_assert(nights_new_name(&nights, at, &name, &failure), "%s", failure.text);
    cr_assert(nights_make(&nights, name.text, &failure), "%s", failure.text);
    return name.text;
}

Test(nights, names)
{
    static const char *const OTHERS[] = {"",
                                         "2026-11-27",
                                         "2026-11-27T020000",
                                         "2026-11-27T020000Zx",
                                         "latest",
                                         "2026-11-27t020000Z",
                                         "..",
                                         "20a6-11-27T020000Z",
                                         "2026/11/27",
                                         ".026-11-27T020000Z",
                                         "2026-11-27T0200 0Z"};

    cr_expect(nights_is_name("2026-11-27T020000Z"));
    for (size_t i = 0; i < sizeof(OTHERS) / sizeof(OTHERS[0]); i++)
        cr_expect_not(nights_is_name(OTHERS[i]), "%s", OTHERS[i]);
}

Test(nights, two_in_a_second_and_a_clock_set_back)
{
    open_nights();
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020000Z");
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020001Z");
    cr_expect_str_eq(begin(TWO_AT_NIGHT - 60), "2026-11-27T015900Z");
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020002Z");
    nights_close(&nights);
}

/* The folder of the first one was removed, as --keep does; history.csv still has its name. */
Test(nights, a_name_does_not_come_back)
{
    open_nights();
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020000Z");
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020001Z");
    cr_assert_eq(unlinkat(nights.folder.fd, "2026-11-27T020000Z", AT_REMOVEDIR), 0);
    cr_expect_str_eq(begin(TWO_AT_NIGHT), "2026-11-27T020002Z");
    nights_close(&nights);
}

Test(nights, one_at_a_time)
{
    struct nights second;

    open_nights();
    cr_expect_not(nights_open(&second, nights.folder.path, &failure));
    cr_expect(strstr(failure.text, "another night is at work in "), "%s", failure.text);
    nights_close(&second);
    nights_close(&nights);
    open_nights();
    nights_close(&nights);
}

/* With DynamicUser= of systemd the state directory is a link. */
Test(nights, a_link_to_the_folder_is_followed_only_with_a_slash)
{
    struct nights other;

    mkdir(scratch_path("real"), 0750);
    cr_assert_eq(symlink("real", scratch_path("n")), 0);
    cr_expect_not(nights_open(&other, scratch_path("n"), &failure));
    cr_expect(strstr(failure.text, "is not a folder, or is a link to one"), "%s", failure.text);
    cr_expect(nights_open(&other, scratch_path("n/"), &failure));
    nights_close(&other);
}

/* "": there is no link. */
static void expect_latest(const char *name)
{
    char found[NIGHT_NAME_MAX] = "";

    (void)!readlink(scratch_path("n/" NIGHTS_LATEST), found, sizeof(found) - 1);
    cr_expect_str_eq(found, name);
}

Test(nights, the_link_is_switched_in_one_step)
{
    open_nights();
    expect_latest("");
    const char *first = begin(TWO_AT_NIGHT);
    cr_assert(nights_prepare_link(&nights, first, &failure));
    expect_latest("");
    cr_assert(nights_switch_link(&nights, &failure));
    expect_latest(first);
    cr_assert(nights_prepare_link(&nights, begin(TWO_AT_NIGHT + 1), &failure));
    cr_assert(nights_switch_link(&nights, &failure));
    expect_latest("2026-11-27T020001Z");
    cr_assert(nights_prepare_link(&nights, "2026-11-27T020000Z", &failure));
    nights_close(&nights); /* gives the prepared link up */
    open_nights();
    expect_latest("2026-11-27T020001Z");
    nights_close(&nights);
}

Test(nights, latest_that_is_no_link_stays)
{
    open_nights();
    scratch_write("n/latest", "mine");
    cr_expect_not(nights_prepare_link(&nights, begin(TWO_AT_NIGHT), &failure));
    cr_expect(strstr(failure.text, "latest is not a link: move it away"), "%s", failure.text);
    char *text = scratch_read("n/latest");
    cr_expect_str_eq(text, "mine");
    free(text);
    nights_close(&nights);
}

static unsigned count_nights(void)
{
    struct night_name *names;
    unsigned count;

    cr_assert(nights_list(&nights, &names, &count, &failure));
    for (unsigned i = 1; i < count; i++)
        cr_expect_lt(strcmp(names[i - 1].text, names[i].text), 0);
    free(names);
    return count;
}

Test(nights, only_folders_are_nights)
{
    open_nights();
    for (int i = 0; i < 20; i++)
        begin(TWO_AT_NIGHT + 1000 - 7 * i);
    scratch_write("n/2026-11-28T020000Z", "a file");
    cr_assert_eq(symlink("/", scratch_path("n/2026-11-29T020000Z")), 0);
    cr_assert_eq(mkfifo(scratch_path("n/2026-11-30T020000Z"), 0600), 0);
    mkdir(scratch_path("n/notes"), 0750);
    cr_expect_eq(count_nights(), 20);
    cr_expect_not(nights_has_file(&nights, "2026-11-29T020000Z", "etc/passwd"));
    cr_expect_not(nights_has_file(&nights, "..", "secret"));
    nights_close(&nights);
}

/* A link in a night is removed, not followed. */
Test(nights, a_night_is_removed_whole)
{
    open_nights();
    mkdir(scratch_path("other"), 0750);
    scratch_write("other/file", "stays");
    const char *name = begin(TWO_AT_NIGHT);
    mkdir(scratch_path("n/2026-11-27T020000Z/handover"), 0750);
    mkdir(scratch_path("n/2026-11-27T020000Z/handover/a"), 0750);
    scratch_write("n/2026-11-27T020000Z/handover/a/ticket.txt", "x");
    scratch_write("n/2026-11-27T020000Z/audit.csv", "x");
    char outside[256];
    snprintf(outside, sizeof(outside), "%s", scratch_path("other"));
    cr_assert_eq(symlink(outside, scratch_path("n/2026-11-27T020000Z/link")), 0);
    cr_expect(nights_remove(&nights, name, &failure), "%s", failure.text);
    cr_expect_eq(count_nights(), 0);
    char *text = scratch_read("other/file");
    cr_expect_str_eq(text, "stays");
    free(text);
    nights_close(&nights);
}

Test(nights, what_a_killed_night_left_is_swept)
{
    static const char *const LEFT[] = {".removed.aaaaaaaaaaaa", ".history.csv.aaaaaaaaaaaa",
                                       ".index.html.aaaaaaaaaaaa"};
    open_nights();
    mkdir(scratch_path("n/.removed.bbbbbbbbbbbb"), 0750);
    scratch_write("n/.removed.bbbbbbbbbbbb/run.db", "x");
    for (size_t i = 0; i < 3; i++) {
        char name[64];
        snprintf(name, sizeof(name), "n/%s", LEFT[i]);
        scratch_write(name, "x");
    }
    cr_assert_eq(symlink("nowhere", scratch_path("n/.latest.aaaaaaaaaaaa")), 0);
    scratch_write("n/.profile", "mine");
    scratch_write("n/.history.csv.swp", "of an editor");
    scratch_write("n/.index.html.aaaaaaaa,aaa", "mine");
    mkdir(scratch_path("n/.removed.old"), 0750);
    scratch_write("n/removed.txt", "mine");
    nights_sweep(&nights);
    cr_expect_eq(access(scratch_path("n/.removed.bbbbbbbbbbbb"), F_OK), -1);
    for (size_t i = 0; i < 3; i++)
        cr_expect_eq(faccessat(nights.folder.fd, LEFT[i], F_OK, 0), -1);
    struct stat about;
    cr_expect_eq(lstat(scratch_path("n/.latest.aaaaaaaaaaaa"), &about), -1);
    cr_expect_eq(access(scratch_path("n/.profile"), F_OK), 0);
    cr_expect_eq(access(scratch_path("n/.history.csv.swp"), F_OK), 0);
    cr_expect_eq(access(scratch_path("n/.index.html.aaaaaaaa,aaa"), F_OK), 0);
    cr_expect_eq(access(scratch_path("n/.removed.old"), F_OK), 0);
    cr_expect_eq(access(scratch_path("n/removed.txt"), F_OK), 0);
    nights_close(&nights);
}

Test(nights, reasons)
{
    char reason[NIGHT_REASON_MAX];
    unsigned status;

    open_nights();
    const char *name = begin(TWO_AT_NIGHT);
    cr_expect_not(nights_reason(&nights, name, &status, reason));
    cr_assert(nights_set_reason(&nights, name, 75, "no resolver answers", &failure));
    cr_assert(nights_reason(&nights, name, &status, reason));
    cr_expect_eq(status, 75);
    cr_expect_str_eq(reason, "no resolver answers");
    cr_expect_not(nights_set_reason(&nights, name, 2, "again", &failure), "it is kept");
    nights_close(&nights);
}

Test(nights, reasons_of_strangers)
{
    static const char *const TEXTS[] = {"", "x\ny\n", "75", "300\nx\n",
                                        "99999999999999999999\nx\n"};
    char reason[NIGHT_REASON_MAX];
    unsigned status;

    open_nights();
    begin(TWO_AT_NIGHT);
    for (size_t i = 0; i < sizeof(TEXTS) / sizeof(TEXTS[0]); i++) {
        scratch_write("n/2026-11-27T020000Z/failed.txt", TEXTS[i]);
        cr_expect_not(nights_reason(&nights, "2026-11-27T020000Z", &status, reason), "%s",
                      TEXTS[i]);
    }
    unlink(scratch_path("n/2026-11-27T020000Z/failed.txt"));
    cr_assert_eq(mkfifo(scratch_path("n/2026-11-27T020000Z/failed.txt"), 0600), 0);
    cr_expect_not(nights_reason(&nights, "2026-11-27T020000Z", &status, reason));
    nights_close(&nights);
}

Test(nights, notes)
{
    char note[NIGHT_REASON_MAX], lengthy[2 * NIGHT_REASON_MAX];

    open_nights();
    const char *name = begin(TWO_AT_NIGHT);
    cr_expect_not(nights_note(&nights, name, note));
    cr_assert(nights_set_note(&nights, name, "compared with none", &failure));
    cr_assert(nights_note(&nights, name, note));
    cr_expect_str_eq(note, "compared with none");
    memset(lengthy, 'x', sizeof(lengthy) - 1);
    lengthy[sizeof(lengthy) - 1] = '\0';
    scratch_write("n/2026-11-27T020000Z/note.txt", lengthy);
    cr_assert(nights_note(&nights, name, note));
    cr_expect_eq(strlen(note), NIGHT_REASON_MAX - 1);
    scratch_write("n/2026-11-27T020000Z/note.txt", "");
    cr_expect_not(nights_note(&nights, name, note));
    nights_close(&nights);
}

Test(nights, the_run_of_a_night_without_report_goes)
{
    open_nights();
    begin(TWO_AT_NIGHT);
    scratch_write("n/2026-11-27T020000Z/run.db", "x");
    scratch_write("n/2026-11-27T020000Z/run.db-wal", "x");
    begin(TWO_AT_NIGHT + 1);
    scratch_write("n/2026-11-27T020001Z/run.db", "x");
    scratch_write("n/2026-11-27T020001Z/summary.json", "x");
    nights_drop_run(&nights, "2026-11-27T020000Z");
    nights_drop_run(&nights, "2026-11-27T020001Z");
    cr_expect_not(nights_has_file(&nights, "2026-11-27T020000Z", "run.db"));
    cr_expect_not(nights_has_file(&nights, "2026-11-27T020000Z", "run.db-wal"));
    cr_expect(nights_has_file(&nights, "2026-11-27T020001Z", "run.db"));
    nights_close(&nights);
}
