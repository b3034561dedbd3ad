/* A suite whose tests share one open run file, in a folder of their own. */
#ifndef TESTS_UNIT_IO_RUN_ONE_RUN_H
#define TESTS_UNIT_IO_RUN_ONE_RUN_H

#include "io/run/run_file.h"
#include "tests/unit/io/run/made_found.h"
#include "tests/unit/io/run/stranger.h"
#include "tests/unit/io/scratch.h"

static struct run_file *run;

static inline void begin(void)
{
    scratch_make();
    run = scratch_open("run.db", RUN_CREATE);
}

static inline void end(void)
{
    if (run)
        scratch_close(run);
    scratch_remove();
}

static inline void reopen(enum run_mode mode)
{
    scratch_close(run);
    run = scratch_open("run.db", mode);
}

/* Closes the run and changes its file as another program could. */
static inline void change(const char *sql)
{
    scratch_close(run);
    run = NULL;
    stranger_changes(scratch_path("run.db"), sql);
}

static inline struct iprange range_of(const char *first, const char *last)
{
    return (struct iprange){address_of(first), address_of(last)};
}

static inline void expect_damage(void)
{
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged ("), "%s",
                       run_file_failure(run)->text);
    struct failure failure = {0};
    (void)!run_file_close(run, &failure);
    run = NULL;
}

#endif
