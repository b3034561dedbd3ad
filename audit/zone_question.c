#include "audit/zone_question.h"

#include "audit/failed_lookup.h"

enum { DOMAIN_LABELS = 2 /* of most registrable domains */ };
enum {
    IPV4_ZONE_LABELS = 5,  /* in-addr.arpa and the three octets of a /24 */
    IPV6_ZONE_LABELS = 14, /* ip6.arpa and the 12 nibbles of a /48 */
    IPV6_LINK_LABELS = 18, /* the 16 nibbles of a /64 */
    IPV4_TOP_LABELS = 3,   /* a /8: the zones above it belong to registries */
    IPV6_TOP_LABELS = 9,   /* a /28: likewise above a /32, the usual block */
};

static void named_by(struct zone_question *out, const struct answer *answer)
{
    out->soa = answer;
    out->is_host = false;
    dnsname_copy(&out->name, &answer->soa_zone);
    dnsname_lower(&out->name);
}

static void ask_for(struct zone_question *out, const struct dnsname *name, bool is_host)
{
    out->soa = NULL;
    out->is_host = is_host;
    dnsname_copy(&out->name, name);
    dnsname_lower(&out->name);
}

/* Asks for the /24 or the /48 of the address. If the reverse name is known to exist, so does the
 * /64, and its SOA distinguishes the delegation of a /48, a /56 and a /64. If not, a zone that
 * fails or is missing is named once for the /48. */
static void ask_for_block(struct zone_question *out, const struct ipaddr *address, bool exists)
{
    struct dnsname name, parent;
    unsigned ipv6_labels = exists ? IPV6_LINK_LABELS : IPV6_ZONE_LABELS;
    unsigned labels = address->family == IP_V4 ? IPV4_ZONE_LABELS : ipv6_labels;

    ipaddr_reverse_name(&name, address);
    while (dnsname_labels(&name) > labels && dnsname_parent(&parent, &name))
        dnsname_copy(&name, &parent);
    ask_for(out, &name, false);
}

/* If the reverse name is an alias, the zone is taken from the parent of the last target: RFC 2317 4
 * recommends such names, and it costs one question for all addresses of that zone. */
static bool ask_above(struct zone_question *out, const struct dnsname *alias)
{
    struct dnsname parent;

    if (!dnsname_parent(&parent, alias))
        return false;
    ask_for(out, dnsname_labels(&parent) > 0 ? &parent : alias, false);
    return true;
}

bool zone_question_reverse(struct zone_question *out, const struct ipaddr *address,
                           const struct observation *seen)
{
    const struct answer *ptr = seen ? &seen->ptr : NULL;

    if (ptr && answer_is_negative(ptr) && ptr->has_soa)
        named_by(out, ptr);
    else if (ptr && ptr->alias_count > 0)
        return ask_above(out, &ptr->aliases[ptr->alias_count - 1]);
    else
        ask_for_block(out, address, ptr && ptr->kind == ANSWER_RECORDS);
    return true;
}

bool zone_question_own(struct dnsname *out, const struct ipaddr *address,
                       const struct observation *seen)
{
    if (address->family != IP_V4 || !seen || seen->ptr.kind != ANSWER_RECORDS ||
        seen->ptr.alias_count > 0)
        return false;
    ipaddr_reverse_name(out, address);
    return true;
}

/* A negative answer names the zone of its own name only: the name next to it may be in a zone
 * further down. An alias is never an apex (RFC 1912 2.4), and a question for its SOA would follow
 * it: its zone is that of its parent. */
static void host_zone(struct zone_question *out, const struct dnsname *host,
                      const struct observation *seen)
{
    const struct answer *answer = seen ? observation_forward(seen, host) : NULL;
    struct dnsname parent;

    if (answer && answer->alias_count > 0 && dnsname_parent(&parent, host) &&
        dnsname_labels(&parent) > 0)
        ask_for(out, &parent, false);
    else if (answer && answer_is_negative(answer) && answer->has_soa)
        named_by(out, answer);
    else
        ask_for(out, host, true);
}

bool zone_question_failed(struct zone_question *out, const struct ipaddr *address,
                          const struct observation *seen)
{
    struct failed_lookup failed;

    if (!seen || !failed_lookup_find(&failed, address, seen, NULL) ||
        failed.question.type == RR_PTR)
        return zone_question_reverse(out, address, seen);
    ask_for(out, &failed.question.name, true);
    return true;
}

bool zone_question_fix(struct zone_question *out, const struct fix *fix,
                       const struct ipaddr *address, const struct observation *seen)
{
    switch (fix->who) {
    case FIXER_REVERSE_ZONE:
        return zone_question_reverse(out, address, seen);
    case FIXER_HOST_NAME:
        if (!fix->has_record)
            return false;
        host_zone(out, &fix->owner, seen);
        return true;
    case FIXER_FAILING_ZONE:
        if (!fix->has_question || fix->type == RR_PTR)
            return zone_question_reverse(out, address, seen);
        ask_for(out, &fix->owner, true);
        return true;
    case FIXER_NONE:
    case FIXER_NAME_SERVERS:
    case FIXERS:
        break;
    }
    return false;
}

bool zone_question_above(struct dnsname *out, const struct dnsname *name)
{
    unsigned top = dnsname_within_text(name, "in-addr.arpa") ? IPV4_TOP_LABELS
                   : dnsname_within_text(name, "ip6.arpa")   ? IPV6_TOP_LABELS
                                                             : DOMAIN_LABELS;

    return dnsname_labels(name) > top && dnsname_parent(out, name);
}

void zone_question_of_name(struct zone_question *out, const struct dnsname *name,
                           const struct ipaddr *address, registrable_labels_fn *registrable_labels,
                           void *suffixes)
{
    struct dnsname parent;

    if (address) {
        ask_for_block(out, address, false);
        return;
    }
    unsigned labels = registrable_labels ? registrable_labels(suffixes, name) : DOMAIN_LABELS;
    bool below = dnsname_labels(name) > (labels > 0 ? labels : DOMAIN_LABELS);
    ask_for(out, below && dnsname_parent(&parent, name) ? &parent : name, true);
}

bool zone_question_of_servers(struct zone_question *out, const struct server_question *ask,
                              const struct ipaddr *address, const struct observation *seen,
                              registrable_labels_fn *registrable_labels, void *suffixes)
{
    const struct answer *answer = ask->answer;
    bool whole = ask->at_end || answer->alias_count == 0; /* the answer is about this name */

    if (ask->type == RR_PTR) {
        if (whole)
            return zone_question_reverse(out, address, seen);
        ask_for_block(out, address, true); /* the name exists: it has a CNAME */
    } else if (whole && answer_is_negative(answer) && answer->has_soa) {
        named_by(out, answer);
    } else {
        zone_question_of_name(out, ask->name, NULL, registrable_labels, suffixes);
    }
    return true;
}
