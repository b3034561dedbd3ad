#include "reports/html/parties.h"

#include "reports/html/page_room.h"
#include "reports/html/party_part.h"
#include "reports/html/write.h"
#include "reports/words.h"

static void put_folder(struct outfile *out, const struct fix_party *party, const char *file)
{
    outfile_printf(out, "<a href=\"handover/%s/%s\">%s</a>", party->folder, file, file);
}

static void put_links(struct outfile *out, const struct fix_party *party)
{
    if (!party->folder) {
        outfile_text(out, "<i>no party is known yet</i>");
        return;
    }
    put_folder(out, party, "request.html");
    outfile_text(out, " ");
    put_folder(out, party, "ticket.txt");
    outfile_text(out, " ");
    put_folder(out, party, "ticket.eml");
}

static void put_party(struct outfile *out, const struct fix_party *party, bool has_part)
{
    outfile_text(out, "<tr><th scope=\"row\">");
    if (has_part)
        outfile_printf(out, "<a href=\"#fix-%u\">", party->number + 1);
    html_party_name(out, party);
    outfile_text(out, has_part ? "</a>" : "");
    html_party_doubt(out, party);
    outfile_printf(out, "</th><td>%s", fixer_row(party->who)->title);
    if (party->zone_count > 1) {
        outfile_text(out, ", ");
        html_count(out, party->zone_count);
        outfile_text(out, " zones");
    }
    outfile_text(out, "</td><td class=\"n\" data-k=\"Addresses\">");
    html_count(out, party->addresses);
    outfile_text(out, "</td><td class=\"n\" data-k=\"Records\">");
    html_party_records(out, party);
    outfile_text(out, "</td><td data-k=\"A fix is seen from\">");
    if (party->has_safe_after)
        html_time(out, party->safe_after);
    outfile_text(out, "</td><td>");
    put_links(out, party);
    outfile_text(out, "</td></tr>\n");
}

void html_parties_more(const struct fix_list *list, unsigned shown, const char *title,
                       const char *csv, struct outfile *out)
{
    uint64_t addresses = 0;
    unsigned parties = 0;
    const struct fix_party *party;

    for (unsigned i = shown; (party = fix_list_party(list, i)) != NULL; i++) {
        addresses += party->addresses;
        parties++;
    }
    if (parties == 0)
        return;
    outfile_printf(out, "<p class=\"notice\"><b>%s: ", title);
    html_count(out, parties);
    outfile_text(out, "</b>, with ");
    html_count(out, addresses);
    outfile_printf(out,
                   " address%s: see <a href=\"handover/index.html\">the hand-over pack</a> and "
                   "<code>%s</code>.</p>\n",
                   plural_es(addresses), csv);
}

void html_parties_write(const struct fix_list *list, unsigned parts, const char *csv,
                        struct outfile *out)
{
    const struct fix_party *party;
    uint64_t end = outfile_size(out) + PAGE_ROOM_PARTIES;
    unsigned i = 0;

    if (!fix_list_party(list, 0))
        return;
    outfile_text(out, "<section id=\"parties\" aria-labelledby=\"parties-title\">\n"
                      "<h2 id=\"parties-title\">Who must act</h2>\n"
                      "<p>One row for each party, largest first.");
    if (fix_list_parties(list) > 0)
        outfile_text(out, " The <a href=\"handover/index.html\">hand-over pack</a> holds a folder "
                          "for each party, ready to send.");
    outfile_text(
        out, "</p>\n<table class=\"parties who\">\n<thead><tr><th scope=\"col\">Party</th><th "
             "scope=\"col\">Must act as</th><th scope=\"col\" class=\"n\">Addresses</th><th "
             "scope=\"col\" class=\"n\">Records</th><th scope=\"col\">A fix is seen from</th><th "
             "scope=\"col\">Request</th></tr></thead>\n<tbody>\n");
    for (; outfile_size(out) < end && (party = fix_list_party(list, i)) != NULL; i++)
        put_party(out, party, i < parts);
    outfile_text(out, "</tbody>\n</table>\n");
    html_parties_more(list, i, "Parties that are not in this table", csv, out);
    outfile_text(out, "</section>\n");
}
