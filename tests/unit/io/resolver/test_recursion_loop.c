#include "io/resolver/recursion_loop.h"

#include <criterion/criterion.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "io/system/clock.h"

static struct recursion_loop *loop;
static struct ub_event_base *base;
static int ends[2];

static struct {
    unsigned calls;
    short bits;
    struct ub_event *ends; /* deactivated and freed by the callback */
} seen;

static void begin(void)
{
    loop = recursion_loop_new();
    cr_assert(loop);
    base = recursion_loop_base(loop);
    cr_assert_eq(socketpair(AF_UNIX, SOCK_STREAM, 0, ends), 0);
    seen.calls = 0;
    seen.bits = 0;
    seen.ends = NULL;
}

static void end(void)
{
    recursion_loop_free(loop);
    close(ends[0]);
    close(ends[1]);
}

TestSuite(recursion_loop, .init = begin, .fini = end, .timeout = 20);

static void on_event(int fd, short bits, void *argument)
{
    (void)fd, (void)argument;
    seen.calls++;
    seen.bits = bits;
    if (seen.ends) {
        seen.ends->vmt->free(seen.ends);
        seen.ends = NULL;
    }
}

static struct ub_event *event_for(int fd, short bits)
{
    struct ub_event *event = base->vmt->new_event(base, fd, bits, on_event, NULL);

    cr_assert(event);
    cr_assert_eq(event->magic, (unsigned long)UB_EVENT_MAGIC);
    return event;
}

static void run_for(int64_t ms)
{
    int64_t until = clock_monotonic_ns() + ms * 1000000;

    while (clock_monotonic_ns() < until)
        recursion_loop_run(loop, 5);
}

Test(recursion_loop, an_event_fires_once_unless_it_is_persistent)
{
    struct ub_event *once = event_for(ends[0], UB_EV_READ);
    struct ub_event *always = event_for(ends[1], UB_EV_READ | UB_EV_PERSIST);

    cr_assert_eq(once->vmt->add(once, NULL), 0);
    cr_assert_eq(always->vmt->add(always, NULL), 0);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    run_for(30);
    cr_expect_eq(seen.calls, 1);
    cr_expect_eq(seen.bits, UB_EV_READ);
    cr_assert_eq(write(ends[0], "x", 1), 1);
    recursion_loop_run(loop, 100);
    recursion_loop_run(loop, 100);
    cr_expect_eq(seen.calls, 3, "%u", seen.calls);
    always->vmt->del(always);
    recursion_loop_run(loop, 10);
    cr_expect_eq(seen.calls, 3);
    once->vmt->free(once);
    always->vmt->free(always);
}

Test(recursion_loop, bits_and_descriptor_change_while_it_is_inactive)
{
    struct ub_event *event = event_for(-1, UB_EV_READ);

    event->vmt->del_bits(event, UB_EV_READ);
    event->vmt->add_bits(event, UB_EV_WRITE);
    event->vmt->set_fd(event, ends[0]);
    cr_assert_eq(event->vmt->add(event, NULL), 0);
    recursion_loop_run(loop, 100);
    cr_expect_eq(seen.calls, 1);
    cr_expect_eq(seen.bits, UB_EV_WRITE);
    event->vmt->free(event);
}

Test(recursion_loop, a_timer_fires_once_and_never_early)
{
    struct timeval wait = {.tv_usec = 50 * 1000};
    struct ub_event *timer = event_for(-1, UB_EV_TIMEOUT);
    int64_t start = clock_monotonic_ns();

    cr_assert_eq(timer->vmt->add_timer(timer, base, on_event, NULL, &wait), 0);
    while (seen.calls == 0)
        recursion_loop_run(loop, 1000);
    cr_expect_geq(clock_monotonic_ns() - start, 50 * 1000000);
    cr_expect_eq(seen.bits, UB_EV_TIMEOUT);
    run_for(80);
    cr_expect_eq(seen.calls, 1);
    timer->vmt->add_timer(timer, base, on_event, NULL, &wait);
    timer->vmt->del_timer(timer);
    run_for(80);
    cr_expect_eq(seen.calls, 1);
    timer->vmt->free(timer);
}

Test(recursion_loop, a_timeout_leaves_a_persistent_event_active)
{
    struct timeval wait = {.tv_usec = 10 * 1000};
    struct ub_event *event = event_for(ends[0], UB_EV_READ | UB_EV_PERSIST | UB_EV_TIMEOUT);

    cr_assert_eq(event->vmt->add(event, &wait), 0);
    run_for(50);
    cr_expect_eq(seen.calls, 1);
    cr_expect_eq(seen.bits, UB_EV_TIMEOUT);
    cr_assert_eq(write(ends[1], "x", 1), 1);
    recursion_loop_run(loop, 100);
    cr_expect_eq(seen.bits, UB_EV_READ);
    event->vmt->free(event);
}

/* Both are ready; the callback of the first frees the second, and nothing may touch it. */
Test(recursion_loop, an_event_that_was_freed_does_not_fire)
{
    struct ub_event *first = event_for(ends[0], UB_EV_WRITE);
    struct ub_event *second = event_for(ends[1], UB_EV_WRITE);

    cr_assert_eq(first->vmt->add(first, NULL), 0);
    cr_assert_eq(second->vmt->add(second, NULL), 0);
    seen.ends = second;
    recursion_loop_run(loop, 100);
    if (seen.calls == 2) /* the second came first, and freed itself */
        second = NULL;
    cr_expect_null(seen.ends);
    cr_expect_leq(seen.calls, 2);
    first->vmt->free(first);
}

Test(recursion_loop, descriptors_that_epoll_refuses_are_an_error)
{
    struct ub_event *event = event_for(1000000, UB_EV_READ);

    cr_expect_eq(event->vmt->add(event, NULL), -1);
    cr_expect_null(base->vmt->new_signal(base, 2, on_event, NULL));
    event->vmt->free(event);
}
