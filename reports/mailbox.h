/* The mail address in an RNAME: its first label is the part before the @ (RFC 1035 3.3.13). */
#ifndef REPORTS_MAILBOX_H
#define REPORTS_MAILBOX_H

#include "audit/dnsname.h"

enum { MAILBOX_TEXT_MAX = DNSNAME_TEXT_MAX + 1 };

/* "hostmaster@example.com"; octets other than visible ASCII become \DDD. "" for the root, which
 * names no mailbox, and for NULL. Returns the length. */
size_t mailbox_print(char out[MAILBOX_TEXT_MAX], const struct dnsname *rname);

#endif
