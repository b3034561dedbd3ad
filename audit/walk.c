#include "audit/walk.h"

#include <stdlib.h>

#include "audit/expectation.h"
#include "audit/special.h"

/* An expectation, at addresses up to `last`, which is beyond the current one. */
struct open_name {
    enum expectation kind;
    struct dnsname name;
    struct ipaddr first; /* of its span */
    struct ipaddr last;
};

/*
 * The walk proceeds in segments: all addresses of a segment have the same expectations, and all or
 * none of them are public. `at` is the next address; while `in_segment`, the segment reaches
 * from `at` to `segment_end`. A span that begins after `at` waits in `pending`: one is enough,
 * since spans are sorted.
 */
struct walk {
    bool skip_special;
    bool ended;
    bool has_pending;
    bool active; /* at least one accepted span includes `at`; addresses up to `reach` are to be
                    walked */
    bool in_segment;
    bool run_known; /* special and run_end are valid for addresses up to run_end */
    bool run_is_special;
    bool names_cut; /* a name was left out; the addresses where it was expected are not recorded */
    struct ipaddr at;
    struct ipaddr reach;
    struct ipaddr segment_end;
    struct ipaddr run_end;
    struct span pending;
    unsigned open_count;
    struct open_name open[WALK_OPEN_MAX]; /* distinct ones, each expected at `at` */
};

struct walk *walk_new(bool skip_special)
{
    struct walk *walk = calloc(1, sizeof *walk);
    if (walk != NULL)
        walk->skip_special = skip_special;
    return walk;
}

void walk_free(struct walk *walk)
{
    free(walk);
}

void walk_feed(struct walk *walk, const struct span *span)
{
    walk->pending.range = span->range;
    walk->pending.has_expected = span->has_expected;
    if (span->has_expected)
        dnsname_copy(&walk->pending.expected, &span->expected);
    walk->has_pending = true;
}

void walk_end(struct walk *walk)
{
    walk->ended = true;
}

/* Only for addresses after the first one of their family. */
static struct ipaddr address_before(const struct ipaddr *address)
{
    return ipaddr_from_number((enum ip_family)address->family, ipaddr_number(address) - 1);
}

/* The result is never later than limit. */
static void cut(struct ipaddr *end, const struct ipaddr *limit)
{
    if (ipaddr_compare(limit, end) < 0)
        *end = *limit;
}

static bool is_same(const struct open_name *open, const struct span *span)
{
    return dnsname_equal(&open->name, &span->expected) &&
           (open->kind != EXPECT_PATTERN || ipaddr_equal(&open->first, &span->range.first));
}

/* All open names include `at`, so a name in two spans is one name that ends with the longer span.
 */
static void open_name(struct walk *walk, const struct span *span)
{
    struct open_name *open = walk->open;
    struct open_name *end = open + walk->open_count;
    while (open < end && !is_same(open, span))
        open++;
    if (open < end) {
        if (ipaddr_compare(&span->range.last, &open->last) > 0)
            open->last = span->range.last;
    } else if (walk->open_count < WALK_OPEN_MAX) {
        open->kind = expectation_of(&span->expected);
        dnsname_copy(&open->name, &span->expected);
        open->first = span->range.first;
        open->last = span->range.last;
        walk->open_count++;
    } else {
        walk->names_cut = true;
    }
}

static void close_names(struct walk *walk)
{
    unsigned kept = 0;
    for (unsigned i = 0; i < walk->open_count; i++) {
        if (ipaddr_compare(&walk->open[i].last, &walk->at) < 0)
            continue;
        if (kept < i) {
            walk->open[kept].kind = walk->open[i].kind;
            dnsname_copy(&walk->open[kept].name, &walk->open[i].name);
            walk->open[kept].first = walk->open[i].first;
            walk->open[kept].last = walk->open[i].last;
        }
        kept++;
    }
    walk->open_count = kept;
}

/* Accepts the pending span once the walk has reached it. A span that ends before `at` (only in a
 * damaged run file, where spans are out of order) is dropped: the walk never goes back. */
static void take_up(struct walk *walk)
{
    const struct span *span = &walk->pending;
    if (!walk->active) {
        walk->active = true;
        walk->at = span->range.first;
        walk->reach = span->range.last;
        walk->open_count = 0;
    }
    if (ipaddr_compare(&span->range.first, &walk->at) > 0)
        return;
    walk->has_pending = false;
    if (ipaddr_compare(&span->range.last, &walk->at) < 0)
        return;
    if (ipaddr_compare(&span->range.last, &walk->reach) > 0)
        walk->reach = span->range.last;
    if (span->has_expected)
        open_name(walk, span);
}

