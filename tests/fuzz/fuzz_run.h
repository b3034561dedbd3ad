/*
 * Feeds a hostile run file to everything that reads one. Each reader refuses it with a reason, or
 * its rows come in order and end, and the reports are whole.
 */
#ifndef TESTS_FUZZ_RUN_H
#define TESTS_FUZZ_RUN_H

#include <ftw.h>
#include <jansson.h>
#include <limits.h>

#include "io/phases/recheck.h"
#include "io/run/record.h"
#include "reports/render.h"
#include "tests/fuzz/fuzz_file.h"
#include "tests/run_sums.h"

enum { RUN_ROWS_MAX = 100000, RUN_ADDRESSES_MAX = 3000, RUN_PORTION = 5, RUN_TODAY = 1790000000 };

static char run_folder[] =
    "/dev/shm/fcrdns-fuzz-XXXXXX"; /* in memory, since each report is synced */
static char run_path[PATH_MAX];

static inline int run_unlink(const char *path, const struct stat *info, int kind, struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void run_sweep(void)
{
    (void)nftw(run_folder, run_unlink, 8, FTW_DEPTH | FTW_PHYS);
}

/* The folder is made once and removed at exit. */
static inline void run_prepare(void)
{
    if (run_path[0] != '\0')
        return;
    REQUIRE(mkdtemp(run_folder) != NULL);
    REQUIRE(atexit(run_sweep) == 0);
    (void)snprintf(run_path, sizeof(run_path), "%s/run.db", run_folder);
}

static inline void run_write(const void *data, size_t size)
{
    FILE *file = fopen(run_path, "w");

    REQUIRE(file != NULL);
    REQUIRE(fwrite(data, 1, size, file) == size && fclose(file) == 0);
}

/* Opens the database so that nothing in it runs, and begins a transaction, which run_save ends. */
static inline sqlite3 *run_edit(void)
{
    sqlite3 *db;

    REQUIRE(sqlite3_open(run_path, &db) == SQLITE_OK);
    sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, NULL);
    sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, NULL);
    REQUIRE(row_sum_register(db) == SQLITE_OK);
    (void)sqlite3_exec(db, "PRAGMA trusted_schema = OFF; PRAGMA synchronous = OFF; BEGIN", NULL,
                       NULL, NULL);
    return db;
}

/* Makes the sums of all rows; false: the database is too broken. */
static inline bool run_save(sqlite3 *db)
{
    bool good =
        run_sums_make(db) == SQLITE_OK && sqlite3_exec(db, "COMMIT", NULL, NULL, NULL) == SQLITE_OK;

    sqlite3_close(db);
    return good;
}

static inline struct run_file *run_open(enum run_mode mode)
{
    struct failure failure = {0};
    struct run_file *run = run_file_open(run_path, mode, &failure);

    if (!run)
        check_failure(&failure);
    return run;
}

/* Closing may fail, with a reason. */
static inline void run_shut(struct run_file *run)
{
    struct failure failure = {0};

    if (!run_file_close(run, &failure))
        check_failure(&failure);
}

static inline void run_walk_found(struct run_file *run, const struct iprange *range)
{
    static struct observation seen;
    struct run_found found;
    struct ipaddr before = {0};
    unsigned rows = 0;

    if (!run_file_found_begin(run, range))
        return;
    for (; run_file_found_next(run, &found) == RUN_ROW; rows++) {
        REQUIRE(rows < RUN_ROWS_MAX);
        REQUIRE(rows == 0 || ipaddr_compare(&before, &found.address) < 0);
        REQUIRE(iprange_contains(range, &found.address));
        before = found.address;
        if (!run_file_decode(run, &found, &seen))
            return;
    }
}

static inline void run_walk_items(struct run_file *run)
{
    struct run_rejected rejected;
    struct run_totals totals;
    struct run_item item;
    struct iprange last = {0};
    ip_count addresses = 0;
    enum run_step step = RUN_END;

    if (!run_file_totals(run, &totals) || !run_file_items_begin(run))
        return;
    for (unsigned rows = 0; (step = run_file_items_next(run, &item)) == RUN_ROW; rows++) {
        REQUIRE(rows < RUN_ROWS_MAX && run_file_source(run, item.source) != NULL);
        addresses += iprange_count(&item.range);
        last = item.range;
    }
    REQUIRE(step != RUN_END || addresses == totals.addresses);
    if (addresses > 0)
        run_walk_found(run, &last);
    if (!run_file_rejected_begin(run))
        return;
    for (unsigned rows = 0; run_file_rejected_next(run, &rejected) == RUN_ROW; rows++)
        REQUIRE(rows < RUN_ROWS_MAX && rejected.reason != NULL && rejected.text != NULL);
}

static inline bool span_before(const struct span *a, const struct span *b)
{
    int order = ipaddr_compare(&a->range.first, &b->range.first);

    return order < 0 || (order == 0 && ipaddr_compare(&a->range.last, &b->range.last) <= 0);
}

