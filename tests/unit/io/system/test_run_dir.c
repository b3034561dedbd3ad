#include "io/system/run_dir.h"

#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/unit/io/scratch.h"

TestSuite(run_dir, .init = scratch_make, .fini = scratch_remove);

static struct run_dir dir;
static struct failure failure;

static bool is_there(const char *name)
{
    struct stat info;

    return lstat(scratch_path(name), &info) == 0;
}

static void must_open(const char *name, enum run_dir_mode mode)
{
    failure = (struct failure){0};
    cr_assert(run_dir_open(&dir, scratch_path(name), mode, &failure), "%s", failure.text);
}

static void expect_refusal(const char *name, enum run_dir_mode mode, const char *words)
{
    struct run_dir other;

    failure = (struct failure){0};
    cr_assert_not(run_dir_open(&other, scratch_path(name), mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, words), "%s", failure.text);
    run_dir_close(&other);
}

/* An earlier run: the run file, its companions, and reports. */
static void make_earlier_run(const char *folder)
{
    static const char *const names[] = {"run.db", "run.db-wal", "run.db-shm", "audit.csv",
                                        "audit.html"};
    char path[64];

    mkdir(scratch_path(folder), 0755);
    for (unsigned i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
        scratch_write(path, "earlier");
    }
}

Test(run_dir, is_made_and_named)
{
    must_open("out", RUN_DIR_NEW);
    cr_expect(dir.created);
    cr_expect_str_eq(dir.run_file, scratch_path("out/run.db"));
    cr_expect(is_there("out"));
    run_dir_close(&dir);
    cr_expect_eq(dir.lock, -1);
}

Test(run_dir, other_files_in_the_folder_do_no_harm)
{
    mkdir(scratch_path("out"), 0755);
    scratch_write("out/notes.txt", "mine");
    must_open("out", RUN_DIR_NEW);
    cr_expect_not(dir.created);
    run_dir_abandon(&dir);
    cr_expect(is_there("out/notes.txt"), "the run removes only what it made");
}

Test(run_dir, two_runs_never_share_a_folder)
{
    must_open("out", RUN_DIR_NEW);
    expect_refusal("out", RUN_DIR_NEW, "is in use by another run");
    expect_refusal("out", RUN_DIR_FORCE, "is in use by another run");
    expect_refusal("out", RUN_DIR_REPORT, "is in use by another run");
    run_dir_close(&dir);
    must_open("out", RUN_DIR_NEW);
    run_dir_close(&dir);
}

/* Two runs that begin at once. */
struct contest {
    const char *path;
    pthread_barrier_t step;
    atomic_uint winners;
    atomic_uint intact; /* winners that have their folder when the other run has ended */
};

static void *contend(void *argument)
{
    struct contest *contest = argument;
    struct run_dir own;
    struct failure why = {0};
    struct stat locked, named;

    pthread_barrier_wait(&contest->step);
    bool won = run_dir_open(&own, contest->path, RUN_DIR_NEW, &why);
    pthread_barrier_wait(&contest->step);
    if (!won)
        run_dir_close(&own);
    pthread_barrier_wait(&contest->step);
    if (!won)
        return NULL;
    contest->winners++;
    contest->intact += fstat(own.lock, &locked) == 0 && stat(contest->path, &named) == 0 &&
                       locked.st_ino == named.st_ino;
    run_dir_close(&own);
    return NULL;
}

Test(run_dir, a_run_that_is_refused_leaves_the_folder_to_the_other)
{
    enum { ROUNDS = 500 };

    for (unsigned i = 0; i < ROUNDS; i++) {
        struct contest contest = {.path = scratch_path("both")};
        pthread_t other;

        cr_assert_eq(pthread_barrier_init(&contest.step, NULL, 2), 0);
        cr_assert_eq(pthread_create(&other, NULL, contend, &contest), 0);
        (void)contend(&contest);
        cr_assert_eq(pthread_join(other, NULL), 0);
        pthread_barrier_destroy(&contest.step);
        cr_assert_eq(contest.winners, 1);
        cr_assert_eq(contest.intact, 1, "round %u", i);
        rmdir(contest.path); /* it stays if the refused run made it */
    }
}

Test(run_dir, an_earlier_run_is_refused_and_the_options_are_named)
{
    make_earlier_run("out");
    expect_refusal("out", RUN_DIR_NEW, "--resume");
    cr_expect_not_null(strstr(failure.text, "--force"), "%s", failure.text);
    cr_expect(is_there("out/run.db"));
    failure = (struct failure){0};
    cr_expect_not(run_dir_check(scratch_path("out"), RUN_DIR_NEW, &failure));
}

Test(run_dir, force_removes_the_run_and_keeps_the_reports)
{
    make_earlier_run("out");
    must_open("out", RUN_DIR_FORCE);
    cr_expect(is_there("out/run.db"), "opening changes nothing");
    cr_assert(run_dir_clear(&dir, &failure), "%s", failure.text);
    cr_expect_not(is_there("out/run.db"));
    cr_expect_not(is_there("out/run.db-wal"));
    cr_expect_not(is_there("out/run.db-shm"));
    cr_expect(is_there("out/audit.csv"));
    cr_expect(is_there("out/audit.html"));
    run_dir_close(&dir);
}

