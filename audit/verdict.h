/*
 * The closed tables of verdicts and findings, and the one pure function that judges an address.
 *
 * CSV values, HTML legend, summary, help and man page come from these rows: a word that is not here
 * is not said. Rules: RFC 8601 2.7.3 (iprev), RFC 2308 (negative answers), RFC 2317 (classless
 * delegation), RFC 7208 4.6.4 (ten names).
 *
 * Ownership: rows are static; a judgement is a plain value. Threads: no state.
 */
#ifndef AUDIT_VERDICT_H
#define AUDIT_VERDICT_H

#include "audit/observation.h"

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

enum fixer {
    FIXER_NONE,         /* nothing to fix, or nobody yet: try again */
    FIXER_REVERSE_ZONE, /* operator of the reverse zone: sets PTR records */
    FIXER_HOST_NAME,    /* owner of the host name: sets A and AAAA records */
    FIXER_FAILING_ZONE, /* operator of the zone that fails */
    FIXER_NAME_SERVERS, /* operator of name servers that disagree; never of a verdict */
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
    FINDINGS
};

/* What would have to change in the DNS for a finding to go away: that tells how long the old state
 * may be remembered. */
enum change {
    CHANGE_NOTHING, /* it is told for information, or asks for another run */
    CHANGE_PTR,     /* the PTR RRset */
    CHANGE_EITHER,  /* the PTR RRset, or what stands at a PTR name */
    CHANGE_TTL,     /* the RRset with the short TTL */
    CHANGE_ZONE,    /* the zone that answers without SOA */
    CHANGE_SERVERS, /* whatever says another thing than the rest */
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
    const char *key;   /* "reverse-zone-operator": CSV value; "" for nobody */
    const char *title; /* "Operator of the reverse zone" */
};

const struct verdict_row *verdict_row(enum verdict verdict);
const struct finding_row *finding_row(enum finding finding);
const struct fixer_row *fixer_row(enum fixer fixer);
const char *iprev_key(enum iprev iprev); /* "" for IPREV_NONE */
const char *severity_key(enum severity severity);
const char *change_text(enum change change); /* "the PTR record"; "nothing" */

enum { FIXES_MAX = 2, FIX_TTL = 3600 };

/* A name that stands at so many of the audited addresses is a shared one. */
enum { SHARED_NAME_MIN = 5 };

/* One record that somebody must set. Type PTR: owner -> host. Type A/AAAA: owner (a host name) ->
 * address. */
struct fix {
    enum fixer who;
    bool has_record; /* false: the record cannot be named (no expected host name is known) */
    uint16_t type;   /* RR_PTR, RR_A, RR_AAAA */
    struct dnsname owner;
    struct dnsname host;   /* RR_PTR */
    struct ipaddr address; /* RR_A, RR_AAAA */
};

enum { FIX_TEXT_MAX = 2 * DNSNAME_TEXT_MAX + 64 };

/* Where the registrable domain of a name begins: its number of labels, 0 if it has none (public
 * suffix list).
 */
typedef unsigned registrable_labels_fn(void *list, const struct dnsname *name);

/* How many of the audited addresses a PTR name stands at, if they are SHARED_NAME_MIN or more; else
 * 0. */
typedef uint64_t name_sharers_fn(void *census, const struct dnsname *name);

/* What is known about one input row's address. */
struct evidence {
    struct ipaddr address;
    const struct observation *seen;            /* NULL: not asked */
    int64_t checked_at;                        /* seconds since 1970 UTC; valid with seen */
    const struct dnsname *expected;            /* NULL: none */
    bool mapped;                               /* input was IPv4-mapped IPv6 */
    bool skip_special;                         /* --special skip */
    registrable_labels_fn *registrable_labels; /* NULL: names are not looked at for being generic */
    void *suffixes;                            /* its first argument */
    name_sharers_fn *name_sharers;             /* NULL: names are not looked at for being shared */
    void *census;                              /* its first argument */
};

struct exception;

struct judgement {
    enum verdict verdict;
    uint32_t findings;   /* bit per enum finding */
    enum severity worst; /* of the verdict and its findings, as far as they count */
    uint16_t confirmed;  /* bit i: PTR name i is confirmed */
    uint16_t shared;     /* bit i: PTR name i is a shared one; sharers[i] addresses have it */
    uint64_t sharers[ANSWER_NAMES_MAX];
    bool expected_is_ptr; /* the expected name is among the PTR names that are kept */
    bool expected_ready;  /* the expected name has this address: only the PTR is missing */
    unsigned fix_count;
    struct fix fixes[FIXES_MAX];
    bool has_reverse_zone;
    struct dnsname
        reverse_zone; /* apex of the zone that answered the PTR question, if a SOA named it */
    bool
        has_safe_after; /* of the fixes: something must be fixed, and it is known when that shows */
    int64_t safe_after; /* seconds since 1970 UTC: before it a fix may not be seen */
    uint32_t timed_findings;         /* bit per enum finding: finding_after is set */
    int64_t finding_after[FINDINGS]; /* likewise: before it a change that ends the finding may not
                                        be seen */
    /* What the policy has accepted (audit/policy.h); verdict_of leaves these empty. */
    const struct exception *verdict_exception;            /* NULL: the verdict counts */
    uint32_t excepted_findings;                           /* of `findings`: these do not count */
    const struct exception *finding_exceptions[FINDINGS]; /* set where excepted_findings says so */
};

void verdict_of(struct judgement *out, const struct evidence *evidence);
/* Sets `worst` anew from what counts. */
void judgement_weigh(struct judgement *judgement);

static inline bool judgement_has(const struct judgement *judgement, enum finding finding)
{
    return (judgement->findings >> finding) & 1u;
}

/* Before when nothing of the row that asks for a change may be seen to be changed: the fixes and
 * what is inconsistent, which must be looked after; where there is none of them, the other
 * findings. False: nothing asks for a change, or it is not known. */
bool judgement_safe_after(int64_t *out, const struct judgement *judgement)
    __attribute__((warn_unused_result));

/* The answers never were in a cache. */
static inline void judgement_forget_times(struct judgement *judgement)
{
    judgement->has_safe_after = false;
    judgement->timed_findings = 0;
}

/* Is there anything that does not count? */
static inline bool judgement_is_excepted(const struct judgement *judgement)
{
    return judgement->verdict_exception || judgement->excepted_findings;
}

/* "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com." NUL-terminated; "" without a record;
 * returns the length. */
size_t fix_print(char out[FIX_TEXT_MAX], const struct fix *fix);

#endif
