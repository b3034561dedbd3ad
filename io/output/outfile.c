#include "io/output/outfile.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/output/gzip_out.h"

enum { BUFFER_SIZE = 64 * 1024, READ_BY_ALL = 0644 };

struct outfile {
    const struct folder *folder;
    int fd;
    struct gzip_out *gzip; /* NULL: not compressed */
    bool absent;           /* see outfile_absent */
    bool synced;
    bool linked;                /* the temporary name exists */
    bool switched;              /* the file has its final name */
    bool earlier;               /* the earlier file has the temporary name */
    int error;                  /* errno of the first failure; 0: none */
    char *path;                 /* for messages */
    char *name;                 /* final name; NULL: a nameless file */
    char temp[FOLDER_NAME_MAX]; /* the temporary name */
    size_t used;                /* of buffer */
    uint64_t bytes;             /* written to the descriptor */
    uint64_t written;           /* of what was given: octets past the buffer */
    char buffer[BUFFER_SIZE];
};

static bool write_failure(const struct outfile *out, struct failure *failure)
{
    return failure_set(failure, EXIT_TROUBLE, "cannot write %s: %s", out->path,
                       strerror(out->error));
}

static void keep_error(struct outfile *out, int error)
{
    if (out->error == 0)
        out->error = error;
}

/* Only a regular file is replaced. The rename would find out too late, when other reports have
 * been replaced. */
static bool place_is_free(const struct outfile *out, struct failure *failure)
{
    struct stat status;

    if (fstatat(out->folder->fd, out->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        S_ISREG(status.st_mode))
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "cannot write %s: %s; remove it or choose another --output", out->path,
                       S_ISDIR(status.st_mode)   ? "it is a folder"
                       : S_ISLNK(status.st_mode) ? "it is a symbolic link"
                                                 : "it is not a regular file");
}

