/* The line about the columns of an input. */
#include <stdarg.h>
#include <stdio.h>

#include "io/input/columns.h"

enum { NAME_SHOWN_MAX = 40 }; /* bytes of one name */

struct description {
    char *text;
    size_t used;
};

static void put(struct description *out, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void put(struct description *out, const char *format, ...)
{
    va_list arguments;
    size_t room = COLUMNS_TEXT_MAX - out->used;

    va_start(arguments, format);
    int length = vsnprintf(out->text + out->used, room, format, arguments);
    va_end(arguments);
    if (length > 0)
        out->used += (size_t)length < room ? (size_t)length : room - 1;
}

/* Cuts at a character, not inside one. */
static int shown_length(const struct cell *cell)
{
    size_t length = cell->length < NAME_SHOWN_MAX ? cell->length : NAME_SHOWN_MAX;

    while (length < cell->length && length > 0 && (cell->text[length] & 0xc0) == 0x80)
        length--;
    return (int)length;
}

static void put_column(struct description *out, unsigned column, const struct columns *columns,
                       const struct row *header)
{
    put(out, "%u", column + 1);
    if (columns->header != HEADER_NONE && column < header->count &&
        header->cells[column].length > 0)
        put(out, " (%.*s)", shown_length(&header->cells[column]), header->cells[column].text);
}

static void put_addresses(struct description *out, const struct columns *columns,
                          const struct row *header)
{
    unsigned second = columns->last != COLUMN_NONE ? columns->last : columns->ip6;

    put(out, "address: column%s ", second != COLUMN_NONE ? "s" : "");
    put_column(out, columns->ip, columns, header);
    if (second != COLUMN_NONE) {
        put(out, " and ");
        put_column(out, second, columns, header);
    }
    if (columns->last != COLUMN_NONE)
        put(out, ", first and last of a range");
    if (columns->mask != COLUMN_NONE) {
        put(out, "; prefix length or mask: column ");
        put_column(out, columns->mask, columns, header);
    }
}

static void put_names_not_read(struct description *out, const struct columns *columns,
                               const struct row *header)
{
    if (columns->names_not_read == COLUMN_NONE)
        return;
    put(out, "; not read: column ");
    put_column(out, columns->names_not_read, columns, header);
    put(out, ", which holds host names (--host-column)");
}

static void put_not_read(struct description *out, const struct columns *columns,
                         const struct row *header)
{
    unsigned others = columns->not_read_count - 1;

    if (columns->not_read_count == 0)
        return;
    put(out, "; not read: column ");
    put_column(out, columns->not_read, columns, header);
    if (others == 0)
        put(out, ", which holds addresses, too");
    else
        put(out, " and %u other%s, which hold addresses, too", others, others == 1 ? "" : "s");
}

void columns_describe(char out[COLUMNS_TEXT_MAX], const struct columns *columns,
                      const struct row *header)
{
    struct description text = {.text = out};

    put_addresses(&text, columns, header);
    put(&text, "; expected name: ");
    if (columns->host == COLUMN_NONE || columns->host_is_new) {
        put(&text, "none");
    } else {
        put(&text, "column ");
        put_column(&text, columns->host, columns, header);
        if (columns->host_is_missing)
            put(&text, ", which the first rows do not have");
    }
    if (columns->unfit != COLUMN_NONE) {
        put(&text, "; column ");
        put_column(&text, columns->unfit, columns, header);
        put(&text, " holds no host names");
    }
    put_names_not_read(&text, columns, header);
    put_not_read(&text, columns, header);
}
