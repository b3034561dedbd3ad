/*
 * Strings are collected in portions. A full portion is sorted and appended to a file; at the end
 * all portions are merged into a second file. In both files a string follows its length.
 */
#include "io/output/sorter.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/system/heap.h"

enum {
    PREFIX = sizeof(uint16_t),
    STRINGS_MAX = 64 * 1024, /* in a portion */
    BUFFER = 64 * 1024,      /* of a file that is written or read alone */
    BUFFERS_ALL = 8 * 1024 * 1024,
};

/* A part of a file that is written or read from front to back. */
struct octets {
    int fd;
    uint64_t at; /* in the file, of the end of the buffer when reading, of its start when writing */
    uint64_t end;
    uint8_t *buffer;
    size_t room;
    size_t from; /* reading: octets before it are used up */
    size_t filled;
};

struct portion {
    struct octets in;
    uint64_t begin; /* in the file */
    uint64_t end;
    const uint8_t *string; /* the next one, with its length in front */
};

struct sorter {
    const struct folder *folder;
    int error; /* errno of the first failure; 0: none */
    struct octets runs;
    struct octets sorted;
    uint64_t place; /* of the string that is read next */
    struct portion *portions;
    unsigned portion_count;
    unsigned portion_room;
    void **heap; /* of the portions that have strings left */
    unsigned heap_count;
    size_t used;
    unsigned count;
    uint8_t *strings[STRINGS_MAX];
    uint8_t bytes[SORTER_PORTION];
};

static uint16_t length_of(const uint8_t *string)
{
    uint16_t length;

    memcpy(&length, string, PREFIX);
    return length;
}

static int compare(const uint8_t *a, const uint8_t *b)
{
    uint16_t a_length = length_of(a);
    uint16_t b_length = length_of(b);
    int order = memcmp(a + PREFIX, b + PREFIX, a_length < b_length ? a_length : b_length);

    return order != 0 ? order : a_length - b_length;
}

static int by_octets(const void *a, const void *b)
{
    return compare(*(uint8_t *const *)a, *(uint8_t *const *)b);
}

/* ---- files ---- */

static bool octets_make(struct sorter *sorter, struct octets *out)
{
    out->room = BUFFER;
    out->buffer = malloc(BUFFER);
    out->fd = out->buffer ? folder_nameless_file(sorter->folder) : -1;
    if (out->fd < 0)
        sorter->error = out->buffer ? errno : ENOMEM;
    return out->fd >= 0;
}

static void octets_flush(struct sorter *sorter, struct octets *out)
{
    for (size_t done = 0; done < out->filled && sorter->error == 0;) {
        ssize_t n =
            pwrite(out->fd, out->buffer + done, out->filled - done, (off_t)(out->at + done));

        if (n >= 0)
            done += (size_t)n;
        else if (errno != EINTR)
            sorter->error = errno;
    }
    out->at += out->filled;
    out->filled = 0;
}

static void octets_put(struct sorter *sorter, struct octets *out, const uint8_t *string)
{
    size_t size = PREFIX + (size_t)length_of(string);

    if (out->filled + size > out->room)
        octets_flush(sorter, out);
    memcpy(out->buffer + out->filled, string, size);
    out->filled += size;
}

/* Makes at least `size` octets available after `from`, if the part has them. */
static void octets_fill(struct sorter *sorter, struct octets *in, size_t size)
{
    memmove(in->buffer, in->buffer + in->from, in->filled - in->from);
    in->filled -= in->from;
    in->from = 0;
    while (in->filled < size && in->at < in->end && sorter->error == 0) {
        size_t wanted = in->room - in->filled;
        ssize_t n;

        if (wanted > in->end - in->at)
            wanted = (size_t)(in->end - in->at);
        n = pread(in->fd, in->buffer + in->filled, wanted, (off_t)in->at);
        if (n > 0) {
            in->filled += (size_t)n;
            in->at += (uint64_t)n;
        } else if (n == 0 || errno != EINTR) {
            sorter->error = n == 0 ? EIO : errno;
        }
    }
}

