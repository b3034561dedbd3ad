/*
 * Names that are kept in the octets they use. Memory: the length of each name, in large pieces.
 * Ownership: begin with zeros; names are valid until name_store_free.
 */
#ifndef REPORTS_NAME_STORE_H
#define REPORTS_NAME_STORE_H

#include "audit/dnsname.h"

struct name_piece;

struct name_store {
    struct name_piece *pieces;
};

/* A copy; octets after its length belong to other names. NULL: out of memory. */
const struct dnsname *name_store_keep(struct name_store *store, const struct dnsname *name);
void name_store_free(struct name_store *store);

#endif
