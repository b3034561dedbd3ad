/*
 * A run directory: made if it is not there, locked against other runs (flock on the folder itself),
 * refused if it holds a run that nobody said to replace or to go on with.
 *
 * Ownership: run_dir_open / run_dir_close. Threads: one at a time.
 */
#ifndef IO_SYSTEM_RUN_DIR_H
#define IO_SYSTEM_RUN_DIR_H

#include "io/system/failure.h"

enum run_dir_mode { RUN_DIR_NEW, RUN_DIR_RESUME, RUN_DIR_FORCE, RUN_DIR_REPORT };

enum { RUN_DIR_PATH_MAX = 4096 };

#define RUN_FILE_NAME "run.db"

struct run_dir {
    const char *path;
    char run_file[RUN_DIR_PATH_MAX];
    int lock;     /* descriptor that holds the lock, -1: not open */
    bool created; /* the folder was made by this run */
};

/* Are both the same folder, however they are spelled? */
bool run_dir_same(const char *path, const char *other);
/* Would run_dir_open be refused? Changes nothing. RUN_DIR_REPORT: reports are to be written there,
 * its run file is read. */
bool run_dir_check(const char *path, enum run_dir_mode mode, struct failure *failure)
    __attribute__((warn_unused_result));
/* Makes and locks it. A name that is a symbolic link is refused: whoever can set one must not
 * choose where is written. Nothing in it is changed yet. */
bool run_dir_open(struct run_dir *dir, const char *path, enum run_dir_mode mode,
                  struct failure *failure) __attribute__((warn_unused_result));
/* Removes an earlier run file, for RUN_DIR_FORCE; never the earlier reports. */
bool run_dir_clear(struct run_dir *dir, struct failure *failure)
    __attribute__((warn_unused_result));
/* Takes the run file back and closes: for a run that had nothing to do. */
void run_dir_abandon(struct run_dir *dir);
/* A folder that was made and is still empty is removed. */
void run_dir_close(struct run_dir *dir);

#endif