static inline void run_walk_spans(struct run_file *run)
{
    struct span_cursor cursor = {0};
    struct span spans[RUN_PORTION], before;
    unsigned got = 1, rows = 0;

    while (got > 0 && run_file_next_spans(run, &cursor, spans, RUN_PORTION, &got)) {
        REQUIRE(got <= RUN_PORTION);
        for (unsigned i = 0; i < got; i++, rows++) {
            REQUIRE(rows < RUN_ROWS_MAX && (rows == 0 || span_before(&before, &spans[i])));
            before = spans[i];
        }
    }
}

static inline void run_walk_zones(struct run_file *run, enum zone_need need)
{
    struct dnsname names[RUN_PORTION], after;
    struct run_zone zone;
    unsigned got = 1, rows = 0;

    while (got > 0 &&
           run_file_zones_needed(run, need, rows > 0 ? &after : NULL, names, RUN_PORTION, &got)) {
        REQUIRE(got <= RUN_PORTION && (rows += got) < RUN_ROWS_MAX);
        for (unsigned i = 0; i < got; i++) {
            if (run_file_zone(run, &names[i], &zone) == RUN_ROW)
                REQUIRE(zone.server_count <= ANSWER_NAMES_MAX &&
                        zone.server_count <= zone.server_total);
        }
        if (got > 0)
            after = names[got - 1];
    }
}

static inline bool run_cancelled(void *context)
{
    (void)context;
    return true;
}

/* Counts rows that end in CRLF outside quotes, without the header. */
static inline uint64_t run_csv_rows(const char *name)
{
    char path[PATH_MAX + 16];
    uint64_t rows = 0;
    bool quoted = false;
    int before = 0, octet;

    (void)snprintf(path, sizeof(path), "%s/%s", run_folder, name);
    FILE *file = fopen(path, "r");
    REQUIRE(file != NULL);
    while ((octet = getc(file)) != EOF) {
        quoted ^= octet == '"';
        rows += !quoted && before == '\r' && octet == '\n';
        before = octet;
    }
    REQUIRE(!quoted && before == '\n' && rows >= 1);
    (void)fclose(file);
    return rows - 1;
}

static inline void run_check_json(void)
{
    char path[PATH_MAX + 16];
    json_error_t error;

    (void)snprintf(path, sizeof(path), "%s/summary.json", run_folder);
    json_t *json = json_load_file(path, JSON_REJECT_DUPLICATES, &error);
    REQUIRE(json != NULL);
    json_decref(json);
}

static inline void run_report(struct run_file *run, const struct run_record *record)
{
    static struct receiver_list receivers;
    struct receiver_fault why;
    struct policy policy = {0};
    struct folder folder = {.fd = -1};
    struct tally tally = {0};
    struct failure failure = {0};
    struct render_job job = {.runs = &run,
                             .records = run_records_of(record),
                             .count = 1,
                             .folder = &folder,
                             .program = "fcrdns",
                             .policy = &policy,
                             .receivers = &receivers,
                             .cancelled = run_cancelled};

    REQUIRE(receivers_select(&receivers, NULL, NULL, 0, &why) &&
            folder_open(&folder, run_folder, &failure));
    bool good = render(&job, &tally, &failure);
    folder_close(&folder);
    if (!good) {
        REQUIRE(failure.status == EXIT_TROUBLE || failure.status == EXIT_INTERRUPTED);
        REQUIRE(failure.text[0] != '\0');
        return;
    }
    REQUIRE(run_csv_rows("audit.csv") == tally.rows);
    REQUIRE(run_csv_rows("rejected.csv") == tally.rejected);
    run_check_json();
}

static inline void run_recheck(void)
{
    struct recheck_counts counts;
    struct failure failure = {0};
    struct recheck *recheck = recheck_open(run_folder, RUN_ADDRESSES_MAX, &failure);

    if (!recheck || !recheck_load(recheck, NULL, RUN_TODAY, &counts, &failure))
        check_failure(&failure);
    recheck_close(recheck);
}

/* Reads the run file at run_path in every way. */
static inline void run_examine(void)
{
    static struct run_record record;
    struct run_totals totals = {0};
    struct run_file *run = run_open(RUN_READ);

    if (!run)
        return;
    record_read(run, &record);
    run_walk_items(run);
    bool small = run_file_totals(run, &totals) && totals.addresses <= RUN_ADDRESSES_MAX;
    run_shut(run);
    if (small && (run = run_open(RUN_READ)) != NULL) {
        run_report(run, &record);
        run_shut(run);
        run_recheck();
    }
    if ((run = run_open(RUN_RESUME)) != NULL) {
        run_walk_spans(run);
        run_walk_zones(run, ZONE_NEEDS_SOA);
        run_walk_zones(run, ZONE_UNASKED);
        run_walk_zones(run, ZONE_NEEDS_SERVERS);
        REQUIRE(run_file_count_found(run, true) <= run_file_count_found(run, false) ||
                failure_is_set(run_file_failure(run)));
        run_shut(run);
    }
}

#endif
