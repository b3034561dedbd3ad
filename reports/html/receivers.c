#include "reports/html/receivers.h"

#include "reports/html/write.h"
#include "reports/words.h"

static void put_head(struct outfile *out)
{
    outfile_text(
        out,
        "<section id=\"receivers\" aria-labelledby=\"receivers-title\">\n"
        "<h2 id=\"receivers-title\">What receivers make of it</h2>\n"
        "<p>How each receiver is reported to treat mail from the public addresses, judged by "
        "reverse DNS alone. Reported does not mean promised. <i>Unknown</i>: no source says.</p>\n"
        "<div class=\"scroll\"><table class=\"receivers\">\n"
        "<caption>Addresses by receiver</caption>\n"
        "<thead><tr><th scope=\"col\">Receiver</th><th scope=\"col\" class=\"n\">Share "
        "accepted</th>");
    for (unsigned i = 0; i < OUTCOMES; i++)
        outfile_printf(out, "<th scope=\"col\" class=\"n\">%s</th>", outcome_row(i)->key);
    outfile_text(out, "<th scope=\"col\">Reasons for the rest</th></tr></thead>\n"
                      "<tbody>\n");
}

/* Names of options may be broken after an underscore. */
static void put_name(struct outfile *out, const char *name)
{
    char part[RECEIVER_NAME_MAX];
    size_t length = 0;

    for (; *name; name++) {
        part[length++] = *name;
        part[length] = '\0';
        if (*name == '_') {
            html_strange(out, part);
            outfile_text(out, "<wbr>");
            length = 0;
        }
    }
    part[length] = '\0';
    html_strange(out, part);
}

static void put_reasons(struct outfile *out, const uint64_t reasons[RECEIVER_REASONS])
{
    const char *between = "";

    for (unsigned i = 0; i < RECEIVER_REASONS; i++) {
        if (reasons[i] == 0)
            continue;
        outfile_printf(out, "%s<span class=\"whole\">%s ", between, receiver_reason_row(i)->key);
        html_count(out, reasons[i]);
        outfile_text(out, "</span>");
        between = ", ";
    }
    outfile_text(out, "</td></tr>\n");
}

static void put_receiver(struct outfile *out, const struct receiver *receiver,
                         const uint64_t outcomes[OUTCOMES],
                         const uint64_t reasons[RECEIVER_REASONS], uint64_t public_rows)
{
    char share[SHARE_MAX];

    /* rounded down like the headline: 100 % means all */
    share_print(share, outcomes[OUTCOME_ACCEPTS], public_rows);
    outfile_text(out, "<tr><th scope=\"row\">");
    put_name(out, receiver->name);
    outfile_printf(out, "</th><td class=\"n\" data-k=\"share accepted\">%s</td>", share);
    for (unsigned i = 0; i < OUTCOMES; i++) {
        outfile_printf(out, "<td class=\"n\" data-k=\"%s\">", outcome_row(i)->key);
        html_count(out, outcomes[i]);
        outfile_text(out, "</td>");
    }
    outfile_text(out, "<td data-k=\"the rest\">");
    put_reasons(out, reasons);
}

static void put_sources(const struct receiver_list *receivers, struct outfile *out)
{
    outfile_text(out, "<details><summary>Sources</summary>\n<ul>\n");
    for (unsigned i = 0; i < receivers->count; i++) {
        outfile_text(out, "<li><b>");
        html_strange(out, receivers->rows[i]->name);
        outfile_text(out, "</b>: ");
        html_strange(out, receivers->rows[i]->source);
        outfile_text(out, " (");
        html_strange(out, receivers->rows[i]->date);
        outfile_text(out, ")</li>\n");
    }
    outfile_text(out, "</ul>\n</details>\n");
}

/* Explains the reasons that occur in the table. */
static void put_meanings(const struct receiver_list *receivers, const struct tally *tally,
                         struct outfile *out)
{
    outfile_text(out, "<details><summary>What the reasons mean</summary>\n<ul>\n");
    for (unsigned i = 0; i < RECEIVER_REASONS; i++) {
        const struct outcome_row *reason = receiver_reason_row(i);
        uint64_t count = 0;

        for (unsigned j = 0; j < receivers->count; j++)
            count += tally->reasons[j][i];
        if (count > 0)
            outfile_printf(out, "<li><b>%s</b>: %s</li>\n", reason->key, reason->sentence);
    }
    outfile_text(out, "</ul>\n</details>\n");
}

void html_receivers_write(const struct receiver_list *receivers, const struct tally *tally,
                          struct outfile *out)
{
    uint64_t public_rows = tally_public(tally);

    if (public_rows == 0 || receivers->count == 0)
        return;
    put_head(out);
    for (unsigned i = 0; i < receivers->count; i++)
        put_receiver(out, receivers->rows[i], tally->receivers[i], tally->reasons[i], public_rows);
    outfile_text(out, "</tbody>\n</table></div>\n");
    put_meanings(receivers, tally, out);
    put_sources(receivers, out);
    outfile_text(out, "</section>\n");
}
