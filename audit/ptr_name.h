/*
 * Whether a PTR name can be the host name of an address, as the Internet sees it. Below some
 * domains only private networks have names (RFC 6761, RFC 6762): a resolver inside one may confirm
 * mta7.corp.local, but no receiver does. Addresses inside networks may have such names.
 *
 * Pure. Threads: no state.
 */
#ifndef AUDIT_PTR_NAME_H
#define AUDIT_PTR_NAME_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"

/* As dnsname_hostname_fault; HOSTNAME_NOT_PUBLIC for a public address. */
enum hostname_fault ptr_name_fault(const struct dnsname *name, const struct ipaddr *address);
/* Does the name, or the domain with its asterisk, suit the address in this respect? */
bool ptr_name_is_public(const struct dnsname *name, const struct ipaddr *address);

#endif
