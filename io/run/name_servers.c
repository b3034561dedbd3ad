#include "io/run/name_servers.h"

#include "io/run/schema.h"
#include "io/run/statement.h"

enum { ADDRESSES_TEXT_MAX = ANSWER_ADDRESSES_MAX * IPADDR_TEXT_MAX };

static const char MALFORMED[] = "what it holds about the name servers of a zone is malformed";

static const char ADD_QUESTION[] =
    INSERT_ROW("ask", ASK_COLUMNS, "?1, ?2, ?3, ?4") " ON CONFLICT DO NOTHING";
static const char QUESTIONS[] =
    "SELECT address, type, name FROM ask WHERE zone = ?1 AND (address, type, name) > (?2, ?3, ?4)"
    " ORDER BY address, type, name LIMIT ?5";
static const char ZONES[] = "SELECT DISTINCT zone FROM ask WHERE zone > ?1 ORDER BY zone LIMIT ?2";

static const char WANT_NAMESERVER[] =
    INSERT_ROW("nameserver", NAMESERVER_COLUMNS,
               NAMESERVER_ROW("?1", "?2", "NULL", "NULL")) " ON CONFLICT DO NOTHING";
static const char SET_NAMESERVER[] =
    "UPDATE nameserver SET kind = ?3, addresses = ?4, sum = " ROW_SUM(
        "nameserver", NAMESERVER_ROW("name", "type", "?3", "?4")) " WHERE name = ?1 AND type = ?2";
/* A resumed run asks again after temporary answers (answer_is_temporary). */
_Static_assert(ANSWER_SERVFAIL == 3, "kind >= 3");
static const char NEEDED_NAMESERVERS[] =
    "SELECT name, type FROM nameserver WHERE (name, type) > (?1, ?2)"
    " AND (kind IS NULL OR kind >= 3) ORDER BY name, type LIMIT ?3";
static const char NAMESERVER[] =
    "SELECT kind, addresses FROM nameserver WHERE name = ?1 AND type = ?2";

_Static_assert(ZONE_SERVER_NEW == 0 && ZONE_SERVER_SILENT == 2, "state = 0, state = 2");
#define NEW_SERVER ZONE_SERVER_ROW("?1", "?2", "?3", "?4", "0", "0", "0", "0")
#define IN_STATE(state) \
    ZONE_SERVER_ROW("server", "zone", "name", state, "serial", "asked", "differing", "failed")
/* Two names of a server with one address are one server. */
static const char ADD_SERVER[] =
    "INSERT INTO zone_server(" ZONE_SERVER_COLUMNS ", sum)"
    " SELECT " NEW_SERVER ", " ROW_SUM(
        "zone_server",
        NEW_SERVER) " WHERE NOT EXISTS (SELECT 1 FROM zone_server WHERE server = ?1 AND zone = ?2"
                    " AND (name = ?3 OR length(server) > 0))";
static const char SET_SERVER[] =
    "UPDATE zone_server SET state = ?3, serial = ?4, asked = ?5, differing = ?6, failed = ?7,"
    " sum = " ROW_SUM("zone_server",
                      ZONE_SERVER_ROW("server", "zone", "name", "?3", "?4", "?5", "?6",
                                      "?7")) " WHERE server = ?1 AND zone = ?2";
static const char SET_SILENT[] = "UPDATE zone_server SET state = 2, sum = " ROW_SUM(
    "zone_server", IN_STATE("2")) " WHERE server = ?1 AND state = 0";
static const char RETRY_SILENT[] = "UPDATE zone_server SET state = 0, sum = " ROW_SUM(
    "zone_server", IN_STATE("0")) " WHERE state = 2";
static const char NEXT_UNASKED[] =
    "SELECT server FROM zone_server WHERE server > ?1 AND state = 0 ORDER BY server LIMIT 1";

#define SERVERS "SELECT " ZONE_SERVER_COLUMNS " FROM zone_server"
static const char SERVER_ZONES[] =
    SERVERS " WHERE server = ?1 AND state = 0 ORDER BY zone LIMIT ?2";
static const char SERVERS_OF_ZONE[] = SERVERS " WHERE zone = ?1 ORDER BY server LIMIT ?2";
static const char ALL_SERVERS[] = SERVERS " ORDER BY zone, server";

static const char ADD_DIFFERENCE[] =
    INSERT_OR_REPLACE_ROW("told", TOLD_COLUMNS, "?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8");
static const char REMOVE_DIFFERENCE[] =
    "DELETE FROM told WHERE address = ?1 AND type = ?2 AND name = ?3 AND server = ?4";
