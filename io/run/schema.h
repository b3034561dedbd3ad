/*
 * The tables of the run file (docs/run-file.md): how each is created, its columns, and the sum that
 * each row ends with. Every list of columns is written here and nowhere else.
 *
 * NAME_ROW takes the values of a row, as SQL, in the order of the columns. It leaves out `sum`, and
 * `seq`, which only puts rows in order.
 */
#ifndef IO_RUN_SCHEMA_H
#define IO_RUN_SCHEMA_H

#define ROW_SUM(table, row) "rowsum('" table "', " row ")"
#define ROW_INTO(table, columns, row) \
    " INTO " table "(" columns ", sum) VALUES(" row ", " ROW_SUM(table, row) ")"
/* row: values, such as "?1, ?2". */
#define INSERT_ROW_AT(table, key, place, columns, row)                        \
    "INSERT INTO " table "(" key ", " columns ", sum) VALUES(" place ", " row \
    ", " ROW_SUM(table, row) ")"
#define INSERT_ROW(table, columns, row) "INSERT" ROW_INTO(table, columns, row)
#define INSERT_OR_REPLACE_ROW(table, columns, row) "INSERT OR REPLACE" ROW_INTO(table, columns, row)

#define META_COLUMNS "key, value"
#define SOURCE_COLUMNS "number, name"
#define ITEM_COLUMNS "source, line, first, last, expected, mapped"
#define REJECTED_COLUMNS "source, line, reason, text"
#define FOUND_COLUMNS "block, entries"
#define PAST_COLUMNS \
    "scope, first, last, expected, verdict, certain, since, states, unconfirmed, renamed, names"
#define CUT_COLUMNS "first, last, checked_at, samples, facts"
#define WALK_COLUMNS "source, line, first, last, state"
#define SEEN_COLUMNS "address, vantage, checked_at, elapsed_ms, tries, settled, facts"
#define ASK_COLUMNS "zone, address, type, name"
#define TOLD_COLUMNS "address, type, name, server, zone, kind, text, until"

#define ZONE_ROW(question, kind, apex, mname, rname, servers, server_count, checked_at) \
    question ", " kind ", " apex ", " mname ", " rname ", " servers ", " server_count   \
             ", " checked_at
#define ZONE_COLUMNS \
    ZONE_ROW("question", "kind", "apex", "mname", "rname", "servers", "server_count", "checked_at")

#define VANTAGE_ROW(number, name, state) number ", " name ", " state
#define VANTAGE_COLUMNS VANTAGE_ROW("number", "name", "state")

#define NAMESERVER_ROW(name, type, kind, addresses) name ", " type ", " kind ", " addresses
#define NAMESERVER_COLUMNS NAMESERVER_ROW("name", "type", "kind", "addresses")

#define ZONE_SERVER_ROW(server, zone, name, state, serial, asked, differing, failed) \
    server ", " zone ", " name ", " state ", " serial ", " asked ", " differing ", " failed
#define ZONE_SERVER_COLUMNS \
    ZONE_SERVER_ROW("server", "zone", "name", "state", "serial", "asked", "differing", "failed")

/* Made when the input is complete. */
#define SPAN_INDEX "CREATE INDEX item_span ON item(first, last, expected)"

struct run_table {
    const char *name;
    const char *create;
    const char *sum; /* of a row; NULL: an index */
};

enum { RUN_TABLES_COUNT = 13 };
/* In the order in which they are created. */
extern const struct run_table RUN_TABLES[RUN_TABLES_COUNT];
/* Of a file with one of the tables below, which are made with their first row: a file without them
 * is one that earlier programs read. */
enum { RUN_FILE_VERSION_MORE = 5 };
extern const struct run_table CUT_TABLE;  /* io/run/cuts.h */
extern const struct run_table PAST_TABLE; /* io/run/past.h */
extern const struct run_table WALK_TABLE; /* io/run/walks.h */

#endif
