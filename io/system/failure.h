/*
 * Why something failed, in words for the person who runs the program. Bad data is a finding and
 * never a failure. A failure ends the run, and only main ends the process.
 *
 * Errors: the one protocol of this program. The function that fails sets *failure and returns false
 * or NULL; its callers only pass that on. The first failure is kept, since later ones follow from
 * it. Functions without a `struct failure` say in their header what false or NULL means.
 */
#ifndef IO_SYSTEM_FAILURE_H
#define IO_SYSTEM_FAILURE_H

#include <stdbool.h>

enum exit_status {
    EXIT_POLICY_MET = 0,
    EXIT_FINDINGS = 1,
    EXIT_TROUBLE = 2,       /* usage, input, output */
    EXIT_TRY_LATER = 75,    /* EX_TEMPFAIL: the network could not be trusted */
    EXIT_INTERRUPTED = 130, /* 128 + SIGINT */
    EXIT_TERMINATED = 143,  /* 128 + SIGTERM */
};

enum { FAILURE_TEXT_MAX = 1024 };

struct failure {
    enum exit_status status;     /* EXIT_POLICY_MET: no failure */
    char text[FAILURE_TEXT_MAX]; /* one line, without program name and full stop */
};

static inline bool failure_is_set(const struct failure *failure)
{
    return failure->status != EXIT_POLICY_MET;
}

/* Sets status and text unless a failure is set already. Always returns false, so a caller can write
 * `return failure_set(...)`. */
bool failure_set(struct failure *failure, enum exit_status status, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same for a failed allocation. */
bool failure_out_of_memory(struct failure *failure);
/* Sets the failure of another part of the program, if it has one. */
bool failure_pass(struct failure *failure, const struct failure *why);

#endif
