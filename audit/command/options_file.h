/*
 * A file of options (--options), for cron, systemd and other machines: one option a line, by its
 * long name without dashes, then blanks or "=", then its value.
 *
 *     resolver 127.0.0.1
 *     asked-by Postmaster of Example Ltd
 *     input    /srv/fleet.csv
 *
 * The value is the rest of the line. "input" names an INPUT. Lines that begin with # or ; are
 * comments. Without an end of its own a file may have OPTIONS_FILE_MAX octets.
 *
 * Ownership: options_file_open / options_file_close; names and values point into the file. Threads:
 * none. Errors: in *failure, with file and line.
 */
#ifndef AUDIT_COMMAND_OPTIONS_FILE_H
#define AUDIT_COMMAND_OPTIONS_FILE_H

#include "io/system/failure.h"

enum { OPTIONS_FILE_MAX = 64 * 1024 };

struct options_file;

struct options_line {
    unsigned number; /* from 1 */
    const char *name;
    const char *value; /* NULL: nothing follows the name */
};

/* Reads the whole file; "-" is standard input. NULL with *failure set. */
struct options_file *options_file_open(const char *path, struct failure *failure);
/* Takes the next line that is neither blank nor a comment. False at the end of the file, and with
 * *failure set for a line that is not text or names no option. */
bool options_file_next(struct options_file *file, struct options_line *line,
                       struct failure *failure);
/* Sets the failure to "PATH:LINE: reason". Always false. */
bool options_file_refuse(const struct options_file *file, const struct options_line *line,
                         struct failure *failure, const char *format, ...)
    __attribute__((format(printf, 4, 5)));
/* Keeps a value as an INPUT. */
void options_file_keep_input(struct options_file *file, const char *value);
/* The inputs kept so far, in order. */
char **options_file_inputs(struct options_file *file, unsigned *count);
/* NULL is allowed. */
void options_file_close(struct options_file *file);

#endif
