/*
 * What is known about one address (evidence), and what it amounts to (judgement).
 *
 * Ownership: plain values; pointers lead to what the caller owns. Threads: no state. Units: times
 * are seconds since 1970 UTC.
 */
#ifndef AUDIT_JUDGEMENT_H
#define AUDIT_JUDGEMENT_H

#include "audit/fix.h"
#include "audit/observation.h"

/* A PTR name of at least this many audited addresses is a shared one. */
enum { SHARED_NAME_MIN = 5 };

/* The number of labels of a name's registrable domain; 0: it has none (public suffix list). */
typedef unsigned registrable_labels_fn(void *list, const struct dnsname *name);

/* How many audited addresses have the PTR name, if they are SHARED_NAME_MIN or more; else 0. */
typedef uint64_t name_sharers_fn(void *census, const struct dnsname *name);

/* What is known about the address of one input row. */
struct evidence {
    struct ipaddr address;
    const struct observation *seen;            /* NULL: not looked up */
    int64_t checked_at;                        /* valid with seen */
    const struct dnsname *expected;            /* a host name or a domain; NULL: none */
    bool mapped;                               /* the input was IPv4-mapped IPv6 */
    bool skip_special;                         /* --special skip */
    bool resolvers_fail;                       /* as in struct blame_case */
    registrable_labels_fn *registrable_labels; /* NULL: generic names are not looked for */
    void *suffixes;                            /* its first argument */
    name_sharers_fn *name_sharers;             /* NULL: shared names are not looked for */
    void *census;                              /* its first argument */
};

struct exception;

struct judgement {
    enum verdict verdict;
    uint32_t findings;   /* bit per enum finding */
    enum severity worst; /* of the verdict and its findings, as far as they count */
    uint16_t confirmed;  /* bit i: PTR name i is confirmed */
    uint16_t shared;     /* bit i: sharers[i] audited addresses have PTR name i */
    uint64_t sharers[ANSWER_NAMES_MAX];
    bool expected_is_ptr; /* an expected name is among the PTR names that were kept */
    bool expected_ready;  /* the expected name has this address: only the PTR is missing */
    bool expected_fails;  /* its lookup failed, and something else must be fixed */
    enum culprit culprit; /* of a verdict of severity fail */
    unsigned fix_count;
    struct fix fixes[FIXES_MAX];
    bool has_reverse_zone;
    struct dnsname reverse_zone;     /* apex of the zone of the PTR answer, if a SOA named it */
    bool has_safe_after;             /* there is something to fix, and the next time is known */
    int64_t safe_after;              /* before this time a fix may not be seen */
    uint32_t timed_findings;         /* bit per enum finding: finding_after is set */
    int64_t finding_after[FINDINGS]; /* before this time a change that ends it may not be seen */
    /* What the policy accepts (audit/policy.h); verdict_of leaves these empty. */
    const struct exception *verdict_exception;            /* NULL: the verdict counts */
    uint32_t excepted_findings;                           /* of `findings`: these do not count */
    const struct exception *finding_exceptions[FINDINGS]; /* set where excepted_findings says so */
};

static inline bool judgement_has(const struct judgement *judgement, enum finding finding)
{
    return (judgement->findings >> finding) & 1u;
}

static inline void judgement_add_finding(struct judgement *judgement, enum finding finding)
{
    judgement->findings |= UINT32_C(1) << finding;
}

/* Is there anything that does not count? */
static inline bool judgement_is_excepted(const struct judgement *judgement)
{
    return judgement->verdict_exception || judgement->excepted_findings;
}

/* For answers that were never in a cache. */
static inline void judgement_forget_times(struct judgement *judgement)
{
    judgement->has_safe_after = false;
    judgement->timed_findings = 0;
}

/* Empties all but the names, which are large and are read only where a flag says so. The verdict is
 * the caller's to set. */
void judgement_clear(struct judgement *out);
/* Sets `worst` from what counts. */
void judgement_weigh(struct judgement *judgement);
/* Decides again who may be named for each fix, now that the answers of name servers are known.
 * Fixes without a party are dropped. */
void judgement_blame(struct judgement *judgement, const enum servers_agree servers[FIXES_MAX]);
/* The time before which a change that the row asks for may not be seen: of the fixes and of the
 * finding `inconsistent`; where there is neither, of the other findings. False: the row asks for no
 * change, or the time is not known. */
bool judgement_safe_after(int64_t *out, const struct judgement *judgement)
    __attribute__((warn_unused_result));

#endif
