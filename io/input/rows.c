/*
 * Splits the bytes into lines and hands them to libcsv one by one. So comments can be skipped,
 * lines counted, and the text of a row kept. Most rows are read where they lie in the caller's
 * buffer. A row is copied to `carry` only if its line is not complete yet or a quote spans the line
 * end.
 */
#include "io/input/rows.h"

#include <csv.h>
#include <stdlib.h>
#include <string.h>

#include "io/input/line_count.h"
#include "io/input/lines.h"

enum {
    LINE_END_MAX = 2,                   /* CR LF */
    CARRY_MAX = ROW_MAX + LINE_END_MAX, /* a row and the end of its last line so far */
    CELLS_TEXT_MAX = ROW_MAX,           /* the cells together are never longer than their row */
    CSV_BLOCK = 64 * 1024,              /* libcsv grows its cell by this much */
};

enum rows_mode {
    MODE_READING,
    MODE_SKIPPING, /* the rest of a line that was too long */
    MODE_REFUSED,  /* the input is not text: the rest is ignored */
};

struct rows {
    row_fn *give;
    void *context;
    struct failure *failure;
    struct csv_parser csv;
    enum rows_mode mode;
    bool stopped;
    bool past_first_line;
    struct line_count lines;
    char separator; /* 0: not known yet */

    /* The current row. */
    bool quote_open; /* it continues in the next line */
    bool row_ended;  /* set by libcsv */
    uint64_t row_line;
    char separator_before;
    const char *fault;
    unsigned count;
    size_t cells_length;

    bool cr_waits;      /* the last byte fed was a CR: alone, or half of CR LF? */
    size_t line_begins; /* carry[0..line_begins) is an open row, carry[line_begins..carried) an
                           incomplete line */
    size_t carried;

    struct cell cells[COLUMNS_MAX];
    char mended[ROW_MAX]; /* a line without what RFC 4180 does not know */
    char carry[CARRY_MAX];
    char cells_text[CELLS_TEXT_MAX];
};

static const char never_closed[] = "a quote that is never closed";
static const char stray_quote[] =
    "a quote in the middle of a cell: quote the whole cell, and write a quote inside it twice";

/* ---- giving rows ---- */

static void give(struct rows *rows, const struct row *row)
{
    if (!rows->stopped && !rows->give(rows->context, row))
        rows->stopped = true;
}

static void give_fault(struct rows *rows, uint64_t line, const char *text, size_t length,
                       const char *fault)
{
    struct row row = {.line = line, .text = text, .fault = fault};

    row.length = length < ROW_TEXT_MAX ? length : ROW_TEXT_MAX;
    give(rows, &row);
}

static void give_row(struct rows *rows, const char *text, size_t length)
{
    struct row row = {.line = rows->row_line,
                      .text = text,
                      .length = length,
                      .cells = rows->cells,
                      .count = rows->count};

    if (rows->fault)
        give_fault(rows, rows->row_line, text, length, rows->fault);
    else
        give(rows, &row);
}

/* ---- libcsv ---- */

static void take_cell(void *text, size_t length, void *context)
{
    struct rows *rows = context;

    if (rows->count == COLUMNS_MAX)
        rows->fault = "has more than 1024 columns";
    else if (length > CELL_MAX)
        rows->fault = "a cell is longer than 64 KiB";
    if (rows->fault)
        return;
    char *copy = rows->cells_text + rows->cells_length;
    memcpy(copy, text, length);
    rows->cells[rows->count++] = (struct cell){copy, length};
    rows->cells_length += length;
}

static void take_row_end(int end, void *context)
{
    struct rows *rows = context;

    (void)end;
    rows->row_ended = true;
}

