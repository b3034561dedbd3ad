#include "reports/html/reasons.h"

#include "reports/html/write.h"
#include "reports/report_words.h"
#include "reports/words.h"

/* The verdicts of rows that do not pass, those of most rows first. Returns their number. */
static unsigned list_faults(enum verdict out[VERDICTS], const struct tally *tally)
{
    unsigned count = 0;

    for (unsigned i = 0; i < VERDICTS; i++) {
        uint64_t rows = tally_counting(tally, (enum verdict)i);
        unsigned at = count;

        if (i == VERDICT_PASS || i == VERDICT_NOT_PUBLIC || rows == 0)
            continue;
        for (; at > 0 && tally_counting(tally, out[at - 1]) < rows; at--)
            out[at] = out[at - 1];
        out[at] = (enum verdict)i;
        count++;
    }
    return count;
}

void html_faults_write(const struct tally *tally, struct outfile *out)
{
    enum verdict faults[VERDICTS];
    unsigned count = list_faults(faults, tally);

    if (count == 0)
        return;
    outfile_text(out, "<p class=\"faults\">Do not pass: ");
    for (unsigned i = 0; i < count; i++) {
        outfile_text(out, i > 0 ? ", <span>" : "<span>");
        html_verdict(out, faults[i]);
        outfile_char(out, ' ');
        html_count(out, tally_counting(tally, faults[i]));
        outfile_text(out, "</span>");
    }
    outfile_text(out, " (<a href=\"#legend\">legend</a>).</p>\n");
}

void html_warnings_write(const struct tally *tally, struct outfile *out)
{
    unsigned named[WARNINGS_NAMED];
    unsigned kinds = warnings_largest(named, tally);
    char warnings[WARNINGS_MAX];

    if (kinds == 0)
        return;
    if (tally_readiness(tally) != READY) {
        warnings_print(warnings, tally);
        outfile_printf(out, "<p>%s (<a href=\"#legend\">legend</a>).</p>\n", warnings);
        return;
    }
    outfile_text(out, "<p>Warnings for ");
    html_count(out, tally->warned);
    outfile_printf(out, " address%s that pass%s:</p>\n<ul class=\"warnings\">\n",
                   plural_es(tally->warned), tally->warned == 1 ? "es" : "");
    for (unsigned i = 0; i < kinds && i < WARNINGS_NAMED; i++) {
        const struct finding_row *finding = finding_row(named[i]);

        outfile_text(out, "<li><b>");
        html_count(out, tally->warnings[named[i]]);
        outfile_printf(out, "</b> <span class=\"f %s\">%s</span> %s</li>\n",
                       severity_key(finding->severity), finding->key, finding->sentence);
    }
    if (kinds > WARNINGS_NAMED)
        outfile_printf(out, "<li>%u more kind%s: see the <a href=\"#legend\">legend</a></li>\n",
                       kinds - WARNINGS_NAMED, plural_s(kinds - WARNINGS_NAMED));
    outfile_text(out, "</ul>\n");
}