static const char DIFFERENCES[] = "SELECT " TOLD_COLUMNS " FROM told"
                                  " WHERE address BETWEEN ?1 AND ?2"
                                  " ORDER BY address, type, name, server";

/* ---- questions ---- */

bool run_file_add_question(struct run_file *run, const struct dnsname *zone,
                           const struct run_question *question)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&question->address);
    sqlite3_stmt *add = statement_write(run, ADD_QUESTION);

    if (!add)
        return false;
    statement_bind_name(add, 1, zone, texts[0]);
    statement_bind_address(add, 2, &address);
    sqlite3_bind_int(add, 3, question->question.type);
    statement_bind_name(add, 4, &question->question.name, texts[1]);
    return statement_do(run, add);
}

static bool read_type(uint16_t *out, sqlite3_stmt *row, int column)
{
    int64_t type = sqlite3_column_int64(row, column);

    *out = (uint16_t)type;
    return type == RR_PTR || type == RR_A || type == RR_AAAA;
}

static bool read_question(struct run_question *out, sqlite3_stmt *row)
{
    return statement_address(&out->address, row, 0) && read_type(&out->question.type, row, 1) &&
           statement_name(&out->question.name, row, 2);
}

static bool read_question_at(void *array, unsigned at, sqlite3_stmt *row)
{
    return read_question((struct run_question *)array + at, row);
}

bool run_file_questions(struct run_file *run, const struct dnsname *zone,
                        const struct run_question *after, struct run_question *out, unsigned n,
                        unsigned *got)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = {.length = 0}; /* sorts before all addresses */
    sqlite3_stmt *rows = statement_read(run, QUESTIONS);

    if (after)
        address = address_blob_of(&after->address);
    if (rows) {
        statement_bind_name(rows, 1, zone, texts[0]);
        statement_bind_address(rows, 2, &address);
        sqlite3_bind_int(rows, 3, after ? after->question.type : 0);
        statement_bind_name(rows, 4, after ? &after->question.name : NULL, texts[1]);
        sqlite3_bind_int64(rows, 5, n);
    }
    return statement_fill(run, rows, read_question_at, out, n, got, MALFORMED);
}

static bool read_name_at(void *array, unsigned at, sqlite3_stmt *row)
{
    return statement_name((struct dnsname *)array + at, row, 0);
}

bool run_file_zones_with_questions(struct run_file *run, const struct dnsname *after,
                                   struct dnsname *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *rows = statement_read(run, ZONES);

    if (rows) {
        statement_bind_name(rows, 1, after, text);
        sqlite3_bind_int64(rows, 2, n);
    }
    return statement_fill(run, rows, read_name_at, out, n, got, MALFORMED);
}

/* ---- addresses of name servers ---- */

bool run_file_want_nameserver(struct run_file *run, const struct question *question)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *want = statement_write(run, WANT_NAMESERVER);

    if (!want)
        return false;
    statement_bind_name(want, 1, &question->name, text);
    sqlite3_bind_int(want, 2, question->type);
    return statement_do(run, want);
}

bool run_file_set_nameserver(struct run_file *run, const struct question *question,
                             const struct answer *answer)
{
    char text[DNSNAME_TEXT_MAX], addresses[ADDRESSES_TEXT_MAX];
    size_t used = 0;
    unsigned kept = answer->kind == ANSWER_RECORDS ? answer->kept : 0;
    sqlite3_stmt *set = statement_write(run, SET_NAMESERVER);

    if (!set)
        return false;
    for (unsigned i = 0; i < kept; i++) {
        if (i > 0)
            addresses[used++] = ' ';
        used += ipaddr_print(addresses + used, &answer->records.addresses[i]);
    }
    statement_bind_name(set, 1, &question->name, text);
    sqlite3_bind_int(set, 2, question->type);
    sqlite3_bind_int(set, 3, answer->kind);
    sqlite3_bind_text(set, 4, addresses, (int)used, SQLITE_STATIC);
    return statement_do(run, set);
}

static bool read_needed_at(void *array, unsigned at, sqlite3_stmt *row)
{
    struct question *out = (struct question *)array + at;

    return statement_name(&out->name, row, 0) && read_type(&out->type, row, 1);
}

bool run_file_nameservers_needed(struct run_file *run, const struct question *after,
                                 struct question *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *rows = statement_read(run, NEEDED_NAMESERVERS);

    if (rows) {
        statement_bind_name(rows, 1, after ? &after->name : NULL, text);
        sqlite3_bind_int(rows, 2, after ? after->type : 0);
        sqlite3_bind_int64(rows, 3, n);
    }
    return statement_fill(run, rows, read_needed_at, out, n, got, MALFORMED);
}