/* NULL: the end, or an error. */
static const uint8_t *octets_next(struct sorter *sorter, struct octets *in)
{
    const uint8_t *string;

    if (in->filled - in->from < PREFIX)
        octets_fill(sorter, in, PREFIX);
    if (sorter->error != 0 || in->filled - in->from < PREFIX)
        return NULL;
    size_t size = PREFIX + (size_t)length_of(in->buffer + in->from);
    if (in->filled - in->from < size)
        octets_fill(sorter, in, size);
    if (sorter->error != 0 || in->filled - in->from < size)
        return NULL;
    string = in->buffer + in->from;
    in->from += size;
    return string;
}

static void octets_free(struct octets *octets)
{
    free(octets->buffer);
    if (octets->fd >= 0)
        close(octets->fd);
}

/* ---- portions ---- */

static struct portion *add_portion(struct sorter *sorter)
{
    if (sorter->portion_count == sorter->portion_room) {
        unsigned room = sorter->portion_room > 0 ? 2 * sorter->portion_room : 16;
        struct portion *more = reallocarray(sorter->portions, room, sizeof(*more));

        if (!more) {
            sorter->error = ENOMEM;
            return NULL;
        }
        sorter->portions = more;
        sorter->portion_room = room;
    }
    return &sorter->portions[sorter->portion_count++];
}

static void end_portion(struct sorter *sorter)
{
    struct portion *portion = sorter->count > 0 ? add_portion(sorter) : NULL;
    const uint8_t *before = NULL;

    if (!portion)
        return;
    qsort(sorter->strings, sorter->count, sizeof(sorter->strings[0]), by_octets);
    *portion = (struct portion){.begin = sorter->runs.at + sorter->runs.filled};
    for (unsigned i = 0; i < sorter->count; i++) {
        if (!before || compare(before, sorter->strings[i]) != 0)
            octets_put(sorter, &sorter->runs, sorter->strings[i]);
        before = sorter->strings[i];
    }
    portion->end = sorter->runs.at + sorter->runs.filled;
    sorter->count = 0;
    sorter->used = 0;
}

void sorter_add(struct sorter *sorter, const void *bytes, size_t length)
{
    uint16_t prefix = (uint16_t)length;
    uint8_t *string;

    if (sorter->count == STRINGS_MAX || sorter->used + PREFIX + length > SORTER_PORTION)
        end_portion(sorter);
    if (sorter->error != 0)
        return;
    string = sorter->bytes + sorter->used;
    memcpy(string, &prefix, PREFIX);
    memcpy(string + PREFIX, bytes, length);
    sorter->strings[sorter->count++] = string;
    sorter->used += PREFIX + length;
}

/* ---- merging ---- */

static bool is_before(const void *a, const void *b)
{
    const struct portion *one = a, *other = b;

    return compare(one->string, other->string) < 0;
}

/* Each portion gets a buffer of its own, from the memory of the portions. */
static bool open_portions(struct sorter *sorter)
{
    size_t room = BUFFERS_ALL / sorter->portion_count;

    if (room > BUFFER)
        room = BUFFER;
    if (room < PREFIX + SORTER_STRING_MAX)
        room = PREFIX + SORTER_STRING_MAX;
    sorter->heap = calloc(sorter->portion_count, sizeof(sorter->heap[0]));
    for (unsigned i = 0; sorter->heap && i < sorter->portion_count; i++) {
        struct portion *portion = &sorter->portions[i];

        portion->in = (struct octets){.fd = sorter->runs.fd,
                                      .at = portion->begin,
                                      .end = portion->end,
                                      .buffer = malloc(room),
                                      .room = room};
        if (!portion->in.buffer)
            return false;
        portion->string = octets_next(sorter, &portion->in);
        if (portion->string)
            sorter->heap[sorter->heap_count++] = portion;
    }
    return sorter->heap != NULL;
}

