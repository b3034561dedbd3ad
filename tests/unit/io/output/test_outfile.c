#include <criterion/criterion.h>
#include <dirent.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "io/output/outfile_set.h"

static char folder[] = "/tmp/outfile-XXXXXX";
static struct folder opened; /* folder */

static void make_folder(void)
{
    struct failure failure = {0};

    cr_assert_not_null(mkdtemp(folder));
    cr_assert(folder_open(&opened, folder, &failure), "%s", failure.text);
}

static void drop_folder(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(outfile, .init = make_folder, .fini = drop_folder);

static char *path_of(const char *name)
{
    static char path[256];

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    return path;
}

static void put(const char *name, const char *text)
{
    FILE *file = fopen(path_of(name), "w");

    cr_assert_not_null(file);
    fputs(text, file);
    fclose(file);
}

static const char *get(const char *name)
{
    static char text[512];
    FILE *file = fopen(path_of(name), "r");
    size_t n;

    if (!file)
        return NULL;
    n = fread(text, 1, sizeof(text) - 1, file);
    text[n] = '\0';
    fclose(file);
    return text;
}

static unsigned entries(void)
{
    DIR *dir = opendir(folder);
    unsigned n = 0;

    while (readdir(dir))
        n++;
    closedir(dir);
    return n - 2;
}

static struct outfile *begin(const char *name)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, name, &failure);

    cr_assert_not_null(out, "%s", failure.text);
    return out;
}

Test(outfile, is_absent_until_committed_and_then_whole)
{
    struct failure failure = {0};
    struct outfile *out = begin("a.csv");

    outfile_text(out, "one,");
    outfile_number(out, 18446744073709551615u);
    outfile_char(out, ',');
    outfile_number(out, 0);
    outfile_printf(out, ",%s", "x");
    cr_assert_null(get("a.csv"));
    cr_assert(outfile_commit(out, &failure));
    cr_assert_str_eq(get("a.csv"), "one,18446744073709551615,0,x");
    cr_assert_eq(entries(), 1);
}

Test(outfile, discard_leaves_the_earlier_file_and_nothing_else)
{
    struct outfile *out;

    put("a.csv", "earlier");
    out = begin("a.csv");
    outfile_text(out, "new");
    outfile_discard(out);
    cr_assert_str_eq(get("a.csv"), "earlier");
    cr_assert_eq(entries(), 1);
    outfile_discard(NULL);
}

Test(outfile, sync_comes_before_rename)
{
    struct failure failure = {0};
    struct outfile *out = begin("a.csv");

    outfile_text(out, "new");
    cr_assert(outfile_sync(out, &failure));
    cr_assert_null(get("a.csv"));
    cr_assert(outfile_commit(out, &failure));
    cr_assert_str_eq(get("a.csv"), "new");
}

Test(outfile, mode_is_0640_less_the_umask)
{
    struct failure failure = {0};
    struct stat status;

    umask(0027);
    cr_assert(outfile_commit(begin("a"), &failure));
    cr_assert_eq(stat(path_of("a"), &status), 0);
    cr_assert_eq(status.st_mode & 07777, 0640);
    umask(0077);
    cr_assert(outfile_commit(begin("b"), &failure));
    cr_assert_eq(stat(path_of("b"), &status), 0);
    cr_assert_eq(status.st_mode & 07777, 0600);
}

/* Links, pipes and folders are neither written to nor replaced, whether they exist at the start or
 * appear later. */
static void expect_refusal(const char *name, const char *why)
{
    struct failure failure = {0};
    char wanted[256];

    snprintf(wanted, sizeof(wanted), "cannot write %s/%s: %s; remove it or choose another --output",
             folder, name, why);
    cr_assert_null(outfile_open(&opened, name, &failure));
    cr_expect_str_eq(failure.text, wanted);
    cr_expect_eq(failure.status, EXIT_TROUBLE);
}

Test(outfile, anything_but_a_regular_file_is_refused_at_once)
{
    put("precious", "keep me");
    cr_assert_eq(symlink("precious", path_of("link")), 0);
    cr_assert_eq(symlink("nowhere", path_of("dangling")), 0);
    cr_assert_eq(mkfifo(path_of("fifo"), 0600), 0);
    cr_assert_eq(mkdir(path_of("folder"), 0700), 0);
    expect_refusal("link", "it is a symbolic link");
    expect_refusal("dangling", "it is a symbolic link");
    expect_refusal("fifo", "it is not a regular file");
    expect_refusal("folder", "it is a folder");
    cr_expect_str_eq(get("precious"), "keep me");
    cr_expect_null(get("nowhere"));
    cr_expect_eq(entries(), 5);
}

