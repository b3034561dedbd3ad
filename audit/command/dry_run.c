#include <stdio.h>

#include "audit/command/audit.h"
#include "audit/command/confine.h"

static void print_counts(const struct intake_counts *counts, const struct options *options)
{
    char addresses[IP_COUNT_TEXT_MAX], most[IP_COUNT_TEXT_MAX];
    ip_count_print(addresses, counts->addresses);
    ip_count_print(most, 2 * counts->addresses + counts->with_expected);
    printf("rows       %llu read, %llu refused\n", (unsigned long long)counts->rows,
           (unsigned long long)counts->rejected);
    printf("addresses  %s (an address in several rows is counted in each, and asked for once)\n",
           addresses);
    printf("queries    %s to about %s (one for each address, and one for each name found)\n",
           addresses, most);
    if (options->vantage_count > 0)
        printf("vantages   %u, and the same queries again at each\n", options->vantage_count);
}

enum exit_status audit_dry_run(struct audit *audit)
{
    const struct options *options = audit->options;
    const struct intake_counts *counts = &audit->input.counts;
    struct zone_files *files = &audit->lookups.zone_files;
    confine_command(options, NULL, false);
    if (!audit_open_judging(audit) || !zone_files_load(files, options, &audit->failure) ||
        !input_count(&audit->input, options, audit->output, &audit->failure))
        return audit->failure.status;
    print_counts(counts, options);
    zone_files_print(files);
    bool nothing = counts->items == 0 && !options->recheck;
    return counts->broken || nothing ? EXIT_TROUBLE : EXIT_POLICY_MET;
}
