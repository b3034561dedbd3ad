/*
 * The rows of each party: an address, its verdict, and the record to set. Rows arrive in any order
 * and are spooled; they are read back per party, in address order, without duplicates.
 *
 * Memory: SORT_BYTES and SORT_ROWS. A party with more rows gets them in sorted portions, and
 * duplicates are dropped within a portion only. Ownership: party_rows_open / party_rows_free.
 */
#ifndef REPORTS_HANDOVER_PARTY_ROWS_H
#define REPORTS_HANDOVER_PARTY_ROWS_H

#include "io/system/folder.h"
#include "reports/report_row.h"

enum { SORT_BYTES = 4 * 1024 * 1024, SORT_ROWS = 64 * 1024 };

/* As the type of a row without a record: a name server of the address's zone fails. */
enum { PARTY_SERVER_FAILS = RR_NS };

struct party_row {
    struct ipaddr address;
    enum verdict verdict;
    struct fix fix; /* `who` is not set */
};

struct party_rows;

/* Parties are numbered 0 to count - 1. NULL with *failure set. */
struct party_rows *party_rows_open(const struct folder *folder, unsigned count,
                                   struct failure *failure);
void party_rows_free(struct party_rows *rows);
void party_rows_add(struct party_rows *rows, unsigned party, const struct report_row *row,
                    const struct fix *fix);
/* A row without a record is dropped if the address also has one with a record. False with *failure
 * set: the spool could not be written or read. */
bool party_rows_each(struct party_rows *rows, unsigned party,
                     void (*visit)(void *context, const struct party_row *row), void *context,
                     struct failure *failure) __attribute__((warn_unused_result));

#endif
