#include "audit/cell_text.h"

#include <stdint.h>
#include <string.h>

#include "audit/ascii.h"

enum { NO_VALUE_MAX = 8 }; /* bytes of the longest word below */

/* In lower case; "k.a." is German. The last two are an en dash and an em dash. */
static const char *const NO_VALUES[] = {"-",      "--",     "none", "null",         "nil",
                                        "n/a",    "na",     "#n/a", "n.a.",         "n.a",
                                        "k.a.",   "k. a.",  "k.a",  "(none)",       "(null)",
                                        "<none>", "<null>", "\\n",  "\xe2\x80\x93", "\xe2\x80\x94"};

struct odd_character {
    uint32_t first, last; /* code points */
    const char *fault;
};

/* Characters that look like a blank, a hyphen, or nothing at all. */
static const struct odd_character ODD[] = {
    {0x00a0, 0x00a0, "holds a no-break space (U+00A0)"},
    {0x00ad, 0x00ad, "holds a soft hyphen (U+00AD)"},
    {0x2000, 0x200a, "holds a typographic space (U+2000 to U+200A)"},
    {0x200b, 0x200b, "holds a zero-width space (U+200B)"},
    {0x200c, 0x200c, "holds a zero-width non-joiner (U+200C)"},
    {0x200d, 0x200d, "holds a zero-width joiner (U+200D)"},
    {0x200e, 0x200f, "holds an invisible direction mark (U+200E or U+200F)"},
    {0x2010, 0x2015, "holds a dash that is not a hyphen (U+2010 to U+2015)"},
    {0x202a, 0x202e, "holds an invisible direction mark (U+202A to U+202E)"},
    {0x202f, 0x202f, "holds a narrow no-break space (U+202F)"},
    {0x2060, 0x2064, "holds an invisible joiner (U+2060 to U+2064)"},
    {0x2066, 0x2069, "holds an invisible direction mark (U+2066 to U+2069)"},
    {0x2212, 0x2212, "holds a minus sign (U+2212), not a hyphen"},
    {0x3000, 0x3000, "holds an ideographic space (U+3000)"},
    {0xfeff, 0xfeff, "holds a byte order mark (U+FEFF)"},
};

struct cell_text cell_text_trim(const char *text, size_t len)
{
    while (len > 0 && ascii_is_space(*text)) {
        text++;
        len--;
    }
    while (len > 0 && ascii_is_space(text[len - 1]))
        len--;
    return (struct cell_text){text, len};
}

struct cell_text cell_text_without_comment(const char *text, size_t len)
{
    for (size_t i = 0; i < len; i++) {
        if ((text[i] == '#' || text[i] == ';') && (i == 0 || ascii_is_space(text[i - 1])))
            len = i;
    }
    return cell_text_trim(text, len);
}

bool cell_text_is_no_value(const char *text, size_t len)
{
    struct cell_text cell = cell_text_trim(text, len);
    char word[NO_VALUE_MAX + 1] = "";

    if (cell.len > NO_VALUE_MAX)
        return false;
    for (size_t i = 0; i < cell.len; i++)
        word[i] = ascii_lower_char(cell.text[i]);
    for (size_t i = 0; i < sizeof(NO_VALUES) / sizeof(NO_VALUES[0]); i++) {
        if (strlen(NO_VALUES[i]) == cell.len && memcmp(word, NO_VALUES[i], cell.len) == 0)
            return true;
    }
    return cell.len == 0;
}

/* The code point of a sequence of two or three bytes of UTF-8; 0: other bytes. */
static uint32_t code_point(const unsigned char *bytes, size_t len)
{
    if (len >= 2 && (bytes[0] & 0xe0) == 0xc0 && (bytes[1] & 0xc0) == 0x80)
        return (bytes[0] & 0x1fu) << 6 | (bytes[1] & 0x3fu);
    if (len >= 3 && (bytes[0] & 0xf0) == 0xe0 && (bytes[1] & 0xc0) == 0x80 &&
        (bytes[2] & 0xc0) == 0x80)
        return (bytes[0] & 0xfu) << 12 | (bytes[1] & 0x3fu) << 6 | (bytes[2] & 0x3fu);
    return 0;
}

static const char *odd_character(const char *text, size_t len)
{
    const unsigned char *bytes = (const unsigned char *)text;

    for (size_t i = 0; i < len; i++) {
        uint32_t c = bytes[i] < 0x80 ? 0 : code_point(bytes + i, len - i);
        for (size_t k = 0; c && k < sizeof(ODD) / sizeof(ODD[0]); k++) {
            if (c >= ODD[k].first && c <= ODD[k].last)
                return ODD[k].fault;
        }
    }
    return NULL;
}

static bool holds(struct cell_text cell, const char *part)
{
    size_t length = strlen(part);

    for (size_t i = 0; i + length <= cell.len; i++) {
        if (memcmp(cell.text + i, part, length) == 0)
            return true;
    }
    return false;
}

/* One word with an '@' inside. */
static bool is_mail_address(struct cell_text cell)
{
    const char *at = memchr(cell.text, '@', cell.len);

    for (size_t i = 0; i < cell.len; i++) {
        if (ascii_is_space(cell.text[i]))
            return false;
    }
    return at && at > cell.text && at + 1 < cell.text + cell.len;
}

const char *cell_text_fault(const char *text, size_t len)
{
    struct cell_text cell = cell_text_trim(text, len);
    const char *fault = odd_character(text, len);

    if (fault || cell.len == 0)
        return fault;
    if (*cell.text == '=')
        return "is a formula";
    if (holds(cell, "://"))
        return "is a URL";
    return is_mail_address(cell) ? "is an e-mail address" : NULL;
}
