/*
 * Rows of any values in the tables of a sound run file, as a faulty program might write them.
 * Input: rows. Each is an octet for the table and then, for every column, an octet for the kind of
 * value, its length and its octets.
 */
#include "tests/fuzz/fuzz_run.h"

enum { LONG_LENGTH = 255 };

struct input {
    const uint8_t *at;
    size_t left;
};

static const char *const ROWS[] = {
    "INSERT OR REPLACE INTO meta VALUES(?, ?, 0)",
    "INSERT OR REPLACE INTO source VALUES(?, ?, 0)",
    "INSERT OR REPLACE INTO item VALUES(NULL, ?, ?, ?, ?, ?, ?, 0)",
    "INSERT INTO rejected VALUES(NULL, ?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO found VALUES(?, ?, 0)",
    "INSERT OR REPLACE INTO zone VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO vantage VALUES(?, ?, ?, 0)",
    "INSERT OR REPLACE INTO seen VALUES(?, ?, ?, ?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO ask VALUES(?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO nameserver VALUES(?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO zone_server VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0)",
    "INSERT OR REPLACE INTO told VALUES(?, ?, ?, ?, ?, ?, ?, ?, 0)",
};

enum { TABLES = sizeof(ROWS) / sizeof(ROWS[0]) };

static unsigned octet(struct input *input)
{
    if (input->left == 0)
        return 0;
    input->left--;
    return *input->at++;
}

/* Octets after their length, which is one octet, or 255 and two octets. */
static const char *octets(struct input *input, int *length)
{
    const char *from;
    size_t wanted = octet(input);

    if (wanted == LONG_LENGTH) {
        wanted = octet(input) << 8;
        wanted |= octet(input);
    }
    if (wanted > input->left)
        wanted = input->left;
    from = (const char *)input->at;
    input->at += wanted;
    input->left -= wanted;
    *length = (int)wanted;
    return from;
}

static void bind(sqlite3_stmt *row, int column, struct input *input)
{
    char digits[24];
    int length;
    unsigned kind = octet(input);

    if (kind == 'n')
        return; /* NULL */
    const char *value = octets(input, &length);
    if (kind == 'b') {
        sqlite3_bind_blob(row, column, value, length, SQLITE_TRANSIENT);
    } else if (kind == 'i') {
        (void)snprintf(digits, sizeof(digits), "%.*s", length, value);
        sqlite3_bind_int64(row, column, strtoll(digits, NULL, 10));
    } else {
        sqlite3_bind_text(row, column, value, length, SQLITE_TRANSIENT);
    }
}

static void add_rows(sqlite3 *db, struct input *input)
{
    sqlite3_stmt *rows[TABLES] = {NULL};

    for (unsigned i = 0; i < TABLES; i++)
        REQUIRE(sqlite3_prepare_v2(db, ROWS[i], -1, &rows[i], NULL) == SQLITE_OK);
    while (input->left > 0) {
        sqlite3_stmt *row = rows[octet(input) % TABLES];
        for (int column = 1; column <= sqlite3_bind_parameter_count(row); column++)
            bind(row, column, input);
        (void)sqlite3_step(row); /* the schema may refuse a value */
        sqlite3_reset(row);
        sqlite3_clear_bindings(row);
    }
    for (unsigned i = 0; i < TABLES; i++)
        sqlite3_finalize(rows[i]);
}

static bool read_address(struct ipaddr *out, sqlite3_stmt *row, int column)
{
    const uint8_t *blob = sqlite3_column_blob(row, column);
    size_t length = (size_t)sqlite3_column_bytes(row, column);

    return blob != NULL && length > 1 && ipaddr_from_octets(out, blob + 1, length - 1);
}

/* Makes the totals fit the items, so that readers get past the totals. */
static void count_items(sqlite3 *db)
{
    char sql[400];
    sqlite3_stmt *items = NULL;
    unsigned long long rows = 0;
    ip_count addresses = 0;
    struct iprange range;

    REQUIRE(sqlite3_prepare_v2(db, "SELECT first, last FROM item", -1, &items, NULL) == SQLITE_OK);
    for (; sqlite3_step(items) == SQLITE_ROW; rows++) {
        if (read_address(&range.first, items, 0) && read_address(&range.last, items, 1) &&
            range.first.family == range.last.family &&
            ipaddr_compare(&range.first, &range.last) <= 0)
            addresses += iprange_count(&range);
    }
    sqlite3_finalize(items);
    (void)snprintf(sql, sizeof(sql),
                   "INSERT OR REPLACE INTO meta VALUES('input.items', %llu, 0), "
                   "('input.addresses', '%llu', 0),"
                   " ('input.addresses_high', '%llu', 0)",
                   rows, (unsigned long long)addresses, (unsigned long long)(addresses >> 64));
    REQUIRE(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK);
}

/* A sealed run without rows: made once, and written again for each input. */
static void write_empty(void)
{
    static char empty[256 * 1024];
    static size_t size;

    if (size == 0) {
        struct failure failure = {0};
        struct run_file *run = run_file_open(run_path, RUN_CREATE, &failure);
        REQUIRE(run != NULL && run_file_seal_input(run) && run_file_close(run, &failure));
        FILE *file = fopen(run_path, "r");
        REQUIRE(file != NULL);
        size = fread(empty, 1, sizeof(empty), file);
        REQUIRE(size < sizeof(empty) && fclose(file) == 0);
    }
    run_write(empty, size);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct input input = {data, size};
    sqlite3 *db;

    run_prepare();
    write_empty();
    db = run_edit();
    add_rows(db, &input);
    count_items(db);
    REQUIRE(run_save(db));
    run_examine();
    return 0;
}
