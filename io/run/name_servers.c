/* The name servers of zones: what they are to be asked, who they are, and what they said. */
#include "io/run/run_file_private.h"
#include "io/run/vantages.h"

_Static_assert(ANSWER_SERVFAIL == 3, "the first temporary kind in SQL_NEED_NAMESERVER");
_Static_assert(ZONE_SERVER_NEW == 0 && ZONE_SERVER_SILENT == 2,
               "SQL_OPEN_SERVER and others say so");

enum { ADDRESSES_TEXT_MAX = ANSWER_ADDRESSES_MAX * IPADDR_TEXT_MAX };

static enum run_step damaged(struct run_file *run, sqlite3_stmt *row)
{
    run_fail_damaged(run, "what it holds about the name servers of a zone is malformed");
    sqlite3_reset(row);
    return RUN_FAILED;
}

/* The steps of a statement that fills an array: read_row reads the row at hand to place `at`. */
typedef bool read_row_fn(void *out, unsigned at, sqlite3_stmt *row);

static bool fill(struct run_file *run, sqlite3_stmt *rows, read_row_fn *read_row, void *out,
                 unsigned n, unsigned *got)
{
    enum run_step status = RUN_END;
    while (*got < n && (status = run_next(run, rows)) == RUN_ROW) {
        if (!read_row(out, *got, rows))
            return damaged(run, rows) == RUN_ROW;
        ++*got;
    }
    sqlite3_reset(rows);
    return status != RUN_FAILED;
}

/* ---- what is to be asked ---- */

enum run_step run_file_found_one(struct run_file *run, const struct ipaddr *address,
                                 struct run_found *out)
{
    struct ipaddr first = found_block_of(address);
    struct address_blob blob = address_blob_of(&first);
    struct found_block block = {0};
    enum run_step status;
    sqlite3_stmt *row = run_statement(run, SQL_FOUND_BLOCK);
    if (row == NULL)
        return RUN_FAILED;
    bind_blob(row, 1, &blob);
    do
        status = run_next_found(run, row, &block, out);
    while (status == RUN_ROW && !ipaddr_equal(&out->address, address));
    return status;
}

bool run_file_add_question(struct run_file *run, const struct dnsname *zone,
                           const struct run_question *ask)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&ask->address);
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_ASK);
    if (add == NULL)
        return false;
    run_bind_name(add, 1, zone, texts[0]);
    bind_blob(add, 2, &address);
    sqlite3_bind_int(add, 3, ask->question.type);
    run_bind_name(add, 4, &ask->question.name, texts[1]);
    return run_do(run, add);
}

static bool read_type(uint16_t *out, sqlite3_stmt *row, int column)
{
    int64_t type = sqlite3_column_int64(row, column);
    *out = (uint16_t)type;
    return type == RR_PTR || type == RR_A || type == RR_AAAA;
}

static bool read_ask(struct run_question *out, sqlite3_stmt *row)
{
    return run_read_address(&out->address, row, 0) && read_type(&out->question.type, row, 1) &&
           run_read_name(&out->question.name, row, 2);
}

static bool read_ask_row(void *out, unsigned at, sqlite3_stmt *row)
{
    return read_ask((struct run_question *)out + at, row);
}

bool run_file_questions(struct run_file *run, const struct dnsname *zone,
                        const struct run_question *after, struct run_question *out, unsigned n,
                        unsigned *got)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = {.length = 0}; /* before all addresses */
    *got = 0;
    sqlite3_stmt *asks = run_statement(run, SQL_ASKS);
    if (asks == NULL)
        return false;
    if (after != NULL)
        address = address_blob_of(&after->address);
    run_bind_name(asks, 1, zone, texts[0]);
    bind_blob(asks, 2, &address);
    sqlite3_bind_int(asks, 3, after != NULL ? after->question.type : 0);
    run_bind_name(asks, 4, after != NULL ? &after->question.name : NULL, texts[1]);
    sqlite3_bind_int64(asks, 5, n);
    return fill(run, asks, read_ask_row, out, n, got);
}

