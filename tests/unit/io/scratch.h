/* A temporary folder of the test, with files and a run file: scratch_make / scratch_remove, as
 * .init and .fini of a suite. SIGALRM ends a test that hangs. */
#ifndef TESTS_UNIT_IO_SCRATCH_H
#define TESTS_UNIT_IO_SCRATCH_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "audit/target.h"
#include "io/run/run_file.h"
#include "tests/unit/support.h"

enum { SCRATCH_PATH_MAX = 512, SCRATCH_SECONDS = 60 };

static char scratch[] = "/tmp/fcrdns-unit-XXXXXX";

static inline void scratch_make(void)
{
    alarm(SCRATCH_SECONDS);
    cr_assert_not_null(mkdtemp(scratch));
}

/* The path of a name in the folder; valid for the next three calls. */
static inline const char *scratch_path(const char *name)
{
    static char paths[4][SCRATCH_PATH_MAX];
    static unsigned turn;
    char *path = paths[turn++ % 4];

    snprintf(path, SCRATCH_PATH_MAX, "%s/%s", scratch, name);
    return path;
}

static inline int scratch_unlink(const char *path, const struct stat *info, int kind,
                                 struct FTW *place)
{
    (void)info;
    (void)kind;
    (void)place;
    return remove(path);
}

static inline void scratch_remove(void)
{
    cr_expect_eq(nftw(scratch, scratch_unlink, 8, FTW_DEPTH | FTW_PHYS), 0);
}

static inline const char *scratch_write(const char *name, const char *text)
{
    const char *path = scratch_path(name);
    FILE *file = fopen(path, "w");

    cr_assert_not_null(file);
    cr_assert_geq(fputs(text, file), 0);
    cr_assert_eq(fclose(file), 0);
    return path;
}

/* The whole file; the caller frees it. */
static inline char *scratch_read(const char *name)
{
    enum { READ_MAX = 1 << 22 };
    FILE *file = fopen(scratch_path(name), "r");
    cr_assert_not_null(file, "%s is not there", name);
    char *text = malloc(READ_MAX);
    cr_assert_not_null(text);
    size_t length = fread(text, 1, READ_MAX - 1, file);
    text[length] = '\0';
    fclose(file);
    return text;
}

/* Redirects standard error to a file in the folder; scratch_messages returns its text, which the
 * caller frees. */
static inline void scratch_catch_messages(void)
{
    fflush(stderr);
    cr_assert_not_null(freopen(scratch_path("messages"), "w", stderr));
}

static inline char *scratch_messages(void)
{
    fflush(stderr);
    return scratch_read("messages");
}

static inline struct run_file *scratch_open(const char *name, enum run_mode mode)
{
    struct failure failure = {0};
    struct run_file *run = run_file_open(scratch_path(name), mode, &failure);

    cr_assert_not_null(run, "%s", failure.text);
    return run;
}

static inline void scratch_close(struct run_file *run)
{
    struct failure failure = {0};

    cr_assert(run_file_close(run, &failure), "%s", failure.text);
}

/* One input item; expected may be NULL. */
static inline void scratch_add(struct run_file *run, uint32_t source, uint64_t line,
                               const char *item, const char *expected)
{
    struct target target;
    struct target_reason why;

    cr_assert(target_parse(&target, item, strlen(item), &why), "%s", why.text);
    if (expected)
        cr_assert(target_expect(&target, expected, strlen(expected), &why), "%s", why.text);
    struct run_item row = {.source = source,
                           .line = line,
                           .range = target.range,
                           .mapped = target.mapped,
                           .has_expected = target.has_expected};
    if (target.has_expected)
        row.expected = target.expected;
    cr_assert(run_file_add_item(run, &row));
}

/* A new run file with these items as input; NULL ends the list. */
static inline struct run_file *scratch_run(const char *name, const char *const items[])
{
    uint32_t source;
    struct run_file *run = scratch_open(name, RUN_CREATE);

    cr_assert(run_file_add_source(run, "fleet.csv", &source));
    for (unsigned i = 0; items[i]; i++)
        scratch_add(run, source, i + 1, items[i], NULL);
    cr_assert(run_file_seal_input(run));
    return run;
}

/* Adds facts about an address; frees the buffer. */
static inline void scratch_found(struct run_file *run, const char *address, bool settled,
                                 struct facts_buffer *facts)
{
    struct run_found found = {.address = address_of(address),
                              .checked_at = 1700000000,
                              .elapsed_ms = 12,
                              .tries = 2,
                              .settled = settled,
                              .facts = facts->bytes,
                              .length = facts->length};

    cr_assert(run_file_add_found(run, &found, 1));
    facts_free(facts);
}

#endif
