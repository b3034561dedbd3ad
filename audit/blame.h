/*
 * Whose fault is it: the resolver's, its cache's, a zone's or a name server's? This is the one
 * place that decides it, and the only one that names a kind of party: enum fixer values come from
 * here. docs/parties.md has the table.
 *
 * Where the fault is open, no party is named.
 *
 * Ownership: plain values. Threads: no state. Errors: none.
 */
#ifndef AUDIT_BLAME_H
#define AUDIT_BLAME_H

#include "audit/answer.h"
#include "audit/finding.h"

enum fault {
    FAULT_NONE,
    FAULT_PTR,            /* an answer shows that the PTR record is missing or wrong */
    FAULT_FORWARD,        /* an answer shows that the address record is missing or wrong */
    FAULT_LOOKUP,         /* a lookup failed */
    FAULT_ANSWERS_DIFFER, /* resolvers or name servers give different answers */
    FAULT_SERVER_LAME,    /* a name server of a zone does not have the zone */
    FAULT_SERVER_SILENT,  /* a name server of a zone does not answer */
    FAULT_SERVER_ADDRESS, /* the name of a name server of a zone has no address */
    FAULTS
};

/* The answers of a zone's name servers to the question, beside that of the run's resolvers. */
enum servers_agree {
    SERVERS_UNKNOWN, /* they were not asked, or not enough of them answered */
    SERVERS_SAME,    /* they give the answer of the run */
    SERVERS_NEWER,   /* they agree on another answer: that of the run comes from an old cache */
    SERVERS_DIFFER,  /* they differ from each other */
    SERVERS_AGREES
};

struct blame_case {
    enum fault fault;
    enum answer_kind kind; /* FAULT_LOOKUP: how it failed */
    bool not_ready;      /* FAULT_LOOKUP: the resolver says that it is not ready (RFC 8914 4.15) */
    bool resolvers_fail; /* they answered no question of the run with anything but an error */
    bool stale; /* FAULT_PTR, FAULT_FORWARD: the answer is from beyond its TTL (RFC 8767) */
    enum servers_agree servers; /* not for a server's own fault */
    bool may_be_filtered; /* FAULT_PTR, FAULT_FORWARD: the answer may be that of the resolver */
    bool servers_serve;   /* a server's own fault: some server of some zone has its zone */
    bool family_answers;  /* FAULT_SERVER_SILENT: a server of its address family answered */
};

enum culprit {
    CULPRIT_NONE,     /* there is no fault */
    CULPRIT_OPEN,     /* it is not known whose fault it is */
    CULPRIT_RESOLVER, /* the resolver cannot or will not look up the question */
    CULPRIT_CACHE,    /* the resolver remembers an old answer */
    CULPRIT_ZONE,     /* the zone's records, or its service as a whole */
    CULPRIT_SERVERS,  /* single name servers of a zone */
    CULPRITS
};

struct blame {
    enum culprit culprit;
    enum fixer
        party; /* that may be named; FIXER_NONE unless the culprit is a zone or its servers */
};

struct blame blame_of(const struct blame_case *found);
/* Can an answer of this kind be the fault of a zone? If several lookups fail, these are named
 * first. An answer of this kind to the question for a zone itself shows that the zone fails. */
bool blame_may_be_zone(enum answer_kind kind);
/* "the resolver" */
const char *culprit_text(enum culprit culprit);

#endif