/* False: the row breaks the rules of RFC 4180, or *failure is set. */
static bool parse(struct rows *rows, const char *bytes, size_t length)
{
    if (csv_parse(&rows->csv, bytes, length, take_cell, take_row_end, rows) == length)
        return true;
    if (csv_error(&rows->csv) != CSV_EPARSE) {
        rows->stopped = true;
        failure_out_of_memory(rows->failure);
    }
    return false;
}

static bool parse_line(struct rows *rows, const struct line *line)
{
    if (!parse(rows, line->text, line->length + line->end_length))
        return false;
    return line->end_length > 0 || parse(rows, "\n", 1);
}

/* ---- the first line of the input ---- */

static void refuse_input(struct rows *rows, const char *text, size_t length, const char *fault)
{
    give_fault(rows, 1, text, length, fault);
    rows->mode = MODE_REFUSED;
}

static void refuse_utf16(struct rows *rows, const char *text, size_t length)
{
    refuse_input(rows, text, length, "looks like UTF-16: save it as UTF-8");
}

static void use_separator(struct rows *rows, char separator)
{
    rows->separator = separator;
    csv_set_delim(&rows->csv, (unsigned char)(separator ? separator : ','));
}

/* Drops a byte order mark from the first line of the input. False: the line is not a row, since it
 * names the separator or the input is refused. */
static bool check_first_line(struct rows *rows, struct line *line)
{
    char separator;

    if (rows->past_first_line)
        return true;
    rows->past_first_line = true;
    if (line_is_utf16(line->text, line->length)) {
        refuse_utf16(rows, line->text, line->length);
        return false;
    }
    if (line->length >= 3 && memcmp(line->text, "\xef\xbb\xbf", 3) == 0) {
        line->text += 3;
        line->length -= 3;
    }
    const char *format = line_format(line);
    if (format) {
        refuse_input(rows, line->text, line->length, format);
        return false;
    }
    separator = line_named_separator(line);
    if (separator)
        use_separator(rows, separator);
    return !separator;
}

/* ---- one line ---- */

static void begin_row(struct rows *rows)
{
    rows->row_line = rows->lines.line;
    rows->separator_before = rows->separator;
    rows->fault = NULL;
    rows->count = 0;
    rows->cells_length = 0;
}

/* Parses the next line of the current row. False: the row cannot be read. */
static bool add_line(struct rows *rows, const struct line *line)
{
    if (rows->separator == 0)
        use_separator(rows, line_separator(line, rows->quote_open));
    rows->row_ended = false;
    bool parsed = parse_line(rows, line);
    rows->quote_open = parsed && !rows->row_ended;
    return parsed;
}

/* Undoes the parsing of the current row, and the choice of a separator in it. */
static void forget_row(struct rows *rows)
{
    csv_fini(&rows->csv, NULL, NULL, NULL);
    rows->quote_open = false;
    use_separator(rows, rows->separator_before);
}

/* A second try for a line with a stray quote. */
static bool add_mended_line(struct rows *rows, const struct line *line)
{
    struct line mended;
    char separator = rows->separator;

    if (rows->stopped)
        return false;
    forget_row(rows);
    begin_row(rows);
    line_mend(&mended, rows->mended, line, separator ? separator : line_separator(line, false));
    return mended.length < line->length && add_line(rows, &mended);
}

/* A line where a row begins. It is ignored, given as a row or as a fault, or leaves quote_open set
 * for a row that continues. */
static void take_first_line(struct rows *rows, const struct line *line)
{
    struct line data = *line;

    if (line_is_ignored(line, rows->separator))
        return;
    begin_row(rows);
    rows->fault = line_fault(line);
    line_cut_comment(&data, rows->separator);
    if (!rows->fault && !add_line(rows, &data) && !add_mended_line(rows, &data)) {
        forget_row(rows);
        rows->fault = stray_quote;
    }
    if (!rows->quote_open)
        give_row(rows, line->text, line->length);
}

