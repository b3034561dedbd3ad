#include "io/system/queue.h"

#include <errno.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <time.h>

struct queue {
    pthread_mutex_t lock;
    pthread_cond_t filled;
    pthread_cond_t emptied;
    bool closed;
    size_t head; /* the oldest item */
    size_t count;
    size_t capacity;
    void *ring[];
};

/* Deadlines on the monotonic clock: a change of the wall clock does not move them. */
static bool condition_init(pthread_cond_t *condition)
{
    pthread_condattr_t monotonic;

    if (pthread_condattr_init(&monotonic) != 0)
        return false;
    bool ok = pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC) == 0 &&
              pthread_cond_init(condition, &monotonic) == 0;
    pthread_condattr_destroy(&monotonic);
    return ok;
}

static bool locks_init(struct queue *queue)
{
    if (pthread_mutex_init(&queue->lock, NULL) != 0)
        return false;
    if (!condition_init(&queue->filled))
        goto no_filled;
    if (!condition_init(&queue->emptied))
        goto no_emptied;
    return true;
no_emptied:
    pthread_cond_destroy(&queue->filled);
no_filled:
    pthread_mutex_destroy(&queue->lock);
    return false;
}

struct queue *queue_new(size_t capacity)
{
    struct queue *queue = NULL;

    if (capacity == 0 || capacity > (SIZE_MAX - sizeof(*queue)) / sizeof(queue->ring[0]))
        return NULL;
    queue = calloc(1, sizeof(*queue) + capacity * sizeof(queue->ring[0]));
    if (!queue)
        return NULL;
    queue->capacity = capacity;
    if (!locks_init(queue)) {
        free(queue);
        return NULL;
    }
    return queue;
}

/* Call with the lock held. */
static bool put(struct queue *queue, void *item)
{
    if (queue->closed || queue->count == queue->capacity)
        return false;
    queue->ring[(queue->head + queue->count) % queue->capacity] = item;
    queue->count++;
    pthread_cond_signal(&queue->filled);
    return true;
}

/* Call with the lock held. */
static void *get(struct queue *queue)
{
    if (queue->count == 0)
        return NULL;
    void *item = queue->ring[queue->head];
    queue->head = (queue->head + 1) % queue->capacity;
    queue->count--;
    pthread_cond_signal(&queue->emptied);
    return item;
}

bool queue_try_push(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    bool taken = put(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

bool queue_push(struct queue *queue, void *item)
{
    pthread_mutex_lock(&queue->lock);
    while (!queue->closed && queue->count == queue->capacity)
        pthread_cond_wait(&queue->emptied, &queue->lock);
    bool taken = put(queue, item);
    pthread_mutex_unlock(&queue->lock);
    return taken;
}

static struct timespec deadline_in(int timeout_ms)
{
    struct timespec at;

    clock_gettime(CLOCK_MONOTONIC, &at);
    at.tv_sec += timeout_ms / 1000;
    at.tv_nsec += timeout_ms % 1000 * 1000000L;
    if (at.tv_nsec >= 1000000000L) {
        at.tv_sec++;
        at.tv_nsec -= 1000000000L;
    }
    return at;
}

/* Call with the lock held. Returns early if the queue is closed. */
static void wait_for_item(struct queue *queue, int timeout_ms)
{
    if (timeout_ms < 0) {
        while (queue->count == 0 && !queue->closed)
            pthread_cond_wait(&queue->filled, &queue->lock);
        return;
    }
    struct timespec deadline = deadline_in(timeout_ms);
    while (queue->count == 0 && !queue->closed)
        if (pthread_cond_timedwait(&queue->filled, &queue->lock, &deadline) == ETIMEDOUT)
            return;
}

void *queue_pop(struct queue *queue, int timeout_ms)
{
    pthread_mutex_lock(&queue->lock);
    if (timeout_ms != 0)
        wait_for_item(queue, timeout_ms);
    void *item = get(queue);
    pthread_mutex_unlock(&queue->lock);
    return item;
}

void queue_close(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    queue->closed = true;
    pthread_cond_broadcast(&queue->filled);
    pthread_cond_broadcast(&queue->emptied);
    pthread_mutex_unlock(&queue->lock);
}

bool queue_is_drained(struct queue *queue)
{
    pthread_mutex_lock(&queue->lock);
    bool drained = queue->closed && queue->count == 0;
    pthread_mutex_unlock(&queue->lock);
    return drained;
}

void queue_free(struct queue *queue)
{
    if (!queue)
        return;
    pthread_cond_destroy(&queue->emptied);
    pthread_cond_destroy(&queue->filled);
    pthread_mutex_destroy(&queue->lock);
    free(queue);
}
