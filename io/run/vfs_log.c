/*
 * The write-ahead log while a run writes it. SQLite checks the sums in a log only when it recovers
 * one: a log that is damaged meanwhile (a disk, another program) would be copied into run.db, and
 * the run would end well. So the sum of each page is kept in memory when the page is written, and
 * compared when it is read.
 *
 * The form of the log: https://www.sqlite.org/fileformat.html, section 4.1.
 */
#include <stdlib.h>
#include <string.h>

#include "io/run/vfs_private.h"

enum {
    HEADER = 32,
    PAGE_SIZE_AT = 8, /* in the header, highest octet first */
    FRAME_HEAD = 24,
    PAGE_MIN = 512,
    PAGE_MAX = 65536,
    LANES = 4
};

struct log_file {
    sqlite3_file face;
    const struct vfs *vfs;
    int page_size;        /* 0: not known yet */
    uint64_t *sums;       /* by frame; 0: not known */
    size_t frames;        /* of them */
    sqlite3_file inner[]; /* of SQLite's own file system, which has more octets */
};

static struct log_file *log_of(sqlite3_file *face)
{
    return (struct log_file *)face;
}

/* Never 0. Against accidents, at a tenth of what writing a page costs: any change of one word
 * changes the sum. */
static uint64_t sum_of(const uint8_t *page, int size)
{
    uint64_t lanes[LANES] = {0}, words[LANES];

    for (int at = 0; at < size; at += (int)sizeof(words)) {
        memcpy(words, page + at, sizeof(words));
        for (unsigned i = 0; i < LANES; i++)
            lanes[i] += words[i];
    }
    return (lanes[0] ^ lanes[1] * 3 ^ lanes[2] * 5 ^ lanes[3] * 7) | UINT64_C(1) << 63;
}

static sqlite3_int64 offset_of(const struct log_file *log, size_t frame)
{
    return HEADER + (sqlite3_int64)frame * (FRAME_HEAD + log->page_size) + FRAME_HEAD;
}

/* False: the octets are not exactly the page of a frame. */
static bool find_frame(const struct log_file *log, int size, sqlite3_int64 at, size_t *frame)
{
    if (log->page_size == 0 || size != log->page_size || at < HEADER)
        return false;
    *frame = (size_t)((at - HEADER) / (FRAME_HEAD + log->page_size));
    return at == offset_of(log, *frame);
}

static void learn_page_size(struct log_file *log, const uint8_t *header)
{
    const uint8_t *at = header + PAGE_SIZE_AT;
    uint32_t size =
        (uint32_t)at[0] << 24 | (uint32_t)at[1] << 16 | (uint32_t)at[2] << 8 | (uint32_t)at[3];

    if ((int)size == log->page_size || size < PAGE_MIN || size > PAGE_MAX ||
        (size & (size - 1)) != 0)
        return;
    log->page_size = (int)size;
    log->frames = 0;
}

/* Without memory for its sum a page is not compared. */
static void keep_sum(struct log_file *log, size_t frame, const uint8_t *page)
{
    if (frame >= log->frames) {
        size_t frames = frame + frame / 2 + 64;
        uint64_t *sums = reallocarray(log->sums, frames, sizeof(*sums));
        if (!sums)
            return;
        memset(sums + log->frames, 0, (frames - log->frames) * sizeof(*sums));
        log->sums = sums;
        log->frames = frames;
    }
    log->sums[frame] = sum_of(page, log->page_size);
}

/* Pages that a write may have changed in part. */
static void forget_sums(struct log_file *log, int size, sqlite3_int64 at)
{
    size_t frame_size = (size_t)FRAME_HEAD + (size_t)log->page_size;
    size_t frame = at < HEADER ? 0 : (size_t)(at - HEADER) / frame_size;

    for (; frame < log->frames && offset_of(log, frame) - FRAME_HEAD < at + size; frame++) {
        if (offset_of(log, frame) < at + size)
            log->sums[frame] = 0;
    }
}

