#include "io/system/standard_streams.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

bool standard_streams_open(struct failure *failure)
{
    for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++) {
        if (fcntl(fd, F_GETFD) != -1)
            continue;
        /* The lowest free number is fd: those before it are in use. */
        if (open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
            return failure_set(failure, EXIT_TROUBLE, "cannot open /dev/null: %s", strerror(errno));
    }
    return true;
}

bool standard_streams_has_input(void)
{
    int flags = fcntl(STDIN_FILENO, F_GETFL);

    return flags != -1 && (flags & O_ACCMODE) != O_WRONLY;
}
