#include "reports/html/column_code.h"

#include <stdbool.h>
#include <string.h>

#include "audit/ascii.h"

enum form { FORM_ONE, FORM_CODES, FORM_TEXTS, FORM_ADDRESSES, FORM_NUMBERS, FORM_LIKE };

enum {
    LOOKED_AT = 256, /* rows that show which column another is like */
    LIKE_LEAST = 64, /* of them */
    DIGITS_MAX = 10, /* of a number below 2^32 */
    PLANES_MAX = 4,
};

struct cell {
    const char *text;
    size_t length;
};

struct output {
    column_sink *sink;
    void *context;
};

static struct cell cell_at(const struct column_cells *cells, unsigned row, unsigned column)
{
    size_t place = (size_t)row * cells->columns + column;
    uint32_t start = place > 0 ? cells->ends[place - 1] + 1 : 0;

    return (struct cell){cells->text + start, cells->ends[place] - start};
}

static bool cells_equal(struct cell a, struct cell b)
{
    return a.length == b.length && memcmp(a.text, b.text, a.length) == 0;
}

static void put(const struct output *out, const void *octets, size_t count)
{
    out->sink(out->context, octets, count);
}

static void put_octet(const struct output *out, unsigned octet)
{
    uint8_t one = (uint8_t)octet;

    put(out, &one, 1);
}

static void put_value(const struct output *out, struct cell cell)
{
    put_octet(out, cell.length & 0xFF);
    put_octet(out, (unsigned)(cell.length >> 8));
    put(out, cell.text, cell.length);
}

static void put_planes(struct column_code *code, const struct output *out, unsigned rows,
                       unsigned planes)
{
    for (unsigned plane = 0; plane < planes; plane++) {
        for (unsigned row = 0; row < rows; row++)
            code->octets[row] = (uint8_t)(code->numbers[row] >> 8 * plane);
        put(out, code->octets, rows);
    }
}

/* ---- distinct values ---- */

static unsigned slot_of(struct cell cell)
{
    uint64_t hash = cell.length;

    for (size_t i = 0; i < cell.length; i += sizeof(hash)) {
        uint64_t part = 0;
        size_t left = cell.length - i;

        memcpy(&part, cell.text + i, left < sizeof(part) ? left : sizeof(part));
        hash = (hash ^ part) * UINT64_C(0x9E3779B97F4A7C15);
        hash ^= hash >> 32;
    }
    return (unsigned)hash % COLUMN_SLOTS;
}

/* The code of the value; COLUMN_CODES_MAX: there are too many. */
static unsigned code_of(struct column_code *code, const struct column_cells *cells, unsigned row,
                        struct cell cell)
{
    unsigned slot = slot_of(cell);

    for (; code->slots[slot] != 0; slot = (slot + 1) % COLUMN_SLOTS) {
        unsigned known = code->slots[slot] - 1u;

        if (cells_equal(cell, cell_at(cells, code->first_rows[known], cells->column)))
            return known;
    }
    if (code->distinct == COLUMN_CODES_MAX)
        return COLUMN_CODES_MAX;
    code->first_rows[code->distinct] = row;
    code->slots[slot] = (uint16_t)++code->distinct;
    return code->distinct - 1;
}

/* Most cells are equal to the one above. False: too many distinct values. */
static bool find_codes(struct column_code *code, const struct column_cells *cells)
{
    struct cell before = {NULL, SIZE_MAX};
    unsigned number = 0;

    code->distinct = 0;
    memset(code->slots, 0, sizeof(code->slots));
    for (unsigned row = 0; row < cells->rows; row++) {
        struct cell cell = cell_at(cells, row, cells->column);

        if (!cells_equal(cell, before))
            number = code_of(code, cells, row, cell);
        if (number == COLUMN_CODES_MAX)
            return false;
        code->octets[row] = (uint8_t)number;
        before = cell;
    }
    return true;
}

static void put_codes(const struct column_code *code, const struct column_cells *cells,
                      const struct output *out)
{
    put_octet(out, code->distinct == 1 ? FORM_ONE : FORM_CODES);
    if (code->distinct > 1)
        put_octet(out, code->distinct);
    for (unsigned i = 0; i < code->distinct; i++)
        put_value(out, cell_at(cells, code->first_rows[i], cells->column));
    if (code->distinct > 1)
        put(out, code->octets, cells->rows);
}

