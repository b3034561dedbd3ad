#include "io/input/idna.h"

#include <idn2.h>
#include <string.h>

/* UTF-8 of the longest name: A-labels of 253 octets encode fewer than 253 characters, each of at
 * most four bytes. */
enum { IDNA_INPUT_MAX = 4 * IDNA_TEXT_MAX };

static const char too_long[] = "is longer than a host name can be";

static bool is_ascii(const char *text, size_t len)
{
    unsigned char all = 0;

    for (size_t i = 0; i < len; i++)
        all |= (unsigned char)text[i];
    return all < 0x80;
}

static bool copy_out(char out[IDNA_TEXT_MAX], size_t *out_len, const char *text, size_t len,
                     const char **why)
{
    if (len >= IDNA_TEXT_MAX) {
        *why = too_long;
        return false;
    }
    memcpy(out, text, len);
    out[len] = '\0';
    *out_len = len;
    return true;
}

static const char *reason(int result)
{
    switch (result) {
    case IDN2_MALLOC:
        return "cannot be converted: out of memory";
    case IDN2_ENCODING_ERROR:
    case IDN2_ICONV_FAIL:
        return "is not valid UTF-8";
    case IDN2_PUNYCODE_BIG_OUTPUT:
    case IDN2_TOO_BIG_DOMAIN:
    case IDN2_TOO_BIG_LABEL:
        return too_long;
    default:
        return "holds characters that no international host name may hold (IDNA 2008)";
    }
}

bool idna_to_ascii(char out[IDNA_TEXT_MAX], size_t *out_len, const char *text, size_t len,
                   const char **why)
{
    char input[IDNA_INPUT_MAX];
    char *ascii = NULL;

    if (is_ascii(text, len))
        return copy_out(out, out_len, text, len, why);
    if (len >= sizeof(input)) {
        *why = too_long;
        return false;
    }
    memcpy(input, text, len);
    input[len] = '\0';
    if (strlen(input) != len) {
        *why = "holds a NUL byte";
        return false;
    }
    int result = idn2_to_ascii_8z(input, &ascii, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
    if (result != IDN2_OK) {
        *why = reason(result);
        return false;
    }
    bool copied = copy_out(out, out_len, ascii, strlen(ascii), why);
    idn2_free(ascii);
    return copied;
}
