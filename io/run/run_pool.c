#include "io/run/run_pool.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "io/run/companions.h"
#include "io/run/database.h"
#include "io/run/found.h"

enum { CACHE_KIB = 64 /* of each run */ };

static bool identify(struct run_file *run, struct run_file_id *out)
{
    const char *name = strrchr(run->name, '/') + 1;
    char log[NAME_MAX + sizeof(LOG_SUFFIX)];
    struct stat about;

    if (fstatat(run->folder, name, &about, AT_SYMLINK_NOFOLLOW) != 0)
        return failure_set(&run->failure, EXIT_TROUBLE, "%s: %s", run->path, strerror(errno));
    *out = (struct run_file_id){.device = about.st_dev,
                                .node = about.st_ino,
                                .size = about.st_size,
                                .changed_s = about.st_mtim.tv_sec,
                                .changed_ns = about.st_mtim.tv_nsec};
    snprintf(log, sizeof(log), "%s%s", name, LOG_SUFFIX);
    if (fstatat(run->folder, log, &about, AT_SYMLINK_NOFOLLOW) == 0)
        out->log_size = about.st_size;
    return true;
}

static bool is_same(const struct run_file_id *a, const struct run_file_id *b)
{
    return a->device == b->device && a->node == b->node && a->size == b->size &&
           a->log_size == b->log_size && a->changed_s == b->changed_s &&
           a->changed_ns == b->changed_ns;
}

static void rest(struct run_file *run)
{
    run_file_pause_found(run);
    database_close(run);
}

/* The lock that keeps writers out is held only while the run is open. */
static bool check_unchanged(struct run_file *run)
{
    struct run_file_id id;

    return identify(run, &id) &&
           (is_same(&id, &run->id) || failure_set(&run->failure, EXIT_TROUBLE,
                                                  "%s was changed while it was read", run->path));
}

static bool wake(struct run_file *run)
{
    struct run_pool *pool = run->pool;
    struct run_file **place = &pool->open[pool->next];

    pool->next = (pool->next + 1) % RUN_POOL_OPEN;
    if (*place)
        rest(*place);
    *place = run;
    return database_find(run, RUN_READ) &&
           companions_check(run->folder, run->path, RUN_READ, &run->failure) &&
           database_open(run) && database_only_read(run) && check_unchanged(run) &&
           database_cache(run, CACHE_KIB);
}

bool run_pool_add(struct run_pool *pool, struct run_file *run)
{
    bool good = identify(run, &run->id);

    run->pool = pool;
    run->wake = wake;
    rest(run);
    return good;
}
