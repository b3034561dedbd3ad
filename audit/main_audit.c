/*
 * The roof: the story of an audit. Inputs exist - run directory - privileges given up - what is judged by -
 * resolver answers - load inputs - collect - zones - vantages - render - exit status.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "audit/main_commands.h"
#include "audit/main_confine.h"
#include "audit/main_judging.h"
#include "audit/main_planned.h"
#include "audit/main_vantages.h"
#include "io/answer_cache.h"
#include "io/clock.h"
#include "io/collect.h"
#include "io/limits.h"
#include "io/load.h"
#include "io/recheck.h"
#include "io/resolver_zones.h"
#include "io/run_dir.h"
#include "io/say.h"
#include "io/signals.h"
#include "io/stages.h"
#include "io/streams.h"
#include "io/trust.h"
#include "io/zones.h"
#include "reports/progress.h"

static const char RECHECK_OUTPUT[] = "fcrdns-recheck";

/* All that one audit holds while it lasts. */
struct audit {
    const struct options *options;
    struct stages stages;
    const char *output;
    struct endpoint endpoints[ENDPOINTS_MAX];
    uint64_t rate; /* queries a second at most; 0: no limit */
    struct pacer pacer;
    struct answer_cache *cache;
    struct governor governor;
    struct asker_options asker;
    struct resolver_trust trust; /* with --tls-name */
    struct planned planned;
    unsigned threads;
    struct run_dir dir;
    struct run_file *run;
    struct run_record record;
    struct recheck *recheck; /* the earlier run with --recheck, until its rows are taken over */
    struct recheck_counts recheck_counts;
    struct intake_counts input;
    struct judging *judging;
    struct failure failure;
};

static struct load_options loading(const struct options *options)
{
    return (struct load_options){.intake = {.ip_column = options->ip_column,
                                            .host_column = options->host_column,
                                            .max_range = options->max_range},
                                 .inputs = options->operands,
                                 .count = options->operand_count,
                                 .quiet = options->quiet,
                                 .tell_rejected = options->verbose > 0};
}

static bool recheck_differs(struct audit *audit)
{
    const char *directory = audit->options->recheck;
    return !run_dir_same(audit->output, directory) ||
           failure_set(&audit->failure, EXIT_TROUBLE,
                       "%s holds the run to check again: choose another run directory with -o", directory);
}

/* Opens the earlier run and counts what there is to check again. */
static bool open_recheck(struct audit *audit)
{
    audit->recheck = recheck_open(audit->options->recheck, &audit->failure);
    return audit->recheck &&
           recheck_load(audit->recheck, NULL, clock_wall_seconds(), &audit->recheck_counts, &audit->failure);
}

static bool check_inputs(struct audit *audit)
{
    if (audit->options->recheck)
        return recheck_differs(audit);
    struct load_options load = loading(audit->options);
    for (unsigned i = 0; i < load.count; i++) {
        if (!intake_check(load.inputs[i], &load.intake, &audit->failure))
            return false;
    }
    return true;
}

static bool choose_resolvers(struct audit *audit)
{
    const struct options *options = audit->options;
    audit->asker.endpoints = audit->endpoints;
    audit->asker.endpoint_count = options->resolver_count;
    memcpy(audit->endpoints, options->resolvers, sizeof(audit->endpoints));
    if (options->resolver_count == 0 &&
        !endpoint_system(RESOLV_CONF, audit->endpoints, &audit->asker.endpoint_count, &audit->failure))
        return false;
    bool loopback = true;
    for (unsigned i = 0; i < audit->asker.endpoint_count; i++)
        loopback = loopback && endpoint_is_loopback(&audit->endpoints[i]);
    audit->rate = options->has_rate ? options->rate : loopback ? 0 : RATE_DEFAULT_REMOTE;
    pacer_init(&audit->pacer, audit->rate);
    return true;
}

static unsigned choose_threads(const struct options *options)
{
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    return options->threads ? options->threads : cores > 0 ? (unsigned)cores : 1;
}

