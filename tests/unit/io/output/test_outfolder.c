#include <criterion/criterion.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output/outfolder.h"

static char base[] = "/tmp/outfolder-XXXXXX";
static struct folder opened; /* base */

static void make_base(void)
{
    struct failure failure = {0};

    cr_assert_not_null(mkdtemp(base));
    cr_assert(folder_open(&opened, base, &failure), "%s", failure.text);
}

static void drop_base(void)
{
    char command[64];

    snprintf(command, sizeof(command), "rm -rf %s", base);
    cr_assert_eq(system(command), 0);
}

TestSuite(outfolder, .init = make_base, .fini = drop_base);

static bool is_ours(const char *file)
{
    return strcmp(file, "ours") == 0;
}

static void put(const char *folder, const char *name)
{
    char path[256];
    FILE *file;

    snprintf(path, sizeof(path), "%s/%s", folder, name);
    file = fopen(path, "w");
    cr_assert_not_null(file);
    fclose(file);
}

static void put_at(const struct folder *folder, const char *name)
{
    cr_assert_not_null(folder);
    int fd = openat(folder->fd, name, O_CREAT | O_EXCL | O_WRONLY, 0600);
    cr_assert_geq(fd, 0);
    close(fd);
}

static bool there(const char *name)
{
    char path[256];
    struct stat status;

    snprintf(path, sizeof(path), "%s/%s", base, name);
    return lstat(path, &status) == 0;
}

/* Entries of the base, including hidden ones. */
static unsigned entries(void)
{
    char command[64];
    unsigned count = 0;
    FILE *pipe;

    snprintf(command, sizeof(command), "ls -A %s | wc -l", base);
    pipe = popen(command, "r");
    cr_assert_eq(fscanf(pipe, "%u", &count), 1);
    pclose(pipe);
    return count;
}

static struct outfolder *open_folder(void)
{
    struct failure failure = {0};
    struct outfolder *folder = outfolder_open(&opened, "pack", is_ours, &failure);

    cr_assert_not_null(folder, "%s", failure.text);
    return folder;
}

static void commit(struct outfolder *folder)
{
    struct failure failure = {0};

    cr_assert(outfolder_sync(folder, &failure), "%s", failure.text);
    cr_assert(outfolder_switch(folder, &failure), "%s", failure.text);
    outfolder_settle(folder);
}

static struct outfolder *filled(const char *inner)
{
    struct failure failure = {0};
    struct outfolder *folder = open_folder();

    put_at(outfolder_folder(folder, &failure), "ours");
    put_at(outfolder_add(folder, inner, &failure), "ours");
    return folder;
}

Test(outfolder, appears_at_commit)
{
    struct outfolder *folder = filled("a");

    cr_assert_not(there("pack"));
    commit(folder);
    cr_assert(there("pack/ours"));
    cr_assert(there("pack/a/ours"));
    cr_assert_eq(entries(), 1);
}

Test(outfolder, replaces_the_earlier_one)
{
    commit(filled("a"));
    commit(filled("b"));
    cr_assert_not(there("pack/a"));
    cr_assert(there("pack/b/ours"));
    cr_assert_eq(entries(), 1);
}

Test(outfolder, discard_leaves_the_earlier_one)
{
    commit(filled("a"));
    outfolder_discard(filled("b"));
    outfolder_discard(open_folder());
    outfolder_discard(NULL);
    cr_assert(there("pack/a/ours"));
    cr_assert_eq(entries(), 1);
}

static void switch_only(struct outfolder *folder)
{
    struct failure failure = {0};

    cr_assert(outfolder_sync(folder, &failure), "%s", failure.text);
    cr_assert(outfolder_switch(folder, &failure), "%s", failure.text);
}

Test(outfolder, a_switch_can_be_undone)
{
    struct outfolder *folder = filled("a");

    switch_only(folder);
    cr_expect(there("pack/a/ours"));
    outfolder_discard(folder);
    cr_expect_not(there("pack"));
    cr_expect_eq(entries(), 0);
    commit(filled("a"));
    folder = filled("b");
    switch_only(folder);
    cr_expect(there("pack/b/ours"));
    outfolder_discard(folder);
    cr_expect(there("pack/a/ours"));
    cr_expect_not(there("pack/b"));
    folder = open_folder();
    switch_only(folder);
    cr_expect_not(there("pack"));
    outfolder_discard(folder);
    cr_expect(there("pack/a/ours"));
    cr_expect_eq(entries(), 1);
}

