#include "io/run/companions.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include "tests/unit/io/run/support.h"

TestSuite(companions, .init = make_folder, .fini = remove_folder);

static const char *const SUFFIXES[] = {"", "-wal", "-journal", "-shm"};
enum { FILES = sizeof(SUFFIXES) / sizeof(SUFFIXES[0]), OTHER_USER = 65534 };

static const char *name_of_file(const char *suffix)
{
    static char names[4][96];
    static unsigned turn;
    char *name = names[turn++ % 4];
    snprintf(name, 96, "%s%s", path, suffix);
    return name;
}

/* Opening must fail with the name of this file and this text. */
static void expect_refused(enum run_mode mode, const char *suffix, const char *text)
{
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];
    snprintf(expected, sizeof(expected), "%s%s %s", path, suffix, text);
    cr_assert_null(run_file_open(path, mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_eq(strncmp(failure.text, expected, strlen(expected)), 0, "%s", failure.text);
}

static void make_link(const char *name)
{
    cr_assert_eq(symlink("/dev/zero", name), 0);
}

static void make_pipe(const char *name)
{
    cr_assert_eq(mkfifo(name, 0600), 0);
}

static void make_subfolder(const char *name)
{
    cr_assert_eq(mkdir(name, 0700), 0);
}

static void make_socket(const char *name)
{
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    int fd = socket(AF_UNIX, SOCK_STREAM, 0);
    snprintf(address.sun_path, sizeof(address.sun_path), "%s", name);
    cr_assert_eq(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
    close(fd);
}

/* A pipe without a writer would block its reader for ever. */
Test(companions, are_plain_files)
{
    static const struct {
        void (*make)(const char *name);
        const char *text;
    } kinds[] = {{make_link, "is a symbolic link"},
                 {make_pipe, "is not a file"},
                 {make_subfolder, "is not a file"},
                 {make_socket, "is not a file"}};
    for (unsigned file = 0; file < FILES; file++) {
        for (unsigned kind = 0; kind < sizeof(kinds) / sizeof(kinds[0]); kind++) {
            close_run(open_run(RUN_CREATE));
            unlink(name_of_file(SUFFIXES[file]));
            kinds[kind].make(name_of_file(SUFFIXES[file]));
            expect_refused(RUN_READ, SUFFIXES[file], kinds[kind].text);
            expect_refused(RUN_RESUME, SUFFIXES[file], kinds[kind].text);
            remove(name_of_file(SUFFIXES[file]));
            unlink(path);
        }
    }
}

Test(companions, a_file_with_a_second_name_is_not_written)
{
    char other[96];
    snprintf(other, sizeof(other), "%s/other", folder);
    close_run(open_run(RUN_CREATE));
    for (unsigned file = 0; file < FILES; file++) {
        FILE *made = fopen(name_of_file(SUFFIXES[file]), "a");
        cr_assert_not_null(made);
        fclose(made);
        cr_assert_eq(link(name_of_file(SUFFIXES[file]), other), 0);
        expect_refused(RUN_RESUME, SUFFIXES[file], "has a second name (a hard link)");
        close_run(open_run(RUN_READ));
        unlink(other);
        if (file > 0)
            unlink(name_of_file(SUFFIXES[file]));
    }
}

Test(companions, a_new_run_begins_alone)
{
    for (unsigned file = 1; file < FILES; file++) {
        FILE *made = fopen(name_of_file(SUFFIXES[file]), "w");
        cr_assert_not_null(made);
        fclose(made);
        expect_refused(RUN_CREATE, SUFFIXES[file], "is left from another run");
        cr_expect_eq(access(path, F_OK), -1);
        unlink(name_of_file(SUFFIXES[file]));
    }
}

static const char NOT_OURS[] = "was left by a run that was killed, and is not yours alone";

Test(companions, a_killed_run_in_a_folder_of_all_is_only_read)
{
    die_while_writing();
    cr_assert_eq(chmod(folder, 0777), 0);
    expect_refused(RUN_RESUME, "", NOT_OURS);
    close_run(open_run(RUN_READ));
    cr_assert_eq(chmod(folder, 0755), 0);
    close_run(open_run(RUN_RESUME));
    cr_assert_eq(chmod(folder, 0777), 0);
    close_run(open_run(RUN_RESUME)); /* it ended well: there is nothing to recover */
}

/* Root could write there, and must not recover what others may have prepared. */
Test(companions, a_killed_run_of_another_user_is_only_read)
{
    if (geteuid() != 0)
        cr_skip_test("only root can give files away");
    die_while_writing();
    static const char *const owned[] = {"", "-wal"};
    for (unsigned i = 0; i < 2; i++) {
        cr_assert_eq(chown(name_of_file(owned[i]), OTHER_USER, OTHER_USER), 0);
        expect_refused(RUN_RESUME, "", NOT_OURS);
        cr_assert_eq(chown(name_of_file(owned[i]), 0, 0), 0);
    }
    cr_assert_eq(chown(folder, OTHER_USER, OTHER_USER), 0);
    expect_refused(RUN_RESUME, "", NOT_OURS);
    close_run(open_run(RUN_READ));
    cr_assert_eq(chown(folder, 0, 0), 0);
    close_run(open_run(RUN_RESUME));
}
