/*
 * Empty parts of ranges, proven by their name instead of address by address: NXDOMAIN for the
 * reverse name of a block says that no name below it exists (RFC 8020 2).
 *
 * Some servers answer NXDOMAIN for an empty non-terminal, a name that has no records while names
 * below it do (RFC 8020 3.1 calls them broken). So a cut is believed only after addresses inside
 * were NXDOMAIN too: one in each of equal parts of the block, at random. One that is not undoes the
 * cut. How many are asked depends on what is known of the server (audit/cut_trust.h).
 *
 * Blocks are those with a name of their own: an IPv4 /8, /16, /24, an IPv6 nibble of 256 addresses
 * and more. A proof is a state machine as in audit/check.h: it gives questions, is fed answers, and
 * sends nothing.
 *
 * Ownership: cut_proof_end frees a proof's facts. Threads: one at a time.
 */
#ifndef AUDIT_CUT_H
#define AUDIT_CUT_H

#include "audit/cut_trust.h"
#include "audit/facts.h"
#include "audit/ipaddr.h"

enum {
    CUT_BITS_LEAST = 8, /* host bits: a block has 256 addresses or more */
    CUT_BITS_MOST = 24, /* and 16,777,216 or fewer */
    CUT_FLIGHT = 8,     /* questions of one proof in flight */
};

struct cut_block {
    struct iprange range;
    unsigned bits; /* host bits */
};

/* The first block from `at` to `last` that is not part of a larger one there. False: none. */
bool cut_block_find(struct cut_block *out, const struct ipaddr *at, const struct ipaddr *last)
    __attribute__((warn_unused_result));
/* The i-th of the blocks one label below. False: there is no such block. */
bool cut_block_below(struct cut_block *out, const struct cut_block *block, unsigned i)
    __attribute__((warn_unused_result));
void cut_block_name(struct dnsname *out, const struct cut_block *block);
/* Addresses to ask before a cut is believed; 0: no cut of this size is believed. */
unsigned cut_samples(unsigned bits, enum cut_trust_level trust);
/* The i-th of them; any 64 random bits. */
struct ipaddr cut_sample(const struct cut_block *block, unsigned i, uint64_t random);

enum cut_state {
    CUT_OPEN,     /* questions or answers are left */
    CUT_BELIEVED, /* nothing exists in the block */
    CUT_EXISTS,   /* the name exists, or its answer is no proof */
    CUT_UNKNOWN,  /* no answer for the name: SERVFAIL, silence */
    CUT_UNDONE,   /* an address inside was not NXDOMAIN */
};

struct cut_proof {
    struct cut_block block;
    enum cut_state state;
    uint64_t random;           /* state of the generator */
    unsigned asked, answered;  /* questions; the first is for the name */
    struct dnsname zone;       /* that denied the name; valid once `facts` has bytes */
    struct dnsname server;     /* its MNAME */
    struct facts_buffer facts; /* what each address of the block gets: its PTR answer, 0 tries */
};

void cut_proof_begin(struct cut_proof *proof, const struct cut_block *block, uint64_t seed);
/* The next question to send now. False: none until further answers come, or at all. */
bool cut_proof_next(struct cut_proof *proof, const struct cut_trust *trust, struct question *out)
    __attribute__((warn_unused_result));
/* Answers may come in any order after the first. Records what they say about the server. False: out
 * of memory. */
bool cut_proof_feed(struct cut_proof *proof, struct cut_trust *trust, const struct answer *answer)
    __attribute__((warn_unused_result));
/* No question is in flight, and none will be asked. */
bool cut_proof_done(const struct cut_proof *proof);
/* Addresses that were asked. */
unsigned cut_proof_samples(const struct cut_proof *proof);
void cut_proof_end(struct cut_proof *proof);

#endif