/* Updates what is known about `at`, unless the last result is still valid. */
static void learn_run(struct walk *walk)
{
    static const struct ipaddr last_v4 = {IP_V4, {0xff, 0xff, 0xff, 0xff}};
    static const struct ipaddr last_v6 = {IP_V6,
                                          {0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
                                           0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff}};
    if (walk->run_known && ipaddr_compare(&walk->at, &walk->run_end) <= 0)
        return;
    walk->run_known = true;
    walk->run_is_special = special_block_of(&walk->at) != NULL;
    walk->run_end = special_run_end(&walk->at, walk->at.family == IP_V4 ? &last_v4 : &last_v6);
}

static void begin_segment(struct walk *walk)
{
    walk->in_segment = true;
    walk->segment_end = walk->reach;
    if (walk->has_pending && ipaddr_compare(&walk->pending.range.first, &walk->reach) <= 0)
        walk->segment_end = address_before(&walk->pending.range.first);
    for (unsigned i = 0; i < walk->open_count; i++)
        cut(&walk->segment_end, &walk->open[i].last);
    if (walk->skip_special) {
        learn_run(walk);
        cut(&walk->segment_end, &walk->run_end);
    }
}

static void end_segment(struct walk *walk)
{
    walk->in_segment = false;
    walk->at = walk->segment_end;
    if (ipaddr_equal(&walk->at, &walk->reach) || !ipaddr_next(&walk->at))
        walk->active = false;
    else
        close_names(walk);
}

/* Makes the next segment of addresses. WALK_UNIT: there is one. */
static enum walk_step find_segment(struct walk *walk)
{
    while (!walk->in_segment) {
        if (walk->has_pending)
            take_up(walk);
        if (!walk->has_pending && !walk->ended)
            return WALK_NEEDS_SPAN;
        if (!walk->active)
            return WALK_DONE;
        begin_segment(walk);
        if (walk->skip_special && walk->run_is_special)
            end_segment(walk);
    }
    return WALK_UNIT;
}

/* The host names that are expected at `at`. A domain has no name that could be looked up. */
static void put_names(const struct walk *walk, struct walk_unit *out)
{
    out->expected_count = 0;
    out->expected_cut = walk->names_cut;
    for (unsigned i = 0; i < walk->open_count; i++) {
        const struct open_name *open = &walk->open[i];
        if (open->kind == EXPECT_DOMAIN || out->expected_count == EXPECTED_MAX) {
            out->expected_cut = true;
            continue;
        }
        struct dnsname *to = &out->expected[out->expected_count];
        const struct dnsname *name = expectation_at(to, &open->name, &open->first, &walk->at);
        if (name && name != to)
            dnsname_copy(to, name);
        out->expected_count += name != NULL;
    }
}

/* Addresses of a segment differ in the names of patterns only. */
static bool may_have_names(const struct walk *walk)
{
    unsigned i = 0;
    while (i < walk->open_count && walk->open[i].kind == EXPECT_DOMAIN)
        i++;
    return i < walk->open_count;
}

ip_count walk_skip(struct walk *walk, const struct ipaddr *last)
{
    if (!walk->in_segment || may_have_names(walk) || ipaddr_compare(last, &walk->at) < 0)
        return 0;
    struct iprange skipped = {walk->at, *last};
    cut(&skipped.last, &walk->segment_end);
    walk->at = skipped.last;
    if (ipaddr_equal(&walk->at, &walk->segment_end) || !ipaddr_next(&walk->at))
        end_segment(walk);
    return iprange_count(&skipped);
}

enum walk_step walk_next(struct walk *walk, struct walk_unit *out)
{
    if (!walk->in_segment) {
        enum walk_step step = find_segment(walk);
        if (step != WALK_UNIT)
            return step;
    }
    out->address = walk->at;
    put_names(walk, out);
    out->in_cut = false;
    if (ipaddr_equal(&walk->at, &walk->segment_end) || !ipaddr_next(&walk->at))
        end_segment(walk);
    return WALK_UNIT;
}

enum walk_step walk_range(struct walk *walk, struct iprange *out)
{
    enum walk_step step = find_segment(walk);
    if (step != WALK_UNIT)
        return step;
    *out = (struct iprange){walk->at, walk->segment_end};
    end_segment(walk);
    return WALK_UNIT;
}
