#include "io/phases/vantages.h"

#include "io/lookup/answer_cache.h"
#include "io/phases/authority.h"
#include "io/phases/sample_question.h"
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

/* Each vantage is probed with questions of the run. */
struct vantage_probe {
    struct probe_sample of_run;
    struct failure fault; /* why the vantage cannot be asked */
};

/* Losing a vantage does not end the run. */
static enum vantage_state state_of(enum collect_end end)
{
    return end == COLLECT_COMPLETE  ? VANTAGE_WHOLE
           : end == COLLECT_GAVE_UP ? VANTAGE_BROKE_OFF
                                    : VANTAGE_NEW;
}

/* A resolver that answers no question of the run is skipped. */
static bool probe_answers(struct vantage_probe *probe, const struct asker_options *options,
                          struct run_vantage *vantage)
{
    if (asker_probe_other(options, &probe->of_run, &probe->fault))
        return true;
    vantage->state = VANTAGE_SILENT;
    return false;
}

static enum collect_end ask_resolver(struct run_file *run, const struct vantage_options *options,
                                     const struct endpoint *resolver, struct vantage_probe *probe,
                                     struct run_vantage *vantage, struct asker_counts *counts,
                                     struct failure *failure)
{
    struct collect_options own = options->collecting;
    struct collect_progress progress;
    struct rate_limit rate_limit;
    struct shared_pace shared_pace;
    rate_limit_init(&rate_limit, rate_of(options, resolver));
    shared_pace_init(&shared_pace, 1, clock_monotonic_ns());
    asker_options_ask_servers(&own.asker);
    own.asker.endpoints = resolver;
    own.asker.endpoint_count = 1;
    own.asker.rate_limit = &rate_limit;
    own.asker.shared_pace = &shared_pace;
    own.vantage = vantage->number;
    own.resumed = true;
    own.on_found = NULL;
    if (!probe_answers(probe, &own.asker, vantage))
        return COLLECT_COMPLETE;
    own.asker.cache = answer_cache_new(); /* the cache of the run holds answers of others */
    enum collect_end end = collect(run, &own, counts, &progress, failure);
    answer_cache_free(own.asker.cache);
    vantage->state = state_of(end);
    return end == COLLECT_GAVE_UP ? COLLECT_COMPLETE : end;
}

static void say_loss(const struct run_vantage *vantage, const struct failure *fault, bool quiet)
{
    if (!quiet && vantage->state == VANTAGE_SILENT)
        say("vantage %s; it is skipped", fault->text);
    if (!quiet && vantage->state == VANTAGE_BROKE_OFF)
        say("vantage %s stopped answering: its earlier answers are kept", vantage->name);
}

static enum collect_end ask_resolvers(struct run_file *run, const struct vantage_options *options,
                                      struct asker_counts *counts, struct failure *failure)
{
    enum collect_end end = COLLECT_COMPLETE;
    struct vantage_probe probe = {0};
    if (!sample_question_stored(&probe.of_run, run))
        return run_failed(run, failure);
    for (unsigned i = 0; end == COLLECT_COMPLETE && i < options->resolver_count; i++) {
        struct run_vantage vantage = {.state = VANTAGE_NEW};
        endpoint_print(vantage.name, &options->resolvers[i]);
        if (!run_file_add_vantage(run, vantage.name, &vantage.number))
            return run_failed(run, failure);
        end = ask_resolver(run, options, &options->resolvers[i], &probe, &vantage, counts, failure);
        if (end != COLLECT_FAILED &&
            (!run_file_set_vantage(run, vantage.number, vantage.state) || !run_file_commit(run)))
            return run_failed(run, failure);
        say_loss(&vantage, &probe.fault, options->quiet);
        probe.fault = (struct failure){0};
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
