/*
 * The questions that show whether a resolver answers, and what it can do. Any reply shows that it
 * is alive. No single question is enough: a resolver may have no way to the root (an isolated
 * network, stub zones only), or answer its own names while its upstream is dead.
 *
 * Ownership: plain values. Threads: no state.
 */
#ifndef IO_LOOKUP_PROBE_QUESTION_H
#define IO_LOOKUP_PROBE_QUESTION_H

#include "audit/answer.h"

enum probe_kind {
    PROBE_OF_RUN,    /* a question of the run; the caller has it */
    PROBE_ROOT,      /* the NS of the root */
    PROBE_LOOPBACK,  /* the PTR of 127.0.0.1, answered by the resolver itself (RFC 6303 4.2) */
    PROBE_LOCALHOST, /* the A of localhost, likewise (RFC 6761 6.3) */
    PROBE_KINDS
};

/* Questions like those of the run, each of another zone where the run has several: a resolver may
 * serve only some of them. */
enum { PROBE_SAMPLE_MAX = 4 };
struct probe_sample {
    unsigned count; /* 0: none is known */
    struct question questions[PROBE_SAMPLE_MAX];
};

/* Not for PROBE_OF_RUN. */
void probe_question(struct question *out, enum probe_kind kind);

#endif