static void write_all(void *context, const char *bytes, size_t len)
{
    struct outfile *out = context;

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

static char *joined(const char *head, const char *middle, const char *tail)
{
    char *text;

    return asprintf(&text, "%s%s%s", head, middle, tail) < 0 ? NULL : text;
}

static struct outfile *outfile_new(const struct folder *folder, const char *name,
                                   struct failure *failure)
{
    struct outfile *out = malloc(sizeof(*out));

    if (out) {
        /* Leave the buffer alone: an untouched page costs no memory. */
        memset(out, 0, offsetof(struct outfile, buffer));
        out->folder = folder;
        out->fd = -1;
        out->name = name ? strdup(name) : NULL;
        out->path = joined(folder->path, "/", name ? name : "(temporary)");
        if ((!name || out->name) && out->path)
            return out;
    }
    outfile_discard(out);
    failure_out_of_memory(failure);
    return NULL;
}

/* The temporary file is in the same folder, so the rename stays inside one file system. */
struct outfile *outfile_open(const struct folder *folder, const char *name, struct failure *failure)
{
    struct outfile *out = outfile_new(folder, name, failure);

    if (!out || !place_is_free(out, failure))
        goto fail;
    out->fd = folder_new_file(folder, name, out->temp);
    out->linked = out->fd >= 0;
    if (out->linked)
        return out;
    keep_error(out, errno);
    write_failure(out, failure);
fail:
    outfile_discard(out);
    return NULL;
}

struct outfile *outfile_open_new(const struct folder *folder, const char *name,
                                 struct failure *failure)
{
    struct outfile *out = outfile_new(folder, name, failure);

    if (!out)
        return NULL;
    out->fd = openat(folder->fd, name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
                     FOLDER_FILE_MODE);
    if (out->fd >= 0)
        return out;
    keep_error(out, errno);
    write_failure(out, failure);
    outfile_discard(out);
    return NULL;
}

struct outfile *outfile_open_gzip(const struct folder *folder, const char *name,
                                  struct failure *failure)
{
    struct outfile *out = outfile_open(folder, name, failure);

    if (!out)
        return NULL;
    out->gzip = gzip_out_new(write_all, out);
    if (out->gzip)
        return out;
    failure_out_of_memory(failure);
    outfile_discard(out);
    return NULL;
}

void outfile_let_all_read(struct outfile *out)
{
    if (fchmod(out->fd, READ_BY_ALL) != 0)
        keep_error(out, errno);
}

struct outfile *outfile_absent(const struct folder *folder, const char *name,
                               struct failure *failure)
{
    struct outfile *out = outfile_new(folder, name, failure);

    if (out)
        out->absent = out->synced = true;
    return out;
}

struct outfile *outfile_nameless(const struct folder *folder, struct failure *failure)
{
    struct outfile *out = outfile_new(folder, NULL, failure);

    if (!out)
        return NULL;
    out->fd = folder_nameless_file(folder);
    if (out->fd >= 0)
        return out;
    keep_error(out, errno);
    write_failure(out, failure);
    outfile_discard(out);
    return NULL;
}

/* Writes past the buffer. */
static void write_through(struct outfile *out, const char *bytes, size_t len)
{
    out->written += len;
    if (!out->gzip)
        write_all(out, bytes, len);
    else if (out->error == 0)
        gzip_out_write(out->gzip, bytes, len);
}

static void flush(struct outfile *out)
{
    write_through(out, out->buffer, out->used);
    out->used = 0;
}

void outfile_write(struct outfile *out, const void *bytes, size_t len)
{
    if (len > BUFFER_SIZE - out->used) {
        flush(out);
        if (len >= BUFFER_SIZE) {
            write_through(out, bytes, len);
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

uint64_t outfile_size(const struct outfile *out)
{
    return out->written + out->used;
}

const char *outfile_digits(char room[OUTFILE_DIGITS_MAX], uint64_t number, size_t *count)
{
    size_t at = OUTFILE_DIGITS_MAX;

    do {
        room[--at] = (char)('0' + number % 10);
        number /= 10;
    } while (number > 0);
    *count = OUTFILE_DIGITS_MAX - at;
    return room + at;
}

void outfile_number(struct outfile *out, uint64_t number)
{
    char room[OUTFILE_DIGITS_MAX];
    size_t count;
    const char *digits = outfile_digits(room, number, &count);

    outfile_write(out, digits, count);
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

void outfile_append(struct outfile *out, struct outfile *nameless)
{
    uint64_t at = 0;

    flush(nameless);
    flush(out);
    while (at < nameless->bytes && nameless->error == 0 && out->error == 0) {
        ssize_t n = pread(nameless->fd, out->buffer, BUFFER_SIZE, (off_t)at);

        if (n < 0 && errno == EINTR)
            continue;
        if (n <= 0) {
            keep_error(nameless, n < 0 ? errno : EIO);
            break;
        }
        write_through(out, out->buffer, (size_t)n);
        at += (uint64_t)n;
    }
    if (nameless->error != 0)
        keep_error(out, nameless->error);
}

bool outfile_sync(struct outfile *out, struct failure *failure)
{
    flush(out);
    if (out->gzip && out->error == 0 && !out->synced)
        gzip_out_end(out->gzip);
    if (out->error == 0 && !out->synced && fsync(out->fd) != 0)
        keep_error(out, errno);
    /* close reports errors that a network file system deferred */
    if (out->error == 0 && !out->synced) {
        if (close(out->fd) != 0 && errno != EINTR)
            keep_error(out, errno);
        out->fd = -1;
        out->synced = true;
    }
    return out->error == 0 || write_failure(out, failure);
}

bool outfile_close(struct outfile *out, struct failure *failure)
{
    bool good;

    flush(out);
    if (close(out->fd) != 0 && errno != EINTR)
        keep_error(out, errno);
    out->fd = -1;
    good = out->error == 0 || write_failure(out, failure);
    outfile_discard(out);
    return good;
}

/* Renames an earlier file to a temporary name; switch_back reverts that. */
static bool put_aside(struct outfile *out, struct failure *failure)
{
    const struct folder *folder = out->folder;
    struct stat status;

    if (fstatat(folder->fd, out->name, &status, AT_SYMLINK_NOFOLLOW) != 0 ||
        !S_ISREG(status.st_mode))
        return true;
    if (!folder_random_name(out->name, out->temp) ||
        renameat(folder->fd, out->name, folder->fd, out->temp) != 0)
        return failure_set(failure, EXIT_TROUBLE, "cannot remove %s: %s", out->path,
                           strerror(errno));
    out->switched = out->earlier = out->linked = true;
    return true;
}

bool outfile_switch(struct outfile *out, struct failure *failure)
{
    if (out->absent)
        return put_aside(out, failure);
    if (!place_is_free(out, failure))
        return false;
    if (!folder_swap(out->folder, out->temp, out->name, &out->earlier)) {
        keep_error(out, errno);
        return write_failure(out, failure);
    }
    out->switched = true;
    out->linked = out->earlier;
    return true;
}

void outfile_settle(struct outfile *out)
{
    out->switched = false;
    outfile_discard(out);
}

bool outfile_commit(struct outfile *out, struct failure *failure)
{
    bool done = outfile_sync(out, failure) && outfile_switch(out, failure);

    if (done && !folder_sync(out->folder)) {
        keep_error(out, errno);
        done = write_failure(out, failure);
    }
    if (done)
        outfile_settle(out);
    else
        outfile_discard(out);
    return done;
}

/* Restores the earlier file; without one, removes the new file. */
static void switch_back(struct outfile *out)
{
    bool other;

    if (!out->earlier)
        unlinkat(out->folder->fd, out->name, 0);
    else if (!folder_swap(out->folder, out->temp, out->name, &other))
        out->linked = false; /* keep it under its temporary name */
}

void outfile_discard(struct outfile *out)
{
    if (!out)
        return;
    if (out->switched)
        switch_back(out);
    if (out->linked)
        unlinkat(out->folder->fd, out->temp, 0);
    if (out->fd >= 0)
        close(out->fd);
    gzip_out_free(out->gzip);
    free(out->path);
    free(out->name);
    free(out);
}
