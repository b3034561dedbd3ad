#include "io/system/queue.h"

#include <criterion/criterion.h>
#include <pthread.h>
#include <stdint.h>
#include <unistd.h>

#include "io/system/clock.h"

/* Seconds. Criterion's own time limit leaks, which the leak check then reports. */
enum { TOO_LONG = 120 };

static void limit_time(void)
{
    alarm(TOO_LONG);
}

TestSuite(queue, .init = limit_time);

static int64_t milliseconds_since(int64_t start_ns)
{
    return (clock_monotonic_ns() - start_ns) / 1000000;
}

Test(queue, is_first_in_first_out_and_bounded)
{
    int items[4];
    struct queue *queue = queue_new(3);

    for (int round = 0; round < 5; round++) {
        for (int i = 0; i < 3; i++)
            cr_assert(queue_try_push(queue, &items[i]));
        cr_expect_not(queue_try_push(queue, &items[3]));
        cr_expect_eq(queue_pop(queue, 0), &items[0]);
        cr_expect(queue_try_push(queue, &items[3]));
        cr_expect_eq(queue_pop(queue, -1), &items[1]);
        cr_expect_eq(queue_pop(queue, 1000), &items[2]);
        cr_expect_eq(queue_pop(queue, 0), &items[3]);
        cr_expect_null(queue_pop(queue, 0));
    }
    queue_free(queue);
}

Test(queue, refuses_absurd_capacities)
{
    cr_expect_null(queue_new(0));
    cr_expect_null(queue_new(SIZE_MAX));
    cr_expect_null(queue_new(SIZE_MAX / sizeof(void *)));
    queue_free(NULL);
}

Test(queue, pop_waits_for_its_timeout)
{
    struct queue *queue = queue_new(1);
    int64_t start = clock_monotonic_ns();

    cr_expect_null(queue_pop(queue, 1030));
    cr_expect_geq(milliseconds_since(start), 1029);
    queue_free(queue);
}

Test(queue, a_closed_queue_drains_and_refuses_items)
{
    int item;
    struct queue *queue = queue_new(2);

    cr_assert(queue_push(queue, &item));
    cr_expect_not(queue_is_drained(queue));
    queue_close(queue);
    cr_expect_not(queue_is_drained(queue), "one item is left");
    cr_expect_not(queue_try_push(queue, &item));
    cr_expect_not(queue_push(queue, &item));
    cr_expect_eq(queue_pop(queue, -1), &item);
    cr_expect(queue_is_drained(queue));
    cr_expect_null(queue_pop(queue, -1));
    queue_free(queue);
}

static void *pop_for_ever(void *queue)
{
    return queue_pop(queue, -1);
}

static void *push_and_report(void *queue)
{
    static int refused;

    return queue_push(queue, queue) ? NULL : &refused;
}

Test(queue, closing_wakes_threads_that_wait_for_items)
{
    struct queue *queue = queue_new(1);
    pthread_t threads[3];

    for (int i = 0; i < 3; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, pop_for_ever, queue), 0);
    queue_close(queue);
    for (int i = 0; i < 3; i++) {
        void *item = queue;

        pthread_join(threads[i], &item);
        cr_expect_null(item);
    }
    queue_free(queue);
}

Test(queue, closing_wakes_threads_that_wait_for_room)
{
    struct queue *queue = queue_new(1);
    pthread_t threads[3];

    cr_assert(queue_try_push(queue, queue));
    for (int i = 0; i < 3; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, push_and_report, queue), 0);
    queue_close(queue);
    for (int i = 0; i < 3; i++) {
        void *refused = NULL;

        pthread_join(threads[i], &refused);
        cr_expect_not_null(refused);
    }
    queue_free(queue);
}

Test(queue, push_waits_for_room)
{
    struct queue *queue = queue_new(1);
    pthread_t thread;
    int first;

    cr_assert(queue_try_push(queue, &first));
    cr_assert_eq(pthread_create(&thread, NULL, push_and_report, queue), 0);
    cr_expect_eq(queue_pop(queue, -1), &first);
    cr_expect_eq(queue_pop(queue, -1), queue);
    void *refused = queue;
    pthread_join(thread, &refused);
    cr_expect_null(refused);
    queue_free(queue);
}
