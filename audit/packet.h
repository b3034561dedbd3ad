/*
 * The bytes of a DNS message (RFC 1035 4.1): names and records at offsets, every bound checked.
 * What a message means is the subject of audit/message.
 *
 * Compression pointers can make a name of 255 octets from two, thousands of times in one message.
 * So the work of reading names is counted and has a ceiling. Once it is reached, no name can be
 * read, and packet_is_spent returns true.
 *
 * Ownership: a packet borrows its bytes; begin with the other fields zero. Threads: no state.
 * Errors: false, and *out is undefined.
 */
#ifndef AUDIT_PACKET_H
#define AUDIT_PACKET_H

#include "audit/dnsname.h"

enum {
    HEADER_SIZE = 12,
    CLASS_IN = 1,
    PACKET_WORK_LABEL = 4, /* for a label or pointer; an octet costs 1 */
    /* About ten times the work of 64 KB from an honest server: 4,000 names below one IPv6 reverse
       name, each read twice, stay below it. */
    PACKET_WORK_MAX = 4 * 1024 * 1024,
};

struct packet {
    const uint8_t *bytes;
    size_t len;
    uint32_t work;        /* spent on names so far */
    uint16_t sound_owner; /* the pointer last checked as an owner; 0: none yet */
};

struct record {
    size_t owner; /* offset of its name */
    uint16_t type;
    uint16_t class;
    uint32_t ttl; /* as on the wire */
    size_t rdata; /* offset */
    size_t rdlen;
};

/* The caller has checked that two or four octets are there. */
uint16_t packet_get16(const struct packet *packet, size_t at);
uint32_t packet_get32(const struct packet *packet, size_t at);
/* Reads the name at `at` and expands its compression. */
bool packet_name(struct packet *packet, size_t at, struct dnsname *out)
    __attribute__((warn_unused_result));
/* The offset after the name at `at`, its pointer not followed; 0 if the name runs past the end of
 * the packet. */
size_t packet_name_end(const struct packet *packet, size_t at);
bool packet_name_is(struct packet *packet, size_t at, const struct dnsname *name);
/* The pointer (RFC 1035 4.1.4) that is the name at `at`; 0 if the name begins with a label. */
uint16_t packet_pointer(const struct packet *packet, size_t at);
bool packet_is_spent(const struct packet *packet);
/* Reads the record at *at and advances past it. Its names are not checked. */
bool packet_next(const struct packet *packet, size_t *at, struct record *out)
    __attribute__((warn_unused_result));
/* The same for the first reading: also checks the owner, and the RDATA of A, AAAA, CNAME, DNAME,
 * NS, PTR and SOA. */
bool packet_next_checked(struct packet *packet, size_t *at, struct record *out)
    __attribute__((warn_unused_result));

#endif
