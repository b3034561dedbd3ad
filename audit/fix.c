#include "audit/fix.h"

#include <stdio.h>

static const char *type_text(uint16_t type)
{
    return type == RR_PTR ? "PTR" : type == RR_A ? "A" : "AAAA";
}

size_t fix_print(char out[FIX_TEXT_MAX], const struct fix *fix)
{
    out[0] = '\0';
    if (!fix->has_record)
        return 0;
    char value[DNSNAME_TEXT_MAX];
    if (fix->type == RR_PTR)
        dnsname_print_absolute(value, &fix->host);
    else
        ipaddr_print(value, &fix->address);
    size_t length = dnsname_print_absolute(out, &fix->owner);
    return length + (size_t)snprintf(out + length, FIX_TEXT_MAX - length, " %d IN %s %s", FIX_TTL,
                                     type_text(fix->type), value);
}
