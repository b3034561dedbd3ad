#include "reports/progress.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/system/clock.h"

enum { LINE_EVERY_MS = 250, PLAIN_EVERY_MS = 10000, LINE_MAX = 400, RATE_WINDOWS = 16 };
enum { SETTLED_MS = 2000 /* earlier rates reflect the start of the run only */ };

struct progress {
    bool plain;
    int64_t shown_ns;
    unsigned width; /* of the line on screen */
    /* Addresses done at the last few updates: the rate covers the last seconds, not the whole
     * run. */
    struct {
        int64_t at_ns;
        uint64_t done;
    } past[RATE_WINDOWS];
    unsigned past_count;
    uint64_t verdicts[VERDICTS];
    struct observation seen;
};

bool progress_is_shown(enum progress_mode mode, bool quiet)
{
    return !quiet && mode != PROGRESS_NONE && (mode != PROGRESS_AUTO || isatty(STDERR_FILENO));
}

struct progress *progress_new(enum progress_mode mode, bool quiet)
{
    if (!progress_is_shown(mode, quiet))
        return NULL;
    struct progress *progress = calloc(1, sizeof(*progress));
    if (progress)
        progress->plain = mode == PROGRESS_PLAIN;
    return progress;
}

void progress_found(struct progress *progress, const struct run_found *found)
{
    if (!progress || !observation_decode(&progress->seen, found->facts, found->length))
        return;
    struct judgement judgement;
    struct evidence evidence = {
        .address = found->address, .seen = &progress->seen, .checked_at = found->checked_at};
    verdict_of(&judgement, &evidence);
    progress->verdicts[judgement.verdict]++;
}

static double rate_of(struct progress *progress, const struct collect_progress *now, int64_t now_ns)
{
    unsigned slot = progress->past_count++ % RATE_WINDOWS;
    unsigned oldest = progress->past_count > RATE_WINDOWS ? (slot + 1) % RATE_WINDOWS : 0;

    progress->past[slot].at_ns = now_ns;
    progress->past[slot].done = now->done;
    int64_t from_ns = progress->past_count == 1 ? now->started_ns : progress->past[oldest].at_ns;
    uint64_t from = progress->past_count == 1 ? now->known : progress->past[oldest].done;
    return now_ns > from_ns ? (double)(now->done - from) * 1e9 / (double)(now_ns - from_ns) : 0;
}

static size_t print_left(char *out, size_t size, double rate, uint64_t left)
{
    if (rate < 0.01 || left == 0)
        return 0;
    double seconds = (double)left / rate;
    if (seconds < 100)
        return (size_t)snprintf(out, size, ", %.0f s left", seconds);
    if (seconds < 6000)
        return (size_t)snprintf(out, size, ", %.0f min left", seconds / 60);
    return (size_t)snprintf(out, size, ", %.0f h left", seconds / 3600);
}

static unsigned print_line(char out[LINE_MAX], struct progress *progress,
                           const struct collect_progress *now, int64_t now_ns)
{
    double rate = rate_of(progress, now, now_ns);
    uint64_t left = now->total > now->done ? now->total - now->done : 0;
    size_t used =
        (size_t)snprintf(out, LINE_MAX, "%llu of %llu (%.0f/s", (unsigned long long)now->done,
                         (unsigned long long)now->total, rate);

    if (now_ns - now->started_ns >= (int64_t)SETTLED_MS * 1000000)
        used += print_left(out + used, LINE_MAX - used, rate, left);
    used += (size_t)snprintf(out + used, LINE_MAX - used, ")");
    for (unsigned i = 0; i < VERDICTS; i++) {
        if (progress->verdicts[i] > 0)
            used += (size_t)snprintf(out + used, LINE_MAX - used, "  %s %llu", verdict_row(i)->key,
                                     (unsigned long long)progress->verdicts[i]);
    }
    return (unsigned)used;
}

/* True: a line is due, and counts as shown from now on. */
static bool take_turn(struct progress *progress, int64_t now_ns)
{
    int64_t every_ms = progress->plain ? PLAIN_EVERY_MS : LINE_EVERY_MS;

    if (now_ns - progress->shown_ns < every_ms * 1000000)
        return false;
    progress->shown_ns = now_ns;
    return true;
}

static void put_line(struct progress *progress, const char *line, unsigned width)
{
    if (progress->plain) {
        fprintf(stderr, "fcrdns: %s\n", line);
        return;
    }
    fprintf(stderr, "\r%s%*s", line, width < progress->width ? (int)(progress->width - width) : 0,
            "");
    fflush(stderr);
    progress->width = width;
}

void progress_show(struct progress *progress, const struct collect_progress *now)
{
    int64_t now_ns = clock_monotonic_ns();

    if (!progress || !take_turn(progress, now_ns))
        return;
    char line[LINE_MAX];
    unsigned width = print_line(line, progress, now, now_ns);
    put_line(progress, line, width);
}

/* For work that mostly takes less than several seconds: shows nothing until then. */
static bool take_late_turn(struct progress *progress)
{
    int64_t now_ns = clock_monotonic_ns();

    if (!progress)
        return false;
    if (progress->shown_ns == 0)
        progress->shown_ns = now_ns;
    return take_turn(progress, now_ns);
}

void progress_cuts(struct progress *progress, uint64_t blocks, uint64_t empty)
{
    char line[LINE_MAX];

    if (!take_late_turn(progress))
        return;
    int width = snprintf(line, LINE_MAX, "ranges: %llu blocks asked by name, %llu proven empty",
                         (unsigned long long)blocks, (unsigned long long)empty);
    put_line(progress, line, (unsigned)width);
}

void progress_written(struct progress *progress, uint64_t rows, ip_count total)
{
    char line[LINE_MAX], whole[IP_COUNT_TEXT_MAX];

    if (!take_late_turn(progress))
        return;
    ip_count_print(whole, total);
    int width = snprintf(line, LINE_MAX, "reports: %llu of %s addresses written",
                         (unsigned long long)rows, whole);
    put_line(progress, line, (unsigned)width);
}

void progress_folders(struct progress *progress, unsigned written, unsigned all)
{
    char line[LINE_MAX];

    if (!take_late_turn(progress))
        return;
    int width =
        snprintf(line, LINE_MAX, "reports: %u of %u hand-over folders written", written, all);
    put_line(progress, line, (unsigned)width);
}

void progress_clear(struct progress *progress)
{
    if (!progress || progress->plain || progress->width == 0)
        return;
    fprintf(stderr, "\r%*s\r", (int)progress->width, "");
    fflush(stderr);
    progress->width = 0;
}

void progress_free(struct progress *progress)
{
    progress_clear(progress);
    free(progress);
}
