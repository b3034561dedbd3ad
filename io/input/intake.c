#include "io/input/intake.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input/columns.h"
#include "io/input/idna.h"
#include "io/input/rows.h"
#include "io/input/source.h"

enum {
    READ_SIZE = 128 * 1024,
    REASON_MAX = 2 * TARGET_REASON_MAX,
};

/* One input being read. */
struct reading {
    const char *input;
    const struct intake_options *options;
    const struct intake_sink *sink;
    struct intake_counts *counts;
    struct failure *failure;
    bool columns_known;
    struct columns columns;
    uint64_t rows_before; /* counts->rows when the input began */
};

static const char *input_name(const char *input)
{
    return strcmp(input, "-") == 0 ? "standard input" : input;
}

/* ---- rows ---- */

static bool refuse(struct reading *reading, const struct row *row, const char *reason)
{
    reading->counts->rows++;
    reading->counts->rejected++;
    size_t length = row->length < ROW_TEXT_MAX ? row->length : ROW_TEXT_MAX;
    return reading->sink->rejected(reading->sink->context, row->line, reason, row->text, length);
}

static bool accept(struct reading *reading, uint64_t line, const struct target *target)
{
    reading->counts->rows++;
    reading->counts->items++;
    reading->counts->addresses += iprange_count(&target->range);
    reading->counts->with_expected += target->has_expected;
    return reading->sink->item(reading->sink->context, line, target);
}

static bool refuse_short_row(struct reading *reading, const struct row *row)
{
    char reason[REASON_MAX];
    snprintf(reason, sizeof reason, "has only %u column%s, the address is expected in column %u",
             row->count, row->count == 1 ? "" : "s", reading->columns.ip + 1);
    return refuse(reading, row, reason);
}

/* libcsv has trimmed the cell, so a blank in it stands between two words. */
static bool refuse_item(struct reading *reading, const struct row *row, const struct cell *cell,
                        const struct target_reason *why)
{
    char reason[REASON_MAX];
    bool words = memchr(cell->text, ' ', cell->length) || memchr(cell->text, '\t', cell->length);
    snprintf(reason, sizeof reason, "%s%s", why->text,
             words ? " (columns are separated by comma, tab or semicolon, not by blanks)" : "");
    return refuse(reading, row, reason);
}

static bool expect_host(struct target *target, const struct cell *cell, struct target_reason *why)
{
    char ascii[IDNA_TEXT_MAX];
    size_t length;
    const char *fault;
    if (idna_to_ascii(ascii, &length, cell->text, cell->length, &fault))
        return target_expect(target, ascii, length, why);
    snprintf(why->text, sizeof why->text, "expected host name %s", fault);
    return false;
}

static bool read_row(struct reading *reading, const struct row *row)
{
    const struct columns *columns = &reading->columns;
    struct target target;
    struct target_reason why;
    if (columns->ip >= row->count)
        return refuse_short_row(reading, row);
    const struct cell *item = &row->cells[columns->ip];
    if (!target_parse(&target, item->text, item->length, reading->options->max_range, &why))
        return refuse_item(reading, row, item, &why);
    if (columns->host < row->count && !expect_host(&target, &row->cells[columns->host], &why))
        return refuse(reading, row, why.text);
    return accept(reading, row->line, &target);
}

/* ---- the first row ---- */

static bool tell_header(struct reading *reading, const struct row *header)
{
    const struct columns *columns = &reading->columns;
    const struct intake_sink *sink = reading->sink;
    char text[REASON_MAX];
    if (columns->header == HEADER_GUESSED) {
        snprintf(text, sizeof text, "line %llu is taken as the header: its %s is not an address",
                 (unsigned long long)header->line,
                 columns->ip == 0 ? "first cell" : "address cell");
        return sink->notice(sink->context, header->line, text);
    }
    if (columns->host == COLUMN_NONE && header->count > 1)
        return sink->notice(sink->context, header->line,
                            "the header names no column of expected host names: none is expected "
                            "(--host-column chooses one)");
    return true;
}

