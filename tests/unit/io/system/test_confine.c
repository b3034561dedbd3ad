/* What a confined process can still do, and what not. A child process tries it, since confinement
 * cannot be undone. */
#include "io/system/confine.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/landlock.h>
#include <netinet/in.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/unit/io/scratch.h"

#ifndef FCRDNS_UNCONFINED

enum { CHILD_GOOD = 0, CHILD_BAD = 3 };

static struct confine_plan plan;
static int complaints; /* the child reports here */

static void make_plan(void)
{
    scratch_make();
    mkdir(scratch_path("out"), 0750);
    mkdir(scratch_path("elsewhere"), 0750);
    scratch_write("input.csv", "192.0.2.1\n");
    scratch_write("secret", "secret");
    scratch_write("elsewhere/file", "other");
}

TestSuite(confine, .init = make_plan, .fini = scratch_remove, .timeout = 20);

static long landlock_version(void)
{
    return syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
}

/* Runs the checks in a confined child, which names the first one that fails. */
static void confined(const char *(*checks)(void))
{
    static const char *inputs[1];
    static char output[256], input[256];
    int ends[2];
    char complaint[256] = "";

    snprintf(output, sizeof(output), "%s", scratch_path("out"));
    snprintf(input, sizeof(input), "%s", scratch_path("input.csv"));
    inputs[0] = input;
    plan.output = output;
    plan.output_fd = open(output, O_RDONLY | O_DIRECTORY);
    plan.inputs[1] = (struct confine_list){.paths = inputs, .count = 1};
    cr_assert_eq(pipe(ends), 0);
    complaints = ends[0];
    pid_t child = fork();
    cr_assert_geq(child, 0);
    if (child == 0) {
        confine(&plan);
        const char *wrong = checks();
        if (wrong)
            (void)!write(ends[1], wrong, strlen(wrong));
        _exit(wrong ? CHILD_BAD : CHILD_GOOD);
    }
    close(ends[1]);
    int status = 0;
    (void)!read(complaints, complaint, sizeof(complaint) - 1);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_expect(WIFEXITED(status) && WEXITSTATUS(status) == CHILD_GOOD, "%s (status %x)", complaint,
              status);
    close(complaints);
    close(plan.output_fd);
}

/* Did the call fail in this way? */
static bool fails(long result, int error)
{
    return result == -1 && errno == error;
}

static const char *starts_nothing(void)
{
    char name[] = "true";
    char *const arguments[] = {name, NULL};

    if (!fails(execve("/bin/true", arguments, arguments), EPERM))
        return "execve";
    if (!fails(syscall(SYS_execveat, AT_FDCWD, "/bin/true", arguments, arguments, 0), EPERM))
        return "execveat";
    if (!fails(syscall(SYS_fork), EPERM) || !fails(syscall(SYS_vfork), EPERM))
        return "fork";
    if (!fails(fork(), ENOSYS))
        return "a process by clone";
    if (!fails(ptrace(PTRACE_TRACEME, 0, NULL, NULL), EPERM))
        return "ptrace";
    if (!fails(syscall(SYS_kill, getppid(), 0), EPERM))
        return "kill";
    if (!fails(syscall(SYS_tgkill, getppid(), getppid(), 0), ENOSYS))
        return "a signal to another process";
    return NULL;
}

Test(confine, no_program_and_no_process)
{
    confined(starts_nothing);
}