/* Threads and window, as far as cores and descriptors carry them. */
static void choose_size(struct audit *audit)
{
    const struct options *options = audit->options;
    audit->threads = choose_threads(options);
    /* Beside datagrams a connection is for what is too long for them. */
    audit->asker.streams = options->transport == TRANSPORT_UDP || audit->threads > STREAMS_MAX
                               ? 1
                               : STREAMS_MAX / audit->threads;
    struct resolver_options seam = {
        .endpoints = audit->endpoints, .count = audit->asker.endpoint_count, .streams = audit->asker.streams};
    unsigned each = audit->asker.engine->overhead(&seam);
    uint64_t wanted = (uint64_t)options->concurrency + DESCRIPTORS_RESERVED + (uint64_t)each * audit->threads;
    uint64_t got = limits_raise_descriptors(wanted);
    while (audit->threads > 1 && limits_window(UINT32_MAX, got, each * audit->threads) < 4 * audit->threads)
        audit->threads--;
    audit->asker.window = limits_window(options->concurrency, got, each * audit->threads);
    if (audit->asker.window < options->concurrency && !options->quiet)
        say("the limit of %llu open files allows %u lookups in flight, not %u", (unsigned long long)got,
            audit->asker.window, options->concurrency);
}

/* With --tls-name only a resolver that proves its name is asked (RFC 8310 5); else it is at least said. */
static bool choose_trust(struct audit *audit)
{
    const struct options *options = audit->options;
    if (options->transport == TRANSPORT_TLS && !options->tls_name && !options->quiet)
        say("TLS without --tls-name hides the questions, but nobody proves to be the resolver");
    if (!options->tls_name)
        return true;
    audit->trust = (struct resolver_trust){.name = options->tls_name, .ca_file = options->tls_ca};
    audit->asker.trust = &audit->trust;
    return !options->tls_ca || trust_check(options->tls_ca, &audit->failure);
}

/* Zone files stand for one resolver that answers at once and says the same each time. */
static bool prepare_zones(struct audit *audit)
{
    const struct options *options = audit->options;
    if (!planned_load(&audit->planned, options, &audit->failure))
        return false;
    audit->asker.engine = &resolver_zones;
    audit->asker.zones = audit->planned.zones;
    audit->asker.endpoints = audit->endpoints;
    audit->asker.endpoint_count = 1;
    audit->asker.transport = TRANSPORT_TCP; /* no reply is cut */
    audit->asker.timeout_ms = options->timeout_ms;
    audit->asker.tries = 1;
    audit->asker.window = options->concurrency;
    audit->asker.pacer = &audit->pacer;
    audit->threads = choose_threads(options);
    pacer_init(&audit->pacer, audit->rate);
    return true;
}

static bool prepare_asking(struct audit *audit)
{
    const struct options *options = audit->options;
    if (options->zone_count > 0)
        return prepare_zones(audit);
    audit->asker.engine = &resolver_network;
    if (!choose_resolvers(audit) || !choose_trust(audit))
        return false;
    choose_size(audit);
    audit->asker.transport = options->transport;
    audit->asker.timeout_ms = options->timeout_ms;
    audit->asker.tries = options->tries;
    audit->asker.patience_ms = options->patience_s * 1000;
    audit->asker.pacer = &audit->pacer;
    audit->asker.cache = audit->cache = answer_cache_new();
    if (!audit->cache)
        return failure_set(&audit->failure, EXIT_TROUBLE, "out of memory");
    audit->asker.governor = &audit->governor;
    return true;
}

/* A resolver answers; zone files do always. */
static bool find_answers(struct audit *audit)
{
    if (audit->options->zone_count > 0)
        return true;
    if (!asker_probe(&audit->asker, &audit->failure))
        return false;
    governor_init(&audit->governor, audit->asker.endpoint_count, clock_monotonic_ns());
    return true;
}

static void join_inputs(char out[RECORD_TEXT_MAX], const struct options *options)
{
    size_t used = 0;
    out[0] = '\0';
    if (options->recheck)
        snprintf(out, RECORD_TEXT_MAX, "--recheck %s", options->recheck);
    for (unsigned i = 0; i < options->operand_count && used < RECORD_TEXT_MAX; i++)
        used +=
            (size_t)snprintf(out + used, RECORD_TEXT_MAX - used, "%s%s", i ? " " : "", options->operands[i]);
}

static void describe_resolvers(struct audit *audit)
{
    struct run_record *record = &audit->record;
    size_t used = 0;
    record->resolvers[0] = '\0';
    for (unsigned i = 0; i < audit->asker.endpoint_count; i++) {
        char text[ENDPOINT_TEXT_MAX];
        endpoint_print(text, &audit->endpoints[i]);
        used += (size_t)snprintf(record->resolvers + used, sizeof(record->resolvers) - used, "%s%s",
                                 i ? ", " : "", text);
    }
    const char *name = audit->options->tls_name;
    snprintf(record->transport, sizeof(record->transport), "%s%s%s", transport_key(audit->options->transport),
             name ? ", as " : "", name ? name : "");
}

