#include "reports/html/fixes.h"

#include <string.h>

#include "reports/fix_words.h"
#include "reports/html/differences.h"
#include "reports/html/ranges.h"
#include "reports/html/write.h"
#include "reports/mailbox.h"
#include "reports/words.h"

enum { RECORDS_UNFOLDED = 24 };

/* What each fixer is asked to do. */
static const char *const requests[FIXERS] = {
    [FIXER_REVERSE_ZONE] =
        "Set these PTR records in the reverse zone. They replace any others at these names:",
    [FIXER_HOST_NAME] = "Add these address records to the zone of the host names. They replace a "
                        "CNAME at such a name:",
    [FIXER_FAILING_ZONE] =
        "Find out why the name servers of the zone fail, then audit again. Usual causes: a server "
        "that does not serve the zone, expired signatures, a firewall.",
    [FIXER_NAME_SERVERS] =
        "Bring all name servers of the zone to the same version. Usual causes: a failing zone "
        "transfer, a forgotten server, a change that has not reached every server.",
};

static void put_servers(struct outfile *out, const struct fix_group *group)
{
    for (unsigned i = 0; i < group->server_count; i++) {
        outfile_text(out, i > 0 ? ", <code>" : " · name servers <code>");
        html_name(out, &group->servers[i]);
        outfile_text(out, "</code>");
    }
    if (group->server_total > group->server_count)
        outfile_printf(out, " and %u more", group->server_total - group->server_count);
}

/* For a failing zone: whether all of it fails or some names, and an example. */
static void put_failure(struct outfile *out, const struct fix_group *group)
{
    char failure[ZONE_FAILURE_TEXT_MAX];

    if (fix_group_is_not_loaded(group)) {
        outfile_text(out, "<p><b>No zone file contains it:</b> add its file with "
                          "<code>--zone</code>, or audit the published DNS.</p>\n");
        return;
    }
    fix_group_failure(failure, group);
    if (failure[0]) {
        outfile_text(out, group->answers ? "<p>" : "<p><b>");
        html_text(out, failure, strlen(failure));
        outfile_text(out, group->answers ? "</p>\n" : "</b></p>\n");
    }
    fix_group_example(failure, group);
    if (failure[0]) {
        outfile_text(out, "<p>");
        html_text(out, failure, strlen(failure));
        outfile_text(out, "</p>\n");
    }
}

static void put_asked(struct outfile *out, const struct fix_group *group)
{
    if (group->asked_first == 0)
        return;
    outfile_text(out,
                 group->asked_first == group->asked_last ? "<p>Checked " : "<p>First checked ");
    html_time(out, group->asked_first);
    if (group->asked_last != group->asked_first) {
        outfile_text(out, ", last ");
        html_time(out, group->asked_last);
    }
    outfile_text(out, ".</p>\n");
}

void html_fix_zone(struct outfile *out, const struct fix_group *group)
{
    outfile_text(out, "<p class=\"zone\">Zone <code>");
    html_name(out, &group->zone);
    outfile_text(out, "</code>");
    if (group->undelegated) {
        outfile_text(out, " <i>(does not exist: not delegated)</i>");
    } else if (!group->zone_is_known) {
        outfile_text(out, " <i>(guessed: no answer named it)</i>");
    }
    if (group->has_domain) {
        outfile_text(out, " · registrable domain <code>");
        html_name(out, &group->domain);
        outfile_text(out, "</code>");
    }
    if (group->has_contact) {
        char contact[MAILBOX_TEXT_MAX];

        outfile_text(out, " · primary server <code>");
        html_name(out, &group->mname);
        outfile_text(out, "</code> · contact <code>");
        html_text(out, contact, mailbox_print(contact, &group->rname));
        outfile_text(out, "</code>");
    }
    put_servers(out, group);
    outfile_text(out, "</p>\n");
    if (group->who == FIXER_FAILING_ZONE)
        put_failure(out, group);
    put_asked(out, group);
    if (group->undelegated) {
        char missing[DELEGATION_TEXT_MAX];

        fix_group_delegation(missing, group);
        outfile_text(out, "<p><b>");
        html_text(out, missing, strlen(missing));
        outfile_text(out, "</b></p>\n");
    }
    if (group->contested > 0) {
        char contest[CONTEST_TEXT_MAX];

        fix_group_contest(contest, group);
        outfile_printf(out, "<p><b>%s</b></p>\n", contest);
    }
}

