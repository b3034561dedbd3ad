/*
 * The files of a run in its folder: run.db, and what SQLite puts beside it while it writes (a
 * companion has the same name and a suffix): the write-ahead log (-wal), the rollback journal
 * (-journal), the index of the log (-shm, which fcrdns does not use). The folder may come from a
 * stranger, so they are examined before SQLite opens any of them.
 */
#ifndef IO_RUN_COMPANIONS_H
#define IO_RUN_COMPANIONS_H

#include "io/run/run_step.h"
#include "io/system/run_dir.h"

/*
 * folder: the open folder of the run. path: of run.db, for messages. False with *failure set:
 * - a file is missing, or there already, as the mode says;
 * - a file is a link, a folder, a pipe or a device; for writing also if it has a second hard link;
 * - RUN_READ, and a rollback journal is left: rolling back would write;
 * - RUN_RESUME, a log or a journal is left, and the run is not ours: the effective user must own
 *   the folder and the files, and other users must have no right to write in the folder.
 */
bool companions_check(int folder, const char *path, enum run_mode mode, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
