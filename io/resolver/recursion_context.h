/*
 * A context of libunbound, set up to recurse for many questions at a time. What differs from the
 * defaults of the library, and why, is in the table SETTINGS.
 *
 * Name servers at special-purpose addresses (audit/special.h) are not asked, so no zone of a
 * stranger leads queries into the network of the user; unless a root server has such an address: a
 * private root has private servers.
 *
 * Ownership: recursion_context_new / ub_ctx_delete. Threads: make contexts one after another; each
 * is then used by one thread.
 */
#ifndef IO_RESOLVER_RECURSION_CONTEXT_H
#define IO_RESOLVER_RECURSION_CONTEXT_H

#include <unbound-event.h>
#include <unbound.h>

#include "io/resolver/root_data.h"

enum { RECURSION_TCP_MAX = 64 /* connections to name servers at a time */ };

/* window: questions in flight at most; as many sockets ask name servers. The base and *roots
 * outlive the context. NULL with *failure set. */
struct ub_ctx *recursion_context_new(struct ub_event_base *base, const struct root_data *roots,
                                     unsigned window, struct failure *failure);
/* Has this host a route to any root server? Sends nothing. */
bool recursion_context_has_way(const struct root_data *roots);

#endif
