/*
 * A run directory. Opening it makes the folder if it is missing and locks it against other runs
 * (flock on the folder itself). A folder that holds an earlier run is refused, unless the mode is
 * to resume or replace that run.
 *
 * Ownership: run_dir_open / run_dir_close, also after run_dir_open has failed. Threads: one at a
 * time.
 */
#ifndef IO_SYSTEM_RUN_DIR_H
#define IO_SYSTEM_RUN_DIR_H

#include "io/system/failure.h"

enum run_dir_mode {
    RUN_DIR_NEW,
    RUN_DIR_RESUME,
    RUN_DIR_FORCE,
    RUN_DIR_REPORT, /* for reports, beside a run file or without one */
    RUN_DIR_APART,  /* for reports of other runs: a folder that holds a run is refused */
};

enum { RUN_DIR_PATH_MAX = 4096 };

#define RUN_FILE_NAME "run.db"
/* Of what SQLite puts beside it (io/run/companions.h). */
#define LOG_SUFFIX "-wal"
#define JOURNAL_SUFFIX "-journal"
#define INDEX_SUFFIX "-shm"

struct run_dir {
    const char *path;
    char run_file[RUN_DIR_PATH_MAX];
    int lock;     /* the folder's descriptor, which holds the lock; -1: not open */
    bool created; /* this run made the folder */
};

/* Do both paths name the same existing folder? */
bool run_dir_same(const char *path, const char *other);
/* Does a folder hold a run? errno says why not. */
bool run_dir_holds_run(const char *path);
/* Would run_dir_open succeed? Changes nothing. */
bool run_dir_check(const char *path, enum run_dir_mode mode, struct failure *failure)
    __attribute__((warn_unused_result));
/* Makes and locks the folder; changes nothing in it. A symbolic link is refused: another user could
 * have set it to redirect the output. */
bool run_dir_open(struct run_dir *dir, const char *path, enum run_dir_mode mode,
                  struct failure *failure) __attribute__((warn_unused_result));
/* For RUN_DIR_FORCE: removes the earlier run file, but not the earlier reports. */
bool run_dir_clear(struct run_dir *dir, struct failure *failure)
    __attribute__((warn_unused_result));
/* Removes a run file and what SQLite put beside it, as unlinkat does. False with errno: one is
 * left. */
bool run_dir_remove_run(int folder, const char *run_file);
/* Removes the run file and closes: for a run that had nothing to do. */
void run_dir_abandon(struct run_dir *dir);
/* Removes the folder if this run made it and it is still empty. */
void run_dir_close(struct run_dir *dir);

#endif
