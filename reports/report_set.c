#include "reports/report_set.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "reports/fix_list.h"
#include "reports/handover/handover.h"
#include "reports/report_format.h"
#include "reports/rows/row_columns.h"

/* Renamed in this order. */
static const struct report_format *const formats[] = {
    &audit_csv_format,    &audit_jsonl_format, &audit_page_format,   &explore_page_format,
    &rejected_csv_format, &summary_txt_format, &summary_json_format,
};

enum { FORMATS = sizeof(formats) / sizeof(formats[0]) };

/* A format that is not wanted has neither file nor writer. */

struct report_set {
    struct report_plan plan;
    struct tally tally;
    struct outfile *files[FORMATS];
    struct outfile *absent[2 * FORMATS]; /* forms that are not written: an earlier one is removed */
    unsigned absent_count;
    void *writers[FORMATS];
    struct handover *handover;
    bool closed; /* no more rows */
    struct row_columns *columns;
    struct csv_line line; /* of the current row */
};

static bool open_absent(struct report_set *set, const char *file, struct failure *failure)
{
    set->absent[set->absent_count] = outfile_absent(set->plan.folder, file, failure);
    return set->absent[set->absent_count++] != NULL;
}

static bool open_format(struct report_set *set, unsigned i, struct failure *failure)
{
    const struct folder *folder = set->plan.folder;
    const struct report_format *format = formats[i];
    bool gzip = set->plan.gzip && format->gzip_file;

    if (format->wanted && !format->wanted(&set->plan))
        return open_absent(set, format->file, failure) &&
               (!format->gzip_file || open_absent(set, format->gzip_file, failure));
    set->files[i] = gzip ? outfile_open_gzip(folder, format->gzip_file, failure)
                         : outfile_open(folder, format->file, failure);
    if (!set->files[i])
        return false;
    set->writers[i] = format->begin(&set->plan, set->files[i], failure);
    return set->writers[i] && (!format->gzip_file ||
                               open_absent(set, gzip ? format->file : format->gzip_file, failure));
}

struct report_set *report_set_open(const struct report_plan *plan, struct failure *failure)
{
    struct report_set *set = calloc(1, sizeof(*set));

    if (!set) {
        failure_out_of_memory(failure);
        return NULL;
    }
    set->plan = *plan;
    set->plan.fixes = fix_list_open(plan->folder, plan->suffixes, plan->providers, failure);
    if (!set->plan.fixes)
        goto fail;
    set->columns = row_columns_new(&set->plan, failure);
    if (!set->columns)
        goto fail;
    csv_line_begin(&set->line);
    row_columns_csv_head(set->columns, &set->line);
    set->plan.row_line = &set->line;
    for (unsigned i = 0; i < FORMATS; i++) {
        if (!open_format(set, i, failure))
            goto fail;
    }
    set->handover = handover_open(&set->plan, failure);
    if (!set->handover)
        goto fail;
    return set;
fail:
    report_set_discard(set);
    return NULL;
}

void report_set_row(struct report_set *set, const struct report_row *row)
{
    tally_row(&set->tally, row);
    missing_zones_add(&set->tally.missing, row, set->plan.suffixes);
    fix_list_add(set->plan.fixes, row);
    csv_line_begin(&set->line);
    row_columns_csv(set->columns, &set->line, row);
    for (unsigned i = 0; i < FORMATS; i++)
        if (set->writers[i] && formats[i]->row)
            formats[i]->row(set->writers[i], row);
}

void report_set_rejected(struct report_set *set, const char *source,
                         const struct run_rejected *rejected)
{
    set->tally.rejected++;
    for (unsigned i = 0; i < FORMATS; i++)
        if (set->writers[i] && formats[i]->rejected)
            formats[i]->rejected(set->writers[i], source, rejected);
}

void report_set_broken_server(struct report_set *set, const struct broken_zone *zone,
                              const struct ipaddr *address)
{
    fix_list_add_broken(set->plan.fixes, zone, address);
}

const struct tally *report_set_close(struct report_set *set, struct failure *failure)
{
    if (!set->closed) {
        if (!fix_list_sort(set->plan.fixes, failure))
            return NULL;
        tally_take_work(&set->tally, set->plan.fixes);
    }
    set->closed = true;
    return &set->tally;
}

static bool make_durable(struct report_set *set, struct failure *failure)
{
    bool good = report_set_close(set, failure) != NULL;

    for (unsigned i = 0; i < FORMATS && good; i++) {
        if (!set->writers[i])
            continue;
        if (formats[i]->finish)
            good = formats[i]->finish(set->writers[i], &set->tally, failure);
        good = good && outfile_sync(set->files[i], failure);
    }
    return good && handover_finish(set->handover, failure);
}

static bool switch_all(struct report_set *set, struct failure *failure)
{
    bool good = handover_switch(set->handover, failure);

    for (unsigned i = 0; i < set->absent_count && good; i++)
        good = outfile_switch(set->absent[i], failure);
    for (unsigned i = 0; i < FORMATS && good; i++)
        good = !set->files[i] || outfile_switch(set->files[i], failure);
    if (good && !folder_sync(set->plan.folder))
        good = failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", set->plan.folder->path,
                           strerror(errno));
    return good;
}

static void settle_all(struct report_set *set)
{
    handover_settle(set->handover);
    for (unsigned i = 0; i < FORMATS; i++) {
        if (set->files[i])
            outfile_settle(set->files[i]);
        set->files[i] = NULL;
    }
    while (set->absent_count > 0)
        outfile_settle(set->absent[--set->absent_count]);
}

bool report_set_commit(struct report_set *set, struct failure *failure)
{
    bool good = make_durable(set, failure) && switch_all(set, failure);

    if (good)
        settle_all(set);
    report_set_discard(set);
    return good;
}

void report_set_discard(struct report_set *set)
{
    if (!set)
        return;
    for (unsigned i = 0; i < FORMATS; i++) {
        if (set->writers[i])
            formats[i]->free(set->writers[i]);
        outfile_discard(set->files[i]);
    }
    while (set->absent_count > 0)
        outfile_discard(set->absent[--set->absent_count]);
    handover_discard(set->handover);
    fix_list_free(set->plan.fixes);
    row_columns_free(set->columns);
    free(set);
}
