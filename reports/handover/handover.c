#include "reports/handover/handover.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/output/outfolder.h"
#include "reports/handover/index.h"
#include "reports/handover/party.h"
#include "reports/handover/party_mail.h"
#include "reports/party_slug.h"

#define HANDOVER_FOLDER "handover"
#define ZONE_SUFFIX ".zone"

/* The mail comes last: it holds the others. */
static const struct party_format *const formats[] = {
    &party_page_format,
    &party_ticket_format,
    &party_csv_format,
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

struct handover {
    const struct report_plan *plan;
    struct outfolder *folder;
    struct outfile *files[FORMATS]; /* of the current party */
    struct outfile *zone_file;      /* of the current zone; NULL: none is open */
    const struct folder *records;   /* of the current party; NULL: it has none yet */
    struct mail_files attached;
    struct slug_set zone_names; /* of the files in records/ */
    struct party party;         /* large, reused */
    struct failure *failure;
};

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text);
    size_t end_length = strlen(end);

    return length >= end_length && strcmp(text + length - end_length, end) == 0;
}

/* Zone files have any name: notes of the user are not in those. */
static bool is_ours(const char *file)
{
    bool ours = strcmp(file, HANDOVER_INDEX) == 0 || strcmp(file, PARTY_MAIL) == 0 ||
                ends_with(file, ZONE_SUFFIX);

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
        return handover;
    handover_discard(handover);
    return NULL;
}

/* ---- zone files ---- */

static void close_zone_file(struct handover *handover)
{
    struct outfile *file = handover->zone_file;

    if (!file)
        return;
    handover->attached.bytes += outfile_size(file);
    handover->zone_file = NULL;
    (void)!outfile_close(file, handover->failure);
}

static void open_zone_file(struct handover *handover)
{
    char slug[SLUG_SIZE];
    char name[FOLDER_NAME_MAX];
    struct mail_files *attached = &handover->attached;

    if (!handover->records)
        handover->records =
            outfolder_add_inner(handover->folder, RECORDS_FOLDER, handover->failure);
    if (!handover->records)
        return;
    if (!zone_slug(slug, handover->party.zone->zone, &handover->zone_names)) {
        failure_out_of_memory(handover->failure);
        return;
    }
    snprintf(name, sizeof(name), "%s" ZONE_SUFFIX, slug);
    handover->zone_file = outfile_open_new(handover->records, name, handover->failure);
    if (!handover->zone_file)
        return;
    if (attached->count < MAIL_FILES_MAX)
        memcpy(attached->names[attached->count], name, sizeof(name));
    attached->count++;
    party_zone_begin(handover->zone_file, &handover->party);
}

/* ---- the files of a party ---- */

static void put_row(void *context, const struct fix_item *item)
{
    struct handover *handover = context;

    handover->party.lookups += item->fix.has_question && !item->is_repeated;
    for (unsigned i = 0; i < FORMATS && !item->is_repeated; i++)
        if (formats[i]->row)
            formats[i]->row(&handover->party, item, handover->files[i]);
}

static void put_record(void *context, const struct fix_item *item)
{
    struct handover *handover = context;
    struct party *party = &handover->party;

    if (failure_is_set(handover->failure))
        return;
    party->records++;
    party->zone_is_new = !party->zone || party->zone->number != item->group;
    if (party->zone_is_new) {
        close_zone_file(handover);
        party->zone = fix_list_group(handover->plan->fixes, item->group);
        open_zone_file(handover);
    }
    party_note_record(party, item);
    for (unsigned i = 0; i < FORMATS; i++)
        if (formats[i]->record)
            formats[i]->record(party, item, handover->files[i]);
    if (handover->zone_file)
        party_zone_record(handover->zone_file, party, item);
}

static bool open_files(struct handover *handover, const struct folder *folder)
{
    for (unsigned i = 0; i < FORMATS; i++) {
        handover->files[i] = outfile_open_new(folder, formats[i]->file, handover->failure);
        if (!handover->files[i])
            return false;
        formats[i]->head(&handover->party, handover->files[i]);
    }
    return true;
}

