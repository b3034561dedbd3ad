#include "reports/handover/index.h"

#include <string.h>

#include "reports/fix_words.h"
#include "reports/handover/party_mail.h"
#include "reports/html/page.h"
#include "reports/html/party_part.h"
#include "reports/html/write.h"
#include "reports/mailbox.h"
#include "reports/report_words.h"
#include "reports/words.h"

void handover_index_begin(struct outfile *out, const struct report_plan *plan)
{
    html_page_title(out);
    outfile_text(out, "Hand-over pack");
    html_page_body(out, "");
    outfile_text(out, "<header>\n<h1>Hand-over pack</h1>\n<p class=\"meta\">Written by ");
    html_strange(out, plan->program);
    outfile_text(out, ", ");
    html_time(out, plan->written_at);
    outfile_text(
        out,
        "</p>\n<nav aria-label=\"Pages\"><ul><li><a href=\"../audit.html\">The report</a></li></ul>"
        "</nav>\n</header>\n<main>\n");
    if (!plan->complete)
        outfile_text(out, "<p class=\"notice\"><b>INCOMPLETE:</b> the run ended early, so parties "
                          "or addresses may be missing.</p>\n");
    if (plan->zone_files)
        outfile_printf(out, "<p class=\"notice\">%s.</p>\n", FROM_ZONE_FILES);
    outfile_text(out, "<section aria-labelledby=\"parties\">\n"
                      "<h2 id=\"parties\">Who must act</h2>\n"
                      "<p>Each folder is for one party and contains nothing about the others. Send "
                      "the folder, or paste <code>ticket.txt</code>, whose first line is the "
                      "subject. Do not send this page or the report.</p>\n"
                      "<table class=\"parties\">\n"
                      "<caption>One row per folder</caption>\n"
                      "<thead><tr><th scope=\"col\">Party</th><th scope=\"col\">Zone and "
                      "contact</th><th scope=\"col\" class=\"n\">Addresses</th><th scope=\"col\" "
                      "class=\"n\">Records</th><th scope=\"col\">Files</th></tr></thead>\n"
                      "<tbody>\n");
}

static void put_contact(struct outfile *out, const struct fix_party *party)
{
    const struct fix_group *first = party->first;
    char contact[MAILBOX_TEXT_MAX];
    size_t length = mailbox_print(contact, first->rname);
    char name[PARTY_NAME_MAX];

    if (party->provider) {
        outfile_text(out, "<br>");
        html_strange(out, party->provider->contact);
        if (party->provider->reference[0]) {
            outfile_text(out, "<br>reference ");
            html_strange(out, party->provider->reference);
        }
    } else if (length > 0) {
        if (fix_party_name(name, party) == length && memcmp(name, contact, length) == 0)
            return; /* the party has the name of its contact */
        outfile_text(out, "<br><code>");
        html_text(out, contact, length);
        outfile_text(out, "</code>");
    } else {
        outfile_printf(out,
                       "<br><i>no contact in the DNS: look up the holder of the %s in a registry "
                       "(RDAP, whois)</i>",
                       first->domain ? "domain" : "addresses");
    }
}

static void put_zones(struct outfile *out, const struct fix_party *party)
{
    const struct fix_group *first = party->first;

    outfile_text(out, "<td><code>");
    html_party_name(out, party);
    outfile_text(out, "</code>");
    if (party->zone_count > 1) {
        outfile_text(out, ", ");
        html_count(out, party->zone_count);
        outfile_text(out, " zones");
    }
    html_party_doubt(out, party);
    if (first->domain && !dnsname_equal(first->domain, first->zone)) {
        outfile_text(out, "<br>in <code>");
        html_name(out, first->domain);
        outfile_text(out, "</code>");
    }
    put_contact(out, party);
    outfile_text(out, "</td>");
}

/* The folder's name is safe in a link: letters, digits, dots, hyphens and underscores only. */
static void put_link(struct outfile *out, const char *folder, const char *file)
{
    outfile_printf(out, "<a href=\"%s/%s\">%s</a> ", folder, file, file);
}

void handover_index_party(struct outfile *out, const struct party *party)
{
    const struct fix_party *fix = party->fix;

    outfile_printf(out, "<tr><th scope=\"row\">%s</th>", fixer_row(fix->who)->title);
    put_zones(out, fix);
    outfile_text(out, "<td class=\"n\">");
    html_count(out, fix->addresses);
    outfile_text(out, "</td><td class=\"n\">");
    html_party_records(out, fix);
    outfile_text(out, "</td><td>");
    put_link(out, fix->folder, party_page_format.file);
    put_link(out, fix->folder, party_ticket_format.file);
    put_link(out, fix->folder, PARTY_MAIL);
    if (party_has_records(party))
        put_link(out, fix->folder, RECORDS_FOLDER "/");
    put_link(out, fix->folder, party_csv_format.file);
    outfile_text(out, "</td></tr>\n");
}

/* Zones that fail without being named: there is no party to contact yet. */
static uint64_t unknown_addresses(const struct fix_list *list, unsigned *zones)
{
    const struct fix_party *party;
    uint64_t addresses = 0;

    *zones = 0;
    for (unsigned i = 0; (party = fix_list_party(list, i)) != NULL; i++) {
        if (party->is_known)
            continue;
        addresses += party->addresses;
        *zones += party->zone_count;
    }
    return addresses;
}

/* Which request to send first. */
static void put_order(struct outfile *out, const struct fix_list *list)
{
    const struct fix_party *party;
    uint64_t pairs = 0;

    for (unsigned i = 0; (party = fix_list_party(list, i)) != NULL; i++)
        pairs += fix_party_waits(party);
    if (pairs == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>Address records first:</b> ");
    html_count(out, pairs);
    outfile_printf(out,
                   " PTR record%s a host name that does not resolve to the address yet. %s</p>\n",
                   pairs == 1 ? " is for" : "s are each for", FORWARD_FIRST);
}

void handover_index_end(struct outfile *out, const struct fix_list *list)
{
    unsigned zones;
    uint64_t unknown = unknown_addresses(list, &zones);

    outfile_text(out, "</tbody>\n</table>\n");
    put_order(out, list);
    if (unknown > 0) {
        outfile_text(out, "<p class=\"notice\"><b>No party is known yet</b> for ");
        html_count(out, unknown);
        outfile_printf(
            out,
            " address%s: the DNS fails for %s, and no answer names the zone%s at fault. See "
            "<code>dns-error</code> in <a href=\"../audit.html\">the report</a>.</p>\n",
            plural_es(unknown), unknown == 1 ? "it" : "them", plural_s(zones));
    }
    outfile_text(out,
                 "</section>\n"
                 "</main>\n"
                 "<footer>Each folder: <code>request.html</code> to print, <code>ticket.txt</code> "
                 "for a ticket, <code>ticket.eml</code> as a draft for a mail program, "
                 "<code>records/</code> with a zone file for each zone (if records are to be "
                 "set), <code>addresses.csv</code> with each address and its host name, for "
                 "control panels.</footer>\n"
                 "</body>\n"
                 "</html>\n");
}