/* With an owner, a descriptor sends SIGIO, or the signal of F_SETSIG, to another process. */
static const char *controls_descriptors_only(void)
{
    int udp = socket(AF_INET, SOCK_DGRAM, 0);
    int file = open(scratch_path("out/lock"), O_CREAT | O_RDWR, 0640);
    int folder = open(scratch_path("out"), O_RDONLY | O_DIRECTORY);
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_len = 1};

    if (!fails(fcntl(udp, F_SETOWN, getppid()), ENOSYS))
        return "F_SETOWN";
    if (!fails(fcntl(udp, F_SETOWN_EX, &(struct f_owner_ex){F_OWNER_PID, getppid()}), ENOSYS))
        return "F_SETOWN_EX";
    if (!fails(fcntl(udp, F_SETSIG, SIGKILL), ENOSYS))
        return "F_SETSIG";
    if (!fails(fcntl(udp, F_SETFL, O_ASYNC | O_NONBLOCK), ENOSYS))
        return "O_ASYNC";
    if (!fails(fcntl(folder, F_NOTIFY, DN_CREATE), ENOSYS) ||
        !fails(fcntl(file, F_SETLEASE, F_WRLCK), ENOSYS))
        return "signals about files";
    if (fcntl(udp, F_SETFL, O_NONBLOCK) != 0 || !(fcntl(udp, F_GETFL) & O_NONBLOCK))
        return "O_NONBLOCK";
    if (fcntl(file, F_GETLK, &lock) != 0 || fcntl(file, F_SETLK, &lock) != 0 ||
        fcntl(file, F_OFD_SETLK, &(struct flock){.l_type = F_RDLCK, .l_start = 1, .l_len = 1}) != 0)
        return "locks";
    return NULL;
}

Test(confine, no_descriptor_signals_another_process)
{
    plan.network = true;
    confined(controls_descriptors_only);
}

static const char *makes_no_code(void)
{
    if (!fails((long)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
               ENOSYS))
        return "mmap of code";
    void *page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (page == MAP_FAILED)
        return "memory";
    if (!fails(mprotect(page, 4096, PROT_READ | PROT_EXEC), ENOSYS))
        return "mprotect to code";
    return NULL;
}

Test(confine, no_memory_becomes_code)
{
    confined(makes_no_code);
}

static const char *sends_queries_only(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int tcp = socket(AF_INET6, SOCK_STREAM, 0);

    if (udp < 0 || tcp < 0)
        return "sockets for queries";
    if (!fails(bind(udp, (struct sockaddr *)&address, sizeof(address)), EPERM))
        return "bind";
    if (!fails(listen(tcp, 1), EPERM) || !fails(accept(tcp, NULL, NULL), EPERM))
        return "listen";
    if (!fails(socket(AF_UNIX, SOCK_STREAM, 0), ENOSYS))
        return "a local socket";
    if (!fails(socket(AF_NETLINK, SOCK_RAW, 0), ENOSYS) ||
        !fails(socket(AF_PACKET, SOCK_RAW, 0), ENOSYS))
        return "sockets of other families";
    return NULL;
}

Test(confine, it_sends_queries_and_does_not_listen)
{
    plan.network = true;
    confined(sends_queries_only);
}

static const char *chooses_its_ports(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int udp = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
    int tcp = socket(AF_INET, SOCK_STREAM, 0);

    if (bind(udp, (struct sockaddr *)&address, sizeof(address)) != 0)
        return "bind";
    if (!fails(listen(tcp, 1), EPERM))
        return "listen";
    return NULL;
}

Test(confine, one_that_recurses_chooses_the_ports_of_its_queries)
{
    plan.network = plan.binds = true;
    confined(chooses_its_ports);
}

static const char *has_no_network(void)
{
    if (!fails(socket(AF_INET, SOCK_DGRAM, 0), ENOSYS))
        return "a socket";
    if (!fails(connect(0, NULL, 0), ENOSYS))
        return "connect";
    return NULL;
}

Test(confine, a_report_has_no_network)
{
    confined(has_no_network);
}

static const char *connects_to_its_ports(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int tcp = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_port = htons(2);
    if (!fails(connect(tcp, (struct sockaddr *)&address, sizeof(address)), EACCES))
        return "another port";
    address.sin_port = htons(1);
    if (!fails(connect(tcp, (struct sockaddr *)&address, sizeof(address)), ECONNREFUSED))
        return "its own port";
    return NULL;
}