/* A line of an open row that never ended: it must be a row by itself. */
static void take_lone_line(struct rows *rows, const struct line *line)
{
    take_first_line(rows, line);
    if (!rows->quote_open)
        return;
    forget_row(rows);
    give_fault(rows, rows->lines.line, line->text, line->length, never_closed);
}

/* ---- carried lines ---- */

/* The open row never ends. Only its first line is a fault; each following line is read again by
 * itself. These lines open no row, so that every byte is read at most twice. */
static void replay(struct rows *rows)
{
    struct line_scan scan = {.at = rows->carry, .end = rows->carry + rows->line_begins};
    struct line line;

    forget_row(rows);
    line_count_rewind(&rows->lines, rows->row_line);
    line_next(&scan, &line);
    give_fault(rows, rows->lines.line, line.text, line.length, never_closed);
    line_count_end(&rows->lines, line.text + line.length, line.end_length, rows->quote_open);
    while (scan.at < scan.end && !rows->stopped) {
        line_next(&scan, &line);
        take_lone_line(rows, &line);
        line_count_end(&rows->lines, line.text + line.length, line.end_length, rows->quote_open);
    }
    rows->carried -= rows->line_begins;
    memmove(rows->carry, rows->carry + rows->line_begins, rows->carried);
    rows->line_begins = 0;
}

static void append(struct rows *rows, const char *bytes, size_t length)
{
    memcpy(rows->carry + rows->carried, bytes, length);
    rows->carried += length;
}

static void give_long_line(struct rows *rows, const char *text, size_t length)
{
    if (!rows->past_first_line && line_is_utf16(text, length))
        refuse_utf16(rows, text, length);
    else
        give_fault(rows, rows->lines.line, text, length, "a line is longer than 1 MiB");
    rows->past_first_line = true;
}

/* Carries a piece of a line. False: the line is longer than ROW_MAX and was given as a fault. */
static bool carry_piece(struct rows *rows, const struct line *piece)
{
    if (rows->quote_open && rows->carried + piece->length > ROW_MAX)
        replay(rows);
    size_t room = ROW_MAX - rows->carried;
    append(rows, piece->text, piece->length < room ? piece->length : room);
    if (piece->length <= room)
        return true;
    give_long_line(rows, rows->carry, rows->carried);
    rows->carried = 0;
    return false;
}

/* One more line of the open row. False: the row is replayed, and its lines are counted. */
static bool take_next_line(struct rows *rows, const struct line *line)
{
    const char *unreadable = line_fault(line);

    if (unreadable && !rows->fault)
        rows->fault = unreadable;
    bool parsed = add_line(rows, line);
    if (parsed && !rows->quote_open) {
        give_row(rows, rows->carry, rows->carried - line->end_length);
    } else if (!parsed) {
        rows->line_begins = rows->carried;
        replay(rows);
    }
    return parsed;
}

/* Removes the byte order mark before the line from the carry, which becomes the text of the row. */
static void drop_before(struct rows *rows, struct line *line)
{
    size_t passed = (size_t)(line->text - rows->carry);

    rows->carried -= passed;
    memmove(rows->carry, line->text, rows->carried);
    line->text = rows->carry;
}

/* The carried line is complete, with its end. */
static void take_carried_line(struct rows *rows, size_t end_length)
{
    struct line line = {rows->carry + rows->line_begins,
                        rows->carried - rows->line_begins - end_length, end_length};
    bool counted = false;

    if (rows->quote_open) {
        counted = !take_next_line(rows, &line);
    } else if (check_first_line(rows, &line)) {
        drop_before(rows, &line);
        take_first_line(rows, &line);
    }
    if (!rows->quote_open)
        rows->carried = 0;
    rows->line_begins = rows->carried;
    if (!counted)
        line_count_end(&rows->lines, line.text + line.length, end_length, rows->quote_open);
}

/* ---- feeding ---- */

