/*
 * An open folder. What is made, replaced or removed in it goes through the descriptor: a folder
 * that is renamed, or swapped for a symbolic link, after it was opened redirects nothing. Temporary
 * names cannot be guessed, and nothing that has such a name is ever taken for ours (O_EXCL,
 * O_NOFOLLOW).
 *
 * Errors: -1 or false with errno, where no *failure is asked for. Threads: any number, on different
 * names.
 */
#ifndef IO_SYSTEM_FOLDER_H
#define IO_SYSTEM_FOLDER_H

#include <sys/types.h>

#include "io/system/failure.h"

enum { FOLDER_NAME_MAX = 128, FOLDER_FILE_MODE = 0640, FOLDER_MODE = 0750 };

struct folder {
    int fd;
    const char *path; /* for messages; not copied */
};

bool folder_open(struct folder *out, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));
void folder_close(struct folder *folder);
/* What was renamed in it is durable; file systems that know no such thing are taken at their word.
 */
bool folder_sync(const struct folder *folder) __attribute__((warn_unused_result));

/* A new file for reading and writing, under a name made of a stem and random letters. */
int folder_new_file(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));
/* The same for a file that has no name at all, and is gone when it is closed. */
int folder_nameless_file(const struct folder *folder) __attribute__((warn_unused_result));
/* The same for a folder, which is open then. */
int folder_new_folder(const struct folder *folder, const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));
/* A name that nothing in the folder has, of a stem and random letters; false: the system gives no
 * random numbers. */
bool folder_random_name(const char *stem, char name[FOLDER_NAME_MAX])
    __attribute__((warn_unused_result));

/* Puts `fresh` in the place of `name`. *earlier: there was something, and it is under `fresh` now.
 * In one step where the file system can do that; else there is a moment without `name`. Doing it
 * again takes it back where there was something earlier. */
bool folder_swap(const struct folder *folder, const char *fresh, const char *name, bool *earlier)
    __attribute__((warn_unused_result));

#endif
