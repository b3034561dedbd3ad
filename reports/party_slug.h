/*
 * File and folder names for parties and zones, made of names from strangers: lower-case letters,
 * digits, hyphens, underscores and single inner dots. Never a path, never hidden, never longer than
 * SLUG_MAX.
 */
#ifndef REPORTS_PARTY_SLUG_H
#define REPORTS_PARTY_SLUG_H

#include "reports/fix_party.h"

enum { SLUG_MAX = 100, SLUG_SIZE = SLUG_MAX + 1 };

struct slug_taken {
    uint64_t hash;   /* of the name; 0: free */
    unsigned number; /* the last one that was appended to it; 0: none */
};

/* Names that are taken, in any number. Begin with zeros. */
struct slug_set {
    unsigned count;
    unsigned room;
    struct slug_taken *names;
};

void slug_set_free(struct slug_set *set);
void slug_set_clear(struct slug_set *set);

/* "reverse-100.51.198.in-addr.arpa". A number above 1 is appended if the plain name is taken:
 * "reverse-64_28.100.51.198.in-addr.arpa-2". False: out of memory. */
bool party_slug(char out[SLUG_SIZE], const struct fix_party *party, struct slug_set *taken)
    __attribute__((warn_unused_result));
/* The same for a zone: "100.51.198.in-addr.arpa". */
bool zone_slug(char out[SLUG_SIZE], const struct dnsname *zone, struct slug_set *taken)
    __attribute__((warn_unused_result));

#endif
