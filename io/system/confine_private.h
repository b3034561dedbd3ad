/* What the files of io/system/confine share: the measures. */
#ifndef IO_SYSTEM_CONFINE_PRIVATE_H
#define IO_SYSTEM_CONFINE_PRIVATE_H

#include "io/system/confine.h"
#include "io/system/say.h"

#include <sys/types.h>

void confine_user(const struct confine_plan *plan);
void confine_files(const struct confine_plan *plan);
void confine_calls(const struct confine_plan *plan);
/* Writes the filter for the process to the pipe, as the kernel wants it (seccomp(2)): 0, or an
 * error of libseccomp, below 0. */
int confine_write_filter(bool network, pid_t process, int fd);

#endif
