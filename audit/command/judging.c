#include "audit/command/judging.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "io/input/exceptions_file.h"
#include "io/input/providers_file.h"
#include "io/input/receivers_file.h"
#include "io/system/clock.h"
#include "io/system/say.h"
#include "io/system/signals.h"
#include "reports/progress.h"
#include "reports/report_words.h"

enum { WALK_ENDS_MAX = 64 };

const char PROGRAM[] = "fcrdns " FCRDNS_VERSION;
const char DEFAULT_OUTPUT[] = "fcrdns-report";

struct judging {
    struct suffix_list *suffixes;
    struct receiver_file own; /* from --receivers-file */
    struct receiver_list receivers;
    struct policy policy;
    struct providers *providers;         /* NULL: without --providers */
    const struct change_report *changes; /* NULL: no comparison */
};

void judging_close(struct judging *judging)
{
    if (judging) {
        suffix_list_close(judging->suffixes);
        exceptions_free(judging->policy.exceptions);
        providers_free(judging->providers);
    }
    free(judging);
}

const struct suffix_list *judging_suffixes(const struct judging *judging)
{
    return judging->suffixes;
}

const struct providers *judging_providers(const struct judging *judging)
{
    return judging->providers;
}

const struct exceptions *judging_exceptions(const struct judging *judging)
{
    return judging->policy.exceptions;
}

void judging_set_changes(struct judging *judging, const struct change_report *changes)
{
    judging->changes = changes;
}

static bool choose_receivers(struct judging *judging, const struct options *options,
                             struct failure *failure)
{
    struct receiver_fault why;
    const char *keys =
        options->receivers && strcmp(options->receivers, "all") == 0 ? NULL : options->receivers;
    if (options->receivers_file &&
        !receivers_file_load(&judging->own, options->receivers_file, failure))
        return false;
    if (!receivers_select(&judging->receivers, keys, judging->own.rows, judging->own.count, &why))
        return failure_set(failure, EXIT_TROUBLE, "--receivers: %s", why.text);
    return true;
}

static bool load_policy(struct policy *policy, const struct options *options,
                        struct failure *failure)
{
    policy->ignored = options->ignored;
    if (!options->exceptions)
        return true;
    policy->exceptions = exceptions_file_load(options->exceptions, clock_wall_seconds(), failure);
    return policy->exceptions != NULL;
}

static bool load_providers(struct judging *judging, const struct options *options,
                           struct failure *failure)
{
    if (!options->providers)
        return true;
    judging->providers = providers_file_load(options->providers, failure);
    return judging->providers != NULL;
}

/* A list that --psl names must exist. Without a list, the registrable domain of a name is its last
 * two labels. */
struct judging *judging_open(const struct options *options, struct failure *failure)
{
    const char *why = NULL;
    struct judging *judging = calloc(1, sizeof(*judging));
    if (!judging) {
        failure_out_of_memory(failure);
        return NULL;
    }
    judging->suffixes = suffix_list_open(options->psl, &why);
    if (!judging->suffixes && options->psl)
        failure_set(failure, EXIT_TROUBLE, "the public suffix list %s %s", options->psl, why);
    else if (choose_receivers(judging, options, failure) &&
             load_policy(&judging->policy, options, failure) &&
             load_providers(judging, options, failure))
        return judging;
    judging_close(judging);
    return NULL;
}

bool judging_is_cancelled(void *context)
{
    return signals_count() > *(const int *)context;
}

static bool use_colour(void)
{
    const char *no_colour = getenv("NO_COLOR");
    return isatty(STDOUT_FILENO) && !(no_colour && no_colour[0]);
}

bool judging_render(struct judging *judging, const struct runs *runs, const struct run_dir *dir,
                    const struct options *options, struct tally *tally, struct failure *failure)
{
    struct folder folder = {.fd = dir->lock, .path = dir->path};
    int signals_before = signals_count();
    struct render_job job = {.runs = runs->files,
                             .records = runs->records,
                             .count = runs->count,
                             .shards = runs->shards,
                             .folder = &folder,
                             .gzip = options->gzip,
                             .jsonl = options->jsonl,
                             .explore = options->explore == EXPLORE_AUTO,
                             .policy = &judging->policy,
                             .max_unanswered = &options->max_unanswered,
                             .print_story = options->verbose > 0,
                             .print_summary = !options->quiet,
                             .colour = use_colour(),
                             .receivers = &judging->receivers,
                             .suffixes = judging->suffixes,
                             .providers = judging->providers,
                             .asked_by = options->asked_by,
                             .changes = judging->changes,
                             .cancelled = judging_is_cancelled,
                             .context = &signals_before,
                             .progress = progress_new(options->progress, options->quiet),
                             .program = PROGRAM};
    bool good = render(&job, tally, failure);
    progress_free(job.progress);
    return good;
}

