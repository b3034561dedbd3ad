/*
 * audit.html: one self-contained page without scripts, for the people who act on the audit. Rows
 * are only collected; the page is written at the end, when its first line is known.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "io/input/suffix_list.h"
#include "io/lookup/histogram.h"
#include "reports/fix_list.h"
#include "reports/html/address_table.h"
#include "reports/html/changes.h"
#include "reports/html/fixes.h"
#include "reports/html/grid.h"
#include "reports/html/legend.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/parties.h"
#include "reports/html/picture.h"
#include "reports/html/reasons.h"
#include "reports/html/receivers.h"
#include "reports/html/vantages.h"
#include "reports/html/write.h"
#include "reports/name_census.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/words.h"

enum {
    VALUE_MAX = 1000, /* octets of a text that the run recorded */
    VALUE_SHORT_MAX = 200,
};

struct audit_html {
    const struct report_plan *plan;
    struct outfile *out;
    struct picture *picture;
    struct address_table *table;
    struct difference_list *differences; /* those of resolvers */
    struct difference_list *old;         /* answers of the run older than those of all servers */
    unsigned old_count;                  /* of them */
};

static void end(void *writer)
{
    struct audit_html *html = writer;

    picture_free(html->picture);
    address_table_free(html->table);
    difference_list_free(html->differences);
    difference_list_free(html->old);
    free(html);
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct audit_html *html = calloc(1, sizeof(*html));

    if (!html) {
        failure_out_of_memory(failure);
        return NULL;
    }
    html->plan = plan;
    html->out = out;
    html->picture = picture_new();
    html->table = address_table_new(plan, failure);
    html->differences = difference_list_new();
    html->old = difference_list_new();
    if (!html->picture || !html->table || !html->differences || !html->old) {
        failure_out_of_memory(failure);
        end(html);
        return NULL;
    }
    return html;
}

static void put_row(void *writer, const struct report_row *row)
{
    struct audit_html *html = writer;

    picture_add(html->picture, row);
    address_table_add(html->table, row);
    if (row->vantages)
        difference_list_add_results(row->vantages->right ? html->old : html->differences, row,
                                    html->plan->vantages);
    for (unsigned i = 0; row->vantages && i < row->vantages->question_count; i++)
        if (row->vantages->questions[i].servers == SERVERS_NEWER)
            difference_list_add_question(html->old, row, i, &html->old_count);
}

static void put_head(struct outfile *out, const struct tally *tally)
{
    char headline[HEADLINE_MAX];

    headline_print(headline, tally);
    html_page_title(out);
    outfile_printf(out, "%s: %s", readiness_title(tally_readiness(tally)), headline);
    html_page_body(out, "");
    outfile_text(out, "<a class=\"skip\" href=\"#verdict\">To the verdict</a>\n");
    html_grid_patterns(out);
}

static void put_link(struct outfile *out, bool there, const char *id, const char *title)
{
    if (there)
        outfile_printf(out, "<li><a href=\"#%s\">%s</a></li>", id, title);
}

static void put_header(const struct audit_html *html, const struct tally *tally)
{
    struct outfile *out = html->out;

    outfile_text(
        out,
        "<header>\n<h1>Reverse DNS of the sending addresses</h1>\n<p class=\"meta\">Written by ");
    html_strange(out, html->plan->program);
    outfile_text(out, ", ");
    html_time(out, html->plan->written_at);
    outfile_text(out, "</p>\n<nav aria-label=\"Sections\"><ul>");
    put_link(out, html->plan->changes || html->plan->has_baseline, "changes", "Changes");
    put_link(out, fix_list_party(html->plan->fixes, 0) != NULL, "parties", "Who must act");
    put_link(out, !picture_is_empty(html->picture), "maps", "The fleet");
    put_link(out, html->plan->receivers && tally_public(tally) > 0, "receivers", "Receivers");
    put_link(out, fix_list_party(html->plan->fixes, 0) != NULL, "fixes", "What to fix");
    put_link(out, html->plan->vantages != NULL, "vantages", "Vantages");
    put_link(out, true, "addresses", "Addresses");
    put_link(out, true, "legend", "Legend");
    put_link(out, true, "run", "How the run was done");
    if (html->plan->explore)
        outfile_printf(out, "<li><a href=\"%s\">Every address, to search</a></li>",
                       explore_page_format.file);
    outfile_text(out, "</ul></nav>\n</header>\n");
}

