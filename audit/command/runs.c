#include "audit/command/runs.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/command/shards.h"

static bool check_sources(const struct runs *runs, const char *const *folders,
                          struct failure *failure)
{
    bool planned = runs->records[0].zone_files[0] != '\0';
    for (unsigned i = 1; i < runs->count; i++) {
        if ((runs->records[i].zone_files[0] != '\0') != planned)
            return failure_set(
                failure, EXIT_TROUBLE,
                "%s answers from zone files and %s from the published DNS: report them separately",
                folders[planned ? 0 : i], folders[planned ? i : 0]);
    }
    return true;
}

static void run_file_path(char out[RUN_DIR_PATH_MAX], const char *directory)
{
    snprintf(out, RUN_DIR_PATH_MAX, "%s/%s", directory, RUN_FILE_NAME);
}

bool runs_check_repeats(const char *const *folders, unsigned count, struct failure *failure)
{
    struct stat *files = calloc(count, sizeof(*files));
    bool good = files || failure_out_of_memory(failure);

    for (unsigned i = 0; good && i < count; i++) {
        char path[RUN_DIR_PATH_MAX];
        run_file_path(path, folders[i]);
        if (stat(path, &files[i]) != 0)
            continue; /* opening it fails later */
        for (unsigned j = 0; good && j < i; j++) {
            if (files[j].st_ino == files[i].st_ino && files[j].st_dev == files[i].st_dev)
                good =
                    failure_set(failure, EXIT_TROUBLE, "%s and %s are the same run: name it once",
                                folders[j], folders[i]);
        }
    }
    free(files);
    return good;
}

bool runs_open(struct runs *runs, const char *const *folders, unsigned count, ip_count max_range,
               struct failure *failure)
{
    runs->files = calloc(count, sizeof(runs->files[0]));
    runs->records = calloc(count, sizeof(runs->records[0]));
    if (!runs->files || !runs->records)
        return failure_out_of_memory(failure);
    while (runs->count < count) {
        char path[RUN_DIR_PATH_MAX];
        run_file_path(path, folders[runs->count]);
        struct run_file *run = run_file_open(path, RUN_READ, failure);
        if (!run)
            return false;
        run_file_limit_ranges(run, max_range);
        runs->files[runs->count] = run;
        struct run_record *record = &runs->records[runs->count++];
        record_read(run, record);
        bool good = record->shard[0] && runs->pool ? run_pool_add(runs->pool, run)
                                                   : run_file_share_cache(run, count);
        if (!good)
            return failure_pass(failure, run_file_failure(run));
    }
    return check_sources(runs, folders, failure);
}

static bool order_shards(struct runs *runs, const struct shard_set *set, struct failure *failure)
{
    struct runs ordered = {.count = set->count,
                           .files = calloc(set->count, sizeof(ordered.files[0])),
                           .records = calloc(set->count, sizeof(ordered.records[0])),
                           .shards = true,
                           .pool = runs->pool};
    struct runs unused = ordered;
    bool good = ordered.files && ordered.records;

    for (uint32_t i = 0; good && i < set->count; i++) {
        ordered.files[i] = runs->files[set->run[i] - 1];
        ordered.records[i] = runs->records[set->run[i] - 1];
    }
    if (good) {
        unused = *runs;
        *runs = ordered;
    }
    free(unused.files);
    free(unused.records);
    return good || failure_out_of_memory(failure);
}

bool runs_check_shards(struct runs *runs, const char *const *folders, struct failure *failure)
{
    struct shard_set set;
    bool good =
        shard_set_make(&set, runs->records, folders, runs->count, failure) &&
        (set.count == 0 || (shard_set_check(&set, failure) && order_shards(runs, &set, failure)));

    shard_set_free(&set);
    return good;
}

bool runs_close(struct runs *runs, struct failure *failure)
{
    bool good = true;
    for (unsigned i = 0; i < runs->count; i++)
        good = run_file_close(runs->files[i], failure) && good;
    free(runs->files);
    free(runs->records);
    *runs = (struct runs){0};
    return good;
}

enum run_dir_mode runs_output_mode(const char *output, bool force, const char *const *folders,
                                   unsigned count)
{
    if (force)
        return RUN_DIR_REPORT;
    for (unsigned i = 0; i < count; i++) {
        if (run_dir_same(output, folders[i]))
            return RUN_DIR_REPORT;
    }
    return RUN_DIR_NEW;
}
