#include "io/run/zones.h"

#include "io/run/schema.h"
#include "io/run/statement.h"

enum { SERVERS_TEXT_MAX = ANSWER_NAMES_MAX * DNSNAME_TEXT_MAX };

static const char MALFORMED[] = "a zone is malformed";

static const char WANT[] = INSERT_ROW(
    "zone", ZONE_COLUMNS,
    ZONE_ROW("?1", "NULL", "''", "''", "''", "NULL", "0", "0")) " ON CONFLICT(question) DO NOTHING";
/* A row that names the apex is kept. */
static const char ADD[] = INSERT_ROW(
    "zone", ZONE_COLUMNS,
    ZONE_ROW(
        "?1", "?2", "?3", "?4", "?5", "NULL", "0",
        "?6")) " ON CONFLICT(question) DO UPDATE SET kind = ?2, apex = ?3, mname = ?4, rname = ?5,"
               " checked_at = ?6, sum = " ROW_SUM("zone", ZONE_ROW("question", "?2", "?3", "?4",
                                                                   "?5", "servers", "server_count",
                                                                   "?6")) " WHERE apex = ''";
static const char SET_SERVERS[] = "UPDATE zone SET servers = ?2, server_count = ?3, sum = " ROW_SUM(
    "zone", ZONE_ROW("question", "kind", "apex", "mname", "rname", "?2", "?3",
                     "checked_at")) " WHERE question = ?1";

/* A resumed run asks again after temporary answers (answer_is_temporary). */
_Static_assert(ANSWER_SERVFAIL == 3, "kind >= 3");
#define NEEDED(condition) \
    "SELECT question FROM zone WHERE question > ?1 AND " condition " ORDER BY question LIMIT ?2"
static const char NEEDS_SOA[] = NEEDED("(kind IS NULL OR kind >= 3)");
static const char UNASKED[] = NEEDED("kind IS NULL");
static const char NEEDS_SERVERS[] = NEEDED("apex = question AND servers IS NULL");
static const char *const NEEDS[ZONE_NEEDS] = {
    [ZONE_NEEDS_SOA] = NEEDS_SOA, [ZONE_UNASKED] = UNASKED, [ZONE_NEEDS_SERVERS] = NEEDS_SERVERS};
static const char ZONE[] =
    "SELECT zone.kind, zone.apex, zone.mname, zone.rname, zone.checked_at, whole.servers,"
    " whole.server_count FROM zone LEFT JOIN zone AS whole ON whole.question = zone.apex"
    " WHERE zone.question = ?1 AND zone.kind IS NOT NULL";

/* ---- writing ---- */

bool run_file_want_zone(struct run_file *run, const struct dnsname *question)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *want = statement_write(run, WANT);

    if (!want)
        return false;
    statement_bind_name(want, 1, question, text);
    return statement_do(run, want);
}

/* apex: NULL if the answer does not name it. */
static bool add_zone(struct run_file *run, const struct dnsname *question,
                     const struct dnsname *apex, const struct answer *answer, int64_t checked_at)
{
    char texts[4][DNSNAME_TEXT_MAX];
    sqlite3_stmt *add = statement_write(run, ADD);

    if (!add)
        return false;
    statement_bind_name(add, 1, question, texts[0]);
    sqlite3_bind_int(add, 2, answer->kind);
    statement_bind_name(add, 3, apex, texts[1]);
    statement_bind_name(add, 4, apex ? &answer->soa_mname : NULL, texts[2]);
    statement_bind_name(add, 5, apex ? &answer->soa_rname : NULL, texts[3]);
    sqlite3_bind_int64(add, 6, checked_at);
    return statement_do(run, add);
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
    sqlite3_stmt *set = statement_write(run, SET_SERVERS);

    if (!set)
        return false;
    for (unsigned i = 0; i < kept; i++) {
        if (i > 0)
            servers[used++] = ' '; /* names as text hold no blank */
        used += dnsname_print(servers + used, &answer->records.names[i]);
    }
    statement_bind_name(set, 1, apex, text);
    sqlite3_bind_text(set, 2, servers, (int)used, SQLITE_STATIC);
    sqlite3_bind_int64(set, 3, kept > 0 ? answer->total : 0);
    return statement_do(run, set);
}

/* ---- reading ---- */

/* In a file with mixed-up pages the portions could repeat for ever, so names must ascend. */
bool run_file_zones_needed(struct run_file *run, enum zone_need need, const struct dnsname *after,
                           struct dnsname *out, unsigned n, unsigned *got)
{
    char text[DNSNAME_TEXT_MAX], before[DNSNAME_TEXT_MAX] = "";
    enum run_step step = RUN_END;
    sqlite3_stmt *names = statement_read(run, NEEDS[need]);

    *got = 0;
    if (!names)
        return false;
    statement_bind_name(names, 1, after, text);
    sqlite3_bind_int64(names, 2, n);
    if (after)
        memcpy(before, text, sizeof(before));
    while (*got < n && (step = statement_next(run, names)) == RUN_ROW) {
        if (!statement_name(&out[*got], names, 0) ||
            strcmp(before, (const char *)sqlite3_column_text(names, 0)) >= 0)
            return statement_damaged(run, MALFORMED);
        dnsname_print(before, &out[*got]);
        ++*got;
    }
    sqlite3_reset(names);
    return step != RUN_FAILED;
}

static bool read_servers(struct run_zone *out, sqlite3_stmt *row)
{
    const char *text = (const char *)sqlite3_column_text(row, 5);

    out->server_count = 0;
    for (size_t length; text && *text != '\0'; text += length + (text[length] == ' ')) {
        length = strcspn(text, " ");
        if (out->server_count == ANSWER_NAMES_MAX ||
            !dnsname_from_text(&out->servers[out->server_count++], text, length))
            return false;
    }
    return statement_u32(&out->server_total, row, 6) && out->server_total >= out->server_count;
}

static bool read_zone(struct run_zone *out, sqlite3_stmt *row)
{
    int64_t kind = sqlite3_column_int64(row, 0);

    out->kind = (enum answer_kind)kind;
    out->has_apex = sqlite3_column_bytes(row, 1) > 0;
    if (kind < 0 || kind >= ANSWER_KINDS || !statement_time(&out->checked_at, row, 4) ||
        !read_servers(out, row))
        return false;
    return !out->has_apex ||
           (statement_name(&out->apex, row, 1) && statement_name(&out->mname, row, 2) &&
            statement_name(&out->rname, row, 3));
}

enum run_step run_file_zone(struct run_file *run, const struct dnsname *question,
                            struct run_zone *out)
{
    char text[DNSNAME_TEXT_MAX];
    sqlite3_stmt *zone = statement_read(run, ZONE);

    if (!zone)
        return RUN_FAILED;
    statement_bind_name(zone, 1, question, text);
    enum run_step step = statement_next(run, zone);
    if (step == RUN_ROW && !read_zone(out, zone)) {
        statement_damaged(run, MALFORMED);
        return RUN_FAILED;
    }
    sqlite3_reset(zone);
    return step;
}
