/*
 * The RDATA of one record of a master file, from its words to octets. The only door to libzscanner,
 * which knows the record types. What it accepts beyond what servers load is refused here.
 *
 * Ownership: zone_parser_new / zone_parser_free; the RDATA belongs to the parser until its next
 * record. Threads: one.
 */
#ifndef IO_RESOLVER_ZONE_RECORD_H
#define IO_RESOLVER_ZONE_RECORD_H

#include "audit/dnsname.h"
#include "io/resolver/zone_lexer.h"

struct zone_parser;

struct zone_rdata {
    uint16_t type;
    uint16_t length;
    const uint8_t *octets; /* names are not compressed */
};

struct zone_parser *zone_parser_new(void); /* NULL: out of memory */
void zone_parser_free(struct zone_parser *parser);

/* A name written in a master file; one without a final dot, and "@", continue with the origin. Any
 * octet but those of the syntax is allowed. */
bool zone_name_read(struct dnsname *out, const struct zone_word *word, const struct dnsname *origin)
    __attribute__((warn_unused_result));

/* words[0] is the type, the others its RDATA. NULL: it is in *rdata; else the reason. The RDATA of
 * A, AAAA, NS, CNAME, SOA, PTR and DNAME has the form of its type, also where the words give its
 * octets (RFC 3597 5): the length of an address, or whole names. */
const char *zone_record_read(struct zone_parser *parser, const struct zone_word *words,
                             unsigned count, const struct dnsname *origin,
                             struct zone_rdata *rdata);
const char *zone_parser_version(void);

#endif