/* How this session asks; of a resumed run the last session's way is recorded. */
static void describe_session(struct audit *audit)
{
    struct run_record *record = &audit->record;
    planned_describe(&audit->planned, record);
    if (!audit->planned.zones)
        describe_resolvers(audit);
    const struct resolver_engine *engine = audit->asker.engine;
    snprintf(record->engine, sizeof(record->engine), "%s %s", engine->name, engine->version());
    snprintf(record->program, sizeof(record->program), "%s", PROGRAM);
    snprintf(record->stopped, sizeof(record->stopped), "it was killed");
    record->skip_special = audit->options->skip_special;
    record->finished = false;
    record->sessions++;
    record->concurrency = audit->asker.window;
    record->threads = audit->threads;
    record->rate = audit->rate;
    record->timeout_ms = audit->options->timeout_ms;
    record->tries = audit->options->tries;
}

/* A resumed run has its input already; asked for with other inputs it would be another run. */
static bool resume_record(struct audit *audit)
{
    char inputs[RECORD_TEXT_MAX];
    join_inputs(inputs, audit->options);
    record_read(audit->run, &audit->record);
    bool named = audit->options->operand_count > 0 || audit->options->recheck;
    if (named && audit->record.inputs[0] && strcmp(inputs, audit->record.inputs) != 0)
        return failure_set(&audit->failure, EXIT_TROUBLE, "the run in %s was made for other inputs: %s",
                           audit->output, audit->record.inputs);
    if (!named && !run_file_is_sealed(audit->run))
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "the run in %s was killed before its input was read: name the inputs again",
                           audit->output);
    return planned_goes_on(&audit->planned, &audit->record, audit->output, &audit->failure);
}

static bool copy_failure(struct audit *audit)
{
    const struct failure *why = run_file_failure(audit->run);
    return failure_set(&audit->failure, why->status, "%s", why->text);
}

/* A wrong record may be remembered for a while: an answer that is asked for again too early tells nothing. */
static void say_recheck(const struct audit *audit, const struct recheck_counts *counts)
{
    char addresses[IP_COUNT_TEXT_MAX], until[CLOCK_TEXT_MAX];
    if (audit->options->quiet)
        return;
    ip_count_print(addresses, counts->addresses);
    say("%s address%s of the run in %s did not pass and %s checked again; %llu passed", addresses,
        counts->addresses == 1 ? "" : "es", audit->options->recheck, counts->addresses == 1 ? "is" : "are",
        (unsigned long long)counts->passed);
    if (counts->early == 0)
        return;
    clock_print(until, counts->early_until);
    say("too early for %llu of them: resolvers may still hold the answers of that run, the last of them "
        "until %s; what does not pass now should be checked again after that",
        (unsigned long long)counts->early, until);
}

static bool load_recheck(struct audit *audit)
{
    struct recheck_counts *counts = &audit->recheck_counts;
    if (!audit->recheck && !open_recheck(audit))
        return false;
    if (!recheck_load(audit->recheck, audit->run, clock_wall_seconds(), counts, &audit->failure))
        return false;
    recheck_close(audit->recheck);
    audit->recheck = NULL;
    if (audit->planned.zones)
        counts->early = 0; /* zone files remember nothing */
    say_recheck(audit, counts);
    audit->record.rechecked = (uint64_t)counts->addresses;
    audit->record.recheck_early = counts->early;
    audit->record.recheck_until = counts->early > 0 ? counts->early_until : 0;
    join_inputs(audit->record.inputs, audit->options);
    return true;
}

static bool load_run(struct audit *audit)
{
    if (run_file_is_sealed(audit->run))
        return true;
    if (audit->options->resume && !run_file_forget_input(audit->run))
        return copy_failure(audit);
    if (audit->options->recheck)
        return load_recheck(audit);
    struct load_options load = loading(audit->options);
    if (!load_inputs(audit->run, &load, &audit->input, &audit->failure))
        return false;
    audit->record.broken_inputs = audit->input.broken;
    join_inputs(audit->record.inputs, audit->options);
    return true;
}

static bool open_judging(struct audit *audit)
{
    audit->judging = judging_open(audit->options, &audit->failure);
    return audit->judging != NULL;
}

static enum run_dir_mode audit_mode(const struct options *options)
{
    return options->resume ? RUN_DIR_RESUME : options->force ? RUN_DIR_FORCE : RUN_DIR_NEW;
}

