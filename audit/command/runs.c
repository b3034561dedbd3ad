#include "audit/command/runs.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "audit/command/shards.h"

static bool is_planned(const struct runs *runs, unsigned i)
{
    return run_record_at(runs->records, i)->zone_files[0] != '\0';
}

static bool check_sources(const struct runs *runs, const char *const *folders,
                          struct failure *failure)
{
    bool planned = is_planned(runs, 0);

    for (unsigned i = 1; i < runs->count; i++) {
        if (is_planned(runs, i) != planned)
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

bool runs_check_there(const char *const *folders, unsigned count, struct failure *failure)
{
    for (unsigned i = 0; i < count; i++) {
        if (!run_dir_holds_run(folders[i]) && errno == ENOENT)
            return failure_set(failure, EXIT_TROUBLE, "%s/%s: there is no run here", folders[i],
                               RUN_FILE_NAME);
    }
    return true;
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

static bool read_record(struct runs *runs, unsigned most, struct run_record *room, unsigned i,
                        struct failure *failure)
{
    struct run_file *run = runs->files[i];
    struct run_record *record = runs->pool ? room : &runs->whole[i];

    record_read(run, record);
    if (runs->pool && !record_pack_add(runs->records.pack, record))
        return failure_out_of_memory(failure);
    bool good = record->shard[0] && runs->pool ? run_pool_add(runs->pool, run)
                                               : run_file_share_cache(run, most);
    return good || failure_pass(failure, run_file_failure(run));
}

/* Room for the records: packed with a pool, because there may be many. */
static bool begin_records(struct runs *runs, unsigned count)
{
    if (runs->pool)
        runs->records.pack = record_pack_new(count);
    else
        runs->records.whole = runs->whole = calloc(count, sizeof(runs->whole[0]));
    return runs->records.pack || runs->whole;
}

bool runs_open(struct runs *runs, enum run_mode mode, const char *const *folders, unsigned count,
               ip_count max_range, struct failure *failure)
{
    struct run_record *room = calloc(1, sizeof(*room));
    bool good = true;

    runs->files = calloc(count, sizeof(runs->files[0]));
    if (!runs->files || !room || !begin_records(runs, count))
        good = failure_out_of_memory(failure);
    while (good && runs->count < count) {
        char path[RUN_DIR_PATH_MAX];
        run_file_path(path, folders[runs->count]);
        struct run_file *run = run_file_open(path, mode, failure);
        good = run != NULL;
        if (!good)
            break;
        run_file_limit_ranges(run, max_range);
        runs->files[runs->count++] = run;
        good = read_record(runs, count, room, runs->count - 1, failure);
    }
    free(room);
    return good && check_sources(runs, folders, failure);
}

static bool order_records(struct runs *runs, const uint32_t *from)
{
    struct run_record *whole = NULL;

    if (runs->records.pack)
        return record_pack_order(runs->records.pack, from, runs->count);
    whole = calloc(runs->count, sizeof(whole[0]));
    for (unsigned i = 0; whole && i < runs->count; i++)
        whole[i] = runs->whole[from[i]];
    if (!whole)
        return false;
    free(runs->whole);
    runs->records.whole = runs->whole = whole;
    return true;
}

/* Files and records in the order of the shards, which are all there. */
static bool order_shards(struct runs *runs, const struct shard_set *set, struct failure *failure)
{
    struct run_file **files = calloc(set->count, sizeof(files[0]));
    uint32_t *from = calloc(set->count, sizeof(from[0]));
    bool good = files && from;

    for (uint32_t i = 0; good && i < set->count; i++) {
        from[i] = set->run[i] - 1;
        files[i] = runs->files[from[i]];
    }
    good = good && order_records(runs, from);
    if (good) {
        free(runs->files);
        runs->files = files;
        runs->shards = true;
    } else {
        free(files);
        failure_out_of_memory(failure);
    }
    free(from);
    return good;
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
    free(runs->whole);
    record_pack_free(runs->records.pack);
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
    return RUN_DIR_APART;
}
