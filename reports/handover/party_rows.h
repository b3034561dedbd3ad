/*
 * The rows of each party: an address, its verdict, and the record that the party must set. They
 * come mixed and are kept in a file; they are given back party by party, in order of the addresses,
 * each once.
 *
 * Memory: SORT_BYTES and SORT_ROWS. A party with more rows than fit gets them in sorted portions,
 * one after the other, and a repeated row is then found only within a portion. Ownership:
 * party_rows_open / party_rows_free.
 */
#ifndef REPORTS_HANDOVER_PARTY_ROWS_H
#define REPORTS_HANDOVER_PARTY_ROWS_H

#include "io/system/folder.h"
#include "reports/report_row.h"

enum { SORT_BYTES = 4 * 1024 * 1024, SORT_ROWS = 64 * 1024 };

/* In the place of the type, without a record: a name server of the address's zone fails. */
enum { PARTY_SERVER_FAILS = RR_NS };

struct party_row {
    struct ipaddr address;
    enum verdict verdict;
    struct fix fix; /* but for `who` */
};

struct party_rows;

/* Numbers of parties: 0 to count - 1. NULL with *failure set. */
struct party_rows *party_rows_open(const struct folder *folder, unsigned count,
                                   struct failure *failure);
void party_rows_free(struct party_rows *rows);
void party_rows_add(struct party_rows *rows, unsigned party, const struct report_row *row,
                    const struct fix *fix);
/* Of an address with a record, rows without one are left out: the record says it all. False with
 * *failure set: the file could not be written or read. */
bool party_rows_each(struct party_rows *rows, unsigned party,
                     void (*visit)(void *context, const struct party_row *row), void *context,
                     struct failure *failure) __attribute__((warn_unused_result));

#endif
