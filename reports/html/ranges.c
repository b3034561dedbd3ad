#include "reports/html/ranges.h"

#include "reports/html/write.h"

void html_ranges(struct outfile *out, const struct address_ranges *problem, const char *rest)
{
    char text[IPRANGE_TEXT_MAX];

    outfile_text(out, "<ul class=\"ranges\">");
    for (const struct address_range *range = problem->first; range; range = range->next) {
        iprange_print(text, &range->range);
        outfile_printf(out, "<li>%s</li>", text);
    }
    if (problem->unlisted > 0) {
        outfile_text(out, "<li><i>and ");
        html_count(out, problem->unlisted);
        outfile_printf(out, " more: see <code>%s</code></i></li>", rest);
    }
    outfile_text(out, "</ul>\n");
}