/* A whole line where a row begins, read in place. */
static void take_line_in_place(struct rows *rows, struct line *line)
{
    if (line->length > ROW_MAX)
        give_long_line(rows, line->text, line->length);
    else if (check_first_line(rows, line))
        take_first_line(rows, line);
    if (rows->quote_open) {
        append(rows, line->text, line->length + line->end_length);
        rows->line_begins = rows->carried;
    }
    line_count_end(&rows->lines, line->text + line->length, line->end_length, rows->quote_open);
}

static void end_line(struct rows *rows, const char *end, size_t end_length)
{
    if (rows->mode == MODE_READING) {
        append(rows, end, end_length);
        take_carried_line(rows, end_length);
    } else if (rows->mode == MODE_SKIPPING) {
        rows->mode = MODE_READING;
        line_count_end(&rows->lines, end, end_length, rows->quote_open);
    }
}

static void take_piece(struct rows *rows, struct line *piece)
{
    if (rows->mode == MODE_READING && rows->carried == 0 && piece->end_length > 0) {
        take_line_in_place(rows, piece);
        return;
    }
    if (rows->mode == MODE_READING && !carry_piece(rows, piece) && rows->mode == MODE_READING)
        rows->mode = MODE_SKIPPING;
    if (piece->end_length > 0)
        end_line(rows, piece->text + piece->length, piece->end_length);
}

/* Ends the line of a CR that was the last byte fed. Returns 1 if the LF of that CR LF is next. */
static size_t settle_cr(struct rows *rows, bool lf_follows)
{
    if (!rows->cr_waits)
        return 0;
    rows->cr_waits = false;
    end_line(rows, "\r\n", lf_follows ? 2 : 1);
    return lf_follows;
}

bool rows_feed(struct rows *rows, const char *bytes, size_t len)
{
    struct line_scan scan = {.at = bytes, .end = bytes + len};

    if (len > 0)
        scan.at += settle_cr(rows, *bytes == '\n');
    while (scan.at < scan.end && !rows->stopped && rows->mode != MODE_REFUSED) {
        struct line piece;

        line_next(&scan, &piece);
        if (scan.at == scan.end && piece.end_length == 1 && scan.end[-1] == '\r') {
            rows->cr_waits = true;
            piece.end_length = 0;
        }
        take_piece(rows, &piece);
    }
    return !rows->stopped;
}

bool rows_finish(struct rows *rows)
{
    if (rows->stopped)
        return false;
    settle_cr(rows, false);
    if (rows->mode == MODE_READING && rows->carried > rows->line_begins)
        take_carried_line(rows, 0);
    if (rows->quote_open)
        replay(rows);
    return !rows->stopped;
}

bool rows_break_off(struct rows *rows)
{
    struct line rest = {.text = rows->carry};

    if (rows->stopped)
        return false;
    settle_cr(rows, false);
    if (rows->quote_open)
        replay(rows);
    rest.length = rows->carried;
    if (!line_is_ignored(&rest, rows->separator))
        give_fault(rows, rows->lines.line, rest.text, rest.length,
                   "the input breaks off in this line");
    rows->carried = 0;
    return !rows->stopped;
}

uint64_t rows_line(const struct rows *rows)
{
    return rows->lines.line;
}

struct rows *rows_new(row_fn *give_row_to, void *context, struct failure *failure)
{
    struct rows *rows = malloc(sizeof(*rows));

    if (!rows) {
        failure_out_of_memory(failure);
        return NULL;
    }
    /* The large buffers are not touched, and so cost no memory, until they are needed. */
    memset(rows, 0, offsetof(struct rows, cells));
    rows->give = give_row_to;
    rows->context = context;
    rows->failure = failure;
    rows->lines.line = 1;
    csv_init(&rows->csv, CSV_STRICT);
    csv_set_blk_size(&rows->csv, CSV_BLOCK);
    return rows;
}

void rows_free(struct rows *rows)
{
    if (!rows)
        return;
    csv_free(&rows->csv);
    free(rows);
}
