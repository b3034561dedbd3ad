#include "reports/fix_zone.h"

enum { IPV6_ZONE_LABELS = 14 /* ip6.arpa and the 12 nibbles of a /48 */ };

static void take_soa(struct fix_zone *out, const struct answer *answer)
{
    out->known = true;
    out->soa = answer;
    dnsname_copy(&out->zone, &answer->soa_zone);
}

static void cut_to_labels(struct dnsname *name, unsigned labels)
{
    while (dnsname_labels(name) > labels) {
        struct dnsname parent;

        if (!dnsname_parent(&parent, name))
            return;
        dnsname_copy(name, &parent);
    }
}

/* Without a SOA: the /24, or the /48, that the address lies in; at the target of classless delegation (RFC
 * 2317) the parent of that. */
static void guess_reverse(struct fix_zone *out, const struct report_row *row, const struct fix *fix)
{
    struct dnsname name;

    if (fix->has_record && fix->type == RR_PTR)
        dnsname_copy(&name, &fix->owner);
    else
        ipaddr_reverse_name(&name, &row->address);
    if (row->address.family == IP_V6)
        cut_to_labels(&name, IPV6_ZONE_LABELS);
    else
        cut_to_labels(&name, dnsname_labels(&name) - 1);
    dnsname_copy(&out->zone, &name);
}

/* A guess never goes up to a top-level domain: nobody there answers for a host. */
static void guess_forward(struct fix_zone *out, const struct dnsname *host)
{
    unsigned labels = dnsname_labels(host);

    dnsname_copy(&out->zone, host);
    if (labels > 2)
        cut_to_labels(&out->zone, labels - 1);
}

static void reverse_zone(struct fix_zone *out, const struct report_row *row, const struct fix *fix)
{
    const struct judgement *judgement = row->judgement;

    if (!judgement->has_reverse_zone) {
        guess_reverse(out, row, fix);
        return;
    }
    out->known = true;
    dnsname_copy(&out->zone, &judgement->reverse_zone);
    if (row->seen && row->seen->ptr.has_soa && answer_is_negative(&row->seen->ptr))
        out->soa = &row->seen->ptr;
}

static void host_zone(struct fix_zone *out, const struct report_row *row, const struct fix *fix)
{
    for (unsigned i = 0; row->seen && i < row->seen->forward_count; i++) {
        const struct forward *forward = &row->seen->forwards[i];

        if (answer_is_negative(&forward->answer) && forward->answer.has_soa &&
            dnsname_within(&fix->owner, &forward->answer.soa_zone)) {
            take_soa(out, &forward->answer);
            return;
        }
    }
    guess_forward(out, &fix->owner);
}

/* The first question on which DNS failed tells where. */
static void failing_zone(struct fix_zone *out, const struct report_row *row, const struct fix *fix)
{
    for (unsigned i = 0; row->seen && !answer_is_temporary(&row->seen->ptr) && i < row->seen->forward_count;
         i++) {
        if (answer_is_temporary(&row->seen->forwards[i].answer)) {
            guess_forward(out, &row->seen->forwards[i].host);
            return;
        }
    }
    guess_reverse(out, row, fix);
}

void fix_zone_of(struct fix_zone *out, const struct report_row *row, const struct fix *fix)
{
    out->known = false;
    out->soa = NULL;
    if (fix->who == FIXER_HOST_NAME && fix->has_record)
        host_zone(out, row, fix);
    else if (fix->who == FIXER_FAILING_ZONE)
        failing_zone(out, row, fix);
    else
        reverse_zone(out, row, fix);
}
