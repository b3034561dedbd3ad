#include "reports/html/changes.h"

#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/words.h"

static const char REST[] = "changes.csv";

void html_change_counts(struct outfile *out, const struct change_tally *tally)
{
    outfile_text(out, "<dl class=\"numbers\">\n");
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        const char *class_name = i == ROW_BROKE     ? "broken"
                                 : i == ROW_FIXED   ? "pass"
                                 : i == ROW_UNCLEAR ? "unanswered"
                                                    : "none";
        if (tally->changes[i] == 0)
            continue;
        outfile_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>", class_name,
                       row_change_row((enum row_change)i)->key);
        html_count(out, tally->changes[i]);
        outfile_text(out, "</dd></div>\n");
    }
    outfile_text(out, "</dl>\n");
}

static bool same_party(const struct change_group *a, const struct change_group *b)
{
    return a->kind.who == b->kind.who && (a->zone != NULL) == (b->zone != NULL) &&
           (!a->zone || dnsname_equal(a->zone, b->zone));
}

static void put_party(struct outfile *out, const struct change_group *group)
{
    if (!group->zone) {
        outfile_text(out, "<h3>No party must act</h3>\n");
        return;
    }
    outfile_printf(out, "<h3>%s</h3>\n<p class=\"zone\">Zone <code>",
                   fixer_row(group->kind.who)->title);
    html_name(out, group->zone);
    outfile_printf(out, "</code>%s</p>\n", group->zone_is_known ? "" : " <i>(guessed)</i>");
}

static void put_group(struct outfile *out, const struct change_group *group, uint64_t end)
{
    const struct change_kind *kind = &group->kind;

    outfile_printf(out, "<div class=\"problem\"><p><b>%s</b>: ", row_change_row(kind->change)->key);
    if (kind->has_before) {
        outfile_text(out, "was ");
        html_verdict(out, kind->before);
        outfile_char(out, ' ');
    }
    if (kind->has_after) {
        outfile_text(out, kind->has_before ? "is " : "");
        html_verdict(out, kind->after);
        outfile_char(out, ' ');
    }
    html_count(out, group->rows);
    outfile_printf(out, " address%s", plural_es(group->rows));
    if (group->since > 0) {
        outfile_text(out, ", since ");
        html_time(out, group->since);
    }
    outfile_text(out, "</p>\n");
    html_ranges(out, end, &group->ranges, REST);
    outfile_text(out, "</div>\n");
}

/* Has a group before `index` the same party? Then it was written with that one. */
static bool is_written(const struct change_groups *groups, unsigned index, bool alarm)
{
    const struct change_group *group = change_groups_at(groups, index);

    for (unsigned i = 0; i < index; i++) {
        const struct change_group *before = change_groups_at(groups, i);
        if (before->kind.alarm == alarm && same_party(before, group))
            return true;
    }
    return false;
}

static void put_groups_of(struct outfile *out, const struct change_groups *groups, unsigned first,
                          bool alarm, uint64_t end)
{
    const struct change_group *party = change_groups_at(groups, first);

    outfile_text(out, "<div class=\"fix\">\n");
    put_party(out, party);
    for (unsigned i = first; i < change_groups_count(groups) && outfile_size(out) < end; i++) {
        const struct change_group *group = change_groups_at(groups, i);
        if (group->kind.alarm == alarm && same_party(group, party))
            put_group(out, group, end);
    }
    outfile_text(out, "</div>\n");
}

void html_change_groups(struct outfile *out, const struct change_groups *groups, bool alarm,
                        uint64_t end)
{
    unsigned count = change_groups_count(groups), i = 0;

    for (; i < count && outfile_size(out) < end; i++) {
        if (change_groups_at(groups, i)->kind.alarm == alarm && !is_written(groups, i, alarm))
            put_groups_of(out, groups, i, alarm, end);
    }
    if (i < count || change_groups_left_out(groups) > 0)
        outfile_printf(out, "<p class=\"notice\">More changes are in <code>%s</code>.</p>\n", REST);
}
