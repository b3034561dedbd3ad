/* What the files of io/confine share: the measures. */
#ifndef IO_CONFINE_PRIVATE_H
#define IO_CONFINE_PRIVATE_H

#include "io/confine.h"
#include "io/say.h"

void confine_user(const struct confine_plan *plan);
void confine_files(const struct confine_plan *plan);
void confine_calls(const struct confine_plan *plan);

#endif
