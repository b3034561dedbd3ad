#include "audit/main_confine.h"

#include <stdlib.h>

#include "io/confine.h"
#include "io/say.h"

static void plan_port(struct confine_plan *plan, const struct options *options, uint16_t port)
{
    uint16_t usual = options->transport == TRANSPORT_TLS ? DNS_TLS_PORT : DNS_PORT;
    plan->ports[plan->port_count++] = port ? port : usual;
}

/* Those of the resolvers, and with --vantage those of the others that are asked. */
static void plan_ports(struct confine_plan *plan, const struct options *options,
                       const struct endpoint *endpoints, unsigned count)
{
    plan->network = count > 0;
    for (unsigned i = 0; i < count; i++)
        plan_port(plan, options, endpoints[i].port);
    for (unsigned i = 0; i < options->vantage_count; i++)
        plan_port(plan, options, options->vantages[i].port);
    if (options->authoritative)
        plan_port(plan, options, options->authoritative_port ? options->authoritative_port : DNS_PORT);
}

/* Operands are inputs of an audit, and run directories of a report. */
static void plan_operands(struct confine_plan *plan, const struct options *options)
{
    const char *const *operands = (const char *const *)options->operands;
    if (options->command == COMMAND_REPORT) {
        plan->runs = operands;
        plan->run_count = options->operand_count;
    } else if (options->recheck) {
        plan->runs = &options->recheck;
        plan->run_count = 1;
    } else {
        plan->inputs[0] = (struct confine_list){.paths = operands, .count = options->operand_count};
    }
    plan->inputs[1] =
        (struct confine_list){.paths = (const char *const *)options->zones, .count = options->zone_count};
}

void confine_command(const struct options *options, const struct run_dir *dir,
                     const struct endpoint *endpoints, unsigned count)
{
    struct confine_plan plan = {.output_fd = -1, .tell = options->verbose > 0};
    if (options->no_confine) {
        if (plan.tell)
            say("not confined: --no-confine");
        return;
    }
    if (dir) {
        plan.output = dir->path;
        plan.output_fd = dir->lock;
        plan.output_made = dir->created;
        /* SQLite sorts large inputs outside of memory: there, not in /tmp. No thread runs yet. */
        (void)setenv("SQLITE_TMPDIR", dir->path, 1);
    }
    plan_operands(&plan, options);
    plan_ports(&plan, options, endpoints, count);
    plan.tls = count > 0 && options->transport == TRANSPORT_TLS;
    plan.ca_file = options->tls_ca;
    confine(&plan);
}