/* A number of the band; every row is in exactly one of them. */
struct share {
    const char *class_name;
    const char *title;
    uint64_t rows;
};

enum {
    SHARES = 5,
    ACCEPTED = 3,
    BAR_WIDTH = 1000,
    BAR_LEAST = 6 /* even a single row must be visible */
};

static void shares_of(struct share shares[SHARES], const struct tally *tally)
{
    shares[0] = (struct share){"pass", "Pass", tally->verdicts[VERDICT_PASS]};
    shares[1] = (struct share){"broken", "Broken", tally_broken(tally)};
    shares[2] = (struct share){"unanswered", tally->not_of_zones > 0 ? "Not known" : "Unanswered",
                               tally_counting(tally, VERDICT_UNANSWERED) + tally->not_of_zones};
    shares[ACCEPTED] = (struct share){"accepted", "Accepted", tally_accepted(tally)};
    shares[4] = (struct share){"none", "Not public", tally->verdicts[VERDICT_NOT_PUBLIC]};
}

static void put_bar(struct outfile *out, const struct share shares[SHARES], uint64_t whole)
{
    double left = 0;
    unsigned there = 0;

    for (unsigned i = 0; i < SHARES; i++)
        there += shares[i].rows > 0;
    outfile_printf(out,
                   "<svg class=\"bar\" viewBox=\"0 0 %d 10\" preserveAspectRatio=\"none\" "
                   "aria-hidden=\"true\">",
                   BAR_WIDTH);
    for (unsigned i = 0; i < SHARES; i++) {
        double width = BAR_LEAST + (double)(BAR_WIDTH - BAR_LEAST * (int)there) *
                                       (double)shares[i].rows / (double)whole;

        if (shares[i].rows == 0)
            continue;
        outfile_printf(out, "<rect class=\"%s\" x=\"%.1f\" width=\"%.1f\" height=\"10\"/>",
                       shares[i].class_name, left, width);
        left += width;
    }
    outfile_text(out, "</svg>\n");
}

static void put_numbers(struct outfile *out, const struct report_plan *plan,
                        const struct tally *tally)
{
    struct share shares[SHARES];

    shares_of(shares, tally);
    if (tally->rows > 0)
        put_bar(out, shares, tally->rows);
    outfile_text(out, "<dl class=\"numbers\">\n");
    for (unsigned i = 0; i < SHARES; i++) {
        if (i == ACCEPTED && shares[i].rows == 0)
            continue; /* without exceptions the number only raises questions */
        outfile_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>", shares[i].class_name,
                       shares[i].title);
        html_count(out, shares[i].rows);
        outfile_text(out, "</dd></div>\n");
    }
    outfile_text(out, "<div><dt>Refused input rows</dt><dd>");
    html_count(out, rejected_rows_of(plan, tally).refused);
    if (tally->rejected > 0)
        outfile_printf(out, "<small>see %s</small>", report_file_name(&rejected_csv_format, plan));
    outfile_text(out, "</dd></div>\n</dl>\n");
}

static void put_distrust(struct outfile *out, const struct report_plan *plan,
                         const struct tally *tally)
{
    char why[HEADLINE_MAX];
    bool distrusted = distrust_print(why, tally, plan->max_unanswered) > 0;

    html_alert(out, RESOLVER_AT_FAULT, plan->resolver_fault, VALUE_MAX);
    html_alert(out, NOT_TRUSTED, distrusted ? why : NULL, VALUE_MAX);
    html_alert(out, RESOLVER_FILTERS, plan->resolver_filter, VALUE_MAX);
}

static void put_rejected(struct outfile *out, const struct report_plan *plan,
                         const struct tally *tally)
{
    char rejected[HEADLINE_MAX];

    if (rejected_print(rejected, plan, tally) > 0)
        outfile_printf(out, "<p class=\"notice\"><b>%s.</b></p>\n", rejected);
}