Test(outfile, a_link_that_appears_later_is_not_followed)
{
    struct failure failure = {0};
    struct outfile *out = begin("a.csv");

    put("precious", "keep me");
    outfile_text(out, "report");
    cr_assert_eq(symlink("precious", path_of("a.csv")), 0);
    cr_assert_not(outfile_commit(out, &failure));
    cr_expect_not_null(strstr(failure.text, "it is a symbolic link"), "%s", failure.text);
    cr_expect_str_eq(get("precious"), "keep me");
    cr_expect_eq(entries(), 2);
}

Test(outfile, temporary_names_differ_each_time)
{
    char first[300] = "", *found;

    for (int i = 0; i < 2; i++) {
        struct outfile *out = begin("a.csv");
        DIR *dir = opendir(folder);
        struct dirent *entry;

        while ((entry = readdir(dir)) != NULL)
            if ((found = strstr(entry->d_name, ".a.csv.")) != NULL) {
                cr_expect_eq(strlen(found), strlen(".a.csv.") + 12);
                cr_expect_str_neq(found, first);
                snprintf(first, sizeof(first), "%s", found);
            }
        closedir(dir);
        outfile_discard(out);
    }
    cr_expect_str_neq(first, "");
}

Test(outfile, swapping_the_folder_redirects_nothing)
{
    struct failure failure = {0};
    struct outfile *out;
    char moved[300], other[300];

    snprintf(moved, sizeof(moved), "%s-moved", folder);
    snprintf(other, sizeof(other), "%s-other", folder);
    out = begin("a.csv");
    outfile_text(out, "report");
    cr_assert_eq(mkdir(other, 0700), 0);
    cr_assert_eq(rename(folder, moved), 0);
    cr_assert_eq(symlink(other, folder), 0);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    cr_expect_null(get("a.csv"), "nothing is written through the link");
    cr_assert_eq(unlink(folder), 0);
    cr_assert_eq(rmdir(other), 0);
    cr_assert_eq(rename(moved, folder), 0);
    cr_expect_str_eq(get("a.csv"), "report");
}

Test(outfile, a_switch_can_be_undone)
{
    struct failure failure = {0};
    struct outfile *old, *new;

    put("a", "earlier");
    old = begin("a");
    new = begin("b");
    outfile_text(old, "later");
    outfile_text(new, "new");
    cr_assert(outfile_sync(old, &failure) && outfile_sync(new, &failure));
    cr_assert(outfile_switch(old, &failure) && outfile_switch(new, &failure));
    cr_expect_str_eq(get("a"), "later");
    cr_expect_str_eq(get("b"), "new");
    outfile_discard(old);
    outfile_discard(new);
    cr_expect_str_eq(get("a"), "earlier");
    cr_expect_null(get("b"));
    cr_expect_eq(entries(), 1);
}

Test(outfile, a_settled_switch_is_final)
{
    struct failure failure = {0};
    struct outfile *out;

    put("a", "earlier");
    out = begin("a");
    outfile_text(out, "later");
    cr_assert(outfile_sync(out, &failure));
    cr_assert(outfile_switch(out, &failure));
    cr_expect_eq(entries(), 2, "the earlier file is kept until it is settled");
    outfile_settle(out);
    cr_expect_str_eq(get("a"), "later");
    cr_expect_eq(entries(), 1);
}

static struct outfile_set made_set(void)
{
    struct failure failure = {0};
    struct outfile_set set = {.folder = &opened};
    struct outfile *first = outfile_set_add(&set, begin("a"));

    put("a", "earlier");
    put("old", "earlier");
    cr_assert_not_null(outfile_set_add(&set, outfile_absent(&opened, "old", &failure)));
    cr_expect_null(outfile_set_add(&set, NULL));
    outfile_text(first, "later");
    outfile_text(outfile_set_add(&set, begin("b")), "new");
    return set;
}

Test(outfile, files_of_a_set_appear_together)
{
    struct failure failure = {0};
    struct outfile_set set = made_set();

    cr_assert(outfile_set_sync(&set, &failure), "%s", failure.text);
    cr_expect_str_eq(get("a"), "earlier");
    cr_assert(outfile_set_switch(&set, &failure), "%s", failure.text);
    outfile_set_settle(&set);
    outfile_set_discard(&set);
    cr_expect_str_eq(get("a"), "later");
    cr_expect_str_eq(get("b"), "new");
    cr_expect_null(get("old"));
    cr_expect_eq(entries(), 2);
}

/* The last one finds a folder in its place. */
Test(outfile, a_set_of_which_one_cannot_appear_changes_nothing)
{
    struct failure failure = {0};
    struct outfile_set set = made_set();

    cr_assert(outfile_set_sync(&set, &failure), "%s", failure.text);
    cr_assert_eq(mkdir(path_of("b"), 0700), 0);
    cr_assert_not(outfile_set_switch(&set, &failure));
    cr_expect(strstr(failure.text, "/b: it is a folder"), "%s", failure.text);
    outfile_set_discard(&set);
    cr_expect_str_eq(get("a"), "earlier");
    cr_expect_str_eq(get("old"), "earlier");
    cr_expect_eq(entries(), 3);
}

