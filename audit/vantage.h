/*
 * What a vantage says of an address, and whether two of them say the same. A vantage is a resolver
 * that is asked beside the resolvers of the run, or a name server of a zone that is asked for the
 * names of that zone.
 *
 * Only what decides something for mail is compared: which PTR names there are, where an alias
 * leads, whether the address is among those of a name. So neither order nor case makes a
 * difference, nor which other addresses a name has (round robin), nor by which of NXDOMAIN and
 * NODATA a vantage says that there is nothing. Where an answer failed nothing is known, and nothing
 * differs.
 *
 * Ownership: plain values; pointers go into the observation. Threads: no state.
 */
#ifndef AUDIT_VANTAGE_H
#define AUDIT_VANTAGE_H

#include "audit/verdict.h"

enum telling_kind {
    TELLING_NONE,    /* no answer, or an error: nothing is known */
    TELLING_NAMES,   /* these PTR names */
    TELLING_MANY,    /* more PTR names than are kept: which, is not compared */
    TELLING_ALIAS,   /* a CNAME to this name */
    TELLING_HELD,    /* an address record for the address */
    TELLING_OTHERS,  /* address records, all for other addresses */
    TELLING_NOTHING, /* NXDOMAIN or NODATA */
    TELLINGS
};

enum { TELLING_TEXT_MAX = ANSWER_NAMES_MAX * DNSNAME_TEXT_MAX };

/* What one answer comes to. */
struct telling {
    enum telling_kind kind;
    char text[TELLING_TEXT_MAX]; /* names in lower case and in order, or other addresses, joined by
                                    blanks */
};

/* at_end: what stands at the end of the answer's chain; else what stands at the name that was asked
 * for, which is all that its zone has a say in. */
void telling_of(struct telling *out, const struct answer *answer, uint16_t type, bool at_end);
bool telling_differs(const struct telling *a, const struct telling *b);

/* The questions about an address that servers of zones can be asked: those that were asked, and
 * where a chain of aliases led elsewhere, those for its end. */
struct zone_ask {
    const struct dnsname *name;
    uint16_t type;
    bool at_end;
    const struct answer *answer; /* that was seen */
};

enum { ZONE_ASKS_MAX = 2 * (1 + OBSERVATION_FORWARDS_MAX) };

struct zone_asks {
    struct dnsname reverse;
    unsigned count;
    struct zone_ask asks[ZONE_ASKS_MAX];
};

void zone_asks_of(struct zone_asks *out, const struct ipaddr *address,
                  const struct observation *seen);
/* NULL: there is no such question. */
const struct zone_ask *zone_asks_find(const struct zone_asks *asks, uint16_t type,
                                      const struct dnsname *name);

/* What an address looks like through one resolver. */
struct view {
    enum verdict verdict;
    struct telling ptr;
    int64_t until; /* seconds since 1970 UTC: then the last of its answers has left the resolver's
                      cache */
};

/* evidence: with the facts that came through this resolver; NULL facts: it was not asked. */
void view_of(struct view *out, const struct evidence *evidence);
/* Does the resolver say anything of the address? */
bool view_is_known(const struct view *view);
bool view_differs(const struct view *a, const struct view *b);

/* Adds the finding: it may stand until then. */
void judgement_find_inconsistent(struct judgement *judgement, int64_t until);

#endif
