/*
 * Landlock (landlock(7)): limits which files and folders the process can open, and which TCP ports
 * it can connect to. The C library has no functions for it, and the headers of a stable system are
 * often older than its kernel, so this file names the newer constants itself.
 */
#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <linux/landlock.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/system/confine_private.h"

enum { RULE_PATH = 1, RULE_PORT = 2 };
enum { PORT_BIND = 1 << 0, PORT_CONNECT = 1 << 1 };
enum { SCOPE_SOCKETS_AND_SIGNALS = 3 };

#define FILE_TRUNCATE (UINT64_C(1) << 14)
#define FILE_IOCTL (UINT64_C(1) << 15)

static const uint64_t READ_FILE = LANDLOCK_ACCESS_FS_READ_FILE;
static const uint64_t READ_FOLDER = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR;
static const uint64_t OF_FILES = LANDLOCK_ACCESS_FS_EXECUTE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                 LANDLOCK_ACCESS_FS_READ_FILE | FILE_TRUNCATE | FILE_IOCTL;
static const uint64_t WRITE_FOLDER = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR |
                                     LANDLOCK_ACCESS_FS_WRITE_FILE | LANDLOCK_ACCESS_FS_REMOVE_DIR |
                                     LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_DIR |
                                     LANDLOCK_ACCESS_FS_MAKE_REG | FILE_TRUNCATE;

static const uint64_t WRITE_FILES = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_WRITE_FILE |
                                    LANDLOCK_ACCESS_FS_REMOVE_FILE | LANDLOCK_ACCESS_FS_MAKE_REG |
                                    FILE_TRUNCATE;
static const uint64_t MAKE_LINK = LANDLOCK_ACCESS_FS_MAKE_SYM;

/* The newest form. An older kernel accepts it if the fields it does not know are zero. */
struct ruleset_form {
    uint64_t files;
    uint64_t ports;
    uint64_t scoped;
};

struct port_form {
    uint64_t allowed;
    uint64_t port;
};

struct ruleset {
    int fd;
    uint64_t files; /* refused unless a rule allows it */
    uint64_t ports;
    int error; /* errno of the first rule that failed; 0: none */
};

/* Where OpenSSL looks for its settings and certificates; they link to each other. */
static const char *const CERTIFICATES[] = {"/etc/ssl",
                                           "/usr/lib/ssl",
                                           "/usr/share/ca-certificates",
                                           "/usr/local/share/ca-certificates",
                                           "/etc/ca-certificates",
                                           "/etc/pki",
                                           "/etc/crypto-policies"};
static const char *const CERTIFICATE_VARIABLES[] = {"SSL_CERT_FILE", "SSL_CERT_DIR",
                                                    "OPENSSL_CONF"};
static const char *const DEVICES[] = {"/dev/null", "/dev/urandom"};

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What each version of Landlock supports. */
static struct ruleset_form form_of(long version)
{
    struct ruleset_form form = {.files = LANDLOCK_ACCESS_FS_MAKE_SYM * 2 - 1};

    if (version >= 2)
        form.files |= LANDLOCK_ACCESS_FS_REFER;
    if (version >= 3)
        form.files |= FILE_TRUNCATE;
    if (version >= 4)
        form.ports = PORT_BIND | PORT_CONNECT;
    if (version >= 5)
        form.files |= FILE_IOCTL;
    if (version >= 6)
        form.scoped = SCOPE_SOCKETS_AND_SIGNALS;
    return form;
}

static void allow_open(struct ruleset *set, int fd, uint64_t access)
{
    struct stat about;

    if (fstat(fd, &about) != 0)
        return;
    if (!S_ISDIR(about.st_mode))
        access &= OF_FILES;
    struct landlock_path_beneath_attr rule = {.allowed_access = access & set->files,
                                              .parent_fd = fd};
    /* EBADFD: a pipe, for example. It is in no file system, and Landlock does not restrict it. */
    if (syscall(SYS_landlock_add_rule, set->fd, RULE_PATH, &rule, 0) != 0 && errno != EBADFD &&
        set->error == 0)
        set->error = errno;
}

/* A missing path needs no rule. */
static void allow(struct ruleset *set, const char *path, uint64_t access)
{
    int fd = path && access ? open(path, O_PATH | O_CLOEXEC) : -1;

    if (fd < 0)
        return;
    allow_open(set, fd, access);
    close(fd);
}

static void allow_port(struct ruleset *set, uint16_t port)
{
    struct port_form rule = {.allowed = PORT_CONNECT & set->ports, .port = port};

    if (rule.allowed && syscall(SYS_landlock_add_rule, set->fd, RULE_PORT, &rule, 0) != 0 &&
        set->error == 0)
        set->error = errno;
}

/* The run may remove the output folder that it made, if it stays empty. Landlock grants that on the
 * parent. */
static void allow_removing(struct ruleset *set, const char *output)
{
    char *path = strdup(output);

    if (path)
        allow(set, dirname(path), LANDLOCK_ACCESS_FS_REMOVE_DIR);
    free(path);
}

static void allow_certificates(struct ruleset *set)
{
    for (size_t i = 0; i < COUNT(CERTIFICATES); i++)
        allow(set, CERTIFICATES[i], READ_FOLDER);
    for (size_t i = 0; i < COUNT(CERTIFICATE_VARIABLES); i++)
        allow(set, getenv(CERTIFICATE_VARIABLES[i]), READ_FOLDER);
}

static void allow_plan(struct ruleset *set, const struct confine_plan *plan)
{
    if (plan->output)
        allow_open(set, plan->output_fd, WRITE_FOLDER | (plan->links ? MAKE_LINK : 0));
    if (plan->files)
        allow_open(set, plan->files_fd, WRITE_FILES);
    if (plan->output && plan->output_made)
        allow_removing(set, plan->output);
    for (unsigned i = 0; i < CONFINE_INPUTS; i++)
        for (unsigned j = 0; j < plan->inputs[i].count; j++)
            allow(set, plan->inputs[i].paths[j], READ_FILE);
    for (unsigned i = 0; i < plan->run_count; i++)
        allow(set, plan->runs[i], READ_FOLDER);
    for (size_t i = 0; i < COUNT(DEVICES); i++)
        allow(set, DEVICES[i], READ_FILE);
    if (plan->tls)
        allow_certificates(set);
    for (unsigned i = 0; i < plan->port_count; i++)
        allow_port(set, plan->ports[i]);
}

static int restrict_to(const struct confine_plan *plan, long version)
{
    struct ruleset_form form = form_of(version);

    if (plan->any_port)
        form.ports &= ~(uint64_t)PORT_CONNECT;
    struct ruleset set = {.files = form.files, .ports = form.ports};

    set.fd = (int)syscall(SYS_landlock_create_ruleset, &form, sizeof(form), 0);
    if (set.fd < 0)
        return errno;
    allow_plan(&set, plan);
    if (set.error == 0 && syscall(SYS_landlock_restrict_self, set.fd, 0) != 0)
        set.error = errno;
    close(set.fd);
    return set.error;
}

void confine_files(const struct confine_plan *plan)
{
    long version = syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    int error = version < 1 ? errno : restrict_to(plan, version);

    if (!plan->verbose)
        return;
    if (error == 0 && plan->output)
        say("confined: writes only in %s and reads only its inputs (Landlock %ld)", plan->output,
            version);
    else if (error == 0)
        say("confined: writes nothing and reads only its inputs (Landlock %ld)", version);
    else
        say("not confined to its own files: the kernel offers no Landlock: %s", strerror(error));
}
