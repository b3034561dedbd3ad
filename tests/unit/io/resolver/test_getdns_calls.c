/* The calls that getdns makes: it takes each number for a UDP socket. */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/resolver/getdns_calls.h"
#include "tests/unit/support.h"

enum { MESSAGE = 20 };

/* A resolver, and one table of sockets for queries to it. */
struct side {
    int resolver;
    struct sockaddr_in address;
    struct udp_sockets *sockets;
    struct getdns_sockets table;
    struct udp_socket *watched;
    unsigned arrived, failed;
};

static bool on_opened(void *context, int fd, struct udp_socket *sock)
{
    (void)fd;
    ((struct side *)context)->watched = sock;
    return true;
}

static void on_closing(void *context, int fd)
{
    (void)context;
    (void)fd;
}

/* Like the loop: the reply is set while it is read. */
static void on_arrived(void *context, struct udp_query *sent, const uint8_t *reply, size_t size)
{
    struct getdns_socket *sock = (struct getdns_socket *)sent;
    uint8_t octets[512], few[5];
    ((struct side *)context)->arrived++;
    sock->reply = reply;
    sock->reply_size = size;
    cr_assert_eq(getdns_calls_recvfrom(sock->number, octets, sizeof(octets), 0, NULL, NULL),
                 (ssize_t)size);
    cr_assert_arr_eq(octets, reply, size);
    sock->reply = reply;
    sock->reply_size = size;
    cr_assert_eq(getdns_calls_recvfrom(sock->number, few, sizeof(few), 0, NULL, NULL),
                 (ssize_t)sizeof(few)); /* no more than fits */
    sock->reply = NULL;
}

static void on_failed(void *context, struct udp_query *sent, int error)
{
    ((struct side *)context)->failed++;
    ((struct getdns_socket *)sent)->error = error;
}

static void on_stray(void *context, struct udp_query *near)
{
    (void)context;
    (void)near;
    cr_assert(false, "a stray");
}

static void on_moved(void *context)
{
    (void)context;
    cr_assert(false, "a move");
}

static void set_up(struct side *side)
{
    struct udp_sockets_hooks hooks = {.context = side,
                                      .opened = on_opened,
                                      .closing = on_closing,
                                      .arrived = on_arrived,
                                      .failed = on_failed,
                                      .stray = on_stray,
                                      .moved = on_moved};
    struct ipaddr address = address_of("127.0.0.1");
    socklen_t size = sizeof(side->address);
    *side = (struct side){
        .address = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)}};
    side->resolver = socket(AF_INET, SOCK_DGRAM, 0);
    cr_assert_eq(bind(side->resolver, (struct sockaddr *)&side->address, size), 0);
    cr_assert_eq(getsockname(side->resolver, (struct sockaddr *)&side->address, &size), 0);
    cr_assert(side->sockets = udp_sockets_new(&address, ntohs(side->address.sin_port), &hooks));
    getdns_sockets_init(&side->table);
    getdns_sockets_enter(&side->table);
}

static void tear_down(struct side *side)
{
    getdns_sockets_free(&side->table);
    udp_sockets_free(side->sockets);
    close(side->resolver);
}

static int open_socket(void)
{
    int number = getdns_calls_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
    cr_assert_geq(number, 0);
    return number;
}

static void ask(struct side *side, int number, uint8_t id)
{
    uint8_t query[MESSAGE] = {0, id, 1, [5] = 1};
    struct getdns_socket *sock = getdns_sockets_find(&side->table, number);
    cr_assert(sock);
    sock->sockets = side->sockets;
    cr_assert_eq(getdns_calls_sendto(number, query, sizeof(query), 0,
                                     (const struct sockaddr *)&side->address,
                                     sizeof(side->address)),
                 MESSAGE);
}

/* The resolver sends the query back as a reply. */
static void echo(struct side *side, uint8_t id)
{
    uint8_t query[512];
    struct sockaddr_in asker;
    socklen_t size = sizeof(asker);
    cr_assert(udp_sockets_flush(side->sockets, 0));
    cr_assert_eq(recvfrom(side->resolver, query, sizeof(query), MSG_DONTWAIT,
                          (struct sockaddr *)&asker, &size),
                 MESSAGE);
    cr_assert_eq(query[1], id);
    query[2] |= 0x80;
    cr_assert_eq(sendto(side->resolver, query, MESSAGE, 0, (struct sockaddr *)&asker, size),
                 MESSAGE);
    udp_socket_receive(side->watched);
}

