#include "audit/command/confine.h"

#include <stdlib.h>

#include "audit/command/earlier_resolvers.h"
#include "io/input/suffix_list.h"
#include "io/resolver/root_data.h"
#include "io/system/confine.h"
#include "io/system/say.h"

enum { NAMED_MAX = 8, RUNS_MAX = 2 * SIDE_RUNS_MAX + 1 /* --recheck */ };

static void plan_port(struct confine_plan *plan, const struct options *options, uint16_t port)
{
    uint16_t usual = options->transport == TRANSPORT_TLS ? DNS_TLS_PORT : DNS_PORT;
    plan->ports[plan->port_count++] = port ? port : usual;
}

/* The ports of the resolvers and of the vantages. */
static void plan_network(struct confine_plan *plan, const struct options *options)
{
    plan->network = true;
    plan->tls = options->transport == TRANSPORT_TLS;
    plan->binds = options_recurse(options);
    plan->any_port = earlier_resolvers_wanted(options); /* the run file says which */
    for (unsigned i = 0; i < options->resolver_count; i++)
        plan_port(plan, options, options->resolvers[i].port);
    if (options->resolver_count == 0)
        plan_port(plan, options, 0); /* those of the system use the usual port */
    for (unsigned i = 0; i < options->vantage_count; i++)
        plan_port(plan, options, options->vantages[i].port);
    if (options->authoritative)
        plan_port(plan, options,
                  options->authoritative_port ? options->authoritative_port : DNS_PORT);
    if (options->confirm_servers)
        plan_port(plan, options, options->confirm_port ? options->confirm_port : DNS_PORT);
    if (options->ask_authoritative || options->resume) /* a run is resumed as it was begun */
        plan_port(plan, options, options->ask_port ? options->ask_port : DNS_PORT);
}

/* Run directories that options name. Returns their number. */
static unsigned list_runs(const char *out[RUNS_MAX], const struct options *options)
{
    unsigned count = 0;
    for (unsigned i = 0; i < options->before.count; i++)
        out[count++] = options->before.folders[i];
    for (unsigned i = 0; i < options->after.count; i++)
        out[count++] = options->after.folders[i];
    if (options->recheck)
        out[count++] = options->recheck;
    return count;
}

/* The operands are inputs of an audit, run directories of a report or comparison. */
static void plan_operands(struct confine_plan *plan, const struct options *options,
                          const char *runs[RUNS_MAX])
{
    const char *const *operands = (const char *const *)options->operands;
    plan->runs = runs;
    plan->run_count = list_runs(runs, options);
    if (options->command == COMMAND_REPORT) {
        plan->runs = operands;
        plan->run_count = options->operand_count;
    } else if (options->command != COMMAND_COMPARE && !options->recheck) {
        plan->inputs[0] = (struct confine_list){.paths = operands, .count = options->operand_count};
    }
    plan->inputs[1] = (struct confine_list){.paths = (const char *const *)options->zones,
                                            .count = options->zone_count};
}

/* Files that options name, or their defaults. Like the inputs they are read after confinement. */
static unsigned list_named(const char *named[NAMED_MAX], const struct options *options, bool asks)
{
    bool recurses = asks && options_recurse(options);
    const char *hints = options->root_hints ? options->root_hints : ROOT_HINTS_FILE;
    const char *anchor = options->trust_anchor ? options->trust_anchor : ROOT_ANCHOR_FILE;
    const char *const all[NAMED_MAX] = {
        options->exceptions,           options->providers,
        options->receivers_file,       suffix_list_file(options->psl),
        asks ? options->tls_ca : NULL, asks && options->resolver_count == 0 ? RESOLV_CONF : NULL,
        recurses ? hints : NULL,       recurses ? anchor : NULL};
    unsigned count = 0;
    for (unsigned i = 0; i < NAMED_MAX; i++) {
        if (all[i])
            named[count++] = all[i];
    }
    return count;
}

/* The plan holds the output; the rest follows from the options. */
static void confine_to(struct confine_plan *plan, const struct options *options,
                       const struct folder *metrics, bool asks)
{
    const char *named[NAMED_MAX], *runs[RUNS_MAX];
    plan->verbose = options->verbose > 0;
    if (options->no_confine) {
        if (plan->verbose)
            say("not confined: --no-confine");
        return;
    }
    /* SQLite sorts large inputs in files: in the run directory, not in /tmp. */
    if (plan->output)
        (void)setenv("SQLITE_TMPDIR", plan->output, 1);
    if (metrics) {
        plan->files = metrics->path;
        plan->files_fd = metrics->fd;
    }
    plan_operands(plan, options, runs);
    if (asks)
        plan_network(plan, options);
    plan->inputs[2] =
        (struct confine_list){.paths = named, .count = list_named(named, options, asks)};
    confine(plan);
}

void confine_command(const struct options *options, const struct run_dir *dir,
                     const struct folder *metrics, bool asks)
{
    struct confine_plan plan = {.output_fd = -1};
    if (dir) {
        plan.output = dir->path;
        plan.output_fd = dir->lock;
        plan.output_made = dir->created;
    }
    confine_to(&plan, options, metrics, asks);
}

void confine_nightly(const struct options *options, const struct folder *nights,
                     const struct folder *metrics)
{
    struct confine_plan plan = {.output = nights->path, .output_fd = nights->fd, .links = true};
    confine_to(&plan, options, metrics, options->zone_count == 0);
}
