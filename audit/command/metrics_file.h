/*
 * The file of --prometheus. Its folder is opened before the process is confined; the file is whole
 * or unchanged, and every user can read it, because the collector is another user.
 *
 * Ownership: metrics_file_open / metrics_file_close; begin with METRICS_FILE_NONE. Threads: one.
 */
#ifndef AUDIT_COMMAND_METRICS_FILE_H
#define AUDIT_COMMAND_METRICS_FILE_H

#include "io/system/folder.h"
#include "reports/metrics.h"

enum { METRICS_PATH_MAX = 4096 };

struct metrics_file {
    struct folder folder;        /* fd -1: there is nothing to write */
    const char *name;            /* in the folder */
    char path[METRICS_PATH_MAX]; /* of the folder */
};

#define METRICS_FILE_NONE     \
    {                         \
        .folder = {.fd = -1 } \
    }

/* path: NULL opens nothing. */
bool metrics_file_open(struct metrics_file *file, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));
/* The folder, for confine_command; NULL: nothing is open. */
const struct folder *metrics_file_folder(const struct metrics_file *file);
/* Replaces the file. Fills in the fleet, which is the name of the file, the times, and, for a run
 * that is not complete, when the last complete one ended, as the file said. Does nothing if no file
 * is open. */
bool metrics_file_write(const struct metrics_file *file, struct metrics *metrics,
                        struct failure *failure) __attribute__((warn_unused_result));
void metrics_file_close(struct metrics_file *file);

#endif
