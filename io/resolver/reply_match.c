#include "io/resolver/reply_match.h"

#include <string.h>

#include "audit/answer.h"
#include "audit/ascii.h"

enum {
    HEADER = 12,        /* RFC 1035 4.1.1 */
    TYPE_AND_CLASS = 4, /* after the name of a question */
    FLAG_QR = 0x80,     /* in the third octet */
    MASK_OPCODE = 0x78,
    MASK_RCODE = 0x0f, /* in the fourth */
};

static unsigned get16(const uint8_t *octets)
{
    return (unsigned)octets[0] << 8 | octets[1];
}

size_t reply_match_question_size(const uint8_t *query, size_t size)
{
    size_t at = HEADER;

    while (at < size && query[at] != 0)
        at += query[at] + 1u;
    at += 1 + TYPE_AND_CLASS;
    return at <= size ? at - HEADER : 0;
}

/* Length octets are below 64, so they are compared exactly. */
static bool same_question(const uint8_t *a, const uint8_t *b, size_t size)
{
    size_t name = size - TYPE_AND_CLASS;

    for (size_t i = 0; i < name; i++) {
        if (a[i] != b[i] && ascii_lower(a[i]) != ascii_lower(b[i]))
            return false;
    }
    return memcmp(a + name, b + name, TYPE_AND_CLASS) == 0;
}

static bool is_bare_error(const uint8_t *reply, size_t size)
{
    unsigned rcode = reply[3] & MASK_RCODE;

    return size == HEADER && rcode != RCODE_NOERROR && rcode != RCODE_NXDOMAIN;
}

bool reply_match(const uint8_t *query, size_t question_size, const uint8_t *reply, size_t size)
{
    if (size < HEADER || !(reply[2] & FLAG_QR) || reply[2] & MASK_OPCODE)
        return false;
    unsigned questions = get16(reply + 4);
    if (questions == 0)
        return is_bare_error(reply, size);
    return questions == 1 && size - HEADER >= question_size &&
           same_question(query + HEADER, reply + HEADER, question_size);
}
