/* What the files of io/run/run_file share: the handle, its statements, and how a failure becomes
 * words. */
#ifndef IO_RUN_RUN_FILE_PRIVATE_H
#define IO_RUN_RUN_FILE_PRIVATE_H

#include <sqlite3.h>
#include <string.h>

#include "io/run/found_block.h"

enum {
    ADDRESS_BLOB_MAX = 1 + 16,     /* family, octets */
    RUN_SOURCES_MAX = 1024 * 1024, /* an input is an argument of the command line */
    RUN_VALUE_MAX = 4096 * 1024,   /* bytes of any value in the file */
};

enum statement {
    SQL_BEGIN,
    SQL_COMMIT,
    SQL_SET,
    SQL_GET,
    SQL_ADD_SOURCE,
    SQL_SOURCES,
    SQL_ADD_ITEM,
    SQL_ITEMS,
    SQL_ADD_REJECTED,
    SQL_REJECTED,
    SQL_SPANS,
    SQL_ADD_FOUND,
    SQL_SET_FOUND,
    SQL_FOUND,
    SQL_FACTS,
    SQL_KNOWN,
    SQL_COUNT_FOUND,
    SQL_WANT_ZONE,
    SQL_ADD_ZONE,
    SQL_ADD_SERVERS,
    SQL_NEED_SOA,
    SQL_UNASKED_SOA,
    SQL_NEED_SERVERS,
    SQL_ZONE,
    SQL_ADD_VANTAGE,
    SQL_SET_VANTAGE,
    SQL_VANTAGES,
    SQL_ADD_SEEN,
    SQL_SEEN,
    SQL_KNOWN_SEEN,
    SQL_COUNT_SEEN,
    SQL_FOUND_BLOCK,
    SQL_ADD_ASK,
    SQL_ASKS,
    SQL_ASKED_ZONES,
    SQL_WANT_NAMESERVER,
    SQL_SET_NAMESERVER,
    SQL_NEED_NAMESERVER,
    SQL_NAMESERVER,
    SQL_ADD_ZONE_SERVER,
    SQL_SET_ZONE_SERVER,
    SQL_OPEN_SERVER,
    SQL_SERVER_ZONES,
    SQL_SILENCE_SERVER,
    SQL_ZONE_SERVERS,
    SQL_SERVERS_OF_ZONE,
    SQL_ADD_TOLD,
    SQL_FORGET_TOLD,
    SQL_TOLD,
    STATEMENTS
};

#define SPAN_INDEX "CREATE INDEX item_span ON item(first, last, expected)"

/* The sum of a row: its table and all its columns but `seq`, which only puts rows in order. */
#define SUM_META "rowsum('meta', key, value)"
#define SUM_SOURCE "rowsum('source', number, name)"
#define SUM_ITEM "rowsum('item', source, line, first, last, expected, mapped)"
#define SUM_REJECTED "rowsum('rejected', source, line, reason, text)"
#define SUM_FOUND "rowsum('found', block, entries)"
#define SUM_ZONE \
    "rowsum('zone', question, kind, apex, mname, rname, servers, server_count, checked_at)"

#define SUM_VANTAGE "rowsum('vantage', number, name, state)"
#define SUM_SEEN "rowsum('seen', address, vantage, checked_at, elapsed_ms, tries, settled, facts)"
#define SUM_ASK "rowsum('ask', zone, address, type, name)"
#define SUM_NAMESERVER "rowsum('nameserver', name, type, kind, addresses)"
#define SUM_ZONE_SERVER \
    "rowsum('zone_server', server, zone, name, state, serial, asked, differing, failed)"
#define SUM_TOLD "rowsum('told', address, type, name, server, zone, kind, text, until)"

_Static_assert((int)FOUND_BLOCK_MAX < (int)RUN_VALUE_MAX, "a block is one value");

/* An address as it lies in the file: the family, then the octets, so that blobs sort as addresses
 * do. */
struct address_blob {
    uint8_t bytes[ADDRESS_BLOB_MAX];
    int length;
};

/* Where the reading of SQL_FOUND stands. It is kept from range to range (io/run/found.c). */
struct found_reading {
    bool open;
    bool given;           /* the address it stands on, in this range */
    bool beyond;          /* what is at `from` lies behind */
    enum run_step step;   /* RUN_END: it stands behind the last address */
    struct iprange range; /* asked for */
    struct ipaddr from;   /* nothing is found from here on and before `at` */
    struct run_found at;  /* it stands on */
    struct found_block block;
    struct address_blob from_block; /* bound to the statement */
};

