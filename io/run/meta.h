/* What the run file records about the run, by key: "started_at", "resolvers", "options.timeout_ms".
 * Errors as in io/run/run_file.h. */
#ifndef IO_RUN_META_H
#define IO_RUN_META_H

#include <stddef.h>

#include "io/run/run_step.h"

bool run_file_set(struct run_file *run, const char *key, const char *value)
    __attribute__((warn_unused_result));
bool run_file_set_number(struct run_file *run, const char *key, uint64_t value)
    __attribute__((warn_unused_result));
/* Copies the value to out, NUL-terminated and cut at size; false: there is no such key. */
bool run_file_get(struct run_file *run, const char *key, char *out, size_t size);
uint64_t run_file_get_number(struct run_file *run, const char *key, uint64_t otherwise);

#endif
