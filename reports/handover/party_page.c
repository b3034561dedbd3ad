/*
 * request.html: the request as one self-contained page without scripts, to send, print, or read on
 * a phone.
 */
#include <string.h>

#include "reports/handover/party.h"
#include "reports/html/page.h"
#include "reports/html/page_room.h"
#include "reports/html/party_part.h"
#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/words.h"

static void put_header(struct outfile *out, const struct party *party)
{
    char subject[SUBJECT_SIZE];
    size_t length = party_subject(subject, party);

    html_page_title(out);
    html_text(out, subject, length);
    html_text_page_body(out);
    outfile_printf(
        out, "<header>\n<h1>Request to the party in charge: %s</h1>\n<p class=\"meta\">Written by ",
        fixer_row(party->fix->who)->title);
    html_strange(out, party->plan->program);
    outfile_text(out, ", ");
    html_time(out, party->plan->written_at);
    outfile_text(out, ". Requested by ");
    html_strange(out, party_asker(party));
    outfile_text(out, ".</p>\n</header>\n<main>\n");
}

static void put_band(struct outfile *out, const struct party *party)
{
    char subject[SUBJECT_SIZE];
    char decision[DECISION_MAX];
    char order[ORDER_MAX];

    outfile_text(out, "<section class=\"band request\" aria-labelledby=\"state\">\n"
                      "<p class=\"state\" id=\"state\">");
    html_text(out, subject, party_subject(subject, party));
    outfile_text(out, "</p>\n");
    party_decision(decision, party);
    if (decision[0]) {
        outfile_text(out, "<p class=\"share\">");
        html_text(out, decision, strlen(decision));
        outfile_text(out, "</p>\n");
    }
    outfile_printf(out, "<p class=\"share\">%s</p>\n", party_request(party));
    party_order(order, party);
    if (order[0])
        outfile_printf(out, "<p class=\"share\">%s</p>\n", order);
    html_party_zones(out, party->fix, REQUEST_ZONES_MAX);
    outfile_text(out, "</section>\n");
    if (!party->plan->complete)
        outfile_text(out, "<p class=\"notice\">The audit had not ended when this was written: more "
                          "addresses may follow.</p>\n");
}

static void begin_records(struct outfile *out, const struct party *party)
{
    outfile_text(out, "<section>\n<h2>Records</h2>\n<p>Also in <code>records/</code>, one zone "
                      "file for each zone.");
    if (party->fix->present_at != 0) {
        outfile_printf(out, " %s Last checked: ", party_now(party));
        html_time(out, party->fix->present_at);
        outfile_char(out, '.');
    }
    outfile_text(out, "</p>\n<pre tabindex=\"0\" role=\"region\" aria-label=\"Records to set\">");
}

static void head(const struct party *party, struct outfile *out)
{
    const struct party_view view = {
        .rest = party_csv_format.file, .end = NO_END, .sentences = true};

    put_header(out, party);
    put_band(out, party);
    if (party->plan->zone_files)
        outfile_printf(out, "<p class=\"notice\">%s</p>\n", party_planned());
    outfile_printf(out,
                   "<section>\n"
                   "<h2>Reason</h2>\n"
                   "<p>%s</p>\n",
                   party_reason(party));
    html_party_problems(out, party->fix, &party->ranges, &view);
    outfile_text(out, "</section>\n");
    if (party_has_records(party))
        begin_records(out, party);
    if (party_lists_lookups(party))
        outfile_printf(out,
                       "<section>\n<h2>Failed lookups</h2>\n<p>%s</p>\n"
                       "<pre tabindex=\"0\" role=\"region\" aria-label=\"Failed lookups\">",
                       party_lookups());
}

static void put_row(struct party *party, const struct fix_item *item, struct outfile *out)
{
    char text[LOOKUP_TEXT_MAX];

    if (!party_lists_lookups(party) || !item->fix.has_question ||
        party->lookups > REQUEST_LOOKUPS_MAX)
        return;
    html_address(out, &item->address);
    outfile_text(out, "  ");
    html_text(out, text, party_lookup(text, item));
    outfile_char(out, '\n');
}

/* On a narrow screen each comment is a line of its own, so the line end belongs to it. */
static const struct present_style page_style = {PAGE_COLUMNS, "<i>", "</i>", html_text};

static void put_record(struct party *party, const struct fix_item *item, struct outfile *out)
{
    char text[FIX_TEXT_MAX];

    if (party->records > REQUEST_RECORDS_MAX)
        return;
    size_t length = fix_print(text, &item->fix);
    html_text(out, text, length);
    party_present(out, party, &page_style, length, item);
}

/* what, place: of those that are not shown. */
static void end_list(struct outfile *out, uint64_t all, uint64_t shown, const char *what,
                     const char *place)
{
    outfile_text(out, "</pre>\n");
    if (all > shown) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, all - shown);
        outfile_printf(out, " more %s</b> are in <code>%s</code>, which holds all of them.</p>\n",
                       what, place);
    }
    outfile_text(out, "</section>\n");
}

static void put_nameless(struct outfile *out, const struct party *party)
{
    outfile_printf(out,
                   "<section>\n"
                   "<h2>Addresses without a host name</h2>\n"
                   "<p>%s</p>\n",
                   party_still_nameless());
    html_ranges(out, NO_END, &party->ranges.nameless, party_csv_format.file);
    outfile_text(out, "</section>\n");
}

static void put_when(struct outfile *out, const struct fix_party *party)
{
    if (!party->has_safe_after)
        return;
    outfile_text(out, "<section>\n"
                      "<h2>When</h2>\n"
                      "<p>A change may not be visible everywhere before <b>");
    html_time(out, party->safe_after);
    outfile_text(out, "</b>. Send the first test message after <b>");
    html_time(out, party->safe_after + DAY_SECONDS);
    outfile_printf(out, "</b>.</p>\n<p>%s</p>\n</section>\n", party_memory());
}

static void tail(const struct party *party, struct outfile *out)
{
    if (party_has_records(party))
        end_list(out, party->records, REQUEST_RECORDS_MAX, "records", "records/");
    if (party_lists_lookups(party))
        end_list(out, party->lookups, REQUEST_LOOKUPS_MAX, "lookups", party_csv_format.file);
    /* if all are, the request already says so */
    if (party->fix->without_record > 0 && party->records > 0)
        put_nameless(out, party);
    put_when(out, party->fix);
    outfile_printf(out,
                   "</main>\n"
                   "<footer>Beside this page: <code>ticket.txt</code>, the same as plain text; "
                   "<code>ticket.eml</code>, a draft for a mail program; "
                   "%s%s%s.</footer>\n"
                   "</body>\n"
                   "</html>\n",
                   party_has_records(party)
                       ? "<code>records/</code>, a zone file for each zone; "
                         "<code>addresses.csv</code>, each address with its record and host name"
                       : "<code>addresses.csv</code>, the addresses, one per row",
                   party_now(party)[0] ? ", and what there is now" : "",
                   party->lookups > 0 ? ", with the lookup that failed" : "");
}

const struct party_format party_page_format = {"request.html", head, put_row, put_record, tail};
