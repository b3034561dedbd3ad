#include "io/run/schema.h"

#include <stddef.h>

#define TABLE(name, columns, definition)                                  \
    {                                                                     \
        name, "CREATE TABLE " name "(" definition, ROW_SUM(name, columns) \
    }

/* An open file is compared with these texts word by word: another spelling is another version. */
const struct run_table RUN_TABLES[RUN_TABLES_COUNT] = {
    TABLE("meta", META_COLUMNS,
          "key TEXT PRIMARY KEY, value TEXT NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID"),
    TABLE("source", SOURCE_COLUMNS,
          "number INTEGER PRIMARY KEY, name TEXT NOT NULL, sum INTEGER NOT NULL)"),
    TABLE("item", ITEM_COLUMNS,
          "seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL,"
          " first BLOB NOT NULL, last BLOB NOT NULL, expected TEXT NOT NULL,"
          " mapped INTEGER NOT NULL, sum INTEGER NOT NULL)"),
    TABLE("rejected", REJECTED_COLUMNS,
          "seq INTEGER PRIMARY KEY, source INTEGER NOT NULL, line INTEGER NOT NULL,"
          " reason TEXT NOT NULL, text BLOB NOT NULL, sum INTEGER NOT NULL)"),
    TABLE("found", FOUND_COLUMNS,
          "block BLOB PRIMARY KEY, entries BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID"),
    TABLE("zone", ZONE_COLUMNS,
          "question TEXT PRIMARY KEY, kind INTEGER, apex TEXT NOT NULL, mname TEXT NOT NULL,"
          " rname TEXT NOT NULL, servers TEXT, server_count INTEGER NOT NULL,"
          " checked_at INTEGER NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID"),
    TABLE("vantage", VANTAGE_COLUMNS,
          "number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, state INTEGER NOT NULL,"
          " sum INTEGER NOT NULL)"),
    TABLE("seen", SEEN_COLUMNS,
          "address BLOB NOT NULL, vantage INTEGER NOT NULL, checked_at INTEGER NOT NULL,"
          " elapsed_ms INTEGER NOT NULL, tries INTEGER NOT NULL, settled INTEGER NOT NULL,"
          " facts BLOB NOT NULL, sum INTEGER NOT NULL, PRIMARY KEY(address, vantage)) WITHOUT"
          " ROWID"),
    TABLE("ask", ASK_COLUMNS,
          "zone TEXT NOT NULL, address BLOB NOT NULL, type INTEGER NOT NULL, name TEXT NOT NULL,"
          " sum INTEGER NOT NULL, PRIMARY KEY(zone, address, type, name)) WITHOUT ROWID"),
    TABLE("nameserver", NAMESERVER_COLUMNS,
          "name TEXT NOT NULL, type INTEGER NOT NULL, kind INTEGER, addresses TEXT,"
          " sum INTEGER NOT NULL, PRIMARY KEY(name, type)) WITHOUT ROWID"),
    TABLE("zone_server", ZONE_SERVER_COLUMNS,
          "server BLOB NOT NULL, zone TEXT NOT NULL, name TEXT NOT NULL,"
          " state INTEGER NOT NULL, serial INTEGER NOT NULL, asked INTEGER NOT NULL,"
          " differing INTEGER NOT NULL, failed INTEGER NOT NULL, sum INTEGER NOT NULL,"
          " PRIMARY KEY(server, zone, name)) WITHOUT ROWID"),
    {"zone_server_zone", "CREATE INDEX zone_server_zone ON zone_server(zone)", NULL},
    TABLE("told", TOLD_COLUMNS,
          "address BLOB NOT NULL, type INTEGER NOT NULL, name TEXT NOT NULL,"
          " server BLOB NOT NULL, zone TEXT NOT NULL, kind INTEGER NOT NULL, text TEXT NOT NULL,"
          " until INTEGER NOT NULL, sum INTEGER NOT NULL,"
          " PRIMARY KEY(address, type, name, server)) WITHOUT ROWID"),
};

const struct run_table CUT_TABLE =
    TABLE("cut", CUT_COLUMNS,
          "first BLOB NOT NULL, last BLOB PRIMARY KEY, checked_at INTEGER NOT NULL,"
          " samples INTEGER NOT NULL, facts BLOB NOT NULL, sum INTEGER NOT NULL) WITHOUT ROWID");

const struct run_table PAST_TABLE =
    TABLE("past", PAST_COLUMNS,
          "scope INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL,"
          " expected TEXT NOT NULL, verdict TEXT NOT NULL, certain TEXT NOT NULL,"
          " since INTEGER NOT NULL, states INTEGER NOT NULL, unconfirmed INTEGER NOT NULL,"
          " renamed INTEGER NOT NULL,"
          " names INTEGER NOT NULL, sum INTEGER NOT NULL,"
          " PRIMARY KEY(scope, last, expected)) WITHOUT ROWID");

const struct run_table WALK_TABLE =
    TABLE("walk", WALK_COLUMNS,
          "source INTEGER NOT NULL, line INTEGER NOT NULL, first BLOB NOT NULL, last BLOB NOT NULL,"
          " state INTEGER NOT NULL, sum INTEGER NOT NULL,"
          " PRIMARY KEY(source, line, first, last)) WITHOUT ROWID");
