/* One row: its name, its items, and what is refused of it. */
#include "io/input/intake_private.h"

#include <stdio.h>
#include <string.h>

#include "audit/expectation.h"
#include "audit/pattern.h"
#include "io/input/item_cell.h"
#include "io/input/mask_cell.h"

enum { END_TEXT_MAX = 64 }; /* bytes of a cell that holds one end of a range */

/* One row being read. */
struct row_reading {
    const struct row *row;
    struct target named;     /* only the expected name in it */
    bool has_name_cell;      /* with anything but a word for "no name" */
    const struct cell *mask; /* of the items that are read now; NULL: none in a cell of its own */
    bool is_named;           /* false: the name is not usable */
    bool is_pattern;         /* usable or not; without its names the row is refused */
    struct target_reason unusable;
    unsigned items;
    bool is_refused; /* at least in part */
    struct target_reason refusal;
};

/* ---- prefixes ---- */

static bool notice_once(struct intake *intake, enum intake_notice notice, uint64_t line,
                        const char *text)
{
    if (intake->is_noticed[notice] || !intake->sink->notice)
        return true;
    intake->is_noticed[notice] = true;
    return intake->sink->notice(intake->sink->context, line, text);
}

/* An address with a mask and a name is one host, as tools for address management export it, and so
 * is one with the mask of its network in another column. */
static bool take_as_host(struct intake *intake, uint64_t line, struct target *target, bool named)
{
    char text[REASON_MAX], written[IPADDR_TEXT_MAX];

    (void)ipaddr_print(written, &target->written);
    target_take_host(target);
    snprintf(text, sizeof(text),
             "%s has %s: it is taken as one host, as in all such rows (--prefix network takes the "
             "prefix)",
             written, named ? "a mask and an expected name" : "a mask and host bits set");
    return notice_once(intake, NOTICE_HOST, line, text);
}

/* A pattern is for a prefix. */
static bool decide_prefix(struct intake *intake, const struct row_reading *reading,
                          struct target *target)
{
    bool named = reading->has_name_cell && !reading->is_pattern;
    uint64_t line = reading->row->line;
    char text[REASON_MAX], written[IPADDR_TEXT_MAX], range[IPRANGE_TEXT_MAX];
    bool host_bits = target_has_host_bits(target);

    (void)ipaddr_print(written, &target->written);
    (void)iprange_print(range, &target->range);
    if (host_bits && (named || (reading->mask && !reading->is_pattern)))
        return take_as_host(intake, line, target, named);
    if (host_bits) {
        snprintf(
            text, sizeof(text),
            "%s has host bits set and no expected name%s: all of %s is audited, as in all such "
            "rows (--prefix host takes the address alone)",
            written, target->has_expected ? " but a pattern" : "", range);
        return notice_once(intake, NOTICE_NETWORK, line, text);
    }
    if (!target->has_expected || expectation_of(&target->expected) != EXPECT_HOST ||
        iprange_is_single(&target->range))
        return true;
    snprintf(text, sizeof(text),
             "every address of %s is expected to have the one name of its row, as in all such rows "
             "(--prefix host takes the address alone)",
             range);
    return notice_once(intake, NOTICE_NAMED_PREFIX, line, text);
}

static bool settle_prefix(struct intake *intake, const struct row_reading *reading,
                          struct target *target)
{
    if (!target->is_prefix || intake->options->prefix == PREFIX_NETWORK)
        return true;
    if (intake->options->prefix == PREFIX_BY_ROW)
        return decide_prefix(intake, reading, target);
    target_take_host(target);
    return true;
}

/* ---- rows ---- */

static size_t text_length(const struct row *row)
{
    return row->length < ROW_TEXT_MAX ? row->length : ROW_TEXT_MAX;
}

static bool report_refusal(struct intake *intake, const struct row *row, const char *reason)
{
    const struct intake_sink *sink = intake->sink;

    intake->counts->rejected++;
    return !sink->rejected ||
           sink->rejected(sink->context, row->line, reason, row->text, text_length(row));
}

static bool report_name(struct intake *intake, const struct row *row,
                        const struct target_reason *why)
{
    const struct intake_sink *sink = intake->sink;
    char reason[REASON_MAX];

    snprintf(reason, sizeof(reason), "name not usable: %s", why->text);
    intake->counts->unnamed++;
    return !sink->unnamed ||
           sink->unnamed(sink->context, row->line, reason, row->text, text_length(row));
}

bool intake_refuse_row(struct intake *intake, const struct row *row, const char *reason)
{
    intake->counts->rows++;
    return report_refusal(intake, row, reason);
}

/* The first reason of a row is reported. */
static void refuse_part(struct row_reading *reading, const struct target_reason *why)
{
    if (!reading->is_refused)
        reading->refusal = *why;
    reading->is_refused = true;
}

static bool give_item(struct intake *intake, uint64_t line, const struct target *target)
{
    intake->counts->items++;
    intake->counts->walks += target->is_walk;
    intake->counts->addresses += target->is_walk ? 0 : iprange_count(&target->range);
    intake->counts->with_expected += (uint64_t)target_names(target);
    return !intake->sink->item || intake->sink->item(intake->sink->context, line, target);
}

static bool take_target(struct intake *intake, struct row_reading *reading, struct target *target)
{
    struct target_reason why;

    if (reading->mask && !mask_cell_apply(target, reading->mask, &why)) {
        refuse_part(reading, &why);
        return true;
    }
    target->has_expected = reading->named.has_expected;
    if (target->has_expected)
        dnsname_copy(&target->expected, &reading->named.expected);
    if (!settle_prefix(intake, reading, target))
        return false;
    if (!target_fits(target, intake->options->max_range, &why) ||
        !target_can_be_met(target, &why)) {
        refuse_part(reading, &why);
        return true;
    }
    reading->items++;
    return give_item(intake, reading->row->line, target);
}

