#include "io/input/source.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "io/system/standard_streams.h"

enum {
    INPUT_MAX = 128 * 1024,
    FAULT_MAX = 160,
    GZIP_WINDOW = 16 + MAX_WBITS /* gzip framing only */
};

enum source_stage {
    STAGE_START,   /* nothing is read yet */
    STAGE_PLAIN,   /* bytes pass unchanged */
    STAGE_MEMBER,  /* inside a gzip member */
    STAGE_BETWEEN, /* after a member */
    STAGE_END,
    STAGE_BROKEN,
};

struct source {
    int fd;
    enum source_stage stage;
    bool file_ended;
    size_t at, filled; /* input[at..filled) is read and not yet used */
    z_stream stream;
    bool stream_ready;
    char fault[FAULT_MAX];
    unsigned char input[INPUT_MAX];
};

static int open_input(const char *path, struct failure *failure)
{
    int fd;

    if (strcmp(path, "-") == 0 && standard_streams_has_input())
        return STDIN_FILENO;
    if (strcmp(path, "-") == 0) {
        failure_set(failure, EXIT_TROUBLE, "cannot read \"-\": standard input is closed");
        return -1;
    }
    fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
    if (fd < 0)
        failure_set(failure, EXIT_TROUBLE, "cannot open \"%s\": %s", path, strerror(errno));
    return fd;
}

static void close_input(int fd)
{
    if (fd > STDIN_FILENO)
        close(fd);
}

struct source *source_open(const char *path, struct failure *failure)
{
    struct source *source = NULL;
    struct stat status;
    int fd = open_input(path, failure);

    if (fd < 0)
        return NULL;
    if (fstat(fd, &status) == 0 && S_ISDIR(status.st_mode)) {
        failure_set(failure, EXIT_TROUBLE, "cannot read \"%s\": it is a directory", path);
        goto fail;
    }
    source = malloc(sizeof(*source));
    if (!source) {
        failure_out_of_memory(failure);
        goto fail;
    }
    memset(source, 0, offsetof(struct source, input));
    source->fd = fd;
    return source;
fail:
    close_input(fd);
    return NULL;
}

static void break_off(struct source *source, const char *fault)
{
    snprintf(source->fault, sizeof(source->fault), "%s", fault);
    source->stage = STAGE_BROKEN;
}

/* read(2) that copes with signals and with a non-blocking standard input. 0: the end, or broken. */
static size_t read_some(struct source *source, void *buffer, size_t size)
{
    for (;;) {
        ssize_t got = read(source->fd, buffer, size);

        if (got > 0)
            return (size_t)got;
        if (got == 0) {
            source->file_ended = true;
            return 0;
        }
        if (errno == EAGAIN || errno == EWOULDBLOCK) {
            struct pollfd ready = {.fd = source->fd, .events = POLLIN};

            (void)!poll(&ready, 1, -1);
        } else if (errno != EINTR) {
            snprintf(source->fault, sizeof(source->fault), "cannot read further: %s",
                     strerror(errno));
            source->stage = STAGE_BROKEN;
            return 0;
        }
    }
}

/* Makes `wanted` unused bytes available, if the input has that many. Returns how many there are. */
static size_t lookahead(struct source *source, size_t wanted)
{
    memmove(source->input, source->input + source->at, source->filled - source->at);
    source->filled -= source->at;
    source->at = 0;
    while (source->filled < wanted && !source->file_ended && source->stage != STAGE_BROKEN)
        source->filled +=
            read_some(source, source->input + source->filled, INPUT_MAX - source->filled);
    return source->filled;
}

static bool gzip_magic_ahead(struct source *source)
{
    return lookahead(source, 2) >= 2 && source->input[0] == 0x1f && source->input[1] == 0x8b;
}

static void start_member(struct source *source)
{
    int result = source->stream_ready ? inflateReset(&source->stream)
                                      : inflateInit2(&source->stream, GZIP_WINDOW);

    source->stream_ready = source->stream_ready || result == Z_OK;
    if (result == Z_OK)
        source->stage = STAGE_MEMBER;
    else
        break_off(source, "out of memory for the gzip data");
}

