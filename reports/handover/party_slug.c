#include "reports/handover/party_slug.h"

#include <stdio.h>

enum { NUMBER_ROOM = 12 };

static char safe(char c, char before)
{
    if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-')
        return c;
    if (c >= 'A' && c <= 'Z')
        return (char)(c | 0x20);
    /* no "..", and no dot after the hyphen of the fixer */
    return c == '.' && before != '.' && before != '-' ? '.' : '_';
}

size_t party_slug(char out[SLUG_SIZE], enum fixer who, const struct dnsname *zone, unsigned number)
{
    static const char *const heads[FIXERS] = {[FIXER_NONE] = "nobody",
                                              [FIXER_REVERSE_ZONE] = "reverse",
                                              [FIXER_HOST_NAME] = "names",
                                              [FIXER_FAILING_ZONE] = "failing",
                                              [FIXER_NAME_SERVERS] = "servers"};
    char text[DNSNAME_TEXT_MAX];
    size_t length = dnsname_print(text, zone);
    size_t used = (size_t)snprintf(out, SLUG_SIZE, "%s-", heads[who]);

    for (size_t i = 0; i < length && used < SLUG_MAX - NUMBER_ROOM; i++) {
        out[used] = safe(text[i], out[used - 1]);
        used++;
    }
    if (out[used - 1] == '.') /* no dot at the end: some systems drop it */
        out[used - 1] = '_';
    out[used] = '\0';
    if (number > 1)
        used += (size_t)snprintf(out + used, SLUG_SIZE - used, "-%u", number);
    return used;
}