/* A reply that comes after its try has ended answers no open query. */
static void say_late(struct run_records records, unsigned count)
{
    uint64_t timeouts = 0, strays = 0;

    for (unsigned i = 0; i < count; i++) {
        timeouts += run_record_at(records, i)->counts.timeouts;
        strays += run_record_at(records, i)->counts.strays;
    }
    if (timeouts > 0 && strays >= timeouts / 2)
        say("%llu tries had no reply in time, and %llu replies answered no open query: "
            "the resolver may need longer than --timeout %llu",
            (unsigned long long)timeouts, (unsigned long long)strays,
            (unsigned long long)run_record_at(records, 0)->timeout_ms);
}

/* Can the result be trusted? If not, prints why. */
static bool is_trusted(const struct options *options, struct run_records records, unsigned count,
                       const struct tally *tally, char why[JUDGING_WHY_MAX])
{
    const double *limit = unanswered_limit(&options->max_unanswered, records, count);
    if (resolver_faults_print(why, records, count) > 0) {
        say("%s", why);
        say("nothing is known about the addresses: check the resolver, or name another with -r");
        return false;
    }
    if (distrust_print(why, tally, limit) == 0)
        return true;
    say("%s", why);
    say_late(records, count);
    return false;
}

/* "1 part of a walk was not searched"; "": none. */
static void print_walk_ends(char out[WALK_ENDS_MAX], uint64_t ends)
{
    out[0] = '\0';
    if (ends > 0)
        snprintf(out, WALK_ENDS_MAX, "%llu part%s not searched", (unsigned long long)ends,
                 ends == 1 ? " of a walk was" : "s of walks were");
}

void judging_print_rejected(char out[JUDGING_REJECTED_MAX], const struct options *options,
                            const char *output, const struct tally *tally)
{
    uint64_t refused = tally->rejected - tally->walk_ends;
    char ends[WALK_ENDS_MAX];
    size_t used = 0;

    out[0] = '\0';
    if (tally->rejected == 0)
        return;
    print_walk_ends(ends, tally->walk_ends);
    if (refused > 0)
        used = (size_t)snprintf(
            out, JUDGING_REJECTED_MAX, "%llu input row%s refused, or without a usable name%s",
            (unsigned long long)refused, refused == 1 ? " was" : "s were", ends[0] ? ", and " : "");
    snprintf(out + used, JUDGING_REJECTED_MAX - used, "%s: see %s/rejected.csv%s", ends, output,
             options->gzip ? ".gz" : "");
}

void judging_say_rejected(const struct options *options, const char *output,
                          const struct tally *tally)
{
    char text[JUDGING_REJECTED_MAX];

    judging_print_rejected(text, options, output, tally);
    if (options->quiet && text[0])
        say("%s", text);
}

void judging_say_blank(const struct options *options, const struct tally *tally)
{
    if (options->quiet && options->shard.count == 0 && tally->rows > 0 && tally_public(tally) == 0)
        say("no public address was audited: the input holds special-purpose addresses alone, which "
            "no receiver sees (--special audit asks for them too)");
}

enum exit_status judging_policy(const struct options *options, struct run_records records,
                                unsigned count, const struct tally *tally,
                                char why[JUDGING_WHY_MAX])
{
    if (!is_trusted(options, records, count, tally, why))
        return EXIT_TRY_LATER;
    if (options->fail_on == FAIL_ON_NEW && tally->alarms > 0)
        return EXIT_FINDINGS;
    enum severity bar = options->fail_on == FAIL_ON_WARN ? SEVERITY_WARN : SEVERITY_FAIL;
    for (unsigned s = bar; options->fail_on < FAIL_ON_NEVER && s <= SEVERITY_FAIL; s++) {
        if (tally->severities[s] > 0)
            return EXIT_FINDINGS;
    }
    return options->fail_on_rejected && tally->rejected > 0 ? EXIT_FINDINGS : EXIT_POLICY_MET;
}

enum exit_status judging_signal_status(void)
{
    return *signals_stop() == SIGINT ? EXIT_INTERRUPTED : EXIT_TERMINATED;
}
