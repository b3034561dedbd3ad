/*
 * The project's own small DNS server for tests, demo and bench. It answers from an answerbook over
 * UDP and TCP, on loopback only, with delay, loss and a rate limit on request. It shares its
 * processor with the measured program, so the common path takes no lock, allocates nothing and
 * handles datagrams in batches.
 *
 * Threads: each worker writes only to its own sockets (SO_REUSEPORT) and memory; `struct site` is
 * shared. Units: milliseconds and nanoseconds of CLOCK_MONOTONIC.
 */
#ifndef TESTS_RESPONDER_H
#define TESTS_RESPONDER_H

#include <netinet/in.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>

#include "tests/answerbook/answerbook.h"
#include "tests/responder/faults.h"
#include "tests/responder/stats.h"
#include "tests/responder/wheel.h"

enum {
    LISTENS_MAX = 16,
    THREADS_CAP = 64,
    CONNECTIONS_MAX = 1024, /* per worker */
    UDP_BATCH = 64,
    UDP_QUERY_MAX = 1232,
    UDP_REPLY_MAX = 4096,
    UDP_CONTROL_MAX = 64, /* a time */
    TCP_QUERY_MAX =
        4096, /* including the two octets of the length; a longer query closes the connection */
    TCP_OUT_MAX = 4 * (ANSWERBOOK_REPLY_MAX + 2),
    DELAY_MAX_MS = ANSWERBOOK_DELAY_MAX_MS,
    MESSAGE_MAX = 256,
};

struct listen_at {
    struct sockaddr_storage address;
    socklen_t length;
};

struct settings {
    struct listen_at listens[LISTENS_MAX];
    unsigned listen_count;
    unsigned delay_min_ms;
    unsigned delay_max_ms;
    uint64_t loss;       /* of 2^32 */
    uint64_t duplicate;  /* of 2^32 */
    uint64_t qps;        /* 0: no limit */
    uint8_t over_rcode;  /* of the replies above it; 0: none is sent */
    uint64_t stop_after; /* queries; 0: never */
    bool arrivals;       /* the kernel says when datagrams arrived */
    unsigned threads;
    const char *port_file;
    const char *stats_file;
    const char *log_file;
    uint64_t seed;
    struct fault_settings faults;
};

/* A number of items over all workers, and its maximum. */
struct gauge {
    _Atomic unsigned now;
    _Atomic unsigned most;
};

/* Shared by all workers. */
struct site {
    const struct settings *settings;
    struct answerbook *book;
    struct faults faults;
    FILE *log; /* NULL: none */
    int64_t started_ns;
    int64_t wall_started_ns;   /* arrivals have the time of the wall clock */
    _Atomic uint64_t decided;  /* queries */
    int stop_fd;               /* an eventfd that ends all workers */
    _Atomic int64_t bucket_ns; /* token bucket of --qps as a virtual clock */
    struct gauge waiting;      /* late replies */
    struct gauge busy;         /* connections that late replies wait for */
};

struct connection {
    int fd; /* -1: free */
    uint32_t generation;
    uint32_t owed;      /* late replies for this connection */
    unsigned replies;   /* sent or to be sent */
    size_t owed_octets; /* space in `out` reserved for them */
    bool ended;         /* the peer sends nothing more */
    bool stalled;       /* reading pauses until `out` has space */
    bool trickling;     /* output pauses until a given time */
    uint32_t watched;   /* epoll events */
    size_t in_used;
    size_t out_at;
    size_t out_used;
    uint8_t *out; /* TCP_OUT_MAX octets */
    uint8_t in[TCP_QUERY_MAX];
};

struct udp_batch {
    struct mmsghdr messages[UDP_BATCH];
    struct iovec parts[UDP_BATCH];
    struct sockaddr_storage peers[UDP_BATCH];
};

struct worker {
    struct site *site;
    pthread_t thread;
    bool started;
    int epoll;
    int udp[LISTENS_MAX];
    int tcp[LISTENS_MAX];
    uint64_t random;
    struct stats stats;
    struct wheel *wheel;
    struct connection *connections;
    struct udp_batch in;
    struct udp_batch out;
    unsigned out_count;
    int out_fd;
    _Alignas(struct cmsghdr) uint8_t controls[UDP_BATCH][UDP_CONTROL_MAX];
    uint8_t queries[UDP_BATCH][UDP_QUERY_MAX];
    uint8_t replies[UDP_BATCH][UDP_REPLY_MAX];
};

enum event_kind { EVENT_STOP, EVENT_UDP, EVENT_LISTEN, EVENT_CONNECTION };

/* The decision about one query. */
struct fate {
    size_t length; /* of the reply; 0: no reply */
    bool close;
    bool cut; /* closes the connection in the middle of the reply */
    bool twice;
    unsigned delay_ms;
};

int64_t now_ns(void);
int64_t wall_ns(void);

/* listen.c: sockets. All return false after a message. */
bool listen_parse(struct listen_at *out, const char *text, char message[MESSAGE_MAX]);
unsigned listen_port(const struct listen_at *at);
/* Opens the UDP and TCP socket of each address; the kernel replaces port 0. */
bool listen_open(struct settings *settings, struct worker *worker, char message[MESSAGE_MAX]);

/* worker.c: the loop of a thread. */
struct worker *worker_new(struct site *site, unsigned index); /* NULL: out of memory */
void worker_free(struct worker *worker);
void *worker_run(void *worker);
void gauge_rise(struct gauge *gauge);
void gauge_fall(struct gauge *gauge, unsigned count);
bool worker_watch(struct worker *worker, int fd, enum event_kind kind, unsigned index);
/* Looks the query up in the book and decides on delay and loss; writes the reply to out. */
struct fate worker_decide(struct worker *worker, uint8_t *query, size_t len, bool over_tcp,
                          uint8_t *out, size_t cap);
/* Schedules a reply in the wheel; NULL: no slot is free. */
struct late *worker_defer(struct worker *worker, const uint8_t *reply, size_t len,
                          unsigned delay_ms);

/* udp.c */
void udp_receive(struct worker *worker, int fd);
void udp_send_late(struct worker *worker, const struct late *late);
void udp_flush(struct worker *worker);

/* tcp.c */
void tcp_accept(struct worker *worker, int fd);
void tcp_serve(struct worker *worker, unsigned index, uint32_t events);
void tcp_send_late(struct worker *worker, const struct late *late);
void tcp_close_all(struct worker *worker);

#endif
