/*
 * The name of a party's folder, from names that strangers wrote: lower-case letters, digits,
 * hyphen, underscore, and single dots inside; never a path, never hidden, never longer than
 * SLUG_MAX.
 */
#ifndef REPORTS_HANDOVER_PARTY_SLUG_H
#define REPORTS_HANDOVER_PARTY_SLUG_H

#include "audit/verdict.h"

enum { SLUG_MAX = 120, SLUG_SIZE = SLUG_MAX + 1 };

/* "reverse-100.51.198.in-addr.arpa"; with a number above 1
 * "reverse-64_28.100.51.198.in-addr.arpa-2": for a zone whose plain name is taken. Returns the
 * length. */
size_t party_slug(char out[SLUG_SIZE], enum fixer who, const struct dnsname *zone, unsigned number);

#endif
