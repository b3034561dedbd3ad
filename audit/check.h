/*
 * The audit of one address as a state machine: it says what to ask next, is fed answers, and ends
 * with the facts. It never fetches: the same code runs under the program, the scenarios and the
 * fuzzers.
 *
 *     PTR of the reverse name -> for each PTR name that can be a host name, and each expected name:
 * A or AAAA
 *
 * Ownership: check_new / check_free; the facts may be taken away with check_take_facts. Threads:
 * one at a time.
 */
#ifndef AUDIT_CHECK_H
#define AUDIT_CHECK_H

#include "audit/observation.h"
#include "audit/walk.h"

struct check;

/* NULL: out of memory. */
struct check *check_new(const struct walk_unit *unit);
void check_free(struct check *check);
const struct ipaddr *check_address(const struct check *check);
/* The next question to send now, with the slot its answer must be fed to. False: nothing (more) to
 * ask before further answers, or done. Several questions may be open at a time. */
bool check_next(struct check *check, struct question *out, unsigned *slot)
    __attribute__((warn_unused_result));
/* False: memory is short, the check cannot go on. */
bool check_feed(struct check *check, unsigned slot, const struct answer *answer)
    __attribute__((warn_unused_result));
bool check_done(const struct check *check);
/* Queries sent so far, over all questions and tries. */
unsigned check_tries(const struct check *check);
/* No answer is temporary (silence or an error). Otherwise a resumed run asks the address again. */
bool check_settled(const struct check *check);
/* Beyond doubt the address passes (done only): there are PTR names, every one that can be a host
 * name is confirmed, and every expected name is among them. Of the others some may pass as well. */
bool check_passes(const struct check *check);
/* Moves the facts out (done only); the check keeps none. */
struct facts_buffer check_take_facts(struct check *check);

#endif
