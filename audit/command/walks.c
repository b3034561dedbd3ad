#include "audit/command/walks.h"

#include "io/phases/name_walk.h"
#include "io/system/say.h"
#include "reports/progress.h"

enum { ENDS_SAID = 10 };

struct walks {
    const struct options *options;
    unsigned done;
    unsigned ends; /* subtrees whose walk ended early */
};

static const char *plural(uint64_t count)
{
    return count == 1 ? "" : "s";
}

static void on_progress(void *context, uint64_t found, uint64_t questions)
{
    const struct walks *walks = context;

    if (progress_is_shown(walks->options->progress, walks->options->quiet))
        say("walking: %ju name%s found, %ju question%s", (uintmax_t)found, plural(found),
            (uintmax_t)questions, plural(questions));
}

static void on_ended(void *context, const char *reason)
{
    struct walks *walks = context;

    if (walks->options->quiet)
        return;
    if (walks->ends++ < ENDS_SAID || walks->options->verbose > 0)
        say("%s", reason);
    else if (walks->ends == ENDS_SAID + 1)
        say("further ends of walks are only in rejected.csv");
}

static void on_done(void *context, const struct name_walk_result *result)
{
    struct walks *walks = context;

    walks->done++;
    if (walks->options->quiet)
        return;
    say("%s: %ju name%s found by walking, with %ju question%s", result->source,
        (uintmax_t)result->found, plural(result->found), (uintmax_t)result->questions,
        plural(result->questions));
    if (result->childless > 0)
        say("%s: nothing exists below %ju name%s, unless a server hides it (docs/walking.md)",
            result->source, (uintmax_t)result->childless, plural(result->childless));
}

enum collect_end walks_run(struct run_file *run, const struct options *options,
                           const struct collect_options *collecting, unsigned *done,
                           struct asker_counts *counts, struct failure *failure)
{
    struct walks walks = {.options = options};
    const struct name_walk_sink sink = {&walks, on_progress, on_ended, on_done};
    enum collect_end end = name_walk(run, collecting, options->max_found, &sink, counts, failure);

    *done = walks.done;
    return end;
}
