/*
 * The audit of one address as a state machine: it gives the next question, is fed answers, and ends
 * with the facts. It never sends anything: the program, the scenarios and the fuzzers run the same
 * code.
 *
 *     PTR of the reverse name -> A or AAAA of each PTR name that can be a host name, and of each
 *     expected name
 *
 * An answer that ends with an alias leads to a question for its target (RFC 1034 5.3.3), under the
 * same slot. SERVFAIL leads to a CNAME question for the same name, and for the target of each alias
 * that is found: many resolvers hide the aliases when they cannot look up the last target, and then
 * the zone of that target fails.
 *
 * Ownership: check_new / check_free; check_take_facts moves the facts out. Threads: one at a time.
 */
#ifndef AUDIT_CHECK_H
#define AUDIT_CHECK_H

#include "audit/observation.h"
#include "audit/walk.h"

struct check;

/* NULL: out of memory. A unit in a cut has its PTR answer, and expected names to ask for. */
struct check *check_new(const struct walk_unit *unit);
void check_free(struct check *check);
const struct ipaddr *check_address(const struct check *check);
/* The next question to send now, and the slot to feed its answer to. False: no question until
 * further answers come, or the check is done. Several questions may be in flight. */
bool check_next(struct check *check, struct question *out, unsigned *slot)
    __attribute__((warn_unused_result));
/* False: out of memory, the check cannot continue. */
bool check_feed(struct check *check, unsigned slot, const struct answer *answer)
    __attribute__((warn_unused_result));
bool check_done(const struct check *check);
/* Queries sent so far, over all questions and tries. */
unsigned check_tries(const struct check *check);
/* Is no answer temporary (silence or an error), and is the list of PTR names whole? If not, a
 * resumed run looks the address up again. */
bool check_settled(const struct check *check);
/* Is a pass certain (done only)? There are PTR names, every one that can be a host name is
 * confirmed, and every expected name is among them. Other addresses may pass as well. */
bool check_passes(const struct check *check);
/* Moves the facts out (done only). */
struct facts_buffer check_take_facts(struct check *check);

#endif
