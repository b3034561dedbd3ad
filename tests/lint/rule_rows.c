/*
 * Prints the rows of the rule tables for tests/lint/rules, one per line: the column of audit.csv
 * that shows the row, then the values of which one must occur there.
 */
#include <stdio.h>

#include "audit/receivers.h"
#include "audit/verdict.h"

static void print_row(const char *column, const char *value)
{
    if (value[0])
        printf("%s\t%s\n", column, value);
}

static void print_verdicts(void)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        print_row("verdict", verdict_row(i)->key);
        print_row("iprev", iprev_key(verdict_row(i)->iprev));
        print_row("fix_owner", fixer_row(verdict_row(i)->fixer)->key);
    }
    for (unsigned i = 0; i < FIXERS; i++)
        print_row("fix_owner", fixer_row(i)->key);
    for (unsigned i = 0; i <= IPREV_TEMPERROR; i++)
        print_row("iprev", iprev_key(i));
}

/* A severity has no column: it occurs if a verdict or finding of that severity does. */
static void print_severities(void)
{
    for (unsigned severity = SEVERITY_NONE; severity <= SEVERITY_FAIL; severity++) {
        printf("severity %s", severity_key(severity));
        for (unsigned i = 0; i < VERDICTS; i++)
            if (verdict_row(i)->severity == severity)
                printf("\t%s", verdict_row(i)->key);
        for (unsigned i = 0; i < FINDINGS; i++)
            if (finding_row(i)->severity == severity)
                printf("\t%s", finding_row(i)->key);
        putchar('\n');
    }
}

static void note(bool outcomes[OUTCOMES], const struct receiver_rule *rule)
{
    outcomes[rule->missing] = true;
    outcomes[rule->mismatch] = true;
    outcomes[rule->localhost] = true;
    outcomes[rule->generic] = true;
    outcomes[rule->temporary_ptr] = true;
    outcomes[rule->temporary] = true;
}

static void print_receivers(void)
{
    const struct receiver *row;

    for (unsigned i = 0; (row = receiver_at(i)) != NULL; i++) {
        bool outcomes[OUTCOMES] = {[OUTCOME_UNKNOWN] = true}; /* silence */

        note(outcomes, &row->ipv4);
        note(outcomes, &row->ipv6);
        for (unsigned j = 0; j < OUTCOMES; j++)
            if (outcomes[j] && j != OUTCOME_ACCEPTS) /* the column omits those that accept */
                printf("receivers\t%s=%s\n", row->key, outcome_row(j)->key);
    }
}

int main(void)
{
    print_verdicts();
    for (unsigned i = 0; i < FINDINGS; i++)
        print_row("findings", finding_row(i)->key);
    print_severities();
    print_receivers();
    return 0;
}
