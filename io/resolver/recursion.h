/*
 * The engine of `-r recursive`: no resolver is asked. libunbound recurses in the process, from the
 * root servers down, and validates (DNSSEC); docs/recursion.md has the reasons and the limits.
 *
 * - Each resolver has a context of its own with a cache of its own, in the thread that asks.
 * - A reply is what a validating resolver would send: SERVFAIL for what does not validate and for
 *   what no name server answers, RA set, never truncated.
 * - A question that libunbound still works on when its time ends is a timeout. Asked again, it
 *   joins the same work.
 *
 * The engine has one endpoint, endpoint_recursive(). Ownership, threads and errors are those of
 * io/resolver/resolver.h.
 */
#ifndef IO_RESOLVER_RECURSION_H
#define IO_RESOLVER_RECURSION_H

#include "io/resolver/resolver.h"
#include "io/resolver/root_data.h"

extern const struct resolver_engine resolver_recursion;

/* Asks the root servers for the NS of the root, as every recursion begins. False with *failure set:
 * no root server answers within wait_ms, or the root zone is not signed as the trust anchor says
 * (EXIT_TRY_LATER). */
bool recursion_probe(const struct root_data *roots, unsigned wait_ms, struct failure *failure)
    __attribute__((warn_unused_result));

#endif
