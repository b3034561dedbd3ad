/*
 * The walk turns spans (ranges, each with or without an expectation, possibly overlapping, sorted
 * by first address) into single addresses, in ascending order. Each address comes once, with the
 * expected names of all spans that include it; a pattern makes its name. The walk is fed with spans
 * and never fetches them.
 *
 * Memory does not grow with the input: at most WALK_OPEN_MAX spans with an expected name are
 * remembered at a time. The expected name of a further span is not looked up; only the advice needs
 * that answer, the verdict does not.
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
    struct dnsname expected; /* audit/expectation.h */
};

struct walk_unit {
    struct ipaddr address;
    unsigned expected_count;               /* at most EXPECTED_MAX */
    struct dnsname expected[EXPECTED_MAX]; /* host names; one may come twice */
    bool expected_cut;                     /* there may be more names, or a domain is expected */
    bool in_cut; /* a cut proves that there is no PTR record (audit/cut.h); set by the caller, who
                    gives such a unit only for its names */
};

struct walk;

struct walk *walk_new(bool skip_special); /* NULL: out of memory. skip_special: addresses of
                                             special_block_of are skipped. */
void walk_free(struct walk *walk);
/* Feeds the next span, in order of (first, last). Call it after WALK_NEEDS_SPAN. */
void walk_feed(struct walk *walk, const struct span *span);
/* No more spans will come. */
void walk_end(struct walk *walk);

enum walk_step { WALK_UNIT, WALK_NEEDS_SPAN, WALK_DONE };
enum walk_step walk_next(struct walk *walk, struct walk_unit *out);
/* After a unit without expected names: leaves out the addresses up to `last`, or fewer, if a name
 * may be expected at a later one. The number of them. */
ip_count walk_skip(struct walk *walk, const struct ipaddr *last);
/* Use it instead of walk_next, not together with it: adjacent addresses that walk_next would give
 * one by one, as far as known now. *out is set with WALK_UNIT. */
enum walk_step walk_range(struct walk *walk, struct iprange *out);

#endif
