/*
 * The replies of one resolver to questions of the run, counted by RCODE, and what they show about
 * the resolver itself. A resolver that answers no question with anything but an error says nothing
 * about any zone: no party may be named from its replies.
 *
 * Ownership: plain values that begin with zeros. Threads: one at a time; each asker has its own
 * counts, merged afterwards.
 */
#ifndef IO_LOOKUP_RESOLVER_COUNTS_H
#define IO_LOOKUP_RESOLVER_COUNTS_H

#include "audit/answer.h"
#include "io/system/endpoint.h"

/* NOERROR to REFUSED by number; the last counts all higher ones. */
enum { RESOLVER_RCODES = RCODE_REFUSED + 2 };

struct resolver_counts {
    struct endpoint endpoint;
    uint64_t replies[RESOLVER_RCODES]; /* believable replies, probes not included */
    /* Of the NOERROR ones: a referral, or no records with RA and AA 0. The resolver passed the
     * question back instead of recursing (RFC 1035 4.1.1). */
    uint64_t passed_back;
    uint64_t silent;          /* tries without any reply */
    uint64_t recursive;       /* replies with RA set: it offers recursion */
    uint64_t probes;          /* sent during the run */
    uint64_t probes_answered; /* of them */
    uint64_t filtered;        /* replies in which it withheld the answer (ANSWER_FILTERED) */
};

/* In order of what is said if several apply. */
enum resolver_fault {
    RESOLVER_ANSWERS,      /* at least one question, with something else than an error */
    RESOLVER_UNASKED,      /* no question was sent */
    RESOLVER_SILENT,       /* no reply came */
    RESOLVER_REFUSES,      /* REFUSED to every question */
    RESOLVER_NO_RECURSION, /* passes questions back, answers none */
    RESOLVER_FAILS,        /* errors only, SERVFAIL above all */
};

/* Counts a believable reply; ra: the bit of that name. */
void resolver_counts_add(struct resolver_counts *counts, const struct answer *answer, bool ra);
/* Were more tries silent than answered? */
bool resolver_counts_mostly_silent(const struct resolver_counts *counts);
enum resolver_fault resolver_counts_fault(const struct resolver_counts *counts);

enum { RESOLVER_FAULT_TEXT_MAX = ENDPOINT_TEXT_MAX + 160 };
/* "192.0.2.53@53 answers REFUSED to every question: ..."; "" for RESOLVER_ANSWERS. Returns the
 * length. */
size_t resolver_fault_print(char out[RESOLVER_FAULT_TEXT_MAX],
                            const struct resolver_counts *counts);

/* "192.0.2.53@53 withheld 3 of 120 answers"; "" for none. Returns the length. */
size_t resolver_filter_print(char out[RESOLVER_FAULT_TEXT_MAX],
                             const struct resolver_counts *counts);

/* The counts of several resolvers. */
struct resolvers_counts {
    unsigned count;
    struct resolver_counts of[ENDPOINTS_MAX];
};

/* Adds by endpoint. Endpoints beyond ENDPOINTS_MAX are left out. */
void resolvers_counts_merge(struct resolvers_counts *into, const struct resolvers_counts *from);
/* Has no resolver answered any question with anything but an error? False if none was asked. */
bool resolvers_counts_show_no_answer(const struct resolvers_counts *counts);

/* One line for the run file: "192.0.2.53@53=12,0,0,3,0,0,0,0,1,15,0,0 ...". A thirteenth
 * number, `filtered`, is there only if it is not 0. */
enum {
    RESOLVERS_COUNTS_TEXT_MAX = ENDPOINTS_MAX * (ENDPOINT_TEXT_MAX + (RESOLVER_RCODES + 6) * 21) + 1
};
void resolvers_counts_print(char out[RESOLVERS_COUNTS_TEXT_MAX],
                            const struct resolvers_counts *counts);
/* Reads as much as is well formed; the text may come from a stranger's run file. */
void resolvers_counts_parse(struct resolvers_counts *out, const char *text);

#endif
