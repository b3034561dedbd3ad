/*
 * The OPT record of a reply (RFC 6891 6.1): the upper bits of the RCODE, and the extended error
 * (RFC 8914 2). The text of an extended error is not read: a stranger wrote it, for the operator of
 * the server.
 *
 * Threads: no state.
 */
#ifndef AUDIT_OPT_RECORD_H
#define AUDIT_OPT_RECORD_H

#include "audit/packet.h"

/* Reads a record of the additional section that was checked. If it is an OPT record, the upper bits
 * of *rcode are set from it, and *extended_error is the code that weighs most among those of the
 * record and *extended_error (audit/extended_error.h). Options that do not fit the record end the
 * reading. */
void opt_record_read(const struct packet *packet, const struct record *record, uint16_t *rcode,
                     uint16_t *extended_error);

#endif
