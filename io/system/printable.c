#include "io/system/printable.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

/* Length of the well-formed UTF-8 sequence (RFC 3629 4) at text, or 0; *code is the character. */
static size_t utf8_sequence(const uint8_t *text, size_t len, uint32_t *code)
{
    size_t n = text[0] < 0x80   ? 1
               : text[0] < 0xC2 ? 0
               : text[0] < 0xE0 ? 2
               : text[0] < 0xF0 ? 3
               : text[0] < 0xF5 ? 4
                                : 0;

    if (n == 0 || n > len)
        return 0;
    *code = n == 1 ? text[0] : text[0] & (0xFFu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((text[i] & 0xC0) != 0x80)
            return 0;
        *code = *code << 6 | (text[i] & 0x3Fu);
    }
    /* overlong forms, surrogates, beyond Unicode */
    if ((n == 3 && (*code < 0x800 || (*code >= 0xD800 && *code <= 0xDFFF))) ||
        (n == 4 && (*code < 0x10000 || *code > 0x10FFFF)))
        return 0;
    return n;
}

static bool is_hidden(uint32_t code)
{
    bool control = code < 0x20 || (code >= 0x7F && code < 0xA0);
    bool separator = code == 0x2028 || code == 0x2029;
    /* Unicode's property Bidi_Control */
    bool direction = code == 0x061C || code == 0x200E || code == 0x200F ||
                     (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);

    return control || separator || direction;
}

static size_t decimal_escape(char *out, const uint8_t *octets, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        *out++ = '\\';
        *out++ = (char)('0' + octets[i] / 100);
        *out++ = (char)('0' + octets[i] / 10 % 10);
        *out++ = (char)('0' + octets[i] % 10);
    }
    return 4 * n;
}

size_t printable_step(char out[PRINTABLE_STEP_MAX], const char **text, const char *end)
{
    const char *at = *text;
    uint32_t code = 0;
    size_t n = utf8_sequence((const uint8_t *)at, (size_t)(end - at), &code);

    *text += n > 0 ? n : 1;
    if (n == 0 || is_hidden(code))
        return decimal_escape(out, (const uint8_t *)at, n > 0 ? n : 1);
    memcpy(out, at, n);
    if (code != '\\')
        return n;
    out[1] = '\\';
    return 2;
}

size_t printable_text(char *out, size_t size, const char *text, size_t len)
{
    const char *end = text + len;
    size_t used = 0;

    while (text < end) {
        char step[PRINTABLE_STEP_MAX];
        size_t n = printable_step(step, &text, end);

        if (n >= size - used)
            break;
        memcpy(out + used, step, n);
        used += n;
    }
    out[used] = '\0';
    return used;
}
