#include "audit/failed_lookup.h"

#include "audit/blame.h"
#include "audit/expectation.h"

struct failed_host {
    const struct dnsname *host; /* NULL: none yet */
    const struct answer *answer;
};

/* Keeps the first host, and the first whose zone may be at fault instead. */
static void consider(struct failed_host *out, const struct dnsname *host,
                     const struct answer *answer)
{
    if (!answer || !answer_is_temporary(answer))
        return;
    if (!out->host || (blame_may_be_zone(answer->kind) && !blame_may_be_zone(out->answer->kind)))
        *out = (struct failed_host){host, answer};
}

/* expected: only names that meet it; NULL: any. */
static struct failed_host find_ptr_name(const struct observation *seen,
                                        const struct dnsname *expected)
{
    struct failed_host found = {0};

    for (unsigned i = 0; seen->ptr.kind == ANSWER_RECORDS && i < seen->ptr.kept; i++) {
        const struct dnsname *name = &seen->ptr.records.names[i];

        if (!expected || expectation_is_met(expected, name))
            consider(&found, name, observation_forward(seen, name));
    }
    return found;
}

static struct failed_host find_host(const struct observation *seen, const struct dnsname *expected)
{
    struct failed_host found = find_ptr_name(seen, expected);

    if (!found.host && expected)
        found = find_ptr_name(seen, NULL);
    for (unsigned i = 0; !found.host && i < seen->forward_count; i++)
        consider(&found, &seen->forwards[i].host, &seen->forwards[i].answer);
    return found;
}

/* A loop, or a chain that is too long, is a fault of the chain as a whole. */
static bool failed_at_the_start(const struct answer *answer)
{
    return answer->alias_count == 0 || answer->kind == ANSWER_ALIAS_LOOP ||
           answer->kind == ANSWER_ALIAS_LONG;
}

static void set_name(struct failed_lookup *out, const struct dnsname *start)
{
    const struct answer *answer = out->answer;

    dnsname_copy(&out->question.name,
                 failed_at_the_start(answer) ? start : &answer->aliases[answer->alias_count - 1]);
}

void failed_lookup_of_host(struct failed_lookup *out, const struct ipaddr *address,
                           const struct dnsname *host, const struct answer *answer)
{
    out->answer = answer;
    out->question.type = address->family == IP_V4 ? RR_A : RR_AAAA;
    set_name(out, host);
}

bool failed_lookup_find(struct failed_lookup *out, const struct ipaddr *address,
                        const struct observation *seen, const struct dnsname *expected)
{
    struct failed_host host;
    struct dnsname reverse;

    if (answer_is_temporary(&seen->ptr)) {
        out->answer = &seen->ptr;
        out->question.type = RR_PTR;
        ipaddr_reverse_name(&reverse, address);
        set_name(out, &reverse);
        return true;
    }
    host = find_host(seen, expected);
    if (!host.host)
        return false;
    failed_lookup_of_host(out, address, host.host, host.answer);
    return true;
}
