/* Replies from elsewhere, by a resolver on loopback that a thread of the test plays. */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "io/resolver/reply_source.h"
#include "tests/unit/support.h"

/* A reply that is expected ends the longer wait; nothing ends the others. */
enum { WAIT_MS = 60000, IN_VAIN_MS = 300, BESIDE_SILENCE_MS = 3000, QUERY_MAX = 512 };

static struct {
    int in, out; /* where it is asked, and where it replies from */
    void (*spoil)(uint8_t *reply);
    ssize_t query_size;
} resolver;

static int bound_socket(struct endpoint *at, const char *address)
{
    struct sockaddr_storage name;
    socklen_t size = sizeof(name);
    int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

    cr_assert(endpoint_parse(at, address));
    cr_assert_eq(bind(fd, (struct sockaddr *)&name, endpoint_to_sockaddr(&name, at, 0)), 0);
    cr_assert_eq(getsockname(fd, (struct sockaddr *)&name, &size), 0);
    cr_assert(endpoint_from_sockaddr(at, &name));
    return fd;
}

static void *reply_once(void *unused)
{
    uint8_t octets[QUERY_MAX];
    struct sockaddr_storage from;
    socklen_t size = sizeof(from);

    resolver.query_size =
        recvfrom(resolver.in, octets, sizeof(octets), 0, (struct sockaddr *)&from, &size);
    octets[2] |= 0x80; /* QR */
    if (resolver.spoil)
        resolver.spoil(octets);
    (void)!sendto(resolver.out, octets, (size_t)resolver.query_size, 0, (struct sockaddr *)&from,
                  size);
    return unused;
}

static struct reply_source find(const struct endpoint *asked, unsigned wait_ms)
{
    struct question question = {.name = name_of("1.0.0.127.in-addr.arpa"), .type = RR_PTR};
    struct reply_source source;
    pthread_t thread;

    pthread_create(&thread, NULL, reply_once, NULL);
    reply_source_find(asked, 1, &question, wait_ms, &source);
    pthread_join(thread, NULL);
    return source;
}

static void other_id(uint8_t *reply)
{
    reply[1] ^= 1;
}

static void other_question(uint8_t *reply)
{
    reply[13] ^= 1;
}

Test(reply_source, names_the_address_that_replies)
{
    struct endpoint asked, from;

    resolver.in = bound_socket(&asked, "127.0.0.1");
    resolver.out = bound_socket(&from, "127.0.0.2");
    struct reply_source source = find(&asked, WAIT_MS);
    cr_expect(source.found);
    cr_expect(ipaddr_equal(&source.from.address, &from.address));
    cr_expect_eq(source.from.port, from.port);
    cr_expect_eq(resolver.query_size, 12 + 24 + 4);
}

Test(reply_source, another_port_is_elsewhere_too)
{
    struct endpoint asked, from;

    resolver.in = bound_socket(&asked, "127.0.0.1");
    resolver.out = bound_socket(&from, "127.0.0.1");
    cr_expect(find(&asked, WAIT_MS).found);
}

Test(reply_source, a_reply_from_the_resolver_itself_is_none)
{
    struct endpoint asked;

    resolver.in = resolver.out = bound_socket(&asked, "127.0.0.1");
    cr_expect_not(find(&asked, WAIT_MS).found);
}

Test(reply_source, datagrams_that_do_not_match_are_ignored)
{
    struct endpoint asked, from;

    resolver.in = bound_socket(&asked, "127.0.0.1");
    resolver.out = bound_socket(&from, "127.0.0.2");
    resolver.spoil = other_id;
    cr_expect_not(find(&asked, IN_VAIN_MS).found);
    resolver.spoil = other_question;
    cr_expect_not(find(&asked, IN_VAIN_MS).found);
}

Test(reply_source, several_resolvers_are_asked_at_the_same_time)
{
    struct question question = {.name = name_of("1.0.0.127.in-addr.arpa"), .type = RR_PTR};
    struct endpoint asked[2], from;
    struct reply_source sources[2];
    pthread_t thread;
    int silent = bound_socket(&asked[0], "127.0.0.1");

    resolver.in = bound_socket(&asked[1], "127.0.0.1");
    resolver.out = bound_socket(&from, "127.0.0.2");
    pthread_create(&thread, NULL, reply_once, NULL);
    reply_source_find(asked, 2, &question, BESIDE_SILENCE_MS, sources);
    pthread_join(thread, NULL);
    cr_expect_not(sources[0].found);
    cr_expect(sources[1].found);
    close(silent);
}
