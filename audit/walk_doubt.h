/*
 * What the answers for the children of one node of a walk (audit/walk_tree.h) say about its server:
 * whether NXDOMAIN there may hide names (RFC 8020 3.1).
 *
 * Ownership: plain value, zeroed at first. Pure, but for what the trust learns.
 */
#ifndef AUDIT_WALK_DOUBT_H
#define AUDIT_WALK_DOUBT_H

#include "audit/cut_trust.h"

struct walk_doubt {
    bool is_honest;              /* a child exists although it has no records */
    bool is_denied;              /* a child was, by the last of these */
    struct dnsname zone, server; /* server: its MNAME */
};

/* The answer for the name of a child. */
void walk_doubt_hear(struct walk_doubt *doubt, struct cut_trust *trust, const struct dnsname *name,
                     const struct answer *answer);
/* A name exists below a child that was denied. */
void walk_doubt_lied(const struct walk_doubt *doubt, struct cut_trust *trust);
bool walk_doubt_is_honest(const struct walk_doubt *doubt, const struct cut_trust *trust);
bool walk_doubt_is_liar(const struct walk_doubt *doubt, const struct cut_trust *trust);

#endif
