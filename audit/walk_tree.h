/*
 * Walks the tree of reverse names below a prefix: which name to ask next, and what a reply means.
 * A name that exists (NOERROR) is followed down, one that does not (NXDOMAIN) has nothing below
 * (RFC 8020). Steps are nibbles of IPv6 and octets of IPv4. It is fed, and asks nothing itself.
 *
 * A server can make a walk endless or blind. So each node that exists gets one probe, and more if
 * it is answered:
 *   - a wildcard, records made up for every address, or NOERROR for every name: a block of IPv6
 *     picked at random, 32 bits below the node, exists, three times. Where there are fewer bits, an
 *     address does (2^20 addresses and more below), or a name that spells no address (all others);
 *   - NXDOMAIN for names with others below. Where no child exists, or only those that are zones of
 *     their own, nothing shows that the server is honest (audit/cut_trust.h). Then an address below
 *     a child that was denied exists: one that the caller knows, or a guess (audit/walk_guess.h).
 *     Where such a server denies further names, it is not guessed again.
 * The walk of that subtree then ends, and says why; names that the server does not hide are found.
 *
 * Work is done depth first, so that few nodes are open at a time. A node is open until all that was
 * asked about its children is answered.
 *
 * Ownership: walk_tree_new / walk_tree_free. Threads: one at a time. Errors: false or NULL: out of
 * memory.
 */
#ifndef AUDIT_WALK_TREE_H
#define AUDIT_WALK_TREE_H

#include "audit/answer.h"
#include "audit/cut_trust.h"

enum tree_end {
    TREE_WILDCARD, /* every name below has records */
    TREE_NOERROR,  /* every name below exists, without records */
    TREE_HIDES,    /* NXDOMAIN for a name that has others below */
    TREE_FAILS,    /* the lookup failed: error or silence */
    TREE_ENDS
};

/* What the walk finds. A false return ends the walk: walk_tree_feed returns false. */
struct tree_sink {
    void *context;
    bool (*found)(void *context, const struct ipaddr *address);
    bool (*ended)(void *context, const struct iprange *subtree, enum tree_end why);
};

struct walk_tree;
struct tree_node; /* an open node */

/* The trust outlives the tree, and may be that of earlier walks. */
struct walk_tree *walk_tree_new(const struct tree_sink *sink, struct cut_trust *trust,
                                uint64_t seed);
void walk_tree_free(struct walk_tree *tree);
/* Adds a prefix, of any length, to be walked. exists: its name is known to exist, as of an open
 * node of an earlier walk. */
bool walk_tree_add(struct walk_tree *tree, const struct iprange *prefix, bool exists)
    __attribute__((warn_unused_result));
/* An address that may well have a name, as those of the input. Only the first 256 are kept. */
void walk_tree_know(struct walk_tree *tree, const struct ipaddr *address);
/* The next question. The answer goes to walk_tree_feed with *node and *slot. False: nothing is to
 * be asked until further answers come, or the walk is done. */
bool walk_tree_next(struct walk_tree *tree, struct question *out, struct tree_node **node,
                    unsigned *slot) __attribute__((warn_unused_result));
bool walk_tree_feed(struct walk_tree *tree, struct tree_node *node, unsigned slot,
                    const struct answer *answer) __attribute__((warn_unused_result));
bool walk_tree_done(const struct walk_tree *tree);
/* Nodes so far: names that exist, for the most part. No probe ends a server that is out to make a
 * walk endless, so the caller sets a bound. */
uint64_t walk_tree_opened(const struct walk_tree *tree);
/* Names below which nothing was found, nor anything that shows whether their server hides names. */
uint64_t walk_tree_childless(const struct walk_tree *tree);

/* The open nodes, for a walk that is to be continued: NULL before the first and after the last. */
const struct tree_node *walk_tree_open(const struct walk_tree *tree, const struct tree_node *after);
/* Its prefix; *exists as in walk_tree_add. */
struct iprange walk_tree_prefix(const struct tree_node *node, bool *exists);

/* "a wildcard answers for every name", for people. */
const char *tree_end_text(enum tree_end why);

#endif
