#include "audit/cut_trust.h"

#include <stdlib.h>

#include "audit/answer_findings.h"

enum { SLOTS = 2 * CUT_TRUST_NAMES /* a power of two */ };

struct known_name {
    bool used;
    bool is_server; /* an MNAME, else a zone */
    bool lied;
    unsigned honest; /* answers */
    struct dnsname name;
};

struct cut_trust {
    unsigned count;
    unsigned lies;
    bool full_of_lies; /* a liar found no room */
    struct known_name names[SLOTS];
};

bool cut_trust_is_denial(const struct answer *answer, const struct dnsname *name)
{
    return answer->kind == ANSWER_NXDOMAIN && !answer_is_stale(answer) &&
           answer->alias_count == 0 && answer->has_soa && dnsname_labels(&answer->soa_zone) > 0 &&
           !dnsname_equal(name, &answer->soa_zone) && dnsname_within(name, &answer->soa_zone);
}

bool cut_trust_is_honest(const struct answer *answer, const struct dnsname *name)
{
    return answer->kind == ANSWER_NODATA && answer->alias_count == 0 && answer->has_soa &&
           !dnsname_equal(name, &answer->soa_zone) && dnsname_within(name, &answer->soa_zone);
}

struct cut_trust *cut_trust_new(void)
{
    return calloc(1, sizeof(struct cut_trust));
}

void cut_trust_free(struct cut_trust *trust)
{
    free(trust);
}

/* The slot of a name, or the free one where it belongs: at most half of the slots are used. */
static unsigned slot_of(const struct cut_trust *trust, const struct dnsname *name, bool is_server)
{
    unsigned slot = (dnsname_hash(name) + is_server) % SLOTS;

    while (trust->names[slot].used && (trust->names[slot].is_server != is_server ||
                                       !dnsname_equal(&trust->names[slot].name, name)))
        slot = (slot + 1) % SLOTS;
    return slot;
}

/* NULL: there is no room. */
static struct known_name *know(struct cut_trust *trust, const struct dnsname *name, bool is_server)
{
    struct known_name *known = &trust->names[slot_of(trust, name, is_server)];

    if (known->used)
        return known;
    if (trust->count == CUT_TRUST_NAMES)
        return NULL;
    trust->count++;
    known->used = true;
    known->is_server = is_server;
    dnsname_copy(&known->name, name);
    return known;
}

void cut_trust_honest(struct cut_trust *trust, const struct dnsname *zone)
{
    struct known_name *known = know(trust, zone, false);

    if (known && known->honest < CUT_TRUST_OFTEN)
        known->honest++;
}

static void lied(struct cut_trust *trust, const struct dnsname *name, bool is_server)
{
    struct known_name *known = know(trust, name, is_server);

    if (known)
        known->lied = true;
    else
        trust->full_of_lies = true;
}

void cut_trust_lied(struct cut_trust *trust, const struct dnsname *zone,
                    const struct dnsname *server)
{
    trust->lies++;
    lied(trust, zone, false);
    lied(trust, server, true);
}

enum cut_trust_level cut_trust_of(const struct cut_trust *trust, const struct dnsname *zone,
                                  const struct dnsname *server)
{
    const struct known_name *of_zone = &trust->names[slot_of(trust, zone, false)];
    const struct known_name *of_server = &trust->names[slot_of(trust, server, true)];

    if (of_zone->lied || of_server->lied || trust->full_of_lies)
        return CUT_TRUST_LIAR;
    return of_zone->honest == CUT_TRUST_OFTEN ? CUT_TRUST_HONEST : CUT_TRUST_UNKNOWN;
}

unsigned cut_trust_lies(const struct cut_trust *trust)
{
    return trust->lies;
}
