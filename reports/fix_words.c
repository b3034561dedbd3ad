#include "reports/fix_words.h"

#include <stdio.h>

#include "audit/party_group.h"
#include "reports/fix_zone.h"
#include "reports/mailbox.h"
#include "reports/vantage_words.h"
#include "reports/words.h"

/* A party that is asked about the other side of a fault would wonder why: it does not set the
 * record that the sentence is about. */
const char *fix_remark(enum fixer who, enum verdict verdict, bool pairs, bool unnamed)
{
    enum fixer usual = verdict_row(verdict)->fixer;

    if (who == FIXER_HOST_NAME && usual == FIXER_REVERSE_ZONE)
        return " Its expected host name does not resolve to it either.";
    if (who == FIXER_HOST_NAME && usual == FIXER_FAILING_ZONE)
        return " Its expected host name does not resolve to it.";
    if (who == FIXER_HOST_NAME && usual == FIXER_HOST_NAME && pairs)
        return " Where another host name is expected, it does not resolve to the address either.";
    if (who == FIXER_FAILING_ZONE && usual != FIXER_FAILING_ZONE)
        return " The lookup of its expected host name fails.";
    if (who == FIXER_REVERSE_ZONE && usual == FIXER_HOST_NAME && unnamed)
        return " No PTR name is an expected one, or there are more than ten, or the name is a"
               " public suffix.";
    if (who == FIXER_REVERSE_ZONE && (usual == FIXER_HOST_NAME || usual == FIXER_FAILING_ZONE))
        return " No PTR name is the expected host name.";
    return "";
}

size_t fix_party_name(char out[PARTY_NAME_MAX], const struct fix_party *party)
{
    const struct fix_group *first = party->first;
    struct dnsname block;
    size_t length;

    if (party->provider)
        return (size_t)snprintf(out, PARTY_NAME_MAX, "%s", party->provider->name);
    if (party->zone_count == 1)
        return dnsname_print(out, first->zone);
    if (first->undelegated) {
        party_group_block(&block, first->zone, first->above);
        return dnsname_print(out, &block);
    }
    if ((length = mailbox_print(out, first->rname)) > 0)
        return length;
    return dnsname_print(out, first->server_count > 0 ? first->servers[0] : first->zone);
}

void fix_group_example(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group)
{
    char why[SHORTFALL_MAX];
    char name[DNSNAME_TEXT_MAX];

    out[0] = '\0';
    if (!group->example)
        return;
    dnsname_print(name, &group->example->question.name);
    snprintf(out, ZONE_FAILURE_TEXT_MAX, "For example, the %s query for %s failed: %s.%s",
             question_type_text(group->example->question.type), name,
             answer_shortfall_print(why, group->example->kind, group->example->rcode,
                                    group->example->extended_error),
             extended_error_remark(group->example->extended_error));
}

void fix_group_failure(char out[ZONE_FAILURE_TEXT_MAX], const struct fix_group *group)
{
    char above[DNSNAME_TEXT_MAX] = "";

    if (group->above)
        dnsname_print(above, group->above);
    if (group->answers)
        snprintf(out, ZONE_FAILURE_TEXT_MAX,
                 "The zone itself answers: only some names in it fail.");
    else if (group->is_cut)
        snprintf(
            out, ZONE_FAILURE_TEXT_MAX,
            "The whole zone fails: the query for its SOA fails too (%s). The parent zone (%s) "
            "answers, so the name servers it delegates to are dead or do not serve the zone%s.",
            answer_shortfall(group->failure), dnsname_labels(group->above) > 0 ? above : "the root",
            answer_other_cause(group->failure));
    else if (group->fails)
        snprintf(out, ZONE_FAILURE_TEXT_MAX,
                 "The whole zone fails: the query for its SOA fails too (%s). Its name servers are "
                 "dead or do not serve the zone%s.",
                 answer_shortfall(group->failure), answer_other_cause(group->failure));
    else
        out[0] = '\0';
}

void fix_group_delegation(char out[DELEGATION_TEXT_MAX], const struct fix_group *group)
{
    char above[DNSNAME_TEXT_MAX];
    bool block = fix_zone_is_reverse(group->zone);
    bool root = dnsname_labels(group->above) == 0;

    dnsname_print(above, group->above);
    snprintf(out, DELEGATION_TEXT_MAX,
             "The zone does not exist: %s, which belongs to a registry, answers instead. %s",
             root ? "the root zone" : above,
             block ? "The holder of the addresses must first have a reverse zone delegated."
                   : "The domain must first be registered and delegated, or another domain used.");
}

void fix_party_contest(char out[CONTEST_TEXT_MAX], const struct fix_party *party)
{
    char count[GROUPED_MAX];

    grouped_print(count, party->contested);
    snprintf(out, CONTEST_TEXT_MAX,
             "Several host names are expected for %s address%s. Each address should have one: the "
             "sender must decide which.",
             count, plural_es(party->contested));
}

void fix_party_inside(char out[CONTEST_TEXT_MAX], const struct fix_party *party)
{
    char count[GROUPED_MAX];

    grouped_print(count, party->inside);
    snprintf(out, CONTEST_TEXT_MAX,
             "%s host name%s nothing but addresses inside networks, such as 10.0.0.1. A resolver "
             "inside a network may have its own view of a name: check the public DNS first.",
             count, party->inside == 1 ? " has" : "s have");
}