static bool close_files(struct handover *handover)
{
    bool good = true;

    close_zone_file(handover);
    for (unsigned i = 0; i < FORMATS && good; i++) {
        struct outfile *file = handover->files[i];

        if (formats[i]->tail)
            formats[i]->tail(&handover->party, file);
        if (formats[i] == &party_csv_format)
            handover->attached.bytes += outfile_size(file);
        handover->files[i] = NULL;
        good = outfile_close(file, handover->failure);
    }
    return good && !failure_is_set(handover->failure);
}

static bool give_items(struct handover *handover)
{
    struct fix_list *list = handover->plan->fixes;
    const struct fix_party *fix = handover->party.fix;

    return fix_list_each(list, fix, FIX_BY_ADDRESS, put_row, handover, handover->failure) &&
           fix_list_each(list, fix, FIX_BY_ZONE, put_record, handover, handover->failure);
}

static bool write_files(struct handover *handover, const struct folder *folder)
{
    return folder && open_files(handover, folder) && give_items(handover) &&
           close_files(handover) &&
           party_mail_write(&handover->party, &handover->attached, folder, handover->records,
                            handover->failure);
}

static bool write_party(struct handover *handover, const struct fix_party *fix,
                        struct outfile *index)
{
    struct party *party = &handover->party;
    const struct folder *folder;
    bool good;

    party->plan = handover->plan;
    party->fix = fix;
    party->zone = NULL;
    party->lookups = party->records = 0;
    party->state_length = 0;
    handover->records = NULL;
    handover->attached.count = 0;
    handover->attached.bytes = 0;
    slug_set_clear(&handover->zone_names);
    if (!party_ranges_read(&party->ranges, handover->plan->fixes, fix, REQUEST_RANGES_MAX,
                           handover->failure))
        return false;
    folder = outfolder_add(handover->folder, fix->folder, handover->failure);
    good = write_files(handover, folder);
    party_ranges_free(&party->ranges);
    if (good)
        handover_index_party(index, party);
    return good;
}

/* A limit of the file system or of open files must not look like a fault of one file. */
static bool explain(const struct handover *handover, struct failure *failure)
{
    const struct fix_list *list = handover->plan->fixes;
    const struct fix_party *party;
    unsigned long long zones = 0;

    for (unsigned i = 0; (party = fix_list_party(list, i)) != NULL; i++)
        zones += party->records > 0 ? party->zone_count : 0;
    return failure_set(failure, handover->failure->status,
                       "%s (the hand-over pack needs %u folders and up to %llu zone files)",
                       handover->failure->text, fix_list_parties(list), zones);
}

/* Folders of thousands of parties take minutes. */
static bool may_go_on(const struct report_plan *plan, unsigned written, unsigned all,
                      struct failure *failure)
{
    return !plan->on_folder || plan->on_folder(plan->context, written, all) ||
           failure_set(failure, EXIT_INTERRUPTED, "stopped while the reports were written");
}

static bool write_parties(struct handover *handover, struct outfile *index, struct failure *failure)
{
    const struct report_plan *plan = handover->plan;
    struct failure why = {0};
    const struct fix_party *party;
    unsigned written = 0, all = fix_list_parties(plan->fixes);
    bool good = true;

    handover->failure = &why;
    handover_index_begin(index, plan);
    for (unsigned i = 0; good && (party = fix_list_party(plan->fixes, i)) != NULL; i++)
        if (party->is_known)
            good = may_go_on(plan, written++, all, failure) && write_party(handover, party, index);
    handover_index_end(index, plan->fixes);
    if (!good)
        explain(handover, failure);
    handover->failure = NULL;
    return good;
}

bool handover_finish(struct handover *handover, struct failure *failure)
{
    struct outfile *index = NULL;
    const struct folder *folder;

    if (fix_list_parties(handover->plan->fixes) == 0)
        return true;
    folder = outfolder_folder(handover->folder, failure);
    if (folder)
        index = outfile_open_new(folder, HANDOVER_INDEX, failure);
    if (!index)
        return false;
    if (!write_parties(handover, index, failure)) {
        outfile_discard(index);
        return false;
    }
    return outfile_close(index, failure) && outfolder_sync(handover->folder, failure);
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
    outfile_discard(handover->zone_file);
    outfolder_discard(handover->folder);
    slug_set_free(&handover->zone_names);
    free(handover);
}
