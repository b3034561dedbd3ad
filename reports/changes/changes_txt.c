/* changes.txt: what changed, as a text to be mailed unchanged. */
#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/change_groups.h"
#include "reports/changes/change_words.h"
#include "reports/mail_text.h"
#include "reports/time_text.h"
#include "reports/words.h"

enum {
    /* The page and the CSV have the rest. */
    PARTIES_PRINTED = 20,
    GROUPS_PRINTED = 20, /* of each part */
    GROUPS_ALWAYS = 2,   /* of each party, before others may have more */
    WORDS_MAX = CHANGE_WORDS_MAX + CHANGE_SENTENCE_MAX
};

struct changes_txt {
    const struct change_plan *plan;
    char words[WORDS_MAX];
    struct mail_text mail;
};

static void *begin(const struct change_plan *plan, struct outfile *out, struct failure *failure)
{
    struct changes_txt *txt = malloc(sizeof(*txt));

    if (!txt) {
        failure_out_of_memory(failure);
        return NULL;
    }
    txt->plan = plan;
    txt->mail.out = out;
    return txt;
}

static void put_notice(struct changes_txt *txt, size_t length)
{
    if (length > 0)
        mail_text_put(&txt->mail, "", "%s.", txt->words);
}

static void put_head(struct changes_txt *txt, const struct change_tally *tally)
{
    const struct compare_job *job = txt->plan->job;

    outfile_char(txt->mail.out, '\n');
    if (change_distrust_print(txt->words, job, tally) > 0)
        mail_text_put(&txt->mail, "", "NOT KNOWN: %s. What follows may be an outage.", txt->words);
    put_notice(txt, change_note_print(txt->words, job));
    put_notice(txt, change_side_print(txt->words, "Before", &job->before, tally->before));
    put_notice(txt, change_side_print(txt->words, "Now", &job->after, tally->after));
    put_notice(txt,
               change_incomplete_print(txt->words, "old", &job->before, tally->not_asked_before));
    put_notice(txt, change_incomplete_print(txt->words, "new", &job->after, tally->not_asked));
    put_notice(txt, change_unconfirmed_print(txt->words, tally));
    put_notice(txt, change_sources_print(txt->words, job));
}

static void put_counts(struct changes_txt *txt, const struct change_tally *tally)
{
    char number[GROUPED_MAX];
    bool begun = false;

    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        if (tally->changes[i] == 0)
            continue;
        if (!begun)
            mail_text_part(&txt->mail, "Changes");
        begun = true;
        grouped_print(number, tally->changes[i]);
        mail_text_put(&txt->mail, "- ", "%s %s: %s", number,
                      row_change_row((enum row_change)i)->key,
                      row_change_row((enum row_change)i)->sentence);
    }
    if (!begun)
        mail_text_part(&txt->mail, "Nothing changed.");
}

static void put_party(struct changes_txt *txt, const struct change_party *party)
{
    char name[PARTY_NAME_MAX], clean[2 * PARTY_NAME_MAX];
    size_t length = change_party_name(name, party);

    printable_text(clean, sizeof(clean), name, length);
    change_party_print(txt->words, txt->plan->groups, party);
    mail_text_put(&txt->mail, "- ", "%s (%s): %s", clean, fixer_row(party->who)->title, txt->words);
}

/* Parties that raise the alarm. */
static void put_parties(struct changes_txt *txt)
{
    const struct change_groups *groups = txt->plan->groups;
    const struct change_parties *parties = change_groups_parties(groups);
    unsigned count = change_groups_alarmed(groups);
    uint64_t more = change_parties_left_out(parties);
    char number[GROUPED_MAX];

    if (count == 0)
        return;
    mail_text_part(&txt->mail, "Who must act");
    for (unsigned i = 0; i < count; i++) {
        if (i < PARTIES_PRINTED)
            put_party(txt, change_parties_at(parties, i));
        else
            more += change_parties_at(parties, i)->alarms;
    }
    grouped_print(number, more);
    if (more > 0)
        mail_text_put(&txt->mail, "- ", "More parties: %s address%s", number, plural_es(more));
}

/* How many groups of a party are printed, so that none takes the room of the others. */
static unsigned share_of(const struct change_groups *groups)
{
    unsigned parties = change_groups_alarmed(groups);
    unsigned share = parties > 0 ? GROUPS_PRINTED / parties : GROUPS_PRINTED;

    return share > GROUPS_ALWAYS ? share : GROUPS_ALWAYS;
}

/* The groups that raise the alarm, or the others. */
static void put_groups(struct changes_txt *txt, const char *title, bool alarm)
{
    const struct change_groups *groups = txt->plan->groups;
    unsigned printed = 0, of_party = 0, party = CHANGE_NO_PARTY;
    unsigned share = alarm ? share_of(groups) : GROUPS_PRINTED;
    uint64_t more = 0;
    char number[GROUPED_MAX];

    for (unsigned i = 0; i < change_groups_count(groups); i++) {
        const struct change_group *group = change_groups_at(groups, i);
        if (group->kind.alarm != alarm || group->kind.is_second)
            continue;
        of_party = group->party == party ? of_party + 1 : 0;
        party = group->party;
        if (printed == GROUPS_PRINTED || of_party >= share) {
            more += group->rows;
            continue;
        }
        if (printed++ == 0)
            mail_text_part(&txt->mail, title);
        change_group_print(txt->words, group);
        mail_text_put(&txt->mail, "- ", "%s", txt->words);
    }
    grouped_print(number, more);
    if (more > 0)
        mail_text_put(&txt->mail, "- ", "and %s more address%s: see %s", number, plural_es(more),
                      changes_html_format.file);
}

static void put_place(struct changes_txt *txt)
{
    const struct compare_job *job = txt->plan->job;
    struct time_text time = {0};

    printable_text(txt->words, sizeof(txt->words), job->folder->path, strlen(job->folder->path));
    mail_text_part(&txt->mail, "The changes as a page, and one row per change:");
    mail_text_put(&txt->mail, "  ", "%s/%s", txt->words, changes_html_format.file);
    mail_text_put(&txt->mail, "  ", "%s/%s", txt->words, changes_csv_format.file);
    if (job->keep) {
        mail_text_part(&txt->mail, "The whole report, with the requests to send:");
        mail_text_put(&txt->mail, "  ", "%s/audit.html", txt->words);
    }
    outfile_char(txt->mail.out, '\n');
    mail_text_put(&txt->mail, "", "%s, %s", job->program,
                  time_text_of(&time, txt->plan->written_at));
}

static bool finish(void *writer, const struct change_tally *tally, struct failure *failure)
{
    struct changes_txt *txt = writer;

    (void)failure;
    change_subject_print(txt->words, MAIL_TEXT_WIDTH, txt->plan->job, tally);
    mail_text_subject(&txt->mail, txt->words, txt->plan->job->after.records[0].inputs);
    put_head(txt, tally);
    put_parties(txt);
    put_counts(txt, tally);
    put_groups(txt, "What broke", true);
    put_groups(txt, "What else changed", false);
    put_place(txt);
    return true;
}

const struct change_format changes_txt_format = {"changes.txt", begin, NULL, finish, free};
