#include "reports/html/changes.h"

#include "reports/change_tally.h"
#include "reports/html/page_room.h"
#include "reports/html/party_part.h"
#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/words.h"

static const char REST[] = "changes.csv";

enum {
    PARTIES_SHOWN = 200, /* in the table */
    GROUPS_OPEN = 8,     /* of a party, before the others are folded away */
};

void html_change_counts(struct outfile *out, const uint64_t changes[ROW_CHANGES])
{
    outfile_text(out, "<dl class=\"numbers\">\n");
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        const char *class_name = i == ROW_BROKE     ? "broken"
                                 : i == ROW_FIXED   ? "pass"
                                 : i == ROW_UNCLEAR ? "unanswered"
                                                    : "none";
        if (changes[i] == 0)
            continue;
        outfile_printf(out, "<div class=\"%s\"><dt>%s</dt><dd>", class_name,
                       row_change_row((enum row_change)i)->key);
        html_count(out, changes[i]);
        outfile_text(out, "</dd></div>\n");
    }
    outfile_text(out, "</dl>\n");
}

static void put_party_name(struct outfile *out, const struct change_party *party)
{
    char name[PARTY_NAME_MAX];

    change_party_name(name, party);
    html_party_text(out, name, party->provider);
}

/* ---- the table of parties ---- */

static void put_row(struct outfile *out, const struct change_parties *parties, unsigned index)
{
    const struct change_party *party = change_parties_at(parties, index);
    bool begun = false;

    outfile_printf(out, "<tr><th scope=\"row\"><a href=\"#party-%u\">", index + 1);
    put_party_name(out, party);
    outfile_printf(
        out, "</a></th><td data-k=\"Must act as\">%s</td><td class=\"n\" data-k=\"Addresses\">",
        fixer_row(party->who)->title);
    html_count(out, party->alarms);
    outfile_printf(out, "</td><td class=\"n\" data-k=\"Zones\">%s",
                   change_parties_has_more_zones(parties) ? "at least " : "");
    html_count(out, party->alarm_zones);
    outfile_text(out, "</td><td data-k=\"Now\">");
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (party->verdicts[i] == 0)
            continue;
        outfile_text(out, begun ? "<br>" : "");
        begun = true;
        html_verdict(out, (enum verdict)i);
        outfile_char(out, ' ');
        html_count(out, party->verdicts[i]);
    }
    outfile_text(out, "</td></tr>\n");
}

