/*
 * The filter of system calls. Dangerous calls fail with EPERM. Every other call that is not listed
 * fails with ENOSYS, as on a kernel that lacks it, so a library that tries a newer call falls back
 * on an older one. Killing the process would stop an attack no better, and a harmless change in a
 * library would cost a whole night's run.
 */
#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <seccomp.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/system/confine_private.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const int ALLOWED[] = {
    /* files and folders */
    SCMP_SYS(read), SCMP_SYS(pread64), SCMP_SYS(readv), SCMP_SYS(preadv), SCMP_SYS(write),
    SCMP_SYS(pwrite64), SCMP_SYS(writev), SCMP_SYS(pwritev), SCMP_SYS(lseek), SCMP_SYS(_llseek),
    SCMP_SYS(close), SCMP_SYS(close_range), SCMP_SYS(stat), SCMP_SYS(stat64), SCMP_SYS(lstat),
    SCMP_SYS(lstat64), SCMP_SYS(fstat), SCMP_SYS(fstat64), SCMP_SYS(newfstatat),
    SCMP_SYS(fstatat64), SCMP_SYS(statx), SCMP_SYS(statfs), SCMP_SYS(fstatfs), SCMP_SYS(access),
    SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getcwd), SCMP_SYS(getdents), SCMP_SYS(getdents64), SCMP_SYS(flock), SCMP_SYS(fsync),
    SCMP_SYS(syncfs), SCMP_SYS(fdatasync), SCMP_SYS(ftruncate), SCMP_SYS(ftruncate64),
    SCMP_SYS(fallocate), SCMP_SYS(fchown), SCMP_SYS(rename), SCMP_SYS(renameat),
    SCMP_SYS(renameat2), SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat),
    SCMP_SYS(rmdir), SCMP_SYS(umask),
    /* memory */
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(brk), SCMP_SYS(mincore),
    /* threads and signals */
    SCMP_SYS(futex), SCMP_SYS(futex_time64), SCMP_SYS(set_robust_list), SCMP_SYS(set_tid_address),
    SCMP_SYS(rseq), SCMP_SYS(membarrier), SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity),
    SCMP_SYS(getcpu), SCMP_SYS(exit), SCMP_SYS(exit_group), SCMP_SYS(gettid), SCMP_SYS(getpid),
    SCMP_SYS(getppid), SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn),
    SCMP_SYS(sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(restart_syscall),
    /* time, limits, who we are */
    SCMP_SYS(nanosleep), SCMP_SYS(clock_nanosleep), SCMP_SYS(clock_gettime),
    SCMP_SYS(clock_gettime64), SCMP_SYS(clock_getres), SCMP_SYS(gettimeofday), SCMP_SYS(time),
    SCMP_SYS(getrlimit), SCMP_SYS(ugetrlimit), SCMP_SYS(getrusage), SCMP_SYS(sysinfo),
    SCMP_SYS(uname), SCMP_SYS(getrandom), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid),
    SCMP_SYS(getegid), SCMP_SYS(getuid32), SCMP_SYS(geteuid32), SCMP_SYS(getgid32),
    SCMP_SYS(getegid32), SCMP_SYS(getresuid), SCMP_SYS(getresgid),
    /* waiting */
    SCMP_SYS(poll), SCMP_SYS(ppoll), SCMP_SYS(ppoll_time64), SCMP_SYS(select), SCMP_SYS(_newselect),
    SCMP_SYS(pselect6), SCMP_SYS(epoll_create1), SCMP_SYS(epoll_ctl), SCMP_SYS(epoll_wait),
    SCMP_SYS(epoll_pwait), SCMP_SYS(epoll_pwait2), SCMP_SYS(eventfd2), SCMP_SYS(pipe2)};

/* For DNS queries. socket(2) has rows in NARROW. */
static const int NETWORK[] = {SCMP_SYS(connect),     SCMP_SYS(sendto),      SCMP_SYS(sendmsg),
                              SCMP_SYS(sendmmsg),    SCMP_SYS(recvfrom),    SCMP_SYS(recvmsg),
                              SCMP_SYS(recvmmsg),    SCMP_SYS(getsockopt),  SCMP_SYS(setsockopt),
                              SCMP_SYS(getsockname), SCMP_SYS(getpeername), SCMP_SYS(shutdown)};

