#include "reports/mailbox.h"

#include <stdio.h>

size_t mailbox_print(char out[MAILBOX_TEXT_MAX], const struct dnsname *rname)
{
    struct dnsname domain;
    size_t used = 0;

    out[0] = '\0';
    if (!rname || !dnsname_parent(&domain, rname))
        return 0;
    for (unsigned i = 1; i <= rname->wire[0]; i++) {
        uint8_t octet = rname->wire[i];

        if (octet > ' ' && octet < 0x7F)
            out[used++] = (char)octet;
        else
            used += (size_t)snprintf(out + used, MAILBOX_TEXT_MAX - used, "\\%03u", octet);
    }
    out[used++] = '@';
    return used + dnsname_print(out + used, &domain);
}
