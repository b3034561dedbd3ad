#include "io/system/confine.h"

#include <errno.h>
#include <string.h>
#include <sys/prctl.h>

#include "io/system/confine_private.h"

/* Builds that watch themselves (sanitizers, coverage) start programs, read /proc and write where
 * they please.
 */
#ifdef FCRDNS_UNCONFINED
static const bool CONFINED_BUILD = false;
#else
static const bool CONFINED_BUILD = true;
#endif

void confine(const struct confine_plan *plan)
{
    if (!CONFINED_BUILD) {
        if (plan->tell)
            say("not confined: this build watches itself, which needs more than the work does");
        return;
    }
    confine_user(plan);
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
        if (plan->tell)
            say("not confined: the kernel does not promise that no privileges are gained: %s",
                strerror(errno));
        return; /* nor does it take the other measures without that */
    }
    confine_files(plan);
    confine_calls(plan);
}
