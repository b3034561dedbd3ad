#include "io/phases/vantages.h"

#include "io/lookup/answer_cache.h"
#include "io/phases/authority.h"
#include "io/run/run_file.h"
#include "io/system/clock.h"
#include "io/system/say.h"

static enum collect_end run_failed(const struct run_file *run, struct failure *failure)
{
    failure_pass(failure, run_file_failure(run));
    return COLLECT_FAILED;
}

static uint64_t rate_of(const struct vantage_options *options, const struct endpoint *resolver)
{
    if (options->has_rate)
        return options->rate;
    return collect_default_rate(resolver, 1);
}

/* Losing a vantage does not end the run. */
static enum vantage_state state_of(enum collect_end end)
{
    return end == COLLECT_COMPLETE  ? VANTAGE_WHOLE
           : end == COLLECT_GAVE_UP ? VANTAGE_BROKE_OFF
                                    : VANTAGE_NEW;
}

static enum collect_end ask_resolver(struct run_file *run, const struct vantage_options *options,
                                     const struct endpoint *resolver, struct run_vantage *vantage,
                                     struct asker_counts *counts, struct failure *failure)
{
    struct collect_options own = options->collecting;
    struct collect_progress progress;
    struct failure silence = {0};
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    rate_limit_init(&rate_limit, rate_of(options, resolver));
    shared_pace_init(&shared_pace, 1, clock_monotonic_ns());
    own.asker.endpoints = resolver;
    own.asker.endpoint_count = 1;
    own.asker.rate_limit = &rate_limit;
    own.asker.shared_pace = &shared_pace;
    own.vantage = vantage->number;
    own.resumed = true;
    own.on_found = NULL;
    if (!asker_probe(&own.asker, NULL, &silence)) {
        vantage->state = VANTAGE_SILENT;
        return COLLECT_COMPLETE;
    }
    own.asker.cache = answer_cache_new(); /* the cache of the run holds answers of others */
    enum collect_end end = collect(run, &own, counts, &progress, failure);
    answer_cache_free(own.asker.cache);
    vantage->state = state_of(end);
    return end == COLLECT_GAVE_UP ? COLLECT_COMPLETE : end;
}

static void say_silence(const struct run_vantage *vantage, bool quiet)
{
    if (!quiet && vantage->state == VANTAGE_SILENT)
        say("vantage %s does not answer: it is skipped", vantage->name);
    if (!quiet && vantage->state == VANTAGE_BROKE_OFF)
        say("vantage %s stopped answering: its earlier answers are kept", vantage->name);
}

static enum collect_end ask_resolvers(struct run_file *run, const struct vantage_options *options,
                                      struct asker_counts *counts, struct failure *failure)
{
    enum collect_end end = COLLECT_COMPLETE;
    for (unsigned i = 0; end == COLLECT_COMPLETE && i < options->resolver_count; i++) {
        struct run_vantage vantage = {.state = VANTAGE_NEW};
        endpoint_print(vantage.name, &options->resolvers[i]);
        if (!run_file_add_vantage(run, vantage.name, &vantage.number))
            return run_failed(run, failure);
        end = ask_resolver(run, options, &options->resolvers[i], &vantage, counts, failure);
        if (end != COLLECT_FAILED &&
            (!run_file_set_vantage(run, vantage.number, vantage.state) || !run_file_commit(run)))
            return run_failed(run, failure);
        say_silence(&vantage, options->quiet);
    }
    return end;
}

enum collect_end vantages_collect(struct run_file *run, const struct vantage_options *options,
                                  struct asker_counts *counts, struct failure *failure)
{
    enum collect_end end = ask_resolvers(run, options, counts, failure);
    if (end == COLLECT_COMPLETE && options->authoritative)
        end = authority_collect(run, options, counts, failure);
    return end;
}
