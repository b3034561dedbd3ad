#include "reports/resolver_fault.h"

#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"

bool resolver_fault_in_run(const struct run_record *record)
{
    return record->zone_files[0] == '\0' &&
           resolvers_counts_show_no_answer(&record->counts.resolvers);
}

/* The resolvers of the runs that fit, each once. */
static struct resolvers_counts resolvers_of(struct run_records records, unsigned count,
                                            bool (*fits)(const struct run_record *))
{
    struct resolvers_counts all = {0};

    for (unsigned i = 0; i < count; i++) {
        if (fits(run_record_at(records, i)))
            resolvers_counts_merge(&all, &run_record_at(records, i)->counts.resolvers);
    }
    return all;
}

static bool is_any(const struct run_record *record)
{
    (void)record;
    return true;
}

/* What is to be said of each of the resolvers: of some of them nothing. Returns the length. */
static size_t print_each(char out[RESOLVER_FAULTS_TEXT_MAX], const struct resolvers_counts *all,
                         size_t (*print)(char *, const struct resolver_counts *))
{
    size_t used = 0;

    out[0] = '\0';
    for (unsigned i = 0; i < all->count; i++) {
        char text[RESOLVER_FAULT_TEXT_MAX];

        if (print(text, &all->of[i]) > 0)
            used += (size_t)snprintf(out + used, RESOLVER_FAULTS_TEXT_MAX - used, "%s%s",
                                     used > 0 ? "; " : "", text);
    }
    return used;
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
    struct resolvers_counts all = resolvers_of(records, count, resolver_fault_in_run);
    size_t used = print_each(out, &all, resolver_fault_print);

    for (unsigned i = 0; i < count && used > 0; i++) {
        if (resolver_fault_in_run(run_record_at(records, i)))
            used = append_sources(out, used, run_record_at(records, i));
    }
    return all.count;
}

const double *unanswered_limit(const double *most, struct run_records records, unsigned count)
{
    bool planned = count > 0 && run_record_at(records, 0)->zone_files[0] != '\0';
    bool fault = resolvers_of(records, count, resolver_fault_in_run).count > 0;

    return planned || fault ? NULL : most;
}

const char *resolver_filters_print(char out[RESOLVER_FAULTS_TEXT_MAX], struct run_records records,
                                   unsigned count)
{
    struct resolvers_counts all = resolvers_of(records, count, is_any);

    return print_each(out, &all, resolver_filter_print) > 0 ? out : NULL;
}
