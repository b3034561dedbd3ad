/*
 * The interface to the DNS: sends one question over one transport to one resolver, once. There are
 * no retries and no judgement here: the bytes of a reply are passed on, and the caller checks them
 * (audit/message.h).
 *
 * An engine is a table of functions, chosen at run time. resolver_network asks resolvers; it is
 * defined in io/resolver/getdns.c, and tests link a scripted engine in its place. resolver_zones
 * answers from zone files (io/resolver/zones.h), resolver_recursion asks no resolver but recurses
 * in the process (io/resolver/recursion.h).
 *
 * Ownership: open / close. A resolver belongs to the engine that opened it, which alone knows its
 * fields. Close it only outside callbacks; open questions are dropped without a callback.
 * Threads: one resolver per thread. Open them one after another, before the threads start.
 * Units: milliseconds. Errors: open sets *failure; everything else is a reply status.
 */
#ifndef IO_RESOLVER_RESOLVER_H
#define IO_RESOLVER_RESOLVER_H

#include <stdint.h>

#include "io/resolver/reply_source.h"

struct resolver;
struct socket_budget;
struct zone_set;
struct root_data;

/* EDNS buffer size: replies are not fragmented on any path (DNS flag day 2020). */
enum { RESOLVER_UDP_PAYLOAD = 1232 };

enum transport { TRANSPORT_UDP, TRANSPORT_TCP, TRANSPORT_TLS };

enum reply_status {
    REPLY_BYTES,        /* wire[0..len) came back */
    REPLY_TIMEOUT,      /* nothing came back in time */
    REPLY_UNBELIEVABLE, /* in time came only datagrams with the right ID that are no reply to the
                           question */
    REPLY_FAILED,       /* the transport failed: connection closed or refused, no descriptor */
    REPLY_CLOSED,       /* the server closed the connection after it had answered other queries on
                           it. This shows nothing about the question */
    REPLY_UNREACHABLE,  /* the query did not reach the resolver: this host could not send it (no
                           route, link down, a filter), or the resolver's host refused it. It shows
                           nothing about the question */
    REPLY_NO_EDNS, /* the server refuses EDNS (RFC 6891 7). Ask again: from now on the queries to
                      it go without */
    REPLY_NO_ZONE, /* wire[0..len), as far as the zone files go: the name, or the end of its
                      CNAME chain, is in none of them. Only an engine without a network gives
                      it, and asking again does not help */
};

/* Called from run, or from within ask. wire is valid during the call. */
typedef void reply_fn(void *asker, void *tag, enum reply_status status, const uint8_t *wire,
                      size_t len);

/* The identity that a resolver must prove over TLS before a question is sent to it (RFC 8310,
 * strict profile). */
struct resolver_trust {
    const char *name;    /* in its certificate */
    const char *ca_file; /* certificates of the authorities; NULL: those of the system */
    /* A resolver did not prove it; `why` is for people. May be NULL. */
    void (*refused)(void *context, const char *why);
    void *context;
};

struct resolver_options {
    const struct endpoint *endpoints;
    unsigned count;
    bool tls;             /* every question uses TRANSPORT_TLS */
    bool iterative;       /* queries go without RD (RFC 1034 4.3.1), as name servers are asked */
    unsigned connections; /* to each endpoint at most; 0: one */
    unsigned sockets;     /* over UDP, to each endpoint at most; 0: any number */
    struct socket_budget *budget; /* of those sockets (io/resolver/udp_sockets.h); NULL: none */
    const struct resolver_trust *trust; /* outlives the resolver; NULL: TLS only encrypts */
    unsigned timeout_ms;                /* the longest timeout that ask is given */
    const struct zone_set *zones;       /* for resolver_zones; NULL for other engines */
    const struct root_data *roots;      /* for resolver_recursion; NULL for other engines */
    unsigned window;                    /* questions in flight at most; for resolver_recursion */
    reply_fn *give;
    void *asker;      /* first argument of give */
    uint64_t *strays; /* incremented for each datagram that answers no open question; may be NULL */
    uint64_t *repeats; /* incremented for each query that the engine sends a second time; may be
                          NULL */
};

/* Sends one question and waits at most timeout_ms for its reply. give is called exactly once for
 * it, unless the resolver is closed first. False: it could not be sent at all, and give is not
 * called. repeats: how often it was asked before. Queries that repeat it differ from one another:
 * PowerDNS Recursor and dnsdist repeat an error to a query of the same octets for a minute. */
typedef bool ask_fn(struct resolver *resolver, unsigned endpoint, enum transport transport,
                    unsigned timeout_ms, const struct question *question, unsigned repeats,
                    void *tag) __attribute__((warn_unused_result));

struct resolver_engine {
    const char *name; /* "getdns" */
    const char *(*version)(void);
    const char *linking; /* how the program is linked with it; NULL: not said */
    /* NULL with *failure set. */
    struct resolver *(*open)(const struct resolver_options *options, struct failure *failure);
    ask_fn *ask;
    /* Waits at most max_wait_ms for an event, and serves what is ready. */
    void (*run)(struct resolver *resolver, int max_wait_ms);
    /* NULL is allowed. */
    void (*close)(struct resolver *resolver);
    /* Descriptors that the resolver of one thread needs besides those of questions in flight. */
    unsigned (*overhead)(const struct resolver_options *options);
    bool shares_sockets; /* questions in flight share descriptors; else each has one of its own */
    /* Does the endpoint take another query over TCP or TLS now? A server may close each connection
     * after a number of replies; queries beyond that would be lost. NULL: always. */
    bool (*has_room)(const struct resolver *resolver, unsigned endpoint);
    /* As reply_source_find. NULL: the engine has no network. */
    void (*find_sources)(const struct endpoint *endpoints, unsigned count,
                         const struct question *question, unsigned wait_ms,
                         struct reply_source *sources);
};

extern const struct resolver_engine resolver_network;

#endif
