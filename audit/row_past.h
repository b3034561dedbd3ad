/*
 * What is known of a row from earlier runs: what an earlier run found, the last certain verdict,
 * since when it holds, and the last certain states. It is carried from run to run, without any
 * policy.
 *
 * Ownership: plain values. Threads: no state. Units: times are seconds since 1970 UTC.
 */
#ifndef AUDIT_ROW_PAST_H
#define AUDIT_ROW_PAST_H

#include <stdint.h>

#include "audit/observation.h"
#include "audit/row_change.h"

enum {
    PAST_STATES = 16,   /* certain states that are kept */
    FLAPPING_TURNS = 3, /* this many turns between passing and broken within them are flapping */
};

/* The states in one number, without which nothing is known: after a leading one, a bit for each
 * certain state, the newest lowest; 1: passed. */
enum { PAST_NO_STATES = 1, PAST_STATES_MAX = (1 << (PAST_STATES + 1)) - 1 };

struct row_past {
    bool has_verdict; /* the earlier run had the row: */
    enum verdict verdict;
    bool has_certain; /* the last certain verdict, of that run or an earlier one: */
    enum verdict certain;
    int64_t since;    /* start of the run in which `certain` began; 0: not known */
    uint32_t states;  /* see above */
    bool unconfirmed; /* the run of this row found it broken, and a second look did not: its verdict
                     is no certain one */
    bool renamed;     /* the run of this row and the earlier one pass, with other PTR names */
    uint32_t names;   /* hash of the PTR names when it passed last, if that is of need: the run of
                         this row met a temporary error; 0: not kept */
};

/* A row that no run knows. */
extern const struct row_past ROW_PAST_NONE;

/* What a run makes of it: it started at `started_at` and found `verdict`. `renamed`, `names` and
 * `unconfirmed` are left empty. */
struct row_past row_past_after(const struct row_past *past, enum verdict verdict,
                               int64_t started_at);
/* The verdict that counts for a run that found `verdict`: without a confirmation it is a temporary
 * error. */
static inline enum verdict row_past_counted(const struct row_past *past, enum verdict verdict)
{
    return past->unconfirmed ? VERDICT_UNANSWERED : verdict;
}

/* The earlier run as a side of a comparison; acceptance is the caller's to set. */
struct row_side row_past_side(const struct row_past *past);
/* Has the row passed and broken in turn, within the states kept? */
bool row_past_is_flapping(const struct row_past *past);
/* Is it one of the values that the states can have? */
bool row_past_states_are_valid(uint64_t states);
/* A hash of the names of an answer, whatever their order and case; never 0. */
uint32_t row_past_names(const struct answer *answer);

#endif
