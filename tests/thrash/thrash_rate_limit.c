/*
 * Threads with slightly different clocks share one rate limit. Run it under ThreadSanitizer
 * (Criterion does not start under it). Exit status 0: no second held more queries than the rate.
 */
#include "io/lookup/rate_limit.h"

#include <pthread.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TOO_LONG = 900 /* seconds */, GRANTS_MAX = 1 << 20 };
static const int64_t SECOND = 1000000000;

static void require(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "thrash_rate_limit: not true that %s\n", what);
    exit(1);
}

/* The times of granted queries. */
struct log {
    int64_t *times;
    size_t count;
};

static struct log log_new(void)
{
    return (struct log){malloc(GRANTS_MAX * sizeof(int64_t)), 0};
}

static void take_all(struct rate_limit *rate_limit, int64_t now, struct log *log)
{
    while (log->count < GRANTS_MAX && rate_limit_take(rate_limit, now) == 0)
        log->times[log->count++] = now;
}

/* The most queries in any half-open second. */
static size_t fullest_second(const struct log *log)
{
    size_t most = 0;
    size_t first = 0;

    for (size_t last = 0; last < log->count; last++) {
        while (log->times[last] - log->times[first] >= SECOND)
            first++;
        if (last - first + 1 > most)
            most = last - first + 1;
    }
    return most;
}

enum { TAKERS = 4, RATE_SHARED = 10000 };

struct taker {
    struct rate_limit *rate_limit;
    struct log log;
};

/* The clock of each thread is up to two milliseconds late. */
static void *take_for_two_seconds(void *argument)
{
    struct taker *taker = argument;
    unsigned seed = (unsigned)(uintptr_t)taker;

    for (int64_t now = SECOND; now < 3 * SECOND; now += rand_r(&seed) % 400000)
        take_all(taker->rate_limit, now - rand_r(&seed) % 2000000, &taker->log);
    return NULL;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

int main(void)
{
    alarm(TOO_LONG);
    struct rate_limit rate_limit;
    struct taker takers[TAKERS];
    pthread_t threads[TAKERS];
    rate_limit_init(&rate_limit, RATE_SHARED);
    for (int i = 0; i < TAKERS; i++) {
        takers[i] = (struct taker){&rate_limit, log_new()};
        require(pthread_create(&threads[i], NULL, take_for_two_seconds, &takers[i]) == 0,
                "threads start");
    }
    struct log all = log_new();
    for (int i = 0; i < TAKERS; i++) {
        pthread_join(threads[i], NULL);
        for (size_t n = 0; n < takers[i].log.count; n++)
            all.times[all.count++] = takers[i].log.times[n];
        free(takers[i].log.times);
    }
    qsort(all.times, all.count, sizeof(all.times[0]), by_time);
    require(fullest_second(&all) <= RATE_SHARED, "no second holds more than the rate");
    require(all.count >= RATE_SHARED * 2 * 95 / 100, "the rate is reached");
    free(all.times);
    return 0;
}
