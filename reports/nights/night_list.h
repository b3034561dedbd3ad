/*
 * The nights that index.html shows: the complete ones of history.csv, and the folders of others,
 * which failed. Sorted by name, oldest first; only the last NIGHTS_SHOWN.
 *
 * Ownership: night_list_make / night_list_free; `night` points into the history. Threads: one.
 */
#ifndef REPORTS_NIGHTS_NIGHT_LIST_H
#define REPORTS_NIGHTS_NIGHT_LIST_H

#include "reports/nights/history.h"

enum { NIGHTS_SHOWN = 400 };

struct night_entry {
    struct night_name name;
    const struct night *night;     /* NULL: it failed */
    bool has_page;                 /* its audit.html is there */
    bool has_changes;              /* its changes.html */
    unsigned status;               /* of a failed night; 0: not known */
    char reason[NIGHT_REASON_MAX]; /* why it failed */
    char note[NIGHT_REASON_MAX];   /* on a complete night; "": none */
};

struct night_list {
    struct night_entry *entries;
    unsigned count;
    unsigned earlier; /* nights before these */
};

/* without: the name of the night that is at work, and not shown; "": none. */
bool night_list_make(struct night_list *list, struct nights *nights, const struct history *history,
                     const char *without, struct failure *failure)
    __attribute__((warn_unused_result));
void night_list_free(struct night_list *list);
/* Broken rows: verdicts that do not pass, without temporary errors and special addresses. */
uint64_t night_broken(const struct night *night);
/* Is the verdict one of them? */
bool night_counts_as_broken(enum verdict verdict);
/* Did the night audit no address that receivers see? Then no share of them passed. */
bool night_is_blank(const struct night *night);
/* Share of the public addresses that pass, in percent; 100 without any. */
double night_share(const struct night *night);

#endif
