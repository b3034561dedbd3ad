#include "io/system/confine.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "io/system/confine_private.h"

/* Sanitizers and coverage start programs, read /proc and write their own files. */
#ifdef FCRDNS_UNCONFINED
static const bool CONFINED_BUILD = false;
#else
static const bool CONFINED_BUILD = true;
#endif

void confine(const struct confine_plan *plan)
{
    if (!CONFINED_BUILD) {
        if (plan->verbose)
            say("not confined: a build with sanitizers or coverage needs more than the work does");
        return;
    }
    confine_user(plan);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        if (plan->verbose)
            say("not confined: the kernel refuses PR_SET_NO_NEW_PRIVS: %s", strerror(errno));
        return; /* the other measures require it */
    }
    confine_files(plan);
    confine_calls(plan);
}
