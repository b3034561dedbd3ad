#include "io/outfolder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    NAMES_TRIED = 1000,
    FOLDER_MODE = 0750,
    FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
};

struct outfolder {
    bool made;         /* the temporary folder exists */
    char *path;        /* final */
    char *temp;        /* temporary path; its beginning until that is made */
    char *kept;        /* where an earlier folder goes that holds more than ours */
    char *inner;       /* of the folder added last */
    const char *about; /* directory, for its fsync */
    bool (*is_ours)(const char *file);
};

static bool write_failure(const struct outfolder *folder, int error, struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "cannot write %s: %s", folder->path, strerror(error));
}

static char *joined(const char *head, const char *middle, const char *tail)
{
    char *text;

    return asprintf(&text, "%s%s%s", head, middle, tail) < 0 ? NULL : text;
}

static void outfolder_free(struct outfolder *folder)
{
    free(folder->path);
    free(folder->temp);
    free(folder->kept);
    free(folder->inner);
    free(folder);
}

/* Found out now, since the rename comes when other reports are replaced already. */
static bool place_is_free(const struct outfolder *folder, struct failure *failure)
{
    struct stat status;

    if (lstat(folder->path, &status) == 0 && !S_ISDIR(status.st_mode))
        return write_failure(folder, ENOTDIR, failure);
    return true;
}

struct outfolder *outfolder_open(const char *directory, const char *name, bool (*is_ours)(const char *file),
                                 struct failure *failure)
{
    struct outfolder *folder = calloc(1, sizeof *folder);

    if (!folder) {
        failure_set(failure, EXIT_TROUBLE, "cannot write in %s: out of memory", directory);
        return NULL;
    }
    folder->about = directory;
    folder->is_ours = is_ours;
    folder->path = joined(directory, "/", name);
    folder->temp = joined(directory, "/.", name);
    folder->kept = joined(directory, "/", name);
    if (!folder->path || !folder->temp || !folder->kept) {
        failure_set(failure, EXIT_TROUBLE, "cannot write in %s: out of memory", directory);
        outfolder_free(folder);
        return NULL;
    }
    if (!place_is_free(folder, failure)) {
        outfolder_free(folder);
        return NULL;
    }
    return folder;
}

/* Replaces *path by that of a new folder beside: the name, the ending, and a number that is free. */
static bool make_beside(char **path, const char *ending)
{
    char *name = NULL;
    bool made = false;

    for (unsigned i = 1; i <= NAMES_TRIED && !made; i++) {
        free(name);
        if (asprintf(&name, "%s%s.%u", *path, ending, i) < 0)
            return false;
        made = mkdir(name, FOLDER_MODE) == 0;
        if (!made && errno != EEXIST)
            break;
    }
    if (made) {
        free(*path);
        *path = name;
    } else {
        int error = errno;
        free(name);
        errno = error;
    }
    return made;
}

const char *outfolder_path(struct outfolder *folder, struct failure *failure)
{
    if (!folder->made && !make_beside(&folder->temp, "")) {
        write_failure(folder, errno, failure);
        return NULL;
    }
    folder->made = true;
    return folder->temp;
}

const char *outfolder_add(struct outfolder *folder, const char *name, struct failure *failure)
{
    if (!outfolder_path(folder, failure))
        return NULL;
    free(folder->inner);
    folder->inner = joined(folder->temp, "/", name);
    if (!folder->inner || mkdir(folder->inner, FOLDER_MODE) != 0) {
        write_failure(folder, folder->inner ? errno : ENOMEM, failure);
        return NULL;
    }
    return folder->inner;
}

/* File systems that cannot do it say EINVAL. */
static bool sync_path(const char *path)
{
    int fd = open(path, FOLDER_FLAGS & ~O_NOFOLLOW);
    bool good = fd >= 0 && (fsync(fd) == 0 || errno == EINVAL);

    if (fd >= 0)
        close(fd);
    return good;
}

bool outfolder_sync(struct outfolder *folder, struct failure *failure)
{
    return !folder->made || sync_path(folder->temp) || write_failure(folder, errno, failure);
}

/* Only what `is_ours` knows, or all of it where that is NULL; folders that are empty then go as well. */
static void remove_in(int parent, const char *name, bool (*is_ours)(const char *file), unsigned levels)
{
    int fd = openat(parent, name, FOLDER_FLAGS);
    DIR *folder = fd >= 0 ? fdopendir(fd) : NULL;
    struct dirent *entry;

    if (!folder) {
        if (fd >= 0)
            close(fd);
        return;
    }
    while ((entry = readdir(folder)) != NULL) {
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
            continue;
        if (!is_ours || is_ours(entry->d_name))
            unlinkat(fd, entry->d_name, 0);
        if (levels > 1)
            remove_in(fd, entry->d_name, is_ours, levels - 1);
    }
    closedir(folder);
    unlinkat(parent, name, AT_REMOVEDIR);
}

/* The earlier folder lies under the temporary name now. */
static void remove_earlier(struct outfolder *folder)
{
    remove_in(AT_FDCWD, folder->temp, folder->is_ours, 2);
    /* rename takes the place of the empty folder made for it */
    if (access(folder->temp, F_OK) == 0 && make_beside(&folder->kept, "-kept"))
        (void)!rename(folder->temp, folder->kept);
}

/* In one step where the file system can do it; else there is a moment without the folder. */
static bool exchange(const struct outfolder *folder)
{
    char *aside = folder->temp;
    bool good;

    if (renameat2(AT_FDCWD, folder->temp, AT_FDCWD, folder->path, RENAME_EXCHANGE) == 0)
        return true;
    if (errno != EINVAL && errno != ENOSYS)
        return false;
    aside = joined(folder->temp, "", "-earlier");
    good = aside && rename(folder->path, aside) == 0;
    if (good && rename(folder->temp, folder->path) != 0) {
        int error = errno;
        (void)!rename(aside, folder->path);
        errno = error;
        good = false;
    }
    good = good && rename(aside, folder->temp) == 0;
    free(aside);
    return good;
}

static bool put_in_place(struct outfolder *folder)
{
    bool earlier = access(folder->path, F_OK) == 0;

    if (!folder->made && !earlier)
        return true;
    if (!folder->made) { /* an empty one under the temporary name, which the earlier one replaces */
        folder->made = make_beside(&folder->temp, "");
        return folder->made && rename(folder->path, folder->temp) == 0;
    }
    if (earlier)
        return exchange(folder);
    folder->made = rename(folder->temp, folder->path) != 0;
    return !folder->made;
}

bool outfolder_commit(struct outfolder *folder, struct failure *failure)
{
    bool good = put_in_place(folder);

    if (good && folder->made) {
        remove_earlier(folder);
        folder->made = false;
    }
    good = (good && sync_path(folder->about)) || write_failure(folder, errno, failure);
    outfolder_discard(folder);
    return good;
}

void outfolder_discard(struct outfolder *folder)
{
    if (!folder)
        return;
    if (folder->made)
        remove_in(AT_FDCWD, folder->temp, NULL, 2);
    outfolder_free(folder);
}
