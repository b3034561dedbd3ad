/*
 * The closed tables of verdicts and findings. CSV values, page, summary, help and man page are made
 * from these rows.
 *
 * Rules: RFC 8601 2.7.3 (iprev), RFC 2308 (negative answers), RFC 2317 (classless delegation),
 * RFC 7208 4.6.4 (ten names).
 *
 * Ownership: rows are static. Threads: no state.
 */
#ifndef AUDIT_FINDING_H
#define AUDIT_FINDING_H

enum iprev { IPREV_NONE, IPREV_PASS, IPREV_FAIL, IPREV_PERMERROR, IPREV_TEMPERROR };
enum severity { SEVERITY_NONE, SEVERITY_INFO, SEVERITY_WARN, SEVERITY_FAIL };

enum verdict {
    VERDICT_PASS,
    VERDICT_HOSTNAME_MISMATCH,
    VERDICT_NO_PTR,
    VERDICT_PTR_INVALID,
    VERDICT_NO_FORWARD,
    VERDICT_FORWARD_MISMATCH,
    VERDICT_DNS_ERROR,
    VERDICT_UNANSWERED,
    VERDICT_NOT_PUBLIC,
    VERDICTS
};

/* The kinds of party that can be asked to change something. */
enum fixer {
    FIXER_NONE,         /* there is nothing to fix, or the party is not known yet */
    FIXER_REVERSE_ZONE, /* operator of the reverse zone: sets PTR records */
    FIXER_HOST_NAME,    /* owner of the host name: sets A and AAAA records */
    FIXER_FAILING_ZONE, /* operator of the zone that fails */
    FIXER_NAME_SERVERS, /* operator of name servers that differ or fail; never of a verdict */
    FIXERS
};

struct verdict_row {
    const char *key; /* "no-ptr": CSV and JSON value */
    enum iprev iprev;
    enum severity severity;
    enum fixer fixer;
    const char *sentence; /* for people, ends with a full stop */
    const char *source;   /* RFC and section */
};

enum finding {
    FINDING_MULTIPLE_PTR,
    FINDING_UNCONFIRMED_NAME,
    FINDING_PTR_NAMES_CUT,
    FINDING_PTR_ALIAS,
    FINDING_FORWARD_ALIAS,
    FINDING_INVALID_NAME,
    FINDING_GENERIC_NAME_1,
    FINDING_GENERIC_NAME_2,
    FINDING_GENERIC_NAME_3,
    FINDING_SHARED_NAME,
    FINDING_SPECIAL_PURPOSE,
    FINDING_SHORT_TTL,
    FINDING_NO_SOA,
    FINDING_FLAKY,
    FINDING_IPV4_MAPPED,
    FINDING_NOT_ASKED,
    FINDING_INCONSISTENT,
    FINDING_PROVEN_BY_CUT,
    FINDING_FLAPPING,
    FINDING_STALE_ANSWER,
    FINDINGS
};

/* What must change in the DNS before a finding disappears. It decides how long the old state may be
 * remembered. */
enum change {
    CHANGE_NOTHING, /* for information, or a reason to run the audit again */
    CHANGE_PTR,     /* the PTR RRset */
    CHANGE_EITHER,  /* the PTR RRset, or the RRset at a PTR name */
    CHANGE_TTL,     /* the RRset with the short TTL */
    CHANGE_ZONE,    /* the zone that answers without SOA */
    CHANGE_SERVERS, /* the resolver or name server that differs from the others */
    CHANGES
};

struct finding_row {
    const char *key;
    enum severity severity;
    enum change change;
    const char *sentence;
    const char *source;
};

struct fixer_row {
    const char *key;   /* "reverse-zone-operator": CSV value; "" for FIXER_NONE */
    const char *title; /* "Operator of the reverse zone" */
};

const struct verdict_row *verdict_row(enum verdict verdict);
const struct finding_row *finding_row(enum finding finding);
const struct fixer_row *fixer_row(enum fixer fixer);
const char *iprev_key(enum iprev iprev); /* "" for IPREV_NONE */
const char *severity_key(enum severity severity);
const char *change_text(enum change change); /* "the PTR record"; "nothing" */

#endif
