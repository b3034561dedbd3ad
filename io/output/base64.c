#include "io/output/base64.h"

static const char DIGITS[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

size_t base64_encode(char *out, const uint8_t *octets, size_t count)
{
    size_t used = 0;

    for (size_t i = 0; i < count; i += 3) {
        size_t there = count - i < 3 ? count - i : 3;
        uint32_t bits = (uint32_t)octets[i] << 16 | (uint32_t)(there > 1 ? octets[i + 1] : 0) << 8 |
                        (there > 2 ? octets[i + 2] : 0);

        for (unsigned j = 0; j < 4; j++)
            out[used++] = j <= there ? DIGITS[bits >> (18 - 6 * j) & 63] : '=';
    }
    return used;
}
