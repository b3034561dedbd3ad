#include "reports/fix_zone.h"

#include "audit/zone_question.h"

static void take_soa(struct fix_zone *out, const struct dnsname *apex, const struct dnsname *mname,
                     const struct dnsname *rname)
{
    out->known = true;
    dnsname_copy(&out->zone, apex);
    out->mname = mname;
    out->rname = rname;
}

/* The name asked for is the best guess: in the reverse tree it is the likely apex, a host name's zone is most
 * often its parent. A guess never goes up to a top-level domain: nobody there answers for a host. */
static void guess(struct fix_zone *out, const struct zone_question *question)
{
    bool up = question->is_host && dnsname_labels(&question->name) > 2;

    if (!up || !dnsname_parent(&out->zone, &question->name))
        dnsname_copy(&out->zone, &question->name);
}

void fix_zone_of(struct fix_zone *out, const struct report_row *row, unsigned fix)
{
    struct zone_question question;

    out->known = false;
    out->mname = out->rname = NULL;
    out->asked = row->fix_zones[fix];
    if (!zone_question_fix(&question, &row->judgement->fixes[fix], &row->address, row->seen))
        ipaddr_reverse_name(&out->zone, &row->address); /* a reverse name that leads to the root */
    else if (question.soa)
        take_soa(out, &question.name, &question.soa->soa_mname, &question.soa->soa_rname);
    else if (out->asked && out->asked->has_apex)
        take_soa(out, &out->asked->apex, &out->asked->mname, &out->asked->rname);
    else
        guess(out, &question);
}

void fix_zone_of_question(struct fix_zone *out, const struct report_row *row, unsigned question)
{
    const struct row_question *asked = &row->vantages->questions[question];
    const struct run_zone *whose = asked->whose && asked->whose->has_apex ? asked->whose : NULL;

    take_soa(out, &row->vantages->told[asked->first].zone, whose ? &whose->mname : NULL,
             whose ? &whose->rname : NULL);
    out->asked = whose;
}
