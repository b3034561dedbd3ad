#include "reports/changes/change_set.h"

#include <stdlib.h>

#include "io/output/outfile_set.h"
#include "reports/change_groups.h"
#include "reports/fix_zone.h"

/* Renamed in this order. */
static const struct change_format *const formats[] = {
    &changes_csv_format,
    &changes_html_format,
    &changes_json_format,
    &changes_txt_format,
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

_Static_assert((int)FORMATS <= (int)OUTFILE_SET_MAX, "each has a file");

struct change_set {
    struct change_plan plan;
    struct change_groups *groups;
    struct outfile_set files;
    void *writers[FORMATS];
};

struct change_set *change_set_open(const struct change_plan *plan, struct failure *failure)
{
    struct change_set *set = calloc(1, sizeof(*set));

    if (!set) {
        failure_out_of_memory(failure);
        return NULL;
    }
    set->plan = *plan;
    set->files.folder = plan->job->folder;
    set->plan.groups = set->groups = change_groups_new(plan->job->suffixes, plan->job->providers);
    if (!set->groups) {
        failure_out_of_memory(failure);
        goto fail;
    }
    for (unsigned i = 0; i < FORMATS; i++) {
        folder_sweep(set->files.folder, formats[i]->file, NULL);
        struct outfile *file = outfile_set_add(
            &set->files, outfile_open(set->files.folder, formats[i]->file, failure));
        if (file)
            set->writers[i] = formats[i]->begin(&set->plan, file, failure);
        if (!set->writers[i])
            goto fail;
    }
    return set;
fail:
    change_set_discard(set);
    return NULL;
}

/* place: NULL if none is known. */
static void add_to_groups(struct change_groups *groups, const struct changed_row *row,
                          const struct changed_place *place)
{
    struct change_entry entry = {.kind = {.change = row->difference.change,
                                          .alarm = row->difference.alarm,
                                          .has_before = row->before != NULL,
                                          .has_after = row->after != NULL,
                                          .is_second = place && place != row->places,
                                          .who = place ? place->who : FIXER_NONE},
                                 .address = &row->at->address,
                                 .since = row->since};

    if (row->before)
        entry.kind.before = row_side_verdict(&row->before->state);
    if (row->after)
        entry.kind.after = row->after->judgement->verdict;
    entry.zone = place ? place->zone : NULL;
    change_groups_add(groups, &entry);
}

void change_set_row(struct change_set *set, const struct changed_row *row)
{
    add_to_groups(set->groups, row, row->place_count > 0 ? &row->places[0] : NULL);
    for (unsigned i = 1; i < row->place_count; i++)
        add_to_groups(set->groups, row, &row->places[i]);
    for (unsigned i = 0; i < FORMATS; i++) {
        if (formats[i]->row)
            formats[i]->row(set->writers[i], row);
    }
}

const struct change_groups *change_set_close(struct change_set *set, struct failure *failure)
{
    if (change_groups_sort(set->groups))
        return set->groups;
    failure_out_of_memory(failure);
    return NULL;
}

static bool finish_all(struct change_set *set, const struct change_tally *tally,
                       struct failure *failure)
{
    bool good = true;

    for (unsigned i = 0; i < FORMATS && good; i++) {
        if (formats[i]->finish)
            good = formats[i]->finish(set->writers[i], tally, failure);
    }
    return good;
}

bool change_set_commit(struct change_set *set, const struct change_tally *tally,
                       struct failure *failure)
{
    bool good = finish_all(set, tally, failure) && outfile_set_sync(&set->files, failure) &&
                outfile_set_switch(&set->files, failure);

    if (good)
        outfile_set_settle(&set->files);
    change_set_discard(set);
    return good;
}

void change_set_discard(struct change_set *set)
{
    if (!set)
        return;
    for (unsigned i = 0; i < FORMATS; i++) {
        if (set->writers[i])
            formats[i]->free(set->writers[i]);
    }
    outfile_set_discard(&set->files);
    change_groups_free(set->groups);
    free(set);
}