static void put_zone_files(struct outfile *out, const struct report_plan *plan,
                           const struct tally *tally)
{
    char missing[MISSING_TEXT_MAX];

    if (!plan->zone_files)
        return;
    outfile_printf(out, "<p class=\"notice\"><b>%s:</b> ", FROM_ZONE_FILES);
    html_strange_cut(out, plan->zone_files, VALUE_MAX);
    if (missing_zones_print(missing, &tally->missing) > 0) {
        outfile_text(out, ". <b>");
        html_text(out, missing, strlen(missing));
        outfile_text(out, ".</b>");
    }
    outfile_text(out, "</p>\n");
}

static void put_incomplete(struct outfile *out, const struct report_plan *plan)
{
    if (plan->complete)
        return;
    outfile_text(out, "<p class=\"notice incomplete\" role=\"alert\"><b>INCOMPLETE:</b> ");
    html_strange(out, plan->incomplete_reason ? plan->incomplete_reason : "the run ended early");
    outfile_text(out, ". Addresses that were not asked count as unanswered.</p>\n");
}

enum { EXPIRED_WIDTH = 2000 }; /* columns for names; summary.json lists them all */

static void put_exceptions(const struct audit_html *html, const struct tally *tally)
{
    struct outfile *out = html->out;
    char hold[HOLDS_MAX];
    char expired[EXPIRED_WIDTH + 1];

    if (exceptions_hold_print(hold, html->plan, tally) > 0)
        outfile_printf(out,
                       "<p class=\"when\">%s. Accepted verdicts and findings are listed but do not "
                       "count.</p>\n",
                       hold);
    if (exceptions_expired_print(expired, EXPIRED_WIDTH, html->plan) > 0)
        outfile_printf(out, "<p class=\"notice\">%s.</p>\n", expired);
}

static void put_band(const struct audit_html *html, const struct tally *tally)
{
    static const char *const classes[] = {
        [READY] = "ready", [NOT_READY] = "not-ready", [NOT_KNOWN] = "not-known"};
    enum readiness readiness = tally_readiness(tally);
    struct outfile *out = html->out;
    char headline[HEADLINE_MAX];

    headline_print(headline, tally);
    outfile_printf(out, "<section id=\"verdict\" class=\"band %s\" aria-labelledby=\"state\">\n",
                   classes[readiness]);
    outfile_printf(out,
                   "<p class=\"state\" id=\"state\">%s</p>\n<p class=\"share\">%s</p>\n<p>%s</p>\n",
                   readiness_title(readiness), headline, readiness_sentence(tally));
    put_numbers(out, html->plan, tally);
    html_faults_write(tally, out);
    html_warnings_write(tally, out);
    if (repeated_print(headline, html->plan) > 0)
        outfile_printf(out, "<p>%s.</p>\n", headline);
    if (tally->has_safe_after) {
        outfile_text(out, "<p class=\"when\">A fix may not be seen everywhere before ");
        html_time(out, tally->safe_after);
        outfile_text(out, ". Receivers may remember a fault for a day: fix it first, and send test "
                          "messages later.</p>\n");
    }
    put_exceptions(html, tally);
    outfile_text(out, "</section>\n");
    put_distrust(out, html->plan, tally);
    put_rejected(out, html->plan, tally);
    put_zone_files(out, html->plan, tally);
    put_incomplete(out, html->plan);
}

static void put_fact(struct outfile *out, const char *title)
{
    outfile_printf(out, "<tr><th scope=\"row\">%s</th><td>", title);
}

static void put_latency(struct outfile *out, const struct histogram *latency)
{
    static const struct {
        const char *name;
        double q;
    } quantiles[] = {{"half within", 0.5}, {"90 % within", 0.9}, {"99 % within", 0.99}};

    if (!latency || latency->count == 0)
        return;
    put_fact(out, "Time to a reply");
    for (unsigned i = 0; i < sizeof(quantiles) / sizeof(quantiles[0]); i++)
        outfile_printf(out, "%s %.1f ms, ", quantiles[i].name,
                       (double)histogram_quantile(latency, quantiles[i].q) / 1000);
    outfile_printf(out, "slowest %.1f ms</td></tr>\n", (double)latency->max / 1000);
}

static void put_ignored(struct outfile *out, const struct policy *policy)
{
    if (!policy || policy->ignored == 0)
        return;
    put_fact(out, "Findings not reported");
    for (uint32_t left = policy->ignored; left != 0; left &= left - 1)
        outfile_printf(out, "<code>%s</code> ",
                       finding_row((enum finding)__builtin_ctz(left))->key);
    outfile_text(out, "</td></tr>\n");
}

