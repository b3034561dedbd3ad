#include "reports/rows/csv_line.h"

#include <string.h>

void csv_line_begin(struct csv_line *line)
{
    line->used = 0;
    line->cell = 0;
    line->joined = false;
    line->special = false;
    line->cells = 0;
}

static bool has_room(const struct csv_line *line, size_t len)
{
    /* the line end always fits */
    return len + 2 <= CSV_LINE_MAX - line->used;
}

/* First octets of a formula. */
static const bool FORMULA[UINT8_MAX + 1] = {
    ['='] = true,  ['+'] = true,  ['-'] = true, ['@'] = true,
    ['\t'] = true, ['\r'] = true, ['\n'] = true};

/* Octets that need quotes. */
static const bool SPECIAL[UINT8_MAX + 1] = {
    [','] = true, ['"'] = true, ['\r'] = true, ['\n'] = true};

enum { STRIDE = sizeof(uint64_t) };

static const uint64_t EACH_OCTET = UINT64_MAX / UINT8_MAX;

/* All octets that need quotes are below the hyphen; hardly any other octet of a cell is. */
static bool stride_is_plain(const char *text)
{
    uint64_t octets;

    memcpy(&octets, text, STRIDE);
    return ((octets - EACH_OCTET * '-') & ~octets & EACH_OCTET * 0x80) == 0;
}

/* Proves most cells plain in a few steps; the last step overlaps the one before. */
static bool is_plain(const char *text, size_t len)
{
    bool plain = len >= STRIDE;

    for (size_t i = 0; plain && i + STRIDE < len; i += STRIDE)
        plain = stride_is_plain(text + i);
    return plain && stride_is_plain(text + len - STRIDE);
}

static bool needs_quotes(const char *text, size_t len)
{
    bool special = false;

    for (size_t i = 0; i < len; i++)
        special |= SPECIAL[(unsigned char)text[i]];
    return special;
}

void csv_value(struct csv_line *line, const char *text, size_t len)
{
    char *at = line->bytes + line->used;

    if (!has_room(line, len + 2))
        return;
    if (line->joined)
        *at++ = ';';
    if (len > 0 && FORMULA[(unsigned char)text[0]])
        *at++ = '\'';
    memcpy(at, text, len);
    line->special |= !is_plain(text, len) && needs_quotes(text, len);
    line->joined = true;
    line->used = (size_t)(at - line->bytes) + len;
}

void csv_value_text(struct csv_line *line, const char *text)
{
    csv_value(line, text, strlen(text));
}

void csv_value_number(struct csv_line *line, uint64_t number)
{
    char room[OUTFILE_DIGITS_MAX];
    size_t count;
    const char *digits = outfile_digits(room, number, &count);

    csv_value(line, digits, count);
}

void csv_value_name(struct csv_line *line, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    csv_value(line, text, dnsname_print(text, name));
}

void csv_value_address(struct csv_line *line, const struct ipaddr *address)
{
    char text[IPADDR_TEXT_MAX];

    csv_value(line, text, ipaddr_print(text, address));
}

void csv_value_more(struct csv_line *line, uint64_t more)
{
    char digits[32];
    size_t at = sizeof(digits) - 6;

    if (more == 0)
        return;
    memcpy(digits + at, " more)", 6);
    for (; more > 0; more /= 10)
        digits[--at] = (char)('0' + more % 10);
    digits[--at] = '(';
    csv_value(line, digits + at, sizeof(digits) - at);
}

/* Quotes the open cell in place, from the back, doubling the quotes in it. */
static void quote_cell(struct csv_line *line)
{
    size_t quotes = 2;
    char *from = line->bytes + line->used;
    char *to;

    for (size_t i = line->cell; i < line->used; i++)
        quotes += line->bytes[i] == '"';
    if (!has_room(line, quotes)) {
        line->used = line->cell;
        return;
    }
    line->used += quotes;
    to = line->bytes + line->used;
    *--to = '"';
    while (from > line->bytes + line->cell) {
        *--to = *--from;
        if (*from == '"')
            *--to = '"';
    }
    *--to = '"';
}

void csv_cell_end(struct csv_line *line)
{
    if (line->special)
        quote_cell(line);
    if (line->cells < CSV_CELLS_MAX)
        line->ends[line->cells++] = (uint32_t)line->used;
    if (has_room(line, 1))
        line->bytes[line->used++] = ',';
    line->cell = line->used;
    line->joined = false;
    line->special = false;
}

void csv_octets_write(const char *bytes, size_t used, struct outfile *out)
{
    size_t length = used > 0 ? used - 1 : 0; /* without the comma after the last cell */

    outfile_write(out, bytes, length);
    outfile_write(out, "\r\n", 2);
}

void csv_line_write(const struct csv_line *line, struct outfile *out)
{
    csv_octets_write(line->bytes, line->used, out);
}
