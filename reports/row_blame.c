#include "reports/row_blame.h"

#include "audit/expectation.h"

/* Is the question about the address record of the fix, at its name or at the end of its chain? */
static bool is_about_host(const struct question *question, const struct fix *fix,
                          const struct evidence *evidence)
{
    const struct answer *forward = observation_forward(evidence->seen, &fix->owner);

    return question->type == fix->type &&
           (dnsname_equal(&question->name, &fix->owner) ||
            (forward && forward->alias_count > 0 &&
             dnsname_equal(&question->name, &forward->aliases[forward->alias_count - 1])));
}

static bool is_about(const struct question *question, const struct fix *fix,
                     const struct evidence *evidence)
{
    return fix->why.fault == FAULT_PTR ? question->type == RR_PTR
                                       : is_about_host(question, fix, evidence);
}

/* A PTR name from an old answer needs no repair, unless it is the expected one. */
static bool depends_on_ptr(const struct fix *fix, const struct evidence *evidence)
{
    return fix->why.fault == FAULT_FORWARD &&
           !(evidence->expected && expectation_is_met(evidence->expected, &fix->owner));
}

/* Of several questions: a zone whose servers differ is not up to date, even if another one is. */
static enum servers_agree servers_of(const struct fix *fix, const struct evidence *evidence,
                                     const struct row_vantages *vantages)
{
    enum servers_agree servers = SERVERS_UNKNOWN;
    bool old_ptr = false;

    if (fix->why.fault != FAULT_PTR && fix->why.fault != FAULT_FORWARD)
        return SERVERS_UNKNOWN;
    if (vantages->right)
        return SERVERS_NEWER;
    for (unsigned i = 0; i < vantages->question_count; i++) {
        const struct row_question *row = &vantages->questions[i];
        const struct question *question = &vantages->answers[row->first].ask.question;

        old_ptr |= question->type == RR_PTR && row->servers == SERVERS_NEWER;
        if (row->servers > servers && is_about(question, fix, evidence))
            servers = row->servers;
    }
    return old_ptr && depends_on_ptr(fix, evidence) ? SERVERS_NEWER : servers;
}

void row_blame(struct judgement *judgement, const struct evidence *evidence,
               const struct row_vantages *vantages)
{
    enum servers_agree servers[FIXES_MAX] = {SERVERS_UNKNOWN};

    for (unsigned i = 0; i < judgement->fix_count; i++)
        servers[i] = servers_of(&judgement->fixes[i], evidence, vantages);
    judgement_blame(judgement, servers);
}