Test(outfile, a_folder_that_cannot_be_written_is_reported)
{
    struct failure failure = {0};
    struct folder nowhere;

    cr_assert_not(folder_open(&nowhere, "/nowhere/at/all", &failure));
    cr_assert_str_eq(failure.text, "cannot write in /nowhere/at/all: No such file or directory");
    failure = (struct failure){0};
    cr_assert_null(outfile_open(&nowhere, "a.csv", &failure));
    cr_assert_str_eq(failure.text, "cannot write /nowhere/at/all/a.csv: Bad file descriptor");
}

/* RLIMIT_FSIZE acts like a full disk: write fails in the middle of the file. */
static void limit_file_size(rlim_t bytes)
{
    struct rlimit limit = {bytes, bytes};

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &limit), 0);
}

Test(outfile, a_write_error_is_kept_and_leaves_the_earlier_file)
{
    static char block[100 * 1000];
    struct failure failure = {0};
    struct outfile *out;
    char wanted[256];

    put("a.csv", "earlier");
    limit_file_size(150 * 1000);
    out = begin("a.csv");
    for (int i = 0; i < 3; i++)
        outfile_write(out, block, sizeof(block));
    outfile_text(out, "later writes do nothing");
    cr_assert_not(outfile_sync(out, &failure));
    snprintf(wanted, sizeof(wanted), "cannot write %s/a.csv: File too large", folder);
    cr_assert_str_eq(failure.text, wanted);
    cr_assert_not(outfile_commit(out, &failure));
    cr_assert_str_eq(get("a.csv"), "earlier");
    cr_assert_eq(entries(), 1);
}

Test(outfile, a_nameless_file_is_appended_whole)
{
    struct failure failure = {0};
    struct outfile *nameless = outfile_nameless(&opened, &failure);
    struct outfile *out = begin("a");
    struct stat status;

    cr_assert_not_null(nameless);
    cr_assert_eq(entries(), 1);
    for (int i = 0; i < 50000; i++)
        outfile_text(nameless, "0123456789");
    outfile_text(out, "<");
    outfile_append(out, nameless);
    outfile_text(out, ">");
    outfile_discard(nameless);
    cr_assert(outfile_commit(out, &failure));
    cr_assert_eq(stat(path_of("a"), &status), 0);
    cr_assert_eq(status.st_size, 500002);
    cr_assert_eq(strncmp(get("a"), "<01234567890123", 15), 0);
    cr_assert_eq(entries(), 1);
}

Test(outfile, a_failed_nameless_file_fails_the_file)
{
    static char block[200 * 1000];
    struct failure failure = {0};
    struct outfile *nameless = outfile_nameless(&opened, &failure);
    struct outfile *out = begin("a");

    limit_file_size(150 * 1000);
    outfile_write(nameless, block, sizeof(block));
    outfile_append(out, nameless);
    outfile_discard(nameless);
    cr_assert_not(outfile_commit(out, &failure));
    cr_assert_eq(entries(), 0);
}

Test(outfile, text_longer_than_the_buffer)
{
    static char long_text[70 * 1000];
    struct failure failure = {0};
    struct outfile *out = begin("a");
    struct stat status;

    memset(long_text, 'x', sizeof(long_text) - 1);
    outfile_char(out, '<');
    outfile_text(out, long_text);
    outfile_printf(out, "%.60000s", long_text);
    outfile_printf(out, "%.60000s", long_text);
    cr_assert(outfile_commit(out, &failure));
    cr_assert_eq(stat(path_of("a"), &status), 0);
    cr_assert_eq(status.st_size, 1 + 69999 + 60000 + 60000);
    out = begin("b");
    outfile_printf(out, "%s", long_text);
    cr_assert_not(outfile_commit(out, &failure), "a line over 64 KiB is an error and not cut");
}

static struct outfile *begin_gzip(const char *name)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open_gzip(&opened, name, &failure);

    cr_assert_not_null(out, "%s", failure.text);
    return out;
}

