/*
 * What the pace believes, over time: linked into build/release/fcrdns_traced in front of pace_step
 * (ld --wrap). Each step that closes or begins a round, and one in 20 ms at least, becomes a line
 * of the file that FCRDNS_PACE_TRACE names, opened before the program gives up its privileges:
 *
 *     ns resolver event state window rate settled usual_loss in_flight sent answered failed overdue
 *
 * ns is CLOCK_MONOTONIC; resolver numbers the paces as they come; event is close, begin or now;
 * rate is the most queries a second that the distance of queries allows; settled is the limit that
 * was found, useful answers a second; sent to overdue are those of the round, before the step.
 */
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "io/lookup/shared_pace.h"

enum { PACES_MOST = 64, LINE_MOST = 256 };
static const int64_t EVERY_NS = 20 * 1000 * 1000;

static struct {
    pthread_mutex_t lock;
    int file; /* -1: no trace is wanted */
    unsigned count;
    const struct pace *paces[PACES_MOST];
    int64_t written_ns[PACES_MOST];
} trace = {.lock = PTHREAD_MUTEX_INITIALIZER, .file = -1};

enum pace_order __real_pace_step(struct pace *pace, int64_t now_ns, uint64_t answers,
                                 const struct pace_round *round);
enum pace_order __wrap_pace_step(struct pace *pace, int64_t now_ns, uint64_t answers,
                                 const struct pace_round *round);

__attribute__((constructor)) static void open_trace(void)
{
    const char *path = getenv("FCRDNS_PACE_TRACE");

    if (path)
        trace.file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0644);
}

/* PACES_MOST: there is no room. */
static unsigned number_of(const struct pace *pace)
{
    for (unsigned i = 0; i < trace.count; i++) {
        if (trace.paces[i] == pace)
            return i;
    }
    if (trace.count == PACES_MOST)
        return PACES_MOST;
    trace.paces[trace.count] = pace;
    return trace.count++;
}

static unsigned in_flight(const struct pace *pace)
{
    const char *one = (const char *)pace - offsetof(struct resolver_pace, pace);

    return atomic_load_explicit(&((const struct resolver_pace *)(const void *)one)->in_flight,
                                memory_order_relaxed);
}

static void write_line(unsigned number, int64_t now_ns, enum pace_order order,
                       const struct pace *pace, const struct pace_round *round)
{
    static const char *const EVENTS[] = {
        [PACE_GO_ON] = "now", [PACE_CLOSE] = "close", [PACE_BEGIN] = "begin"};
    static const char *const STATES[] = {
        [PACE_OPEN] = "open", [PACE_HOLD] = "hold", [PACE_TEST] = "test"};
    char line[LINE_MOST];
    int length =
        snprintf(line, sizeof(line),
                 "%" PRId64 " %u %s %s %.1f %.1f %.1f %.3f %u %" PRIu64 " %" PRIu64 " %" PRIu64
                 " %" PRId64 "\n",
                 now_ns, number, EVENTS[order], STATES[pace->state], pace->window,
                 1e9 / (double)pace_interval_ns(pace), pace_settled(pace), pace->usual_loss,
                 in_flight(pace), round->sent, round->answered, round->failed, round->overdue);

    (void)!write(trace.file, line, (size_t)length);
}

enum pace_order __wrap_pace_step(struct pace *pace, int64_t now_ns, uint64_t answers,
                                 const struct pace_round *round)
{
    enum pace_order order = __real_pace_step(pace, now_ns, answers, round);

    if (trace.file < 0)
        return order;
    pthread_mutex_lock(&trace.lock);
    unsigned number = number_of(pace);
    if (number < PACES_MOST &&
        (order != PACE_GO_ON || now_ns - trace.written_ns[number] >= EVERY_NS)) {
        trace.written_ns[number] = now_ns;
        write_line(number, now_ns, order, pace, round);
    }
    pthread_mutex_unlock(&trace.lock);
    return order;
}
