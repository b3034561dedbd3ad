/*
 * Creates getdns contexts: each serves one endpoint over one transport, in stub mode, and asks DNS
 * only, for one absolute name.
 *
 * Ownership: getdns_setup_context / getdns_context_destroy. Threads: one at a time.
 */
#ifndef IO_RESOLVER_GETDNS_SETUP_H
#define IO_RESOLVER_GETDNS_SETUP_H

#include <getdns/getdns_extra.h>

#include "io/resolver/getdns_loop.h"
#include "io/resolver/getdns_memory.h"
#include "io/resolver/resolver.h"

/* What the contexts of one resolver share; it outlives them. */
struct getdns_setup {
    struct getdns_memory *memory;
    struct getdns_loop *loop;
    const struct resolver_trust *trust; /* for TLS; may be NULL */
};

/* False with *failure set; *out may be set all the same, and must be destroyed. */
bool getdns_setup_context(getdns_context **out, const struct getdns_setup *setup,
                          const struct endpoint *endpoint, enum transport transport,
                          struct failure *failure) __attribute__((warn_unused_result));
/* The queries of the context go without EDNS from now on. */
getdns_return_t getdns_setup_without_edns(getdns_context *context);
/* Gives the context its endpoint anew. Requests in flight keep the state of the old one. */
getdns_return_t getdns_setup_upstream(getdns_context *context, const struct getdns_setup *setup,
                                      const struct endpoint *endpoint, bool tls);

#endif