static void put_more_parties(struct outfile *out, const struct change_groups *groups)
{
    const struct change_parties *parties = change_groups_parties(groups);
    uint64_t more = change_parties_left_out(parties);

    for (unsigned i = PARTIES_SHOWN; i < change_groups_alarmed(groups); i++)
        more += change_parties_at(parties, i)->alarms;
    if (more == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>More parties, not in this table</b>, with ");
    html_count(out, more);
    outfile_printf(out, " address%s: see <code>%s</code>.</p>\n", plural_es(more), REST);
}

void html_change_parties(struct outfile *out, const struct change_groups *groups)
{
    unsigned count = change_groups_alarmed(groups);

    if (count == 0)
        return;
    outfile_text(out, "<table class=\"receivers\">\n<thead><tr><th scope=\"col\">Party</th>"
                      "<th scope=\"col\">Must act as</th>"
                      "<th scope=\"col\" class=\"n\">Addresses</th>"
                      "<th scope=\"col\" class=\"n\">Zones</th>"
                      "<th scope=\"col\">Now</th></tr></thead>\n<tbody>\n");
    for (unsigned i = 0; i < count && i < PARTIES_SHOWN; i++)
        put_row(out, change_groups_parties(groups), i);
    outfile_text(out, "</tbody>\n</table>\n");
    put_more_parties(out, groups);
}

/* ---- their changes ---- */

static void put_party(struct outfile *out, const struct change_groups *groups, unsigned index,
                      bool alarm)
{
    if (index == CHANGE_NO_PARTY) {
        outfile_text(out, "<h3>No party must act, or none is known</h3>\n");
        return;
    }
    const struct change_party *party = change_parties_at(change_groups_parties(groups), index);

    outfile_text(out, "<h3");
    if (alarm)
        outfile_printf(out, " id=\"party-%u\"", index + 1);
    outfile_char(out, '>');
    put_party_name(out, party);
    outfile_printf(out, "</h3>\n<p class=\"zone\">%s", fixer_row(party->who)->title);
    if (alarm) {
        outfile_text(out, ": ");
        html_count(out, party->alarms);
        outfile_printf(out, " address%s in ", plural_es(party->alarms));
        html_count(out, party->alarm_zones);
        outfile_printf(out, " zone%s", plural_s(party->alarm_zones));
    }
    outfile_text(out, "</p>\n");
    if (alarm && party->alarm_zones > 1)
        html_ranges(out, UINT64_MAX, &party->ranges, REST);
}

static void put_zone(struct outfile *out, const struct change_group *group)
{
    if (!group->zone)
        return;
    outfile_text(out, ", zone <code>");
    html_name(out, group->zone);
    outfile_printf(out, "</code>%s", group->zone_is_known ? "" : " <i>(guessed)</i>");
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
    put_zone(out, group);
    if (group->since > 0) {
        outfile_text(out, ", since ");
        html_time(out, group->since);
    }
    outfile_text(out, "</p>\n");
    html_ranges(out, end, &group->ranges, REST);
    outfile_text(out, "</div>\n");
}

/* The index after the groups of the party of group `first`. */
static unsigned end_of(const struct change_groups *groups, unsigned first)
{
    const struct change_group *head = change_groups_at(groups, first);
    unsigned i = first + 1;

    for (; i < change_groups_count(groups); i++) {
        const struct change_group *group = change_groups_at(groups, i);
        if (group->kind.alarm != head->kind.alarm || group->party != head->party)
            break;
    }
    return i;
}

static void put_left(struct outfile *out, uint64_t left)
{
    if (left == 0)
        return;
    outfile_text(out, "<p class=\"notice\"><b>");
    html_count(out, left);
    outfile_printf(out, " more address%s of this party</b>: see <code>%s</code>.</p>\n",
                   plural_es(left), REST);
}

/* Ends the part of the party, which must not be torn on paper. */
static void put_fold(struct outfile *out, const struct change_groups *groups, unsigned party)
{
    outfile_text(out, "</div>\n<details>\n<summary>The rest");
    if (party != CHANGE_NO_PARTY) {
        outfile_text(out, " of ");
        put_party_name(out, change_parties_at(change_groups_parties(groups), party));
    }
    outfile_text(out, ", zone by zone</summary>\n");
}

/* The groups of one party from `first` to before `last`; all but the largest are folded away. */
static void put_groups_of(struct outfile *out, const struct change_groups *groups, unsigned first,
                          unsigned last, uint64_t end)
{
    const struct change_group *head = change_groups_at(groups, first);
    bool folds = last - first > 2 * GROUPS_OPEN;
    uint64_t left = 0;

    outfile_text(out, "<div class=\"fix\">\n");
    put_party(out, groups, head->party, head->kind.alarm);
    for (unsigned i = first; i < last; i++) {
        const struct change_group *group = change_groups_at(groups, i);

        if (folds && i - first == GROUPS_OPEN)
            put_fold(out, groups, head->party);
        if (outfile_size(out) < end)
            put_group(out, group, end);
        else
            left += group->rows;
    }
    put_left(out, left);
    outfile_text(out, folds ? "</details>\n" : "</div>\n");
}

static unsigned count_parties(const struct change_groups *groups, bool alarm)
{
    unsigned count = 0, last = CHANGE_NO_PARTY + 1;

    for (unsigned i = 0; i < change_groups_count(groups); i++) {
        const struct change_group *group = change_groups_at(groups, i);
        if (group->kind.alarm != alarm)
            continue;
        count += group->party != last;
        last = group->party;
    }
    return count;
}

void html_change_groups(struct outfile *out, const struct change_groups *groups, bool alarm,
                        uint64_t end)
{
    unsigned count = change_groups_count(groups), parties = count_parties(groups, alarm), i = 0;

    while (i < count && change_groups_at(groups, i)->kind.alarm != alarm)
        i++;
    while (i < count && change_groups_at(groups, i)->kind.alarm == alarm &&
           outfile_size(out) < end) {
        unsigned next = end_of(groups, i);
        uint64_t size = outfile_size(out);

        put_groups_of(out, groups, i, next, size + (end - size) / parties--);
        i = next;
    }
    if (parties > 0 || change_groups_left_out(groups) > 0)
        outfile_printf(out, "<p class=\"notice\">More changes are in <code>%s</code>.</p>\n", REST);
}

/* ---- the section of the report ---- */

/* A link to the rows in explore.html, which holds at least those that do not pass. */
static void put_broke_link(struct outfile *out, const struct report_plan *plan,
                           const struct tally *tally)
{
    if (plan->explore && tally->changes[ROW_BROKE] > 0)
        outfile_printf(out, "; <a href=\"%s#in=change&amp;text=%s\">what broke</a>",
                       explore_page_format.file, row_change_row(ROW_BROKE)->key);
}

void html_changes(struct outfile *out, const struct report_plan *plan, const struct tally *tally)
{
    const struct change_report *changes = plan->changes;
    char since[SINCE_BASELINE_MAX];

    if (since_baseline_print(since, plan, tally) == 0)
        return;
    outfile_text(out, "<section aria-labelledby=\"changes\">\n"
                      "<h2 id=\"changes\">Since the baseline</h2>\n<p class=\"share\">");
    html_strange(out, since);
    outfile_text(out, "</p>\n");
    html_change_counts(out, changes ? changes->tally->changes : tally->changes);
    if (changes) {
        html_change_parties(out, changes->groups);
        if (changes->tally->alarms > 0)
            html_change_groups(out, changes->groups, true, outfile_size(out) + PAGE_ROOM_CHANGES);
        outfile_text(out, "<p>All changes: <a href=\"changes.html\">changes.html</a></p>\n");
    } else {
        outfile_printf(out, "<p>Which rows: column <code>change</code> of %s",
                       report_file_name(&audit_csv_format, plan));
        put_broke_link(out, plan, tally);
        outfile_text(out, ". What left the input is not counted.</p>\n");
    }
    outfile_text(out, "</section>\n");
}
