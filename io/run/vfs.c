#include "io/run/vfs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/run/companions.h"
#include "io/run/vfs_private.h"

/* ---- the files of the run ---- */

const char *vfs_suffix(const struct vfs *vfs, const char *name)
{
    size_t length = strlen(vfs->path);
    const char *suffix = name + length;

    if (strncmp(name, vfs->path, length) != 0)
        return NULL;
    return *suffix == '\0' || strcmp(suffix, LOG_SUFFIX) == 0 || strcmp(suffix, JOURNAL_SUFFIX) == 0
               ? suffix
               : NULL;
}

int vfs_refuse(const struct vfs *vfs, const char *name, int code)
{
    failure_set(vfs->failure, EXIT_TROUBLE,
                "%s has a journal that names another file, %s: no run of fcrdns writes that, and "
                "the file is left alone",
                vfs->path, name);
    return code;
}

/* ---- for writing: SQLite's own file system, for these names ---- */

static int open_file(sqlite3_vfs *face, const char *name, sqlite3_file *file, int flags, int *given)
{
    struct vfs *vfs = vfs_of(face);

    const char *suffix = vfs_is_temporary(name) ? "" : vfs_suffix(vfs, name);

    file->pMethods = NULL;
    if (!suffix)
        return vfs_refuse(vfs, name, SQLITE_CANTOPEN);
    if (strcmp(suffix, LOG_SUFFIX) == 0)
        return vfs_log_open(vfs, name, file, flags, given);
    return vfs->system->xOpen(vfs->system, name, file, flags, given);
}

/* SQLite deletes logs and journals, never a database. */
static int delete_file(sqlite3_vfs *face, const char *name, int sync_folder)
{
    struct vfs *vfs = vfs_of(face);
    const char *suffix = vfs_suffix(vfs, name);

    if (!suffix || *suffix == '\0')
        return vfs_refuse(vfs, name, SQLITE_IOERR_DELETE);
    return vfs->system->xDelete(vfs->system, name, sync_folder);
}

static int access_file(sqlite3_vfs *face, const char *name, int flags, int *given)
{
    struct vfs *vfs = vfs_of(face);

    *given = 0;
    if (!vfs_suffix(vfs, name))
        return vfs_refuse(vfs, name, SQLITE_IOERR_ACCESS);
    return vfs->system->xAccess(vfs->system, name, flags, given);
}

static int full_path(sqlite3_vfs *face, const char *name, int size, char *out)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xFullPathname(vfs->system, name, size, out);
}

/* ---- what is no file ---- */

static int random_octets(sqlite3_vfs *face, int size, char *out)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xRandomness(vfs->system, size, out);
}

static int sleep_us(sqlite3_vfs *face, int microseconds)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xSleep(vfs->system, microseconds);
}

static int current_time(sqlite3_vfs *face, double *days)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xCurrentTime(vfs->system, days);
}

static int current_time_ms(sqlite3_vfs *face, sqlite3_int64 *milliseconds)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xCurrentTimeInt64(vfs->system, milliseconds);
}

static int last_error(sqlite3_vfs *face, int size, char *out)
{
    struct vfs *vfs = vfs_of(face);

    return vfs->system->xGetLastError(vfs->system, size, out);
}

/* ---- making one ---- */

/* Extensions cannot be loaded: there are no functions for shared libraries. */
static const sqlite3_vfs FACE = {.iVersion = 2,
                                 .xOpen = open_file,
                                 .xDelete = delete_file,
                                 .xAccess = access_file,
                                 .xFullPathname = full_path,
                                 .xRandomness = random_octets,
                                 .xSleep = sleep_us,
                                 .xCurrentTime = current_time,
                                 .xGetLastError = last_error,
                                 .xCurrentTimeInt64 = current_time_ms};

struct vfs *vfs_new(const char *path, int folder, bool writable, struct failure *failure)
{
    struct vfs *vfs = calloc(1, sizeof(*vfs));

    if (!vfs || !(vfs->path = strdup(path)) || !(vfs->system = sqlite3_vfs_find(NULL))) {
        failure_out_of_memory(failure);
        goto fail;
    }
    if (strlen(path) + strlen(JOURNAL_SUFFIX) > (size_t)vfs->system->mxPathname) {
        failure_set(failure, EXIT_TROUBLE, "%s: this path is too long for SQLite", path);
        goto fail;
    }
    vfs->folder = folder;
    vfs->failure = failure;
    snprintf(vfs->name, sizeof(vfs->name), "run-%p", (void *)vfs);
    vfs->face = FACE;
    vfs->face.zName = vfs->name;
    vfs->face.pAppData = vfs;
    vfs->face.szOsFile = vfs_log_size(vfs);
    vfs->face.mxPathname = vfs->system->mxPathname;
    if (!writable)
        vfs_read_only(&vfs->face);
    if (sqlite3_vfs_register(&vfs->face, 0) == SQLITE_OK)
        return vfs;
    failure_out_of_memory(failure);
fail:
    if (vfs)
        free(vfs->path);
    free(vfs);
    return NULL;
}

const char *vfs_name(const struct vfs *vfs)
{
    return vfs->name;
}

void vfs_free(struct vfs *vfs)
{
    if (!vfs)
        return;
    sqlite3_vfs_unregister(&vfs->face);
    free(vfs->path);
    free(vfs);
}
