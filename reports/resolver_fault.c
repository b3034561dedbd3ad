#include "reports/resolver_fault.h"

#include <stdio.h>
#include <string.h>

bool resolver_fault_in_run(const struct run_record *record)
{
    return record->zone_files[0] == '\0' &&
           resolvers_counts_show_no_answer(&record->counts.resolvers);
}

size_t resolver_faults_print(char out[RESOLVER_FAULTS_TEXT_MAX], struct run_records records,
                             unsigned count)
{
    struct resolvers_counts all = {0};
    size_t used = 0;

    for (unsigned i = 0; i < count; i++) {
        if (resolver_fault_in_run(run_record_at(records, i)))
            resolvers_counts_merge(&all, &run_record_at(records, i)->counts.resolvers);
    }
    out[0] = '\0';
    for (unsigned i = 0; i < all.count; i++) {
        char text[RESOLVER_FAULT_TEXT_MAX];

        resolver_fault_print(text, &all.of[i]);
        used += (size_t)snprintf(out + used, RESOLVER_FAULTS_TEXT_MAX - used, "%s%s",
                                 used > 0 ? "; " : "", text);
    }
    for (unsigned i = 0; i < count && used > 0; i++) {
        const char *sources = run_record_at(records, i)->reply_sources;

        if (sources[0] && resolver_fault_in_run(run_record_at(records, i)) &&
            used + strlen(sources) + sizeof("; ") <= RESOLVER_FAULTS_TEXT_MAX)
            used += (size_t)snprintf(out + used, RESOLVER_FAULTS_TEXT_MAX - used, "; %s", sources);
    }
    return used;
}
