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
#include "io/input/row_file.h"

enum {
    REASON_MAX = 2 * TARGET_REASON_MAX,
};

/* One input being read. */
struct intake {
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

static bool refuse(struct intake *intake, const struct row *row, const char *reason)
{
    intake->counts->rows++;
    intake->counts->rejected++;
    size_t length = row->length < ROW_TEXT_MAX ? row->length : ROW_TEXT_MAX;
    return intake->sink->rejected(intake->sink->context, row->line, reason, row->text, length);
}

static bool accept(struct intake *intake, uint64_t line, const struct target *target)
{
    intake->counts->rows++;
    intake->counts->items++;
    intake->counts->addresses += iprange_count(&target->range);
    intake->counts->with_expected += target->has_expected;
    return intake->sink->item(intake->sink->context, line, target);
}

static bool refuse_short_row(struct intake *intake, const struct row *row)
{
    char reason[REASON_MAX];
    snprintf(reason, sizeof reason, "has only %u column%s, the address is expected in column %u",
             row->count, row->count == 1 ? "" : "s", intake->columns.ip + 1);
    return refuse(intake, row, reason);
}

/* libcsv has trimmed the cell, so a blank in it stands between two words. */
static bool refuse_item(struct intake *intake, const struct row *row, const struct cell *cell,
                        const struct target_reason *why)
{
    char reason[REASON_MAX];
    bool words = memchr(cell->text, ' ', cell->length) || memchr(cell->text, '\t', cell->length);
    snprintf(reason, sizeof reason, "%s%s", why->text,
             words ? " (columns are separated by comma, tab or semicolon, not by blanks)" : "");
    return refuse(intake, row, reason);
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

static bool read_row(struct intake *intake, const struct row *row)
{
    const struct columns *columns = &intake->columns;
    struct target target;
    struct target_reason why;
    if (columns->ip >= row->count)
        return refuse_short_row(intake, row);
    const struct cell *item = &row->cells[columns->ip];
    if (!target_parse(&target, item->text, item->length, intake->options->max_range, &why))
        return refuse_item(intake, row, item, &why);
    if (columns->host < row->count && !expect_host(&target, &row->cells[columns->host], &why))
        return refuse(intake, row, why.text);
    return accept(intake, row->line, &target);
}

/* ---- the first row ---- */

static bool notice_header(struct intake *intake, const struct row *header)
{
    const struct columns *columns = &intake->columns;
    const struct intake_sink *sink = intake->sink;
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
    struct intake *intake = context;
    if (row->fault)
        return refuse(intake, row, row->fault);
    if (intake->columns_known)
        return read_row(intake, row);
    if (!columns_decide(&intake->columns, row, &intake->options->columns,
                        input_name(intake->input), intake->failure))
        return false;
    intake->columns_known = true;
    return intake->columns.header == HEADER_NONE ? read_row(intake, row)
                                                  : notice_header(intake, row);
}

/* ---- files ---- */

static bool break_off(struct intake *intake, struct row_file *file)
{
    uint64_t line = row_file_line(file);

    intake->counts->broken++;
    return row_file_break_off(file) &&
           intake->sink->broken(intake->sink->context, line, row_file_fault(file));
}

/* An input without rows is always a mistake. */
static bool check_not_empty(struct intake *intake, const struct row_file *file)
{
    if (intake->counts->rows > intake->rows_before)
        return true;
    return failure_set(intake->failure, EXIT_TROUBLE, "\"%s\" %s", input_name(intake->input),
                       row_file_is_empty(file) ? "is empty"
                       : intake->columns_known ? "holds no rows after its header"
                                               : "holds no rows");
}

static bool read_file(struct intake *intake)
{
    struct row_file *file = row_file_open(intake->input, take_row, intake, intake->failure);
    bool done = false;

    if (!file)
        return false;
    switch (row_file_read(file)) {
    case ROW_FILE_ENDED:
        done = check_not_empty(intake, file);
        break;
    case ROW_FILE_BROKEN:
        done = break_off(intake, file);
        break;
    case ROW_FILE_STOPPED:
        break;
    }
    row_file_close(file);
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
    struct intake intake = {
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
        return accept(&intake, 1, &target);
    return read_file(&intake);
}
