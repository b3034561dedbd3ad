/*
 * explore.html: the rows of audit.csv in one self-contained page with a script, to filter, sort and
 * search. The script may load nothing, and all text of strangers is in compressed tables
 * (reports/html/row_block.h). docs/explore.md has the form of the file.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/fix_list.h"
#include "reports/fix_words.h"
#include "reports/html/explore_assets.h"
#include "reports/html/row_block.h"
#include "reports/html/write.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/time_text.h"

enum {
    ROWS_ALL_MAX = 1000000, /* up to here all rows; above, those that do not pass */
    ROWS_CUT_MAX = 4000000, /* browsers have no memory for more */
    NUMBER_MAX = 24,
    FACT_MAX = 4096,
};

struct explore_page {
    const struct report_plan *plan;
    struct outfile *out;
    struct row_block *block;
    struct explore_assets assets;
    uint64_t rows; /* in the page */
    bool all;      /* no row is left out because it passes */
};

static void put_asset(struct outfile *out, struct asset asset)
{
    outfile_write(out, asset.bytes, asset.length);
}

/* The policy allows exactly this script and this style sheet. */
static void put_head(const struct explore_page *page)
{
    struct outfile *out = page->out;

    outfile_text(out, "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
                      "script-src '");
    put_asset(out, page->assets.script_hash);
    outfile_text(out, "'; style-src '");
    put_asset(out, page->assets.style_hash);
    outfile_text(out, "'; base-uri 'none'; form-action 'none'\">\n"
                      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
                      "<meta name=\"referrer\" content=\"no-referrer\">\n"
                      "<title>Every address of the audit</title>\n<style>");
    put_asset(out, page->assets.style);
    outfile_text(out, "</style>\n</head>\n<body>\n");
    put_asset(out, page->assets.body);
}

static void end(void *writer)
{
    struct explore_page *page = writer;

    row_block_free(page->block);
    free(page);
}

/* Names the columns, and begins the table of rows: these columns and one more. */
static bool begin_rows(struct explore_page *page)
{
    struct shown_line names = shown_line_of(page->plan->row_line, "zones", false);

    row_block_begin(page->block, "columns", names.cells + 1);
    row_block_add_line(page->block, &names);
    if (!row_block_end(page->block))
        return false;
    row_block_begin(page->block, "rows", names.cells + 1);
    return true;
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct explore_page *page = calloc(1, sizeof(*page));

    if (page)
        page->block = row_block_new(out);
    if (!page || !page->block) {
        failure_out_of_memory(failure);
        free(page);
        return NULL;
    }
    page->plan = plan;
    page->out = out;
    page->assets = explore_assets();
    page->all = plan->rows <= ROWS_ALL_MAX;
    put_head(page);
    if (begin_rows(page))
        return page;
    failure_out_of_memory(failure);
    end(page);
    return NULL;
}

static void put_line(void *writer, const struct shown_line *line)
{
    struct explore_page *page = writer;

    if (!page->all && line->passes)
        return;
    if (page->rows++ < ROWS_CUT_MAX)
        row_block_add_line(page->block, line);
}

/* ---- the small tables ---- */

static bool put_verdicts(struct explore_page *page)
{
    row_block_begin(page->block, "verdicts", 3);
    for (unsigned i = 0; i < VERDICTS; i++) {
        const struct verdict_row *row = verdict_row(i);
        const char *cells[] = {row->key, severity_key(row->severity), row->sentence};

        row_block_add(page->block, cells);
    }
    return row_block_end(page->block);
}

static bool put_findings(struct explore_page *page)
{
    row_block_begin(page->block, "findings", 3);
    for (unsigned i = 0; i < FINDINGS; i++) {
        const struct finding_row *row = finding_row(i);
        const char *cells[] = {row->key, severity_key(row->severity), row->sentence};

        row_block_add(page->block, cells);
    }
    return row_block_end(page->block);
}

static bool put_receivers(struct explore_page *page)
{
    const struct receiver_list *receivers = page->plan->receivers;

    row_block_begin(page->block, "receivers", 2);
    for (unsigned i = 0; receivers && i < receivers->count; i++) {
        const char *cells[] = {receivers->rows[i]->key, receivers->rows[i]->name};

        row_block_add(page->block, cells);
    }
    return row_block_end(page->block);
}

static bool put_parties(struct explore_page *page)
{
    struct fix_list *fixes = page->plan->fixes;
    const struct fix_party *party;
    char name[PARTY_NAME_MAX], shown[4 * PARTY_NAME_MAX], addresses[NUMBER_MAX];

    row_block_begin(page->block, "parties", 4);
    for (unsigned i = 0; (party = fix_list_party(fixes, i)) != NULL; i++) {
        const char *cells[] = {shown, fixer_row(party->who)->title, addresses,
                               party->folder ? party->folder : ""};
        size_t length = fix_party_name(name, party);

        printable_text(shown, sizeof(shown), name, length);
        snprintf(addresses, sizeof(addresses), "%" PRIu64, party->addresses);
        row_block_add(page->block, cells);
    }
    return row_block_end(page->block);
}

