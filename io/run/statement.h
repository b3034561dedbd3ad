/*
 * Statements of a run file: prepared at first use, bound, stepped, read. For the tables of io/run.
 *
 * A statement is identified by the address of its text, which must be a static array. Values that
 * are bound must not change until the statement ends. Errors: the first failure is kept in the
 * handle; after it every call returns NULL, false or RUN_FAILED.
 */
#ifndef IO_RUN_STATEMENT_H
#define IO_RUN_STATEMENT_H

#include <string.h>

#include "io/run/handle.h"
#include "io/run/schema.h"

/* Reset and ready to be bound. */
sqlite3_stmt *statement_read(struct run_file *run, const char *text);
/* The same inside a transaction, which the first write begins. */
sqlite3_stmt *statement_write(struct run_file *run, const char *text);
/* A reading that has begun. */
sqlite3_stmt *statement_continue(struct run_file *run, const char *text);

/* Steps a statement that returns rows. After the last one it is reset, which ends the read
 * transaction. NULL is allowed: RUN_FAILED. */
enum run_step statement_next(struct run_file *run, sqlite3_stmt *statement);
/* Steps a statement that returns no rows, and resets it. NULL is allowed: false. */
bool statement_do(struct run_file *run, sqlite3_stmt *statement)
    __attribute__((warn_unused_result));
/* Runs SQL that is needed once. */
bool statement_execute(struct run_file *run, const char *text) __attribute__((warn_unused_result));
/* Does the file have the table? */
bool statement_has_table(struct run_file *run, const struct run_table *table, bool *has)
    __attribute__((warn_unused_result));
/* Makes one of the tables that RUN_FILE_VERSION_MORE allows. */
bool statement_make_table(struct run_file *run, const struct run_table *table)
    __attribute__((warn_unused_result));
/* Ends the transaction, if one is open. */
bool statement_commit(struct run_file *run) __attribute__((warn_unused_result));

/* Reads the current row to element `at` of the array; false: it is malformed. */
typedef bool statement_row_fn(void *out, unsigned at, sqlite3_stmt *row);
/* Fills an array with up to n rows; *got: the number of rows. what: named if a row is malformed. */
bool statement_fill(struct run_file *run, sqlite3_stmt *rows, statement_row_fn *read_row, void *out,
                    unsigned n, unsigned *got, const char *what)
    __attribute__((warn_unused_result));

/* Resets all statements: no reading is open afterwards. */
void statement_reset_all(struct run_file *run);
void statement_finalize_all(struct run_file *run);

/* What to do about a file of no use. Where it is only read, --force is for another folder. */
const char *statement_anew(const struct run_file *run);
/* All of these set the failure, unless one is set, and return false. */
bool statement_failed(struct run_file *run, int code);
bool statement_damaged(struct run_file *run, const char *what);
bool statement_foreign(struct run_file *run);

/* A name is text without the final dot; NULL: the empty text. */
void statement_bind_name(sqlite3_stmt *statement, int index, const struct dnsname *name,
                         char text[DNSNAME_TEXT_MAX]);

/* These return false where a value is not what the program writes, and set no failure. Names have
 * one spelling, because the order of rows depends on it. */
bool statement_name(struct dnsname *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
bool statement_u32(uint32_t *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
/* Seconds since 1970 UTC, to the end of the year 9999: sums of a time and a TTL cannot overflow. */
bool statement_time(int64_t *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
bool statement_address(struct ipaddr *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
/* A range from two columns: addresses of one family, in order. */
bool statement_range(struct iprange *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));

static inline bool is_time(int64_t seconds)
{
    return seconds >= 0 && seconds <= INT64_C(253402300799);
}

/* The program writes visible ASCII and blanks only. */
static inline bool is_plain_text(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

static inline struct address_blob address_blob_of(const struct ipaddr *address)
{
    struct address_blob blob = {.bytes = {address->family},
                                .length = 1 + (int)ipaddr_octets(address)};

    memcpy(blob.bytes + 1, address->bytes, sizeof(address->bytes));
    return blob;
}

static inline void statement_bind_address(sqlite3_stmt *statement, int index,
                                          const struct address_blob *blob)
{
    sqlite3_bind_blob(statement, index, blob->bytes, blob->length, SQLITE_STATIC);
}

static inline void statement_bind_range(sqlite3_stmt *statement, struct range_blobs *blobs,
                                        const struct iprange *range)
{
    *blobs = (struct range_blobs){address_blob_of(&range->first), address_blob_of(&range->last)};
    statement_bind_address(statement, 1, &blobs->first);
    statement_bind_address(statement, 2, &blobs->last);
}

#endif
