#include "reports/rows/csv_line.h"

#include <criterion/criterion.h>
#include <string.h>

static const char *line_text(struct csv_line *line)
{
    static char text[CSV_LINE_MAX];

    memcpy(text, line->bytes, line->used);
    text[line->used] = '\0';
    return text;
}

/* Several octets are checked in one step: none may hide another. */
Test(csv_line, cells_are_quoted_for_one_octet_anywhere)
{
    static struct csv_line line;
    char text[20];

    for (size_t at = 0; at < sizeof(text); at++) {
        for (int octet = 0; octet <= UINT8_MAX; octet++) {
            bool special = octet == ',' || octet == '"' || octet == '\r' || octet == '\n';

            memset(text, octet % 2 == 0 ? '-' : 0xFF, sizeof(text));
            text[0] = 'x';
            text[at] = (char)octet;
            csv_line_begin(&line);
            csv_value(&line, text, sizeof(text));
            cr_assert_eq(line.special, special, "octet %d at %zu", octet, at);
        }
    }
}

Test(csv_line, cells_are_joined_guarded_and_quoted)
{
    static struct csv_line line;

    csv_line_begin(&line);
    csv_value_text(&line, "=1+1");
    csv_value_text(&line, "b");
    csv_value_text(&line, "@SUM");
    csv_cell_end(&line);
    csv_cell_end(&line);
    csv_value_text(&line, "");
    csv_value_text(&line, "+x");
    csv_cell_end(&line);
    csv_value_text(&line, "say \"a\", then b");
    csv_cell_end(&line);
    csv_value_text(&line, "-1\r\n");
    csv_cell_end(&line);
    csv_value_text(&line, "\tx");
    csv_value_number(&line, 18446744073709551615u);
    csv_value_more(&line, 0);
    csv_value_more(&line, 4990);
    csv_cell_end(&line);
    cr_assert_str_eq(line_text(&line), "'=1+1;b;'@SUM,,;'+x,\"say \"\"a\"\", then b\",\"'-1\r\n\","
                                       "'\tx;18446744073709551615;(4990 more),");
}

Test(csv_line, never_exceeds_its_storage)
{
    static struct csv_line line;
    static char quotes[CSV_LINE_MAX / 2];

    memset(quotes, '"', sizeof(quotes));
    csv_line_begin(&line);
    for (int i = 0; i < 8; i++) {
        csv_value(&line, quotes, sizeof(quotes));
        csv_cell_end(&line);
    }
    for (int i = 0; i < CSV_LINE_MAX; i++)
        csv_cell_end(&line);
    cr_assert_eq(line.used, CSV_LINE_MAX - 2, "room for the line end, and no more");
}

Test(csv_line, notes_where_each_cell_ends)
{
    static struct csv_line line;

    csv_line_begin(&line);
    csv_value_text(&line, "a,b");
    csv_cell_end(&line);
    csv_cell_end(&line);
    csv_value_text(&line, "cd");
    csv_cell_end(&line);
    cr_assert_eq(line.cells, 3);
    cr_assert_str_eq(line_text(&line), "\"a,b\",,cd,");
    cr_assert_eq(line.ends[0], 5);
    cr_assert_eq(line.ends[1], 6);
    cr_assert_eq(line.ends[2], 9);
    for (unsigned i = 0; i < CSV_CELLS_MAX; i++)
        csv_cell_end(&line);
    cr_assert_eq(line.cells, CSV_CELLS_MAX);
}
