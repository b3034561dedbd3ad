#include <errno.h>
#include <string.h>

#include "io/run/run_file_private.h"

/* What run_next_found reads. */
#define FOUND_ROWS "SELECT block, entries FROM found"

static const char *const STATEMENT_TEXTS[STATEMENTS] = {
    [SQL_BEGIN] = "BEGIN IMMEDIATE",
    [SQL_COMMIT] = "COMMIT",
    [SQL_SET] = "INSERT INTO meta(key, value, sum) VALUES(?1, ?2, rowsum('meta', ?1, ?2))"
                " ON CONFLICT(key) DO UPDATE SET value = ?2, sum = excluded.sum",
    [SQL_GET] = "SELECT value FROM meta WHERE key = ?1",
    [SQL_ADD_SOURCE] =
        "INSERT INTO source(number, name, sum) VALUES(?1, ?2, rowsum('source', ?1, ?2))",
    [SQL_SOURCES] = "SELECT number, name FROM source ORDER BY number",
    [SQL_ADD_ITEM] = "INSERT INTO item(source, line, first, last, expected, mapped, sum)"
                     " VALUES(?1, ?2, ?3, ?4, ?5, ?6, rowsum('item', ?1, ?2, ?3, ?4, ?5, ?6))",
    [SQL_ITEMS] = "SELECT source, line, first, last, expected, mapped FROM item ORDER BY seq",
    [SQL_ADD_REJECTED] = "INSERT INTO rejected(source, line, reason, text, sum)"
                         " VALUES(?1, ?2, ?3, ?4, rowsum('rejected', ?1, ?2, ?3, ?4))",
    [SQL_REJECTED] = "SELECT source, line, reason, text FROM rejected ORDER BY seq",
    /* Equal ones are left out by the reader: DISTINCT would copy each row twice. */
    [SQL_SPANS] =
        "SELECT first, last, expected FROM item INDEXED BY item_span"
        " WHERE (first, last, expected) > (?1, ?2, ?3) ORDER BY first, last, expected LIMIT ?4",
    [SQL_ADD_FOUND] =
        "INSERT INTO found(block, entries, sum) VALUES(?1, ?2, rowsum('found', ?1, ?2))"
        " ON CONFLICT DO NOTHING",
    [SQL_SET_FOUND] =
        "UPDATE found SET entries = ?2, sum = rowsum('found', ?1, ?2) WHERE block = ?1",
    [SQL_FOUND] = FOUND_ROWS " WHERE block >= ?1 ORDER BY block",
    [SQL_FACTS] = FOUND_ROWS " ORDER BY block",
    [SQL_KNOWN] = FOUND_ROWS " WHERE block BETWEEN ?1 AND ?2 ORDER BY block",
    [SQL_COUNT_FOUND] = FOUND_ROWS " ORDER BY block",
    [SQL_WANT_ZONE] =
        "INSERT INTO zone(question, apex, mname, rname, server_count, checked_at, sum)"
        " VALUES(?1, '', '', '', 0, 0, rowsum('zone', ?1, NULL, '', '', '', NULL, 0, 0)) ON "
        "CONFLICT(question) DO NOTHING",
    /* What names the apex stays. */
    [SQL_ADD_ZONE] =
        "INSERT INTO zone(question, kind, apex, mname, rname, server_count, checked_at, sum)"
        " VALUES(?1, ?2, ?3, ?4, ?5, 0, ?6, rowsum('zone', ?1, ?2, ?3, ?4, ?5, NULL, 0, ?6))"
        " ON CONFLICT(question) DO UPDATE SET kind = ?2, apex = ?3, mname = ?4, rname = ?5,"
        " checked_at = ?6,"
        " sum = rowsum('zone', question, ?2, ?3, ?4, ?5, servers, server_count, ?6)"
        " WHERE apex = ''",
    [SQL_ADD_SERVERS] =
        "UPDATE zone SET servers = ?2, server_count = ?3,"
        " sum = rowsum('zone', question, kind, apex, mname, rname, ?2, ?3, checked_at)"
        " WHERE question = ?1",
    /* Kinds from 3 on are temporary (answer_is_temporary): a resumed run asks again. */
    [SQL_NEED_SOA] = "SELECT question FROM zone WHERE question > ?1 AND (kind IS NULL OR kind >= 3)"
                     " ORDER BY question LIMIT ?2",
    [SQL_UNASKED_SOA] =
        "SELECT question FROM zone WHERE question > ?1 AND kind IS NULL ORDER BY question LIMIT ?2",
    [SQL_NEED_SERVERS] = "SELECT question FROM zone WHERE question > ?1 AND apex = question"
                         " AND servers IS NULL ORDER BY question LIMIT ?2",
    [SQL_ZONE] =
        "SELECT zone.kind, zone.apex, zone.mname, zone.rname, zone.checked_at, whole.servers,"
        " whole.server_count FROM zone LEFT JOIN zone AS whole ON whole.question = zone.apex"
        " WHERE zone.question = ?1 AND zone.kind IS NOT NULL",
    [SQL_ADD_VANTAGE] = "INSERT INTO vantage(number, name, state, sum)"
                        " SELECT next, ?1, 0, rowsum('vantage', next, ?1, 0)"
                        " FROM (SELECT coalesce(max(number), 0) + 1 AS next FROM vantage)"
                        " WHERE true ON CONFLICT(name) DO NOTHING",
    [SQL_SET_VANTAGE] = "UPDATE vantage SET state = ?2, sum = rowsum('vantage', number, name, ?2)"
                        " WHERE number = ?1",
    [SQL_VANTAGES] = "SELECT number, name, state FROM vantage ORDER BY number LIMIT ?1",
    /* What is settled stays. */
    [SQL_ADD_SEEN] =
        "INSERT INTO seen(address, vantage, checked_at, elapsed_ms, tries, settled, facts, sum)"
        " VALUES(?1, ?7, ?2, ?3, ?4, ?5, ?6, rowsum('seen', ?1, ?7, ?2, ?3, ?4, ?5, ?6))"
        " ON CONFLICT(address, vantage) DO UPDATE SET checked_at = ?2, elapsed_ms = ?3,"
        " tries = ?4, settled = ?5, facts = ?6, sum = excluded.sum WHERE settled = 0",
    [SQL_SEEN] = "SELECT address, checked_at, elapsed_ms, tries, settled, facts, vantage FROM seen"
                 " WHERE address BETWEEN ?1 AND ?2 ORDER BY address, vantage",
    [SQL_KNOWN_SEEN] =
        "SELECT address FROM seen WHERE address BETWEEN ?1 AND ?2 AND vantage = ?3 AND settled"
        " ORDER BY address",
    [SQL_COUNT_SEEN] = "SELECT count(*) FROM seen WHERE vantage = ?1 AND settled",
    [SQL_FOUND_BLOCK] = FOUND_ROWS " WHERE block = ?1",
    [SQL_ADD_ASK] = "INSERT INTO ask(zone, address, type, name, sum)"
                    " VALUES(?1, ?2, ?3, ?4, rowsum('ask', ?1, ?2, ?3, ?4)) ON CONFLICT DO"
                    " NOTHING",
    [SQL_ASKS] = "SELECT address, type, name FROM ask WHERE zone = ?1 AND (address, type, name) >"
                 " (?2, ?3, ?4) ORDER BY address, type, name LIMIT ?5",
    [SQL_ASKED_ZONES] = "SELECT DISTINCT zone FROM ask WHERE zone > ?1 ORDER BY zone LIMIT ?2",
    [SQL_WANT_NAMESERVER] =
        "INSERT INTO nameserver(name, type, sum)"
        " VALUES(?1, ?2, rowsum('nameserver', ?1, ?2, NULL, NULL)) ON CONFLICT DO NOTHING",
    [SQL_SET_NAMESERVER] =
        "UPDATE nameserver SET kind = ?3, addresses = ?4,"
        " sum = rowsum('nameserver', name, type, ?3, ?4) WHERE name = ?1 AND type = ?2",
    /* As with zones: temporary kinds are asked again. */
    [SQL_NEED_NAMESERVER] = "SELECT name, type FROM nameserver WHERE (name, type) > (?1, ?2)"
                            " AND (kind IS NULL OR kind >= 3) ORDER BY name, type LIMIT ?3",
    [SQL_NAMESERVER] = "SELECT kind, addresses FROM nameserver WHERE name = ?1 AND type = ?2",
    /* Two names of a server with one address are one server. */
    [SQL_ADD_ZONE_SERVER] =
        "INSERT INTO zone_server(server, zone, name, state, serial, asked, differing,"
        " failed, sum) SELECT ?1, ?2, ?3, ?4, 0, 0, 0, 0,"
        " rowsum('zone_server', ?1, ?2, ?3, ?4, 0, 0, 0, 0) WHERE NOT EXISTS (SELECT 1 FROM"
        " zone_server WHERE server = ?1 AND zone = ?2 AND (name = ?3 OR"
        " length(server) > 0))",
    [SQL_SET_ZONE_SERVER] =
        "UPDATE zone_server SET state = ?3, serial = ?4, asked = ?5, differing = ?6,"
        " failed = ?7,"
        " sum = rowsum('zone_server', server, zone, name, ?3, ?4, ?5, ?6, ?7)"
        " WHERE server = ?1 AND zone = ?2",
    /* 0 is ZONE_SERVER_NEW, 2 ZONE_SERVER_SILENT */
    [SQL_OPEN_SERVER] = "SELECT server FROM zone_server WHERE server > ?1 AND state = 0"
                        " ORDER BY server LIMIT 1",
    [SQL_SERVER_ZONES] =
        "SELECT server, zone, name, state, serial, asked, differing, failed FROM zone_server"
        " WHERE server = ?1 AND state = 0 ORDER BY zone LIMIT ?2",
    [SQL_SILENCE_SERVER] =
        "UPDATE zone_server SET state = 2,"
        " sum = rowsum('zone_server', server, zone, name, 2, serial, asked, differing, failed)"
        " WHERE server = ?1 AND state = 0",
    [SQL_ZONE_SERVERS] =
        "SELECT server, zone, name, state, serial, asked, differing, failed FROM zone_server"
        " ORDER BY zone, server",
    [SQL_SERVERS_OF_ZONE] =
        "SELECT server, zone, name, state, serial, asked, differing, failed FROM"
        " zone_server WHERE zone = ?1 ORDER BY server LIMIT ?2",
    [SQL_ADD_TOLD] =
        "INSERT OR REPLACE INTO told(address, type, name, server, zone, kind, text, until, sum)"
        " VALUES(?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8,"
        " rowsum('told', ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8))",
    [SQL_FORGET_TOLD] =
        "DELETE FROM told WHERE address = ?1 AND type = ?2 AND name = ?3 AND server = ?4",
    [SQL_TOLD] = "SELECT address, type, name, server, zone, kind, text, until FROM told"
                 " WHERE address BETWEEN ?1 AND ?2 ORDER BY address, type, name, server",
};