static bool take_row(void *context, const struct row *row)
{
    struct reading *reading = context;
    if (row->fault)
        return refuse(reading, row, row->fault);
    if (reading->columns_known)
        return read_row(reading, row);
    if (!columns_decide(&reading->columns, row, reading->options, input_name(reading->input),
                        reading->failure))
        return false;
    reading->columns_known = true;
    return reading->columns.header == HEADER_NONE ? read_row(reading, row)
                                                  : tell_header(reading, row);
}

/* ---- streams ---- */

static bool break_off(struct reading *reading, struct rows *rows, const char *fault)
{
    uint64_t line = rows_line(rows);
    reading->counts->broken++;
    return rows_break_off(rows) && reading->sink->broken(reading->sink->context, line, fault);
}

/* Nothing to audit is never what somebody wanted. */
static bool check_not_empty(struct reading *reading, bool no_bytes)
{
    if (reading->counts->rows > reading->rows_before)
        return true;
    return failure_set(reading->failure, EXIT_TROUBLE, "\"%s\" %s", input_name(reading->input),
                       no_bytes                 ? "is empty"
                       : reading->columns_known ? "holds no rows behind its header"
                                                : "holds no rows");
}

static bool read_stream(struct reading *reading, struct source *source, struct rows *rows,
                        char *buffer)
{
    size_t got;
    bool no_bytes = true;
    enum source_status status;
    while ((status = source_read(source, buffer, READ_SIZE, &got)) == SOURCE_BYTES) {
        no_bytes = false;
        if (!rows_feed(rows, buffer, got))
            return false;
    }
    if (status == SOURCE_BROKEN)
        return break_off(reading, rows, source_fault(source));
    return rows_finish(rows) && check_not_empty(reading, no_bytes);
}

static bool read_file(struct reading *reading)
{
    bool done = false;
    struct rows *rows = NULL;
    char *buffer = NULL;
    struct source *source = source_open(reading->input, reading->failure);
    if (!source)
        goto out;
    rows = rows_new(take_row, reading);
    buffer = malloc(READ_SIZE);
    if (rows && buffer)
        done = read_stream(reading, source, rows, buffer);
    if (!rows || !buffer || rows_out_of_memory(rows))
        failure_out_of_memory(reading->failure);
out:
    free(buffer);
    rows_free(rows);
    source_close(source);
    return done;
}

/* ---- inputs ---- */

static bool parse_literal(struct target *out, const char *input, ip_count max_range,
                          struct target_reason *why)
{
    return target_parse(out, input, strlen(input), max_range, why);
}

static bool refuse_input(const char *input, int error, const struct target_reason *why,
                         struct failure *failure)
{
    if (!target_looks_like_item(input, strlen(input)))
        return failure_set(failure, EXIT_TROUBLE, "cannot open \"%s\": %s", input, strerror(error));
    return failure_set(failure, EXIT_TROUBLE,
                       "cannot open \"%s\": %s (and it is not an address, prefix or range: %s)",
                       input, strerror(error), why->text);
}

/* A pipe is not opened: that would wait for its writer, and closing it again would end the writer.
 */
static bool is_readable(const char *path)
{
    struct stat status;
    if (stat(path, &status) != 0)
        return false;
    if (S_ISDIR(status.st_mode))
        errno = EISDIR;
    return !S_ISDIR(status.st_mode) && faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) == 0;
}

bool intake_check(const char *input, const struct intake_options *options, struct failure *failure)
{
    struct target target;
    struct target_reason why, ignored;
    if (strcmp(input, "-") == 0 || parse_literal(&target, input, options->max_range, &why))
        return true;
    if (parse_literal(&target, input, ~(ip_count)0, &ignored))
        return failure_set(failure, EXIT_TROUBLE, "\"%s\" %s", input, why.text);
    return is_readable(input) || refuse_input(input, errno, &why, failure);
}

bool intake_read(const char *input, const struct intake_options *options,
                 const struct intake_sink *sink, struct intake_counts *counts,
                 struct failure *failure)
{
    struct target target;
    struct target_reason why;
    struct reading reading = {
        .input = input,
        .options = options,
        .sink = sink,
        .counts = counts,
        .failure = failure,
        .rows_before = counts->rows,
    };
    if (!sink->source(sink->context, input))
        return false;
    if (strcmp(input, "-") != 0 && parse_literal(&target, input, options->max_range, &why))
        return accept(&reading, 1, &target);
    return read_file(&reading);
}
