/*
 * Answers that show no fault of a zone, since the resolver may have made or changed them.
 *
 * Pure. Threads: no state.
 */
#ifndef AUDIT_ANSWER_DOUBT_H
#define AUDIT_ANSWER_DOUBT_H

#include "audit/answer.h"

/* Did the resolver answer the PTR question from an empty zone of its own (RFC 6303)? It may be the
 * only one without the record. */
bool answer_is_from_empty_zone(const struct ipaddr *address, const struct answer *ptr);
/* Did the resolver change the answer about a host name? Protection against DNS rebinding takes
 * addresses inside networks out of it, and the SOA is missing then; lists of blocked names give
 * 0.0.0.0 or ::. forward: NULL is allowed. */
bool answer_may_be_filtered(const struct ipaddr *address, const struct answer *forward);

#endif
