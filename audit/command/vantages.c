#include "audit/command/vantages.h"

#include "io/phases/authority.h"
#include "io/phases/vantages.h"
#include "reports/label_memo.h"
#include "reports/progress.h"

static void on_progress(void *context, const struct collect_progress *now)
{
    progress_show(context, now);
}

/* What both kinds of looks have in common; nothing is asked yet. */
static struct vantage_options servers_of(const struct options *options,
                                         const struct collect_options *collecting,
                                         struct label_memo *labels)
{
    struct vantage_options servers = {.collecting = *collecting,
                                      .allow_special = !options->skip_special,
                                      .has_rate = options->has_rate,
                                      .rate = options->rate,
                                      .quiet = options->quiet,
                                      .registrable_labels = label_memo_registrable_labels,
                                      .suffixes = labels};

    servers.collecting.on_found = NULL;
    servers.collecting.on_progress = NULL;
    return servers;
}

enum collect_end vantages_run(struct run_file *run, const struct options *options,
                              const struct judging *judging,
                              const struct collect_options *collecting, struct asker_counts *counts,
                              struct failure *failure)
{
    if (options->vantage_count == 0 && !options->authoritative)
        return COLLECT_COMPLETE;
    struct label_memo labels = {.list = judging_suffixes(judging)};
    struct progress *progress = progress_new(options->progress, options->quiet);
    struct vantage_options vantages = servers_of(options, collecting, &labels);

    vantages.resolvers = options->vantages;
    vantages.resolver_count = options->vantage_count;
    vantages.authoritative = options->authoritative;
    vantages.port = options->authoritative_port;
    vantages.collecting.context = progress;
    vantages.collecting.on_progress = progress ? on_progress : NULL;
    enum collect_end end = vantages_collect(run, &vantages, counts, failure);
    progress_free(progress);
    return end;
}

enum collect_end vantages_confirm(struct run_file *run, const struct options *options,
                                  const struct judging *judging,
                                  const struct collect_options *collecting,
                                  struct asker_counts *counts, struct failure *failure)
{
    struct label_memo labels = {.list = judging_suffixes(judging)};
    struct vantage_options servers = servers_of(options, collecting, &labels);

    servers.authoritative = true;
    servers.port = options->confirm_port;
    servers.collecting.asker.cache = NULL; /* is allowed: every question is sent */
    return authority_collect(run, &servers, counts, failure);
}
