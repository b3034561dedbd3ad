#include "reports/html/legend.h"

#include "reports/html/page.h"
#include "reports/html/write.h"

static void put_table_head(struct outfile *out, const char *caption)
{
    outfile_printf(
        out,
        "<table class=\"legend\">\n<caption>%s</caption>\n<thead><tr><th scope=\"col\">Key</th>"
        "<th scope=\"col\">Meaning</th><th scope=\"col\">Source</th>"
        "<th scope=\"col\" class=\"n\">Addresses</th></tr></thead>\n<tbody>\n",
        caption);
}

static void put_source(struct outfile *out, const char *source, uint64_t count)
{
    outfile_printf(out, "</td><td>%s</td><td class=\"n\">", source);
    html_count(out, count);
    outfile_text(out, "</td></tr>\n");
}

static void put_verdicts(const struct tally *tally, struct outfile *out)
{
    put_table_head(out, "Verdicts of this report, with their shape in the maps");
    for (unsigned i = 0; i < VERDICTS; i++) {
        const struct verdict_row *row = verdict_row(i);

        if (tally->verdicts[i] == 0)
            continue;
        outfile_printf(out,
                       "<tr><th scope=\"row\"><svg viewBox=\"0 0 10 10\" aria-hidden=\"true\">"
                       "<path class=\"m-%s\" d=\"M0 0h10v10H0z\"/></svg><code>%s</code>",
                       row->key, row->key);
        outfile_printf(out, "</th><td>%s", row->sentence);
        put_source(out, row->source, tally->verdicts[i]);
    }
    outfile_text(out, "</tbody>\n</table>\n");
}

/* A finding for information needs no advice. */
static void put_change(const struct tally *tally, enum finding finding, struct outfile *out)
{
    enum change change = finding_row(finding)->change;

    if (change == CHANGE_NOTHING)
        return;
    outfile_printf(out, "<br><i>To change: %s", change_text(change));
    if ((tally->timed_findings >> finding) & 1u) {
        outfile_text(out, "; visible everywhere from ");
        html_time(out, tally->finding_after[finding]);
    }
    outfile_text(out, ".</i>");
}

static void put_findings(const struct tally *tally, struct outfile *out)
{
    uint64_t any = 0;

    for (unsigned i = 0; i < FINDINGS; i++)
        any |= tally->findings[i];
    if (any == 0)
        return;
    put_table_head(out, "Findings of this report, beside the verdicts");
    for (unsigned i = 0; i < FINDINGS; i++) {
        const struct finding_row *row = finding_row(i);

        if (tally->findings[i] == 0)
            continue;
        outfile_printf(out, "<tr><th scope=\"row\"><span class=\"f %s\">%s</span>",
                       severity_key(row->severity), row->key);
        outfile_printf(out, "</th><td>%s", row->sentence);
        put_change(tally, i, out);
        put_source(out, row->source, tally->findings[i]);
    }
    outfile_text(out, "</tbody>\n</table>\n");
}

void html_legend_write(const struct tally *tally, struct outfile *out)
{
    html_fold_begin(out, "legend", "Legend");
    if (tally->rows > 0)
        put_verdicts(tally, out);
    put_findings(tally, out);
    html_fold_end(out);
}
