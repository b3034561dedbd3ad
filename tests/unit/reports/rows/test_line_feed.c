#include "reports/rows/line_feed.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "io/system/background.h"

enum { TOO_LONG = 120 /* seconds */, ROWS = 10000, WIDE = 60000 };

static void limit_time(void)
{
    alarm(TOO_LONG);
}

TestSuite(line_feed, .init = limit_time);

struct seen {
    unsigned rows;
    unsigned wrong;
    size_t longest;
};

static void make_line(struct csv_line *line, unsigned row, size_t padding)
{
    static char wide[WIDE];

    memset(wide, 'x', sizeof(wide));
    csv_line_begin(line);
    csv_value_number(line, row);
    csv_cell_end(line);
    csv_value(line, wide, padding);
    csv_cell_end(line);
}

static bool is_cell(const struct shown_line *line, unsigned cell, const char *text)
{
    size_t start = cell > 0 ? line->ends[cell - 1] + 1 : 0;
    size_t length = line->ends[cell] - start;

    return length == strlen(text) && memcmp(line->bytes + start, text, length) == 0;
}

static void look(void *context, const struct shown_line *line)
{
    struct seen *seen = context;
    char number[16], zones[16];

    snprintf(number, sizeof(number), "%u", seen->rows);
    snprintf(zones, sizeof(zones), "%u;7", seen->rows);
    bool right = line->cells == 2 && is_cell(line, 0, number) && line->used == line->ends[1] + 1 &&
                 line->zones_length == strlen(zones) &&
                 memcmp(line->zones, zones, line->zones_length) == 0 &&
                 line->passes == (seen->rows % 3 == 0);

    seen->wrong += !right;
    seen->rows++;
    seen->longest = line->used > seen->longest ? line->used : seen->longest;
}

static void feed_rows(struct line_feed *feed, unsigned rows, size_t padding)
{
    static struct csv_line line;
    char zones[16];

    for (unsigned row = 0; row < rows; row++) {
        make_line(&line, row, row % 100 == 50 ? padding : 3);
        snprintf(zones, sizeof(zones), "%u;7", row);

        struct shown_line shown = shown_line_of(&line, zones, row % 3 == 0);

        line_feed_add(feed, &shown);
    }
}

/* More lines than all batches hold, and some that fill a quarter of one. */
Test(line_feed, shows_each_line_once_and_in_order)
{
    struct background *background = background_new();
    struct seen seen = {0};
    struct line_feed *feed = line_feed_new(background, look, &seen);

    feed_rows(feed, ROWS, WIDE);
    line_feed_end(feed);
    cr_assert_eq(seen.rows, ROWS);
    cr_assert_eq(seen.wrong, 0);
    cr_assert_gt(seen.longest, WIDE);
    line_feed_free(feed);
    background_free(background);
}

Test(line_feed, works_without_a_background)
{
    struct seen seen = {0};
    struct line_feed *feed = line_feed_new(NULL, look, &seen);

    feed_rows(feed, ROWS, 3);
    line_feed_end(feed);
    cr_assert_eq(seen.rows, ROWS);
    cr_assert_eq(seen.wrong, 0);
    line_feed_free(feed);
}

Test(line_feed, can_be_freed_with_lines_on_their_way)
{
    struct background *background = background_new();
    struct seen seen = {0};
    struct line_feed *feed = line_feed_new(background, look, &seen);

    feed_rows(feed, ROWS, 3);
    line_feed_free(feed);
    cr_assert_eq(seen.wrong, 0);
    background_free(background);
}
