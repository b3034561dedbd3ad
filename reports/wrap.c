#include "reports/wrap.h"

#include <string.h>

void wrap_text(struct outfile *out, unsigned indent, const char *text)
{
    size_t column = 0;

    for (text += strspn(text, " "); *text; text += strspn(text, " ")) {
        size_t length = strcspn(text, " ");

        if (column > 0 && column + 1 + length > WRAP_COLUMNS) {
            outfile_char(out, '\n');
            column = 0;
        }
        if (column == 0) {
            outfile_printf(out, "%*s", (int)indent, "");
            column = indent;
        } else {
            outfile_char(out, ' ');
            column++;
        }
        outfile_write(out, text, length);
        column += length;
        text += length;
    }
    outfile_char(out, '\n');
}
