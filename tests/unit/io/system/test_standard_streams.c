#include "io/system/standard_streams.h"

#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

/* Runs the checks in a child with the three descriptors closed; 0: all hold, else their number. */
static int with_all_closed(int (*checks)(void))
{
    int status = -1;
    pid_t child = fork();

    cr_assert_geq(child, 0);
    if (child == 0) {
        for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
            close(fd);
        _exit(checks());
    }
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFEXITED(status), "%x", status);
    return WEXITSTATUS(status);
}

static int occupied_checks(void)
{
    struct failure failure = {0};
    char byte = 'x';

    if (!standard_streams_open(&failure))
        return 1;
    if (open("/dev/zero", O_RDWR) <= STDERR_FILENO)
        return 2;
    if (read(STDIN_FILENO, &byte, 1) != -1 || errno != EBADF)
        return 3;
    if (write(STDOUT_FILENO, &byte, 1) != -1 || errno != EBADF)
        return 4;
    if (write(STDERR_FILENO, &byte, 1) != -1 || errno != EBADF)
        return 5;
    return standard_streams_has_input() ? 6 : 0;
}

Test(standard_streams, closed_ones_are_occupied_and_still_fail)
{
    cr_expect_eq(with_all_closed(occupied_checks), 0);
}

static int input_only_checks(void)
{
    struct failure failure = {0};

    if (open("/dev/zero", O_RDONLY) != STDIN_FILENO || !standard_streams_open(&failure))
        return 1;
    return standard_streams_has_input() ? 0 : 2;
}

Test(standard_streams, open_ones_are_left_alone)
{
    cr_expect_eq(with_all_closed(input_only_checks), 0);
}

static int unreadable_checks(void)
{
    return open("/dev/null", O_WRONLY) == STDIN_FILENO && !standard_streams_has_input() ? 0 : 1;
}

Test(standard_streams, a_standard_input_for_writing_only_is_no_input)
{
    cr_expect_eq(with_all_closed(unreadable_checks), 0);
}
