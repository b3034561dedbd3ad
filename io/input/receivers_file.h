/* Receivers of the user's own, from a file (audit/receiver_file.h describes the format). Threads:
 * one at a time. */
#ifndef IO_INPUT_RECEIVERS_FILE_H
#define IO_INPUT_RECEIVERS_FILE_H

#include "audit/receiver_file.h"
#include "io/system/failure.h"

/* out must be zeroed. False with *failure set, which names file and line. */
bool receivers_file_load(struct receiver_file *out, const char *path, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
