/*
 * The byte form of an observation, written answer by answer: the form that passes between threads
 * and is stored in the run file (audit/observation_form.h). audit/observation.h reads it.
 *
 * Ownership: facts_buffer owns its bytes: begin with zeros, end with facts_free. Threads: no state.
 * Errors: false when memory is short or FACTS_MAX would be exceeded; the buffer is then unchanged.
 */
#ifndef AUDIT_FACTS_H
#define AUDIT_FACTS_H

#include "audit/answer.h"

enum { FACTS_MAX = 128 * 1024 /* octets of the byte form: more than any answers can make */ };

struct facts_buffer {
    uint8_t *bytes;
    uint32_t length;
    uint32_t capacity;
};

/* The PTR answer comes first, then the forward answers. */
bool facts_put_ptr(struct facts_buffer *buffer, const struct answer *answer)
    __attribute__((warn_unused_result));
bool facts_put_forward(struct facts_buffer *buffer, const struct dnsname *host,
                       const struct answer *answer, uint16_t type)
    __attribute__((warn_unused_result));
void facts_free(struct facts_buffer *buffer);

#endif
