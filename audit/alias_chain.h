/*
 * The chain of aliases that an answer follows (CNAME, RFC 1034 3.6.2; DNAME, RFC 6672). A chain may
 * come in several replies: a server that does not have the target ends its reply with the alias,
 * and the target is asked for (RFC 1034 5.3.3, RFC 2308 2.2).
 *
 * Ownership: plain values. Threads: no state. Units: seconds.
 */
#ifndef AUDIT_ALIAS_CHAIN_H
#define AUDIT_ALIAS_CHAIN_H

#include "audit/answer.h"

/* Is the name the start of the chain or one of its targets? */
bool alias_chain_has(const struct answer *answer, const struct dnsname *start,
                     const struct dnsname *name);
/* The answer has one more part with this TTL: an alias, or what is at the end of the chain. A cache
 * asks again when the first part has expired, and has forgotten all when the last one has. */
void alias_chain_add_ttl(struct answer *answer, uint32_t ttl);
/* Appends a target. False: the chain ends here, and `kind` says why (ANSWER_ALIAS_LOOP,
 * ANSWER_ALIAS_LONG). */
bool alias_chain_add(struct answer *answer, const struct dnsname *start,
                     const struct dnsname *target);
/* *answer ends with an alias (ANSWER_ALIAS_OPEN); `next` is the answer to the question for its last
 * target. *answer becomes the answer to both; a loop over several replies is a loop. */
void alias_chain_join(struct answer *answer, const struct dnsname *start,
                      const struct answer *next);

#endif
