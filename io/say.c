#include "io/say.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

/* Octets of the UTF-8 sequence at text, 0 if it is none (RFC 3629 4). */
static size_t utf8_length(const unsigned char *text)
{
    size_t length = text[0] < 0x80                      ? 1
                    : text[0] >= 0xc2 && text[0] < 0xe0 ? 2
                    : (text[0] & 0xf0) == 0xe0          ? 3
                                                        : 0;
    if (text[0] >= 0xf0 && text[0] < 0xf5)
        length = 4;
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) /* stops at the NUL as well */
            return 0;
    }
    bool overlong = (text[0] == 0xe0 && text[1] < 0xa0) || (text[0] == 0xf0 && text[1] < 0x90);
    bool surrogate = text[0] == 0xed && text[1] >= 0xa0;
    bool beyond = text[0] == 0xf4 && text[1] >= 0x90;
    return overlong || surrogate || beyond ? 0 : length;
}

static bool is_harmful(const unsigned char *text, size_t length)
{
    if (length == 1)
        return text[0] < 0x20 || text[0] == 0x7f;
    if (length == 2)
        return (text[0] == 0xc2 && text[1] < 0xa0) || /* C1 controls */
               (text[0] == 0xd8 && text[1] == 0x9c);  /* U+061C */
    if (length != 3 || text[0] != 0xe2)
        return false;
    /* U+200E, U+200F, U+2028 to U+202E, U+2066 to U+2069 */
    return (text[1] == 0x80 &&
            (text[2] == 0x8e || text[2] == 0x8f || (text[2] >= 0xa8 && text[2] <= 0xae))) ||
           (text[1] == 0x81 && text[2] >= 0xa6 && text[2] <= 0xa9);
}

size_t say_harmless(char *out, size_t size, const char *text)
{
    size_t used = 0;
    for (const unsigned char *at = (const unsigned char *)text; *at;) {
        size_t length = utf8_length(at);
        bool plain = length > 0 && !is_harmful(at, length);
        size_t take = length > 0 ? length : 1;
        if (used + (plain ? take : 4 * take) + 1 > size)
            break;
        for (size_t i = 0; i < take; i++, at++) {
            if (plain)
                out[used++] = (char)*at;
            else
                used += (size_t)snprintf(out + used, size - used, "\\%03u", *at);
        }
    }
    out[used] = '\0';
    return used;
}

void say(const char *format, ...)
{
    char text[SAY_MAX], harmless[SAY_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof(text), format, arguments);
    va_end(arguments);
    say_harmless(harmless, sizeof(harmless), text);
    fprintf(stderr, "fcrdns: %s\n", harmless);
}
