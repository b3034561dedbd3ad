#include "reports/wrap.h"

#include <stdio.h>
#include <string.h>

static bool continues_character(char c)
{
    return ((unsigned char)c & 0xC0) == 0x80;
}

size_t wrap_columns(const char *text, size_t length)
{
    size_t columns = 0;

    for (size_t i = 0; i < length; i++)
        columns += !continues_character(text[i]);
    return columns;
}

/* Octets of the first `columns` characters. */
static size_t octets_of(const char *text, size_t columns)
{
    size_t length = 0;

    while (text[length] && columns-- > 0) {
        length++;
        while (continues_character(text[length]))
            length++;
    }
    return length;
}

/* Octets of the words that fit in `most`; 0 if the first word does not fit. */
static size_t words_within(const char *text, size_t most)
{
    size_t length = 0;
    size_t end = strcspn(text, " ");

    while (end > length && end <= most) {
        length = end;
        end += strspn(text + end, " ");
        if (text[end] == '\0')
            break;
        end += strcspn(text + end, " ");
    }
    return length;
}

bool wrap_next(struct wrapped *line, const char **text, size_t width)
{
    const char *begin = *text + strspn(*text, " ");
    size_t most = octets_of(begin, width);
    size_t length = words_within(begin, most);

    line->text = begin;
    line->length = length > 0 ? length : most;
    *text = begin + line->length;
    return line->length > 0;
}

void wrap_print(const char *text, int indent)
{
    struct wrapped line;

    for (int before = 0; wrap_next(&line, &text, (size_t)(TERMINAL_WIDTH - indent));
         before = indent)
        printf("%s%*s%.*s", before ? "\n" : "", before, "", (int)line.length, line.text);
    putchar('\n');
}
