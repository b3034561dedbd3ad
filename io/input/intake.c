#include "io/input/intake_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/input/row_file.h"
#include "io/input/words.h"

enum { DESCRIPTIONS_MAX = 20 }; /* of the columns of one input; a hostile file could ask for more */

static const char *input_name(const char *input)
{
    return strcmp(input, "-") == 0 ? "standard input" : input;
}

/* ---- the first rows ---- */

static const struct row *first_readable(const struct sample *sample)
{
    return columns_first_row(sample_rows(sample), sample_count(sample));
}

bool intake_describe_columns(struct intake *intake)
{
    char text[COLUMNS_TEXT_MAX];

    if (!intake->sink->columns || intake->descriptions++ >= DESCRIPTIONS_MAX)
        return true;
    columns_describe(text, &intake->columns, first_readable(intake->sample));
    return intake->sink->columns(intake->sink->context, text);
}

static bool notice_header(struct intake *intake, uint64_t line)
{
    char text[REASON_MAX];

    if (intake->columns.header != HEADER_GUESSED || !intake->sink->notice)
        return true;
    snprintf(text, sizeof(text),
             "line %llu is taken as the header: no cell of it looks like an address or a host name",
             (unsigned long long)line);
    return intake->sink->notice(intake->sink->context, line, text);
}

/* An address that may be a network is not audited alone without a word. */
static bool notice_mask(struct intake *intake)
{
    uint64_t line = intake->columns.mask_line;
    char text[REASON_MAX];

    if (line == 0 || !intake->sink->notice)
        return true;
    snprintf(text, sizeof(text),
             "column %u may hold prefix lengths or masks, and is not read: each address is audited "
             "alone. If it does, name it prefixlen in a header, or write 192.0.2.0/24",
             intake->columns.ip + 2);
    return intake->sink->notice(intake->sink->context, line, text);
}

/* Nor is an expected name ignored without one. */
static bool notice_labels(struct intake *intake)
{
    const struct columns *columns = &intake->columns;
    char text[REASON_MAX];

    if (columns->label_line == 0 || !intake->sink->notice)
        return true;
    snprintf(text, sizeof(text),
             "column %u may hold host names without their domain, and is not read: no name is "
             "expected. If it does, write them with it: mta7.example.com",
             columns->label + 1);
    return intake->sink->notice(intake->sink->context, columns->label_line, text);
}

/* Reads the rows of the sample; header: the one that is skipped, or NULL. */
static bool read_sample(struct intake *intake, const struct row *header)
{
    const struct row *rows = sample_rows(intake->sample);

    for (unsigned i = 0; i < sample_count(intake->sample); i++) {
        const struct row *row = &rows[i];

        if (row != header && !(row->fault ? intake_refuse_row(intake, row, row->fault)
                                          : intake_read_row(intake, row)))
            return false;
    }
    return true;
}

/* A sample of faulty rows decides nothing. */
static bool decide_columns(struct intake *intake)
{
    struct sample *sample = intake->sample;
    const struct row *first = first_readable(sample);

    if (!first) {
        bool good = read_sample(intake, NULL);
        sample_clear(sample);
        return good;
    }
    intake->many_headers = column_begins_header(&first->cells[0]);
    intake->by_words = words_separate_columns(sample_rows(sample), sample_count(sample));
    if (intake->by_words)
        sample_split(sample);
    if (!columns_decide(&intake->columns, sample_rows(sample), sample_count(sample),
                        &intake->options->columns, input_name(intake->input), intake->failure))
        return false;
    intake->columns_known = true;
    return notice_header(intake, first->line) && intake_describe_columns(intake) &&
           notice_mask(intake) && notice_labels(intake) &&
           read_sample(intake, intake->columns.header == HEADER_NONE ? NULL : first);
}

/* ---- all rows ---- */

static bool read_known(struct intake *intake, const struct row *row)
{
    struct cell words[WORDS_MAX];
    struct row split;

    if (row->fault)
        return intake_refuse_row(intake, row, row->fault);
    if (!intake->by_words)
        return intake_read_row(intake, row);
    words_split(&split, words, row);
    return intake_read_row(intake, &split);
}

/* Does the row end what the columns were decided for? */
static bool is_next_header(const struct intake *intake, const struct row *row)
{
    const struct row *first;

    if (row->fault || !column_begins_header(&row->cells[0]))
        return false;
    if (intake->columns_known)
        return intake->many_headers;
    first = first_readable(intake->sample);
    return first && column_begins_header(&first->cells[0]);
}

/* ";;;": a spreadsheet writes empty lines of its table like this. */
static bool is_blank_row(const struct row *row)
{
    for (unsigned i = 0; i < row->count; i++)
        if (row->cells[i].length > 0)
            return false;
    return !row->fault;
}

static bool take_row(void *context, const struct row *row)
{
    struct intake *intake = context;

    if (is_blank_row(row))
        return true;
    if (is_next_header(intake, row)) {
        if (!intake->columns_known && !decide_columns(intake))
            return false;
        intake->columns_known = false;
        sample_clear(intake->sample);
    }
    if (intake->columns_known)
        return read_known(intake, row);
    if (sample_add(intake->sample, row))
        return true;
    return decide_columns(intake) && take_row(intake, row);
}

/* ---- files ---- */

static bool finish_rows(struct intake *intake)
{
    return intake->columns_known || sample_count(intake->sample) == 0 || decide_columns(intake);
}

static bool break_off(struct intake *intake, struct row_file *file)
{
    uint64_t line = row_file_line(file);

    intake->counts->broken++;
    return row_file_break_off(file) && finish_rows(intake) &&
           (!intake->sink->broken ||
            intake->sink->broken(intake->sink->context, line, row_file_fault(file)));
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

static bool read_rows(struct intake *intake, struct row_file *file)
{
    switch (row_file_read(file)) {
    case ROW_FILE_ENDED:
        return finish_rows(intake) && check_not_empty(intake, file);
    case ROW_FILE_BROKEN:
        return break_off(intake, file);
    case ROW_FILE_STOPPED:
        break;
    }
    return false;
}

static bool read_file(struct intake *intake)
{
    struct row_file *file = NULL;
    bool done = false;

    intake->sample = sample_new(intake->failure);
    if (intake->sample)
        file = row_file_open(intake->input, take_row, intake, intake->failure);
    if (file)
        done = read_rows(intake, file);
    row_file_close(file);
    sample_free(intake->sample);
    return done;
}

/* ---- inputs ---- */

static bool parse_literal(struct target *out, const char *input, struct target_reason *why)
{
    return target_parse(out, input, strlen(input), why);
}

/* For the check alone: the notices come when the input is read. */
static bool literal_fits(struct target *target, const struct intake_options *options,
                         struct target_reason *why)
{
    if (target->is_prefix && options->prefix == PREFIX_HOST)
        target_take_host(target);
    return target_fits(target, options->max_range, why);
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

/* A pipe is not opened here: open(2) waits for its writer, and closing it again ends the writer. */
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
    struct target_reason why;

    if (strcmp(input, "-") == 0)
        return true;
    if (!parse_literal(&target, input, &why))
        return is_readable(input) || refuse_input(input, errno, &why, failure);
    return literal_fits(&target, options, &why) ||
           failure_set(failure, EXIT_TROUBLE, "\"%s\" %s", input, why.text);
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

    if (sink->source && !sink->source(sink->context, input))
        return false;
    if (strcmp(input, "-") != 0 && parse_literal(&target, input, &why))
        return intake_take_literal(&intake, &target);
    return read_file(&intake);
}