static void merge(struct sorter *sorter)
{
    uint8_t last[PREFIX + SORTER_STRING_MAX];
    bool any = false;

    heap_make(sorter->heap, sorter->heap_count, is_before);
    while (sorter->heap_count > 0 && sorter->error == 0) {
        struct portion *first = sorter->heap[0];

        if (!any || compare(last, first->string) != 0) {
            octets_put(sorter, &sorter->sorted, first->string);
            memcpy(last, first->string, PREFIX + (size_t)length_of(first->string));
            any = true;
        }
        first->string = octets_next(sorter, &first->in);
        if (!first->string)
            sorter->heap[0] = sorter->heap[--sorter->heap_count];
        heap_sink(sorter->heap, sorter->heap_count, is_before);
    }
}

static void close_portions(struct sorter *sorter)
{
    for (unsigned i = 0; i < sorter->portion_count; i++)
        free(sorter->portions[i].in.buffer);
    free(sorter->portions);
    free(sorter->heap);
    sorter->portions = NULL;
    sorter->heap = NULL;
    sorter->portion_count = sorter->heap_count = 0;
}

/* A single portion is sorted already. */
static void take_only_portion(struct sorter *sorter)
{
    struct octets file = sorter->sorted;

    sorter->sorted = sorter->runs;
    sorter->runs = file;
}

bool sorter_sort(struct sorter *sorter, struct failure *failure)
{
    end_portion(sorter);
    octets_flush(sorter, &sorter->runs);
    if (sorter->portion_count <= 1)
        take_only_portion(sorter);
    else if (sorter->error == 0 && open_portions(sorter))
        merge(sorter);
    else if (sorter->error == 0)
        sorter->error = ENOMEM;
    octets_flush(sorter, &sorter->sorted);
    sorter->sorted.end = sorter->sorted.at;
    close_portions(sorter);
    sorter_go(sorter, 0);
    return sorter_good(sorter, failure);
}

/* ---- the whole ---- */

struct sorter *sorter_open(const struct folder *folder, struct failure *failure)
{
    struct sorter *sorter = malloc(sizeof(*sorter));

    if (!sorter) {
        failure_out_of_memory(failure);
        return NULL;
    }
    memset(sorter, 0, offsetof(struct sorter, strings));
    sorter->folder = folder;
    sorter->runs.fd = sorter->sorted.fd = -1;
    if (octets_make(sorter, &sorter->runs) && octets_make(sorter, &sorter->sorted))
        return sorter;
    (void)!sorter_good(sorter, failure);
    sorter_free(sorter);
    return NULL;
}

void sorter_free(struct sorter *sorter)
{
    if (!sorter)
        return;
    close_portions(sorter);
    octets_free(&sorter->runs);
    octets_free(&sorter->sorted);
    free(sorter);
}

uint64_t sorter_place(const struct sorter *sorter)
{
    return sorter->place;
}

/* What the buffer holds is kept: the next party mostly begins there. */
void sorter_go(struct sorter *sorter, uint64_t place)
{
    struct octets *in = &sorter->sorted;

    if (place >= in->at - in->filled && place <= in->at) {
        in->from = (size_t)(place - (in->at - in->filled));
    } else {
        in->at = place;
        in->from = in->filled = 0;
    }
    sorter->place = place;
}

const uint8_t *sorter_next(struct sorter *sorter, size_t *length)
{
    const uint8_t *string = octets_next(sorter, &sorter->sorted);

    if (!string)
        return NULL;
    *length = length_of(string);
    sorter->place += PREFIX + *length;
    return string + PREFIX;
}

bool sorter_good(const struct sorter *sorter, struct failure *failure)
{
    if (sorter->error == ENOMEM)
        return failure_out_of_memory(failure);
    return sorter->error == 0 || failure_set(failure, EXIT_TROUBLE, "cannot write in %s: %s",
                                             sorter->folder->path, strerror(sorter->error));
}
