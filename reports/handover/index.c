#include "reports/handover/index.h"

#include "reports/fix_words.h"
#include "reports/html/page.h"
#include "reports/html/write.h"
#include "reports/mailbox.h"
#include "reports/report_words.h"
#include "reports/words.h"

void handover_index_begin(struct outfile *out, const struct report_plan *plan)
{
    html_page_title(out);
    outfile_text(out, "Hand-over pack");
    html_page_body(out);
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

static void put_zone(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out, "<td><code>");
    html_name(out, &group->zone);
    outfile_text(out, "</code>");
    if (!group->zone_is_known)
        outfile_text(out, group->undelegated ? " <i>(not delegated)</i>" : " <i>(guessed)</i>");
    if (group->has_domain && !dnsname_equal(&group->domain, &group->zone)) {
        outfile_text(out, "<br>in <code>");
        html_name(out, &group->domain);
        outfile_text(out, "</code>");
    }
    if (group->has_contact) {
        char contact[MAILBOX_TEXT_MAX];

        outfile_text(out, "<br><code>");
        html_text(out, contact, mailbox_print(contact, &group->rname));
        outfile_text(out, "</code>");
    } else {
        outfile_printf(out,
                       "<br><i>no contact in the DNS: look up the holder of the %s in a registry "
                       "(RDAP, whois)</i>",
                       group->has_domain ? "domain" : "addresses");
    }
    outfile_text(out, "</td>");
}

/* The folder's name is safe in a link: letters, digits, dots, hyphens and underscores only. */
static void put_link(struct outfile *out, const char *folder, const char *file)
{
    outfile_printf(out, "<a href=\"%s/%s\">%s</a> ", folder, file, file);
}

void handover_index_party(struct outfile *out, const struct party *party, const char *folder)
{
    const struct fix_group *group = party->group;

    outfile_printf(out, "<tr><th scope=\"row\">%s</th>", fixer_row(group->who)->title);
    put_zone(out, group);
    outfile_text(out, "<td class=\"n\">");
    html_count(out, group->addresses);
    outfile_text(out, "</td><td class=\"n\">");
    html_count(out, party->records);
    outfile_text(out, "</td><td>");
    put_link(out, folder, party_page_format.file);
    put_link(out, folder, party_ticket_format.file);
    if (party_sets_records(party))
        put_link(out, folder, party_zone_format.file);
    put_link(out, folder, party_csv_format.file);
    outfile_text(out, "</td></tr>\n");
}

/* Zones that fail without being named: there is no party to contact yet. */
static uint64_t unknown_addresses(const struct fix_list *list, unsigned *zones)
{
    const struct fix_group *group;
    uint64_t addresses = 0;

    *zones = 0;
    for (unsigned i = 0; (group = fix_list_group(list, i)) != NULL; i++) {
        if (fix_group_is_party(group))
            continue;
        addresses += group->addresses;
        ++*zones;
    }
    return addresses;
}

void handover_index_end(struct outfile *out, const struct fix_list *list, const char *csv)
{
    unsigned zones;
    uint64_t unknown = unknown_addresses(list, &zones);

    outfile_text(out, "</tbody>\n</table>\n");
    if (unknown > 0) {
        outfile_text(out, "<p class=\"notice\"><b>No party is known yet</b> for ");
        html_count(out, unknown);
        outfile_printf(
            out,
            " address%s: the DNS fails for %s, and no answer names the zone%s at fault. See "
            "<code>dns-error</code> in <a href=\"../audit.html\">the report</a>.</p>\n",
            plural_es(unknown), unknown == 1 ? "it" : "them", plural_s(zones));
    }
    if (fix_list_left_out(list) > 0) {
        outfile_text(out, "<p class=\"notice\"><b>Not all parties have a folder.</b> ");
        html_count(out, fix_list_left_out(list));
        outfile_printf(out, " more fixes, in further zones, are in <code>%s</code> only.</p>\n",
                       csv);
    }
    outfile_text(out,
                 "</section>\n"
                 "</main>\n"
                 "<footer>Each folder: <code>request.html</code> to print, <code>ticket.txt</code> "
                 "for a ticket or mail, <code>records.zone</code> for tools (if records are to be "
                 "set), <code>addresses.csv</code> for lists.</footer>\n"
                 "</body>\n"
                 "</html>\n");
}
