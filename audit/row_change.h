/*
 * What changed about one row between two runs. A row is an address with its expected name.
 *
 * A verdict is certain unless it is a temporary error (iprev temperror, RFC 8601 2.7.3). A
 * temporary error neither breaks nor fixes anything: the last certain verdict is carried on and
 * compared with the next one. What an exception accepts does not count as broken.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef AUDIT_ROW_CHANGE_H
#define AUDIT_ROW_CHANGE_H

#include <stdbool.h>

#include "audit/answer.h"
#include "audit/finding.h"

enum row_change {
    ROW_SAME,    /* nothing to report */
    ROW_BROKE,   /* passed, was accepted or was flapping, now known to be broken */
    ROW_FIXED,   /* known to be broken, now passes */
    ROW_CHANGED, /* does not pass before and after, with another verdict */
    ROW_RENAMED, /* passes before and after, with other PTR names */
    ROW_UNCLEAR, /* was certain, now a temporary error */
    ROW_ADDED,   /* not audited before */
    ROW_REMOVED, /* not audited any more */
    ROW_CHANGES
};

struct row_change_row {
    const char *key;      /* "broke": CSV and JSON value; "" for ROW_SAME */
    const char *sentence; /* for people, ends with a full stop */
};

const struct row_change_row *row_change_row(enum row_change change);

/* One row in one run. */
struct row_side {
    bool present; /* the input of the run holds the row; without it the rest is not read */
    enum verdict verdict;
    bool accepted;    /* an exception accepts the verdict */
    bool has_carried; /* the verdict is temporary, and an earlier run knew a certain one: */
    enum verdict carried;
    bool carried_accepted;
    bool flapping; /* it passes and breaks in turn (audit/row_past.h) */
};

struct row_difference {
    enum row_change change;
    /* Known to be broken now, and not known to be broken before: it broke, was added broken, or
     * was never certain. A row that is flapping raises no alarm; if it stops and is broken, it
     * does. */
    bool alarm;
};

static inline bool verdict_is_certain(enum verdict verdict)
{
    return verdict_row(verdict)->iprev != IPREV_TEMPERROR;
}

/* other_names: both sides pass, and their PTR names are known to differ. */
struct row_difference row_difference_of(const struct row_side *before, const struct row_side *after,
                                        bool other_names);
/* Does the answer hold all PTR names? The kept names of a list that was cut vary from answer to
 * answer. */
bool row_names_are_whole(const struct answer *answer);
/* Do two answers to the PTR question hold other names? Order and case make no difference. False if
 * a list is not whole. */
bool row_names_differ(const struct answer *before, const struct answer *after);
/* The verdict to report for a side that is present: the certain one, if there is one. */
enum verdict row_side_verdict(const struct row_side *side);

#endif
