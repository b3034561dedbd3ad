/*
 * What mail receivers are reported to make of an address: one table of receivers, and the pure
 * function that says what each of them would do. "Reported" by the source in the row, never
 * promised: receivers change their rules without notice. What no source tells is OUTCOME_UNKNOWN.
 * docs/receivers.md shows the table.
 *
 *     receiver_see (once an address) -> receiver_outcome (once a receiver) -> receivers_print
 *
 * Several PTR names. DNS gives them in any order, so a receiver that looks at one sees a random
 * one, and one that looks at two sees a random pair. The outcome is then the worst it MAY come to:
 * if one name of three is not confirmed, a receiver that looks at one gets the outcome of that
 * name, with REASON_SOME_NAMES. A receiver whose number of names is not known gets OUTCOME_UNKNOWN
 * where the names differ. Names beyond those looked up (ANSWER_NAMES_MAX) count as not known.
 *
 * Ownership: rows are static, or live in the caller's struct receiver_file (audit/receiver_file.h);
 * sights and results are plain values. Threads: no state.
 */
#ifndef AUDIT_RECEIVERS_H
#define AUDIT_RECEIVERS_H

#include "audit/judgement.h"

/* From best to worst: the worse of two is the greater one. */
enum outcome {
    OUTCOME_ACCEPTS,   /* nothing that is reported speaks against the address */
    OUTCOME_UNKNOWN,   /* no source tells */
    OUTCOME_PENALISES, /* takes the message, and counts it against it */
    OUTCOME_DEFERS,    /* a 4xx reply: the sender is to try again later */
    OUTCOME_REFUSES,   /* a 5xx reply */
    OUTCOMES
};

/* What led to an outcome. */
enum receiver_reason {
    REASON_CONFIRMED,  /* nothing speaks against it */
    REASON_NO_PTR,     /* missing */
    REASON_MISMATCH,   /* a PTR name that does not resolve back, or cannot be a host name */
    REASON_LOCALHOST,  /* a PTR name that says localhost */
    REASON_GENERIC,    /* a name that looks generic */
    REASON_TEMPORARY,  /* DNS failed */
    REASON_SOME_NAMES, /* the outcome depends on which of several PTR names the receiver sees */
    REASON_UNANSWERED, /* nothing came back, or nothing was asked: nothing is known */
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

/* How many PTR names it looks at. */
enum names_tried { NAMES_UNKNOWN, NAMES_ONE, NAMES_TWO, NAMES_ALL };
/* The families that the source speaks of, as bits; where it does not tell, its rule is taken for
 * both. */
enum receiver_families {
    FAMILIES_UNKNOWN = 0,
    FAMILIES_IPV4 = 1,
    FAMILIES_IPV6 = 2,
    FAMILIES_BOTH = 3
};
/* What the row rests on: a guideline or manual that was quoted, code that was read, or the user's
 * word. */
enum receiver_basis { BASIS_DOCUMENT, BASIS_CODE, BASIS_OWN };

/* "unknown", "1", "2", "all" */
const char *names_tried_key(enum names_tried names);
/* "unknown", "IPv4", "IPv6", "IPv4, IPv6" */
const char *receiver_families_text(enum receiver_families families);
/* "document", "code", "own" */
const char *receiver_basis_key(enum receiver_basis basis);

/* What the receiver does, by what it sees. */
struct receiver_rule {
    enum outcome missing;
    enum outcome mismatch;
    enum outcome localhost; /* a mismatch that some treat by a rule of its own */
    enum outcome generic;
    enum outcome temporary_ptr; /* DNS failed on the PTR question */
    enum outcome temporary;     /* DNS failed on the address question of a PTR name */
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
    bool temporary_first; /* one name with a temporary error outweighs all others, confirmed ones
                             too */
    struct receiver_rule ipv4;
    struct receiver_rule ipv6;
    char source[RECEIVER_SOURCE_MAX]; /* what it is reported to do, and where */
    char date[RECEIVER_DATE_MAX];     /* when the source was read or quoted: "2026-11" */
};

/* The table: NULL past the end. */
const struct receiver *receiver_at(unsigned index);
/* NULL: no row of the table has this key. */
const struct receiver *receiver_of_key(const char *key, size_t len);

/* What a receiver can see of one name, or of the whole answer. */
enum sight {
    SIGHT_CONFIRMED,
    SIGHT_NO_PTR,
    SIGHT_MISMATCH,
    SIGHT_LOCALHOST,
    SIGHT_TEMPORARY_PTR,
    SIGHT_TEMPORARY,
    SIGHT_NOTHING
};
enum { SIGHTS = SIGHT_NOTHING + 1 };

/* What receivers can see of an address; the same for all of them. */
struct receiver_sight {
    bool ipv6;
    bool is_public;
    bool generic;            /* a name looks generic */
    uint32_t counts[SIGHTS]; /* names of each sight; one in all where there is no name */
};

struct receiver_result {
    enum outcome outcome;
    enum receiver_reason reason;
};

/* generic_tier: the highest of the address's PTR names, 0 for none. Tiers are ours: no receiver
 * publishes where it draws the line, so that every tier counts as generic. */
void receiver_see(struct receiver_sight *out, const struct evidence *evidence,
                  const struct judgement *judgement, unsigned generic_tier);
/* The outcome rests on nothing else. */
bool receiver_sight_equal(const struct receiver_sight *a, const struct receiver_sight *b);
struct receiver_result receiver_outcome(const struct receiver *row,
                                        const struct receiver_sight *sight);

/* The receivers of a report, in its order. */
struct receiver_list {
    unsigned count;
    const struct receiver *rows[RECEIVERS_MAX];
};

enum { RECEIVER_FAULT_MAX = 400 };
/* One line for people, made from user text only where the text is known to be harmless. */
struct receiver_fault {
    char text[RECEIVER_FAULT_MAX];
};

/* Picks from the table and the user's own rows by a comma-separated list of keys, in the order of
 * the list. keys NULL: all of them. Pointers to `own` are kept. */
bool receivers_select(struct receiver_list *out, const char *keys, const struct receiver *own,
                      unsigned own_count, struct receiver_fault *why)
    __attribute__((warn_unused_result));

enum { RECEIVERS_TEXT_MAX = RECEIVERS_MAX * (RECEIVER_KEY_MAX + sizeof "penalises" + 1) };
/* "gmail=refuses;postfix=defers" for one CSV cell: results[i] is that of list->rows[i].
 * NUL-terminated; returns the length. */
size_t receivers_print(char out[RECEIVERS_TEXT_MAX], const struct receiver_list *list,
                       const struct receiver_result *results);

#endif
