#include "audit/walk_doubt.h"

void walk_doubt_hear(struct walk_doubt *doubt, struct cut_trust *trust, const struct dnsname *name,
                     const struct answer *answer)
{
    if (cut_trust_is_honest(answer, name))
        cut_trust_honest(trust, &answer->soa_zone);
    /* The name of a zone of its own exists at a server that hides names, too. */
    doubt->is_honest |= answer->kind == ANSWER_NODATA && answer->alias_count == 0 &&
                        !(answer->has_soa && dnsname_equal(&answer->soa_zone, name));
    if (cut_trust_is_denial(answer, name)) {
        doubt->is_denied = true;
        dnsname_copy(&doubt->zone, &answer->soa_zone);
        dnsname_copy(&doubt->server, &answer->soa_mname);
    }
}

void walk_doubt_lied(const struct walk_doubt *doubt, struct cut_trust *trust)
{
    if (doubt->is_denied)
        cut_trust_lied(trust, &doubt->zone, &doubt->server);
}

static bool is_known(const struct walk_doubt *doubt, const struct cut_trust *trust,
                     enum cut_trust_level level)
{
    return doubt->is_denied && cut_trust_of(trust, &doubt->zone, &doubt->server) == level;
}

bool walk_doubt_is_honest(const struct walk_doubt *doubt, const struct cut_trust *trust)
{
    return doubt->is_honest || is_known(doubt, trust, CUT_TRUST_HONEST);
}

bool walk_doubt_is_liar(const struct walk_doubt *doubt, const struct cut_trust *trust)
{
    return is_known(doubt, trust, CUT_TRUST_LIAR);
}
