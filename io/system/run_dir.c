#include "io/system/run_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/system/folder.h"

static bool run_file_path(char out[RUN_DIR_PATH_MAX], const char *path, const char *suffix,
                          struct failure *failure)
{
    int length = snprintf(out, RUN_DIR_PATH_MAX, "%s/%s%s", path, RUN_FILE_NAME, suffix);

    if (length >= RUN_DIR_PATH_MAX)
        return failure_set(failure, EXIT_TROUBLE, "the name of the run directory is too long");
    return true;
}

bool run_dir_same(const char *path, const char *other)
{
    struct stat a, b;

    return stat(path, &a) == 0 && stat(other, &b) == 0 && a.st_dev == b.st_dev &&
           a.st_ino == b.st_ino;
}

bool run_dir_holds_run(const char *path)
{
    char file[RUN_DIR_PATH_MAX];
    struct failure ignored = {0};
    struct stat info;

    return run_file_path(file, path, "", &ignored) && lstat(file, &info) == 0;
}

bool run_dir_check(const char *path, enum run_dir_mode mode, struct failure *failure)
{
    char longest[RUN_DIR_PATH_MAX];

    if (!run_file_path(longest, path, JOURNAL_SUFFIX, failure))
        return false;
    struct stat info;
    bool there = stat(path, &info) == 0;
    if (there && !S_ISDIR(info.st_mode))
        return failure_set(failure, EXIT_TROUBLE, "%s is not a folder", path);
    if (there && access(path, W_OK | X_OK) != 0)
        return failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", path, strerror(errno));
    bool holds_run = run_dir_holds_run(path);
    if (mode == RUN_DIR_NEW && holds_run)
        return failure_set(failure, EXIT_TROUBLE,
                           "%s holds an earlier run: --resume continues it, --force replaces it, "
                           "-o names another folder",
                           path);
    if (mode == RUN_DIR_APART && holds_run)
        return failure_set(failure, EXIT_TROUBLE,
                           "%s holds another run: -o names another folder, --force replaces the "
                           "reports there",
                           path);
    if (mode == RUN_DIR_RESUME && !holds_run)
        return failure_set(failure, EXIT_TROUBLE, "%s holds no run to resume", path);
    return true;
}

static bool is_link(const char *path)
{
    struct stat info;

    return lstat(path, &info) == 0 && S_ISLNK(info.st_mode);
}

static bool lock_folder(struct run_dir *dir, struct failure *failure)
{
    dir->lock = open(dir->path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
    if (dir->lock < 0 && (errno == ELOOP || errno == ENOTDIR) && is_link(dir->path))
        return failure_set(failure, EXIT_TROUBLE,
                           "%s is a symbolic link: name the folder it points to", dir->path);
    if (dir->lock < 0)
        return failure_set(failure, EXIT_TROUBLE, "cannot open %s: %s", dir->path, strerror(errno));
    /* On a file system without flock, the lock of the run file still keeps two runs apart. */
    if (flock(dir->lock, LOCK_EX | LOCK_NB) == 0 || errno != EWOULDBLOCK)
        return true;
    dir->created = false; /* the run that holds the lock needs the folder */
    return failure_set(failure, EXIT_TROUBLE, "%s is in use by another run", dir->path);
}

bool run_dir_open(struct run_dir *dir, const char *path, enum run_dir_mode mode,
                  struct failure *failure)
{
    *dir = (struct run_dir){.path = path, .lock = -1};
    if (!run_file_path(dir->run_file, path, "", failure) ||
        !folder_make(dir->path, &dir->created, failure) || !lock_folder(dir, failure))
        return false;
    /* Check again under the lock: another run may have begun since the caller's check. */
    if (run_dir_check(path, mode, failure))
        return true;
    run_dir_close(dir);
    return false;
}

bool run_dir_remove_run(int folder, const char *run_file)
{
    static const char *const SUFFIXES[] = {"", LOG_SUFFIX, JOURNAL_SUFFIX, INDEX_SUFFIX};

    for (size_t i = 0; i < sizeof(SUFFIXES) / sizeof(SUFFIXES[0]); i++) {
        char file[2 * RUN_DIR_PATH_MAX];

        snprintf(file, sizeof(file), "%s%s", run_file, SUFFIXES[i]);
        if (unlinkat(folder, file, 0) != 0 && errno != ENOENT)
            return false;
    }
    return true;
}

bool run_dir_clear(struct run_dir *dir, struct failure *failure)
{
    return run_dir_remove_run(dir->lock, RUN_FILE_NAME) ||
           failure_set(failure, EXIT_TROUBLE, "cannot remove the earlier run in %s: %s", dir->path,
                       strerror(errno));
}

void run_dir_abandon(struct run_dir *dir)
{
    (void)run_dir_remove_run(dir->lock, RUN_FILE_NAME);
    run_dir_close(dir);
}

void run_dir_close(struct run_dir *dir)
{
    if (dir->created)
        rmdir(dir->path); /* fails if it holds a run */
    dir->created = false;
    if (dir->lock >= 0)
        close(dir->lock);
    dir->lock = -1;
}