static void put_suffixes(struct outfile *out, const struct report_plan *plan)
{
    char words[SUFFIXES_MAX];

    suffixes_print(words, plan);
    put_fact(out, "Public suffix list");
    outfile_text(out, words);
    if (plan->suffixes) {
        outfile_text(out, ", ");
        html_strange(out, suffix_list_source(plan->suffixes));
    }
    outfile_text(out, "</td></tr>\n");
}

/* Only if the limit is unusual because the table of names was full. */
static void put_census(struct outfile *out, const struct name_census *census)
{
    if (!census || name_census_least(census) == SHARED_NAME_MIN)
        return;
    put_fact(out, "Shared names");
    outfile_text(out, "reported from ");
    html_count(out, name_census_least(census));
    outfile_text(
        out, " addresses up instead of five: there were too many candidates to count</td></tr>\n");
}

static void put_run(const struct audit_html *html)
{
    struct outfile *out = html->out;
    uint64_t end = outfile_size(out) + PAGE_ROOM_STORY;

    html_fold_begin(out, "run", "How the run was done");
    outfile_text(out, "<table class=\"run\">\n<caption>What is needed to trust and repeat "
                      "it</caption>\n<tbody>\n");
    for (unsigned i = 0; i < html->plan->story_count; i++) {
        put_fact(out, html->plan->story[i].title);
        html_strange_cut(out, html->plan->story[i].value,
                         outfile_size(out) < end ? VALUE_MAX : VALUE_SHORT_MAX);
        outfile_text(out, "</td></tr>\n");
    }
    put_latency(out, html->plan->latency);
    put_ignored(out, html->plan->policy);
    put_suffixes(out, html->plan);
    put_census(out, html->plan->census);
    outfile_text(out, "</tbody>\n</table>\n");
    html_fold_end(out);
}

/* What is wrong, who must act, where, and what receivers make of it. parts: takes the parts of the
 * parties; they come later on the page, but the table says which parties have one. */
static bool put_first_screen(const struct audit_html *html, const struct tally *tally,
                             struct outfile *parts, struct failure *failure)
{
    const char *csv = report_file_name(&audit_csv_format, html->plan);
    const struct picture_files files = {
        .csv = csv, .explore = html->plan->explore ? explore_page_format.file : NULL};
    struct fix_list *fixes = html->plan->fixes;
    unsigned with_part;

    put_band(html, tally);
    html_changes(html->out, html->plan, tally);
    if (!html_fixes_write(fixes, csv, parts, &with_part, failure))
        return false;
    html_parties_write(fixes, with_part, csv, html->out);
    if (!picture_write(html->picture, &files, html->out))
        return failure_out_of_memory(failure);
    if (html->plan->receivers)
        html_receivers_write(html->plan->receivers, tally, html->out);
    return true;
}

static bool finish(void *writer, const struct tally *tally, struct failure *failure)
{
    struct audit_html *html = writer;
    struct outfile *out = html->out;
    const char *csv = report_file_name(&audit_csv_format, html->plan);
    struct outfile *parts = outfile_nameless(html->plan->folder, failure);
    bool good;

    if (!parts)
        return false;
    put_head(out, tally);
    put_header(html, tally);
    outfile_text(out, "<main>\n");
    good = put_first_screen(html, tally, parts, failure);
    outfile_append(out, parts);
    outfile_discard(parts);
    html_vantages_write(html->plan->vantages, tally, html->differences, html->old, csv, out);
    address_table_write(html->table, tally, csv, out);
    html_legend_write(tally, out);
    put_run(html);
    outfile_printf(
        out,
        "</main>\n"
        "<footer>Beside this page: <code>%s</code> with every address,%s <code>summary.json</code> "
        "with the numbers for programs, <code>%s</code> with the refused input rows.</footer>\n"
        "</body>\n"
        "</html>\n",
        csv,
        html->plan->explore
            ? " <a href=\"explore.html\">explore.html</a> to filter and search them,"
            : "",
        report_file_name(&rejected_csv_format, html->plan));
    return good;
}

const struct report_format audit_page_format = {
    .file = "audit.html", .begin = begin, .row = put_row, .finish = finish, .free = end};
