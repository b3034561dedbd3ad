#include "reports/html/address_table.h"

#include <stdlib.h>

#include "audit/exceptions.h"
#include "audit/expectation.h"
#include "audit/ptr_name.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/write.h"
#include "reports/row_names.h"
#include "reports/words.h"

enum {
    ADDRESSES_SHOWN = 4, /* addresses shown for one name */
    PART_ROWS = 500,     /* rows of one table: browsers lay out only the visible tables, so the page
                            opens at once */
};

struct address_table {
    struct outfile *spool;
    bool all;     /* list passing addresses too */
    bool explore; /* explore.html is beside the page */
    uint64_t shown;
    unsigned of_verdict[VERDICTS]; /* of `shown` */
};

struct address_table *address_table_new(const struct report_plan *plan, struct failure *failure)
{
    struct address_table *table = calloc(1, sizeof(*table));

    if (!table) {
        failure_out_of_memory(failure);
        return NULL;
    }
    table->all = plan->rows <= TABLE_ALL_MAX;
    table->explore = plan->explore;
    table->spool = outfile_nameless(plan->folder, failure);
    if (!table->spool) {
        free(table);
        return NULL;
    }
    return table;
}

void address_table_free(struct address_table *table)
{
    if (table)
        outfile_discard(table->spool);
    free(table);
}

/* Why a name is not confirmed, in a few words. */
static void put_reason(struct outfile *out, const struct answer *answer)
{
    char why[SHORTFALL_MAX];

    outfile_text(out, answer ? answer_shortfall_print(why, answer->kind, answer->rcode,
                                                      answer->extended_error)
                             : "not looked up");
}

static void put_name(struct outfile *out, const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    html_whole(out, text, dnsname_print(text, name));
}

/* "lies below arpa: mta7.example.com without its final dot" */
static void put_hostname_fault(struct outfile *out, const struct report_row *row,
                               const struct dnsname *name)
{
    enum hostname_fault fault = ptr_name_fault(name, &row->address);
    const struct answer *ptr = &row->seen->ptr;
    struct dnsname owner, meant;

    outfile_text(out, hostname_fault_text(fault));
    ipaddr_reverse_name(&owner, &row->address);
    if (ptr->alias_count > 0)
        dnsname_copy(&owner, &ptr->aliases[ptr->alias_count - 1]);
    if (fault != HOSTNAME_ARPA || !dnsname_lost_dot(&meant, name, &owner))
        return;
    outfile_text(out, ": ");
    put_name(out, &meant);
    outfile_text(out, " without its final dot");
}

static void put_shortfall(struct outfile *out, const struct report_row *row,
                          const struct dnsname *name, const struct answer *forward)
{
    outfile_text(out, " <i>");
    if (ptr_name_fault(name, &row->address) != HOSTNAME_OK) {
        put_hostname_fault(out, row, name);
    } else {
        put_reason(out, forward);
        if (forward && forward->kind == ANSWER_RECORDS) {
            unsigned shown = forward->kept < ADDRESSES_SHOWN ? forward->kept : ADDRESSES_SHOWN;

            for (unsigned i = 0; i < shown; i++) {
                outfile_text(out, i > 0 ? ", " : " ");
                html_address(out, &forward->records.addresses[i]);
            }
            if (forward->total > shown)
                outfile_printf(out, " and %u more", forward->total - shown);
        }
    }
    outfile_text(out, "</i>");
}

static void put_ptr_name(struct outfile *out, const struct report_row *row, unsigned i)
{
    const struct dnsname *name = &row->seen->ptr.records.names[i];
    bool confirmed = (row->judgement->confirmed >> i) & 1u;

    outfile_text(out, confirmed ? "<span class=\"ok\">" : "<span class=\"no\">");
    put_name(out, name);
    if (!confirmed)
        put_shortfall(out, row, name, observation_forward(row->seen, name));
    if ((row->judgement->shared >> i) & 1u && judgement_has(row->judgement, FINDING_SHARED_NAME)) {
        outfile_text(out, " <i>shared by ");
        html_count(out, row->judgement->sharers[i]);
        outfile_text(out, " addresses</i>");
    }
    outfile_text(out, "</span>");
}

