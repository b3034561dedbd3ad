/* What the files io/run/vfs*.c share. */
#ifndef IO_RUN_VFS_PRIVATE_H
#define IO_RUN_VFS_PRIVATE_H

#include "io/run/vfs.h"

enum { VFS_NAME_MAX = 40 };

struct vfs {
    sqlite3_vfs face;    /* what SQLite sees; its pAppData leads back here */
    sqlite3_vfs *system; /* the file system of SQLite's own */
    char name[VFS_NAME_MAX];
    char *path;
    int folder;
    struct failure *failure;
};

static inline struct vfs *vfs_of(sqlite3_vfs *face)
{
    return face->pAppData;
}

/* Nameless files have nothing to do with the run. */
static inline bool vfs_is_temporary(const char *name)
{
    return !name;
}

/* "" (run.db), LOG_SUFFIX or JOURNAL_SUFFIX; NULL: not a file of the run. */
const char *vfs_suffix(const struct vfs *vfs, const char *name);
/* Sets the failure and returns the code. */
int vfs_refuse(const struct vfs *vfs, const char *name, int code);

/* io/run/vfs_log.c: opens the log for writing. Such a file has this many octets. */
int vfs_log_open(struct vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given);
int vfs_log_size(const struct vfs *vfs);

/* io/run/vfs_read.c: fills the functions of `face` for reading. */
void vfs_read_only(sqlite3_vfs *face);

#endif
