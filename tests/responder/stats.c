#include "tests/responder/stats.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

enum { SLICES = STATS_SECONDS_MAX * STATS_SLICES_PER_SECOND };

bool stats_init(struct stats *stats)
{
    *stats = (struct stats){.slices = calloc(SLICES, sizeof(*stats->slices))};
    return stats->slices != NULL;
}

void stats_free(struct stats *stats)
{
    free(stats->slices);
    stats->slices = NULL;
}

void stats_queries(struct stats *stats, int64_t since_start_ns, unsigned count, bool over_tcp)
{
    size_t slice = (size_t)(since_start_ns / (1000000000 / STATS_SLICES_PER_SECOND));

    slice = slice < SLICES ? slice : SLICES - 1;
    stats->slices[slice] += count;
    stats->slice_count = slice + 1 > stats->slice_count ? slice + 1 : stats->slice_count;
    *(over_tcp ? &stats->tcp : &stats->udp) += count;
}

void stats_merge(struct stats *into, const struct stats *from)
{
    into->udp += from->udp;
    into->tcp += from->tcp;
    into->answered += from->answered;
    into->dropped += from->dropped;
    for (size_t i = 0; i < from->slice_count; i++) {
        into->slices[i] += from->slices[i];
    }
    into->slice_count =
        from->slice_count > into->slice_count ? from->slice_count : into->slice_count;
}

static uint64_t busiest_second(const struct stats *stats)
{
    uint64_t window = 0;
    uint64_t most = 0;

    for (size_t i = 0; i < stats->slice_count; i++) {
        window += stats->slices[i];
        window -= i >= STATS_SLICES_PER_SECOND ? stats->slices[i - STATS_SLICES_PER_SECOND] : 0;
        most = window > most ? window : most;
    }
    return most;
}

static void write_seconds(const struct stats *stats, FILE *file)
{
    for (size_t second = 0; second * STATS_SLICES_PER_SECOND < stats->slice_count; second++) {
        uint64_t count = 0;

        for (size_t i = 0; i < STATS_SLICES_PER_SECOND; i++) {
            count += stats->slices[second * STATS_SLICES_PER_SECOND + i];
        }
        if (count != 0) {
            fprintf(file, "second %zu %" PRIu64 "\n", second, count);
        }
    }
}

bool stats_write(const struct stats *stats, const struct stats_peaks *peaks, const char *path)
{
    FILE *file = fopen(path, "w");

    if (!file) {
        return false;
    }
    fprintf(file,
            "queries %" PRIu64 "\nudp %" PRIu64 "\ntcp %" PRIu64 "\nanswered %" PRIu64
            "\ndropped %" PRIu64 "\nspoilt %" PRIu64
            "\nmax_in_flight %u\nmax_busy_connections %u\nmax_in_one_second %" PRIu64 "\n",
            stats->udp + stats->tcp, stats->udp, stats->tcp, stats->answered, stats->dropped,
            stats->spoilt, peaks->in_flight, peaks->busy_connections, busiest_second(stats));
    write_seconds(stats, file);
    bool whole = !ferror(file);
    return fclose(file) == 0 && whole;
}
