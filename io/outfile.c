#include "io/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    BUFFER_SIZE = 64 * 1024,
    SUFFIX_LENGTH = 6,
    NAME_TRIES = 64,
    OUTPUT_MODE = 0640,
};

struct outfile {
    int fd;
    int folder; /* descriptor of the target folder, so that a renamed folder does not move the file */
    bool synced;
    bool linked;    /* the temporary name exists and must go */
    int error;      /* errno of the first failure; 0: none */
    char *path;     /* for messages */
    char *name;     /* final name; NULL: a spool */
    char *temp;     /* temporary name */
    size_t used;    /* of buffer */
    uint64_t bytes; /* written to the descriptor */
    char buffer[BUFFER_SIZE];
};

static bool write_failure(const struct outfile *out, struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "cannot write %s: %s", out->path, strerror(out->error));
}

static void keep_error(struct outfile *out, int error)
{
    if (out->error == 0)
        out->error = error;
}

static bool random_suffix(char out[SUFFIX_LENGTH])
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    uint8_t random[SUFFIX_LENGTH];
    ssize_t got = getrandom(random, sizeof random, 0);

    if (got != (ssize_t)sizeof random)
        return false;
    for (unsigned i = 0; i < SUFFIX_LENGTH; i++)
        out[i] = letters[random[i] % 64];
    return true;
}

/* Makes the temporary file beside the final one, so that the rename stays inside one file system. */
static bool make_temporary(struct outfile *out)
{
    char *suffix = out->temp + strlen(out->temp) - SUFFIX_LENGTH;
    int flags = (out->name ? O_WRONLY : O_RDWR) | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;

    for (int i = 0; i < NAME_TRIES; i++) {
        if (!random_suffix(suffix))
            break;
        out->fd = openat(out->folder, out->temp, flags, OUTPUT_MODE);
        if (out->fd >= 0) {
            out->linked = true;
            return true;
        }
        if (errno != EEXIST)
            break;
    }
    keep_error(out, errno);
    return false;
}

/* A folder in the place of the file would be found out by the rename only, when other reports are replaced
 * already. */
static bool place_is_free(struct outfile *out)
{
    struct stat status;

    if (fstatat(out->folder, out->name, &status, AT_SYMLINK_NOFOLLOW) == 0 && S_ISDIR(status.st_mode)) {
        keep_error(out, EISDIR);
        return false;
    }
    return true;
}

static char *joined(const char *head, const char *middle, const char *tail)
{
    char *text;

    return asprintf(&text, "%s%s%s", head, middle, tail) < 0 ? NULL : text;
}

static struct outfile *outfile_new(const char *directory, const char *name)
{
    struct outfile *out = malloc(sizeof *out);

    if (!out)
        return NULL;
    /* not the buffer: a page that is not used costs nothing */
    memset(out, 0, offsetof(struct outfile, buffer));
    out->fd = -1;
    out->folder = -1;
    out->name = name ? strdup(name) : NULL;
    out->path = joined(directory, "/", name ? name : "(spool)");
    out->temp = joined(".", name ? name : "spool", ".XXXXXX");
    if ((name && !out->name) || !out->path || !out->temp) {
        outfile_discard(out);
        return NULL;
    }
    return out;
}

static struct outfile *open_in(const char *directory, const char *name, struct failure *failure)
{
    struct outfile *out = outfile_new(directory, name);

    if (!out) {
        failure_set(failure, EXIT_TROUBLE, "cannot write in %s: out of memory", directory);
        return NULL;
    }
    out->folder = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (out->folder < 0)
        keep_error(out, errno);
    else if ((!name || place_is_free(out)) && make_temporary(out))
        return out;
    write_failure(out, failure);
    outfile_discard(out);
    return NULL;
}

struct outfile *outfile_open(const char *directory, const char *name, struct failure *failure)
{
    return open_in(directory, name, failure);
}

struct outfile *outfile_spool(const char *directory, struct failure *failure)
{
    struct outfile *out = open_in(directory, NULL, failure);

