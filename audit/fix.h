/*
 * One thing that a party is asked to change: mostly a record to set. audit/blame.h decides which
 * party that is.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_FIX_H
#define AUDIT_FIX_H

#include "audit/answer.h"
#include "audit/blame.h"

enum { FIXES_MAX = 2, FIX_TTL = 3600 };

/* Type PTR: owner -> host. Type A or AAAA: owner (a host name) -> address. */
struct fix {
    struct blame_case why; /* what the party is named for */
    enum fixer who;        /* never FIXER_NONE */
    bool has_record;       /* false: there is no record to set, or the host name is not known */
    bool has_domain;       /* without a record: `host` is the domain that its name must be below */
    bool has_question;     /* without a record: `type` and `owner` are the question that failed */
    uint16_t type;         /* RR_PTR, RR_A, RR_AAAA */
    uint16_t rcode;        /* with a question: of its answer, as extended_error (audit/answer.h) */
    uint16_t extended_error;
    struct dnsname owner;
    struct dnsname host;   /* RR_PTR; a domain has an asterisk (audit/expectation.h) */
    struct ipaddr address; /* RR_A, RR_AAAA */
};

enum { FIX_TEXT_MAX = 2 * DNSNAME_TEXT_MAX + 64 };

/* "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com." NUL-terminated; "" without a record.
 * Returns the length. */
size_t fix_print(char out[FIX_TEXT_MAX], const struct fix *fix);

#endif
