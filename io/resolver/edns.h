/*
 * Servers that do not know EDNS. RFC 6891 7: such a server answers FORMERR, older ones NOTIMP. A
 * server that knows no version of it that the query has answers BADVERS. Either way the question is
 * asked again without an OPT record.
 *
 * Pure. The reply is hostile data.
 */
#ifndef IO_RESOLVER_EDNS_H
#define IO_RESOLVER_EDNS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Does this reply to a query with EDNS refuse EDNS? */
bool edns_is_refused(const uint8_t *reply, size_t size);

#endif
