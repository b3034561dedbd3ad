/*
 * request.html: the request as one self-contained page without scripts, to send, print, or read on
 * a phone.
 */
#include "reports/handover/party.h"
#include "reports/html/fixes.h"
#include "reports/html/page.h"
#include "reports/html/write.h"
#include "reports/words.h"

static void put_header(struct outfile *out, const struct party *party)
{
    char subject[SUBJECT_SIZE];
    size_t length = party_subject(subject, party);

    html_page_title(out);
    html_text(out, subject, length);
    html_page_body(out);
    outfile_printf(
        out, "<header>\n<h1>Request to the party in charge: %s</h1>\n<p class=\"meta\">Written by ",
        fixer_row(party->group->who)->title);
    html_strange(out, party->plan->program);
    outfile_text(out, ", ");
    html_time(out, party->plan->written_at);
    outfile_text(out, ". Requested by the sender of mail from the addresses below.</p>\n"
                      "</header>\n"
                      "<main>\n");
}

static void put_band(struct outfile *out, const struct party *party)
{
    char subject[SUBJECT_SIZE];

    outfile_text(out, "<section class=\"band request\" aria-labelledby=\"state\">\n"
                      "<p class=\"state\" id=\"state\">");
    html_text(out, subject, party_subject(subject, party));
    outfile_printf(out, "</p>\n<p class=\"share\">%s</p>\n", party_request(party));
    html_fix_zone(out, party->group);
    outfile_text(out, "</section>\n");
    if (!party->plan->complete)
        outfile_text(out, "<p class=\"notice\">The audit had not ended when this was written: more "
                          "addresses may follow.</p>\n");
}

static void head(const struct party *party, struct outfile *out)
{
    put_header(out, party);
    put_band(out, party);
    if (party->plan->zone_files)
        outfile_printf(out, "<p class=\"notice\">%s</p>\n", party_planned());
    outfile_printf(out,
                   "<section>\n"
                   "<h2>Reason</h2>\n"
                   "<p>%s</p>\n",
                   party_reason(party));
    html_fix_problems(out, party->group, "addresses.csv");
    outfile_text(out, "</section>\n");
    if (party_has_records(party))
        outfile_text(out, "<section>\n<h2>Records</h2>\n<p>Also in "
                          "<code>records.zone</code>, as a zone file.</p>\n"
                          "<pre tabindex=\"0\" role=\"region\" aria-label=\"Records to set\">");
}

static void put_row(struct party *party, const struct party_row *row, struct outfile *out)
{
    char text[FIX_TEXT_MAX];

    if (!row->fix.has_record || party->records > REQUEST_RECORDS_MAX)
        return;
    html_text(out, text, fix_print(text, &row->fix));
    outfile_char(out, '\n');
}

static void end_records(struct outfile *out, const struct party *party)
{
    outfile_text(out, "</pre>\n");
    if (party->records > REQUEST_RECORDS_MAX) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, party->records - REQUEST_RECORDS_MAX);
        outfile_text(
            out,
            " more records</b> are in <code>records.zone</code>, which holds all of them.</p>\n");
    }
    outfile_text(out, "</section>\n");
}

static void put_nameless(struct outfile *out, const struct nameless *nameless)
{
    char text[IPRANGE_TEXT_MAX];

    outfile_printf(out,
                   "<section>\n"
                   "<h2>Addresses without a host name</h2>\n"
                   "<p>%s</p>\n"
                   "<ul class=\"ranges\">",
                   party_still_nameless());
    for (unsigned i = 0; i < nameless->range_count; i++) {
        iprange_print(text, &nameless->ranges[i]);
        outfile_printf(out, "<li>%s</li>", text);
    }
    if (nameless->unlisted > 0) {
        outfile_text(out, "<li><i>and ");
        html_count(out, nameless->unlisted);
        outfile_text(out, " more: see <code>addresses.csv</code></i></li>");
    }
    outfile_text(out, "</ul>\n</section>\n");
}

static void put_when(struct outfile *out, const struct fix_group *group)
{
    if (!group->has_safe_after)
        return;
    outfile_text(out, "<section>\n"
                      "<h2>When</h2>\n"
                      "<p>A change may not be visible everywhere before <b>");
    html_time(out, group->safe_after);
    outfile_text(out, "</b>. Send the first test message after <b>");
    html_time(out, group->safe_after + DAY_SECONDS);
    outfile_printf(out, "</b>.</p>\n<p>%s</p>\n</section>\n", party_memory());
}

static void tail(const struct party *party, struct outfile *out)
{
    if (party_has_records(party))
        end_records(out, party);
    /* if all are, the request already says so */
    if (party->nameless.addresses > 0 && party->records > 0)
        put_nameless(out, &party->nameless);
    put_when(out, party->group);
    outfile_printf(
        out,
        "</main>\n"
        "<footer>Beside this page: <code>ticket.txt</code>, the same as plain text; "
        "%s<code>addresses.csv</code>, the addresses, one per row.</footer>\n"
        "</body>\n"
        "</html>\n",
        party_sets_records(party) ? "<code>records.zone</code>, the records as a zone file; " : "");
}

const struct party_format party_page_format = {"request.html", head, put_row, tail, NULL};
