#include "io/output/spool.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { LINK = sizeof(uint64_t), ROOM = STRAND_BLOCK - LINK };

/* In the file as well: each block names the one that follows in its strand. */
struct block {
    uint64_t next;
    uint8_t bytes[ROOM];
};

_Static_assert(sizeof(struct block) == STRAND_BLOCK, "a block is written as it lies in memory");

/* The last block is in memory, and its place in the file is taken before it is written: so the
 * block before it can name it. */
struct strand {
    struct block *last; /* NULL: nothing was written */
    size_t used;        /* of last */
    uint64_t first;     /* block number of the front */
    uint64_t number;    /* of last */
};

struct strands {
    int fd;
    int error; /* errno of the first failure; 0: none */
    unsigned count;
    uint64_t blocks; /* places taken in the file */
    unsigned reading;
    uint64_t at; /* number of the block read from */
    size_t offset;
    struct block block; /* its bytes, unless it is a last one */
    struct strand strands[];
};

struct strands *strands_open(const struct folder *folder, unsigned count, struct failure *failure)
{
    struct strands *strands = calloc(1, sizeof *strands + count * sizeof strands->strands[0]);

    if (!strands) {
        failure_out_of_memory(failure);
        return NULL;
    }
    strands->count = count;
    strands->fd = folder_nameless_file(folder);
    if (strands->fd < 0) {
        failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s", folder->path, strerror(errno));
        strands_free(strands);
        return NULL;
    }
    return strands;
}

void strands_free(struct strands *strands)
{
    if (!strands)
        return;
    for (unsigned i = 0; i < strands->count; i++)
        free(strands->strands[i].last);
    if (strands->fd >= 0)
        close(strands->fd);
    free(strands);
}

static void put_block(struct strands *strands, const struct block *block, uint64_t number)
{
    const uint8_t *bytes = (const uint8_t *)block;

    for (size_t done = 0; done < STRAND_BLOCK && strands->error == 0;) {
        ssize_t n = pwrite(strands->fd, bytes + done, STRAND_BLOCK - done,
                           (off_t)(number * STRAND_BLOCK + done));

        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            strands->error = errno;
    }
}

static void get_block(struct strands *strands, uint64_t number)
{
    uint8_t *bytes = (uint8_t *)&strands->block;

    for (size_t done = 0; done < STRAND_BLOCK && strands->error == 0;) {
        ssize_t n = pread(strands->fd, bytes + done, STRAND_BLOCK - done,
                          (off_t)(number * STRAND_BLOCK + done));

        if (n > 0)
            done += (size_t)n;
        else if (n == 0 || errno != EINTR)
            strands->error = n == 0 ? EIO : errno;
    }
}

static bool begin_strand(struct strands *strands, struct strand *strand)
{
    strand->last = calloc(1, sizeof *strand->last);
    if (!strand->last) {
        strands->error = ENOMEM;
        return false;
    }
    strand->first = strand->number = strands->blocks++;
    return true;
}

static void end_block(struct strands *strands, struct strand *strand)
{
    uint64_t following = strands->blocks++;

    strand->last->next = following;
    put_block(strands, strand->last, strand->number);
    strand->number = following;
    strand->used = 0;
}

void strands_write(struct strands *strands, unsigned number, const void *bytes, size_t len)
{
    struct strand *strand = &strands->strands[number];
    const uint8_t *from = bytes;

    if (strands->error != 0 || (!strand->last && !begin_strand(strands, strand)))
        return;
    while (len > 0) {
        size_t part = ROOM - strand->used < len ? ROOM - strand->used : len;

        memcpy(strand->last->bytes + strand->used, from, part);
        strand->used += part;
        from += part;
        len -= part;
        if (strand->used == ROOM)
            end_block(strands, strand);
    }
}

static bool at_last(const struct strands *strands)
{
    return strands->at == strands->strands[strands->reading].number;
}

static void go_to(struct strands *strands, uint64_t number)
{
    strands->at = number;
    strands->offset = 0;
    if (!at_last(strands))
        get_block(strands, number);
}

void strands_rewind(struct strands *strands, unsigned number)
{
    strands->reading = number;
    if (strands->strands[number].last)
        go_to(strands, strands->strands[number].first);
}

size_t strands_read(struct strands *strands, void *out, size_t len)
{
    const struct strand *strand = &strands->strands[strands->reading];
    size_t got = 0;

    while (strand->last && strands->error == 0 && got < len) {
        const struct block *block = at_last(strands) ? strand->last : &strands->block;
        size_t there = (at_last(strands) ? strand->used : ROOM) - strands->offset;
        size_t part = there < len - got ? there : len - got;

        memcpy((uint8_t *)out + got, block->bytes + strands->offset, part);
        strands->offset += part;
        got += part;
        if (at_last(strands) && part == there)
            break;
        if (strands->offset == ROOM)
            go_to(strands, block->next);
    }
    return strands->error == 0 ? got : 0;
}

bool strands_good(const struct strands *strands, struct failure *failure)
{
    return strands->error == 0 ||
           failure_set(failure, EXIT_TROUBLE, "cannot write the hand-over pack: %s",
                       strerror(strands->error));
}