static bool read_nameserver(struct run_nameserver *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 0);
    const char *text = (const char *)sqlite3_column_text(row, 1);

    out->kind = (enum answer_kind)kind;
    out->count = 0;
    for (size_t length; text && *text != '\0'; text += length + (text[length] == ' ')) {
        length = strcspn(text, " ");
        if (out->count == ANSWER_ADDRESSES_MAX ||
            !ipaddr_parse(&out->addresses[out->count++], text, length))
            return false;
    }
    return kind >= 0 && kind < ANSWER_KINDS;
}

enum run_step run_file_nameserver(struct run_file *run, const struct question *question,
                                  struct run_nameserver *out)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *row = statement_read(run, NAMESERVER);

    if (!row)
        return RUN_FAILED;
    statement_bind_name(row, 1, &question->name, text);
    sqlite3_bind_int(row, 2, question->type);
    enum run_step step = statement_next(run, row);
    if (step == RUN_ROW && sqlite3_column_type(row, 0) == SQLITE_NULL)
        step = RUN_END;
    if (step == RUN_ROW && !read_nameserver(out, row)) {
        statement_damaged(run, MALFORMED);
        return RUN_FAILED;
    }
    sqlite3_reset(row);
    return step;
}

/* ---- servers of zones ---- */

static struct address_blob server_blob(const struct run_zone_server *server)
{
    struct address_blob none = {.length = 0};

    return server->state == ZONE_SERVER_NO_ADDRESS ? none : address_blob_of(&server->address);
}

bool run_file_add_zone_server(struct run_file *run, const struct run_zone_server *server)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = server_blob(server);
    sqlite3_stmt *add = statement_write(run, ADD_SERVER);

    if (!add)
        return false;
    statement_bind_address(add, 1, &address);
    statement_bind_name(add, 2, &server->zone, texts[0]);
    statement_bind_name(add, 3, &server->name, texts[1]);
    sqlite3_bind_int(add, 4, (int)server->state);
    return statement_do(run, add);
}

bool run_file_set_zone_server(struct run_file *run, const struct run_zone_server *server)
{
    char text[DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&server->address);
    sqlite3_stmt *set = statement_write(run, SET_SERVER);

    if (!set)
        return false;
    statement_bind_address(set, 1, &address);
    statement_bind_name(set, 2, &server->zone, text);
    sqlite3_bind_int(set, 3, (int)server->state);
    sqlite3_bind_int64(set, 4, server->serial);
    sqlite3_bind_int64(set, 5, (int64_t)server->asked);
    sqlite3_bind_int64(set, 6, (int64_t)server->differing);
    sqlite3_bind_int64(set, 7, (int64_t)server->failed);
    return statement_do(run, set);
}

bool run_file_set_server_silent(struct run_file *run, const struct ipaddr *server)
{
    struct address_blob address = address_blob_of(server);
    sqlite3_stmt *set = statement_write(run, SET_SILENT);

    if (!set)
        return false;
    statement_bind_address(set, 1, &address);
    return statement_do(run, set);
}

bool run_file_retry_silent_servers(struct run_file *run)
{
    return statement_do(run, statement_write(run, RETRY_SILENT));
}

static bool read_server(struct run_zone_server *out, sqlite3_stmt *row)
{
    int64_t state = sqlite3_column_int64(row, 3);

    out->state = (enum zone_server_state)state;
    out->asked = (uint64_t)sqlite3_column_int64(row, 5);
    out->differing = (uint64_t)sqlite3_column_int64(row, 6);
    out->failed = (uint64_t)sqlite3_column_int64(row, 7);
    return state >= 0 && state < ZONE_SERVER_STATES && statement_u32(&out->serial, row, 4) &&
           statement_name(&out->zone, row, 1) && statement_name(&out->name, row, 2) &&
           (state == ZONE_SERVER_NO_ADDRESS || statement_address(&out->address, row, 0));
}

static bool read_server_at(void *array, unsigned at, sqlite3_stmt *row)
{
    return read_server((struct run_zone_server *)array + at, row);
}

enum run_step run_file_next_unasked_server(struct run_file *run, const struct ipaddr *after,
                                           struct ipaddr *out)
{
    struct address_blob address = {.length = 0};
    sqlite3_stmt *row = statement_read(run, NEXT_UNASKED);