static const int FORBIDDEN[] = {SCMP_SYS(execve),
                                SCMP_SYS(execveat),
                                SCMP_SYS(fork),
                                SCMP_SYS(vfork),
                                SCMP_SYS(ptrace),
                                SCMP_SYS(process_vm_readv),
                                SCMP_SYS(process_vm_writev),
                                SCMP_SYS(pidfd_getfd),
                                SCMP_SYS(kill),
                                SCMP_SYS(tkill),
                                SCMP_SYS(listen),
                                SCMP_SYS(accept),
                                SCMP_SYS(accept4),
                                SCMP_SYS(socketpair),
                                SCMP_SYS(setuid),
                                SCMP_SYS(setresuid),
                                SCMP_SYS(setgid),
                                SCMP_SYS(setresgid),
                                SCMP_SYS(setgroups),
                                SCMP_SYS(capset),
                                SCMP_SYS(mount),
                                SCMP_SYS(umount2),
                                SCMP_SYS(unshare),
                                SCMP_SYS(setns),
                                SCMP_SYS(chroot),
                                SCMP_SYS(pivot_root),
                                SCMP_SYS(chmod),
                                SCMP_SYS(fchmodat),
                                SCMP_SYS(chown),
                                SCMP_SYS(lchown),
                                SCMP_SYS(fchownat),
                                SCMP_SYS(link),
                                SCMP_SYS(linkat),
                                SCMP_SYS(symlink),
                                SCMP_SYS(symlinkat),
                                SCMP_SYS(mknod),
                                SCMP_SYS(mknodat),
                                SCMP_SYS(truncate),
                                SCMP_SYS(bpf),
                                SCMP_SYS(perf_event_open),
                                SCMP_SYS(io_uring_setup),
                                SCMP_SYS(userfaultfd),
                                SCMP_SYS(keyctl),
                                SCMP_SYS(add_key),
                                SCMP_SYS(init_module),
                                SCMP_SYS(finit_module),
                                SCMP_SYS(kexec_load)};

/* A call that is allowed only if (argument & mask) == value. */
struct narrow {
    int call;
    unsigned argument;
    uint64_t mask;
    uint64_t value;
    bool network; /* only in runs that send queries */
};

/* A set-user-ID program would be a way around the filter. */
enum { SETS_ID = S_ISUID | S_ISGID };

static const struct narrow NARROW[] = {
    {SCMP_SYS(socket), 0, UINT32_MAX, AF_INET, true},
    {SCMP_SYS(socket), 0, UINT32_MAX, AF_INET6, true},
    {SCMP_SYS(open), 2, SETS_ID, 0, false},
    {SCMP_SYS(openat), 3, SETS_ID, 0, false},
    {SCMP_SYS(fchmod), 1, SETS_ID, 0, false},
    {SCMP_SYS(mmap), 2, PROT_EXEC, 0, false},
    {SCMP_SYS(mmap2), 2, PROT_EXEC, 0, false},
    {SCMP_SYS(mprotect), 2, PROT_EXEC, 0, false},
    {SCMP_SYS(clone), 0, CLONE_THREAD, CLONE_THREAD, false},
    {SCMP_SYS(prlimit64), 0, UINT32_MAX, 0, false}, /* this process */
    {SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_NAME, false},
    {SCMP_SYS(prctl), 0, UINT32_MAX, PR_SET_VMA, false}, /* glibc names its mappings */
    {SCMP_SYS(ioctl), 1, UINT32_MAX, TCGETS, false},
    {SCMP_SYS(ioctl), 1, UINT32_MAX, TIOCGWINSZ, false},
    {SCMP_SYS(ioctl), 1, UINT32_MAX, FIONREAD, false},
    {SCMP_SYS(ioctl), 1, UINT32_MAX, FIONBIO, false}};

/* The commands of fcntl(2) in use: by this program, SQLite (locks) and getdns. Others could make a
 * descriptor signal another process (F_SETOWN, F_SETSIG, F_SETLEASE, F_NOTIFY). F_SETFL has a rule
 * of its own. */
