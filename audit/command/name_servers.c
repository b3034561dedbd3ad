#include "audit/command/name_servers.h"

#include <stdio.h>
#include <string.h>

#include "io/system/say.h"
#include "reports/label_memo.h"

static const char AUTHORITATIVE[] = "authoritative";

static const char *asked_of(const struct options *options)
{
    return options->ask_authoritative ? AUTHORITATIVE : "resolver";
}

void name_servers_describe(const struct options *options, struct run_record *record)
{
    if (record->asked[0] == '\0')
        snprintf(record->asked, sizeof(record->asked), "%s", asked_of(options));
    record->server_rate = options->server_rate;
}

bool name_servers_asked(const struct run_record *record)
{
    return strcmp(record->asked, AUTHORITATIVE) == 0;
}

bool name_servers_match(const struct options *options, const struct run_record *record,
                        const char *directory, struct failure *failure)
{
    const char *asked = record->asked[0] ? record->asked : "resolver";
    if (!options->ask_given || record->engine[0] == '\0' || strcmp(asked, asked_of(options)) == 0)
        return true;
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s was begun with --ask %s: resume it with that, or start it "
                       "anew with --force",
                       directory, asked);
}

static uint64_t rate_of(const struct options *options)
{
    uint64_t shards = options->rate_per_shard ? 0 : options->shard.count;
    return shards > 0 ? (options->server_rate + shards - 1) / shards : options->server_rate;
}

/* The vantage is the name servers together. Its results are compared where the resolvers are asked
 * too. */
static enum collect_end collect_passes(struct run_file *run, const struct collect_options *options,
                                       uint32_t vantage, bool quiet, struct run_record *record,
                                       struct failure *failure)
{
    struct collect_progress progress;
    uint64_t before = record->counts.questions;
    enum collect_end end = collect(run, options, &record->counts, &progress, failure);
    record->addresses += progress.done - progress.known;
    if (record->counts.unserved_zones > 0 && !quiet)
        say("%ju zones are asked through the resolver: more name servers, or zones, than one run "
            "asks",
            (uintmax_t)record->counts.unserved_zones);
    if (record->counts.served_zones == 0 && record->counts.questions > before && !quiet)
        say("no name server of any zone can be asked, so the resolver answers for all%s",
            options->servers->allow_special
                ? ""
                : "; --special audit asks those at special-purpose addresses, too");
    enum vantage_state state = end == COLLECT_COMPLETE ? VANTAGE_WHOLE : VANTAGE_NEW;
    if (end != COLLECT_FAILED &&
        (!run_file_set_vantage(run, vantage, state) || !run_file_commit(run))) {
        failure_pass(failure, run_file_failure(run));
        return COLLECT_FAILED;
    }
    return end;
}

enum collect_end name_servers_run(struct run_file *run, const struct options *options,
                                  const struct judging *judging,
                                  const struct collect_options *collecting,
                                  struct run_record *record, struct failure *failure)
{
    uint32_t vantage;
    if (!name_servers_asked(record))
        return COLLECT_COMPLETE;
    if (!run_file_add_vantage(run, VANTAGE_NAME_SERVERS, &vantage)) {
        failure_pass(failure, run_file_failure(run));
        return COLLECT_FAILED;
    }
    struct label_memo labels = {.list = judging_suffixes(judging)};
    const struct name_server_options servers = {.port = options->ask_port,
                                                .rate = rate_of(options),
                                                .allow_special = !options->skip_special,
                                                .registrable_labels = label_memo_registrable_labels,
                                                .suffixes = &labels,
                                                .vantage = vantage,
                                                .all_as_vantage = record->rechecked > 0};
    struct collect_options own = *collecting;
    own.servers = &servers;
    return collect_passes(run, &own, vantage, options->quiet, record, failure);
}
