#include "audit/alias_chain.h"

static uint32_t smaller(uint32_t a, uint32_t b)
{
    return a < b ? a : b;
}

static uint32_t larger(uint32_t a, uint32_t b)
{
    return a > b ? a : b;
}

bool alias_chain_has(const struct answer *answer, const struct dnsname *start,
                     const struct dnsname *name)
{
    if (dnsname_equal(name, start))
        return true;
    for (unsigned i = 0; i < answer->alias_count; i++) {
        if (dnsname_equal(name, &answer->aliases[i]))
            return true;
    }
    return false;
}

static void set_ttls(struct answer *answer, uint32_t shortest, uint32_t longest)
{
    answer->ttl = shortest;
    answer->ttl_spread = longest - shortest;
}

void alias_chain_add_ttl(struct answer *answer, uint32_t ttl)
{
    if (answer->alias_count == 0)
        set_ttls(answer, ttl, ttl);
    else
        set_ttls(answer, smaller(answer->ttl, ttl), larger(answer_longest_ttl(answer), ttl));
}

bool alias_chain_add(struct answer *answer, const struct dnsname *start,
                     const struct dnsname *target)
{
    if (answer->alias_count == ANSWER_ALIASES_MAX) {
        answer->kind = ANSWER_ALIAS_LONG;
        return false;
    }
    bool loops = alias_chain_has(answer, start, target);
    dnsname_copy(&answer->aliases[answer->alias_count++], target);
    if (loops)
        answer->kind = ANSWER_ALIAS_LOOP;
    return !loops;
}

/* An answer that failed has no TTL, unless its chain was read. */
static bool has_ttl(const struct answer *answer)
{
    return !answer_is_temporary(answer) || answer->alias_count > 0 ||
           answer->kind == ANSWER_ALIAS_CONFLICT;
}

static void take_end(struct answer *answer, const struct answer *end)
{
    answer->kind = end->kind;
    answer->truncated = end->truncated;
    answer->has_soa = end->has_soa;
    if (end->has_soa) {
        dnsname_copy(&answer->soa_zone, &end->soa_zone);
        dnsname_copy(&answer->soa_mname, &end->soa_mname);
        dnsname_copy(&answer->soa_rname, &end->soa_rname);
        answer->soa_serial = end->soa_serial;
    }
    answer->total = end->total;
    answer->kept = end->kept;
    answer->holds = end->holds;
    if (end->kept > 0)
        answer->records = end->records;
}

/* An old alias makes the whole answer an old one. But it is not the reason of a failure. */
static uint16_t joined_error(const struct answer *answer, const struct answer *next)
{
    bool failed = answer_is_temporary(next) && next->kind != ANSWER_ALIAS_OPEN;

    return failed || next->extended_error != 0 ? next->extended_error : answer->extended_error;
}

void alias_chain_join(struct answer *answer, const struct dnsname *start, const struct answer *next)
{
    bool whole = true;

    answer->rcode = next->rcode;
    answer->extended_error = joined_error(answer, next);
    /* Both questions needed one try: only the others failed. */
    answer->tries = (uint16_t)smaller((uint32_t)answer->tries + next->tries - 1, UINT16_MAX);
    if (has_ttl(next))
        set_ttls(answer, smaller(answer->ttl, next->ttl),
                 larger(answer_longest_ttl(answer), answer_longest_ttl(next)));
    for (unsigned i = 0; i < next->alias_count && whole; i++)
        whole = alias_chain_add(answer, start, &next->aliases[i]);
    if (whole)
        take_end(answer, next);
}
