#include "reports/resolver_fault.h"

#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"

bool resolver_fault_in_run(const struct run_record *record)
{
    return record->zone_files[0] == '\0' &&
           resolvers_counts_show_no_answer(&record->counts.resolvers);
}

/* The resolvers of the runs without answers, each once. */
static struct resolvers_counts resolvers_of(struct run_records records, unsigned count)
{
    struct resolvers_counts all = {0};

    for (unsigned i = 0; i < count; i++) {
        if (resolver_fault_in_run(run_record_at(records, i)))
            resolvers_counts_merge(&all, &run_record_at(records, i)->counts.resolvers);
    }
    return all;
}

/* Appends what a run says of replies from elsewhere; several runs may say the same. Returns the new
 * length. */
static size_t append_sources(char out[RESOLVER_FAULTS_TEXT_MAX], size_t used,
                             const struct run_record *record)
{
    char text[RECORD_TEXT_MAX];
    size_t length =
        printable_text(text, sizeof(text), record->reply_sources, strlen(record->reply_sources));

    if (length == 0 || strstr(out, text) || used + length + sizeof("; ") > RESOLVER_FAULTS_TEXT_MAX)
        return used;
    return used + (size_t)snprintf(out + used, RESOLVER_FAULTS_TEXT_MAX - used, "; %s", text);
}

unsigned resolver_faults_print(char out[RESOLVER_FAULTS_TEXT_MAX], struct run_records records,
                               unsigned count)
{
    struct resolvers_counts all = resolvers_of(records, count);
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < all.count; i++) {
        char text[RESOLVER_FAULT_TEXT_MAX];

        resolver_fault_print(text, &all.of[i]);
        used += (size_t)snprintf(out + used, RESOLVER_FAULTS_TEXT_MAX - used, "%s%s",
                                 used > 0 ? "; " : "", text);
    }
    for (unsigned i = 0; i < count && used > 0; i++) {
        if (resolver_fault_in_run(run_record_at(records, i)))
            used = append_sources(out, used, run_record_at(records, i));
    }
    return all.count;
}

const char *resolver_filters_print(char out[RESOLVER_FILTERS_TEXT_MAX], struct run_records records,
                                   unsigned count)
{
    struct resolvers_counts all = {0};
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < count; i++)
        resolvers_counts_merge(&all, &run_record_at(records, i)->counts.resolvers);
    for (unsigned i = 0; i < all.count; i++) {
        char text[RESOLVER_FAULT_TEXT_MAX];

        if (resolver_filter_print(text, &all.of[i]) > 0)
            used += (size_t)snprintf(out + used, RESOLVER_FILTERS_TEXT_MAX - used, "%s%s",
                                     used > 0 ? "; " : "", text);
    }
    return used > 0 ? out : NULL;
}