static bool read_name_row(void *out, unsigned at, sqlite3_stmt *row)
{
    return run_read_name((struct dnsname *)out + at, row, 0);
}

bool run_file_zones_with_questions(struct run_file *run, const struct dnsname *after,
                                   struct dnsname *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    *got = 0;
    sqlite3_stmt *zones = run_statement(run, SQL_ASKED_ZONES);
    if (zones == NULL)
        return false;
    run_bind_name(zones, 1, after, text);
    sqlite3_bind_int64(zones, 2, n);
    return fill(run, zones, read_name_row, out, n, got);
}

/* ---- addresses of name servers ---- */

bool run_file_want_nameserver(struct run_file *run, const struct question *question)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *want = run_write_statement(run, SQL_WANT_NAMESERVER);
    if (want == NULL)
        return false;
    run_bind_name(want, 1, &question->name, text);
    sqlite3_bind_int(want, 2, question->type);
    return run_do(run, want);
}

bool run_file_set_nameserver(struct run_file *run, const struct question *question,
                             const struct answer *answer)
{
    char text[DNSNAME_TEXT_MAX], addresses[ADDRESSES_TEXT_MAX];
    size_t used = 0;
    unsigned kept = answer->kind == ANSWER_RECORDS ? answer->kept : 0;
    sqlite3_stmt *set = run_write_statement(run, SQL_SET_NAMESERVER);
    if (set == NULL)
        return false;
    for (unsigned i = 0; i < kept; i++) {
        if (i > 0)
            addresses[used++] = ' ';
        used += ipaddr_print(addresses + used, &answer->records.addresses[i]);
    }
    run_bind_name(set, 1, &question->name, text);
    sqlite3_bind_int(set, 2, question->type);
    sqlite3_bind_int(set, 3, answer->kind);
    sqlite3_bind_text(set, 4, addresses, (int)used, SQLITE_STATIC);
    return run_do(run, set);
}

static bool read_question_row(void *out, unsigned at, sqlite3_stmt *row)
{
    struct question *question = (struct question *)out + at;
    return run_read_name(&question->name, row, 0) && read_type(&question->type, row, 1);
}

bool run_file_nameservers_needed(struct run_file *run, const struct question *after,
                                 struct question *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    *got = 0;
    sqlite3_stmt *needed = run_statement(run, SQL_NEED_NAMESERVER);
    if (needed == NULL)
        return false;
    run_bind_name(needed, 1, after != NULL ? &after->name : NULL, text);
    sqlite3_bind_int(needed, 2, after != NULL ? after->type : 0);
    sqlite3_bind_int64(needed, 3, n);
    return fill(run, needed, read_question_row, out, n, got);
}

static bool read_nameserver(struct run_nameserver *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 0);
    const char *text = (const char *)sqlite3_column_text(row, 1);
    out->kind = (enum answer_kind)kind;
    out->count = 0;
    for (size_t len; text != NULL && *text != '\0'; text += len + (text[len] == ' ')) {
        len = strcspn(text, " ");
        if (out->count == ANSWER_ADDRESSES_MAX ||
            !ipaddr_parse(&out->addresses[out->count++], text, len))
            return false;
    }
    return kind >= 0 && kind < ANSWER_KINDS;
}

enum run_step run_file_nameserver(struct run_file *run, const struct question *question,
                                  struct run_nameserver *out)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *row = run_statement(run, SQL_NAMESERVER);
    if (row == NULL)
        return RUN_FAILED;
    run_bind_name(row, 1, &question->name, text);
    sqlite3_bind_int(row, 2, question->type);
    enum run_step status = run_next(run, row);
    if (status == RUN_ROW && sqlite3_column_type(row, 0) == SQLITE_NULL)
        status = RUN_END;
    else if (status == RUN_ROW && !read_nameserver(out, row))
        return damaged(run, row);
    sqlite3_reset(row);
    return status;
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
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_ZONE_SERVER);
    if (add == NULL)
        return false;
    bind_blob(add, 1, &address);
    run_bind_name(add, 2, &server->zone, texts[0]);
    run_bind_name(add, 3, &server->name, texts[1]);
    sqlite3_bind_int(add, 4, (int)server->state);
    return run_do(run, add);
}

