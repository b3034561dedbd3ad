/*
 * history.csv: one row for each complete night, oldest first, never shortened. A night is complete
 * if it has a row here.
 *
 * Rows that cannot be read are kept as they are and shown nowhere. Ownership: history_open /
 * history_free. Threads: one at a time. Errors: in *failure.
 */
#ifndef REPORTS_NIGHTS_HISTORY_H
#define REPORTS_NIGHTS_HISTORY_H

#include "audit/finding.h"
#include "audit/row_change.h"
#include "io/system/nights.h"

enum { HISTORY_FILE_MAX = 16 * 1024 * 1024 };

/* The counts of a night. */
struct night {
    struct night_name name;
    unsigned status; /* exit code */
    uint64_t addresses;
    uint64_t verdicts[VERDICTS];
    uint64_t accepted;             /* of these verdicts: by --exceptions */
    uint64_t changes[ROW_CHANGES]; /* since the night before; ROW_SAME: not used */
    uint64_t alarms;
    uint64_t seconds;
    uint64_t queries;
};

struct history {
    char *text; /* of the file */
    size_t length;
    struct night *nights; /* the rows that can be read */
    unsigned count;
};

/* Reads the file; without one the history is empty. */
bool history_open(struct history *history, const struct folder *folder, struct failure *failure)
    __attribute__((warn_unused_result));
void history_free(struct history *history);
/* Replaces the file by one with a row more, and adds it to the history. */
bool history_add(struct history *history, const struct folder *folder, const struct night *night,
                 struct failure *failure) __attribute__((warn_unused_result));
/* NULL: the night is not complete. */
const struct night *history_find(const struct history *history, const char *name);

#endif
