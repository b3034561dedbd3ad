#include "io/phases/found_walk.h"

enum { STOP_EVERY = 1024 /* addresses between two checks of *stop */ };

struct found_walking {
    struct run_file *run;
    const volatile sig_atomic_t *stop;
    found_visit_fn *visit;
    void *context;
    uint64_t visited;
};

static enum collect_end walk_item(struct found_walking *w, const struct run_item *item)
{
    struct run_found found;
    enum run_step step = RUN_FAILED;
    if (!run_file_found_begin(w->run, &item->range))
        return COLLECT_FAILED;
    while ((step = run_file_found_next(w->run, &found)) == RUN_ROW) {
        if (++w->visited % STOP_EVERY == 0 && *w->stop)
            return COLLECT_STOPPED;
        if (found.implied && !found.first_of_cut)
            continue;
        if (!w->visit(w->context, item, &found))
            return COLLECT_FAILED;
    }
    return step == RUN_END ? COLLECT_COMPLETE : COLLECT_FAILED;
}

static enum collect_end walk_items(struct found_walking *w)
{
    struct run_item item;
    enum run_step step = RUN_FAILED;
    enum collect_end end = run_file_items_begin(w->run) ? COLLECT_COMPLETE : COLLECT_FAILED;
    while (end == COLLECT_COMPLETE && (step = run_file_items_next(w->run, &item)) == RUN_ROW) {
        end = walk_item(w, &item);
        if (end == COLLECT_COMPLETE && !run_file_commit_when_due(w->run))
            end = COLLECT_FAILED;
    }
    return end == COLLECT_COMPLETE && step == RUN_FAILED ? COLLECT_FAILED : end;
}

enum collect_end found_walk(struct run_file *run, const volatile sig_atomic_t *stop,
                            found_visit_fn *visit, void *context, struct failure *failure)
{
    struct found_walking w = {.run = run, .stop = stop, .visit = visit, .context = context};
    enum collect_end end = walk_items(&w);
    if (end == COLLECT_FAILED)
        failure_pass(failure, run_file_failure(run));
    return end;
}
