#include "io/input/column_data.h"

#include <string.h>

#include "audit/ascii.h"
#include "audit/special.h"
#include "io/input/item_cell.h"
#include "io/input/mask_cell.h"

enum { DEEP_LABELS = 3 };

static unsigned dots(struct cell_text name)
{
    unsigned count = 0;

    for (size_t i = 0; i + 1 < name.len; i++)
        count += name.text[i] == '.';
    return count;
}

static bool same_text(const struct cell *a, const struct cell *b)
{
    return a->length == b->length && memcmp(a->text, b->text, a->length) == 0;
}

static bool is_single(struct target *out, const struct cell *cell)
{
    struct target_reason why;

    return target_parse(out, cell->text, cell->length, &why) && !out->is_prefix &&
           iprange_is_single(&out->range);
}

static bool is_inside(const struct cell *cell)
{
    struct target target;

    return is_single(&target, cell) && special_is_inside(&target.range.first);
}

static void count_cell(struct column_data *column, const struct cell *cell)
{
    struct cell_text text = cell_text_without_comment(cell->text, cell->length);
    struct target_reason why;

    column->is_present = true;
    if (cell_text_is_no_value(text.text, text.len))
        return;
    column->values++;
    column->masks += mask_cell_is(cell);
    if (mask_cell_is_dotted(cell))
        return;
    if (item_cell_count(cell, &why) > 0) {
        column->items++;
        column->inside += is_inside(cell);
    } else if (target_looks_like_name(text.text, text.len)) {
        column->names++;
        column->deep += dots(text) + 1 >= DEEP_LABELS;
    }
}

void input_data_count(struct input_data *out, const struct row *rows, unsigned count, unsigned from)
{
    const struct row *first = NULL;

    memset(out, 0, sizeof(*out));
    for (unsigned i = from; i < count; i++) {
        const struct row *row = &rows[i];

        if (row->fault)
            continue;
        first = first ? first : row;
        out->count = row->count > out->count ? row->count : out->count;
        for (unsigned c = 0; c < row->count; c++) {
            count_cell(&out->columns[c], &row->cells[c]);
            if (c < first->count && !same_text(&row->cells[c], &first->cells[c]))
                out->columns[c].varies = true;
        }
    }
}

bool column_holds_items(const struct column_data *column)
{
    return column->items > 0 && 2 * column->items >= column->values;
}

bool column_holds_names(const struct column_data *column)
{
    return column->names > 0 && 2 * column->names >= column->values;
}

bool column_holds_masks(const struct column_data *column)
{
    return column->masks > 0 && column->masks == column->values;
}

bool column_may_hold_masks(const struct column_data *column)
{
    return 2 * column->masks >= column->values;
}

bool column_holds_hosts(const struct column_data *column)
{
    return column->deep > 0 && 2 * column->deep >= column->values &&
           (column->varies || column->values == 1);
}

static bool is_range(const struct ipaddr *first, const struct ipaddr *last)
{
    struct iprange range = {*first, *last};

    return first->family == last->family && ipaddr_compare(first, last) <= 0 &&
           iprange_count(&range) <= RANGE_GUESS_MAX &&
           special_block_of(first) == special_block_of(last);
}

bool columns_hold_ranges(const struct row *rows, unsigned count, unsigned first, unsigned last)
{
    unsigned ranges = 0;

    for (unsigned i = 0; i < count; i++) {
        struct target begin, end;

        if (rows[i].count <= first || rows[i].count <= last || rows[i].cells[last].length == 0)
            continue;
        if (!is_single(&begin, &rows[i].cells[first]) || !is_single(&end, &rows[i].cells[last]) ||
            !is_range(&begin.range.first, &end.range.first))
            return false;
        ranges++;
    }
    return ranges > 0;
}

enum mask_step { MASK_NO, MASK_OPEN, MASK_MAYBE };

/* Numbers beside addresses are often something else: a length leaves no host bits. */
static enum mask_step judge_mask(const struct cell *address, const struct cell *mask)
{
    struct target target;
    struct target_reason why;

    if (!is_single(&target, address) || cell_text_is_no_value(mask->text, mask->length))
        return MASK_OPEN;
    if (!mask_cell_apply(&target, mask, &why) || target_has_host_bits(&target))
        return MASK_NO;
    return iprange_is_single(&target.range) ? MASK_OPEN : MASK_MAYBE;
}

uint64_t columns_mask_line(const struct row *rows, unsigned count, unsigned ip)
{
    uint64_t line = 0;

    for (unsigned i = 0; i < count; i++) {
        const struct cell *cells = rows[i].cells;
        enum mask_step step = rows[i].fault || rows[i].count <= ip + 1
                                  ? MASK_OPEN
                                  : judge_mask(&cells[ip], &cells[ip + 1]);

        if (step == MASK_NO)
            return 0;
        if (step == MASK_MAYBE && line == 0)
            line = rows[i].line;
    }
    return line;
}

/* A host name of one label, with a number: "yes", "active" and "17" are something else. */
static bool is_label(struct cell_text text)
{
    bool letters = false, digits = false;

    for (size_t i = 0; i < text.len; i++) {
        letters |= ascii_is_letter(text.text[i]);
        digits |= ascii_is_digit(text.text[i]);
        if (!ascii_is_letter(text.text[i]) && !ascii_is_digit(text.text[i]) && text.text[i] != '-')
            return false;
    }
    return letters && digits && text.len <= DNSLABEL_MAX;
}

static bool is_in_rows(const struct row *rows, unsigned count, unsigned column,
                       const struct cell *cell)
{
    for (unsigned i = 0; i < count; i++) {
        if (!rows[i].fault && rows[i].count > column && same_text(&rows[i].cells[column], cell))
            return true;
    }
    return false;
}

uint64_t columns_label_line(const struct row *rows, unsigned count, unsigned column)
{
    unsigned present = 0, labels = 0;
    uint64_t line = 0;

    for (unsigned i = 0; i < count; i++) {
        present += !rows[i].fault;
        if (rows[i].fault || rows[i].count <= column)
            continue;
        const struct cell *cell = &rows[i].cells[column];
        struct cell_text text = cell_text_without_comment(cell->text, cell->length);
        if (!is_label(text))
            continue;
        if (is_in_rows(rows, i, column, cell))
            return 0;
        line = labels++ == 0 ? rows[i].line : line;
    }
    return labels > 1 && 2 * labels >= present ? line : 0;
}

/* Enough digits and separators for an address, whatever is around it. */
static bool holds_address(const struct cell *cell)
{
    unsigned digits = 0, dots_found = 0, colons = 0;

    for (size_t i = 0; i < cell->length; i++) {
        digits += ascii_is_digit(cell->text[i]);
        dots_found += cell->text[i] == '.';
        colons += cell->text[i] == ':';
    }
    return (digits >= 4 && dots_found >= 3) || (digits >= 2 && colons >= 2);
}

bool cell_looks_like_data(const struct cell *cell)
{
    return holds_address(cell) || target_looks_like_name(cell->text, cell->length) ||
           cell_text_fault(cell->text, cell->length);
}
