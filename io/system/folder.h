/*
 * An open folder. Everything made, replaced or removed in it goes through the descriptor, so
 * renaming the folder or putting a symbolic link in its place redirects nothing. Temporary names
 * cannot be guessed, and an existing file of such a name is never used (O_EXCL, O_NOFOLLOW).
 *
 * Errors: functions without *failure return -1 or false and set errno. Threads: any number, on
 * different names.
 */
#ifndef IO_SYSTEM_FOLDER_H
#define IO_SYSTEM_FOLDER_H

#include <dirent.h>
#include <sys/types.h>

#include "io/system/failure.h"

enum { FOLDER_NAME_MAX = 128, FOLDER_FILE_MODE = 0640, FOLDER_MODE = 0750 };

struct folder {
    int fd;
    const char *path; /* for messages; not copied */
};

/* *made: it was not there before. */
bool folder_make(const char *path, bool *made, struct failure *failure)
    __attribute__((warn_unused_result));
bool folder_open(struct folder *out, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));
void folder_close(struct folder *folder);
/* Makes renames in the folder durable. A file system that does not support this is no error. */
bool folder_sync(const struct folder *folder) __attribute__((warn_unused_result));

/* A new file for reading and writing; its name is the stem and random letters. */
int folder_new_file(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));
/* A new file without a name; closing it removes it. */
int folder_nameless_file(const struct folder *folder) __attribute__((warn_unused_result));
/* A new folder, opened. */
int folder_new_folder(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));
/* Makes a name from a stem and random letters. False: no random numbers, or the stem is too long.
 */
bool folder_random_name(const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));
/* Can the name be one that folder_random_name made of the stem? */
bool folder_is_random_name(const char *name, const char *stem);

/* The entries of a folder in another one, "." for itself. */
DIR *folder_entries(int parent, const char *name) __attribute__((warn_unused_result));
/* Removes a folder with the files that `is_ours` accepts (NULL: all), at most `levels` folders
 * deep. False: something is left. */
bool folder_remove(int parent, const char *name, bool (*is_ours)(const char *file),
                   unsigned levels);
/* Removes what killed processes left: files with temporary names of this stem, and folders as
 * folder_remove does. No other process may be writing them. */
void folder_sweep(const struct folder *folder, const char *stem, bool (*is_ours)(const char *file));

/* Renames `fresh` to `name`. If `name` existed, *earlier is true and the old one is now `fresh`; a
 * second call undoes the swap. Atomic if the file system can exchange names; otherwise `name` is
 * missing for a moment. */
bool folder_swap(const struct folder *folder, const char *fresh, const char *name, bool *earlier)
    __attribute__((warn_unused_result));

#endif