static const int FCNTL_COMMANDS[] = {F_GETFD, F_SETFD,   F_GETFL,   F_GETLK,
                                     F_SETLK, F_GETLK64, F_SETLK64, F_OFD_SETLK};

/* Keeps the first error of libseccomp in *error. */
static void add(int *error, scmp_filter_ctx filter, uint32_t action, int call, unsigned count,
                const struct scmp_arg_cmp *arguments)
{
    if (*error != 0)
        return;
    *error = seccomp_rule_add_array(filter, action, call, count, arguments);
    /* -EDOM: this machine has no such call. -EACCES: the action is already the default. */
    if (*error == -EDOM || *error == -EACCES)
        *error = 0;
}

static void add_list(int *error, scmp_filter_ctx filter, uint32_t action, const int *calls,
                     size_t count)
{
    for (size_t i = 0; i < count; i++)
        add(error, filter, action, calls[i], 0, NULL);
}

static void add_fcntl(int *error, scmp_filter_ctx filter, int call)
{
    struct scmp_arg_cmp set_flags[] = {SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, F_SETFL),
                                       SCMP_CMP(2, SCMP_CMP_MASKED_EQ, O_ASYNC, 0)};

    for (size_t i = 0; i < COUNT(FCNTL_COMMANDS); i++) {
        struct scmp_arg_cmp command =
            SCMP_CMP(1, SCMP_CMP_MASKED_EQ, UINT32_MAX, (uint64_t)FCNTL_COMMANDS[i]);

        add(error, filter, SCMP_ACT_ALLOW, call, 1, &command);
    }
    add(error, filter, SCMP_ACT_ALLOW, call, COUNT(set_flags), set_flags);
}

static void add_narrow(int *error, scmp_filter_ctx filter, bool network, pid_t process)
{
    for (size_t i = 0; i < COUNT(NARROW); i++) {
        const struct narrow *row = &NARROW[i];
        struct scmp_arg_cmp argument =
            SCMP_CMP(row->argument, SCMP_CMP_MASKED_EQ, row->mask, row->value);

        if (network || !row->network)
            add(error, filter, SCMP_ACT_ALLOW, row->call, 1, &argument);
    }
    add_fcntl(error, filter, SCMP_SYS(fcntl));
    add_fcntl(error, filter, SCMP_SYS(fcntl64));
    /* A failed assertion sends a signal to a thread of its own process. */
    struct scmp_arg_cmp ourselves = {.arg = 0, .op = SCMP_CMP_EQ, .datum_a = (uint64_t)process};
    add(error, filter, SCMP_ACT_ALLOW, SCMP_SYS(tgkill), 1, &ourselves);
}

static int export(scmp_filter_ctx filter, const struct confine_plan *plan, pid_t process, int fd)
{
    int error = 0;
    uint32_t bind = plan->binds ? SCMP_ACT_ALLOW : SCMP_ACT_ERRNO(EPERM);

    add_list(&error, filter, SCMP_ACT_ALLOW, ALLOWED, COUNT(ALLOWED));
    if (plan->network)
        add_list(&error, filter, SCMP_ACT_ALLOW, NETWORK, COUNT(NETWORK));
    add_list(&error, filter, SCMP_ACT_ERRNO(EPERM), FORBIDDEN, COUNT(FORBIDDEN));
    add(&error, filter, bind, SCMP_SYS(bind), 0, NULL);
    add_narrow(&error, filter, plan->network, process);
    /* Compares in a tree instead of a list; libraries before 2.5 refuse, which is harmless. */
    (void)seccomp_attr_set(filter, SCMP_FLTATR_CTL_OPTIMIZE, 2);
    return error != 0 ? error : seccomp_export_bpf(filter, fd);
}

int confine_write_filter(const struct confine_plan *plan, pid_t process, int fd)
{
    errno = 0;
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(ENOSYS));
    int error = filter ? export(filter, plan, process, fd) : -ENOMEM;
    /* The library can lose rules without an error. */
    if (error == 0 && errno == ENOMEM)
        error = -ENOMEM;
    if (filter)
        seccomp_release(filter);
    return error;
}