Test(outfolder, an_unused_folder_removes_the_earlier_one)
{
    commit(open_folder());
    cr_assert_eq(entries(), 0);
    commit(filled("a"));
    commit(open_folder());
    cr_assert_eq(entries(), 0);
}

Test(outfolder, keeps_files_of_others)
{
    char path[64];

    commit(filled("a"));
    snprintf(path, sizeof(path), "%s/pack/a", base);
    put(path, "notes");
    commit(filled("b"));
    cr_assert(there("pack/b/ours"));
    cr_assert(there("pack-kept.1/a/notes"));
    cr_assert_not(there("pack-kept.1/a/ours"));
    cr_assert_not(there("pack-kept.1/ours"));
    cr_assert_eq(entries(), 2);
    snprintf(path, sizeof(path), "%s/pack", base);
    put(path, "notes");
    commit(open_folder());
    cr_assert(there("pack-kept.2/notes"));
    cr_assert_eq(entries(), 2);
}

static bool leaves(const char *name, const char *temporary)
{
    return renameat(opened.fd, name, opened.fd, temporary) == 0;
}

/* Killed after the switch, a process leaves the earlier folder, perhaps with notes in it. */
Test(outfolder, removes_what_a_killed_process_left)
{
    char path[64];

    commit(filled("a"));
    cr_assert(leaves("pack", ".pack.AAAAAAAAAAAA"));
    commit(filled("b"));
    cr_assert_eq(entries(), 1);
    cr_assert(leaves("pack", ".pack.AAAAAAAAAAAA"));
    snprintf(path, sizeof(path), "%s/.pack.AAAAAAAAAAAA", base);
    put(path, "notes");
    commit(filled("c"));
    cr_assert(there(".pack.AAAAAAAAAAAA/notes"));
    cr_assert_not(there(".pack.AAAAAAAAAAAA/b"));
}

Test(outfolder, does_not_follow_links)
{
    char target[64], link[64];

    snprintf(target, sizeof(target), "%s/other", base);
    snprintf(link, sizeof(link), "%s/pack/link", base);
    cr_assert_eq(mkdir(target, 0700), 0);
    put(target, "ours");
    commit(filled("a"));
    cr_assert_eq(symlink(target, link), 0);
    commit(filled("b"));
    cr_assert(there("other/ours"));
    cr_assert(there("pack-kept.1/link"));
}

Test(outfolder, refuses_a_name_that_a_file_has)
{
    struct failure failure = {0};

    put(base, "pack");
    cr_assert_null(outfolder_open(&opened, "pack", is_ours, &failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_not_null(strstr(failure.text, "/pack: Not a directory"), "%s", failure.text);
}

Test(outfolder, leftovers_of_a_killed_run_do_no_harm)
{
    char path[64];

    snprintf(path, sizeof(path), "%s/.pack.1", base);
    cr_assert_eq(mkdir(path, 0700), 0);
    commit(filled("a"));
    cr_assert(there("pack/a/ours"));
}

Test(outfolder, has_three_levels)
{
    struct failure failure = {0};
    struct outfolder *out = outfolder_open(&opened, "pack", is_ours, &failure);

    put_at(outfolder_add(out, "one", &failure), "ours");
    put_at(outfolder_add_inner(out, "inner", &failure), "ours");
    put_at(outfolder_add(out, "two", &failure), "ours");
    put_at(outfolder_add_inner(out, "inner", &failure), "ours");
    cr_assert(outfolder_sync(out, &failure), "%s", failure.text);
    cr_assert(outfolder_switch(out, &failure), "%s", failure.text);
    outfolder_settle(out);
    cr_assert(there("pack/one/inner/ours"));
    cr_assert(there("pack/two/inner/ours"));
    out = outfolder_open(&opened, "pack", is_ours, &failure);
    cr_assert(outfolder_switch(out, &failure), "%s", failure.text);
    outfolder_settle(out);
    cr_assert_not(there("pack"), "the earlier folder is removed with all its levels");
}

Test(outfolder, an_inner_folder_that_cannot_be_made_is_a_failure)
{
    struct failure failure = {0};
    struct outfolder *out = outfolder_open(&opened, "pack", is_ours, &failure);

    put_at(outfolder_add(out, "one", &failure), "inner");
    cr_assert_null(outfolder_add_inner(out, "inner", &failure));
    cr_assert_not_null(strstr(failure.text, "File exists"), "%s", failure.text);
    outfolder_discard(out);
}
