#include "tests/answerbook/query.h"

#include <stdio.h>
#include <string.h>

#include "tests/answerbook/book.h"

size_t query_write(uint8_t out[QUERY_MAX], uint16_t id, const uint8_t *name, size_t len,
                   uint16_t type, uint16_t udp_size)
{
    memset(out, 0, QUERY_MAX);
    put16(out, id);
    out[2] = 0x01; /* RD */
    put16(out + 4, 1);
    put16(out + 10, udp_size != 0);
    memcpy(out + 12, name, len);
    uint8_t *end = out + 12 + len;
    put16(end, type);
    put16(end + 2, CLASS_IN);
    end += 4;
    if (udp_size != 0) {
        put16(end + 1, TYPE_OPT);
        put16(end + 3, udp_size);
        end += 11;
    }
    return (size_t)(end - out);
}

static char *print_octet(char *at, uint8_t octet)
{
    if (octet > ' ' && octet < 0x7f && octet != '.' && octet != '\\') {
        *at++ = (char)octet;
        return at;
    }
    return at + sprintf(at, "\\%03u", octet);
}

static char *print_type(char *at, uint16_t type)
{
    static const struct {
        uint16_t type;
        const char *text;
    } TYPES[] = {{1, "A"},    {2, "NS"},   {5, "CNAME"}, {6, "SOA"},
                 {12, "PTR"}, {16, "TXT"}, {28, "AAAA"}};
    for (size_t i = 0; i < sizeof TYPES / sizeof *TYPES; i++) {
        if (TYPES[i].type == type) {
            return at + sprintf(at, "%s", TYPES[i].text);
        }
    }
    return at + sprintf(at, "TYPE%u", type);
}

size_t query_print(char out[QUERY_TEXT_MAX], const uint8_t *wire, size_t len)
{
    struct key name;
    char *at = out;
    size_t size = len > 12 ? key_read(&name, wire + 12, len - 12) : 0;
    if (size == 0 || len - 12 - size < 4) {
        return (size_t)sprintf(out, "?");
    }
    for (size_t i = 0; i + 1 < size; i += 1u + wire[12 + i]) {
        for (unsigned k = 1; k <= wire[12 + i]; k++) {
            at = print_octet(at, wire[12 + i + k]);
        }
        *at++ = '.';
    }
    if (at == out) {
        *at++ = '.';
    }
    *at++ = ' ';
    at = print_type(at, get16(wire + 12 + size));
    return (size_t)(at - out);
}
