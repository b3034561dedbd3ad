#include "io/system/failure.h"

#include <stdarg.h>
#include <stdio.h>

bool failure_set(struct failure *failure, enum exit_status status, const char *format, ...)
{
    if (failure_is_set(failure))
        return false;
    failure->status = status;
    va_list args;
    va_start(args, format);
    vsnprintf(failure->text, sizeof(failure->text), format, args);
    va_end(args);
    /* The text quotes paths and other strings of the user: make it one line without control
     * characters, which a terminal would obey. */
    for (char *c = failure->text; *c; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7f)
            *c = '?';
    return false;
}

bool failure_out_of_memory(struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "out of memory");
}

bool failure_pass(struct failure *failure, const struct failure *why)
{
    return failure_set(failure, why->status, "%s", why->text);
}
