/* What the tests of the run file share: a folder with a run file, and ways to fill and read it. */
#ifndef TESTS_UNIT_IO_RUN_SUPPORT_H
#define TESTS_UNIT_IO_RUN_SUPPORT_H

#include <criterion/criterion.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

#include "io/run/run_file.h"
#include "tests/unit/io/run/made_found.h"
#include "tests/unit/io/run/stranger.h"

/* Criterion's own time limit leaks memory, and the leak check reports it. */
enum { TIME_LIMIT_S = 60 };

static char folder[] = "/tmp/fcrdns-run-XXXXXX";
static char path[64];

static inline void make_folder(void)
{
    alarm(TIME_LIMIT_S);
    cr_assert_not_null(mkdtemp(folder));
    snprintf(path, sizeof(path), "%s/run.db", folder);
}

static inline int remove_entry(const char *name, const struct stat *about, int kind,
                               struct FTW *place)
{
    (void)about;
    (void)kind;
    (void)place;
    return remove(name);
}

static inline void remove_run(void)
{
    static const char *const suffixes[] = {"", "-wal", "-journal", "-shm"};
    char name[80];
    for (unsigned i = 0; i < sizeof(suffixes) / sizeof(suffixes[0]); i++) {
        snprintf(name, sizeof(name), "%s/run.db%s", folder, suffixes[i]);
        unlink(name);
    }
}

