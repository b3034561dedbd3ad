#include "io/phases/worker.h"

#include <stdlib.h>

#include "io/system/clock.h"

enum {
    MEMBER_WAIT_MS = 20,        /* for replies or work */
    FOUND_DELAY_NS = 100000000, /* results are handed over after 0.1 s at the latest */
};

/* The facts are const to readers; here is their owner. */
void found_free_facts(const struct run_found *found)
{
    free((void *)(uintptr_t)found->facts);
}

void found_batch_drop(void *item)
{
    struct found_batch *batch = item;
    for (unsigned i = 0; batch && i < batch->count; i++)
        found_free_facts(&batch->found[i]);
    free(batch);
}

static bool new_results(struct member *member)
{
    member->results = malloc(sizeof(*member->results));
    if (!member->results) {
        member->out_of_memory = true;
        return false;
    }
    member->results->news = NEWS_FOUND;
    member->results->count = 0;
    return true;
}

static void hand_over(struct member *member)
{
    if (member->results && !crew_give(member->crew, member->results))
        found_batch_drop(member->results);
    (void)!new_results(member);
}

static void on_found(void *context, const struct run_found *found)
{
    struct member *member = context;
    if (!member->results) {
        found_free_facts(found);
        return;
    }
    if (member->results->count == 0)
        member->results_since_ns = clock_monotonic_ns();
    member->results->found[member->results->count++] = *found;
    if (member->results->count == FOUND_BATCH)
        hand_over(member);
}

static bool start_units(struct member *member)
{
    while (member->work && auditor_room(member->auditor) > 0) {
        if (!auditor_start(member->auditor, &member->work->units[member->work_next++]))
            return false;
        if (member->work_next == member->work->count) {
            free(member->work);
            member->work = NULL;
        }
    }
    return true;
}

/* Takes work as long as there is room for it. False: nothing is left to do and nothing will come.
 */
static bool take_work(struct member *member)
{
    bool over = false;
    while (!over && !member->work && auditor_room(member->auditor) > 0 && !member->out_of_memory) {
        bool idle = auditor_open(member->auditor) == 0;
        member->work = crew_take(member->crew, idle ? MEMBER_WAIT_MS : 0, &over);
        if (!member->work)
            break;
        member->work_next = 0;
        if (!start_units(member))
            member->out_of_memory = true;
    }
    return !over || auditor_open(member->auditor) > 0;
}

static void tell(struct member *member, enum news news)
{
    if (member->results)
        member->results->news = news;
    hand_over(member);
}

static void hand_over_in_time(struct member *member)
{
    bool any = member->results && member->results->count > 0;
    if (any && clock_monotonic_ns() - member->results_since_ns > FOUND_DELAY_NS)
        hand_over(member);
}

void member_body(struct crew *crew, void *own)
{
    struct member *member = own;
    member->crew = crew;
    while (!crew_is_stopping(crew)) {
        if (!start_units(member))
            member->out_of_memory = true;
        if (!take_work(member))
            break;
        if (!auditor_run(member->auditor, MEMBER_WAIT_MS) || member->out_of_memory) {
            tell(member, NEWS_OUT_OF_MEMORY);
            return;
        }
        if (auditor_gave_up(member->auditor)) {
            tell(member, NEWS_GAVE_UP);
            return;
        }
        hand_over_in_time(member);
    }
    hand_over(member);
}

bool member_open(struct member *member, const struct asker_options *asker, struct failure *failure)
{
    member->auditor = auditor_new(asker, on_found, member, failure);
    return member->auditor && (new_results(member) || failure_out_of_memory(failure));
}

void member_close(struct member *member)
{
    auditor_free(member->auditor);
    found_batch_drop(member->results);
    free(member->work);
}
