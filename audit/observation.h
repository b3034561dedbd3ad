/*
 * All facts about one address: its PTR answer and the forward answers. They are decoded from the
 * byte form in the run file (audit/facts.h, docs/run-file.md). Decoding checks every bound, since a
 * run file may be damaged.
 *
 * Ownership: struct observation is large (about 150 KiB): keep one and reuse it. Only what the
 * counts declare is set. Threads: no state.
 */
#ifndef AUDIT_OBSERVATION_H
#define AUDIT_OBSERVATION_H

#include "audit/facts.h"

struct forward {
    struct dnsname host;
    struct answer answer;
};

struct observation {
    struct answer ptr;
    unsigned forward_count; /* in order of arrival; see observation_forward */
    struct forward forwards[OBSERVATION_FORWARDS_MAX];
};

/* False if the bytes are not a whole, valid observation. */
bool observation_decode(struct observation *out, const uint8_t *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The forward answer of a host; NULL if it was not looked up. */
const struct answer *observation_forward(const struct observation *observation,
                                         const struct dnsname *host);

/* The PTR names of the byte form, one after another, without decoding the rest. */
struct ptr_names {
    const uint8_t *at;
    size_t left;    /* octets */
    unsigned count; /* names still to come */
};

/* False if the bytes are not valid as far as they were read. An answer without records has no
 * names. */
bool ptr_names_begin(struct ptr_names *out, const uint8_t *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The next name in wire form, within the bytes: call it `count` times. 0: the bytes are not
 * valid. */
size_t ptr_names_next(struct ptr_names *names, const uint8_t **wire)
    __attribute__((warn_unused_result));

#endif
