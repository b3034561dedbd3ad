/*
 * Exceptions: faults that the user accepts. Each names addresses, one verdict or finding, the
 * reason, and the last day it is valid. The table is fed with cells and with today's date.
 *
 * A date is RFC 3339 text, "2026-10-01": such texts compare like the days.
 *
 * Life: exceptions_new, exceptions_add for each row, exceptions_seal, then look-ups.
 * Ownership: a table owns its rows; rows that were handed out are valid until exceptions_free.
 * Threads: one at a time.
 */
#ifndef AUDIT_EXCEPTIONS_H
#define AUDIT_EXCEPTIONS_H

#include "audit/finding.h"
#include "audit/target.h"

enum {
    EXCEPTIONS_MAX = 65536, /* rows of a table */
    EXCEPTION_CELLS = 4,    /* address, prefix or range; key; reason; last day */
    EXCEPTION_REASON_MAX = 201,
    DATE_TEXT_MAX = 11,
};

/* The subject of an exception: a verdict, or VERDICTS + a finding. */
enum { SUBJECTS = VERDICTS + FINDINGS };

struct exception {
    struct iprange range;
    unsigned subject;
    uint64_t line; /* of the file it comes from; set by the caller */
    char reason[EXCEPTION_REASON_MAX];
    char last_day[DATE_TEXT_MAX]; /* "": never ends */
    bool expired;                 /* set by exceptions_seal */
    uint64_t uses;                /* set by exceptions_count_use */
};

/* Trimmed. */
struct exception_cell {
    const char *text; /* not NUL-terminated */
    size_t length;
};

/* "no-ptr", "multiple-ptr" */
const char *subject_key(unsigned subject);

/* Is the first row of a file a header? Then there is neither an address nor a key in its place. */
bool exception_is_header(const struct exception_cell *cells, unsigned count);
/* The fourth cell may be missing. On false, *why has the reason, for the user. */
bool exception_parse(struct exception *out, const struct exception_cell *cells, unsigned count,
                     struct target_reason *why) __attribute__((warn_unused_result));

struct exceptions;

struct exceptions *exceptions_new(void); /* NULL: out of memory */
void exceptions_free(struct exceptions *exceptions);
/* False: out of memory. The caller adds fewer than EXCEPTIONS_MAX. */
bool exceptions_add(struct exceptions *exceptions, const struct exception *exception)
    __attribute__((warn_unused_result));
/* No more rows will come. An exception whose last day is before today has expired and is not valid.
 */
void exceptions_seal(struct exceptions *exceptions, const char today[DATE_TEXT_MAX]);

/* The same rows, sealed for another day, unused; NULL: out of memory. */
struct exceptions *exceptions_on(const struct exceptions *exceptions,
                                 const char day[DATE_TEXT_MAX]);

/* In the order they were added; NULL past the end. */
const struct exception *exceptions_at(const struct exceptions *exceptions, unsigned index);
unsigned exceptions_count(const struct exceptions *exceptions);
/* The exception that is valid for the address: the narrowest, and the first of equals. NULL: none.
 * Takes logarithmic time, plus time for the exceptions that include the address. */
const struct exception *exceptions_find(const struct exceptions *exceptions,
                                        const struct ipaddr *address, unsigned subject);
/* Counts one use of `found`. */
void exceptions_count_use(struct exceptions *exceptions, const struct exception *found);

/* The figures of a table, for the reports. */
struct exceptions_sum {
    unsigned in_force;
    unsigned expired;
    unsigned unused; /* valid, and used by no address */
};
struct exceptions_sum exceptions_sum(const struct exceptions *exceptions);

static inline bool exception_is_unused(const struct exception *exception)
{
    return !exception->expired && exception->uses == 0;
}

#endif