/* PTR names that were not looked up. */
static unsigned names_cut(const struct report_row *row)
{
    unsigned count = row_ptr_names(row);

    return count > 0 ? row->seen->ptr.total - count : 0;
}

static void names_cell(struct outfile *out, const struct report_row *row)
{
    unsigned count = row_ptr_names(row);

    for (unsigned i = 0; i < count; i++)
        put_ptr_name(out, row, i);
    if (names_cut(row) > 0)
        outfile_printf(out, "<i>and %u more</i>", names_cut(row));
    if (count > 0)
        return;
    outfile_text(out, "<i>");
    if (row->seen && !answer_is_negative(&row->seen->ptr))
        put_reason(out, &row->seen->ptr);
    else
        outfile_text(out, row->seen ? "none" : "not asked");
    outfile_text(out, "</i>");
}

static void put_expected_name(struct outfile *out, const struct dnsname *expected)
{
    char domain[DOMAIN_TEXT_MAX];

    if (expectation_of(expected) != EXPECT_DOMAIN) {
        put_name(out, expected);
        return;
    }
    outfile_text(out, "any name ");
    html_text(out, domain, domain_print(domain, expected));
}

static void put_ready(struct outfile *out, const struct report_row *row)
{
    const char *what = names_cut(row) > 0 ? "it may be among the names that were not looked up"
                       : row_ptr_names(row) > 0 ? "only the PTR record must change"
                                                : "only the PTR record is missing";

    if (row->judgement->expected_ready && !row->judgement->expected_is_ptr)
        outfile_printf(out, " <i>resolves to the address: %s</i>", what);
}

static void expected_cell(struct outfile *out, const struct report_row *row)
{
    if (!row->expected)
        return;
    put_expected_name(out, row->expected);
    if (ptr_name_is_public(row->expected, &row->address))
        put_ready(out, row);
    else
        outfile_printf(out, " <i>%s: another name must be chosen</i>",
                       hostname_fault_text(HOSTNAME_NOT_PUBLIC));
}

static void put_exception(struct outfile *out, const struct exception *exception)
{
    outfile_printf(out, "<span class=\"accepted\">%s accepted: ", subject_key(exception->subject));
    html_strange(out, exception->reason);
    if (exception->last_day[0])
        outfile_printf(out, " <i>until %s</i>", exception->last_day);
    outfile_text(out, "</span>");
}

static void notes_cell(struct outfile *out, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;

    for (uint32_t left = judgement->findings; left != 0; left &= left - 1) {
        const struct finding_row *finding = finding_row((enum finding)__builtin_ctz(left));
        bool counts = !(left & -left & judgement->excepted_findings);

        outfile_printf(out, "<span class=\"f %s\">%s</span> ",
                       counts ? severity_key(finding->severity) : "", finding->key);
    }
    if (judgement->verdict_exception)
        put_exception(out, judgement->verdict_exception);
    for (uint32_t left = judgement->excepted_findings; left != 0; left &= left - 1)
        put_exception(out, judgement->finding_exceptions[__builtin_ctz(left)]);
}

static void put_row(struct outfile *out, const struct report_row *row)
{
    outfile_text(out, "<tr><td>");
    outfile_number(out, row->line);
    outfile_text(out, "</td><th scope=\"row\">");
    html_address(out, &row->address);
    outfile_text(out, "</th><td>");
    html_verdict(out, row->judgement->verdict);
    outfile_text(out, "</td><td>");
    names_cell(out, row);
    outfile_text(out, "</td><td>");
    expected_cell(out, row);
    outfile_text(out, "</td><td>");
    notes_cell(out, row);
    outfile_text(out, "</td></tr>\n");
}

static void end_part(const struct address_table *table)
{
    if (table->shown > 0)
        outfile_text(table->spool, "</tbody>\n</table></div>\n");
}

