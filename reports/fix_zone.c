#include "reports/fix_zone.h"

#include "audit/providers.h"
#include "audit/registry.h"
#include "audit/zone_question.h"
#include "io/input/suffix_list.h"

enum { DOMAIN_LABELS = 2 /* labels of most registrable domains */ };

static void take_soa(struct fix_zone *out, const struct dnsname *apex, const struct dnsname *mname,
                     const struct dnsname *rname)
{
    out->known = true;
    dnsname_copy(&out->zone, apex);
    out->mname = mname;
    out->rname = rname;
}

/* The question's name is the best guess: in the reverse tree it is probably the apex; the zone of a
 * host name is usually its parent. A guess never reaches a public suffix, which does not manage
 * hosts. */
void fix_zone_guess(struct dnsname *out, const struct zone_question *question,
                    const struct suffix_list *suffixes)
{
    unsigned labels =
        suffixes ? suffix_list_registrable_labels(suffixes, &question->name) : DOMAIN_LABELS;
    bool up = question->is_host && labels > 0 && dnsname_labels(&question->name) > labels;

    if (!up || !dnsname_parent(out, &question->name))
        dnsname_copy(out, &question->name);
}

static void not_delegated(struct fix_zone *out, const struct dnsname *zone)
{
    dnsname_copy(&out->above, &out->zone);
    dnsname_copy(&out->zone, zone);
    dnsname_lower(&out->zone);
    out->undelegated = true;
    out->known = false;
    out->mname = out->rname = NULL;
    out->asked = NULL;
}

/* A public suffix sets no host records: if its zone answers for a host, the domain below the suffix
 * does not exist. A host name that is a public suffix itself belongs to the registry. */
static void below_suffix(struct fix_zone *out, const struct dnsname *name,
                         const struct suffix_list *suffixes)
{
    struct dnsname domain, parent;
    unsigned labels = suffixes ? suffix_list_registrable_labels(suffixes, name) : 0;

    if (labels == 0 || dnsname_labels(&out->zone) >= labels || !dnsname_within(name, &out->zone))
        return;
    dnsname_copy(&domain, name);
    while (dnsname_labels(&domain) > labels && dnsname_parent(&parent, &domain))
        dnsname_copy(&domain, &parent);
    not_delegated(out, &domain);
}

/* If the zone of a registry answers, the party's own zone does not exist. */
static void leave_registry(struct fix_zone *out, const struct report_row *row,
                           const struct fix *fix, const struct suffix_list *suffixes)
{
    const struct answer *ptr = row->seen ? &row->seen->ptr : NULL;
    struct zone_question block;

    if (fix->who == FIXER_HOST_NAME && fix->has_record)
        below_suffix(out, &fix->owner, suffixes);
    else if (fix->who == FIXER_REVERSE_ZONE && ptr && ptr->alias_count > 0)
        below_suffix(out, &ptr->aliases[ptr->alias_count - 1], suffixes);
    else if (fix->who == FIXER_REVERSE_ZONE && registry_has_zone(&out->zone, out->mname) &&
             zone_question_reverse(&block, &row->address, NULL))
        not_delegated(out, &block.name);
}

/* The question for the zone fails and that for a name above it does not, so the zone begins between
 * them. If only the host name fails, it may be no zone of its own: then the zone above must act. */
static void take_failing(struct fix_zone *out, const struct failing_zone *failing,
                         const struct zone_question *question)
{
    const struct run_zone *above = failing->above;

    if (question->is_host && dnsname_equal(&failing->zone, &question->name)) {
        take_soa(out, &above->apex, &above->mname, &above->rname);
        out->asked = above;
        return;
    }
    out->known = out->is_cut = true;
    dnsname_copy(&out->zone, &failing->zone);
    dnsname_copy(&out->above, &above->apex);
}

/* The questions for the names above fail too: the zone is most likely the highest of them, but not
 * a public suffix. So all host names of a failing domain have one party. */
static void guess_failing(struct fix_zone *out, const struct failing_zone *failing,
                          const struct zone_question *question, const struct suffix_list *suffixes)
{
    fix_zone_guess(&out->zone, question, suffixes);
    unsigned labels =
        suffixes ? suffix_list_registrable_labels(suffixes, &question->name) : DOMAIN_LABELS;
    unsigned failed = dnsname_labels(&failing->zone);

    if (failed >= labels && failed < dnsname_labels(&out->zone))
        dnsname_copy(&out->zone, &failing->zone);
}

void fix_zone_of(struct fix_zone *out, const struct report_row *row, unsigned fix,
                 const struct suffix_list *suffixes)
{
    enum fixer who = row->judgement->fixes[fix].who;
    struct zone_question question;

    out->known = out->undelegated = out->is_cut = false;
    out->mname = out->rname = NULL;
    out->asked = row->fix_zones[fix];
    if (!zone_question_fix(&question, &row->judgement->fixes[fix], &row->address, row->seen))
        ipaddr_reverse_name(&out->zone, &row->address); /* a CNAME leads to the root */
    else if (question.soa)
        take_soa(out, &question.name, &question.soa->soa_mname, &question.soa->soa_rname);
    else if (out->asked && out->asked->has_apex)
        take_soa(out, &out->asked->apex, &out->asked->mname, &out->asked->rname);
    else if (who == FIXER_FAILING_ZONE && row->failing && row->failing->above)
        take_failing(out, row->failing, &question);
    else if (who == FIXER_FAILING_ZONE && row->failing)
        guess_failing(out, row->failing, &question, suffixes);
    else
        fix_zone_guess(&out->zone, &question, suffixes);
    if (out->known)
        leave_registry(out, row, &row->judgement->fixes[fix], suffixes);
}

bool fix_zone_is_reverse(const struct dnsname *zone)
{
    struct dnsname arpa;

    return dnsname_from_text(&arpa, "arpa", 4) && dnsname_within(zone, &arpa);
}

bool fix_zone_domain(struct dnsname *out, enum fixer who, const struct dnsname *zone,
                     const struct suffix_list *suffixes)
{
    struct dnsname parent;
    bool holds_hosts = who != FIXER_REVERSE_ZONE && !fix_zone_is_reverse(zone);
    unsigned labels = suffixes && holds_hosts ? suffix_list_registrable_labels(suffixes, zone) : 0;

    if (labels == 0)
        return false;
    dnsname_copy(out, zone);
    while (dnsname_labels(out) > labels && dnsname_parent(&parent, out))
        dnsname_copy(out, &parent);
    return true;
}

const struct provider *fix_zone_provider(enum fixer who, const struct dnsname *zone,
                                         const struct ipaddr *address,
                                         const struct providers *providers)
{
    bool concerned = providers && (who == FIXER_REVERSE_ZONE ||
                                   (who != FIXER_HOST_NAME && fix_zone_is_reverse(zone)));

    return concerned ? providers_find(providers, address) : NULL;
}

void fix_zone_of_servers(struct fix_zone *out, const struct dnsname *zone,
                         const struct run_zone *whose)
{
    bool known = whose && whose->has_apex;

    take_soa(out, zone, known ? &whose->mname : NULL, known ? &whose->rname : NULL);
    out->asked = known ? whose : NULL;
    out->undelegated = out->is_cut = false;
}

void fix_zone_of_question(struct fix_zone *out, const struct report_row *row, unsigned question)
{
    const struct row_question *asked = &row->vantages->questions[question];

    fix_zone_of_servers(out, &row->vantages->answers[asked->first].zone, asked->whose);
}
