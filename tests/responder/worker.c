/* The loop of a thread: wait, serve what arrived, send what is due. */
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>
#include <unistd.h>

#include "tests/answerbook/query.h"
#include "tests/responder/responder.h"

enum { EVENTS = 64, NS_PER_MS = 1000000, BURST_NS = 100 * NS_PER_MS };

static int64_t clock_ns(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000000 + now.tv_nsec;
}

int64_t now_ns(void)
{
    return clock_ns(CLOCK_MONOTONIC);
}

int64_t wall_ns(void)
{
    return clock_ns(CLOCK_REALTIME);
}

struct worker *worker_new(struct site *site, unsigned index)
{
    struct worker *worker = calloc(1, sizeof(*worker));

    if (!worker) {
        return NULL;
    }
    worker->site = site;
    worker->random = (site->settings->seed + index + 1) * 0x9e3779b97f4a7c15u;
    worker->epoll = epoll_create1(EPOLL_CLOEXEC);
    worker->wheel = wheel_new((uint64_t)now_ns() / NS_PER_MS);
    worker->connections = calloc(CONNECTIONS_MAX, sizeof(*worker->connections));
    for (unsigned i = 0; i < LISTENS_MAX; i++) {
        worker->udp[i] = worker->tcp[i] = -1;
    }
    for (unsigned i = 0; worker->connections && i < CONNECTIONS_MAX; i++) {
        worker->connections[i].fd = -1;
    }
    if (!stats_init(&worker->stats) || worker->epoll < 0 || !worker->wheel ||
        !worker->connections || !worker_watch(worker, site->stop_fd, EVENT_STOP, 0)) {
        worker_free(worker);
        return NULL;
    }
    return worker;
}

void worker_free(struct worker *worker)
{
    if (!worker) {
        return;
    }
    if (worker->connections) {
        tcp_close_all(worker);
    }
    for (unsigned i = 0; i < LISTENS_MAX; i++) {
        if (worker->udp[i] >= 0) {
            close(worker->udp[i]);
        }
        if (worker->tcp[i] >= 0) {
            close(worker->tcp[i]);
        }
    }
    if (worker->epoll >= 0) {
        close(worker->epoll);
    }
    free(worker->connections);
    wheel_free(worker->wheel);
    stats_free(&worker->stats);
    free(worker);
}

bool worker_watch(struct worker *worker, int fd, enum event_kind kind, unsigned index)
{
    struct epoll_event event = {.events = EPOLLIN, .data.u64 = (uint64_t)kind << 32 | index};

    return epoll_ctl(worker->epoll, EPOLL_CTL_ADD, fd, &event) == 0;
}

static uint32_t random32(void *state)
{
    struct worker *worker = state;

    worker->random = worker->random * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(worker->random >> 32);
}

/* The token bucket as a virtual clock that is at most BURST_NS ahead (ITU-T I.371). */
static bool within_rate(struct site *site)
{
    if (site->settings->qps == 0) {
        return true;
    }
    int64_t interval = (int64_t)(1000000000 / site->settings->qps);
    int64_t now = now_ns();
    int64_t at = atomic_load(&site->bucket_ns);
    int64_t next = 0;
    do {
        next = (at > now ? at : now) + interval;
        if (next - now > BURST_NS + interval) {
            return false;
        }
    } while (!atomic_compare_exchange_weak(&site->bucket_ns, &at, next));
    return true;
}

static void log_query(const struct site *site, const uint8_t *query, size_t len, bool over_tcp)
{
    char text[QUERY_TEXT_MAX];

    query_print(text, query, len);
    fprintf(site->log, "%lld %s %s\n", (long long)((now_ns() - site->started_ns) / NS_PER_MS),
            over_tcp ? "tcp" : "udp", text);
}

static void stop_in_time(struct site *site)
{
    uint64_t after = site->settings->stop_after;

    if (after != 0 && atomic_fetch_add(&site->decided, 1) + 1 == after) {
        raise(SIGSTOP); /* to this thread: another one would be stopped when it next runs */
    }
}

