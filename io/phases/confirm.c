#include "io/phases/confirm.h"

#include <fcntl.h>
#include <poll.h>

#include "io/lookup/answer_cache.h"
#include "io/system/clock.h"
#include "io/system/run_dir.h"

enum { POLL_MS = 200 };

bool confirm_begin(struct confirm_look *look, const char *path, struct failure *failure)
{
    uint32_t source;

    *look = (struct confirm_look){.path = path};
    (void)run_dir_remove_run(AT_FDCWD, path);
    look->run = run_file_open(path, RUN_CREATE, failure);
    return look->run && (run_file_add_source(look->run, "", &source) ||
                         failure_pass(failure, run_file_failure(look->run)));
}

bool confirm_add(struct confirm_look *look, const struct sweep_row *row, struct failure *failure)
{
    struct run_item item = {.source = 1,
                            .line = 1,
                            .range = {row->address, row->address},
                            .has_expected = row->expected != NULL};

    if (row->expected)
        dnsname_copy(&item.expected, row->expected);
    return run_file_add_item(look->run, &item) ||
           failure_pass(failure, run_file_failure(look->run));
}

enum collect_end confirm_ask(struct confirm_look *look, const struct collect_options *collecting,
                             const struct endpoint *resolver, struct asker_counts *counts,
                             struct failure *failure)
{
    struct collect_options own = *collecting;
    struct collect_progress progress;
    struct shared_pace shared_pace;

    if (!run_file_seal_input(look->run)) {
        failure_pass(failure, run_file_failure(look->run));
        return COLLECT_FAILED;
    }
    shared_pace_init(&shared_pace, 1, clock_monotonic_ns());
    own.asker.endpoints = resolver;
    own.asker.endpoint_count = 1;
    own.asker.shared_pace = &shared_pace;
    own.asker.cache = answer_cache_new(); /* NULL is allowed: every question is sent */
    own.resumed = own.cuts_known = false;
    own.vantage = 0;
    own.on_found = NULL;
    own.on_progress = NULL;
    enum collect_end end = collect(look->run, &own, counts, &progress, failure);
    answer_cache_free(own.asker.cache);
    return end;
}

void confirm_end(struct confirm_look *look)
{
    struct failure ignored = {0}; /* the file is removed */

    if (!look->run)
        return;
    (void)!run_file_close(look->run, &ignored);
    look->run = NULL;
    (void)run_dir_remove_run(AT_FDCWD, look->path);
}

void confirm_wait(unsigned seconds, const volatile sig_atomic_t *stop)
{
    int64_t until = clock_monotonic_ns() + (int64_t)seconds * 1000000000;

    while (!*stop && clock_monotonic_ns() < until)
        (void)poll(NULL, 0, POLL_MS);
}