static bool open_run(struct audit *audit)
{
    const struct options *options = audit->options;
    if (options->force && !run_dir_clear(&audit->dir, &audit->failure))
        return false;
    audit->run =
        run_file_open(audit->dir.run_file, options->resume ? RUN_RESUME : RUN_CREATE, &audit->failure);
    if (!audit->run)
        return false;
    if (options->resume && !resume_record(audit))
        return false;
    if (!options->resume)
        audit->record.started_at = clock_wall_seconds();
    if (!load_run(audit)) {
        /* Nothing to audit: leave no run behind that would stand in the way of the next try. */
        if (!options->resume) {
            struct failure ignored = {0};
            (void)!run_file_close(audit->run, &ignored);
            audit->run = NULL;
            run_dir_abandon(&audit->dir);
        }
        return false;
    }
    describe_session(audit);
    return record_write(audit->run, &audit->record) || copy_failure(audit);
}

static void on_found(void *context, const struct run_found *found)
{
    progress_found(context, found);
}

static void on_progress(void *context, const struct collect_progress *now)
{
    progress_show(context, now);
}

/* What vantages cost is told apart: a dead one must not look like trouble with the resolvers of the run. */
static enum collect_end collect_vantages(struct audit *audit, const struct collect_options *collecting)
{
    struct asker_counts *counts = calloc(1, sizeof(*counts));
    if (!counts) {
        failure_set(&audit->failure, EXIT_TROUBLE, "out of memory");
        return COLLECT_FAILED;
    }
    enum collect_end end =
        vantages_run(audit->run, audit->options, audit->judging, collecting, counts, &audit->failure);
    audit->record.vantage_queries += counts->queries;
    free(counts);
    return end;
}

static enum collect_end collect_run(struct audit *audit)
{
    struct progress *progress = progress_new(audit->options->progress, audit->options->quiet);
    struct collect_options collecting = {.asker = audit->asker,
                                         .threads = audit->threads,
                                         .skip_special = audit->options->skip_special,
                                         .resumed = audit->options->resume,
                                         .stop = signals_stop(),
                                         .context = progress,
                                         .on_found = progress ? on_found : NULL,
                                         .on_progress = progress ? on_progress : NULL};
    struct collect_progress done;
    int64_t start_ns = clock_monotonic_ns();
    enum collect_end end = collect(audit->run, &collecting, &audit->record.counts, &done, &audit->failure);
    progress_free(progress);
    stages_next(&audit->stages, "addresses");
    audit->record.addresses += done.done - done.known;
    if (end == COLLECT_COMPLETE)
        end = zones_collect(audit->run, &collecting, &done, &audit->record.counts, &audit->failure);
    stages_next(&audit->stages, "zones");
    if (end == COLLECT_COMPLETE)
        end = collect_vantages(audit, &collecting);
    stages_next(&audit->stages, "vantages");
    if (audit->planned.zones) /* how fast memory is tells nothing of the DNS */
        audit->record.counts.latency = (struct histogram){0};
    else
        audit->record.pace = governor_settled(&audit->governor);
    audit->record.asking_ms += (uint64_t)(clock_monotonic_ns() - start_ns) / 1000000;
    audit->record.ended_at = clock_wall_seconds();
    audit->record.finished = end == COLLECT_COMPLETE;
    const char *why = end == COLLECT_STOPPED   ? "it was stopped by a signal"
                      : end == COLLECT_GAVE_UP ? "no resolver answered any more"
                                               : "";
    snprintf(audit->record.stopped, sizeof(audit->record.stopped), "%s", why);
    if (end != COLLECT_FAILED && !record_write(audit->run, &audit->record)) {
        copy_failure(audit);
        end = COLLECT_FAILED;
    }
    return end;
}

/* Who fails without a word was short of memory. */
static enum exit_status failed(struct audit *audit)
{
    failure_set(&audit->failure, EXIT_TROUBLE, "out of memory");
    return audit->failure.status;
}

/* Says how to go on with a run that is not complete. */
static void say_how_to_go_on(const struct audit *audit, enum collect_end end)
{
    if (end == COLLECT_GAVE_UP)
        say("no resolver has answered for %d s, so the rest was not asked", ASKER_PATIENCE_MS / 1000);
    if (end == COLLECT_STOPPED || end == COLLECT_GAVE_UP)
        say("what was found is kept in %s: the same command with --resume goes on", audit->output);
}