static bool put_zones(struct explore_page *page)
{
    const struct fix_party *party;
    char zone[NUMBER_MAX], number[NUMBER_MAX];
    const char *cells[] = {zone, number};

    row_block_begin(page->block, "zones", 2);
    for (unsigned i = 0; (party = fix_list_party(page->plan->fixes, i)) != NULL; i++) {
        for (const struct fix_group *group = party->first; group; group = group->next) {
            snprintf(zone, sizeof(zone), "%u", group->number);
            snprintf(number, sizeof(number), "%u", party->number);
            row_block_add(page->block, cells);
        }
    }
    return row_block_end(page->block);
}

static void put_fact(struct explore_page *page, const char *key, const char *text)
{
    char shown[FACT_MAX];
    const char *cells[] = {key, shown};

    printable_text(shown, sizeof(shown), text, strlen(text));
    row_block_add(page->block, cells);
}

static void put_number(struct explore_page *page, const char *key, uint64_t number)
{
    char text[NUMBER_MAX];

    snprintf(text, sizeof(text), "%" PRIu64, number);
    put_fact(page, key, text);
}

static bool put_facts(struct explore_page *page, const struct tally *tally)
{
    const struct report_plan *plan = page->plan;
    struct time_text time = {0};
    char headline[HEADLINE_MAX];

    headline_print(headline, tally);
    row_block_begin(page->block, "facts", 2);
    put_fact(page, "state", readiness_title(tally_readiness(tally)));
    put_fact(page, "headline", headline);
    put_fact(page, "program", plan->program);
    put_fact(page, "written", time_text_of(&time, plan->written_at));
    put_fact(page, "csv", report_file_name(&audit_csv_format, plan));
    put_fact(page, "all", page->all ? "yes" : "no");
    put_number(page, "addresses", tally->rows);
    put_number(page, "candidates", page->rows);
    put_number(page, "held", page->rows < ROWS_CUT_MAX ? page->rows : ROWS_CUT_MAX);
    return row_block_end(page->block);
}

/* "Title: text.", or the text alone without a title. text: NULL or "": nothing. */
static void put_notice(struct explore_page *page, const char *title, const char *text)
{
    char shown[FACT_MAX], notice[FACT_MAX + HEADLINE_MAX];
    const char *cells[] = {notice};

    if (!text || !text[0])
        return;
    printable_text(shown, sizeof(shown), text, strlen(text));
    snprintf(notice, sizeof(notice), "%s%s%s.", title ? title : "", title ? ": " : "", shown);
    row_block_add(page->block, cells);
}

/* What the counts do not show; the same sentences in the same order as in audit.html. */
static bool put_notices(struct explore_page *page, const struct tally *tally)
{
    const struct report_plan *plan = page->plan;
    const char *reason = plan->incomplete_reason ? plan->incomplete_reason : "the run ended early";
    char text[HEADLINE_MAX];

    row_block_begin(page->block, "notices", 1);
    put_notice(page, RESOLVER_AT_FAULT, plan->resolver_fault);
    distrust_print(text, tally, plan->max_unanswered);
    put_notice(page, NOT_TRUSTED, text);
    put_notice(page, RESOLVER_FILTERS, plan->resolver_filter);
    rejected_print(text, plan, tally);
    put_notice(page, NULL, text);
    put_notice(page, FROM_ZONE_FILES, plan->zone_files);
    if (!plan->complete)
        put_notice(page, "INCOMPLETE, addresses that were not asked count as unanswered", reason);
    return row_block_end(page->block);
}

static bool finish(void *writer, const struct tally *tally, struct failure *failure)
{
    struct explore_page *page = writer;
    struct outfile *out = page->out;
    bool good = row_block_end(page->block) && put_verdicts(page) && put_findings(page) &&
                put_receivers(page) && put_parties(page) && put_zones(page) &&
                put_facts(page, tally) && put_notices(page, tally);

    if (!good)
        return failure_out_of_memory(failure);
    outfile_text(out, "<script>");
    put_asset(out, page->assets.script);
    outfile_text(out, "</script>\n</body>\n</html>\n");
    return true;
}

static bool is_wanted(const struct report_plan *plan)
{
    return plan->explore;
}

const struct report_format explore_page_format = {.file = "explore.html",
                                                  .wanted = is_wanted,
                                                  .begin = begin,
                                                  .line = put_line,
                                                  .finish = finish,
                                                  .free = end};
