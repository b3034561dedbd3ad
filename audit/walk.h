/*
 * The walk: turns spans sorted by (first, last) - possibly overlapping, each with or without an
 * expected name
 * - into single addresses in ascending order, each once, with the expected names of all the spans
 * that hold it. Fed with spans; never fetches. Memory does not grow with the input: at most
 * WALK_OPEN_MAX spans with an expected name are remembered at a time; of those beyond it the
 * expected name is not looked up (the verdict does not need that answer, only the advice does).
 *
 * Ownership: the walk owns what it remembers: walk_free. Threads: one at a time.
 */
#ifndef AUDIT_WALK_H
#define AUDIT_WALK_H

#include "audit/dnsname.h"
#include "audit/ipaddr.h"
#include "audit/observation.h"

enum { WALK_OPEN_MAX = 64 };

struct span {
    struct iprange range;
    bool has_expected;
    struct dnsname expected;
};

struct walk_unit {
    struct ipaddr address;
    unsigned expected_count; /* distinct names, at most EXPECTED_MAX */
    struct dnsname expected[EXPECTED_MAX];
    bool expected_cut; /* there may be further ones */
};

struct walk;

struct walk *walk_new(bool skip_special); /* NULL: out of memory. skip_special: addresses of
                                             special_block_of are passed over */
void walk_free(struct walk *walk);
/* Gives the next span, in order of (first, last); call when walk_next said WALK_NEEDS_SPAN. */
void walk_feed(struct walk *walk, const struct span *span);
/* No more spans will come. */
void walk_end(struct walk *walk);

enum walk_step { WALK_UNIT, WALK_NEEDS_SPAN, WALK_DONE };
enum walk_step walk_next(struct walk *walk, struct walk_unit *out);
/* Instead of walk_next: the count of addresses walk_next would give one by one, taken in one step
 * as far as known; *count is 0 with WALK_NEEDS_SPAN and WALK_DONE. Do not mix the two on one walk.
 */
enum walk_step walk_count(struct walk *walk, ip_count *count);

#endif
