#include "reports/report_set.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/output/outfile_set.h"
#include "io/system/background.h"
#include "reports/fix_list.h"
#include "reports/handover/handover.h"
#include "reports/report_format.h"
#include "reports/rows/line_feed.h"
#include "reports/rows/row_columns.h"

/* Renamed in this order. */
static const struct report_format *const formats[] = {
    &audit_csv_format,    &audit_jsonl_format, &audit_page_format,   &explore_page_format,
    &rejected_csv_format, &summary_txt_format, &summary_json_format,
};

enum {
    FORMATS = sizeof(formats) / sizeof(formats[0]),
    GROUPS_TEXT_MAX = ROW_GROUPS_MAX * 11 + 1,
};

/* The form that is written and the other one, or both absent. */
_Static_assert(2 * (int)FORMATS <= (int)OUTFILE_SET_MAX, "there is room for the files");

struct report_set {
    struct report_plan plan;
    struct tally tally;
    struct outfile_set files; /* with those that must not exist: an earlier one is removed */
    void *writers[FORMATS];   /* NULL: the format is not wanted */
    struct handover *handover;
    bool closed; /* no more rows */
    struct row_columns *columns;
    struct csv_line line;          /* of the current row */
    struct background *background; /* NULL: none */
    struct line_feed *lines;
};

const char *report_set_file(unsigned i)
{
    const struct report_format *format = i < 2 * FORMATS ? formats[i / 2] : NULL;

    if (!format)
        return NULL;
    return i % 2 == 1 && format->gzip_file ? format->gzip_file : format->file;
}

/* In the background. */
static void show_line(void *context, const struct shown_line *line)
{
    const struct report_set *set = context;

    for (unsigned i = 0; i < FORMATS; i++)
        if (set->writers[i] && formats[i]->line)
            formats[i]->line(set->writers[i], line);
}

static bool open_absent(struct report_set *set, const char *file, struct failure *failure)
{
    return outfile_set_add(&set->files, outfile_absent(set->plan.folder, file, failure)) != NULL;
}

static bool open_format(struct report_set *set, unsigned i, struct failure *failure)
{
    const struct folder *folder = set->plan.folder;
    const struct report_format *format = formats[i];
    bool gzip = set->plan.gzip && format->gzip_file;

    if (format->wanted && !format->wanted(&set->plan))
        return open_absent(set, format->file, failure) &&
               (!format->gzip_file || open_absent(set, format->gzip_file, failure));
    struct outfile *file =
        outfile_set_add(&set->files, gzip ? outfile_open_gzip(folder, format->gzip_file, failure)
                                          : outfile_open(folder, format->file, failure));
    if (!file)
        return false;
    set->writers[i] = format->begin(&set->plan, file, failure);
    return set->writers[i] && (!format->gzip_file ||
                               open_absent(set, gzip ? format->file : format->gzip_file, failure));
}

/* What killed processes left of earlier reports. */
static void sweep(const struct folder *folder)
{
    const char *file;

    for (unsigned i = 0; (file = report_set_file(i)) != NULL; i++)
        folder_sweep(folder, file, NULL);
}

struct report_set *report_set_open(const struct report_plan *plan, struct failure *failure)
{
    struct report_set *set = calloc(1, sizeof(*set));

    if (!set) {
        failure_out_of_memory(failure);
        return NULL;
    }
    set->plan = *plan;
    set->files.folder = plan->folder;
    sweep(plan->folder);
    set->plan.fixes = fix_list_open(plan->folder, plan->suffixes, plan->providers, failure);
    if (!set->plan.fixes)
        goto fail;
    set->columns = row_columns_new(&set->plan, failure);
    if (!set->columns)
        goto fail;
    csv_line_begin(&set->line);
    row_columns_csv_head(set->columns, &set->line);
    set->plan.row_line = &set->line;
    set->background = background_new();
    set->lines = line_feed_new(set->background, show_line, set);
    if (!set->lines) {
        failure_out_of_memory(failure);
        goto fail;
    }
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

/* The zones that must change for this row: their numbers in the table of explore.html. */
static void print_groups(char text[GROUPS_TEXT_MAX], const struct fix_list *fixes)
{
    const unsigned *groups;
    unsigned count = fix_list_row_groups(fixes, &groups);
    size_t used = 0;

    text[0] = '\0';
    for (unsigned i = 0; i < count; i++)
        used += (size_t)snprintf(text + used, GROUPS_TEXT_MAX - used, "%s%u", i > 0 ? ";" : "",
                                 groups[i]);
}

static void feed_line(struct report_set *set, const struct report_row *row)
{
    char groups[GROUPS_TEXT_MAX];

    csv_line_begin(&set->line);
    row_columns_csv(set->columns, &set->line, row);
    print_groups(groups, set->plan.fixes);

    struct shown_line line =
        shown_line_of(&set->line, groups, row->judgement->verdict == VERDICT_PASS);

    line_feed_add(set->lines, &line);
}

void report_set_row(struct report_set *set, const struct report_row *row)
{
    tally_row(&set->tally, row);
    missing_zones_add(&set->tally.missing, row, set->plan.suffixes);
    short_list_add(&set->tally.first, row);
    fix_list_add(set->plan.fixes, row);
    feed_line(set, row);
    for (unsigned i = 0; i < FORMATS; i++)
        if (set->writers[i] && formats[i]->row)
            formats[i]->row(set->writers[i], row);
}

void report_set_rejected(struct report_set *set, const char *source,
                         const struct run_rejected *rejected)
{
    set->tally.rejected++;
    set->tally.walk_ends += strncmp(rejected->reason, WALK_ENDS, sizeof(WALK_ENDS) - 1) == 0;
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

static bool finish_all(struct report_set *set, struct failure *failure)
{
    bool good = report_set_close(set, failure) != NULL;

    line_feed_end(set->lines);
    for (unsigned i = 0; i < FORMATS && good; i++) {
        if (set->writers[i] && formats[i]->finish)
            good = formats[i]->finish(set->writers[i], &set->tally, failure);
    }
    return good;
}

static bool make_durable(struct report_set *set, struct failure *failure)
{
    return finish_all(set, failure) && outfile_set_sync(&set->files, failure) &&
           handover_finish(set->handover, failure);
}

static bool switch_all(struct report_set *set, struct failure *failure)
{
    return handover_switch(set->handover, failure) && outfile_set_switch(&set->files, failure);
}

static void settle_all(struct report_set *set)
{
    handover_settle(set->handover);
    outfile_set_settle(&set->files);
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
    line_feed_free(set->lines);
    background_free(set->background);
    for (unsigned i = 0; i < FORMATS; i++) {
        if (set->writers[i])
            formats[i]->free(set->writers[i]);
    }
    outfile_set_discard(&set->files);
    handover_discard(set->handover);
    fix_list_free(set->plan.fixes);
    row_columns_free(set->columns);
    free(set);
}
