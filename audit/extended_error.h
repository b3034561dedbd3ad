/*
 * Extended DNS errors (RFC 8914): the reason that a server gives beside the RCODE, as an INFO-CODE
 * in the OPT record of its reply (audit/opt_record.h).
 *
 * Pure. Threads: no state.
 */
#ifndef AUDIT_EXTENDED_ERROR_H
#define AUDIT_EXTENDED_ERROR_H

#include <stddef.h>
#include <stdint.h>

/* What a code says about the party at fault, in the order of their weight. */
enum extended_error_class {
    EXTENDED_OTHER,       /* nothing; also unknown codes */
    EXTENDED_DNSSEC,      /* the DNSSEC data of the zone */
    EXTENDED_UNREACHABLE, /* the resolver did not reach the name servers of the zone: these, or the
                             resolver's own network */
    EXTENDED_NOT_READY,   /* the resolver is not ready */
    EXTENDED_STALE,       /* an answer from beyond its TTL (RFC 8767) */
    EXTENDED_FILTERED,    /* the resolver withholds or forges the answer by a policy of its own */
};

enum extended_error_class extended_error_class(uint16_t code);
/* Of two codes about one question, the one that weighs more; `first` if none does. */
uint16_t extended_error_heavier(uint16_t first, uint16_t second);

enum { EXTENDED_ERROR_TEXT_MAX = 64 };
/* "EDE 6 (DNSSEC Bogus)"; an unknown code without a name. "" for 0. Returns the length. */
size_t extended_error_print(char out[EXTENDED_ERROR_TEXT_MAX], uint16_t code);

#endif
