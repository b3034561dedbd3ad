#include "reports/html/ranges.h"

#include "reports/html/write.h"

static uint64_t addresses_of(const struct address_range *range)
{
    uint64_t addresses = 0;

    for (; range; range = range->next)
        addresses += (uint64_t)iprange_count(&range->range);
    return addresses;
}

void html_ranges(struct outfile *out, uint64_t end, const struct address_ranges *problem,
                 const char *rest)
{
    const struct address_range *range = problem->first;
    char text[IPRANGE_TEXT_MAX];
    uint64_t unlisted;

    outfile_text(out, "<ul class=\"ranges\">");
    for (; range && outfile_size(out) < end; range = range->next) {
        iprange_print(text, &range->range);
        outfile_printf(out, "<li>%s</li>", text);
    }
    unlisted = problem->unlisted + addresses_of(range);
    if (unlisted > 0) {
        outfile_text(out, "<li><i>and ");
        html_count(out, unlisted);
        outfile_printf(out, " more: see <code>%s</code></i></li>", rest);
    }
    outfile_text(out, "</ul>\n");
}
