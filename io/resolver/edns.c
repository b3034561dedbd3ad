#include "io/resolver/edns.h"

#include <string.h>

#include "audit/answer.h"
#include "io/resolver/reply_match.h"

enum {
    HEADER = 12,     /* RFC 1035 4.1.1 */
    OPT_FIXED = 11,  /* owner, type, class, TTL, length (RFC 6891 6.1.2) */
    OPT_RCODE = 5,   /* offset of the upper bits of the RCODE */
    BADVERS_HIGH = 1 /* upper bits of BADVERS, 16; the lower ones are 0 */
};

/* BADVERS has nothing but the question and an OPT record. */
static bool is_badvers(const uint8_t *reply, size_t size)
{
    static const uint8_t counts[] = {0, 0, 0, 0, 0, 1};
    static const uint8_t opt[] = {0, 0, 41};
    size_t at = HEADER + (reply[5] == 0 ? 0 : reply_match_question_size(reply, size));

    return memcmp(reply + 6, counts, sizeof(counts)) == 0 && size - at >= OPT_FIXED &&
           memcmp(reply + at, opt, sizeof(opt)) == 0 && reply[at + OPT_RCODE] == BADVERS_HIGH;
}

bool edns_is_refused(const uint8_t *reply, size_t size)
{
    if (size < HEADER)
        return false;
    unsigned rcode = reply[3] & 0x0f;
    return rcode == RCODE_FORMERR || rcode == RCODE_NOTIMP ||
           (rcode == RCODE_NOERROR && is_badvers(reply, size));
}
