#include "io/run/companions.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { DATABASE, LOG, JOURNAL, INDEX, FILES };

static const char *const SUFFIXES[FILES] = {"", LOG_SUFFIX, JOURNAL_SUFFIX, INDEX_SUFFIX};

struct found_files {
    bool there[FILES];
    struct stat about[FILES];
};

static bool refuse(struct failure *failure, const char *path, unsigned file, const char *why)
{
    return failure_set(failure, EXIT_TROUBLE, "%s%s %s", path, SUFFIXES[file], why);
}

static bool look_up(int folder, const char *path, unsigned file, struct found_files *files,
                    struct failure *failure)
{
    const char *slash = strrchr(path, '/');
    char name[NAME_MAX + 1];
    int length = snprintf(name, sizeof(name), "%s%s", slash ? slash + 1 : path, SUFFIXES[file]);

    if (length >= (int)sizeof(name))
        return refuse(failure, path, file, "has a name that is too long");
    files->there[file] = fstatat(folder, name, &files->about[file], AT_SYMLINK_NOFOLLOW) == 0;
    return files->there[file] || errno == ENOENT ||
           failure_set(failure, EXIT_TROUBLE, "%s%s: %s", path, SUFFIXES[file], strerror(errno));
}

/* A link could lead anywhere, and opening a pipe would wait for its other end. A hard link is a
 * file of another folder too. */
static bool check_kind(const char *path, unsigned file, const struct stat *about, bool writable,
                       struct failure *failure)
{
    if (S_ISLNK(about->st_mode))
        return refuse(failure, path, file,
                      "is a symbolic link: name the run directory that holds the file");
    if (!S_ISREG(about->st_mode))
        return refuse(failure, path, file, "is not a file");
    return !writable || about->st_nlink == 1 ||
           refuse(failure, path, file,
                  "has a second name (a hard link): copy the run directory, and resume the copy");
}

static bool is_ours(int folder, const struct found_files *files)
{
    struct stat about;

    if (fstat(folder, &about) != 0 || about.st_uid != geteuid() || (about.st_mode & S_IWOTH) != 0)
        return false;
    for (unsigned i = 0; i < FILES; i++) {
        if (files->there[i] && files->about[i].st_uid != geteuid())
            return false;
    }
    return true;
}

/* Only a run that is created may be alone: SQLite would take a companion for a part of it. */
static bool check_new(const char *path, const struct found_files *files, struct failure *failure)
{
    for (unsigned i = LOG; i < FILES; i++) {
        if (files->there[i])
            return refuse(failure, path, i,
                          "is left from another run: remove it, or replace that run with --force");
    }
    return true;
}

static bool check_earlier(int folder, const char *path, enum run_mode mode,
                          const struct found_files *files, struct failure *failure)
{
    bool has_journal = files->there[JOURNAL] && files->about[JOURNAL].st_size > 0;
    bool has_log = files->there[LOG] && files->about[LOG].st_size > 0;

    if (!files->there[DATABASE])
        return failure_set(failure, EXIT_TROUBLE, "%s: there is no run here", path);
    if (mode == RUN_READ && has_journal)
        return refuse(failure, path, JOURNAL,
                      "holds a write that was interrupted, and a report writes nothing here: "
                      "`fcrdns audit --resume` by the owner of the run finishes it");
    if (mode == RUN_RESUME && (has_journal || has_log) && !is_ours(folder, files))
        return refuse(failure, path, DATABASE,
                      "was left by a run that was killed, and is not yours alone (its folder and "
                      "files have another owner, or other users can write in the folder): resume "
                      "it as its owner, or copy it into a folder of your own");
    return true;
}

bool companions_check(int folder, const char *path, enum run_mode mode, struct failure *failure)
{
    struct found_files files = {0};

    for (unsigned i = 0; i < FILES; i++) {
        if (!look_up(folder, path, i, &files, failure) ||
            (files.there[i] && !(mode == RUN_CREATE && i == DATABASE) &&
             !check_kind(path, i, &files.about[i], mode != RUN_READ, failure)))
            return false;
    }
    return mode == RUN_CREATE ? check_new(path, &files, failure)
                              : check_earlier(folder, path, mode, &files, failure);
}