    if (!row)
        return RUN_FAILED;
    if (after)
        address = address_blob_of(after);
    statement_bind_address(row, 1, &address);
    enum run_step step = statement_next(run, row);
    if (step == RUN_ROW && !statement_address(out, row, 0)) {
        statement_damaged(run, MALFORMED);
        return RUN_FAILED;
    }
    sqlite3_reset(row);
    return step;
}

bool run_file_server_zones(struct run_file *run, const struct ipaddr *server,
                           struct run_zone_server *out, unsigned n, unsigned *got)
{
    struct address_blob address = address_blob_of(server);
    sqlite3_stmt *rows = statement_read(run, SERVER_ZONES);

    if (rows) {
        statement_bind_address(rows, 1, &address);
        sqlite3_bind_int64(rows, 2, n);
    }
    return statement_fill(run, rows, read_server_at, out, n, got, MALFORMED);
}

bool run_file_servers_of_zone(struct run_file *run, const struct dnsname *zone,
                              struct run_zone_server *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *rows = statement_read(run, SERVERS_OF_ZONE);

    if (rows) {
        statement_bind_name(rows, 1, zone, text);
        sqlite3_bind_int64(rows, 2, n);
    }
    return statement_fill(run, rows, read_server_at, out, n, got, MALFORMED);
}

bool run_file_zone_servers_begin(struct run_file *run)
{
    return statement_read(run, ALL_SERVERS);
}

enum run_step run_file_zone_servers_next(struct run_file *run, struct run_zone_server *out)
{
    sqlite3_stmt *row = statement_continue(run, ALL_SERVERS);
    enum run_step step = statement_next(run, row);

    if (step != RUN_ROW || read_server(out, row))
        return step;
    statement_damaged(run, MALFORMED);
    return RUN_FAILED;
}

/* ---- answers that differ ---- */

/* The primary key. */
struct difference_key {
    struct address_blob address, server;
    char name[DNSNAME_TEXT_MAX];
};

static void bind_key(sqlite3_stmt *statement, struct difference_key *key,
                     const struct run_difference *difference)
{
    key->address = address_blob_of(&difference->ask.address);
    key->server = address_blob_of(&difference->server);
    statement_bind_address(statement, 1, &key->address);
    sqlite3_bind_int(statement, 2, difference->ask.question.type);
    statement_bind_name(statement, 3, &difference->ask.question.name, key->name);
    statement_bind_address(statement, 4, &key->server);
}

bool run_file_add_difference(struct run_file *run, const struct run_difference *difference)
{
    struct difference_key key;
    char zone[DNSNAME_TEXT_MAX];
    sqlite3_stmt *add = statement_write(run, ADD_DIFFERENCE);

    if (!add)
        return false;
    bind_key(add, &key, difference);
    statement_bind_name(add, 5, &difference->zone, zone);
    sqlite3_bind_int(add, 6, (int)difference->summary.kind);
    sqlite3_bind_text(add, 7, difference->summary.text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 8, difference->until);
    return statement_do(run, add);
}

bool run_file_remove_difference(struct run_file *run, const struct run_difference *difference)
{
    struct difference_key key;
    sqlite3_stmt *statement = statement_write(run, REMOVE_DIFFERENCE);

    if (!statement)
        return false;
    bind_key(statement, &key, difference);
    return statement_do(run, statement);
}

bool run_file_differences_begin(struct run_file *run, const struct iprange *range)
{
    sqlite3_stmt *rows = statement_read(run, DIFFERENCES);

    if (rows)
        statement_bind_range(rows, &run->differences_range, range);
    return rows;
}

static bool read_difference(struct run_difference *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 5);
    const char *text = (const char *)sqlite3_column_text(row, 6);
    size_t length = text ? strlen(text) : 0;

    if (kind < 0 || kind >= SUMMARY_KINDS || !text || length >= sizeof(out->summary.text) ||
        !is_plain_text(text))
        return false;
    out->summary.kind = (enum answer_summary_kind)kind;
    memcpy(out->summary.text, text, length + 1);
    return statement_time(&out->until, row, 7) && read_question(&out->ask, row) &&
           statement_address(&out->server, row, 3) && statement_name(&out->zone, row, 4);
}

enum run_step run_file_differences_next(struct run_file *run, struct run_difference *out)
{
    sqlite3_stmt *row = statement_continue(run, DIFFERENCES);
    enum run_step step = statement_next(run, row);

    if (step != RUN_ROW || read_difference(out, row))
        return step;
    statement_damaged(run, MALFORMED);
    return RUN_FAILED;
}
