#include "io/input/words.h"

#include <string.h>

#include "audit/ascii.h"
#include "io/input/item_cell.h"

static unsigned split(struct cell words[WORDS_MAX], const struct cell *cell)
{
    const char *at = cell->text, *end = at + cell->length;
    unsigned count = 0;

    while (count < WORDS_MAX) {
        while (at < end && ascii_is_blank(*at))
            at++;
        if (at == end || *at == '#' || *at == ';')
            break;
        words[count] = (struct cell){.text = at};
        while (at < end && !ascii_is_blank(*at))
            at++;
        words[count].length = (size_t)(at - words[count].text);
        count++;
    }
    return count;
}

/* One cell that is neither an item nor a list of items. */
static bool is_words(const struct row *row)
{
    struct target_reason why;

    return row->count == 1 && memchr(row->cells[0].text, ' ', row->cells[0].length) &&
           item_cell_count(&row->cells[0], &why) == 0;
}

static bool has_item(const struct cell *words, unsigned count)
{
    struct target target;
    struct target_reason why;

    for (unsigned i = 0; i < count; i++) {
        if (target_parse(&target, words[i].text, words[i].length, &why))
            return true;
    }
    return false;
}

/* Several cells, separated by tabs: blanks as well. */
static bool is_tabbed(const struct row *row)
{
    for (unsigned i = 0; i < row->count; i++) {
        if (memchr(row->cells[i].text, '\t', row->cells[i].length))
            return false;
    }
    return memchr(row->text, '\t', row->length);
}

bool words_separate_columns(const struct row *rows, unsigned count)
{
    struct cell words[WORDS_MAX];
    bool found = false;

    for (unsigned i = 0; i < count; i++) {
        if (rows[i].fault)
            continue;
        if (rows[i].count > 1 && !is_tabbed(&rows[i]))
            return false;
        found = found || (is_words(&rows[i]) && has_item(words, split(words, &rows[i].cells[0])));
    }
    return found;
}

void words_split(struct row *out, struct cell words[WORDS_MAX], const struct row *row)
{
    *out = *row;
    if (row->fault || !is_words(row))
        return;
    unsigned count = split(words, &row->cells[0]);
    if (count == 0)
        return;
    out->cells = words;
    out->count = count;
}