bool run_file_set_zone_server(struct run_file *run, const struct run_zone_server *server)
{
    char text[DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&server->address);
    sqlite3_stmt *set = run_write_statement(run, SQL_SET_ZONE_SERVER);
    if (set == NULL)
        return false;
    bind_blob(set, 1, &address);
    run_bind_name(set, 2, &server->zone, text);
    sqlite3_bind_int(set, 3, (int)server->state);
    sqlite3_bind_int64(set, 4, server->serial);
    sqlite3_bind_int64(set, 5, (int64_t)server->asked);
    sqlite3_bind_int64(set, 6, (int64_t)server->differing);
    sqlite3_bind_int64(set, 7, (int64_t)server->failed);
    return run_do(run, set);
}

bool run_file_retry_silent_servers(struct run_file *run)
{
    return run_file_commit(run) &&
           run_execute(run,
                       "UPDATE zone_server SET state = 0, sum = rowsum('zone_server', server, zone,"
                       " name, 0, serial, asked, differing, failed) WHERE state = 2");
}

static bool read_zone_server(struct run_zone_server *out, sqlite3_stmt *row)
{
    int64_t state = sqlite3_column_int64(row, 3);
    int64_t serial = sqlite3_column_int64(row, 4);
    out->state = (enum zone_server_state)state;
    out->serial = (uint32_t)serial;
    out->asked = (uint64_t)sqlite3_column_int64(row, 5);
    out->differing = (uint64_t)sqlite3_column_int64(row, 6);
    out->failed = (uint64_t)sqlite3_column_int64(row, 7);
    return state >= 0 && state < ZONE_SERVER_STATES && serial >= 0 && serial <= UINT32_MAX &&
           run_read_name(&out->zone, row, 1) && run_read_name(&out->name, row, 2) &&
           (state == ZONE_SERVER_NO_ADDRESS || run_read_address(&out->address, row, 0));
}

static bool read_zone_server_row(void *out, unsigned at, sqlite3_stmt *row)
{
    return read_zone_server((struct run_zone_server *)out + at, row);
}

enum run_step run_file_next_unasked_server(struct run_file *run, const struct ipaddr *after,
                                           struct ipaddr *out)
{
    struct address_blob blob = {.length = 0};
    if (after != NULL)
        blob = address_blob_of(after);
    sqlite3_stmt *row = run_statement(run, SQL_OPEN_SERVER);
    if (row == NULL)
        return RUN_FAILED;
    bind_blob(row, 1, &blob);
    enum run_step status = run_next(run, row);
    if (status == RUN_ROW && !run_read_address(out, row, 0))
        return damaged(run, row);
    sqlite3_reset(row);
    return status;
}

bool run_file_server_zones(struct run_file *run, const struct ipaddr *server,
                           struct run_zone_server *out, unsigned n, unsigned *got)
{
    struct address_blob blob = address_blob_of(server);
    *got = 0;
    sqlite3_stmt *zones = run_statement(run, SQL_SERVER_ZONES);
    if (zones == NULL)
        return false;
    bind_blob(zones, 1, &blob);
    sqlite3_bind_int64(zones, 2, n);
    return fill(run, zones, read_zone_server_row, out, n, got);
}

bool run_file_set_server_silent(struct run_file *run, const struct ipaddr *server)
{
    struct address_blob blob = address_blob_of(server);
    sqlite3_stmt *silence = run_write_statement(run, SQL_SILENCE_SERVER);
    if (silence == NULL)
        return false;
    bind_blob(silence, 1, &blob);
    return run_do(run, silence);
}

