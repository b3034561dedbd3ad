#include "reports/explain.h"

#include <stdio.h>
#include <string.h>

#include "audit/row_change.h"
#include "audit/verdict.h"

static void print_key(const char *key, enum severity severity, const char *sentence)
{
    printf("  %-18s %-4s  %s\n", key, severity_key(severity), sentence);
}

void explain_all(void)
{
    puts("Verdicts, one for each address:");
    for (unsigned i = 0; i < VERDICTS; i++)
        print_key(verdict_row(i)->key, verdict_row(i)->severity, verdict_row(i)->sentence);
    puts("\nFindings beside the verdict:");
    for (unsigned i = 0; i < FINDINGS; i++)
        print_key(finding_row(i)->key, finding_row(i)->severity, finding_row(i)->sentence);
    puts("\nChanges between two runs:");
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        printf("  %-18s %s\n", row_change_row(i)->key, row_change_row(i)->sentence);
}

static void print_line(const char *title, const char *value)
{
    if (value[0])
        printf("  %-10s %s\n", title, value);
}

static void explain_verdict(const struct verdict_row *row)
{
    printf("%s (verdict)\n  %s\n", row->key, row->sentence);
    print_line("severity", severity_key(row->severity));
    print_line("iprev", iprev_key(row->iprev));
    if (row->fixer != FIXER_NONE)
        print_line("to fix by", fixer_row(row->fixer)->title);
    print_line("source", row->source);
}

static void explain_finding(const struct finding_row *row)
{
    printf("%s (finding)\n  %s\n", row->key, row->sentence);
    print_line("severity", severity_key(row->severity));
    print_line("to change", change_text(row->change));
    print_line("source", row->source);
}

static bool explain_change(const char *key)
{
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        if (strcmp(row_change_row(i)->key, key) == 0) {
            printf("%s (change)\n  %s\n", key, row_change_row(i)->sentence);
            return true;
        }
    }
    return false;
}

bool explain(const char *key)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (strcmp(verdict_row(i)->key, key) == 0) {
            explain_verdict(verdict_row(i));
            return true;
        }
    }
    for (unsigned i = 0; i < FINDINGS; i++) {
        if (strcmp(finding_row(i)->key, key) == 0) {
            explain_finding(finding_row(i));
            return true;
        }
    }
    return explain_change(key);
}