    if (out && unlinkat(out->folder, out->temp, 0) == 0)
        out->linked = false;
    return out;
}

static void write_all(struct outfile *out, const char *bytes, size_t len)
{
    while (len > 0 && out->error == 0) {
        ssize_t n = write(out->fd, bytes, len);

        if (n < 0) {
            if (errno != EINTR)
                keep_error(out, errno);
            continue;
        }
        bytes += n;
        len -= (size_t)n;
        out->bytes += (uint64_t)n;
    }
}

static void flush(struct outfile *out)
{
    write_all(out, out->buffer, out->used);
    out->used = 0;
}

void outfile_write(struct outfile *out, const void *bytes, size_t len)
{
    if (len > BUFFER_SIZE - out->used) {
        flush(out);
        if (len >= BUFFER_SIZE) {
            write_all(out, bytes, len);
            return;
        }
    }
    memcpy(out->buffer + out->used, bytes, len);
    out->used += len;
}

void outfile_text(struct outfile *out, const char *text)
{
    outfile_write(out, text, strlen(text));
}

void outfile_char(struct outfile *out, char c)
{
    if (out->used == BUFFER_SIZE)
        flush(out);
    out->buffer[out->used++] = c;
}

void outfile_number(struct outfile *out, uint64_t number)
{
    char digits[20];
    size_t at = sizeof digits;

    do {
        digits[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    outfile_write(out, digits + at, sizeof digits - at);
}

void outfile_printf(struct outfile *out, const char *format, ...)
{
    for (int attempt = 0; attempt < 2; attempt++) {
        size_t room = BUFFER_SIZE - out->used;
        va_list arguments;
        int n;

        va_start(arguments, format);
        n = vsnprintf(out->buffer + out->used, room, format, arguments);
        va_end(arguments);
        if (n >= 0 && (size_t)n < room) {
            out->used += (size_t)n;
            return;
        }
        flush(out);
    }
    keep_error(out, EOVERFLOW);
}

void outfile_append(struct outfile *out, struct outfile *spool)
{
    uint64_t at = 0;

    flush(spool);
    flush(out);
    while (at < spool->bytes && spool->error == 0 && out->error == 0) {
        ssize_t n = pread(spool->fd, out->buffer, BUFFER_SIZE, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            keep_error(spool, n < 0 ? errno : EIO);
            break;
        }
        write_all(out, out->buffer, (size_t)n);
        at += (uint64_t)n;
    }
    if (spool->error != 0)
        keep_error(out, spool->error);
}

bool outfile_sync(struct outfile *out, struct failure *failure)
{
    flush(out);
    if (out->error == 0 && !out->synced && fsync(out->fd) != 0)
        keep_error(out, errno);
    /* close tells of errors that a network file system has put off */
    if (out->error == 0 && !out->synced) {
        if (close(out->fd) != 0 && errno != EINTR)
            keep_error(out, errno);
        out->fd = -1;
        out->synced = true;
    }
    return out->error == 0 || write_failure(out, failure);
}

/* The rename is durable only when the folder is; file systems without that notion say EINVAL. */
static bool sync_folder(struct outfile *out)
{
    if (fsync(out->folder) == 0 || errno == EINVAL)
        return true;
    keep_error(out, errno);
    return false;
}

bool outfile_commit(struct outfile *out, struct failure *failure)
{
    bool done = outfile_sync(out, failure);

    if (done && renameat(out->folder, out->temp, out->folder, out->name) == 0) {
        out->linked = false;
        done = sync_folder(out) || write_failure(out, failure);
    } else if (done) {
        keep_error(out, errno);
        done = write_failure(out, failure);
    }
    outfile_discard(out);
    return done;
}

void outfile_discard(struct outfile *out)
{
    if (!out)
        return;
    if (out->linked)
        unlinkat(out->folder, out->temp, 0);
    if (out->fd >= 0)
        close(out->fd);
    if (out->folder >= 0)
        close(out->folder);
    free(out->path);
    free(out->name);
    free(out->temp);
    free(out);
}
