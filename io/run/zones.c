/* The zones of what does not pass: what is wanted, and what the answers told. */
#include "io/run/run_file_private.h"

_Static_assert(ANSWER_SERVFAIL == 3, "the first temporary kind in SQL_NEED_SOA");

enum { SERVERS_TEXT_MAX = ANSWER_NAMES_MAX * DNSNAME_TEXT_MAX };

void run_bind_name(sqlite3_stmt *statement, int index, const struct dnsname *name,
                   char text[DNSNAME_TEXT_MAX])
{
    size_t len = name != NULL ? dnsname_print(text, name) : 0;
    sqlite3_bind_text(statement, index, text, (int)len, SQLITE_STATIC);
}

bool run_file_want_zone(struct run_file *run, const struct dnsname *question)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *want = run_write_statement(run, SQL_WANT_ZONE);
    if (want == NULL)
        return false;
    run_bind_name(want, 1, question, text);
    return run_do(run, want);
}

static bool add_zone(struct run_file *run, const struct dnsname *question,
                     const struct dnsname *apex, const struct answer *answer, int64_t checked_at)
{
    char texts[4][DNSNAME_TEXT_MAX];
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_ZONE);
    if (add == NULL)
        return false;
    run_bind_name(add, 1, question, texts[0]);
    sqlite3_bind_int(add, 2, answer->kind);
    run_bind_name(add, 3, apex, texts[1]);
    run_bind_name(add, 4, apex != NULL ? &answer->soa_mname : NULL, texts[2]);
    run_bind_name(add, 5, apex != NULL ? &answer->soa_rname : NULL, texts[3]);
    sqlite3_bind_int64(add, 6, checked_at);
    return run_do(run, add);
}

bool run_file_add_zone(struct run_file *run, const struct dnsname *question,
                       const struct answer *answer, int64_t checked_at)
{
    struct dnsname apex;
    if (!answer->has_soa)
        return add_zone(run, question, NULL, answer, checked_at);
    dnsname_copy(&apex, &answer->soa_zone);
    dnsname_lower(&apex);
    return add_zone(run, question, &apex, answer, checked_at) &&
           (dnsname_equal(question, &apex) || add_zone(run, &apex, &apex, answer, checked_at));
}

bool run_file_add_servers(struct run_file *run, const struct dnsname *apex,
                          const struct answer *answer)
{
    char text[DNSNAME_TEXT_MAX], servers[SERVERS_TEXT_MAX];
    size_t used = 0;
    unsigned kept = answer->kind == ANSWER_RECORDS ? answer->kept : 0;
    sqlite3_stmt *add = run_write_statement(run, SQL_ADD_SERVERS);
    if (add == NULL)
        return false;
    for (unsigned i = 0; i < kept; i++) {
        if (i > 0)
            servers[used++] = ' '; /* the text of a name holds none */
        used += dnsname_print(servers + used, &answer->records.names[i]);
    }
    run_bind_name(add, 1, apex, text);
    sqlite3_bind_text(add, 2, servers, (int)used, SQLITE_STATIC);
    sqlite3_bind_int64(add, 3, kept > 0 ? answer->total : 0);
    return run_do(run, add);
}

/* Damage, or RUN_FAILED. */
static enum run_step damaged(struct run_file *run, sqlite3_stmt *row)
{
    run_fail_damaged(run, "a zone is malformed");
    sqlite3_reset(row);
    return RUN_FAILED;
}

bool run_file_zones_needed(struct run_file *run, enum zone_need need, const struct dnsname *after,
                           struct dnsname *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX], before[DNSNAME_TEXT_MAX] = "";
    static const int statements[ZONE_NEEDS] = {[ZONE_NEEDS_SOA] = SQL_NEED_SOA,
                                               [ZONE_UNASKED] = SQL_UNASKED_SOA,
                                               [ZONE_NEEDS_SERVERS] = SQL_NEED_SERVERS};
    enum run_step status = RUN_END;
    *got = 0;
    sqlite3_stmt *names = run_statement(run, statements[need]);
    if (names == NULL)
        return false;
    run_bind_name(names, 1, after, text);
    sqlite3_bind_int64(names, 2, n);
    if (after != NULL)
        memcpy(before, text, sizeof before);
    while (*got < n && (status = run_next(run, names)) == RUN_ROW) {
        /* In a file whose pages are mixed up the portions could go round for ever. */
        if (!run_read_name(&out[*got], names, 0) ||
            strcmp(before, (const char *)sqlite3_column_text(names, 0)) >= 0)
            return damaged(run, names) == RUN_ROW;
        dnsname_print(before, &out[*got]);
        ++*got;
    }
    sqlite3_reset(names);
    return status != RUN_FAILED;
}

static bool read_servers(struct run_zone *out, sqlite3_stmt *row)
{
    const char *text = (const char *)sqlite3_column_text(row, 5);
    int64_t total = sqlite3_column_int64(row, 6);
    out->server_count = 0;
    out->server_total = (uint32_t)total;
    for (size_t len; text != NULL && *text != '\0'; text += len + (text[len] == ' ')) {
        len = strcspn(text, " ");
        if (out->server_count == ANSWER_NAMES_MAX ||
            !dnsname_from_text(&out->servers[out->server_count++], text, len))
            return false;
    }
    return total >= out->server_count && total <= UINT32_MAX;
}

static bool read_zone(struct run_zone *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 0);
    out->kind = (enum answer_kind)kind;
    out->checked_at = sqlite3_column_int64(row, 4);
    out->has_apex = sqlite3_column_bytes(row, 1) > 0;
    if (kind < 0 || kind >= ANSWER_KINDS || !read_servers(out, row))
        return false;
    return !out->has_apex ||
           (run_read_name(&out->apex, row, 1) && run_read_name(&out->mname, row, 2) &&
            run_read_name(&out->rname, row, 3));
}

enum run_step run_file_zone(struct run_file *run, const struct dnsname *question,
                            struct run_zone *out)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *zone = run_statement(run, SQL_ZONE);
    if (zone == NULL)
        return RUN_FAILED;
    run_bind_name(zone, 1, question, text);
    enum run_step status = run_next(run, zone);
    if (status == RUN_ROW && !read_zone(out, zone))
        return damaged(run, zone);
    sqlite3_reset(zone);
    return status;
}