/* error: of the system; 0 if it has no part in this. */
static bool fail(struct run_file *run, int error, const char *advice)
{
    return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s%s%s%s", run->path,
                       sqlite3_errmsg(run->db), error != 0 ? ": " : "",
                       error != 0 ? strerror(error) : "", advice);
}

bool run_fail_damaged(struct run_file *run, const char *what)
{
    return failure_set(&run->failure, EXIT_TROUBLE,
                       "%s is damaged (%s): restore it from a copy, or start anew with --force",
                       run->path, what);
}

bool run_fail_foreign(struct run_file *run)
{
    return failure_set(&run->failure, EXIT_TROUBLE, "%s is not a run file of fcrdns", run->path);
}

/* A run that was killed leaves a write-ahead log, and merging it takes write access. */
static bool fail_access(struct run_file *run, int error)
{
    if (sqlite3_db_readonly(run->db, "main") != 1)
        return fail(run, error, "");
    return failure_set(
        &run->failure, EXIT_TROUBLE,
        "%s was left by a run that was killed, and its last writes wait in a log beside it: give "
        "write access to both and to their folder, or read a copy",
        run->path);
}

bool run_fail(struct run_file *run, int code)
{
    /* sqlite3_system_errno knows nothing of errors while a transaction ends; errno does, if asked
     * at once. */
    int error = errno;
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return failure_set(
            &run->failure, EXIT_TROUBLE,
            "%s is in use by another run: wait for its end, or choose another --output", run->path);
    case SQLITE_NOTADB:
        return run_fail_foreign(run);
    case SQLITE_CORRUPT:
    case SQLITE_ERROR: /* a table or an index is missing */
    case SQLITE_TOOBIG:
    case SQLITE_CONSTRAINT:
    case SQLITE_MISMATCH:
        return run_fail_damaged(run, sqlite3_errmsg(run->db));
    case SQLITE_FULL:
        return fail(run, error, "; make room, then go on with --resume");
    case SQLITE_CANTOPEN:
    case SQLITE_READONLY:
        return fail_access(run, error);
    case SQLITE_IOERR: /* a file that is open for reading only cannot be locked against other runs
                        */
        if (sqlite3_extended_errcode(run->db) == SQLITE_IOERR_LOCK)
            return fail_access(run, error);
        return fail(run, error, "");
    default:
        return fail(run, 0, "");
    }
}

sqlite3_stmt *run_statement(struct run_file *run, enum statement which)
{
    if (failure_is_set(&run->failure))
        return NULL;
    sqlite3_stmt **statement = &run->statements[which];
    if (*statement != NULL) {
        sqlite3_reset(*statement);
        return *statement;
    }
    int code = sqlite3_prepare_v3(run->db, STATEMENT_TEXTS[which], -1, SQLITE_PREPARE_PERSISTENT,
                                  statement, NULL);
    if (code != SQLITE_OK)
        run_fail(run, code);
    return *statement;
}

bool run_do(struct run_file *run, sqlite3_stmt *statement)
{
    int code = sqlite3_step(statement);
    if (code != SQLITE_DONE)
        run_fail(run, code);
    sqlite3_reset(statement);
    return code == SQLITE_DONE;
}

bool run_execute(struct run_file *run, const char *text)
{
    if (failure_is_set(&run->failure))
        return false;
    int code = sqlite3_exec(run->db, text, NULL, NULL, NULL);
    return code == SQLITE_OK || run_fail(run, code);
}
