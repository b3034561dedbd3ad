/*
 * Brings the filter of system calls from libseccomp to the kernel. libseccomp 2.5.4 corrupts the
 * heap when one of its allocations fails, so a child process makes the filter and writes it to a
 * pipe. The parent uses it only if the seal at the end says that the library reported success.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/system/confine_private.h"

enum { CHILD_TIMEOUT_S = 10 };

#define SEAL UINT32_C(0x4643524e)

/* Follows the last step in the pipe. */
struct seal {
    uint32_t mark;
    int32_t error;
};

union filter {
    struct sock_filter steps[BPF_MAXINSNS];
    char bytes[BPF_MAXINSNS * sizeof(struct sock_filter) + sizeof(struct seal)];
};

_Static_assert(sizeof(struct sock_filter) == sizeof(struct seal), "the seal is as long as a step");

/* The child must not inherit the lock of the run directory: if the parent were killed now, the
 * child would keep the next run out. */
static void close_all_but(int fd)
{
    (void)!close_range(STDERR_FILENO + 1, (unsigned)fd - 1, 0);
    (void)!close_range((unsigned)fd + 1, ~0u, 0);
}

static _Noreturn void make(const struct confine_plan *plan, pid_t process, int fd)
{
    close_all_but(fd);
    alarm(CHILD_TIMEOUT_S); /* a corrupt heap may loop for ever */
    struct seal seal = {.mark = SEAL, .error = confine_write_filter(plan, process, fd)};
    (void)!write(fd, &seal, sizeof(seal));
    _exit(0);
}

static size_t read_all(int fd, char *bytes, size_t room)
{
    size_t have = 0;
    ssize_t got;

    while (have < room &&
           ((got = read(fd, bytes + have, room - have)) > 0 || (got < 0 && errno == EINTR)))
        have += got > 0 ? (size_t)got : 0;
    return have;
}

/* The number of steps, or a negative error. */
static int steps_of(const union filter *filter, size_t length)
{
    struct seal seal = {0};

    if (length % sizeof(seal) == 0 && length >= sizeof(seal))
        memcpy(&seal, filter->bytes + length - sizeof(seal), sizeof(seal));
    if (seal.mark != SEAL)
        return -ENOMEM; /* the child died; lack of memory is the one known reason */
    int steps = (int)(length / sizeof(seal)) - 1;
    return seal.error != 0 ? seal.error : steps > 0 ? steps : -ENOMEM;
}

static int fetch(union filter *filter, const struct confine_plan *plan)
{
    int ends[2];
    pid_t process = getpid();

    if (pipe2(ends, O_CLOEXEC) != 0)
        return -errno;
    pid_t child = fork();
    int error = -errno;
    if (child == 0)
        make(plan, process, ends[1]);
    close(ends[1]);
    size_t length = child > 0 ? read_all(ends[0], filter->bytes, sizeof(filter->bytes)) : 0;
    close(ends[0]);
    while (child > 0 && waitpid(child, NULL, 0) < 0 && errno == EINTR)
        ;
    return child > 0 ? steps_of(filter, length) : error;
}

/* A filter slows the process with mitigations of speculative execution, which are for programs that
 * run untrusted code. SPEC_ALLOW turns them off; older kernels do not know the flag. */
static int load(union filter *filter, int steps)
{
    struct sock_fprog program = {.len = (unsigned short)steps, .filter = filter->steps};

    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) ==
            0 ||
        prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program) == 0)
        return 0;
    return -errno;
}

void confine_calls(const struct confine_plan *plan)
{
    union filter filter;
    int steps = fetch(&filter, plan);
    int error = steps > 0 ? load(&filter, steps) : steps;

    if (!plan->verbose)
        return;
    if (error == 0)
        say("confined: makes only the system calls that the work needs (seccomp)");
    else
        say("not confined to the system calls that the work needs: %s", strerror(-error));
}
