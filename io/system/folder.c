#include "io/system/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SUFFIX_LENGTH = 12, NAME_TRIES = 64, LEVELS_SWEPT = 8 };

bool folder_make(const char *path, bool *made, struct failure *failure)
{
    *made = mkdir(path, FOLDER_MODE) == 0;
    if (*made || errno == EEXIST)
        return true;
    return failure_set(failure, EXIT_TROUBLE, "cannot make the folder %s: %s", path,
                       errno == ENOENT ? "the folder above it does not exist" : strerror(errno));
}

bool folder_open(struct folder *out, const char *path, struct failure *failure)
{
    *out = (struct folder){.fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC), .path = path};
    return out->fd >= 0 ||
           failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", path, strerror(errno));
}

void folder_close(struct folder *folder)
{
    if (folder->fd >= 0)
        close(folder->fd);
    folder->fd = -1;
}

bool folder_sync(const struct folder *folder)
{
    return fsync(folder->fd) == 0 || errno == EINVAL;
}

static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

bool folder_is_random_name(const char *name, const char *stem)
{
    size_t length = strlen(stem);

    if (name[0] != '.' || strncmp(name + 1, stem, length) != 0 || name[1 + length] != '.')
        return false;
    name += 1 + length + 1;
    return strlen(name) == SUFFIX_LENGTH && strspn(name, letters) == SUFFIX_LENGTH;
}

bool folder_random_name(const char *stem, char name[FOLDER_NAME_MAX])
{
    uint8_t random[SUFFIX_LENGTH];
    char suffix[SUFFIX_LENGTH + 1] = "";

    if (getrandom(random, sizeof(random), 0) != (ssize_t)sizeof(random))
        return false;
    for (unsigned i = 0; i < SUFFIX_LENGTH; i++)
        suffix[i] = letters[random[i] % 64];
    if (snprintf(name, FOLDER_NAME_MAX, ".%s.%s", stem, suffix) < FOLDER_NAME_MAX)
        return true;
    errno = ENAMETOOLONG;
    return false;
}

int folder_new_file(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
{
    int fd = -1;

    for (unsigned i = 0; i < NAME_TRIES && fd < 0; i++) {
        if (!folder_random_name(stem, name))
            break;
        fd = openat(folder->fd, name, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                    FOLDER_FILE_MODE);
        if (fd < 0 && errno != EEXIST)
            break;
    }
    return fd;
}

int folder_nameless_file(const struct folder *folder)
{
    char name[FOLDER_NAME_MAX];
    int fd = folder_new_file(folder, "spool", name);

    if (fd >= 0)
        unlinkat(folder->fd, name, 0);
    return fd;
}

/* Opens a folder that was just made, or removes it. */
static int open_made(const struct folder *folder, const char *name)
{
    int fd = openat(folder->fd, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    int error = errno;

    if (fd < 0)
        unlinkat(folder->fd, name, AT_REMOVEDIR);
    errno = error;
    return fd;
}

int folder_new_folder(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
{
    for (unsigned i = 0; i < NAME_TRIES; i++) {
        if (!folder_random_name(stem, name))
            break;
        if (mkdirat(folder->fd, name, FOLDER_MODE) == 0)
            return open_made(folder, name);
        if (errno != EEXIST)
            break;
    }
    return -1;
}

/* ---- removing ---- */

DIR *folder_entries(int parent, const char *name)
{
    int fd = openat(parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    DIR *entries = fd >= 0 ? fdopendir(fd) : NULL;

    if (fd >= 0 && !entries)
        close(fd);
    return entries;
}

bool folder_remove(int parent, const char *name, bool (*is_ours)(const char *file), unsigned levels)
{
    DIR *entries = levels > 0 ? folder_entries(parent, name) : NULL;
    const struct dirent *entry;

    if (!entries)
        return false;
    while ((entry = readdir(entries)) != NULL) {
        const char *file = entry->d_name;
        bool ours = !is_ours || is_ours(file);

        if (strcmp(file, ".") == 0 || strcmp(file, "..") == 0)
            continue;
        if (!ours || unlinkat(dirfd(entries), file, 0) != 0)
            (void)folder_remove(dirfd(entries), file, is_ours, levels - 1);
    }
    closedir(entries);
    return unlinkat(parent, name, AT_REMOVEDIR) == 0;
}

void folder_sweep(const struct folder *folder, const char *stem, bool (*is_ours)(const char *file))
{
    DIR *entries = folder_entries(folder->fd, ".");
    const struct dirent *entry;

    while (entries && (entry = readdir(entries)) != NULL) {
        if (folder_is_random_name(entry->d_name, stem) &&
            unlinkat(folder->fd, entry->d_name, 0) != 0)
            (void)folder_remove(folder->fd, entry->d_name, is_ours, LEVELS_SWEPT);
    }
    if (entries)
        closedir(entries);
}

/* ---- swapping ---- */

static bool is_there(const struct folder *folder, const char *name)
{
    struct stat status;

    return fstatat(folder->fd, name, &status, AT_SYMLINK_NOFOLLOW) == 0;
}

/* For file systems that cannot exchange two names. Undoes what it cannot finish. */
static bool swap_in_steps(const struct folder *folder, const char *fresh, const char *name)
{
    char aside[FOLDER_NAME_MAX];
    int fd = folder->fd;
    int error;

    if (!folder_random_name("aside", aside) || renameat(fd, name, fd, aside) != 0)
        return false;
    if (renameat(fd, fresh, fd, name) == 0) {
        if (renameat(fd, aside, fd, fresh) == 0)
            return true;
        error = errno;
        (void)!renameat(fd, name, fd, fresh);
    } else {
        error = errno;
    }
    (void)!renameat(fd, aside, fd, name);
    errno = error;
    return false;
}

bool folder_swap(const struct folder *folder, const char *fresh, const char *name, bool *earlier)
{
    int fd = folder->fd;

    *earlier = is_there(folder, name);
    if (!*earlier)
        return renameat(fd, fresh, fd, name) == 0;
    if (renameat2(fd, fresh, fd, name, RENAME_EXCHANGE) == 0)
        return true;
    return (errno == EINVAL || errno == ENOSYS) && swap_in_steps(folder, fresh, name);
}
