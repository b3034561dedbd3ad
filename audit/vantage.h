/*
 * What a vantage answers about an address, and whether two vantages differ. A vantage is a resolver
 * that is asked besides the resolvers of the run, or a name server of a zone that is asked for
 * names in that zone.
 *
 * Only what matters for mail is compared: the PTR names, the target of an alias, whether the
 * addresses of a name include the audited one. Not compared: order, case, additional addresses
 * (round robin), NXDOMAIN versus NODATA. A failed answer differs from nothing.
 *
 * Ownership: plain values; pointers lead into the observation. Threads: no state.
 */
#ifndef AUDIT_VANTAGE_H
#define AUDIT_VANTAGE_H

#include "audit/judgement.h"

enum answer_summary_kind {
    SUMMARY_NONE,    /* no answer, or an error: nothing is known */
    SUMMARY_NAMES,   /* these PTR names */
    SUMMARY_MANY,    /* there are more PTR names than these: they are not compared */
    SUMMARY_ALIAS,   /* a CNAME to this name */
    SUMMARY_HELD,    /* an address record for the address */
    SUMMARY_OTHERS,  /* address records, all for other addresses */
    SUMMARY_NOTHING, /* NXDOMAIN or NODATA */
    SUMMARY_KINDS
};

enum { ANSWER_SUMMARY_TEXT_MAX = ANSWER_NAMES_MAX * DNSNAME_TEXT_MAX };

/* One answer, reduced to what is compared. */
struct answer_summary {
    enum answer_summary_kind kind;
    char text[ANSWER_SUMMARY_TEXT_MAX]; /* sorted names in lower case, or other addresses, joined by
                                           blanks */
};

/* at_end: summarise the end of the CNAME chain; else the name that was asked for, which is the only
 * part that its zone decides. */
void answer_summary_of(struct answer_summary *out, const struct answer *answer, uint16_t type,
                       bool at_end);
bool answer_summary_differs(const struct answer_summary *a, const struct answer_summary *b);

/* Does an answer of a name server speak against a certain verdict that does not pass? It does if
 * the verdict would not be that one with it: there are PTR names where the run found none or
 * others, or the host name has the address. Only for answers that differ from those of the run. */
bool answer_summary_refutes(const struct answer_summary *summary, uint16_t type,
                            enum verdict verdict);

/* The questions about an address for the servers of zones: those that were asked and, where a CNAME
 * chain led to another name, those for its end. */
struct server_question {
    const struct dnsname *name;
    uint16_t type;
    bool at_end;
    const struct answer *answer; /* the one in the observation */
};

enum { SERVER_QUESTIONS_MAX = 2 * (1 + OBSERVATION_FORWARDS_MAX) };

struct server_questions {
    struct dnsname reverse;
    unsigned count;
    struct server_question questions[SERVER_QUESTIONS_MAX];
};

void server_questions_of(struct server_questions *out, const struct ipaddr *address,
                         const struct observation *seen);
/* NULL: there is no such question. */
const struct server_question *server_questions_find(const struct server_questions *questions,
                                                    uint16_t type, const struct dnsname *name);

/* The answer of one resolver about an address. */
struct vantage_answer {
    enum verdict verdict;
    struct answer_summary ptr;
    int64_t until; /* seconds since 1970 UTC: the last of its answers has then left the resolver's
                      cache */
};

/* evidence: with the facts from this resolver; facts NULL: it was not asked. */
void vantage_answer_of(struct vantage_answer *out, const struct evidence *evidence);
/* Is anything known from this resolver? */
bool vantage_answer_is_known(const struct vantage_answer *answer);
bool vantage_answer_differs(const struct vantage_answer *a, const struct vantage_answer *b);

/* Adds the finding `inconsistent`, which may last until then. */
void judgement_find_inconsistent(struct judgement *judgement, int64_t until);

#endif
