/*
 * The closing summary for the terminal: at most 26 lines of 80 columns, 6 more with vantages, and
 * the rows of a short run, in the words of the other reports.
 */
#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/change_groups.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/summary_terminal.h"
#include "reports/time_text.h"
#include "reports/words.h"
#include "reports/wrap.h"

enum { WIDTH = TERMINAL_WIDTH, INDENT = 2, KEY_WIDTH = 17, NAME_MAX_SHOWN = 4 * WIDTH };

struct terminal {
    bool colour;
    int count_width;
};

static void colour_begin(const struct terminal *terminal, const char *code)
{
    if (terminal->colour)
        printf("\033[%sm", code);
}

static void colour_end(const struct terminal *terminal)
{
    if (terminal->colour)
        fputs("\033[0m", stdout);
}

static void print_headline(const struct terminal *terminal, const struct tally *tally)
{
    static const char *const codes[] = {
        [READY] = "1;32", [NOT_READY] = "1;31", [NOT_KNOWN] = "1;33"};
    enum readiness readiness = tally_readiness(tally);
    char headline[HEADLINE_MAX];

    headline_print(headline, tally);
    colour_begin(terminal, codes[readiness]);
    fputs(readiness_title(readiness), stdout);
    colour_end(terminal);
    printf("  %s\n", headline);
}

/* At most three lines, whole file names only: the reports name all of them. */
static void print_zone_files(const struct report_plan *plan)
{
    char files[2 * WIDTH - sizeof(", ...") - 2 * INDENT];
    char text[NAME_MAX_SHOWN];
    size_t whole = plan->zone_files ? strlen(plan->zone_files) : 0;

    if (whole == 0)
        return;
    printf("%s:\n%*s", FROM_ZONE_FILES, INDENT, "");
    size_t length = printable_text(files, sizeof(files), plan->zone_files, whole);
    char *last = strrchr(files, ')');
    if (length < whole && last)
        last[1] = '\0';
    snprintf(text, sizeof(text), "%s%s", files, length < whole ? ", ..." : "");
    wrap_print(text, INDENT);
}

/* At most three lines: the reports name all resolvers. NULL: none. */
static void print_resolvers(const char *title, const char *resolvers)
{
    char text[3 * WIDTH];

    if (!resolvers)
        return;
    int length = snprintf(text, sizeof(text), "%s: %s", title, resolvers);
    if (length >= (int)sizeof(text))
        memcpy(text + sizeof(text) - sizeof("..."), "...", sizeof("..."));
    wrap_print(text, INDENT);
}

/* In a column, with a gap after it. */
static void print_key(const struct terminal *terminal, enum verdict verdict)
{
    static const char *const codes[] = {[SEVERITY_NONE] = "32",
                                        [SEVERITY_INFO] = "2",
                                        [SEVERITY_WARN] = "33",
                                        [SEVERITY_FAIL] = "31"};
    const struct verdict_row *row = verdict_row(verdict);

    colour_begin(terminal, codes[row->severity]);
    printf("%-*s", KEY_WIDTH, row->key);
    colour_end(terminal);
    fputs("  ", stdout);
}

/* Of a short run. */
static void print_rows(const struct terminal *terminal, const struct tally *tally)
{
    const struct short_list *list = &tally->first;
    int width = 0;

    if (tally->rows > SHORT_LIST_MAX)
        return;

    for (unsigned i = 0; i < list->count; i++) {
        int length = (int)strlen(list->rows[i].address);
        width = length > width ? length : width;
    }
    for (unsigned i = 0; i < list->count; i++) {
        const struct short_row *row = &list->rows[i];

        printf("  %-*s  ", width, row->address);
        print_key(terminal, row->verdict);
        wrap_print(row->found, 2 + width + 2 + KEY_WIDTH + 2);
    }
}

static void print_verdict(const struct terminal *terminal, enum verdict verdict,
                          const struct tally *tally)
{
    char number[GROUPED_MAX];

    grouped_print(number, tally->verdicts[verdict]);
    printf("  %*s  ", terminal->count_width, number);
    print_key(terminal, verdict);
    wrap_print(verdict_sentence(verdict, tally), 2 + terminal->count_width + 2 + KEY_WIDTH + 2);
}

