/*
 * What a vantage says of an address, and whether two of them say the same. A vantage is a resolver
 * that is asked beside the resolvers of the run, or a name server of a zone that is asked for the
 * names of that zone.
 *
 * Only what decides something for mail is compared: which PTR names there are, where an alias
 * leads, whether the address is among those of a name. So neither order nor case makes a
 * difference, nor which other addresses a name has (round robin), nor by which of NXDOMAIN and
 * NODATA a vantage says that there is nothing. Where an answer failed nothing is known, and nothing
 * differs.
 *
 * Ownership: plain values; pointers go into the observation. Threads: no state.
 */
#ifndef AUDIT_VANTAGE_H
#define AUDIT_VANTAGE_H

#include "audit/judgement.h"

enum answer_summary_kind {
    SUMMARY_NONE,    /* no answer, or an error: nothing is known */
    SUMMARY_NAMES,   /* these PTR names */
    SUMMARY_MANY,    /* more PTR names than are kept: which, is not compared */
    SUMMARY_ALIAS,   /* a CNAME to this name */
    SUMMARY_HELD,    /* an address record for the address */
    SUMMARY_OTHERS,  /* address records, all for other addresses */
    SUMMARY_NOTHING, /* NXDOMAIN or NODATA */
    SUMMARY_KINDS
};

enum { ANSWER_SUMMARY_TEXT_MAX = ANSWER_NAMES_MAX * DNSNAME_TEXT_MAX };

/* What one answer comes to. */
struct answer_summary {
    enum answer_summary_kind kind;
    char text[ANSWER_SUMMARY_TEXT_MAX]; /* names in lower case and in order, or other addresses,
                                    joined by blanks */
};

/* at_end: what stands at the end of the answer's chain; else what stands at the name that was asked
 * for, which is all that its zone has a say in. */
void answer_summary_of(struct answer_summary *out, const struct answer *answer, uint16_t type,
                       bool at_end);
bool answer_summary_differs(const struct answer_summary *a, const struct answer_summary *b);

/* The questions about an address that servers of zones can be asked: those that were asked, and
 * where a chain of aliases led elsewhere, those for its end. */
struct server_question {
    const struct dnsname *name;
    uint16_t type;
    bool at_end;
    const struct answer *answer; /* that was seen */
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

/* What an address looks like through one resolver. */
struct vantage_answer {
    enum verdict verdict;
    struct answer_summary ptr;
    int64_t until; /* seconds since 1970 UTC: then the last of its answers has left the resolver's
                      cache */
};

/* evidence: with the facts that came through this resolver; NULL facts: it was not asked. */
void vantage_answer_of(struct vantage_answer *out, const struct evidence *evidence);
/* Does the resolver say anything of the address? */
bool vantage_answer_is_known(const struct vantage_answer *answer);
bool vantage_answer_differs(const struct vantage_answer *a, const struct vantage_answer *b);

/* Adds the finding: it may stand until then. */
void judgement_find_inconsistent(struct judgement *judgement, int64_t until);

#endif
