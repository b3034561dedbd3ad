#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/run/companions.h"
#include "io/run/vfs_private.h"

/* SQLite's lock for reading (https://www.sqlite.org/fileformat.html, 1.2): a lock on these octets
 * of the file, which need not exist. */
enum { SHARED_FIRST = 0x40000002, SHARED_SIZE = 510, SECTOR = 4096 };

struct read_file {
    sqlite3_file face;
    int fd; /* -1: the file does not exist and reads as empty */
};

static int fd_of(sqlite3_file *face)
{
    return ((struct read_file *)face)->fd;
}

/* ---- an open file ---- */

static int close_file(sqlite3_file *face)
{
    if (fd_of(face) >= 0)
        close(fd_of(face));
    return SQLITE_OK;
}

static int read_octets(sqlite3_file *face, void *out, int size, sqlite3_int64 at)
{
    int done = 0;

    while (done < size && fd_of(face) >= 0) {
        ssize_t got = pread(fd_of(face), (char *)out + done, (size_t)(size - done), at + done);
        if (got < 0 && errno == EINTR)
            continue;
        if (got < 0)
            return SQLITE_IOERR_READ;
        if (got == 0)
            break;
        done += (int)got;
    }
    if (done == size)
        return SQLITE_OK;
    memset((char *)out + done, 0, (size_t)(size - done));
    return SQLITE_IOERR_SHORT_READ;
}

static int write_octets(sqlite3_file *face, const void *octets, int size, sqlite3_int64 at)
{
    (void)face;
    (void)octets;
    (void)size;
    (void)at;
    return SQLITE_READONLY;
}

static int truncate_file(sqlite3_file *face, sqlite3_int64 size)
{
    (void)face;
    (void)size;
    return SQLITE_READONLY;
}

static int sync_file(sqlite3_file *face, int flags)
{
    (void)face;
    (void)flags;
    return SQLITE_OK;
}

static int size_of_file(sqlite3_file *face, sqlite3_int64 *out)
{
    struct stat about = {0};

    if (fd_of(face) >= 0 && fstat(fd_of(face), &about) != 0)
        return SQLITE_IOERR_FSTAT;
    *out = about.st_size;
    return SQLITE_OK;
}

/* A lock of the open file: one of the process would end when another run in it is closed. */
static int set_lock(sqlite3_file *face, short type)
{
    struct flock lock = {
        .l_type = type, .l_whence = SEEK_SET, .l_start = SHARED_FIRST, .l_len = SHARED_SIZE};

    if (fd_of(face) < 0 || fcntl(fd_of(face), F_OFD_SETLK, &lock) == 0)
        return SQLITE_OK;
    return errno == EACCES || errno == EAGAIN ? SQLITE_BUSY : SQLITE_IOERR_LOCK;
}

/* Locks for writing are granted without a lock: nothing is written, and SQLite needs one to read
 * the log without an index in shared memory. */
static int lock_file(sqlite3_file *face, int level)
{
    return level == SQLITE_LOCK_SHARED ? set_lock(face, F_RDLCK) : SQLITE_OK;
}

static int unlock_file(sqlite3_file *face, int level)
{
    return level == SQLITE_LOCK_NONE ? set_lock(face, F_UNLCK) : SQLITE_OK;
}

static int is_reserved(sqlite3_file *face, int *out)
{
    (void)face;
    *out = 0;
    return SQLITE_OK;
}

static int control(sqlite3_file *face, int operation, void *argument)
{
    (void)face;
    (void)operation;
    (void)argument;
    return SQLITE_NOTFOUND;
}

static int sector_size(sqlite3_file *face)
{
    (void)face;
    return SECTOR;
}

static int characteristics(sqlite3_file *face)
{
    (void)face;
    return 0;
}

static const sqlite3_io_methods METHODS = {.iVersion = 1,
                                           .xClose = close_file,
                                           .xRead = read_octets,
                                           .xWrite = write_octets,
                                           .xTruncate = truncate_file,
                                           .xSync = sync_file,
                                           .xFileSize = size_of_file,
                                           .xLock = lock_file,
                                           .xUnlock = unlock_file,
                                           .xCheckReservedLock = is_reserved,
                                           .xFileControl = control,
                                           .xSectorSize = sector_size,
                                           .xDeviceCharacteristics = characteristics};

/* ---- the folder ---- */

static const char *name_in_folder(const char *path)
{
    return strrchr(path, '/') + 1;
}

/* The folder may change after companions_check, so the kind is checked again. */
static int open_regular(const struct vfs *vfs, const char *path)
{
    int fd = openat(vfs->folder, name_in_folder(path),
                    O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
    struct stat about;

    if (fd < 0 || (fstat(fd, &about) == 0 && S_ISREG(about.st_mode)))
        return fd;
    close(fd);
    errno = EINVAL;
    return -1;
}

static int open_file(sqlite3_vfs *face, const char *path, sqlite3_file *file, int flags, int *given)
{
    struct vfs *vfs = vfs_of(face);
    struct read_file *out = (struct read_file *)file;
    const char *suffix = vfs_is_temporary(path) ? NULL : vfs_suffix(vfs, path);

    file->pMethods = NULL;
    if (vfs_is_temporary(path))
        return vfs->system->xOpen(vfs->system, path, file, flags, given);
    if (!suffix || strcmp(suffix, JOURNAL_SUFFIX) == 0)
        return vfs_refuse(vfs, path, SQLITE_CANTOPEN);
    out->fd = open_regular(vfs, path);
    if (out->fd < 0 && (errno != ENOENT || *suffix == '\0')) {
        failure_set(vfs->failure, EXIT_TROUBLE, "%s: %s", path, strerror(errno));
        return SQLITE_CANTOPEN;
    }
    out->face.pMethods = &METHODS;
    if (given)
        *given = (flags & ~(SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE)) | SQLITE_OPEN_READONLY;
    return SQLITE_OK;
}

static int delete_file(sqlite3_vfs *face, const char *path, int sync_folder)
{
    (void)face;
    (void)path;
    (void)sync_folder;
    return SQLITE_READONLY;
}

/* companions_check has refused a journal with anything in it. */
static int access_file(sqlite3_vfs *face, const char *path, int flags, int *given)
{
    struct vfs *vfs = vfs_of(face);
    const char *suffix = vfs_suffix(vfs, path);
    struct stat about;

    *given = 0;
    if (!suffix)
        return vfs_refuse(vfs, path, SQLITE_IOERR_ACCESS);
    if (flags != SQLITE_ACCESS_READWRITE && strcmp(suffix, JOURNAL_SUFFIX) != 0)
        *given = fstatat(vfs->folder, name_in_folder(path), &about, AT_SYMLINK_NOFOLLOW) == 0;
    return SQLITE_OK;
}

/* The path is absolute already. */
static int full_path(sqlite3_vfs *face, const char *path, int size, char *out)
{
    (void)face;
    return snprintf(out, (size_t)size, "%s", path) < size ? SQLITE_OK : SQLITE_CANTOPEN;
}

void vfs_read_only(sqlite3_vfs *face)
{
    face->xOpen = open_file;
    face->xDelete = delete_file;
    face->xAccess = access_file;
    face->xFullPathname = full_path;
    if (face->szOsFile < (int)sizeof(struct read_file))
        face->szOsFile = sizeof(struct read_file);
}
