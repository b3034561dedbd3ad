#include "io/system/background.h"

#include <criterion/criterion.h>
#include <unistd.h>

enum { TOO_LONG = 120 /* seconds */, MANY = 100 };

static void limit_time(void)
{
    alarm(TOO_LONG);
}

TestSuite(background, .init = limit_time);

/* What the tasks did, in their order. */
struct log {
    unsigned count;
    unsigned entries[MANY];
};

struct entry {
    struct log *log;
    unsigned number;
    struct background_task task;
};

static void write_entry(void *context)
{
    struct entry *entry = context;

    entry->log->entries[entry->log->count++] = entry->number;
}

static void begin_all(struct background *background, struct entry entries[MANY], struct log *log)
{
    for (unsigned i = 0; i < MANY; i++) {
        entries[i] = (struct entry){
            .log = log, .number = i, .task = {.run = write_entry, .context = &entries[i]}};
        background_begin(background, &entries[i].task);
    }
}

static void check_order(const struct log *log)
{
    cr_assert_eq(log->count, MANY);
    for (unsigned i = 0; i < MANY; i++)
        cr_assert_eq(log->entries[i], i);
}

/* More tasks than the queues hold. */
Test(background, runs_all_tasks_in_order)
{
    struct background *background = background_new();
    struct entry entries[MANY];
    struct log log = {0};

    cr_assert(background);
    begin_all(background, entries, &log);
    background_wait(background, &entries[MANY - 1].task);
    check_order(&log);
    for (unsigned i = 0; i < MANY; i++)
        background_wait(background, &entries[i].task);
    background_free(background);
}

Test(background, a_task_can_run_again)
{
    struct background *background = background_new();
    struct log log = {0};
    struct entry entry = {.log = &log, .task = {.run = write_entry, .context = &entry}};

    for (unsigned i = 0; i < 3; i++) {
        background_begin(background, &entry.task);
        background_wait(background, &entry.task);
        cr_assert_eq(log.count, i + 1);
    }
    background_wait(background, &entry.task); /* not pending: returns at once */
    background_free(background);
}

Test(background, without_a_thread_tasks_run_at_once)
{
    struct entry entries[MANY];
    struct log log = {0};

    begin_all(NULL, entries, &log);
    check_order(&log);
    background_wait(NULL, &entries[0].task);
    background_free(NULL);
}
