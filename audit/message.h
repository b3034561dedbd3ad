/*
 * One DNS message (RFC 1035 4), read from wire bytes that a stranger wrote. Every bound is checked;
 * compression pointers may only go backwards; nothing is allocated.
 *
 * Threads: no state. Errors: in the returned status.
 */
#ifndef AUDIT_MESSAGE_H
#define AUDIT_MESSAGE_H

#include "audit/answer.h"

enum message_status {
    MESSAGE_OK, /* *out is set, but for `tries`. Also for an error of nothing but a header: its
                   ID and port are all that shows whose it is */
    MESSAGE_NOT_OURS,  /* not a reply to this question: QR, opcode, question count, name (ASCII case
                          ignored),  type, class */
    MESSAGE_TRUNCATED, /* TC is set: ask again over TCP */
    MESSAGE_MALFORMED, /* counts that do not fit the bytes, bad names, bad RDATA lengths, "nothing"
                          that is not, pointers that make a message many times its size
                          (PACKET_WORK_MAX): ask again over TCP */
};

/* Reads a reply to `question`, whose type is one of enum rr_type. `wanted` is the address looked
 * for in A/AAAA answers (NULL: none). The chain is walked from the question's name through CNAMEs
 * in the answer section, whatever their order; records of unrelated owners are ignored. Distinct
 * records only: duplicates (RFC 2181 5.2; names compared without case) count once. */
enum message_status message_read(const uint8_t *wire, size_t len, const struct question *question,
                                 const struct ipaddr *wanted, struct answer *out)
    __attribute__((warn_unused_result));

#endif
