#include <criterion/criterion.h>

#include <stdio.h>
#include <unistd.h>

#include "tests/responder/stats.h"

static const int64_t MS = 1000000;

Test(stats, counts_and_finds_the_busiest_second)
{
    struct stats a;
    struct stats b;
    struct stats_peaks peaks = {.in_flight = 42, .busy_connections = 8};
    char text[512] = "";
    char path[] = "/tmp/stats-XXXXXX";
    int fd = mkstemp(path);

    cr_assert(fd >= 0 && stats_init(&a) && stats_init(&b));
    stats_queries(&a, 0, 10, false);
    stats_queries(&a, 900 * MS, 100, false);
    stats_queries(&b, 1890 * MS, 50, true); /* within a second of the hundred, not of the ten */
    stats_queries(&b, 3000 * MS, 7, false);
    a.answered = 160;
    b.dropped = 7;
    stats_merge(&a, &b);
    cr_assert(stats_write(&a, &peaks, path));
    cr_assert(read(fd, text, sizeof(text) - 1) > 0);
    cr_expect_str_eq(text,
                     "queries 167\nudp 117\ntcp 50\nanswered 160\ndropped 7\nspoilt 0\n"
                     "max_in_flight 42\nmax_busy_connections 8\nmax_in_one_second 150\nsecond 0 "
                     "110\nsecond 1 50\nsecond 3 7\n");
    close(fd);
    unlink(path);
    cr_expect_not(stats_write(&a, &peaks, "/nonexistent/stats"));
    stats_free(&a);
    stats_free(&b);
}

Test(stats, an_hour_is_enough)
{
    struct stats stats;

    cr_assert(stats_init(&stats));
    stats_queries(&stats, (int64_t)5 * 3600 * 1000 * MS, 3, false);
    cr_expect_eq(stats.slice_count, (size_t)STATS_SECONDS_MAX * STATS_SLICES_PER_SECOND);
    cr_expect_eq(stats.slices[stats.slice_count - 1], 3);
    stats_free(&stats);
}
