/*
 * What mail receivers are reported to do with an address: one table of receivers, and the pure
 * function that gives the outcome at each of them. "Reported" by the source in the row, never
 * promised: receivers change their rules without notice. What no source says is OUTCOME_UNKNOWN.
 * docs/receivers.md shows the table.
 *
 *     name_results_of (once per address) -> receiver_outcome (once per receiver) -> receivers_print
 *
 * Several PTR names. The DNS returns them in any order, so a receiver that checks one name sees a
 * random one, and a receiver that checks two sees a random pair. The outcome is then the worst
 * possible: if one name of three is not confirmed, a receiver that checks one name gets the outcome
 * of that name, with REASON_SOME_NAMES. A receiver whose number of names is unknown gets
 * OUTCOME_UNKNOWN where the names differ. Names that were not looked up (beyond ANSWER_NAMES_MAX)
 * count as unknown.
 *
 * Ownership: rows are static, or in the caller's struct receiver_file (audit/receiver_file.h);
 * results are plain values. Threads: no state.
 */
#ifndef AUDIT_RECEIVERS_H
#define AUDIT_RECEIVERS_H

#include "audit/judgement.h"

/* From best to worst: the worse of two is the greater one. */
enum outcome {
    OUTCOME_ACCEPTS,   /* no reported rule is against the address */
    OUTCOME_UNKNOWN,   /* no source says */
    OUTCOME_PENALISES, /* accepts the message, with a penalty */
    OUTCOME_DEFERS,    /* a 4xx reply: the sender is to try again later */
    OUTCOME_REFUSES,   /* a 5xx reply */
    OUTCOMES
};

/* The reason of an outcome. */
enum receiver_reason {
    REASON_CONFIRMED,  /* the names resolve back */
    REASON_NO_PTR,     /* missing */
    REASON_MISMATCH,   /* a PTR name that does not resolve back, or cannot be a host name */
    REASON_LOCALHOST,  /* a PTR name is localhost */
    REASON_GENERIC,    /* a name that looks generic */
    REASON_TEMPORARY,  /* DNS failed */
    REASON_SOME_NAMES, /* the outcome depends on which of several PTR names the receiver checks */
    REASON_UNANSWERED, /* no reply came, or no question was sent */
    REASON_NOT_PUBLIC, /* no receiver on the Internet sees the address */
    RECEIVER_REASONS
};

struct outcome_row {
    const char *key;      /* "refuses": CSV value */
    const char *sentence; /* for people, ends with a full stop */
};

const struct outcome_row *outcome_row(enum outcome outcome);
/* The same for reasons: "no-ptr". */
const struct outcome_row *receiver_reason_row(enum receiver_reason reason);

/* How many PTR names a receiver checks. */
enum names_tried { NAMES_UNKNOWN, NAMES_ONE, NAMES_TWO, NAMES_ALL };
/* The families that the source mentions, as bits. If it mentions none, its rule applies to both. */
enum receiver_families {
    FAMILIES_UNKNOWN = 0,
    FAMILIES_IPV4 = 1,
    FAMILIES_IPV6 = 2,
    FAMILIES_BOTH = 3
};
/* The basis of a row: a guideline or manual (quoted), code (read), or the user's own word. */
enum receiver_basis { BASIS_DOCUMENT, BASIS_CODE, BASIS_OWN };

/* "unknown", "1", "2", "all" */
const char *names_tried_key(enum names_tried names);
/* "unknown", "IPv4", "IPv6", "IPv4, IPv6" */
const char *receiver_families_text(enum receiver_families families);
/* "document", "code", "own" */
const char *receiver_basis_key(enum receiver_basis basis);

/* The outcome of each case. */
struct receiver_rule {
    enum outcome missing;
    enum outcome mismatch;
    enum outcome localhost; /* a mismatch for which some receivers have a separate rule */
    enum outcome generic;
    enum outcome temporary_ptr; /* the PTR lookup failed */
    enum outcome temporary;     /* the address lookup of a PTR name failed */
};

enum {
    RECEIVER_KEY_MAX = 32, /* texts with their NUL */
    RECEIVER_NAME_MAX = 80,
    RECEIVER_SOURCE_MAX = 200,
    RECEIVER_DATE_MAX = 11,
    RECEIVERS_BUILT_IN = 13,
    RECEIVERS_OWN_MAX = 16,
    RECEIVERS_MAX = RECEIVERS_BUILT_IN + RECEIVERS_OWN_MAX,
};

struct receiver {
    char key[RECEIVER_KEY_MAX]; /* lower-case letters, digits, hyphens */
    char name[RECEIVER_NAME_MAX];
    enum names_tried names;
    enum receiver_families families;
    enum receiver_basis basis;
    bool temporary_first; /* one name with a temporary error outweighs all others, even confirmed
                             ones */
    struct receiver_rule ipv4;
    struct receiver_rule ipv6;
    char source[RECEIVER_SOURCE_MAX]; /* what it is reported to do, and where */
    char date[RECEIVER_DATE_MAX];     /* when the source was read or quoted: "2026-11" */
};

/* The table: NULL past the end. */
const struct receiver *receiver_at(unsigned index);
/* NULL: no row of the table has this key. */
const struct receiver *receiver_of_key(const char *key, size_t len);

/* The result of checking one PTR name, or of the whole answer if it has no names. */
enum name_result {
    NAME_CONFIRMED,
    NAME_NO_PTR,
    NAME_MISMATCH,
    NAME_LOCALHOST,
    NAME_TEMPORARY_PTR,
    NAME_TEMPORARY,
    NAME_UNANSWERED
};
enum { NAME_RESULTS = NAME_UNANSWERED + 1 };

/* All that receivers can see of an address. */
struct name_results {
    bool ipv6;
    bool is_public;
    bool generic;                  /* a name looks generic */
    uint32_t counts[NAME_RESULTS]; /* PTR names with each result; one in all if there is no name */
};

struct receiver_result {
    enum outcome outcome;
    enum receiver_reason reason;
};

/* generic_tier: the highest of the address's PTR names; 0 for none. Receivers do not publish where
 * they draw the line, so every tier counts as generic. */
void name_results_of(struct name_results *out, const struct evidence *evidence,
                     const struct judgement *judgement, unsigned generic_tier);
/* Equal results give equal outcomes at every receiver. */
bool name_results_equal(const struct name_results *a, const struct name_results *b);
struct receiver_result receiver_outcome(const struct receiver *row,
                                        const struct name_results *results);

/* The receivers of a report, in its order. */
struct receiver_list {
    unsigned count;
    const struct receiver *rows[RECEIVERS_MAX];
};

enum { RECEIVER_FAULT_MAX = 400 };
/* One line for the user. It repeats user text only where that is known to be harmless. */
struct receiver_fault {
    char text[RECEIVER_FAULT_MAX];
};

/* Selects from the table and the user's own rows by a comma-separated list of keys, in the order of
 * the list. keys NULL: all. Keeps pointers to `own`. */
bool receivers_select(struct receiver_list *out, const char *keys, const struct receiver *own,
                      unsigned own_count, struct receiver_fault *why)
    __attribute__((warn_unused_result));

enum { RECEIVERS_TEXT_MAX = RECEIVERS_MAX * (RECEIVER_KEY_MAX + sizeof "penalises" + 1) };
/* "gmail=refuses;postfix=defers" for one CSV cell: the receivers that do not accept; "" if all do.
 * results[i] is that of list->rows[i].
 * NUL-terminated; returns the length. */
size_t receivers_print(char out[RECEIVERS_TEXT_MAX], const struct receiver_list *list,
                       const struct receiver_result *results);

#endif
