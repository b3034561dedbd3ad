/*
 * A folder name for a party, made of names from strangers: lower-case letters, digits, hyphens,
 * underscores and single inner dots. Never a path, never hidden, never longer than SLUG_MAX.
 */
#ifndef REPORTS_HANDOVER_PARTY_SLUG_H
#define REPORTS_HANDOVER_PARTY_SLUG_H

#include "audit/verdict.h"

enum { SLUG_MAX = 120, SLUG_SIZE = SLUG_MAX + 1 };

/* "reverse-100.51.198.in-addr.arpa". A number above 1 is appended if the plain name is taken:
 * "reverse-64_28.100.51.198.in-addr.arpa-2". Returns the length. */
size_t party_slug(char out[SLUG_SIZE], enum fixer who, const struct dnsname *zone, unsigned number);

#endif