/* Name servers, the last fixer, have lines of their own. */
static void print_fixers(const struct tally *tally)
{
    for (unsigned fixer = FIXER_NONE + 1; fixer + 1 < FIXERS; fixer++) {
        uint64_t count = tally_for_fixer(tally, fixer);
        char number[GROUPED_MAX];

        if (count == 0)
            continue;
        grouped_print(number, count);
        printf("To fix by the %c%s: %s address%s\n", fixer_row(fixer)->title[0] | 0x20,
               fixer_row(fixer)->title + 1, number, plural_es(count));
    }
}

static void print_notices(const struct terminal *terminal, const struct report_plan *plan,
                          const struct tally *tally)
{
    char text[NAME_MAX_SHOWN];
    char missing[MISSING_TEXT_MAX];

    if (missing_zones_print(missing, &tally->missing) > 0)
        wrap_print(missing, INDENT);
    if (!plan->complete) {
        const char *reason =
            plan->incomplete_reason ? plan->incomplete_reason : "the run ended early";

        printable_text(text, WIDTH - (int)sizeof("INCOMPLETE: "), reason, strlen(reason));
        colour_begin(terminal, "1;33");
        fputs("INCOMPLETE", stdout);
        colour_end(terminal);
        printf(": %s\n", text);
    }
}

static void print_vantages(const struct report_plan *plan, const struct tally *tally)
{
    char text[VANTAGE_SENTENCE_MAX];

    if (vantages_print(text, plan, tally) > 0)
        wrap_print(text, INDENT);
    if (name_servers_print(text, plan) > 0)
        wrap_print(text, INDENT);
    if (old_answers_print(text, tally) > 0)
        wrap_print(text, INDENT);
}

static void print_exceptions(const struct report_plan *plan, const struct tally *tally)
{
    char hold[HOLDS_MAX];
    char expired[WIDTH + 1];

    if (exceptions_hold_print(hold, plan, tally) > 0)
        puts(hold);
    if (exceptions_expired_print(expired, WIDTH, plan) > 0)
        puts(expired);
}

static void print_closing(const struct report_plan *plan, const struct tally *tally)
{
    struct time_text time = {0};
    char text[NAME_MAX_SHOWN];

    const char *queries = report_plan_story(plan, "queries_per_address");
    if (queries && plan->complete)
        printf("Queries per address: %s\n", queries);
    if (tally->has_safe_after)
        printf("A fix may not be seen everywhere before %s\n",
               time_text_of(&time, tally->safe_after));
    printable_text(text, sizeof(text), plan->folder->path, strlen(plan->folder->path));
    printf("Reports: %s/audit.html\n", text);
    if (tally->requests > 0)
        printf("Requests to send: %s/handover/index.html\n", text);
}

/* Width of the largest count, so that the numbers are aligned. */
static int widest_count(const struct tally *tally)
{
    char number[GROUPED_MAX];
    size_t widest = 1;

    for (unsigned i = 0; i < VERDICTS; i++) {
        size_t length = grouped_print(number, tally->verdicts[i]);

        widest = length > widest ? length : widest;
    }
    return (int)widest;
}

void summary_terminal_print(const struct report_plan *plan, const struct tally *tally, bool colour)
{
    struct terminal terminal = {.colour = colour, .count_width = widest_count(tally)};
    char rows[HEADLINE_MAX];
    char warnings[WARNINGS_MAX];
    char since[SINCE_BASELINE_MAX];

    print_headline(&terminal, tally);
    if (repeated_print(rows, plan) > 0)
        wrap_print(rows, INDENT);
    if (rejected_print(rows, plan, tally) > 0)
        wrap_print(rows, INDENT);
    print_resolvers(RESOLVER_AT_FAULT, plan->resolver_fault);
    print_resolvers(RESOLVER_FILTERS, plan->resolver_filter);
    print_zone_files(plan);
    print_rows(&terminal, tally);
    for (unsigned i = 0; i < VERDICTS; i++)
        if (tally->verdicts[i] > 0)
            print_verdict(&terminal, i, tally);
    if (warnings_print(warnings, tally) > 0)
        wrap_print(warnings, INDENT);
    if (since_baseline_print(since, plan, tally) > 0)
        printf("Compared with the baseline: %s\n", since);
    print_fixers(tally);
    print_notices(&terminal, plan, tally);
    print_vantages(plan, tally);
    print_exceptions(plan, tally);
    print_closing(plan, tally);
}