static inline void remove_folder(void)
{
    remove_run();
    cr_expect_eq(rmdir(folder), 0, "files were left in %s", folder);
    (void)nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static inline struct run_file *open_run(enum run_mode mode)
{
    struct failure failure = {0};
    struct run_file *run = run_file_open(path, mode, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    return run;
}

static inline void close_run(struct run_file *run)
{
    struct failure failure = {0};
    cr_assert(run_file_close(run, &failure), "%s", failure.text);
}

/* Opening must fail with the path and exactly this text. */
static inline void expect_refusal(enum run_mode mode, const char *text)
{
    struct failure failure = {0};
    char expected[FAILURE_TEXT_MAX];
    snprintf(expected, sizeof(expected), "%s%s", path, text);
    cr_assert_null(run_file_open(path, mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_str_eq(failure.text, expected);
}

static inline void expect_refusal_with(enum run_mode mode, const char *part)
{
    struct failure failure = {0};
    cr_assert_null(run_file_open(path, mode, &failure));
    cr_expect_eq(failure.status, EXIT_TROUBLE);
    cr_expect_not_null(strstr(failure.text, part), "%s", failure.text);
    cr_expect_not_null(strstr(failure.text, path), "%s", failure.text);
}

static inline struct iprange range(const char *first, const char *last)
{
    return (struct iprange){address_of(first), address_of(last)};
}

static inline void add_item(struct run_file *run, uint32_t source, uint64_t line, const char *first,
                            const char *last, const char *expected)
{
    struct run_item item = {.source = source, .line = line, .range = range(first, last)};
    if (expected) {
        item.has_expected = true;
        cr_assert(dnsname_from_text(&item.expected, expected, strlen(expected)));
    }
    cr_assert(run_file_add_item(run, &item), "%s", run_file_failure(run)->text);
}

static inline void add_found(struct run_file *run, const char *text, bool settled,
                             const char *facts)
{
    struct run_found found = made_found(text, settled, facts);
    cr_assert(run_file_add_found(run, &found, 1), "%s", run_file_failure(run)->text);
}

/* Writes "address:facts" of a range, in order. */
static inline void found_text(struct run_file *run, const char *first, const char *last, char *out,
                              size_t size)
{
    struct run_found found;
    enum run_step step;
    size_t used = 0;
    struct iprange wanted = range(first, last);
    out[0] = '\0';
    cr_assert(run_file_found_begin(run, &wanted));
    while ((step = run_file_found_next(run, &found)) == RUN_ROW) {
        char text[IPADDR_TEXT_MAX];
        ipaddr_print(text, &found.address);
        used += (size_t)snprintf(out + used, size - used, "%s:%.*s ", text, (int)found.length,
                                 (const char *)found.facts);
        cr_expect_eq(found.checked_at, 1795437529);
        cr_expect_eq(found.elapsed_ms, 120);
        cr_expect_eq(found.tries, 3);
    }
    cr_expect_eq(step, RUN_END);
}

static inline void want_zone(struct run_file *run, const char *question)
{
    struct dnsname it = name_of(question);
    cr_assert(run_file_want_zone(run, &it), "%s", run_file_failure(run)->text);
}

/* apex: NULL if the question failed. */
static inline void add_zone(struct run_file *run, const char *question, enum answer_kind kind,
                            const char *apex)
{
    struct answer *answer = calloc(1, sizeof *answer);
    struct dnsname it = name_of(question);
    answer->kind = kind;
    answer->has_soa = apex != NULL;
    if (apex != NULL) {
        answer->soa_zone = name_of(apex);
        answer->soa_mname = name_of("NS1.isp.example");
        answer->soa_rname = name_of("host\\.master.isp.example");
    }
    cr_assert(run_file_add_zone(run, &it, answer, 1795437529), "%s", run_file_failure(run)->text);
    free(answer);
}

static inline void add_servers(struct run_file *run, const char *apex, unsigned kept,
                               uint32_t total)
{
    char text[64];
    struct answer *answer = calloc(1, sizeof *answer);
    struct dnsname it = name_of(apex);
    answer->kind = kept > 0 ? ANSWER_RECORDS : ANSWER_SERVFAIL;
    answer->kept = (uint16_t)kept;
    answer->total = total;
    for (unsigned i = 0; i < kept; i++) {
        snprintf(text, sizeof(text), "a\\032b\\.%u.isp.example", i);
        answer->records.names[i] = name_of(text);
    }
    cr_assert(run_file_add_servers(run, &it, answer), "%s", run_file_failure(run)->text);
    free(answer);
}

static inline void fill(unsigned count)
{
    struct run_file *run = open_run(RUN_CREATE);
    char text[IPADDR_TEXT_MAX];
    for (unsigned i = 0; i < count; i++) {
        snprintf(text, sizeof(text), "10.0.%u.%u", i >> 8, i & 255);
        add_item(run, 1, i + 1, text, text, "mta.example.com");
        add_found(
            run, text, true,
            "facts of a usual length, so that the tables have more than one level and most pages "
            "are in the middle of a table");
    }
    cr_assert(run_file_seal_input(run));
    close_run(run);
}

/* Reads everything; false at the first damage, which must have set the failure. */
static inline bool read_all(struct run_file *run)
{
    struct run_item item;
    struct run_found found;
    struct span span;
    struct span_cursor cursor = {0};
    struct iprange all = range("0.0.0.0", "255.255.255.255");
    enum run_step step = RUN_FAILED;
    struct run_vantage vantages[VANTAGES_MAX];
    struct run_zone_server server;
    static struct run_difference told;
    unsigned got;
    if (run_file_items_begin(run))
        while ((step = run_file_items_next(run, &item)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_found_begin(run, &all))
        while ((step = run_file_found_next(run, &found)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_vantages(run, vantages, &got) && run_file_seen_begin(run, &all))
        while ((step = run_file_seen_next(run, &found)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_differences_begin(run, &all))
        while ((step = run_file_differences_next(run, &told)) == RUN_ROW)
            ;
    if (step == RUN_END && run_file_zone_servers_begin(run))
        while ((step = run_file_zone_servers_next(run, &server)) == RUN_ROW)
            ;
    got = 1;
    while (step == RUN_END && got > 0)
        if (!run_file_next_spans(run, &cursor, &span, 1, &got))
            step = RUN_FAILED;
    cr_expect_eq(step == RUN_FAILED, run_file_failure(run)->status == EXIT_TROUBLE);
    return step == RUN_END;
}

/* A child that is killed after a commit and one more write. */
static inline void die_while_writing(void)
{
    fflush(NULL);
    pid_t child = fork();
    if (child == 0) {
        struct failure failure = {0};
        struct run_file *run = run_file_open(path, RUN_CREATE, &failure);
        struct run_found found = made_found("192.0.2.1", true, "kept");
        bool good = run != NULL && run_file_add_found(run, &found, 1) && run_file_commit(run);
        found.address = address_of("192.0.2.2");
        good = good && run_file_add_found(run, &found, 1);
        raise(good ? SIGKILL : SIGABRT);
    }
    int status;
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
}

#endif
