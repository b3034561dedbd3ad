/*
 * One question to the DNS, and what is known of its answer: facts only, no judgement.
 *
 * The words are those of RFC 9499: NXDOMAIN, NODATA, RRset, alias (the owner of a CNAME).
 * Ownership: plain values; only the fields that `kind` and the counts declare valid are set, the
 * rest is undefined.
 */
#ifndef AUDIT_ANSWER_H
#define AUDIT_ANSWER_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

enum rr_type {
    RR_A = 1,
    RR_NS = 2,
    RR_CNAME = 5,
    RR_SOA = 6,
    RR_PTR = 12,
    RR_AAAA = 28,
    RR_DNAME = 39, /* never asked for, but it leads to other names (RFC 6672) */
};
enum rcode {
    RCODE_NOERROR = 0,
    RCODE_FORMERR = 1,
    RCODE_SERVFAIL = 2,
    RCODE_NXDOMAIN = 3,
    RCODE_NOTIMP = 4,
    RCODE_REFUSED = 5,
    RCODE_YXDOMAIN = 6
};

struct question {
    struct dnsname name;
    uint16_t type; /* enum rr_type; the class is always IN */
};

enum answer_kind {
    ANSWER_RECORDS,  /* at least one record of the type at the end of the chain */
    ANSWER_NODATA,   /* NOERROR without such a record, also at the end of a chain */
    ANSWER_NXDOMAIN, /* the name, or the end of its chain, does not exist */
    ANSWER_SERVFAIL, /* the resolver could not get an answer */
    ANSWER_REFUSED,
    ANSWER_OTHER_RCODE,    /* any other RCODE, in `rcode` */
    ANSWER_ALIAS_LOOP,     /* the CNAME chain returns to a name of its own */
    ANSWER_ALIAS_LONG,     /* more than ANSWER_ALIASES_MAX CNAMEs */
    ANSWER_ALIAS_CONFLICT, /* two different CNAMEs at one owner (RFC 2181 10.1) */
    ANSWER_UNBELIEVABLE,   /* replies came, none of them passed the checks */
    ANSWER_SILENT,         /* no reply came to any try */
    ANSWER_NO_ZONE,        /* from zone files: no file has the name, or the end of its chain */
    ANSWER_REFERRAL, /* a referral to other servers (RFC 2308 2.2), or an empty reply, from a server
                        that does not recurse */
    ANSWER_TRUNCATED,  /* cut short, over TCP too, and what came decides nothing */
    ANSWER_ALIAS_OPEN, /* the reply ends with an alias: its target has to be asked for */
    ANSWER_FILTERED,   /* the resolver withholds or forges the answer by a policy of its own, and
                          says so (RFC 8914, RPZ), whatever the RCODE */
    ANSWER_KINDS
};

enum {
    ANSWER_NAMES_MAX = 10,     /* PTR names kept (RFC 7208 4.6.4 looks at ten) */
    ANSWER_ADDRESSES_MAX = 16, /* addresses kept; all of them are compared */
    ANSWER_ALIASES_MAX = 16,   /* length of a CNAME chain that is followed */
    EXPECTED_MAX = 8,          /* expected names looked up for one address */
    OBSERVATION_FORWARDS_MAX = ANSWER_NAMES_MAX + EXPECTED_MAX, /* forward answers of one address */
};

struct answer {
    enum answer_kind kind;
    uint16_t rcode;          /* with the EDNS bits if present; 0 where no believable reply came */
    uint16_t extended_error; /* INFO-CODE of RFC 8914; 0: none, or Other Error, which says nothing.
                                Of a chain over several replies, that of the last one with a code;
                                of a lookup that failed, that of the last one */
    uint16_t tries; /* queries sent, 1 or more, also those shared with other questions; set by the
                       asker. 0: see answer_is_proven_by_cut. For a chain over several replies, 1
                       and the failed tries of all */
    uint32_t ttl;   /* seconds the answer may be cached: the smallest TTL of chain and RRset. NODATA
                       and NXDOMAIN: the negative TTL (RFC 2308 5: min(SOA TTL, MINIMUM), at most
                       three hours), 0 without SOA */
    uint32_t
        ttl_spread; /* seconds: the largest TTL of chain and RRset less `ttl`; 0 without aliases */
    bool authoritative; /* AA: the replying server has the zone of the question's name itself */
    bool has_soa; /* SOA in the authority section of a NODATA or NXDOMAIN reply; for question type
                     SOA also the record asked for */
    struct dnsname soa_zone;  /* its owner: the zone apex */
    struct dnsname soa_mname; /* primary name server */
    uint32_t soa_serial;      /* version of the zone (RFC 1035 3.3.13) */
    struct dnsname soa_rname; /* mailbox of the person in charge, as a name (RFC 1035 3.3.13) */
    uint16_t alias_count;     /* CNAMEs followed; aliases[i] is the target of the i-th */
    struct dnsname aliases[ANSWER_ALIASES_MAX];
    uint32_t total; /* distinct records of the type (ANSWER_RECORDS) */
    uint16_t kept;  /* of them stored below, in answer order */
    bool truncated; /* ANSWER_RECORDS: there are more records than these; how many is unknown */
    bool holds;     /* A/AAAA: the wanted address is among all `total` records */
    union {
        struct dnsname names[ANSWER_NAMES_MAX];        /* question type PTR or NS */
        struct ipaddr addresses[ANSWER_ADDRESSES_MAX]; /* question type A or AAAA */
    } records;
};

/* Clears all fields but `kind` and `tries`, as in an answer without records. */
static inline void answer_clear(struct answer *answer)
{
    answer->rcode = 0;
    answer->extended_error = 0;
    answer->ttl = 0;
    answer->ttl_spread = 0;
    answer->authoritative = false;
    answer->has_soa = false;
    answer->alias_count = 0;
    answer->total = 0;
    answer->kept = 0;
    answer->truncated = false;
    answer->holds = false;
}

/* A TTL in a reply, or in a run file of others, may be 68 years and more. Caches keep nothing for
 * so long: RFC 8767 4 has them cap a TTL, at seven days as recommended. */
enum { ANSWER_CACHED_MAX = 7 * 24 * 3600 };

/* Seconds until every part of the answer has left a cache that took it now. A chain expires with
 * its first record, but a wrong record at its end may outlive the CNAME that led there. */
static inline uint32_t answer_longest_ttl(const struct answer *answer)
{
    uint64_t longest = (uint64_t)answer->ttl + answer->ttl_spread;

    return longest < ANSWER_CACHED_MAX ? (uint32_t)longest : ANSWER_CACHED_MAX;
}

/* Did the lookup fail, so that nothing is known? (everything from SERVFAIL on) */
static inline bool answer_is_temporary(const struct answer *answer)
{
    return answer->kind >= ANSWER_SERVFAIL;
}

/* NODATA or NXDOMAIN: there is known to be nothing. */
static inline bool answer_is_negative(const struct answer *answer)
{
    return answer->kind == ANSWER_NODATA || answer->kind == ANSWER_NXDOMAIN;
}

/* No query of its own brought this answer: the name of the block was denied (audit/cut.h). */
static inline bool answer_is_proven_by_cut(const struct answer *answer)
{
    return answer->kind == ANSWER_NXDOMAIN && answer->tries == 0;
}

#endif
