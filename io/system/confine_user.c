/*
 * root's powers. Someone who runs this from root's cron wants three things that hold: files of the
 * run belong to who owns the folder, inputs that only root can read are read, and an earlier run of
 * root goes on. So:
 *
 * - The output folder belongs to somebody else: go on as that user, whose the files then are.
 * - It belongs to root: stay root, so that the files stay root's, without any capability. That is a
 * user who owns much, but opens, kills and mounts nothing of others; Landlock takes away the rest.
 * - Where the work could not be done so (an input that only root can read, files of others in the
 * folder), all stays as it was, and -v says why.
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

/* What cannot be done as it stands: the path that stops it, or NULL. What is not there stops
 * nothing. */
static const char *obstacle(const struct confine_plan *plan)
{
    const char *stop = NULL;
    for (unsigned i = 0; i < CONFINE_INPUTS && !stop; i++)
        stop = unreadable(&plan->inputs[i]);
    if (stop)
        return stop;
    for (unsigned i = 0; i < plan->run_count; i++) {
        if (!can(plan->runs[i], R_OK | W_OK | X_OK) && errno != ENOENT)
            return plan->runs[i];
    }
    if (plan->output && !can(plan->output, R_OK | W_OK | X_OK))
        return plan->output;
    return NULL;
}

/* Does all that lies in the folder belong to the user? Else an earlier run could not be replaced or
 * gone on with. */
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

/* Tried with the effective ids, which can be taken back. */
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
        if (plan->tell)
            say("confined: goes on as user %u, who owns %s", (unsigned)owner->st_uid, plan->output);
        return;
    }
    if (changed && (setegid(0) != 0 || setgroups((size_t)count, groups) != 0) && plan->tell)
        say("the groups of root could not be taken back");
    if (plan->tell)
        say("goes on as root with all its powers: user %u, who owns %s, could not do the work (%s)",
            (unsigned)owner->st_uid, plan->output, stop ? stop : "the system refuses the change");
}

static void drop_capabilities(const struct confine_plan *plan)
{
    struct capabilities all, none;
    memset(&none, 0, sizeof(none));
    if (!get_capabilities(&all) || memcmp(&all, &none, sizeof(all)) == 0)
        return;
    struct capabilities tried = all; /* permitted still: they can be had back */
    for (unsigned i = 0; i < CAPABILITY_WORDS; i++)
        tried.words[i].effective = 0;
    const char *stop = set_capabilities(&tried) ? obstacle(plan) : NULL;
    bool dropped = !stop && set_capabilities(&none);
    if (!dropped)
        (void)set_capabilities(&all);
    if (plan->tell && dropped)
        say("confined: goes on as user %u without any capability%s", (unsigned)geteuid(),
            geteuid() != 0 ? ""
            : plan->output ? ": the folder is root's, and so its files stay"
                           : ": it writes nothing");
    else if (plan->tell)
        say("goes on with all its capabilities: without them it could not use %s",
            stop ? stop : "its files");
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
