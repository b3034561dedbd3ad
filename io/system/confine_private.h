/* Shared by the files of io/system/confine: one function per measure. */
#ifndef IO_SYSTEM_CONFINE_PRIVATE_H
#define IO_SYSTEM_CONFINE_PRIVATE_H

#include "io/system/confine.h"
#include "io/system/say.h"

#include <sys/types.h>

void confine_user(const struct confine_plan *plan);
void confine_files(const struct confine_plan *plan);
void confine_calls(const struct confine_plan *plan);
/* Writes the filter for `process` to the pipe `fd`, in the form of seccomp(2). Returns 0 or a
 * negative error of libseccomp. */
int confine_write_filter(const struct confine_plan *plan, pid_t process, int fd);

#endif