/* ---- numbers and addresses ---- */

/* As many digits as there are, without a leading zero. Returns their count; 0: not a number. */
static size_t read_digits(uint64_t *out, const char *text, size_t length)
{
    size_t count = 0;

    *out = 0;
    for (; count < length && count <= DIGITS_MAX && ascii_is_digit(text[count]); count++)
        *out = *out * 10 + (uint64_t)(text[count] - '0');
    return count > 1 && text[0] == '0' ? 0 : count;
}

static bool is_number(uint32_t *out, struct cell cell)
{
    uint64_t number;
    bool good = cell.length <= DIGITS_MAX && read_digits(&number, cell.text, cell.length) > 0 &&
                read_digits(&number, cell.text, cell.length) == cell.length && number <= UINT32_MAX;

    if (good)
        *out = (uint32_t)number;
    return good;
}

static bool is_address(uint32_t *out, struct cell cell)
{
    uint32_t address = 0;
    size_t at = 0;

    for (unsigned i = 0; i < 4; i++) {
        uint64_t octet;
        size_t digits;

        if (i > 0 && (at == cell.length || cell.text[at++] != '.'))
            return false;
        digits = read_digits(&octet, cell.text + at, cell.length - at);
        if (digits == 0 || octet > UINT8_MAX)
            return false;
        at += digits;
        address = address << 8 | (uint32_t)octet;
    }
    *out = address;
    return at == cell.length;
}

/* Differences from row to row, if all cells are of the kind. */
static bool find_numbers(struct column_code *code, const struct column_cells *cells,
                         bool (*is)(uint32_t *out, struct cell cell))
{
    uint32_t before = 0;

    for (unsigned row = 0; row < cells->rows; row++) {
        uint32_t number;

        if (!is(&number, cell_at(cells, row, cells->column)))
            return false;
        code->numbers[row] = number - before;
        before = number;
    }
    return true;
}

static void put_numbers(struct column_code *code, const struct column_cells *cells, enum form form,
                        const struct output *out)
{
    put_octet(out, form);
    put_planes(code, out, cells->rows, PLANES_MAX);
}

/* ---- texts ---- */

static bool is_like(const struct column_cells *cells, unsigned row, unsigned other)
{
    struct cell cell = cell_at(cells, row, cells->column);

    return cell.length > 0 && cells_equal(cell, cell_at(cells, row, other));
}

/* An earlier column with the same text in many rows; the column itself: no other is like it. */
static unsigned find_like(const struct column_cells *cells)
{
    unsigned rows = cells->rows < LOOKED_AT ? cells->rows : LOOKED_AT;
    unsigned best = cells->column;
    unsigned most = LIKE_LEAST - 1;

    for (unsigned other = 0; other < cells->column; other++) {
        unsigned count = 0;

        /* from all parts of the block */
        for (unsigned i = 0; i < rows; i++)
            count += is_like(cells, (unsigned)((size_t)i * cells->rows / rows), other);
        if (count > most) {
            most = count;
            best = other;
        }
    }
    return best;
}

static void put_texts(struct column_code *code, const struct column_cells *cells,
                      const struct output *out)
{
    unsigned other = find_like(cells);
    bool like = other != cells->column;

    put_octet(out, like ? FORM_LIKE : FORM_TEXTS);
    if (like) {
        put_octet(out, other);
        for (unsigned row = 0; row < cells->rows; row++)
            code->octets[row] = is_like(cells, row, other);
        put(out, code->octets, cells->rows);
    }
    for (unsigned row = 0; row < cells->rows; row++)
        code->numbers[row] =
            like && code->octets[row] ? 0 : (uint32_t)cell_at(cells, row, cells->column).length;
    put_planes(code, out, cells->rows, 2);
    for (unsigned row = 0; row < cells->rows; row++)
        put(out, cell_at(cells, row, cells->column).text, code->numbers[row]);
}

void column_code_write(struct column_code *code, const struct column_cells *cells,
                       column_sink *sink, void *context)
{
    struct output out = {sink, context};

    if (find_codes(code, cells))
        put_codes(code, cells, &out);
    else if (find_numbers(code, cells, is_address))
        put_numbers(code, cells, FORM_ADDRESSES, &out);
    else if (find_numbers(code, cells, is_number))
        put_numbers(code, cells, FORM_NUMBERS, &out);
    else
        put_texts(code, cells, &out);
}
