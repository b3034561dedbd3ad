/*
 * The bytes of a DNS message (RFC 1035 4.1): names and records at offsets, every bound checked.
 * Says nothing about what a message means: that is audit/message.
 *
 * Pointers make names of 255 octets from two, thousands of times in one message. So what reading
 * names takes is counted, and ends at a ceiling: from there on no name can be read, and
 * packet_is_spent tells.
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
    PACKET_WORK_LABEL = 4, /* of a label or pointer; an octet takes 1 */
    /* Some ten times what 64 KB of an honest server take: 4,000 names below one IPv6 reverse name,
     * each read twice, stay below it. */
    PACKET_WORK_MAX = 4 * 1024 * 1024,
};

struct packet {
    const uint8_t *bytes;
    size_t len;
    uint32_t work;        /* spent on names so far */
    uint16_t sound_owner; /* the pointer that was an owner, and sound; 0: none yet */
};

struct record {
    size_t owner; /* offset of its name */
    uint16_t type;
    uint16_t class;
    uint32_t ttl; /* as on the wire */
    size_t rdata; /* offset */
    size_t rdlen;
};

/* The caller has checked that there are two or four octets. */
uint16_t packet_get16(const struct packet *packet, size_t at);
uint32_t packet_get32(const struct packet *packet, size_t at);
/* Reads the name at `at` without its compression. */
bool packet_name(struct packet *packet, size_t at, struct dnsname *out)
    __attribute__((warn_unused_result));
/* The offset behind the name at `at`, its pointer not followed; 0 if it runs out of the packet. */
size_t packet_name_end(const struct packet *packet, size_t at);
bool packet_name_is(struct packet *packet, size_t at, const struct dnsname *name);
/* The pointer (RFC 1035 4.1.4) that the name at `at` is; 0 if it begins with a label. */
uint16_t packet_pointer(const struct packet *packet, size_t at);
bool packet_is_spent(const struct packet *packet);
/* Reads the record at *at and steps behind it; its names are not looked at. */
bool packet_next(const struct packet *packet, size_t *at, struct record *out)
    __attribute__((warn_unused_result));
/* The same for the first visit: the owner and the RDATA of A, AAAA, CNAME, NS, PTR and SOA must be
 * sound. */
bool packet_next_checked(struct packet *packet, size_t *at, struct record *out)
    __attribute__((warn_unused_result));

#endif
