#include "io/system/folder.h"

#include <errno.h>
#include <sys/resource.h>

#include "tests/unit/io/scratch.h"

TestSuite(folder, .init = scratch_make, .fini = scratch_remove);

static struct folder folder;

static void open_scratch(void)
{
    struct failure failure = {0};

    cr_assert(folder_open(&folder, scratch, &failure), "%s", failure.text);
}

Test(folder, a_name_is_known_by_its_stem)
{
    char name[FOLDER_NAME_MAX];

    cr_assert(folder_random_name("index.html", name));
    cr_expect(folder_is_random_name(name, "index.html"));
    cr_expect_not(folder_is_random_name(name, "index"));
    cr_expect_not(folder_is_random_name(name + 1, "index.html"));
}

Test(folder, a_swap_gives_the_earlier_file_the_fresh_name)
{
    bool earlier;

    open_scratch();
    scratch_write("fresh", "new");
    cr_assert(folder_swap(&folder, "fresh", "name", &earlier));
    cr_expect_not(earlier);
    scratch_write("fresh", "newer");
    cr_assert(folder_swap(&folder, "fresh", "name", &earlier));
    cr_expect(earlier);
    cr_expect_eq(access(scratch_path("fresh"), F_OK), 0);
    folder_close(&folder);
}

/* A folder can be made without a free descriptor, but not opened. */
Test(folder, a_new_folder_that_cannot_be_opened_is_not_left_behind)
{
    char name[FOLDER_NAME_MAX] = "";
    struct rlimit limit;

    open_scratch();
    cr_assert_eq(getrlimit(RLIMIT_NOFILE, &limit), 0);
    rlim_t before = limit.rlim_cur;
    int spare = dup(folder.fd);
    cr_assert_geq(spare, 0);
    close(spare);
    limit.rlim_cur = (rlim_t)spare;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    int fd = folder_new_folder(&folder, "handover", name);
    int error = errno;
    limit.rlim_cur = before;
    cr_assert_eq(setrlimit(RLIMIT_NOFILE, &limit), 0);
    cr_expect_eq(fd, -1);
    cr_expect_eq(error, EMFILE);
    cr_expect_str_neq(name, "");
    cr_expect_eq(access(scratch_path(name), F_OK), -1);
    folder_close(&folder);
}
