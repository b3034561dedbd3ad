/*
 * The folder of nights: a folder for each night, named after its beginning (2026-11-27T020000Z),
 * and `latest`, a link to the newest complete one. Opening it makes the folder if it is missing and
 * locks it against other nights (flock on the folder itself).
 *
 * Other entries may come from anybody: only folders with the name of a night are nights, and no
 * link is followed. Links are relative, so the folder can be moved.
 *
 * Ownership: nights_open / nights_close. Threads: one. Errors: in *failure.
 */
#ifndef IO_SYSTEM_NIGHTS_H
#define IO_SYSTEM_NIGHTS_H

#include <stdint.h>

#include "io/system/folder.h"

#define NIGHTS_LATEST "latest"
/* Files in the folder of a night. */
#define NIGHTS_REASON "failed.txt" /* why it failed */
#define NIGHTS_NOTE "note.txt"     /* what is special about it */

enum {
    NIGHT_NAME_MAX = sizeof("2026-11-27T020000Z"),
    NIGHTS_MAX = 100000, /* folders; others are not seen */
    NIGHT_REASON_MAX = 512,
};

struct night_name {
    char text[NIGHT_NAME_MAX];
};

struct nights {
    struct folder folder;       /* its descriptor holds the lock; -1: not open */
    char link[FOLDER_NAME_MAX]; /* prepared by nights_prepare_link; "": none */
};

bool nights_is_name(const char *text);
bool nights_open(struct nights *nights, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));
/* Removes what nights that were killed left unfinished beside their folders. */
void nights_sweep(struct nights *nights);
/* The names of all folders of nights, sorted, in *names for the caller to free. */
bool nights_list(struct nights *nights, struct night_name **names, unsigned *count,
                 struct failure *failure) __attribute__((warn_unused_result));
/* The name of a night that begins now: of the next second without a folder, and after the folders
 * of the next minute. Nights that follow each other at once take names ahead of the clock, and a
 * name whose folder was removed in the meantime must not come back. */
bool nights_new_name(const struct nights *nights, int64_t wall_seconds, struct night_name *out,
                     struct failure *failure) __attribute__((warn_unused_result));
bool nights_make(const struct nights *nights, const char *name, struct failure *failure)
    __attribute__((warn_unused_result));
/* Makes the link under a temporary name, while the process may still make links. Fails if something
 * other than a link has the name `latest`. */
bool nights_prepare_link(struct nights *nights, const char *name, struct failure *failure)
    __attribute__((warn_unused_result));
/* Gives the prepared link its name, in one step. */
bool nights_switch_link(struct nights *nights, struct failure *failure)
    __attribute__((warn_unused_result));
/* Records why a night failed. */
bool nights_set_reason(const struct nights *nights, const char *name, unsigned status,
                       const char *reason, struct failure *failure)
    __attribute__((warn_unused_result));
/* Reads it. False: it is missing, or cannot be read. */
bool nights_reason(const struct nights *nights, const char *name, unsigned *status,
                   char reason[NIGHT_REASON_MAX]);
/* The note of a night: one line. */
bool nights_set_note(const struct nights *nights, const char *name, const char *note,
                     struct failure *failure) __attribute__((warn_unused_result));
bool nights_note(const struct nights *nights, const char *name, char note[NIGHT_REASON_MAX]);
/* Does the folder of the night hold this file, and is it a regular file? */
bool nights_has_file(const struct nights *nights, const char *name, const char *file);
/* Removes the run file of a night that left no report: it can be large, and nothing needs it. */
void nights_drop_run(const struct nights *nights, const char *name);
/* Removes the folder of a night with all it holds. A night whose removal breaks off is no longer
 * seen, and nights_sweep removes the rest. */
bool nights_remove(struct nights *nights, const char *name, struct failure *failure)
    __attribute__((warn_unused_result));
void nights_close(struct nights *nights);

#endif
