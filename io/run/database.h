/*
 * The SQLite connection of a run file: its folder, its file system (io/run/vfs.h), its settings.
 * Threads and errors as in io/run/run_file.h.
 */
#ifndef IO_RUN_DATABASE_H
#define IO_RUN_DATABASE_H

#include "io/run/handle.h"

/* Opens the folder of the run, whose real path it keeps. */
bool database_find(struct run_file *run, enum run_mode mode) __attribute__((warn_unused_result));
/* Opens run.db in it. */
bool database_open(struct run_file *run) __attribute__((warn_unused_result));
/* Nothing is written from now on. */
bool database_only_read(struct run_file *run) __attribute__((warn_unused_result));
/* The pages kept in memory take at most this much. */
bool database_cache(struct run_file *run, unsigned kib) __attribute__((warn_unused_result));
/* Closes all of it: the readings of the run have ended. It may be opened again. */
void database_close(struct run_file *run);

#endif