static void begin_part(const struct address_table *table)
{
    struct outfile *out = table->spool;

    end_part(table);
    outfile_printf(out,
                   "<div class=\"part\"><table class=\"addresses\">\n<caption>%s, in input order",
                   table->all ? "Audited addresses" : "Addresses that do not pass");
    if (table->shown > 0) {
        outfile_text(out, ", continued from number ");
        html_count(out, table->shown + 1);
    }
    outfile_text(
        out,
        "</caption>\n<thead><tr><th scope=\"col\">Line</th><th scope=\"col\">Address</th>"
        "<th scope=\"col\">Verdict</th><th scope=\"col\">PTR names</th>"
        "<th scope=\"col\">Expected name</th><th scope=\"col\">Notes</th></tr></thead>\n<tbody>\n");
}

static bool is_shown(const struct address_table *table, enum verdict verdict)
{
    uint64_t size = outfile_size(table->spool);

    if (!table->all && verdict == VERDICT_PASS)
        return false;
    if (table->of_verdict[verdict] < TABLE_LEAST)
        return size < PAGE_ROOM_ADDRESSES;
    if (verdict == VERDICT_NOT_PUBLIC && table->shown >= TABLE_NOT_PUBLIC_MAX)
        return false;
    return table->shown < TABLE_CUT_MAX && size < PAGE_ROOM_ADDRESSES - PAGE_ROOM_LEAST;
}

void address_table_add(struct address_table *table, const struct report_row *row)
{
    if (!is_shown(table, row->judgement->verdict))
        return;
    if (table->shown % PART_ROWS == 0)
        begin_part(table);
    table->shown++;
    table->of_verdict[row->judgement->verdict]++;
    put_row(table->spool, row);
}

/* A part of the rows that do not pass. On paper the first table of it is enough, and says so. */
static bool is_sample(const struct address_table *table, const struct tally *tally)
{
    return !table->all && table->shown < tally->rows - tally->verdicts[VERDICT_PASS];
}

/* Loud: a reader who searches the table for an address must not take its absence for a pass. */
static void put_notice(const struct address_table *table, const struct tally *tally,
                       const char *csv, struct outfile *out)
{
    uint64_t not_passing = tally->rows - tally->verdicts[VERDICT_PASS];

    outfile_text(out, "<p class=\"notice\"><b>This table does not list every address.</b> ");
    if (table->all) {
        outfile_text(out, "It lists ");
        html_count(out, table->shown);
        outfile_text(out, " of ");
    } else if (table->shown == not_passing) {
        outfile_text(out, "It lists the ");
        html_count(out, table->shown);
        outfile_text(out, " that do not pass, of ");
    } else {
        outfile_text(out, "It lists ");
        html_count(out, table->shown);
        outfile_text(out, " of the ");
        html_count(out, not_passing);
        outfile_text(out, " that do not pass, of ");
    }
    html_count(out, tally->rows);
    outfile_text(out, " in all");
    if (is_sample(table, tally))
        outfile_printf(out, ": the first ones, and the first %d of each verdict", TABLE_LEAST);
    outfile_printf(out, ". <code>%s</code>, beside this page, holds every address", csv);
    if (table->explore)
        outfile_text(out, ", and <a href=\"explore.html\">explore.html</a> searches them");
    if (is_sample(table, tally) && table->shown > PART_ROWS)
        outfile_printf(out, "<span class=\"paper\">. On paper it ends after %d</span>", PART_ROWS);
    outfile_text(out, ".</p>\n");
}

void address_table_write(struct address_table *table, const struct tally *tally, const char *csv,
                         struct outfile *out)
{
    html_fold_begin(out, "addresses", "Addresses");
    if (table->shown < tally->rows)
        put_notice(table, tally, csv, out);
    end_part(table);
    outfile_text(out, is_sample(table, tally) ? "<div class=\"sample\">\n" : "<div>\n");
    outfile_append(out, table->spool);
    outfile_text(out, "</div>\n");
    html_fold_end(out);
}
