#include "io/input/lines.h"

#include <string.h>

#include "audit/ascii.h"

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

/* Digits and separators of an address, prefix or range. */
static bool begins_with_address(const char *text, size_t length)
{
    unsigned digits = 0, dots = 0, colons = 0;

    for (size_t i = 0; i < length && !ascii_is_blank(text[i]); i++) {
        char c = text[i];

        if (!memchr("0123456789abcdefABCDEF.:/-*[]", c, 29))
            return false;
        digits += ascii_is_digit(c);
        dots += c == '.';
        colons += c == ':';
    }
    return digits > 0 && (dots >= 3 || colons >= 2);
}

static size_t skip_blanks(const struct line *line, size_t at)
{
    while (at < line->length && ascii_is_blank(line->text[at]))
        at++;
    return at;
}

bool line_is_ignored(const struct line *line, char separator)
{
    size_t i = skip_blanks(line, 0);

    if (i == line->length || line->text[i] == '#')
        return true;
    if (line->text[i] != ';' || separator == ';')
        return false;
    if (separator != 0)
        return true;
    /* An empty first cell of a file with semicolons is followed by another one, or by data.
     * Comments of dig begin with ";; ". */
    bool twice =
        i + 2 < line->length && line->text[i + 1] == ';' && ascii_is_blank(line->text[i + 2]);
    size_t rest = skip_blanks(line, i + (twice ? 2 : 1));
    if (twice)
        return !begins_with_address(line->text + rest, line->length - rest);
    return rest < line->length && !memchr(line->text + rest, ';', line->length - rest) &&
           !begins_with_address(line->text + rest, line->length - rest);
}

/* After an address and a blank: does this ';' begin a comment, or separate columns? */
static bool semicolon_is_comment(const struct line *line, size_t at, char separator)
{
    size_t rest = skip_blanks(line, at + 1), end = rest;

    if (separator != 0)
        return separator != ';';
    while (end < line->length && !ascii_is_blank(line->text[end]))
        end++;
    bool one_word = skip_blanks(line, end) == line->length;
    bool host = one_word && memchr(line->text + rest, '.', end - rest);
    return rest < line->length && !host && !memchr(line->text + rest, ';', line->length - rest);
}

void line_cut_comment(struct line *line, char separator)
{
    size_t begin = skip_blanks(line, 0), at = begin;

    if (!memchr(line->text, '#', line->length) && !memchr(line->text, ';', line->length))
        return;
    while (at < line->length && !memchr("#;\",\t", line->text[at], 5))
        at++;
    if (at == line->length || at == begin || !ascii_is_blank(line->text[at - 1]) ||
        !begins_with_address(line->text + begin, at - begin))
        return;
    if (line->text[at] == '#' ||
        (line->text[at] == ';' && semicolon_is_comment(line, at, separator))) {
        line->length = at;
        line->end_length = 0;
    }
}

static bool begins(const char *text, size_t length, const char *word)
{
    for (size_t i = 0; word[i] != '\0'; i++) {
        if (i == length || ascii_lower_char(text[i]) != word[i])
            return false;
    }
    return true;
}

/* An array of JSON, not an address or a word in brackets. */
static bool begins_array(const struct line *line, size_t at)
{
    if (line->text[at] != '[')
        return false;
    at = skip_blanks(line, at + 1);
    return at == line->length || memchr("{\"", line->text[at], 2);
}

const char *line_format(const struct line *line)
{
    size_t at = skip_blanks(line, 0);
    const char *text = line->text + at;
    size_t length = line->length - at;

    if (length == 0)
        return NULL;
    if (*text == '{' || begins_array(line, at))
        return "looks like JSON: save it as CSV";
    if (begins(text, length, "<?") || begins(text, length, "<!") || begins(text, length, "<html"))
        return "looks like XML or HTML: save it as CSV";
    return begins(text, length, "pk\3\4") ? "looks like a workbook or an archive: save it as CSV"
                                          : NULL;
}

char line_named_separator(const struct line *line)
{
    static const char WORD[] = "sep=";
    size_t at = skip_blanks(line, 0);

    at += at < line->length && line->text[at] == '"';
    for (size_t i = 0; i < sizeof(WORD) - 1; i++, at++) {
        if (at == line->length || (line->text[at] | 0x20) != (WORD[i] | 0x20))
            return 0;
    }
    if (at == line->length || !memchr("\t;,|", line->text[at], 4))
        return 0;
    char separator = line->text[at++];
    while (at < line->length &&
           (line->text[at] == separator || ascii_is_blank(line->text[at]) || line->text[at] == '"'))
        at++;
    return at == line->length ? separator : 0;
}

void line_mend(struct line *out, char *text, const struct line *line, char separator)
{
    bool quoted = false, cell_begins = true;
    size_t used = 0;

    for (size_t i = 0; i < line->length; i++) {
        char c = line->text[i];
        bool excel = c == '=' && i + 1 < line->length && line->text[i + 1] == '"';

        if (!quoted && (c == '#' || (c == ';' && separator != ';')) &&
            (i == 0 || ascii_is_blank(line->text[i - 1])))
            break;
        quoted ^= c == '"';
        if (!(excel && cell_begins && !quoted))
            text[used++] = c;
        cell_begins = !quoted && (c == separator || (cell_begins && ascii_is_blank(c)));
    }
    *out = (struct line){.text = text, .length = used};
}

/* Tabs at the edges of a line are blanks: a stray tab at the end of a line does not make a TSV. */
char line_separator(const struct line *line, bool quoted)
{
    bool semicolon = false, comma = false, tab = false, tab_seen = false;

    for (size_t i = skip_blanks(line, 0); i < line->length; i++) {
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