Test(confine, tcp_connects_only_to_the_planned_ports)
{
    if (landlock_version() < 4)
        cr_skip_test("no Landlock for ports");
    plan.network = true;
    plan.ports[0] = 1;
    plan.port_count = 1;
    confined(connects_to_its_ports);
}

static const char *connects_to_any_port(void)
{
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(2)};
    int tcp = socket(AF_INET, SOCK_STREAM, 0);

    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(tcp, (struct sockaddr *)&address, sizeof(address)) == 0 || errno != ECONNREFUSED)
        return "a port that is not planned";
    return NULL;
}

Test(confine, tcp_connects_to_any_port_if_a_run_file_says_which)
{
    plan.network = true;
    plan.any_port = true;
    confined(connects_to_any_port);
}

static const char *reads_and_writes_its_own(void)
{
    if (open(scratch_path("input.csv"), O_RDONLY) < 0)
        return "the input";
    int fd = open(scratch_path("out/new"), O_CREAT | O_EXCL | O_RDWR, 0640);
    if (fd < 0 || write(fd, "x", 1) != 1 || ftruncate(fd, 0) != 0)
        return "a file in the output";
    if (mkdir(scratch_path("out/pack"), 0750) != 0 || rmdir(scratch_path("out/pack")) != 0)
        return "a folder in the output";
    if (rename(scratch_path("out/new"), scratch_path("out/newer")) != 0 ||
        unlink(scratch_path("out/newer")) != 0)
        return "a rename in the output";
    return NULL;
}

Test(confine, its_own_files_are_usable)
{
    confined(reads_and_writes_its_own);
}