static void start(struct source *source)
{
    bool gzip = gzip_magic_ahead(source);

    if (source->stage == STAGE_BROKEN)
        return;
    if (gzip)
        start_member(source);
    else
        source->stage = STAGE_PLAIN;
}

/* A member is followed by another one, by the end, or by zeros: the padding of tapes and block
 * devices (RFC 1952 2.2 does not mention it, gzip(1) accepts it). */
static void between_members(struct source *source)
{
    while (lookahead(source, 1) > 0 && source->input[source->at] == 0)
        while (source->at < source->filled && source->input[source->at] == 0)
            source->at++;
    if (source->stage == STAGE_BROKEN)
        return;
    if (source->at == source->filled)
        source->stage = STAGE_END;
    else if (gzip_magic_ahead(source))
        start_member(source);
    else if (source->stage != STAGE_BROKEN)
        break_off(source, "the bytes after the last gzip member are not gzip data");
}

static size_t read_plain(struct source *source, char *buffer, size_t size)
{
    size_t waiting = source->filled - source->at;

    if (waiting == 0) {
        size_t got = source->file_ended ? 0 : read_some(source, buffer, size);

        if (got == 0 && source->stage != STAGE_BROKEN)
            source->stage = STAGE_END;
        return got;
    }
    size_t taken = waiting < size ? waiting : size;
    memcpy(buffer, source->input + source->at, taken);
    source->at += taken;
    return taken;
}

static const char *inflate_fault(const z_stream *stream, int result)
{
    if (result == Z_MEM_ERROR)
        return "out of memory for the gzip data";
    if (stream->msg && strcmp(stream->msg, "incorrect data check") == 0)
        return "gzip checksum does not match";
    if (stream->msg && strcmp(stream->msg, "incorrect length check") == 0)
        return "gzip length does not match";
    return "gzip data is damaged";
}

static size_t read_member(struct source *source, char *buffer, size_t size)
{
    z_stream *stream = &source->stream;

    if (source->at == source->filled)
        lookahead(source, 1);
    if (source->stage == STAGE_BROKEN)
        return 0;
    stream->next_in = source->input + source->at;
    stream->avail_in = (uInt)(source->filled - source->at);
    stream->next_out = (Bytef *)buffer;
    stream->avail_out = (uInt)size;
    /* Called without further input, too: zlib may hold more output than fits in one buffer. */
    int result = inflate(stream, Z_NO_FLUSH);
    source->at = source->filled - stream->avail_in;
    if (result == Z_STREAM_END)
        source->stage = STAGE_BETWEEN;
    else if (result == Z_BUF_ERROR && source->file_ended)
        break_off(source, "gzip data ends in the middle of a member");
    else if (result != Z_OK && result != Z_BUF_ERROR)
        break_off(source, inflate_fault(stream, result));
    return size - stream->avail_out;
}

enum source_status source_read(struct source *source, char *buffer, size_t size, size_t *got)
{
    enum { ONE_READ_MAX = 1 << 30 }; /* zlib counts in unsigned int */

    if (size > ONE_READ_MAX)
        size = ONE_READ_MAX;
    *got = 0;
    while (*got == 0) {
        switch (source->stage) {
        case STAGE_START:
            start(source);
            break;
        case STAGE_PLAIN:
            *got = read_plain(source, buffer, size);
            break;
        case STAGE_MEMBER:
            *got = read_member(source, buffer, size);
            break;
        case STAGE_BETWEEN:
            between_members(source);
            break;
        case STAGE_END:
            return SOURCE_END;
        case STAGE_BROKEN:
            return SOURCE_BROKEN;
        }
    }
    return SOURCE_BYTES;
}

const char *source_fault(const struct source *source)
{
    return source->fault;
}

void source_close(struct source *source)
{
    if (!source)
        return;
    if (source->stream_ready)
        inflateEnd(&source->stream);
    close_input(source->fd);
    free(source);
}
