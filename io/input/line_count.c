#include "io/input/line_count.h"

static bool is_lone_cr(const char *end, size_t end_length)
{
    return end_length == 1 && *end == '\r';
}

void line_count_end(struct line_count *count, const char *end, size_t end_length, bool in_quotes)
{
    if (end_length == 0)
        return;
    if (!is_lone_cr(end, end_length)) {
        count->line++;
        if (count->cr_lines == CR_UNDECIDED)
            count->cr_lines = CR_IGNORED;
        return;
    }
    if (count->cr_lines == CR_UNDECIDED && in_quotes) {
        count->crs_undecided++;
    } else if (count->cr_lines == CR_UNDECIDED) {
        count->cr_lines = CR_COUNTS;
        count->line += count->crs_undecided + 1;
    } else {
        count->line += count->cr_lines == CR_COUNTS;
    }
}

void line_count_rewind(struct line_count *count, uint64_t line)
{
    count->line = line;
    count->crs_undecided = 0;
}