bool run_file_servers_of_zone(struct run_file *run, const struct dnsname *zone,
                              struct run_zone_server *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX];
    *got = 0;
    sqlite3_stmt *servers = run_statement(run, SQL_SERVERS_OF_ZONE);
    if (servers == NULL)
        return false;
    run_bind_name(servers, 1, zone, text);
    sqlite3_bind_int64(servers, 2, n);
    return fill(run, servers, read_zone_server_row, out, n, got);
}

bool run_file_zone_servers_begin(struct run_file *run)
{
    return run_statement(run, SQL_ZONE_SERVERS) != NULL;
}

enum run_step run_file_zone_servers_next(struct run_file *run, struct run_zone_server *out)
{
    sqlite3_stmt *row = failure_is_set(&run->failure) ? NULL : run->statements[SQL_ZONE_SERVERS];
    enum run_step status = run_next(run, row);
    return status == RUN_ROW && !read_zone_server(out, row) ? damaged(run, row) : status;
}

/* ---- what they said ---- */

bool run_file_add_difference(struct run_file *run, const struct run_difference *told)
{
    char texts[2][DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&told->ask.address);
    struct address_blob server = address_blob_of(&told->server);
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_TOLD);
    if (add == NULL)
        return false;
    bind_blob(add, 1, &address);
    sqlite3_bind_int(add, 2, told->ask.question.type);
    run_bind_name(add, 3, &told->ask.question.name, texts[0]);
    bind_blob(add, 4, &server);
    run_bind_name(add, 5, &told->zone, texts[1]);
    sqlite3_bind_int(add, 6, (int)told->summary.kind);
    sqlite3_bind_text(add, 7, told->summary.text, -1, SQLITE_STATIC);
    sqlite3_bind_int64(add, 8, told->until);
    return run_do(run, add);
}

bool run_file_remove_difference(struct run_file *run, const struct run_difference *told)
{
    char text[DNSNAME_TEXT_MAX];
    struct address_blob address = address_blob_of(&told->ask.address);
    struct address_blob server = address_blob_of(&told->server);
    sqlite3_stmt *forget = run_write_statement(run, SQL_FORGET_TOLD);
    if (forget == NULL)
        return false;
    bind_blob(forget, 1, &address);
    sqlite3_bind_int(forget, 2, told->ask.question.type);
    run_bind_name(forget, 3, &told->ask.question.name, text);
    bind_blob(forget, 4, &server);
    return run_do(run, forget);
}

bool run_file_differences_begin(struct run_file *run, const struct iprange *range)
{
    sqlite3_stmt *told = run_statement(run, SQL_TOLD);
    if (told == NULL)
        return false;
    run->told_from = address_blob_of(&range->first);
    run->told_to = address_blob_of(&range->last);
    bind_blob(told, 1, &run->told_from);
    bind_blob(told, 2, &run->told_to);
    return true;
}

static bool read_told(struct run_difference *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 5);
    const char *text = (const char *)sqlite3_column_text(row, 6);
    size_t length = text != NULL ? strlen(text) : 0;
    if (kind < 0 || kind >= SUMMARY_KINDS || text == NULL || length >= sizeof out->summary.text ||
        !run_is_plain(text))
        return false;
    out->summary.kind = (enum answer_summary_kind)kind;
    memcpy(out->summary.text, text, length + 1);
    out->until = sqlite3_column_int64(row, 7);
    return read_ask(&out->ask, row) && run_read_address(&out->server, row, 3) &&
           run_read_name(&out->zone, row, 4);
}

enum run_step run_file_differences_next(struct run_file *run, struct run_difference *out)
{
    sqlite3_stmt *row = failure_is_set(&run->failure) ? NULL : run->statements[SQL_TOLD];
    enum run_step status = run_next(run, row);
    return status == RUN_ROW && !read_told(out, row) ? damaged(run, row) : status;
}
