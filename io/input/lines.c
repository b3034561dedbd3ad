#include "io/input/lines.h"

#include <string.h>

static const char *find_byte(const char *from, const char *end, char c)
{
    const char *found = memchr(from, c, (size_t)(end - from));

    return found ? found : end;
}

/* The LF is remembered: otherwise each line of a file with CR line ends would search the whole
 * file.
 */
void line_next(struct line_scan *scan, struct line *line)
{
    if (!scan->lf || scan->lf < scan->at)
        scan->lf = find_byte(scan->at, scan->end, '\n');
    const char *stop = find_byte(scan->at, scan->lf, '\r');
    line->text = scan->at;
    line->length = (size_t)(stop - scan->at);
    line->end_length = stop == scan->end ? 0 : stop + 1 == scan->lf && scan->lf < scan->end ? 2 : 1;
    scan->at = stop + line->end_length;
}

static size_t blanks_before(const struct line *line)
{
    size_t i = 0;

    while (i < line->length && (line->text[i] == ' ' || line->text[i] == '\t'))
        i++;
    return i;
}

bool line_is_ignored(const struct line *line)
{
    size_t i = blanks_before(line);

    return i == line->length || line->text[i] == '#';
}

/* Tabs at the edges of a line are blanks: a stray tab at the end of a line does not make a TSV. */
char line_separator(const struct line *line, bool quoted)
{
    bool semicolon = false, comma = false, tab = false, tab_seen = false;

    for (size_t i = blanks_before(line); i < line->length; i++) {
        char c = line->text[i];

        quoted ^= c == '"';
        if (quoted)
            continue;
        semicolon |= c == ';';
        comma |= c == ',';
        tab_seen |= c == '\t';
        tab |= tab_seen && c != '\t' && c != ' ';
    }
    return tab ? '\t' : semicolon ? ';' : comma ? ',' : 0;
}

const char *line_fault(const struct line *line)
{
    bool control = false;

    for (size_t i = 0; i < line->length; i++) {
        unsigned char c = (unsigned char)line->text[i];

        if (__builtin_expect((c < 0x20 && c != '\t') || c == 0x7f, 0)) {
            if (c == '\0')
                return "holds a NUL byte";
            control = true;
        }
    }
    return control ? "holds control characters (is this a text file?)" : NULL;
}

bool line_is_utf16(const char *text, size_t length)
{
    size_t nul[2] = {0, 0};

    if (length >= 2 && (memcmp(text, "\xff\xfe", 2) == 0 || memcmp(text, "\xfe\xff", 2) == 0))
        return true;
    if (length > UTF16_SAMPLE_MAX)
        length = UTF16_SAMPLE_MAX;
    for (size_t i = 0; i < length; i++)
        nul[i % 2] += text[i] == '\0';
    size_t many = nul[0] > nul[1] ? nul[0] : nul[1], few = nul[0] > nul[1] ? nul[1] : nul[0];
    return length >= 4 && many * 3 >= length && few * 8 <= length;
}
