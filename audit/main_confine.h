/* The roof: what each command needs for its work; the rest is given up (io/confine.h). */
#ifndef AUDIT_MAIN_CONFINE_H
#define AUDIT_MAIN_CONFINE_H

#include "io/endpoint.h"
#include "io/options.h"
#include "io/run_dir.h"

/* dir: NULL for a command that writes nothing. Endpoints: who is asked; none: nobody. */
void confine_command(const struct options *options, const struct run_dir *dir,
                     const struct endpoint *endpoints, unsigned count);

#endif