static int compare(const struct log_file *log, size_t frame, const uint8_t *page)
{
    if (frame >= log->frames || log->sums[frame] == 0 ||
        log->sums[frame] == sum_of(page, log->page_size))
        return SQLITE_OK;
    failure_set(log->vfs->failure, EXIT_TROUBLE,
                "%s-wal was damaged while the run wrote it: check the disk, and start anew with "
                "--force",
                log->vfs->path);
    return SQLITE_IOERR_CORRUPTFS;
}

/* ---- functions of the file ---- */

static int close_log(sqlite3_file *face)
{
    struct log_file *log = log_of(face);

    free(log->sums);
    return log->inner->pMethods->xClose(log->inner);
}

static int read_log(sqlite3_file *face, void *out, int size, sqlite3_int64 at)
{
    struct log_file *log = log_of(face);
    int code = log->inner->pMethods->xRead(log->inner, out, size, at);
    size_t frame;

    return code == SQLITE_OK && find_frame(log, size, at, &frame) ? compare(log, frame, out) : code;
}

static int write_log(sqlite3_file *face, const void *octets, int size, sqlite3_int64 at)
{
    struct log_file *log = log_of(face);
    int code = log->inner->pMethods->xWrite(log->inner, octets, size, at);
    size_t frame;

    if (code == SQLITE_OK && at == 0 && size == HEADER)
        learn_page_size(log, octets);
    else if (code == SQLITE_OK && find_frame(log, size, at, &frame))
        keep_sum(log, frame, octets);
    else
        forget_sums(log, size, at);
    return code;
}

static int truncate_log(sqlite3_file *face, sqlite3_int64 size)
{
    struct log_file *log = log_of(face);

    for (size_t i = 0; i < log->frames; i++) {
        if (offset_of(log, i) + log->page_size > size)
            log->sums[i] = 0;
    }
    return log->inner->pMethods->xTruncate(log->inner, size);
}

static int sync_log(sqlite3_file *face, int flags)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xSync(log->inner, flags);
}

static int size_of_log(sqlite3_file *face, sqlite3_int64 *out)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xFileSize(log->inner, out);
}

static int lock_log(sqlite3_file *face, int level)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xLock(log->inner, level);
}

static int unlock_log(sqlite3_file *face, int level)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xUnlock(log->inner, level);
}

static int is_reserved(sqlite3_file *face, int *out)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xCheckReservedLock(log->inner, out);
}

static int control_log(sqlite3_file *face, int operation, void *argument)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xFileControl(log->inner, operation, argument);
}

static int sector_size(sqlite3_file *face)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xSectorSize(log->inner);
}

static int characteristics(sqlite3_file *face)
{
    struct log_file *log = log_of(face);

    return log->inner->pMethods->xDeviceCharacteristics(log->inner);
}

static const sqlite3_io_methods METHODS = {.iVersion = 1,
                                           .xClose = close_log,
                                           .xRead = read_log,
                                           .xWrite = write_log,
                                           .xTruncate = truncate_log,
                                           .xSync = sync_log,
                                           .xFileSize = size_of_log,
                                           .xLock = lock_log,
                                           .xUnlock = unlock_log,
                                           .xCheckReservedLock = is_reserved,
                                           .xFileControl = control_log,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = characteristics};

int vfs_log_size(const struct vfs *vfs)
{
    return (int)sizeof(struct log_file) + vfs->system->szOsFile;
}

int vfs_log_open(struct vfs *vfs, const char *name, sqlite3_file *file, int flags, int *given)
{
    struct log_file *log = log_of(file);
    uint8_t header[HEADER];

    memset(log, 0, sizeof(*log));
    log->vfs = vfs;
    int code = vfs->system->xOpen(vfs->system, name, log->inner, flags, given);
    if (code != SQLITE_OK)
        return code;
    log->face.pMethods = &METHODS;
    if (log->inner->pMethods->xRead(log->inner, header, HEADER, 0) == SQLITE_OK)
        learn_page_size(log, header); /* the log of a killed run */
    return SQLITE_OK;
}