void html_fix_problems(struct outfile *out, const struct fix_group *group, const char *rest)
{
    for (unsigned i = 0; i < VERDICTS; i++) {
        const struct address_ranges *problem = &group->problems[i];

        if (problem->addresses == 0)
            continue;
        outfile_text(out, "<div class=\"problem\"><p>");
        html_verdict(out, i);
        outfile_text(out, " ");
        outfile_text(out, verdict_row(i)->sentence);
        outfile_text(out, fix_group_remark(group, i));
        outfile_text(out, " <b>");
        html_count(out, problem->addresses);
        outfile_printf(out, " address%s</b></p>\n", plural_es(problem->addresses));
        html_ranges(out, problem, rest);
        outfile_text(out, "</div>\n");
    }
    html_differences(group->differences, out, rest);
    html_broken_servers(group, out, rest);
}

static void put_records(struct outfile *out, const struct fix_group *group, const char *csv)
{
    bool is_long = group->record_count > RECORDS_UNFOLDED;

    /* it scrolls, so it must be reachable by keyboard */
    outfile_printf(out, "<pre%s tabindex=\"0\" role=\"region\" aria-label=\"Records to set\">",
                   is_long ? " class=\"long\"" : "");
    for (const struct fix_record *record = group->first; record; record = record->next) {
        html_text(out, record->text, strlen(record->text));
        outfile_char(out, '\n');
    }
    outfile_text(out, "</pre>\n");
    if (group->unlisted > 0) {
        outfile_text(out, "<p class=\"notice\"><b>");
        html_count(out, group->unlisted);
        outfile_printf(
            out,
            " more records</b> are in column <code>fix_record</code> of <code>%s</code>.</p>\n",
            csv);
    }
}

static void put_requests(struct outfile *out, const struct fix_group *group, const char *csv)
{
    bool fails = group->who == FIXER_FAILING_ZONE && !fix_group_is_not_loaded(group);

    if (fails || group->inconsistent.addresses > 0 || group->record_count > 0)
        outfile_printf(out, "<p class=\"ask\">%s</p>\n", requests[group->who]);
    if (group->broken.servers)
        outfile_text(out, "<p class=\"ask\">Find out why these name servers fail for the zone, and "
                          "repair them or remove them from its delegation.</p>\n");
    if (group->record_count > 0)
        put_records(out, group, csv);
    if (group->without_record > 0 && group->who == FIXER_REVERSE_ZONE) {
        outfile_text(out, "<p><b>Choose host names first</b> for ");
        html_count(out, group->without_record);
        outfile_printf(out,
                       " address%s: the input gives none. Choose a name in your own domain for "
                       "each address, add an address record for it, and put it in the second "
                       "column of the input. The next audit then lists the PTR records.</p>\n",
                       plural_es(group->without_record));
    }
    if (group->has_safe_after) {
        outfile_text(out, "<p class=\"when\">Resolvers may remember the old state until ");
        html_time(out, group->safe_after);
        outfile_text(out, ": audit again after that.</p>\n");
    }
}

static void put_group(struct outfile *out, const struct fix_group *group, unsigned number,
                      const char *csv)
{
    outfile_printf(
        out, "<article class=\"fix\" aria-labelledby=\"fix-%u\">\n<h3 id=\"fix-%u\">%s <small>",
        number, number, fixer_row(group->who)->title);
    html_count(out, group->addresses);
    outfile_printf(out, " address%s</small></h3>\n", plural_es(group->addresses));
    html_fix_zone(out, group);
    html_fix_problems(out, group, csv);
    put_requests(out, group, csv);
    outfile_text(out, "</article>\n");
}

void html_fixes_write(const struct fix_list *list, const char *csv, struct outfile *out)
{
    const struct fix_group *group;

    if (!fix_list_group(list, 0))
        return;
    outfile_text(
        out, "<section id=\"fixes\" aria-labelledby=\"fixes-title\">\n"
             "<h2 id=\"fixes-title\">What to fix</h2>\n"
             "<p>One part for each party that must act. One click selects all records of a part.");
    if (fix_list_parties(list) > 0)
        outfile_text(out, " The <a href=\"handover/index.html\">hand-over pack</a> holds a folder "
                          "for each party, ready to send.");
    outfile_text(out, "</p>\n");
    for (unsigned i = 0; (group = fix_list_group(list, i)) != NULL; i++)
        put_group(out, group, i + 1, csv);
    if (fix_list_left_out(list) > 0) {
        outfile_text(out, "<p class=\"notice\"><b>Not all groups are shown.</b> ");
        html_count(out, fix_list_left_out(list));
        outfile_printf(out, " more fixes, in further zones, are in <code>%s</code>.</p>\n", csv);
    }
    outfile_text(out, "</section>\n");
}
