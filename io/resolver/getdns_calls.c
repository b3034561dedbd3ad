#include "io/resolver/getdns_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "io/system/clock.h"

/* A number: MARK, then LIFE_BITS that tell one life of a place from the next, so that a number that
 * was closed twice is not somebody else's, then the place. No descriptor is that high: fs.nr_open
 * ends below. */
enum {
    PLACE_BITS = 20,
    LIFE_BITS = 10,
    PLACES = 1 << PLACE_BITS,
    MARK = 1 << (PLACE_BITS + LIFE_BITS)
};

static _Thread_local struct datagrams *current;

/* Random numbers from the kernel, fetched so many at a time. */
static _Thread_local struct {
    uint32_t numbers[64];
    unsigned left;
} drawn;

void datagrams_init(struct datagrams *datagrams)
{
    *datagrams = (struct datagrams){0};
    SLIST_INIT(&datagrams->spare);
}

void datagrams_free(struct datagrams *datagrams)
{
    if (current == datagrams)
        current = NULL;
    for (size_t i = 0; i < datagrams->count; i++)
        free(datagrams->all[i]);
    free(datagrams->all);
}

struct datagrams *datagrams_enter(struct datagrams *datagrams)
{
    struct datagrams *before = current;
    current = datagrams;
    return before;
}

bool datagrams_has(int fd)
{
    return fd >= MARK;
}

struct datagram *datagrams_find(const struct datagrams *datagrams, int fd)
{
    size_t place = (unsigned)fd % PLACES;
    if (place >= datagrams->count || datagrams->all[place]->number != fd)
        return NULL;
    return datagrams->all[place];
}

static bool make_room(struct datagrams *datagrams)
{
    if (datagrams->count < datagrams->room)
        return true;
    size_t room = datagrams->room ? 2 * datagrams->room : 256;
    struct datagram **all = room <= PLACES ? realloc(datagrams->all, room * sizeof(*all)) : NULL;
    if (!all)
        return false;
    datagrams->all = all;
    datagrams->room = room;
    return true;
}

static struct datagram *add_place(struct datagrams *datagrams)
{
    if (!make_room(datagrams))
        return NULL;
    struct datagram *datagram = calloc(1, sizeof(*datagram));
    if (!datagram)
        return NULL;
    datagram->number = MARK | (int)datagrams->count;
    datagrams->all[datagrams->count++] = datagram;
    return datagram;
}

static int next_life(int number)
{
    return MARK | (int)(((unsigned)number + PLACES) &
                        (MARK - 1)); /* the last life of all ends at INT_MAX */
}

static int open_datagram(struct datagrams *datagrams)
{
    struct datagram *datagram = SLIST_FIRST(&datagrams->spare);
    if (datagram)
        SLIST_REMOVE_HEAD(&datagrams->spare, link_spare);
    else
        datagram = add_place(datagrams);
    if (!datagram) {
        errno = ENOBUFS;
        return -1;
    }
    datagram->reader = NULL;
    datagram->ports = NULL;
    datagram->tag = datagrams->tag;
    datagram->reply = NULL;
    datagram->error = 0;
    datagrams->open++;
    return datagram->number;
}

static struct datagram *mine(int fd)
{
    return current ? datagrams_find(current, fd) : NULL;
}

int getdns_calls_socket(int domain, int type, int protocol)
{
    return type == SOCK_DGRAM && current ? open_datagram(current) : socket(domain, type, protocol);
}

int getdns_calls_fcntl(int fd, int command, ...)
{
    va_list arguments;
    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    if (!datagrams_has(fd))
        return fcntl(fd, command, argument);
    if (mine(fd))
        return 0;
    errno = EBADF;
    return -1;
}

ssize_t getdns_calls_sendto(int fd, const void *octets, size_t size, int flags,
                            const struct sockaddr *to, socklen_t to_size)
{
    if (!datagrams_has(fd))
        return sendto(fd, octets, size, flags, to, to_size);
    struct datagram *datagram = mine(fd);
    if (!datagram || !datagram->ports || datagram->parcel.port) {
        errno = EBADF;
        return -1;
    }
    return ports_send(datagram->ports, &datagram->parcel, octets, size, clock_coarse_ns())
               ? (ssize_t)size
               : -1;
}

static ssize_t read_datagram(struct datagram *datagram, void *octets, size_t room)
{
    if (!datagram || datagram->error || !datagram->reply) {
        errno = !datagram ? EBADF : datagram->error ? datagram->error : EAGAIN;
        return -1;
    }
    if (room > datagram->reply_size)
        room = datagram->reply_size;
    memcpy(octets, datagram->reply, room);
    datagram->reply = NULL;
    return (ssize_t)room;
}

ssize_t getdns_calls_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                              socklen_t *from_size)
{
    return datagrams_has(fd) ? read_datagram(mine(fd), octets, size)
                             : recvfrom(fd, octets, size, flags, from, from_size);
}

int getdns_calls_close(int fd)
{
    if (!datagrams_has(fd))
        return close(fd);
    struct datagram *datagram = mine(fd);
    if (!datagram) {
        errno = EBADF;
        return -1;
    }
    ports_end(&datagram->parcel);
    datagram->number = next_life(fd);
    SLIST_INSERT_HEAD(&current->spare, datagram, link_spare);
    current->open--;
    return 0;
}

uint32_t getdns_calls_random(void)
{
    if (drawn.left == 0) {
        if (getrandom(drawn.numbers, sizeof(drawn.numbers), 0) != sizeof(drawn.numbers))
            return arc4random();
        drawn.left = sizeof(drawn.numbers) / sizeof(drawn.numbers[0]);
    }
    uint32_t number = drawn.numbers[--drawn.left];
    drawn.numbers[drawn.left] = 0; /* a number that was used is nobody's any more */
    return number;
}
