/*
 * Does a datagram answer a query? The ID is compared first, by the caller. Then the reply must
 * repeat the question (RFC 5452 9.1), or report an error without a question.
 *
 * Pure. The datagram is hostile data; the query is our own, with an uncompressed question.
 */
#ifndef IO_RESOLVER_REPLY_MATCH_H
#define IO_RESOLVER_REPLY_MATCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Octets of the question (name, type, class) after the header of a query; 0 without a question. */
size_t reply_match_question_size(const uint8_t *query, size_t size);
/* Is this a reply (QR, opcode 0) to a query whose question has `question_size` octets? Names are
 * compared without regard to ASCII case. A reply of nothing but its header matches if its RCODE is
 * an error: Unbound refuses clients so. It must not be NOERROR or NXDOMAIN, which say something
 * about a name. */
bool reply_match(const uint8_t *query, size_t question_size, const uint8_t *reply, size_t size);

#endif
