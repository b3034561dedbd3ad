#include "reports/handover/handover.h"

#include <stdlib.h>
#include <string.h>

#include "io/output/outfolder.h"
#include "reports/fix_words.h"
#include "reports/fix_zone.h"
#include "reports/handover/index.h"
#include "reports/handover/party.h"
#include "reports/handover/party_slug.h"
#include "reports/report_format.h"

#define HANDOVER_FOLDER "handover"

static const struct party_format *const formats[] = {
    &party_page_format,
    &party_ticket_format,
    &party_zone_format,
    &party_csv_format,
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

struct handover {
    const struct report_plan *plan;
    struct outfolder *folder;
    struct party_rows *rows;
    struct outfile *files[FORMATS]; /* of the current party */
    struct party party;             /* large, reused */
    unsigned slug_count;
    char slugs[FIX_GROUPS_MAX][SLUG_SIZE];
};

static bool is_ours(const char *file)
{
    bool ours = strcmp(file, HANDOVER_INDEX) == 0;

    for (unsigned i = 0; i < FORMATS && !ours; i++)
        ours = strcmp(file, formats[i]->file) == 0;
    return ours;
}

struct handover *handover_open(const struct report_plan *plan, struct failure *failure)
{
    struct handover *handover = calloc(1, sizeof(*handover));

    if (!handover) {
        failure_out_of_memory(failure);
        return NULL;
    }
    handover->plan = plan;
    handover->folder = outfolder_open(plan->folder, HANDOVER_FOLDER, is_ours, failure);
    if (handover->folder)
        handover->rows = party_rows_open(plan->folder, FIX_GROUPS_MAX, failure);
    if (!handover->rows) {
        handover_discard(handover);
        return NULL;
    }
    return handover;
}

/* The operator gets the address without a record: which server is right is not ours to decide. */
static void add_inconsistent(struct handover *handover, const struct report_row *row,
                             unsigned question)
{
    const struct fix nothing = {.who = row->vantages->questions[question].who};
    const struct fix_group *group;
    struct fix_zone zone;

    if (nothing.who == FIXER_NONE)
        return;
    fix_zone_of_question(&zone, row, question);
    group = fix_list_find(handover->plan->fixes, nothing.who, &zone.zone);
    if (group)
        party_rows_add(handover->rows, group->number, row, &nothing);
}

void handover_broken_server(struct handover *handover, const struct broken_zone *zone,
                            const struct ipaddr *address)
{
    const struct fix nothing = {.who = zone->who, .type = PARTY_SERVER_FAILS};
    const struct judgement judgement = {.verdict =
                                            VERDICT_PASS}; /* the address itself is not at fault */
    const struct report_row row = {.address = *address, .judgement = &judgement};
    const struct fix_group *group =
        fix_list_find(handover->plan->fixes, zone->who, &zone->servers->zone);

    if (group)
        party_rows_add(handover->rows, group->number, &row, &nothing);
}

void handover_row(struct handover *handover, const struct report_row *row)
{
    const struct judgement *judgement = row->judgement;
    bool inconsistent = row_inconsistency_counts(row);

    if (!inconsistent && (judgement->fix_count == 0 || judgement->verdict_exception))
        return;
    for (unsigned i = 0; inconsistent && i < row->vantages->question_count; i++)
        add_inconsistent(handover, row, i);
    for (unsigned i = 0; i < judgement->fix_count && !judgement->verdict_exception; i++) {
        const struct fix *fix = &judgement->fixes[i];
        const struct fix_group *group;
        struct fix_zone zone;

        fix_zone_of(&zone, row, i, handover->plan->suffixes);
        group = fix_list_find(handover->plan->fixes, fix->who, &zone.zone);
        if (group)
            party_rows_add(handover->rows, group->number, row, fix);
    }
}

/* Two zones may map to the same folder name: the later one gets a number. */
static const char *new_slug(struct handover *handover, const struct fix_group *group)
{
    char *slug = handover->slugs[handover->slug_count];
    bool taken = true;

    for (unsigned number = 1; taken; number++) {
        party_slug(slug, group->who, &group->zone, number);
        taken = false;
        for (unsigned i = 0; i < handover->slug_count && !taken; i++)
            taken = strcmp(handover->slugs[i], slug) == 0;
    }
    handover->slug_count++;
    return slug;
}

static void put_row(void *context, const struct party_row *row)
{
    struct handover *handover = context;

    party_count(&handover->party, row);
    for (unsigned i = 0; i < FORMATS; i++)
        if (handover->files[i])
            formats[i]->row(&handover->party, row, handover->files[i]);
}

static bool open_files(struct handover *handover, const struct folder *folder,
                       struct failure *failure)
{
    bool good = true;

    for (unsigned i = 0; i < FORMATS && good; i++) {
        if (formats[i]->wanted && !formats[i]->wanted(&handover->party))
            continue;
        handover->files[i] = outfile_open(folder, formats[i]->file, failure);
        good = handover->files[i] != NULL;
        if (good)
            formats[i]->head(&handover->party, handover->files[i]);
    }
    return good;
}

static bool close_files(struct handover *handover, struct failure *failure)
{
    bool good = true;

    for (unsigned i = 0; i < FORMATS && good; i++) {
        if (!handover->files[i])
            continue;
        if (formats[i]->tail)
            formats[i]->tail(&handover->party, handover->files[i]);
        good = outfile_commit(handover->files[i], failure);
        handover->files[i] = NULL;
    }
    return good;
}

static bool write_party(struct handover *handover, const struct fix_group *group,
                        struct outfile *index, struct failure *failure)
{
    const char *slug = new_slug(handover, group);
    const struct folder *folder = outfolder_add(handover->folder, slug, failure);
    struct party *party = &handover->party;

    party->plan = handover->plan;
    party->group = group;
    party->records = 0;
    party->nameless.addresses = 0;
    party->nameless.unlisted = 0;
    party->nameless.range_count = 0;
    if (!folder || !open_files(handover, folder, failure) ||
        !party_rows_each(handover->rows, group->number, put_row, handover, failure) ||
        !close_files(handover, failure))
        return false;
    handover_index_party(index, party, slug);
    return true;
}

static bool write_parties(struct handover *handover, struct outfile *index, struct failure *failure)
{
    const struct fix_group *group;
    bool good = true;

    handover_index_begin(index, handover->plan);
    for (unsigned i = 0; good && (group = fix_list_group(handover->plan->fixes, i)) != NULL; i++)
        if (fix_group_is_party(group))
            good = write_party(handover, group, index, failure);
    handover_index_end(index, handover->plan->fixes,
                       report_file_name(&audit_csv_format, handover->plan));
    return good;
}

bool handover_finish(struct handover *handover, struct failure *failure)
{
    struct outfile *index = NULL;
    const struct folder *folder;
    bool good = false;

    if (fix_list_parties(handover->plan->fixes) == 0)
        return true;
    folder = outfolder_folder(handover->folder, failure);
    if (folder)
        index = outfile_open(folder, HANDOVER_INDEX, failure);
    if (!index || !write_parties(handover, index, failure))
        goto out;
    good = outfile_commit(index, failure);
    index = NULL;
    good = good && outfolder_sync(handover->folder, failure);
out:
    outfile_discard(index);
    return good;
}

bool handover_switch(struct handover *handover, struct failure *failure)
{
    return outfolder_switch(handover->folder, failure);
}

void handover_settle(struct handover *handover)
{
    outfolder_settle(handover->folder);
    handover->folder = NULL;
}

void handover_discard(struct handover *handover)
{
    if (!handover)
        return;
    for (unsigned i = 0; i < FORMATS; i++)
        outfile_discard(handover->files[i]);
    outfolder_discard(handover->folder);
    party_rows_free(handover->rows);
    free(handover);
}
