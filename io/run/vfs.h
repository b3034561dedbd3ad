/*
 * The file system that SQLite sees (https://www.sqlite.org/vfs.html): the files of one run, and
 * nameless temporary files. SQLite by itself follows what it finds in a journal: a hot journal may
 * name a super-journal anywhere, which SQLite deletes. Here every other name fails.
 *
 * For reading, nothing in the folder is written, deleted or created, whatever SQLite asks for.
 * Files are opened relative to the open folder, without following links and without waiting. The
 * log of a killed run is read where it is. A lock keeps runs out that want to write.
 *
 * Ownership: vfs_new / vfs_free; free it after the database is closed. Threads: SQLite's list of
 * file systems has its own lock; otherwise as the run file. Errors: *failure of vfs_new is kept and
 * set when SQLite asks for a file that it must not have.
 */
#ifndef IO_RUN_VFS_H
#define IO_RUN_VFS_H

#include "io/run/handle.h"

struct vfs;

/* path: the absolute path of run.db. folder: its open folder, which must stay open. NULL with
 * *failure set. */
struct vfs *vfs_new(const char *path, int folder, bool writable, struct failure *failure);
/* For sqlite3_open_v2. */
const char *vfs_name(const struct vfs *vfs);
/* NULL is allowed. */
void vfs_free(struct vfs *vfs);

#endif
