/*
 * Who can set the PTR records of which addresses, as the user says: prefixes with their providers.
 * The table is fed with cells; the most specific prefix decides.
 *
 * Life: providers_new, providers_add for each row, providers_seal, then look-ups. Ownership: a
 * table owns its rows; rows that were handed out are valid until providers_free. Threads: one at a
 * time until providers_seal, then any number.
 */
#ifndef AUDIT_PROVIDERS_H
#define AUDIT_PROVIDERS_H

#include "audit/target.h"

enum {
    PROVIDERS_MAX = 65536,  /* rows of a table */
    PROVIDER_CELLS = 4,     /* prefix, provider, contact, reference */
    PROVIDER_TEXT_MAX = 201 /* of a cell, with its NUL */
};

struct provider {
    struct iprange range; /* a prefix */
    uint64_t line;        /* of the file it comes from; set by the caller */
    unsigned number;      /* from 1; the same for rows that differ in nothing but the prefix */
    char name[PROVIDER_TEXT_MAX];
    char contact[PROVIDER_TEXT_MAX];   /* "": none */
    char reference[PROVIDER_TEXT_MAX]; /* "": none */
};

/* Trimmed. */
struct provider_cell {
    const char *text; /* not NUL-terminated */
    size_t length;
};

/* Is the first row of a file a header? Then its first cell does not try to be an address. */
bool provider_is_header(const struct provider_cell *cells, unsigned count);
/* Contact and reference may be missing. On false, *why has the reason, for the user. */
bool provider_parse(struct provider *out, const struct provider_cell *cells, unsigned count,
                    struct target_reason *why) __attribute__((warn_unused_result));

struct providers;

struct providers *providers_new(void); /* NULL: out of memory */
/* Accepts NULL. */
void providers_free(struct providers *providers);
/* False: out of memory. The caller adds at most PROVIDERS_MAX. */
bool providers_add(struct providers *providers, const struct provider *provider)
    __attribute__((warn_unused_result));
unsigned providers_count(const struct providers *providers);
/* No more rows will come. False: two rows have the same prefix; *again is the later one and
 * *earlier the other. */
bool providers_seal(struct providers *providers, const struct provider **again,
                    const struct provider **earlier) __attribute__((warn_unused_result));
/* The row of the most specific prefix that contains the address; NULL: none. */
const struct provider *providers_find(const struct providers *providers,
                                      const struct ipaddr *address);

#endif