Test(run_dir, force_needs_no_earlier_run)
{
    must_open("out", RUN_DIR_FORCE);
    run_dir_close(&dir);
}

Test(run_dir, resuming_needs_a_run)
{
    mkdir(scratch_path("out"), 0755);
    expect_refusal("out", RUN_DIR_RESUME, "holds no run to resume");
    make_earlier_run("out");
    must_open("out", RUN_DIR_RESUME);
    cr_expect(is_there("out/run.db"));
    run_dir_close(&dir);
}

Test(run_dir, a_refusal_leaves_no_folder)
{
    expect_refusal("none", RUN_DIR_RESUME, "holds no run to resume");
    cr_expect_not(is_there("none"));
}

Test(run_dir, reports_may_go_anywhere)
{
    make_earlier_run("out");
    must_open("out", RUN_DIR_REPORT);
    run_dir_close(&dir);
    cr_expect(is_there("out/run.db"));
    must_open("new", RUN_DIR_REPORT);
    run_dir_close(&dir);
}

/* Writing reports of other runs: there is nothing to resume. */
Test(run_dir, reports_of_other_runs_do_not_replace_those_of_a_run)
{
    make_earlier_run("out");
    expect_refusal("out", RUN_DIR_APART,
                   "out holds another run: -o names another folder, --force replaces the reports");
    must_open("new", RUN_DIR_APART);
    run_dir_close(&dir);
}

Test(run_dir, an_empty_folder_that_the_run_made_is_removed)
{
    must_open("made", RUN_DIR_NEW);
    run_dir_close(&dir);
    cr_expect_not(is_there("made"));
    must_open("kept", RUN_DIR_NEW);
    scratch_write("kept/run.db", "a run");
    run_dir_close(&dir);
    cr_expect(is_there("kept/run.db"));
    mkdir(scratch_path("theirs"), 0755);
    must_open("theirs", RUN_DIR_NEW);
    run_dir_close(&dir);
    cr_expect(is_there("theirs"), "it was there before");
}

Test(run_dir, is_closed_to_others)
{
    struct stat info;

    umask(0);
    must_open("out", RUN_DIR_NEW);
    cr_assert_eq(stat(scratch_path("out"), &info), 0);
    cr_expect_eq(info.st_mode & 07777, 0750);
    run_dir_close(&dir);
}

Test(run_dir, a_link_is_not_followed)
{
    mkdir(scratch_path("target"), 0755);
    cr_assert_eq(symlink(scratch_path("target"), scratch_path("link")), 0);
    expect_refusal("link", RUN_DIR_NEW, "is a symbolic link: name the folder it points to");
    cr_assert_eq(symlink("nowhere", scratch_path("dangling")), 0);
    expect_refusal("dangling", RUN_DIR_NEW, "is a symbolic link");
    cr_expect_not(is_there("nowhere"));
}

Test(run_dir, a_file_is_refused)
{
    scratch_write("out", "a file");
    failure = (struct failure){0};
    cr_expect_not(run_dir_check(scratch_path("out"), RUN_DIR_NEW, &failure));
    cr_expect_not_null(strstr(failure.text, "is not a folder"), "%s", failure.text);
    expect_refusal("out", RUN_DIR_NEW, scratch);
    expect_refusal("missing/out", RUN_DIR_NEW, "missing/out: the folder above it does not exist");
}

Test(run_dir, checking_changes_nothing)
{
    failure = (struct failure){0};
    cr_expect(run_dir_check(scratch_path("out"), RUN_DIR_NEW, &failure));
    cr_expect_not(is_there("out"));
    make_earlier_run("out");
    cr_expect(run_dir_check(scratch_path("out"), RUN_DIR_FORCE, &failure));
    cr_expect(is_there("out/run.db"));
}

Test(run_dir, an_abandoned_run_leaves_nothing)
{
    must_open("out", RUN_DIR_NEW);
    scratch_write("out/run.db", "");
    run_dir_abandon(&dir);
    cr_expect_not(is_there("out"));
}

Test(run_dir, a_long_name_is_refused)
{
    char path[RUN_DIR_PATH_MAX + 1];

    memset(path, 'x', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    failure = (struct failure){0};
    cr_expect_not(run_dir_check(path, RUN_DIR_NEW, &failure));
    cr_expect_not_null(strstr(failure.text, "too long"), "%s", failure.text);
    failure = (struct failure){0};
    cr_expect_not(run_dir_open(&dir, path, RUN_DIR_NEW, &failure));
    run_dir_close(&dir);
}

Test(run_dir, one_folder_may_be_spelled_in_two_ways)
{
    char spelled[300], other[256];

    mkdir(scratch_path("out"), 0755);
    mkdir(scratch_path("other"), 0755);
    snprintf(other, sizeof(other), "%s", scratch_path("out"));
    snprintf(spelled, sizeof(spelled), "%s/../out/", other);
    cr_expect(run_dir_same(other, spelled));
    cr_expect_not(run_dir_same(other, scratch_path("other")));
    cr_expect_not(run_dir_same(other, scratch_path("nothing")));
}
