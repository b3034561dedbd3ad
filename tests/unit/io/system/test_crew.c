#include "io/system/crew.h"

#include <criterion/criterion.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdlib.h>
#include <unistd.h>

enum {
    TOO_LONG =
        120 /* seconds; Criterion's own time limit leaks, which the leak check then reports */
};

static void limit_time(void)
{
    alarm(TOO_LONG);
}

TestSuite(crew, .init = limit_time);

enum { MEMBERS = 4 };

static int own[MEMBERS];
static void *members[MEMBERS] = {&own[0], &own[1], &own[2], &own[3]};

/* Hands each item on unchanged. */
static void pass_on(struct crew *crew, void *member)
{
    bool ended = false;

    while (!ended) {
        void *item = crew_take(crew, 50, &ended);

        if (item && !crew_give(crew, item))
            break;
    }
    ++*(int *)member;
}

static unsigned collect_all(struct crew *crew)
{
    unsigned count = 0;

    for (;;) {
        bool done = crew_is_done(crew);

        while (crew_collect(crew, done ? 0 : 10) != NULL)
            count++;
        if (done)
            return count;
    }
}

Test(crew, each_member_gets_its_own_argument_and_ends)
{
    struct crew *crew = crew_start(MEMBERS, pass_on, members, 8);

    cr_assert_not_null(crew);
    cr_expect_not(crew_is_done(crew));
    for (int i = 0; i < 8; i++)
        cr_assert(crew_submit(crew, &own[i % MEMBERS]));
    crew_finish(crew);
    cr_expect_eq(collect_all(crew), 8);
    crew_stop(crew, NULL, NULL);
    for (int i = 0; i < MEMBERS; i++)
        cr_expect_eq(own[i], 1);
}

Test(crew, refuses_work_when_full_or_finished)
{
    struct crew *crew = crew_start(1, pass_on, members, 2);

    cr_assert_not_null(crew);
    unsigned taken = 0;
    while (crew_submit(crew, crew) && taken < 100)
        taken++;
    cr_expect_leq(taken, 5, "2 of work, 2 of results, 1 in hand");
    crew_finish(crew);
    cr_expect_not(crew_submit(crew, crew));
    cr_expect_eq(collect_all(crew), taken);
    crew_stop(crew, NULL, NULL);
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

/* Members wait for room that never comes. Stopping ends the wait, and no item is lost. */
Test(crew, stops_while_results_are_full)
{
    struct crew *crew = crew_start(MEMBERS, keep_or_free, members, 3);

    cr_assert_not_null(crew);
    int submitted = 0;
    for (int tries = 0; tries < 1000000 && submitted < 3 + 3 + MEMBERS; tries++) {
        void *item = malloc(16);

        if (crew_submit(crew, item))
            submitted++;
        else
            free(item);
    }
    void *result = crew_collect(crew, -1);
    cr_assert_not_null(result);
    drop(result);
    crew_stop(crew, drop, drop);
    cr_expect_eq(dropped, submitted);
}

Test(crew, stops_while_idle)
{
    struct crew *crew = crew_start(MEMBERS, keep_or_free, members, 3);

    cr_assert_not_null(crew);
    crew_stop(crew, drop, drop);
    cr_expect_eq(dropped, 0);
    crew_stop(NULL, NULL, NULL);
}

static atomic_int in_hand;

/* Holds an item until the crew stops, then hands it in. */
static void gives_at_the_end(struct crew *crew, void *member)
{
    (void)member;
    bool ended = false;
    void *item = crew_take(crew, -1, &ended);
    atomic_fetch_add(&in_hand, 1);
    while (!crew_is_stopping(crew))
        usleep(1000);
    if (!crew_give(crew, item))
        drop(item);
}

Test(crew, results_given_after_a_halt_can_be_collected)
{
    struct crew *crew = crew_start(MEMBERS, gives_at_the_end, members, MEMBERS);

    cr_assert_not_null(crew);
    for (int i = 0; i < MEMBERS; i++)
        cr_assert(crew_submit(crew, malloc(16)));
    while (atomic_load(&in_hand) < MEMBERS)
        usleep(1000);
    crew_halt(crew);
    cr_expect_not(crew_submit(crew, crew));
    unsigned count = 0;
    for (void *item = crew_collect(crew, -1); item != NULL; item = crew_collect(crew, -1)) {
        free(item);
        count++;
    }
    cr_expect_eq(count, MEMBERS);
    crew_stop(crew, drop, drop);
    cr_expect_eq(dropped, 0);
}

static void ends_at_once(struct crew *crew, void *member)
{
    (void)crew, (void)member;
}

/* A member that returns early must not leave the starter waiting. */
Test(crew, collecting_ends_when_all_members_have_left)
{
    struct crew *crew = crew_start(MEMBERS, ends_at_once, members, 3);

    cr_assert_not_null(crew);
    cr_expect_null(crew_collect(crew, -1));
    cr_expect(crew_is_done(crew));
    crew_stop(crew, NULL, NULL);
}

static void report_mask(struct crew *crew, void *member)
{
    sigset_t mask;

    pthread_sigmask(SIG_SETMASK, NULL, &mask);
    *(int *)member =
        sigismember(&mask, SIGINT) && sigismember(&mask, SIGTERM) && sigismember(&mask, SIGHUP);
    (void)crew;
}

Test(crew, members_take_no_signals)
{
    sigset_t before, after;

    pthread_sigmask(SIG_SETMASK, NULL, &before);
    struct crew *crew = crew_start(1, report_mask, members, 1);
    cr_assert_not_null(crew);
    crew_stop(crew, NULL, NULL);
    cr_expect_eq(own[0], 1);
    pthread_sigmask(SIG_SETMASK, NULL, &after);
    cr_expect_eq(sigismember(&after, SIGINT), sigismember(&before, SIGINT));
    cr_expect_eq(sigismember(&after, SIGINT), 0);
}

Test(crew, out_of_memory_starts_none)
{
    cr_expect_null(crew_start(1, ends_at_once, members, SIZE_MAX));
}
