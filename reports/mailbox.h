/* The mailbox that an RNAME stands for: its first label is what stands before the @ (RFC
 * 1035 3.3.13). */
#ifndef REPORTS_MAILBOX_H
#define REPORTS_MAILBOX_H

#include "audit/dnsname.h"

enum { MAILBOX_TEXT_MAX = DNSNAME_TEXT_MAX + 1 };

/* "hostmaster@example.com", octets that are not visible ASCII as \DDD; "" for the root, which
 * stands for nobody. Returns the length. */
size_t mailbox_print(char out[MAILBOX_TEXT_MAX], const struct dnsname *rname);

#endif
