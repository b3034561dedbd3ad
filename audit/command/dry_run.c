#include "audit/command/dry_run.h"

#include <stdio.h>
#include <string.h>

/* A sum of addresses: 0 means no address, unlike the count of a range. */
static void print_sum(char out[IP_COUNT_TEXT_MAX], ip_count sum)
{
    if (sum == 0)
        memcpy(out, "0", sizeof("0"));
    else
        ip_count_print(out, sum);
}

static void print_rejected(const struct load_result *loaded)
{
    uint64_t all = loaded->counts.rejected + loaded->counts.unnamed;

    for (unsigned i = 0; i < loaded->example_count; i++)
        printf("           %s:%llu: %s\n", loaded->examples[i].source,
               (unsigned long long)loaded->examples[i].line, loaded->examples[i].reason);
    if (all > loaded->example_count)
        printf("           and %llu more\n", (unsigned long long)(all - loaded->example_count));
}

static void print_shard(const struct load_result *loaded, const struct options *options)
{
    char shard[SHARD_TEXT_MAX], addresses[IP_COUNT_TEXT_MAX];

    if (options->shard.count == 0)
        return;
    shard_print(shard, &options->shard);
    print_sum(addresses, loaded->shard_addresses);
    printf("shard      %s: %s of these addresses\n", shard, addresses);
}

void dry_run_print(const struct load_result *loaded, const struct options *options)
{
    const struct intake_counts *counts = &loaded->counts;
    char addresses[IP_COUNT_TEXT_MAX], most[IP_COUNT_TEXT_MAX];

    print_sum(addresses, counts->addresses);
    print_sum(most, 2 * counts->addresses + counts->with_expected);
    if (loaded->columns[0])
        printf("columns    %s\n", loaded->columns);
    printf("rows       %llu read, %llu refused", (unsigned long long)counts->rows,
           (unsigned long long)counts->rejected);
    if (counts->unnamed > 0)
        printf(", %llu with a name that is not usable", (unsigned long long)counts->unnamed);
    printf("\n");
    print_rejected(loaded);
    if (counts->walks > 0)
        printf("walks      %llu (what they find comes on top)\n",
               (unsigned long long)counts->walks);
    printf("addresses  %s (an address in several rows is counted in each, and asked for once)\n",
           addresses);
    print_shard(loaded, options);
    if (counts->addresses == 0)
        printf("queries    0\n");
    else
        printf("queries    %s to about %s (one for each address, and one for each name found)\n",
               addresses, most);
    if (options->prune && options->zone_count == 0 && counts->addresses >= counts->items + 255)
        printf("ranges     empty blocks of 256 addresses and more take fewer queries (--prune)\n");
    if (options->vantage_count > 0)
        printf("vantages   %u, and the same queries again at each\n", options->vantage_count);
}