Test(outfile, a_gzip_file_holds_what_was_written)
{
    static char block[100 * 1000], back[2 * sizeof(block) + 100];
    struct failure failure = {0};
    struct outfile *out = begin_gzip("a.csv.gz"), *nameless = outfile_nameless(&opened, &failure);

    gzFile file;

    memset(block, 'x', sizeof(block));
    outfile_text(out, "<");
    outfile_write(out, block, sizeof(block));
    outfile_number(out, 42);
    outfile_write(nameless, block, sizeof(block));
    outfile_append(out, nameless);
    outfile_discard(nameless);
    outfile_char(out, '>');
    cr_assert_null(get("a.csv.gz"));
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    cr_expect_eq(entries(), 1);
    file = gzopen(path_of("a.csv.gz"), "r");
    cr_assert_not_null(file);
    cr_assert_eq(gzread(file, back, sizeof(back)), 2 * sizeof(block) + 4);
    cr_expect_eq(gzclose(file), Z_OK);
    cr_expect_eq(back[0], '<');
    cr_expect(memcmp(back + 1, block, sizeof(block)) == 0);
    cr_expect(memcmp(back + 1 + sizeof(block), "42", 2) == 0);
    cr_expect(memcmp(back + 3 + sizeof(block), block, sizeof(block)) == 0);
    cr_expect_eq(back[2 * sizeof(block) + 3], '>');
}

Test(outfile, a_write_error_is_kept_in_a_gzip_file_too)
{
    struct failure failure = {0};
    struct outfile *out;
    char wanted[256];
    unsigned noise = 1;

    put("a.gz", "earlier");
    limit_file_size(150 * 1000);
    out = begin_gzip("a.gz");
    for (int i = 0; i < 400 * 1000; i++) {
        noise = noise * 1103515245u + 12345u;
        outfile_char(out, (char)(noise >> 16));
    }
    cr_assert_not(outfile_sync(out, &failure));
    snprintf(wanted, sizeof(wanted), "cannot write %s/a.gz: File too large", folder);
    cr_assert_str_eq(failure.text, wanted);
    cr_assert_not(outfile_commit(out, &failure));
    cr_assert_str_eq(get("a.gz"), "earlier");
    cr_assert_eq(entries(), 1);
}

static struct outfile *absent(const char *name)
{
    struct failure failure = {0};
    struct outfile *out = outfile_absent(&opened, name, &failure);

    cr_assert_not_null(out, "%s", failure.text);
    cr_assert(outfile_sync(out, &failure), "%s", failure.text);
    cr_assert(outfile_switch(out, &failure), "%s", failure.text);
    return out;
}

Test(outfile, an_absent_file_removes_the_earlier_one)
{
    struct outfile *out;

    put("a.csv", "earlier");
    out = absent("a.csv");
    cr_expect_null(get("a.csv"));
    cr_expect_eq(entries(), 1, "it is kept until it is settled");
    outfile_settle(out);
    cr_expect_eq(entries(), 0);
    outfile_settle(absent("a.csv"));
    cr_expect_eq(entries(), 0);
}

Test(outfile, discarding_an_absent_file_restores_the_earlier_one)
{
    put("a.csv", "earlier");
    outfile_discard(absent("a.csv"));
    cr_expect_str_eq(get("a.csv"), "earlier");
    cr_expect_eq(entries(), 1);
    outfile_discard(absent("b.csv"));
    cr_expect_eq(entries(), 1);
}

Test(outfile, an_absent_file_removes_only_regular_files)
{
    put("precious", "keep me");
    cr_assert_eq(symlink("precious", path_of("link")), 0);
    cr_assert_eq(mkdir(path_of("folder"), 0700), 0);
    outfile_settle(absent("link"));
    outfile_settle(absent("folder"));
    cr_expect_str_eq(get("link"), "keep me");
    cr_expect_eq(entries(), 3);
}

Test(outfile, a_file_of_a_new_folder_has_its_name_at_once)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open_new(&opened, "a.csv", &failure);

    cr_assert_not_null(out, "%s", failure.text);
    cr_assert_str_eq(get("a.csv"), "");
    outfile_text(out, "one");
    outfile_printf(out, ",%d", 2);
    cr_assert_eq(outfile_size(out), 5);
    cr_assert(outfile_close(out, &failure), "%s", failure.text);
    cr_assert_str_eq(get("a.csv"), "one,2");
    cr_assert_null(outfile_open_new(&opened, "a.csv", &failure), "it replaces nothing");
    cr_assert_not_null(strstr(failure.text, "a.csv: File exists"), "%s", failure.text);
    cr_assert_eq(entries(), 1);
}

Test(outfile, a_full_disk_is_reported_at_the_end_of_a_new_file)
{
    struct failure failure = {0};
    struct rlimit none = {0, RLIM_INFINITY};
    struct outfile *out = outfile_open_new(&opened, "a.csv", &failure);

    signal(SIGXFSZ, SIG_IGN);
    cr_assert_eq(setrlimit(RLIMIT_FSIZE, &none), 0);
    outfile_text(out, "one");
    cr_assert_not(outfile_close(out, &failure));
    cr_assert_not_null(strstr(failure.text, "File too large"), "%s", failure.text);
}
