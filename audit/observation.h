/*
 * All facts about one address, and their compact byte form, which is what travels between threads
 * and lies in the run file. The byte form is versioned and described in docs/run-file.md; reading
 * it checks every bound, since a run file may be damaged.
 *
 * Ownership: struct observation is large (about 150 KiB): keep one and reuse it. Only what the
 * counts declare is set. facts_buffer owns its bytes: facts_free.
 */
#ifndef AUDIT_OBSERVATION_H
#define AUDIT_OBSERVATION_H

#include "audit/answer.h"

enum {
    EXPECTED_MAX = 8, /* expected names looked up for one address */
    OBSERVATION_FORWARDS_MAX = ANSWER_NAMES_MAX + EXPECTED_MAX,
    FACTS_MAX = 128 * 1024, /* ceiling of the byte form: above any that answers can make */
};

struct forward {
    struct dnsname host;
    struct answer answer;
};

struct observation {
    struct answer ptr;
    unsigned forward_count; /* in the order their answers came; see observation_forward */
    struct forward forwards[OBSERVATION_FORWARDS_MAX];
};

/* Growing byte form: begin with zeros; the PTR answer first, then forwards. */
struct facts_buffer {
    uint8_t *bytes;
    uint32_t length;
    uint32_t capacity;
};

/* False when memory is short or FACTS_MAX would be passed; the buffer is unchanged then. */
bool facts_put_ptr(struct facts_buffer *buffer, const struct answer *answer)
    __attribute__((warn_unused_result));
bool facts_put_forward(struct facts_buffer *buffer, const struct dnsname *host,
                       const struct answer *answer, uint16_t type)
    __attribute__((warn_unused_result));
void facts_free(struct facts_buffer *buffer);

/* False if the bytes are not a whole, sound observation. */
bool observation_decode(struct observation *out, const uint8_t *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The forward answer of a host, or NULL if it was not asked. */
const struct answer *observation_forward(const struct observation *observation,
                                         const struct dnsname *host);

/* The PTR names of the byte form, one after another, without decoding the rest of it. */
struct ptr_names {
    const uint8_t *at;
    size_t left;    /* bytes */
    unsigned count; /* names still to come */
};

/* False if the bytes are not sound as far as they were read. An answer without records has no
 * names. */
bool ptr_names_begin(struct ptr_names *out, const uint8_t *bytes, size_t len)
    __attribute__((warn_unused_result));
/* The next name in wire form, within the bytes; call it `count` times. 0: the bytes are not sound.
 */
size_t ptr_names_next(struct ptr_names *names, const uint8_t **wire)
    __attribute__((warn_unused_result));

#endif