static enum exit_status finish(struct audit *audit, enum collect_end end)
{
    struct tally tally;
    struct run_file *runs[] = {audit->run};
    say_how_to_go_on(audit, end);
    if (!judging_render(audit->judging, runs, &audit->record, 1, &audit->dir, audit->options, &tally,
                        &audit->failure)) {
        if (*signals_stop())
            audit->failure.status = judging_signal_status();
        return failed(audit);
    }
    stages_next(&audit->stages, "reports");
    if (end == COLLECT_STOPPED)
        return judging_signal_status();
    if (audit->record.broken_inputs > 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "an input broke off; the report covers what came before"),
               EXIT_TROUBLE;
    if (tally.rows == 0)
        return failure_set(&audit->failure, EXIT_TROUBLE,
                           "every input row was refused: see %s/rejected.csv%s", audit->output,
                           audit->options->gzip ? ".gz" : ""),
               EXIT_TROUBLE;
    return end == COLLECT_GAVE_UP ? EXIT_TRY_LATER : judging_policy(audit->options, &audit->record, &tally);
}

static enum exit_status run_audit(struct audit *audit)
{
    const struct options *options = audit->options;
    if (!check_inputs(audit) || !run_dir_check(audit->output, audit_mode(options), &audit->failure) ||
        !run_dir_open(&audit->dir, audit->output, audit_mode(options), &audit->failure))
        return audit->failure.status;
    confine_command(options, &audit->dir, options->zone_count == 0);
    if (!open_judging(audit) || !prepare_asking(audit))
        return audit->failure.status;
    if (options->recheck && !options->resume && !open_recheck(audit))
        return audit->failure.status;
    if (audit->recheck && audit->recheck_counts.rows == 0) {
        say("every address of the run in %s passed: there is nothing to check again",
            audit->options->recheck);
        return EXIT_POLICY_MET;
    }
    if (!find_answers(audit) || !open_run(audit))
        return audit->failure.status;
    stages_next(&audit->stages, "input");
    signals_catch_stop();
    enum collect_end end = collect_run(audit);
    return end == COLLECT_FAILED ? failed(audit) : finish(audit, end);
}

static bool count_input(struct audit *audit)
{
    struct intake_counts *input = &audit->input;
    if (!audit->options->recheck) {
        struct load_options load = loading(audit->options);
        return load_dry(&load, input, &audit->failure);
    }
    if (!recheck_differs(audit) || !open_recheck(audit))
        return false;
    const struct recheck_counts *counts = &audit->recheck_counts;
    *input = (struct intake_counts){.rows = counts->rows,
                                    .items = counts->rows,
                                    .addresses = counts->addresses,
                                    .with_expected = counts->expecting};
    return true;
}

static enum exit_status dry_run(struct audit *audit)
{
    confine_command(audit->options, NULL, false);
    if (!open_judging(audit) || !planned_load(&audit->planned, audit->options, &audit->failure) ||
        !count_input(audit))
        return audit->failure.status;
    const struct intake_counts *input = &audit->input;
    char addresses[IP_COUNT_TEXT_MAX], most[IP_COUNT_TEXT_MAX];
    ip_count_print(addresses, input->addresses);
    ip_count_print(most, 2 * input->addresses + input->with_expected);
    printf("rows       %llu read, %llu refused\n", (unsigned long long)input->rows,
           (unsigned long long)input->rejected);
    printf("addresses  %s (an address in several rows is counted in each, and asked for once)\n", addresses);
    printf("queries    %s to about %s (one for each address, and one for each name found)\n", addresses,
           most);
    if (audit->options->vantage_count > 0)
        printf("vantages   %u, and the same queries again at each\n", audit->options->vantage_count);
    planned_print(&audit->planned);
    bool nothing = input->items == 0 && !audit->options->recheck;
    return input->broken || nothing ? EXIT_TROUBLE : EXIT_POLICY_MET;
}

enum exit_status audit_command(const struct options *options)
{
    struct audit *audit = calloc(1, sizeof(*audit));
    if (!audit) {
        say("out of memory");
        return EXIT_TROUBLE;
    }
    audit->options = options;
    audit->output = options->output ? options->output : options->recheck ? RECHECK_OUTPUT : DEFAULT_OUTPUT;
    audit->dir.lock = -1;
    stages_begin(&audit->stages, options->verbose > 1);
    enum exit_status status = options->dry_run ? dry_run(audit) : run_audit(audit);
    if (!run_file_close(audit->run, &audit->failure) && status < EXIT_TROUBLE)
        status = EXIT_TROUBLE;
    recheck_close(audit->recheck);
    run_dir_close(&audit->dir);
    planned_free(&audit->planned);
    judging_close(audit->judging);
    answer_cache_free(audit->cache);
    if (audit->failure.status)
        say("%s", audit->failure.text);
    free(audit);
    return status;
}