static const char *touches_nothing_else(void)
{
    static const char *const others[] = {"secret", "elsewhere/file", "elsewhere"};

    for (unsigned i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        if (!fails(open(scratch_path(others[i]), O_RDONLY), EACCES))
            return others[i];
    if (!fails(open("/etc/passwd", O_RDONLY), EACCES))
        return "/etc/passwd";
    if (!fails(open(scratch_path("input.csv"), O_WRONLY), EACCES))
        return "writing to the input";
    if (!fails(open(scratch_path("elsewhere/new"), O_CREAT | O_WRONLY, 0640), EACCES))
        return "a file elsewhere";
    if (!fails(unlink(scratch_path("secret")), EACCES))
        return "removing another file";
    if (rename(scratch_path("secret"), scratch_path("out/secret")) == 0)
        return "moving another file into the output";
    if (!fails(rmdir(scratch_path("out")), EACCES))
        return "removing a folder that was there before";
    return NULL;
}

Test(confine, other_files_are_not)
{
    if (landlock_version() < 3)
        cr_skip_test("no Landlock");
    confined(touches_nothing_else);
}

static const char *only_reads_a_run(void)
{
    if (open(scratch_path("elsewhere/file"), O_RDONLY) < 0 ||
        open(scratch_path("elsewhere"), O_RDONLY | O_DIRECTORY) < 0)
        return "reading a run";
    if (!fails(open(scratch_path("elsewhere/file"), O_RDWR), EACCES))
        return "writing to a run";
    if (truncate(scratch_path("elsewhere/file"), 0) == 0) /* refused by filter or Landlock */
        return "truncating a file of a run";
    if (!fails(open(scratch_path("elsewhere/new"), O_CREAT | O_WRONLY, 0640), EACCES))
        return "a new file in a run";
    if (!fails(unlink(scratch_path("elsewhere/file")), EACCES))
        return "deleting a file of a run";
    return NULL;
}

Test(confine, runs_are_read_and_not_written)
{
    static char run[256];
    static const char *const runs[] = {run};

    if (landlock_version() < 3)
        cr_skip_test("no Landlock");
    snprintf(run, sizeof(run), "%s", scratch_path("elsewhere"));
    plan.runs = runs;
    plan.run_count = 1;
    confined(only_reads_a_run);
}

static const char *removes_its_folder(void)
{
    return rmdir(scratch_path("out")) == 0 ? NULL : "its own empty folder";
}

Test(confine, a_folder_that_the_run_made_can_be_removed)
{
    plan.output_made = true;
    confined(removes_its_folder);
}

static const char *makes_no_set_id_file(void)
{
    int fd = open(scratch_path("out/plain"), O_CREAT | O_WRONLY, 0640);

    if (fd < 0)
        return "a plain file";
    if (!fails(fchmod(fd, 04755), ENOSYS) || !fails(chmod(scratch_path("out/plain"), 04755), EPERM))
        return "chmod";
    if (!fails(open(scratch_path("out/suid"), O_CREAT | O_WRONLY, 04755), ENOSYS))
        return "a set-user-ID file";
    if (!fails(symlink("/etc/passwd", scratch_path("out/link")), EPERM))
        return "a symbolic link";
    if (!fails(setuid(0), EPERM))
        return "setuid";
    return NULL;
}

Test(confine, no_set_user_id_file_can_be_made)
{
    confined(makes_no_set_id_file);
}

static void *in_thread(void *confined_too)
{
    *(bool *)confined_too = fails(socket(AF_UNIX, SOCK_STREAM, 0), ENOSYS);
    return NULL;
}

static const char *threads(void)
{
    pthread_t thread;
    bool confined_too = false;

    if (pthread_create(&thread, NULL, in_thread, &confined_too) != 0)
        return "a thread";
    pthread_join(thread, NULL);
    return confined_too ? NULL : "a thread that is not confined";
}

Test(confine, threads_can_be_started_and_are_confined)
{
    confined(threads);
}

/* The folder of --prometheus: files are made and replaced, nothing else. */
static const char *writes_files_there(void)
{
    int fd = open(scratch_path("elsewhere/new"), O_CREAT | O_EXCL | O_RDWR, 0640);

    if (fd < 0 || write(fd, "x", 1) != 1)
        return "a new file";
    if (rename(scratch_path("elsewhere/new"), scratch_path("elsewhere/file")) != 0)
        return "a file that replaces another";
    if (!fails(mkdir(scratch_path("elsewhere/folder"), 0750), EACCES))
        return "a folder";
    if (!fails(open(scratch_path("elsewhere"), O_RDONLY | O_DIRECTORY), EACCES))
        return "a list of the folder";
    return NULL;
}

Test(confine, a_folder_for_single_files)
{
    static char files[256];

    if (landlock_version() < 1)
        cr_skip_test("no Landlock");
    snprintf(files, sizeof(files), "%s", scratch_path("elsewhere"));
    plan.files = files;
    plan.files_fd = open(files, O_RDONLY | O_DIRECTORY);
    confined(writes_files_there);
    close(plan.files_fd);
}

/* A link that was made before gets another name; no other is made. */
static const char *renames_links(void)
{
    if (rename(scratch_path("out/.latest"), scratch_path("out/latest")) != 0)
        return "a link that gets its name";
    if (!fails(symlink("x", scratch_path("out/other")), EPERM))
        return "a new link";
    return NULL;
}

static const char *renames_no_links(void)
{
    return fails(rename(scratch_path("out/.latest"), scratch_path("out/latest")), EACCES)
               ? NULL
               : "a link that gets another name";
}

Test(confine, links_of_nights)
{
    if (landlock_version() < 1)
        cr_skip_test("no Landlock");
    cr_assert_eq(symlink("night", scratch_path("out/.latest")), 0);
    confined(renames_no_links);
    plan.links = true;
    confined(renames_links);
}

#else

Test(confine, a_build_with_sanitizers_is_not_confined)
{
    struct confine_plan plan = {.output_fd = -1};

    confine(&plan);
    cr_expect_geq(open("/etc/passwd", O_RDONLY), 0);
    cr_expect_geq(socket(AF_UNIX, SOCK_STREAM, 0), 0);
}

#endif