Test(getdns_calls, a_number_is_no_descriptor)
{
    struct side side;
    set_up(&side);
    for (unsigned i = 0; i < 2000; i++) {
        int number = open_socket();
        cr_assert(getdns_sockets_has(number));
        errno = 0;
        cr_assert(fcntl(number, F_GETFD) == -1 && errno == EBADF);
        cr_assert_eq(getdns_sockets_find(&side.table, number)->number, number);
        cr_assert_eq(side.table.open, i + 1u);
    }
    cr_assert_not(getdns_sockets_has(-1));
    cr_assert_not(getdns_sockets_has(0));
    cr_assert_not(getdns_sockets_has(side.resolver));
    cr_assert_not(getdns_sockets_has(1 << 20)); /* the default of fs.nr_open */
    tear_down(&side);
}

Test(getdns_calls, a_question_goes_out_and_its_reply_is_read)
{
    struct side side;
    set_up(&side);
    int number = open_socket();
    ask(&side, number, 7);
    uint8_t octets[MESSAGE];
    errno = 0;
    cr_assert_eq(getdns_calls_recvfrom(number, octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, EAGAIN); /* no reply yet */
    echo(&side, 7);
    cr_assert_eq(side.arrived, 1u);
    cr_assert_eq(getdns_calls_recvfrom(number, octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, EAGAIN);
    cr_assert_eq(getdns_calls_close(number), 0);
    tear_down(&side);
}

Test(getdns_calls, closing_twice_does_no_harm)
{
    struct side side;
    set_up(&side);
    int first = open_socket(), second = open_socket();
    cr_assert_eq(getdns_calls_close(first), 0);
    cr_assert_null(getdns_sockets_find(&side.table, first));
    cr_assert_eq(side.table.open, 1u);
    int third = open_socket();
    for (unsigned i = 0; i < 3; i++) {
        errno = 0;
        cr_assert_eq(getdns_calls_close(first), -1);
        cr_assert_eq(errno, EBADF);
    }
    cr_assert_eq(side.table.open, 2u);
    int fourth = open_socket();
    cr_assert(third != fourth && second != fourth);
    struct getdns_socket *left[] = {getdns_sockets_find(&side.table, second),
                                    getdns_sockets_find(&side.table, third),
                                    getdns_sockets_find(&side.table, fourth)};
    cr_assert(left[0] && left[1] && left[2]);
    cr_assert(left[0] != left[1] && left[1] != left[2] && left[0] != left[2]);
    ask(&side, second, 1);
    echo(&side, 1);
    tear_down(&side);
}

Test(getdns_calls, calls_on_a_stale_number_fail)
{
    struct side side;
    uint8_t octets[MESSAGE] = {0};
    set_up(&side);
    int stale = open_socket();
    cr_assert_eq(getdns_calls_close(stale), 0);
    int fresh = open_socket();
    ask(&side, fresh, 3);
    errno = 0;
    cr_assert_eq(getdns_calls_sendto(stale, octets, sizeof(octets), 0,
                                     (struct sockaddr *)&side.address, sizeof(side.address)),
                 -1);
    cr_assert_eq(errno, EBADF);
    errno = 0;
    cr_assert_eq(getdns_calls_recvfrom(stale, octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, EBADF);
    errno = 0;
    cr_assert_eq(getdns_calls_fcntl(stale, F_GETFL), -1);
    cr_assert_eq(errno, EBADF);
    echo(&side, 3);
    cr_assert_eq(side.arrived, 1u);
    tear_down(&side);
}

/* getdns sometimes keeps the number of a closed socket. */
Test(getdns_calls, a_number_is_not_reused_soon)
{
    enum { LIVES = 1000 };
    static int numbers[LIVES];
    struct side side;
    set_up(&side);
    int other = open_socket();
    for (unsigned i = 0; i < LIVES; i++) {
        numbers[i] = open_socket();
        cr_assert(getdns_sockets_has(numbers[i]));
        for (unsigned before = 0; before < i; before++)
            cr_assert_neq(numbers[before], numbers[i]);
        cr_assert_eq(getdns_calls_close(numbers[i]), 0);
        cr_assert_null(getdns_sockets_find(&side.table, numbers[i]));
    }
    cr_assert(getdns_sockets_find(&side.table, other));
    tear_down(&side);
}

/* In a long run no number becomes negative or that of a descriptor. */
Test(getdns_calls, numbers_stay_valid_after_millions_of_sockets)
{
    struct side side;
    set_up(&side);
    int last = -1;
    for (unsigned i = 0; i < 3000000; i++) {
        int number = getdns_calls_socket(AF_INET, SOCK_DGRAM, IPPROTO_UDP);
        if (number < (1 << 20) || number == last || !getdns_sockets_has(number) ||
            getdns_calls_close(number) != 0)
            cr_assert(false, "life %u: number %d", i, number);
        last = number;
    }
    cr_assert_eq(side.table.open, 0u);
    cr_assert_leq(side.table.count, 64u);
    tear_down(&side);
}

Test(getdns_calls, closing_a_socket_ends_its_query)
{
    struct side side;
    uint8_t query[MESSAGE];
    set_up(&side);
    int number = open_socket();
    ask(&side, number, 1);
    cr_assert_eq(getdns_calls_close(number), 0); /* before the flush */
    number = open_socket();
    struct getdns_socket *sock = getdns_sockets_find(&side.table, number);
    cr_assert(!sock->query.socket && !sock->reader && !sock->reply && !sock->error);
    cr_assert(udp_sockets_flush(side.sockets, 0));
    cr_assert_eq(recv(side.resolver, query, sizeof(query), MSG_DONTWAIT), -1);
    tear_down(&side);
}

/* getdns closes the socket in the callback that reads its reply, and may open the next one at once.
 */
Test(getdns_calls, a_new_socket_has_no_reply)
{
    struct side side;
    uint8_t octets[MESSAGE] = {0};
    set_up(&side);
    int number = open_socket();
    struct getdns_socket *sock = getdns_sockets_find(&side.table, number);
    sock->reply = octets;
    sock->reply_size = sizeof(octets);
    cr_assert_eq(getdns_calls_close(number), 0);
    number = open_socket();
    errno = 0;
    cr_assert_eq(getdns_calls_recvfrom(number, octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, EAGAIN);
    tear_down(&side);
}

Test(getdns_calls, an_error_of_sending_is_returned_by_the_next_read)
{
    struct side side;
    uint8_t octets[MESSAGE];
    set_up(&side);
    int number = open_socket();
    ask(&side, number, 1);
    getdns_sockets_find(&side.table, number)->error = ENETUNREACH;
    errno = 0;
    cr_assert_eq(getdns_calls_recvfrom(number, octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, ENETUNREACH);
    cr_assert_eq(getdns_calls_close(number), 0);
    number = open_socket();
    cr_assert_eq(getdns_sockets_find(&side.table, number)->error, 0); /* of the one before */
    tear_down(&side);
}

Test(getdns_calls, a_query_that_is_too_long_is_refused)
{
    struct side side;
    static const uint8_t query[UDP_QUERY_MAX + 1];
    set_up(&side);
    int number = open_socket();
    getdns_sockets_find(&side.table, number)->sockets = side.sockets;
    errno = 0;
    cr_assert_eq(getdns_calls_sendto(number, query, sizeof(query), 0,
                                     (struct sockaddr *)&side.address, sizeof(side.address)),
                 -1);
    cr_assert_eq(errno, EINVAL);
    cr_assert_eq(getdns_calls_close(number), 0);
    tear_down(&side);
}

Test(getdns_calls, a_socket_has_the_tag_set_when_it_was_opened)
{
    struct side side;
    int one, two;
    set_up(&side);
    side.table.tag = &one;
    int first = open_socket();
    side.table.tag = &two;
    int second = open_socket();
    side.table.tag = NULL;
    int third = open_socket();
    cr_assert_eq(getdns_sockets_find(&side.table, first)->tag, &one);
    cr_assert_eq(getdns_sockets_find(&side.table, second)->tag, &two);
    cr_assert_null(getdns_sockets_find(&side.table, third)->tag);
    tear_down(&side);
}

Test(getdns_calls, flags_can_be_set_and_read)
{
    struct side side;
    set_up(&side);
    int number = open_socket();
    int flags = getdns_calls_fcntl(number, F_GETFL);
    cr_assert_geq(flags, 0);
    cr_assert_eq(getdns_calls_fcntl(number, F_SETFL, flags | O_NONBLOCK), 0);
    cr_assert_geq(getdns_calls_fcntl(number, F_GETFD), 0);
    cr_assert_eq(getdns_calls_fcntl(number, F_SETFD, FD_CLOEXEC), 0);
    tear_down(&side);
}

Test(getdns_calls, calls_on_a_descriptor_reach_the_c_library)
{
    struct side side;
    char octets[8];
    int pair[2];
    set_up(&side);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
    cr_assert_eq(getdns_calls_sendto(pair[0], "hello", 5, 0, NULL, 0), 5);
    cr_assert_eq(getdns_calls_recvfrom(pair[1], octets, sizeof(octets), MSG_PEEK, NULL, NULL), 5);
    cr_assert_eq(getdns_calls_recvfrom(pair[1], octets, sizeof(octets), 0, NULL, NULL), 5);
    cr_assert_arr_eq(octets, "hello", 5);
    cr_assert_eq(getdns_calls_fcntl(pair[1], F_SETFL, O_NONBLOCK), 0);
    cr_assert(getdns_calls_fcntl(pair[1], F_GETFL) & O_NONBLOCK);
    errno = 0;
    cr_assert_eq(getdns_calls_recvfrom(pair[1], octets, sizeof(octets), 0, NULL, NULL), -1);
    cr_assert_eq(errno, EAGAIN);
    cr_assert_eq(getdns_calls_fcntl(pair[1], F_SETFD, FD_CLOEXEC), 0);
    cr_assert_eq(getdns_calls_fcntl(pair[1], F_GETFD), FD_CLOEXEC);
    cr_assert_eq(getdns_calls_close(pair[0]), 0);
    errno = 0;
    cr_assert_eq(getdns_calls_close(pair[0]), -1);
    cr_assert_eq(errno, EBADF);
    cr_assert_eq(getdns_calls_close(pair[1]), 0);
    tear_down(&side);
}

static void expect_connect_error(struct side *side, const char *to, int wanted)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(1)};

    cr_assert_eq(inet_pton(AF_INET, to, &at.sin_addr), 1);
    int fd = getdns_calls_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    side->table.connect_error = 0;
    cr_assert_eq(getdns_calls_connect(fd, (struct sockaddr *)&at, sizeof(at)), -1);
    cr_assert_eq(side->table.connect_error, wanted);
    cr_assert_eq(getdns_calls_close(fd), 0);
}

Test(getdns_calls, the_error_of_a_connection_is_kept)
{
    struct side side;

    set_up(&side);
    expect_connect_error(&side, "127.0.0.1", ECONNREFUSED);
    expect_connect_error(&side, "255.255.255.255", ENETUNREACH);
    tear_down(&side);
}

Test(getdns_calls, a_connection_is_a_real_socket)
{
    struct side side;
    char octets[8];
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)},
                       from;
    socklen_t size = sizeof(at);
    set_up(&side);
    int listener = getdns_calls_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    int client = getdns_calls_socket(AF_INET, SOCK_STREAM, IPPROTO_TCP);
    int client6 = getdns_calls_socket(AF_INET6, SOCK_STREAM, IPPROTO_TCP);
    cr_assert(listener >= 0 && client >= 0 && client6 != client);
    cr_assert_not(getdns_sockets_has(listener) || getdns_sockets_has(client) ||
                  getdns_sockets_has(client6));
    cr_assert_eq(side.table.open, 0u);
    cr_assert_eq(bind(listener, (struct sockaddr *)&at, size), 0);
    cr_assert_eq(listen(listener, 1), 0);
    cr_assert_eq(getsockname(listener, (struct sockaddr *)&at, &size), 0);
    cr_assert_eq(connect(client, (struct sockaddr *)&at, size), 0);
    int peer = accept(listener, (struct sockaddr *)&from, &size);
    cr_assert_geq(peer, 0);
    cr_assert_eq(getdns_calls_sendto(client, "hello", 5, MSG_NOSIGNAL, NULL, 0), 5);
    cr_assert_eq(getdns_calls_recvfrom(peer, octets, sizeof(octets), 0, NULL, NULL), 5);
    cr_assert_eq(getdns_calls_close(client), 0);
    cr_assert_eq(getdns_calls_recvfrom(peer, octets, sizeof(octets), 0, NULL, NULL), 0);
    cr_assert_eq(getdns_calls_close(peer), 0);
    cr_assert_eq(getdns_calls_close(listener), 0);
    if (client6 >= 0)
        cr_assert_eq(getdns_calls_close(client6), 0);
    tear_down(&side);
}

/* A thread may have several resolvers. */
Test(getdns_calls, calls_use_the_table_entered_last)
{
    struct side one, two;
    set_up(&one);
    set_up(&two);
    getdns_sockets_enter(&one.table);
    int of_one = open_socket();
    ask(&one, of_one, 1);
    getdns_sockets_enter(&two.table);
    int of_two = open_socket();
    int also_of_two = open_socket();
    ask(&two, of_two, 2);
    cr_assert(one.table.open == 1 && two.table.open == 2);
    echo(&two, 2);
    getdns_sockets_enter(&one.table);
    echo(&one, 1);
    cr_assert_eq(getdns_calls_close(of_one), 0);
    cr_assert(one.table.open == 0 && two.table.open == 2);
    cr_assert(getdns_sockets_find(&two.table, of_two) &&
              getdns_sockets_find(&two.table, also_of_two));
    getdns_sockets_enter(&two.table);
    cr_assert_eq(getdns_calls_close(also_of_two), 0);
    /* The other one goes while this one is current. */
    tear_down(&one);
    cr_assert_eq(getdns_calls_close(of_two), 0);
    cr_assert_eq(two.table.open, 0u);
    tear_down(&two);
}

Test(getdns_calls, a_table_that_was_freed_is_not_used)
{
    struct side one, two;
    set_up(&one);
    int number = open_socket();
    tear_down(&one);
    errno = 0;
    cr_assert_eq(getdns_calls_close(number), -1);
    cr_assert_eq(errno, EBADF);
    cr_assert_eq(getdns_calls_recvfrom(number, &errno, 0, 0, NULL, NULL), -1);
    set_up(&two);
    int next = open_socket();
    ask(&two, next, 9);
    echo(&two, 9);
    cr_assert_eq(two.arrived, 1u);
    tear_down(&two);
}

Test(getdns_calls, a_table_is_freed_with_queries_under_way)
{
    struct side side;
    set_up(&side);
    for (uint8_t i = 0; i < 100; i++) {
        int number = open_socket();
        ask(&side, number, i);
        if (i == 50)
            cr_assert(udp_sockets_flush(side.sockets, 0));
    }
    tear_down(&side);
}

static int compare_numbers(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

/* Among 10,000 numbers of 32 bits two equal pairs occur in one of 14,000 runs, three in one of 4
 * million. Each bit is set in about half of them; 300 is 6 standard deviations. */
Test(getdns_calls, random_numbers_differ_and_use_all_bits)
{
    enum { COUNT = 10000, TWICE_MOST = 2, BIT_MOST = 300 };
    static uint32_t numbers[COUNT];
    unsigned twice = 0;
    int set[32] = {0};
    for (unsigned i = 0; i < COUNT; i++) {
        numbers[i] = getdns_calls_random();
        for (unsigned bit = 0; bit < 32; bit++)
            set[bit] += numbers[i] >> bit & 1;
    }
    for (unsigned bit = 0; bit < 32; bit++)
        cr_expect_leq(abs(set[bit] - COUNT / 2), BIT_MOST, "bit %u", bit);
    qsort(numbers, COUNT, sizeof(numbers[0]), compare_numbers);
    for (unsigned i = 1; i < COUNT; i++)
        twice += numbers[i] == numbers[i - 1];
    cr_expect_leq(twice, TWICE_MOST);
}
