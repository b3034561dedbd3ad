/*
 * The judge: what the evidence about one address amounts to.
 *
 * Ownership: the judgement is a plain value. Threads: no state.
 */
#ifndef AUDIT_VERDICT_H
#define AUDIT_VERDICT_H

#include "audit/judgement.h"

void verdict_of(struct judgement *out, const struct evidence *evidence);

#endif