static unsigned random_delay(struct worker *worker)
{
    const struct settings *settings = worker->site->settings;
    unsigned span = settings->delay_max_ms - settings->delay_min_ms;

    return settings->delay_min_ms +
           (span != 0 ? (unsigned)((uint64_t)random32(worker) * (span + 1) >> 32) : 0);
}

struct fate worker_decide(struct worker *worker, uint8_t *query, size_t len, bool over_tcp,
                          uint8_t *out, size_t cap)
{
    const struct settings *settings = worker->site->settings;
    struct faults *faults = &worker->site->faults;
    struct fate fate = {0};
    struct behaviour how;

    if (worker->site->log) {
        log_query(worker->site, query, len, over_tcp);
    }
    stop_in_time(worker->site);
    /* TCP hides packet loss from its users. */
    if (!over_tcp && settings->loss != 0 && random32(worker) < settings->loss) {
        return fate;
    }
    bool over = !within_rate(worker->site);
    if (over && settings->over_rcode == 0) {
        return fate;
    }
    faults_widen(faults, query, len);
    fate.length = answerbook_reply(worker->site->book, query, len, over_tcp, out, cap, &how);
    fate.close = how.close;
    if (over) {
        fate.length = faults_make_error(out, fate.length, settings->over_rcode);
        return fate;
    }
    fate.delay_ms = how.delay_ms + random_delay(worker);
    fate.length = faults_spoil(faults, out, fate.length, cap, now_ns() / NS_PER_MS, &fate.delay_ms,
                               random32, worker);
    fate.cut =
        over_tcp && settings->faults.tcp_cut != 0 && random32(worker) < settings->faults.tcp_cut;
    fate.twice = !over_tcp && settings->duplicate != 0 && random32(worker) < settings->duplicate;
    return fate;
}

void gauge_rise(struct gauge *gauge)
{
    unsigned now = atomic_fetch_add(&gauge->now, 1) + 1;
    unsigned most = atomic_load(&gauge->most);

    while (now > most && !atomic_compare_exchange_weak(&gauge->most, &most, now)) {
    }
}

void gauge_fall(struct gauge *gauge, unsigned count)
{
    atomic_fetch_sub(&gauge->now, count);
}

struct late *worker_defer(struct worker *worker, const uint8_t *reply, size_t len,
                          unsigned delay_ms)
{
    /* Rounded up, so never earlier than requested. */
    uint64_t due_ms = (uint64_t)(now_ns() + NS_PER_MS - 1) / NS_PER_MS + delay_ms;
    struct late *late = wheel_add(worker->wheel, due_ms, reply, len);
    if (late) {
        gauge_rise(&worker->site->waiting);
    }
    return late;
}

static void send_due(struct worker *worker)
{
    uint64_t now_ms = (uint64_t)now_ns() / NS_PER_MS;
    const struct late *late;
    unsigned count = 0;

    while ((late = wheel_due(worker->wheel, now_ms)) != NULL) {
        if (late->fd >= 0) {
            udp_send_late(worker, late);
        } else {
            tcp_send_late(worker, late);
        }
        count++;
    }
    udp_flush(worker);
    gauge_fall(&worker->site->waiting, count);
}

/* False: the worker must stop. */
static bool serve_event(struct worker *worker, const struct epoll_event *event)
{
    unsigned index = (unsigned)(event->data.u64 & UINT32_MAX);

    switch ((enum event_kind)(event->data.u64 >> 32)) {
    case EVENT_STOP:
        return false;
    case EVENT_UDP:
        udp_receive(worker, worker->udp[index]);
        break;
    case EVENT_LISTEN:
        tcp_accept(worker, worker->tcp[index]);
        break;
    case EVENT_CONNECTION:
        tcp_serve(worker, index, event->events);
        break;
    }
    return true;
}

void *worker_run(void *argument)
{
    struct worker *worker = argument;
    struct epoll_event events[EVENTS];
    bool go_on = true;

    while (go_on) {
        int wait_ms = wheel_wait_ms(worker->wheel, (uint64_t)now_ns() / NS_PER_MS);
        int count = epoll_wait(worker->epoll, events, EVENTS, wait_ms);

        send_due(worker);
        for (int i = 0; i < count && go_on; i++) {
            go_on = serve_event(worker, &events[i]);
        }
    }
    return NULL;
}
