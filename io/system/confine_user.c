/*
 * The powers of root. A run from root's crontab must meet three expectations: the owner of the
 * output folder owns the new files, inputs that only root can read are read, and root can resume an
 * earlier run of root. Therefore:
 *
 * - Another user owns the output folder: the run continues as that user.
 * - Root owns it: the run stays root but drops all capabilities. It still owns root's files, but
 *   cannot touch the files and processes of others, and cannot mount. Landlock takes the rest.
 * - The work would fail that way (an input that only root can read, files of another user in the
 *   folder): nothing changes, and -v says why.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "io/system/confine_private.h"

enum { GROUPS_MAX = 64, CAPABILITY_WORDS = 2 };

struct capabilities {
    struct __user_cap_data_struct words[CAPABILITY_WORDS];
};

static struct __user_cap_header_struct this_thread(void)
{
    return (struct __user_cap_header_struct){.version = _LINUX_CAPABILITY_VERSION_3};
}

static bool get_capabilities(struct capabilities *out)
{
    struct __user_cap_header_struct who = this_thread();

    return syscall(SYS_capget, &who, out->words) == 0;
}

static bool set_capabilities(const struct capabilities *capabilities)
{
    struct __user_cap_header_struct who = this_thread();

    return syscall(SYS_capset, &who, capabilities->words) == 0;
}

static bool can(const char *path, int mode)
{
    return faccessat(AT_FDCWD, path, mode, AT_EACCESS) == 0;
}

static const char *unreadable(const struct confine_list *inputs)
{
    for (unsigned i = 0; i < inputs->count; i++) {
        if (!can(inputs->paths[i], R_OK) && errno != ENOENT && errno != ENAMETOOLONG &&
            errno != ENOTDIR)
            return inputs->paths[i];
    }
    return NULL;
}

/* The path that the current user lacks access to, or NULL. Missing paths are no obstacle. */
static const char *obstacle(const struct confine_plan *plan)
{
    const char *stop = NULL;

    for (unsigned i = 0; i < CONFINE_INPUTS && !stop; i++)
        stop = unreadable(&plan->inputs[i]);
    if (stop)
        return stop;
    for (unsigned i = 0; i < plan->run_count; i++) {
        if (!can(plan->runs[i], R_OK | X_OK) && errno != ENOENT)
            return plan->runs[i];
    }
    if (plan->output && !can(plan->output, R_OK | W_OK | X_OK))
        return plan->output;
    if (plan->files && !can(plan->files, W_OK | X_OK))
        return plan->files;
    return NULL;
}

/* Otherwise the user could not resume or replace an earlier run in the folder. */
static bool owns_all(int folder_fd, uid_t user)
{
    int fd = openat(folder_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;
    struct stat about;
    bool all = folder != NULL;

    while (all && (entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, "..") != 0)
            all = fstatat(fd, entry->d_name, &about, AT_SYMLINK_NOFOLLOW) == 0 &&
                  about.st_uid == user;
    }
    if (folder)
        closedir(folder);
    else if (fd >= 0)
        close(fd);
    return all;
}

/* Tries with the effective ids first, which can be changed back. */
static void become_owner(const struct confine_plan *plan, const struct stat *owner)
{
    gid_t groups[GROUPS_MAX];
    int count = getgroups(GROUPS_MAX, groups);
    const char *stop = plan->output;
    bool changed =
        count >= 0 && owns_all(plan->output_fd, owner->st_uid) && setgroups(0, NULL) == 0;

    if (changed && setegid(owner->st_gid) == 0 && seteuid(owner->st_uid) == 0)
        stop = obstacle(plan);
    bool back = seteuid(0) == 0;
    if (back && !stop && setresgid(owner->st_gid, owner->st_gid, owner->st_gid) == 0 &&
        setresuid(owner->st_uid, owner->st_uid, owner->st_uid) == 0) {
        if (plan->verbose)
            say("confined: continues as user %u, the owner of %s", (unsigned)owner->st_uid,
                plan->output);
        return;
    }
    if (changed && (setegid(0) != 0 || setgroups((size_t)count, groups) != 0) && plan->verbose)
        say("cannot restore the groups of root");
    if (plan->verbose)
        say("continues as root with all its powers: user %u, the owner of %s, cannot do the work "
            "(%s)",
            (unsigned)owner->st_uid, plan->output, stop ? stop : "the system refuses the change");
}

static void drop_capabilities(const struct confine_plan *plan)
{
    struct capabilities all, none;

    memset(&none, 0, sizeof(none));
    if (!get_capabilities(&all) || memcmp(&all, &none, sizeof(all)) == 0)
        return;
    struct capabilities tried = all; /* still permitted, so they can be restored */
    for (unsigned i = 0; i < CAPABILITY_WORDS; i++)
        tried.words[i].effective = 0;
    const char *stop = set_capabilities(&tried) ? obstacle(plan) : NULL;
    bool dropped = !stop && set_capabilities(&none);
    if (!dropped)
        (void)set_capabilities(&all);
    if (plan->verbose && dropped)
        say("confined: continues as user %u without capabilities%s", (unsigned)geteuid(),
            geteuid() != 0 ? ""
            : plan->output ? ": root owns the output folder"
                           : ": it writes nothing");
    else if (plan->verbose)
        say("continues with all its capabilities: it needs them for %s", stop ? stop : "its files");
}

void confine_user(const struct confine_plan *plan)
{
    struct stat folder;
    bool owned = plan->output && fstat(plan->output_fd, &folder) == 0 && folder.st_uid != 0;

    if (geteuid() == 0 && getuid() == 0 && owned)
        become_owner(plan, &folder);
    else
        drop_capabilities(plan);
}