static bool take_list(struct intake *intake, struct row_reading *reading, const struct cell *cell)
{
    struct item_cell items;
    struct target target;
    struct target_reason why;

    unsigned count = item_cell_count(cell, &why);
    if (count > 1 && reading->is_pattern) {
        (void)target_refuse(&why, "holds %u items, and a pattern of names counts in one", count);
        count = 0;
    }
    if (count == 0) {
        refuse_part(reading, &why);
        return true;
    }
    item_cell_begin(&items, cell);
    while (item_cell_next(&items, &target, &why) == ITEM_TAKEN) {
        if (!take_target(intake, reading, &target))
            return false;
    }
    return true;
}

static bool take_items(struct intake *intake, struct row_reading *reading, const struct cell *cell)
{
    struct target target;
    struct target_reason why;

    return target_parse(&target, cell->text, cell->length, &why)
               ? take_target(intake, reading, &target)
               : take_list(intake, reading, cell);
}

/* Two cells that hold the first and the last address. */
static bool take_range(struct intake *intake, struct row_reading *reading, const struct cell *first,
                       const struct cell *last)
{
    char text[2 * END_TEXT_MAX + 1];
    struct target target;
    struct target_reason why;

    if (cell_text_is_no_value(last->text, last->length))
        return take_items(intake, reading, first);
    int length =
        snprintf(text, sizeof(text), "%.*s-%.*s",
                 (int)(first->length < END_TEXT_MAX ? first->length : END_TEXT_MAX), first->text,
                 (int)(last->length < END_TEXT_MAX ? last->length : END_TEXT_MAX), last->text);
    if (target_parse(&target, text, (size_t)length, &why))
        return take_target(intake, reading, &target);
    refuse_part(reading, &why);
    return true;
}

static bool looks_like_pattern(const struct cell *cell)
{
    return memchr(cell->text, '{', cell->length) &&
           target_looks_like_name(cell->text, cell->length);
}

static void read_name(const struct columns *columns, struct row_reading *reading)
{
    /* cppcheck-suppress ctuuninitvar ; intake_read_row sets it */
    const struct row *row = reading->row;

    reading->named.has_expected = false;
    reading->has_name_cell = false;
    reading->is_named = true;
    reading->is_pattern = false;
    if (columns->host >= row->count)
        return;
    const struct cell *cell = &row->cells[columns->host];
    reading->is_named = host_cell_read(&reading->named, cell, &reading->unusable);
    reading->is_pattern = reading->is_named
                              ? reading->named.has_expected && pattern_is(&reading->named.expected)
                              : looks_like_pattern(cell);
    reading->has_name_cell = reading->named.has_expected || !reading->is_named;
}

static bool has_value(const struct row *row, unsigned column)
{
    return column < row->count &&
           !cell_text_is_no_value(row->cells[column].text, row->cells[column].length);
}

static bool take_addresses(struct intake *intake, struct row_reading *reading)
{
    const struct columns *columns = &intake->columns;
    const struct row *row = reading->row;
    struct target_reason why;

    if (reading->is_pattern && !reading->is_named) {
        refuse_part(reading, &reading->unusable);
        return true;
    }
    if (has_value(row, columns->ip6) && !take_items(intake, reading, &row->cells[columns->ip6]))
        return false;
    if (columns->ip6 != COLUMN_NONE && reading->items > 0 && !has_value(row, columns->ip))
        return true;
    if (has_value(row, columns->mask))
        reading->mask = &row->cells[columns->mask];
    if (columns->ip < row->count && columns->last < row->count)
        return take_range(intake, reading, &row->cells[columns->ip], &row->cells[columns->last]);
    if (columns->ip < row->count)
        return take_items(intake, reading, &row->cells[columns->ip]);
    (void)target_refuse(&why, "has only %u column%s, the address is expected in column %u",
                        row->count, row->count == 1 ? "" : "s", columns->ip + 1);
    refuse_part(reading, &why);
    return true;
}

/* The first row that has a column for names, after rows without one. */
static bool settle_new_host(struct intake *intake, const struct row *row)
{
    struct columns *columns = &intake->columns;

    if (!has_value(row, columns->host))
        return true;
    const struct cell *cell = &row->cells[columns->host];
    columns->host_is_new = false;
    if (!target_looks_like_name(cell->text, cell->length))
        columns->host = COLUMN_NONE;
    return intake_describe_columns(intake);
}

bool intake_read_row(struct intake *intake, const struct row *row)
{
    struct row_reading reading;

    if (intake->columns.host_is_new && !settle_new_host(intake, row))
        return false;
    reading.row = row;
    reading.mask = NULL;
    reading.items = 0;
    reading.is_refused = false;
    intake->counts->rows++;
    read_name(&intake->columns, &reading);
    if (!take_addresses(intake, &reading))
        return false;
    if (reading.is_refused && !report_refusal(intake, row, reading.refusal.text))
        return false;
    return reading.is_named || reading.items == 0 || report_name(intake, row, &reading.unusable);
}

bool intake_take_literal(struct intake *intake, struct target *target)
{
    const struct row none = {0};
    const struct row_reading reading = {.row = &none};

    intake->counts->rows++;
    return settle_prefix(intake, &reading, target) && give_item(intake, 1, target);
}
