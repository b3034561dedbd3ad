/*
 * Many items, many threads, small queues. Run it under ThreadSanitizer (Criterion does not start
 * under it). Exit status 0: no item was lost or handled twice, and no thread hung.
 */
#include "io/system/crew.h"

#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { TOO_LONG = 900 /* seconds */, STOPPERS = 4, STOPPING_ROUNDS = 300 };

static void require(bool held, const char *what)
{
    if (held)
        return;
    fprintf(stderr, "thrash_crew: not true that %s\n", what);
    exit(1);
}

enum { THRASH_ITEMS = 200000, THRASH_THREADS = 8 };

struct crew_item {
    unsigned number;
    unsigned handled;
};

static void handle(struct crew *crew, void *member)
{
    bool ended = false;

    while (!ended) {
        struct crew_item *item = crew_take(crew, 1, &ended);

        if (!item)
            continue;
        item->handled++;
        ++*(unsigned *)member;
        if (!crew_give(crew, item))
            break;
    }
}

/* Collects all results that are ready; timeout_ms is for the first one. */
static unsigned collect_items(struct crew *crew, int timeout_ms)
{
    unsigned count = 0;
    struct crew_item *item;

    while ((item = crew_collect(crew, timeout_ms)) != NULL) {
        require(item->handled == 1, "each item is handled once");
        item->handled = 2;
        count++;
        timeout_ms = 0;
    }
    return count;
}

/* Every item goes through exactly once, however small the queue. */
static void thrash(size_t capacity)
{
    unsigned handled[THRASH_THREADS] = {0};
    void *workers[THRASH_THREADS];
    struct crew_item *items = calloc(THRASH_ITEMS, sizeof(*items));

    require(items != NULL, "there is memory");
    for (int i = 0; i < THRASH_THREADS; i++)
        workers[i] = &handled[i];
    struct crew *crew = crew_start(THRASH_THREADS, handle, workers, capacity);
    require(crew != NULL, "the crew starts");
    unsigned collected = 0;
    for (unsigned i = 0; i < THRASH_ITEMS; i++) {
        items[i].number = i;
        while (!crew_submit(crew, &items[i]))
            collected += collect_items(crew, 1);
    }
    crew_finish(crew);
    while (!crew_is_done(crew))
        collected += collect_items(crew, 10);
    collected += collect_items(crew, 0);
    require(collected == THRASH_ITEMS, "all items come back");
    crew_stop(crew, NULL, NULL);
    unsigned sum = 0;
    for (int i = 0; i < THRASH_THREADS; i++)
        sum += handled[i];
    require(sum == THRASH_ITEMS, "members handled each item once");
    free(items);
}

static atomic_int dropped;

static void drop(void *item)
{
    free(item);
    atomic_fetch_add(&dropped, 1);
}

static void keep_or_free(struct crew *crew, void *member)
{
    (void)member;
    bool ended = false;
    while (!ended) {
        void *item = crew_take(crew, -1, &ended);

        if (item && !crew_give(crew, item))
            drop(item);
    }
}

/* Stopping at any moment neither hangs nor loses an item. */
static void thrash_stopping(void)
{
    void *members[STOPPERS] = {NULL};

    for (int round = 0; round < STOPPING_ROUNDS; round++) {
        atomic_store(&dropped, 0);
        struct crew *crew = crew_start(STOPPERS, keep_or_free, members, 2);
        require(crew != NULL, "the crew starts");
        int submitted = 0;
        for (int i = 0; i < round; i++) {
            void *item = malloc(16);

            if (crew_submit(crew, item)) {
                submitted++;
                continue;
            }
            free(item);
            item = crew_collect(crew, 0);
            if (item)
                drop(item);
        }
        crew_stop(crew, drop, drop);
        require(atomic_load(&dropped) == submitted, "each item has one owner");
    }
}

int main(void)
{
    alarm(TOO_LONG);
    thrash(256);
    thrash(1);
    thrash_stopping();
    return 0;
}
