#include "io/resolver/getdns_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#include "io/system/clock.h"

/* A number has three parts: MARK, LIFE_BITS that change each time the place is opened, and the
 * place in the table. Because of the life, closing a number twice does not close the socket that
 * uses the place now. No descriptor reaches MARK: fs.nr_open is 2^20 by default. */
enum {
    PLACE_BITS = 20,
    LIFE_BITS = 10,
    PLACES = 1 << PLACE_BITS,
    MARK = 1 << (PLACE_BITS + LIFE_BITS)
};

static _Thread_local struct getdns_sockets *current;

/* Random numbers from the kernel, fetched 64 at a time. */
static _Thread_local struct {
    uint32_t numbers[64];
    unsigned left;
} drawn;

void getdns_sockets_init(struct getdns_sockets *sockets)
{
    *sockets = (struct getdns_sockets){0};
    SLIST_INIT(&sockets->spare);
}

void getdns_sockets_free(struct getdns_sockets *sockets)
{
    if (current == sockets)
        current = NULL;
    for (size_t i = 0; i < sockets->count; i++)
        free(sockets->all[i]);
    free(sockets->all);
}

struct getdns_sockets *getdns_sockets_enter(struct getdns_sockets *sockets)
{
    struct getdns_sockets *before = current;

    current = sockets;
    return before;
}

bool getdns_sockets_has(int fd)
{
    return fd >= MARK;
}

struct getdns_socket *getdns_sockets_find(const struct getdns_sockets *sockets, int fd)
{
    size_t place = (unsigned)fd % PLACES;

    if (place >= sockets->count || sockets->all[place]->number != fd)
        return NULL;
    return sockets->all[place];
}

static bool make_room(struct getdns_sockets *sockets)
{
    if (sockets->count < sockets->room)
        return true;
    size_t room = sockets->room ? 2 * sockets->room : 256;
    struct getdns_socket **all = room <= PLACES ? realloc(sockets->all, room * sizeof(*all)) : NULL;
    if (!all)
        return false;
    sockets->all = all;
    sockets->room = room;
    return true;
}

static struct getdns_socket *add_place(struct getdns_sockets *sockets)
{
    if (!make_room(sockets))
        return NULL;
    struct getdns_socket *sock = calloc(1, sizeof(*sock));
    if (!sock)
        return NULL;
    sock->number = MARK | (int)sockets->count;
    sockets->all[sockets->count++] = sock;
    return sock;
}

static int next_life(int number)
{
    return MARK | (int)(((unsigned)number + PLACES) &
                        (MARK - 1)); /* the lives wrap around below INT_MAX */
}

static int open_socket(struct getdns_sockets *sockets)
{
    struct getdns_socket *sock = SLIST_FIRST(&sockets->spare);

    if (sock)
        SLIST_REMOVE_HEAD(&sockets->spare, link_spare);
    else
        sock = add_place(sockets);
    if (!sock) {
        errno = ENOBUFS;
        return -1;
    }
    sock->reader = NULL;
    sock->sockets = NULL;
    sock->tag = sockets->tag;
    sock->reply = NULL;
    sock->error = 0;
    sockets->open++;
    return sock->number;
}

static struct getdns_socket *mine(int fd)
{
    return current ? getdns_sockets_find(current, fd) : NULL;
}

int getdns_calls_socket(int domain, int type, int protocol)
{
    return type == SOCK_DGRAM && current ? open_socket(current) : socket(domain, type, protocol);
}

int getdns_calls_fcntl(int fd, int command, ...)
{
    va_list arguments;

    va_start(arguments, command);
    long argument = va_arg(arguments, long);
    va_end(arguments);
    if (!getdns_sockets_has(fd))
        return fcntl(fd, command, argument);
    if (mine(fd))
        return 0;
    errno = EBADF;
    return -1;
}

ssize_t getdns_calls_sendto(int fd, const void *octets, size_t size, int flags,
                            const struct sockaddr *to, socklen_t to_size)
{
    if (!getdns_sockets_has(fd))
        return sendto(fd, octets, size, flags, to, to_size);
    struct getdns_socket *sock = mine(fd);
    if (!sock || !sock->sockets || sock->query.sockets) {
        errno = EBADF;
        return -1;
    }
    return udp_sockets_send(sock->sockets, &sock->query, octets, size, clock_coarse_ns())
               ? (ssize_t)size
               : -1;
}

int getdns_calls_connect(int fd, const struct sockaddr *to, socklen_t to_size)
{
    int result = connect(fd, to, to_size);

    if (current && result != 0 && errno != EINPROGRESS)
        current->connect_error = errno;
    return result;
}

static ssize_t read_reply(struct getdns_socket *sock, void *octets, size_t room)
{
    if (!sock || sock->error || !sock->reply) {
        errno = !sock ? EBADF : sock->error ? sock->error : EAGAIN;
        return -1;
    }
    if (room > sock->reply_size)
        room = sock->reply_size;
    memcpy(octets, sock->reply, room);
    sock->reply = NULL;
    return (ssize_t)room;
}

ssize_t getdns_calls_recvfrom(int fd, void *octets, size_t size, int flags, struct sockaddr *from,
                              socklen_t *from_size)
{
    return getdns_sockets_has(fd) ? read_reply(mine(fd), octets, size)
                                  : recvfrom(fd, octets, size, flags, from, from_size);
}

int getdns_calls_close(int fd)
{
    if (!getdns_sockets_has(fd)) {
        if (current && current->closing)
            current->closing(current, fd);
        return close(fd);
    }
    struct getdns_socket *sock = mine(fd);
    if (!sock) {
        errno = EBADF;
        return -1;
    }
    udp_query_end(&sock->query);
    sock->number = next_life(fd);
    SLIST_INSERT_HEAD(&current->spare, sock, link_spare);
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
    drawn.numbers[drawn.left] = 0; /* a number that was used must not stay in memory */
    return number;
}
