#include "io/input/item_cell.h"

#include <stdio.h>
#include <string.h>

#include "io/input/idna.h"
#include "io/input/mask_cell.h"

static const char LIST_SEPARATORS[] = ",;|\r\n";
static const char BLANKS[] = " \t";

static bool is_one_of(const char *set, char c)
{
    return c != '\0' && strchr(set, c);
}

/* Takes the next part that is not empty. */
static bool next_part(struct cell_text *rest, const char *separators, struct cell_text *part)
{
    while (rest->len > 0) {
        size_t length = 0;

        while (length < rest->len && !is_one_of(separators, rest->text[length]))
            length++;
        *part = cell_text_trim(rest->text, length);
        length += length < rest->len;
        *rest = (struct cell_text){rest->text + length, rest->len - length};
        if (part->len > 0)
            return true;
    }
    return false;
}

static bool has_blanks(struct cell_text part)
{
    return memchr(part.text, ' ', part.len) || memchr(part.text, '\t', part.len);
}

void item_cell_begin(struct item_cell *items, const struct cell *cell)
{
    *items = (struct item_cell){.rest = cell_text_without_comment(cell->text, cell->length)};
}

static enum item_step take(struct item_cell *items, bool parsed)
{
    items->parts++;
    return parsed ? ITEM_TAKEN : ITEM_REFUSED;
}

/* "198.51.100.0 255.255.255.0", as routers write a network: the mask is no address of a list. */
static bool parse_masked(struct target *out, struct cell_text part, struct target_reason *why)
{
    struct cell_text address, mask;

    if (!next_part(&part, BLANKS, &address) || !next_part(&part, BLANKS, &mask) || part.len > 0)
        return false;
    const struct cell cell = {.text = mask.text, .length = mask.len};
    return mask_cell_is_dotted(&cell) && target_parse(out, address.text, address.len, why) &&
           mask_cell_apply(out, &cell, why);
}

enum item_step item_cell_next(struct item_cell *items, struct target *out,
                              struct target_reason *why)
{
    struct cell_text part;

    if (items->words.len == 0) {
        if (!next_part(&items->rest, LIST_SEPARATORS, &part))
            return ITEM_NONE;
        bool parsed = target_parse(out, part.text, part.len, why);
        if (parsed || !has_blanks(part))
            return take(items, parsed);
        if (parse_masked(out, part, why))
            return take(items, true);
        items->words = part;
    }
    if (!next_part(&items->words, BLANKS, &part))
        return ITEM_NONE;
    return take(items, target_parse(out, part.text, part.len, why));
}

unsigned item_cell_count(const struct cell *cell, struct target_reason *why)
{
    struct item_cell items;
    struct target target;
    struct target_reason part;
    enum item_step step;

    /* The whole cell first: its reason is the better one if no part of it is an item. */
    if (target_parse(&target, cell->text, cell->length, why))
        return 1;
    item_cell_begin(&items, cell);
    while ((step = item_cell_next(&items, &target, &part)) == ITEM_TAKEN)
        continue;
    if (step == ITEM_NONE)
        return items.parts;
    if (items.parts > 1)
        (void)target_refuse(why, "part %u of the cell: %s", items.parts, part.text);
    return 0;
}

static bool read_name(struct target *target, const char *text, size_t length,
                      struct target_reason *why)
{
    char ascii[IDNA_TEXT_MAX];
    size_t ascii_length;
    const char *fault;

    if (idna_to_ascii(ascii, &ascii_length, text, length, &fault))
        return target_expect(target, ascii, ascii_length, why);
    return target_refuse(why, "expected host name %s", fault);
}

bool host_cell_read(struct target *target, const struct cell *cell, struct target_reason *why)
{
    struct cell_text name;
    const char *fault;

    target->has_expected = false;
    if (cell_text_is_no_value(cell->text, cell->length) ||
        read_name(target, cell->text, cell->length, why))
        return true;
    name = cell_text_without_comment(cell->text, cell->length);
    if (name.len < cell->length &&
        (cell_text_is_no_value(name.text, name.len) || read_name(target, name.text, name.len, why)))
        return true;
    fault = cell_text_fault(name.text, name.len);
    return !fault ? false : target_refuse(why, "expected host name %s", fault);
}