struct run_file {
    sqlite3 *db;
    char *path;
    enum run_mode mode;
    bool writing; /* a transaction is open */
    bool totals_changed;
    struct run_totals totals;
    struct run_totals seen; /* by the reading of items that is going on */
    char **sources;         /* names by number */
    uint32_t source_count;
    struct found_reading found;
    struct address_blob seen_from, seen_to; /* to SQL_SEEN */
    struct address_blob told_from, told_to; /* to SQL_TOLD */
    struct found_block facts;               /* to SQL_FACTS */
    struct ipaddr facts_before;             /* read last; zero: none yet */
    struct found_bytes merged;              /* to SQL_ADD_FOUND and SQL_SET_FOUND */
    struct failure failure;
    sqlite3_stmt *statements[STATEMENTS];
};

/* All of these return false, or NULL, with the failure of the run set. */
bool run_fail(struct run_file *run, int code);
bool run_fail_damaged(struct run_file *run, const char *what);
bool run_fail_foreign(struct run_file *run);
/* The statement, prepared at its first use, reset, ready to be bound. NULL also after an earlier
 * failure. */
sqlite3_stmt *run_statement(struct run_file *run, enum statement which);
/* The same for a write, in the transaction that the first write begins. */
sqlite3_stmt *run_write_statement(struct run_file *run, enum statement which);
/* Steps a statement that gives rows; resets it behind the last one, which ends the read
 * transaction. NULL is allowed. */
enum run_step run_next(struct run_file *run, sqlite3_stmt *statement);
/* Steps a statement that gives no rows, and resets it. */
bool run_do(struct run_file *run, sqlite3_stmt *statement) __attribute__((warn_unused_result));
/* For what is done once. */
bool run_execute(struct run_file *run, const char *text) __attribute__((warn_unused_result));
/* Counts one item more. The sum of addresses sticks at the largest number. */
void run_count_item(struct run_totals *totals, const struct iprange *range);
/* The function rowsum, which the statements use. */
bool run_add_functions(struct run_file *run) __attribute__((warn_unused_result));
/* Structure and sums of all that is there. */
bool run_check(struct run_file *run) __attribute__((warn_unused_result));
/* A name as text without the final dot, in its columns; NULL: the empty text. text must stay as it
 * is until the statement is done. */
void run_bind_name(sqlite3_stmt *statement, int index, const struct dnsname *name,
                   char text[DNSNAME_TEXT_MAX]);
/* A name in the one spelling that is written, as what the order of rows rests on; no failure is
 * set. */
bool run_read_name(struct dnsname *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
bool run_read_u32(uint32_t *out, sqlite3_stmt *row, int column) __attribute__((warn_unused_result));
bool run_read_address(struct ipaddr *out, sqlite3_stmt *row, int column)
    __attribute__((warn_unused_result));
/* The next address of rows of `found`, of which `block` (zeroed before the first one) is the one at
 * hand. */
enum run_step run_next_found(struct run_file *run, sqlite3_stmt *rows, struct found_block *block,
                             struct run_found *out);
/* The row at hand, of block and entries. */
bool run_begin_block(struct run_file *run, sqlite3_stmt *row, struct found_block *block)
    __attribute__((warn_unused_result));
/* Ends the reading of what was found, where one is open: before it changes, and before a commit, as
 * a reading keeps the log from being written back. */
void run_leave_found(struct run_file *run);
/* Keeps a source's name in memory. */
bool run_keep_source(struct run_file *run, const char *name) __attribute__((warn_unused_result));
void run_forget_sources(struct run_file *run);

/* Text that we wrote holds nothing but visible ASCII and blanks; anything else somebody put in. */
static inline bool run_is_plain(const char *text)
{
    while (*text >= ' ' && *text <= '~')
        text++;
    return *text == '\0';
}

static inline struct address_blob address_blob_of(const struct ipaddr *address)
{
    struct address_blob blob = {.bytes = {address->family},
                                .length = 1 + (int)ipaddr_octets(address)};
    memcpy(blob.bytes + 1, address->bytes, sizeof address->bytes);
    return blob;
}

/* blob must stay as it is until the statement is done. */
static inline void bind_blob(sqlite3_stmt *statement, int index, const struct address_blob *blob)
{
    sqlite3_bind_blob(statement, index, blob->bytes, blob->length, SQLITE_STATIC);
}

#endif
