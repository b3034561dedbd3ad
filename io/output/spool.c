#include "io/output/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINK = sizeof(uint64_t), ROOM = SPOOL_BLOCK - LINK };

/* In memory and in the file. Each block holds the number of the next one in its stream. */
struct spool_block {
    uint64_t next;
    uint8_t bytes[ROOM];
};

_Static_assert(sizeof(struct spool_block) == SPOOL_BLOCK, "a block is written byte for byte");

/* The last block is in memory. Its place in the file is reserved before it is written, because the
 * block before it holds its number. */
struct spool_stream {
    struct spool_block *last; /* NULL: nothing was written */
    size_t used;              /* of last */
    uint64_t first;           /* number of the first block */
    uint64_t number;          /* of last */
};

struct spool {
    int fd;
    int error; /* errno of the first failure; 0: none */
    unsigned count;
    uint64_t blocks;  /* places reserved in the file */
    unsigned reading; /* the stream selected */
    uint64_t at;      /* number of its current block */
    size_t offset;
    struct spool_block block; /* the current block, unless it is the last one of its stream */
    struct spool_stream streams[];
};

struct spool *spool_open(const struct folder *folder, unsigned count, struct failure *failure)
{
    struct spool *spool = calloc(1, sizeof(*spool) + count * sizeof(spool->streams[0]));

    if (!spool) {
        failure_out_of_memory(failure);
        return NULL;
    }
    spool->count = count;
    spool->fd = folder_nameless_file(folder);
    if (spool->fd < 0) {
        failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", folder->path, strerror(errno));
        spool_free(spool);
        return NULL;
    }
    return spool;
}

void spool_free(struct spool *spool)
{
    if (!spool)
        return;
    for (unsigned i = 0; i < spool->count; i++)
        free(spool->streams[i].last);
    if (spool->fd >= 0)
        close(spool->fd);
    free(spool);
}

static void put_block(struct spool *spool, const struct spool_block *block, uint64_t number)
{
    const uint8_t *bytes = (const uint8_t *)block;

    for (size_t done = 0; done < SPOOL_BLOCK && spool->error == 0;) {
        ssize_t n = pwrite(spool->fd, bytes + done, SPOOL_BLOCK - done,
                           (off_t)(number * SPOOL_BLOCK + done));

        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            spool->error = errno;
    }
}

static void get_block(struct spool *spool, uint64_t number)
{
    uint8_t *bytes = (uint8_t *)&spool->block;

    for (size_t done = 0; done < SPOOL_BLOCK && spool->error == 0;) {
        ssize_t n = pread(spool->fd, bytes + done, SPOOL_BLOCK - done,
                          (off_t)(number * SPOOL_BLOCK + done));

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            spool->error = n == 0 ? EIO : errno;
    }
}

static bool begin_stream(struct spool *spool, struct spool_stream *stream)
{
    stream->last = calloc(1, sizeof(*stream->last));
    if (!stream->last) {
        spool->error = ENOMEM;
        return false;
    }
    stream->first = stream->number = spool->blocks++;
    return true;
}

static void end_block(struct spool *spool, struct spool_stream *stream)
{
    uint64_t following = spool->blocks++;

    stream->last->next = following;
    put_block(spool, stream->last, stream->number);
    stream->number = following;
    stream->used = 0;
}

void spool_write(struct spool *spool, unsigned number, const void *bytes, size_t len)
{
    struct spool_stream *stream = &spool->streams[number];
    const uint8_t *from = bytes;

    if (spool->error != 0 || (!stream->last && !begin_stream(spool, stream)))
        return;
    while (len > 0) {
        size_t part = ROOM - stream->used < len ? ROOM - stream->used : len;

        memcpy(stream->last->bytes + stream->used, from, part);
        stream->used += part;
        from += part;
        len -= part;
        if (stream->used == ROOM)
            end_block(spool, stream);
    }
}

static bool at_last(const struct spool *spool)
{
    return spool->at == spool->streams[spool->reading].number;
}

static void go_to(struct spool *spool, uint64_t number)
{
    spool->at = number;
    spool->offset = 0;
    if (!at_last(spool))
        get_block(spool, number);
}

void spool_rewind(struct spool *spool, unsigned number)
{
    spool->reading = number;
    if (spool->streams[number].last)
        go_to(spool, spool->streams[number].first);
}

size_t spool_read(struct spool *spool, void *out, size_t len)
{
    const struct spool_stream *stream = &spool->streams[spool->reading];
    size_t got = 0;

    while (stream->last && spool->error == 0 && got < len) {
        const struct spool_block *block = at_last(spool) ? stream->last : &spool->block;
        size_t there = (at_last(spool) ? stream->used : ROOM) - spool->offset;
        size_t part = there < len - got ? there : len - got;

        memcpy((uint8_t *)out + got, block->bytes + spool->offset, part);
        spool->offset += part;
        got += part;
        if (at_last(spool) && part == there)
            break;
        if (spool->offset == ROOM)
            go_to(spool, block->next);
    }
    return spool->error == 0 ? got : 0;
}

bool spool_good(const struct spool *spool, struct failure *failure)
{
    return spool->error == 0 ||
           failure_set(failure, EXIT_TROUBLE, "cannot write the hand-over pack: %s",
                       strerror(spool->error));
}
