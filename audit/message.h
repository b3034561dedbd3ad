/*
 * One DNS message (RFC 1035 4), read from wire bytes that a stranger wrote. Every bound is checked,
 * compression pointers may only go backwards, and nothing is allocated.
 *
 * Threads: no state. Errors: in the returned status.
 */
#ifndef AUDIT_MESSAGE_H
#define AUDIT_MESSAGE_H

#include "audit/answer.h"

enum message_status {
    MESSAGE_OK, /* *out is set, except `tries`. Also for an error of nothing but a header: only
                   ID and port show that it is ours */
    MESSAGE_NOT_OURS,  /* not a reply to this question: QR, opcode, question count, name (ASCII case
                          ignored), type, class */
    MESSAGE_TRUNCATED, /* TC is set: ask again over TCP. *out is set from the part that came: over
                          TCP this is all there is */
    MESSAGE_MALFORMED, /* counts that do not fit the bytes, bad names, bad RDATA lengths, a negative
                          reply with records, pointers that make a message many times its size
                          (PACKET_WORK_MAX): ask again over TCP */
};

/* Reads a reply to `question`, whose type is one of enum rr_type. `wanted`: the address looked for
 * in A and AAAA answers; NULL: none. The chain is followed from the question's name through CNAMEs
 * and DNAMEs of the answer section, in whatever order they come; records of other owners are
 * ignored. Only distinct records count (RFC 2181 5.2; names compared without case). */
enum message_status message_read(const uint8_t *wire, size_t len, const struct question *question,
                                 const struct ipaddr *wanted, struct answer *out)
    __attribute__((warn_unused_result));

#endif
