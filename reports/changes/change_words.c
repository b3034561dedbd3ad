#include "reports/changes/change_words.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/resolver_fault.h"
#include "reports/time_text.h"
#include "reports/words.h"

enum { DATE_LENGTH = sizeof("2026-11-26") - 1 };

static bool is_planned(const struct side_job *side)
{
    return side->records[0].zone_files[0] != '\0';
}

size_t change_distrust_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job,
                             const struct change_tally *tally)
{
    char faults[RESOLVER_FAULTS_TEXT_MAX];
    struct run_records after = run_records_of(job->after.records);
    const double *limit = unanswered_limit(&job->max_unanswered, after, job->after.count);
    double percent = change_tally_temporary_percent(tally);

    out[0] = '\0';
    if (resolver_faults_print(faults, after, job->after.count) > 0)
        return (size_t)snprintf(out, CHANGE_WORDS_MAX, "%s", faults);
    if (!limit || percent <= *limit)
        return 0;
    return (size_t)snprintf(out, CHANGE_WORDS_MAX, "%.1f %% of the addresses have temporary errors",
                            percent);
}

/* A line of which only whole parts are printed: the first one that does not fit ends it. */
struct parts {
    char *out;
    size_t used, most; /* without NUL */
    bool full;
};

static void add_part(struct parts *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static void add_part(struct parts *line, const char *format, ...)
{
    char *end = line->out + line->used;
    va_list arguments;

    if (line->full)
        return;
    va_start(arguments, format);
    int length = vsnprintf(end, line->most + 1 - line->used, format, arguments);
    va_end(arguments);
    line->full = length < 0 || line->used + (size_t)length > line->most;
    if (line->full)
        *end = '\0';
    else
        line->used += (size_t)length;
}

/* ", 12 fixed"; nothing for 0. */
static void add_count(struct parts *line, uint64_t count, const char *word)
{
    char number[GROUPED_MAX];

    grouped_print(number, count);
    if (count > 0)
        add_part(line, ", %s %s", number, word);
}

/* The most important first. */
static void add_headline(struct parts *line, const struct compare_job *job,
                         const struct change_tally *tally)
{
    char broke[GROUPED_MAX], whole[GROUPED_MAX], why[CHANGE_WORDS_MAX];
    struct time_text time = {0};
    bool trusted = change_distrust_print(why, job, tally) == 0;
    const char *since = time_text_of(&time, side_job_began(&job->before));

    grouped_print(broke, tally->changes[ROW_BROKE] - tally->flapping_broke);
    grouped_print(whole, tally->after);
    add_part(line, "%s%s of %s broke", trusted ? "" : "NOT KNOWN, ", broke, whole);
    add_count(line, tally->added_broken + tally->first_known, "new and broken");
    add_count(line, tally->flapping, "flapping");
    add_count(line, tally->changes[ROW_FIXED], "fixed");
    add_part(line, " since %.*s", DATE_LENGTH, since);
}

size_t change_headline_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job,
                             const struct change_tally *tally)
{
    struct parts line = {.out = out, .most = CHANGE_WORDS_MAX - 1};

    add_headline(&line, job, tally);
    return line.used;
}

size_t change_subject_print(char out[CHANGE_WORDS_MAX], size_t columns,
                            const struct compare_job *job, const struct change_tally *tally)
{
    struct parts line = {.out = out, .most = columns};

    add_part(&line, "%s: ", is_planned(&job->after) ? "fcrdns, zone files" : "fcrdns");
    add_headline(&line, job, tally);
    return line.used;
}

size_t change_side_print(char out[CHANGE_WORDS_MAX], const char *title, const struct side_job *side,
                         uint64_t rows)
{
    char inputs[RECORD_TEXT_MAX], number[GROUPED_MAX];
    struct time_text time = {0};
    const char *text = side->records[0].inputs;

    printable_text(inputs, sizeof(inputs), text, strlen(text));
    grouped_print(number, rows);
    size_t used = (size_t)snprintf(out, CHANGE_WORDS_MAX, "%s: %s", title, inputs);
    if (side->count > 1)
        used += (size_t)snprintf(out + used, CHANGE_WORDS_MAX - used, " and %u more run%s",
                                 side->count - 1, plural_s(side->count - 1));
    return used +
           (size_t)snprintf(out + used, CHANGE_WORDS_MAX - used, ", audited from %s, %s row%s",
                            time_text_of(&time, side_job_began(side)), number, plural_s(rows));
}

size_t change_incomplete_print(char out[CHANGE_WORDS_MAX], const char *which,
                               const struct side_job *side, uint64_t not_asked)
{
    char number[GROUPED_MAX];
    unsigned i = 0;

    out[0] = '\0';
    while (i < side->count && side->records[i].finished)
        i++;
    if (i == side->count)
        return 0;
    if (not_asked == 0)
        return (size_t)snprintf(out, CHANGE_WORDS_MAX,
                                "The %s run is not complete, but all of its rows were asked",
                                which);
    grouped_print(number, not_asked);
    return (size_t)snprintf(out, CHANGE_WORDS_MAX,
                            "The %s run is not complete: %s of its rows w%s not asked", which,
                            number, not_asked == 1 ? "as" : "ere");
}

size_t change_unconfirmed_print(char out[CHANGE_WORDS_MAX], const struct change_tally *tally)
{
    char number[GROUPED_MAX];

    out[0] = '\0';
    if (tally->unconfirmed == 0)
        return 0;
    grouped_print(number, tally->unconfirmed);
    return (size_t)snprintf(out, CHANGE_WORDS_MAX,
                            "%s row%s found broken, but not when asked again", number,
                            tally->unconfirmed == 1 ? " was" : "s were");
}

size_t change_note_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job)
{
    return (size_t)snprintf(out, CHANGE_WORDS_MAX, "%s", job->note ? job->note : "");
}

size_t change_sources_print(char out[CHANGE_WORDS_MAX], const struct compare_job *job)
{
    bool before = is_planned(&job->before), after = is_planned(&job->after);

    out[0] = '\0';
    if (before == after)
        return 0;
    return (size_t)snprintf(out, CHANGE_WORDS_MAX, "%s before, %s now",
                            before ? "Zone files" : "The published DNS",
                            after ? "zone files" : "the published DNS");
}
