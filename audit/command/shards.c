#include "audit/command/shards.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { NAMED_MAX = 10 /* missing shards in a message */ };

void shards_describe(struct run_record *record, const struct options *options)
{
    if (options->shard.count == 0)
        return;
    shard_print(record->shard, &options->shard);
    snprintf(record->shard_by, sizeof(record->shard_by), "%s", shard_by_key(options->shard.by));
}

bool shards_match(const struct run_record *record, const struct options *options,
                  const char *directory, struct failure *failure)
{
    char wanted[SHARD_TEXT_MAX] = "";

    if (options->shard.count > 0)
        shard_print(wanted, &options->shard);
    bool same = strcmp(wanted, record->shard) == 0 &&
                (!wanted[0] || strcmp(shard_by_key(options->shard.by), record->shard_by) == 0);
    if (same || record->sessions == 0) /* killed before it was recorded */
        return true;
    if (record->shard[0] == '\0')
        return failure_set(failure, EXIT_TROUBLE, "the run in %s is not a shard: leave out --shard",
                           directory);
    return failure_set(failure, EXIT_TROUBLE,
                       "the run in %s is another shard: continue it with --shard %s --shard-by %s",
                       directory, record->shard, record->shard_by);
}

/* What all shards of an audit have in common; NULL: they may be shards of one audit. */
static const char *difference(const struct run_record *a, const struct shard *shard_a,
                              const struct run_record *b, const struct shard *shard_b)
{
    if (shard_a->count != shard_b->count)
        return "the numbers of shards differ";
    if (strcmp(a->shard_by, b->shard_by) != 0)
        return "they were divided in different ways (--shard-by)";
    if (a->input_digest != b->input_digest)
        return "their inputs differ";
    if (strcmp(a->program, b->program) != 0)
        return "different versions of the program made them";
    if (a->skip_special != b->skip_special)
        return "they treat special-purpose addresses in different ways (--special)";
    if (a->zone_digest != b->zone_digest)
        return "their zone files differ";
    return NULL;
}

/* Puts run i into the set. first: the record of run 0. */
static bool add_shard(struct shard_set *set, const struct run_record *first,
                      const struct run_record *record, const char *const *names, unsigned i,
                      struct failure *failure)
{
    struct shard first_shard, shard;

    if (!shard_parse(&first_shard, first->shard) || !shard_parse(&shard, record->shard))
        return failure_set(failure, EXIT_TROUBLE,
                           "the run in %s is not a shard (--shard), but others are",
                           names[first->shard[0] ? i : 0]);
    const char *why = difference(first, &first_shard, record, &shard);
    if (why)
        return failure_set(failure, EXIT_TROUBLE, "%s and %s are not shards of one audit: %s",
                           names[0], names[i], why);
    if (!set->run) {
        set->run = calloc(shard.count, sizeof(*set->run));
        if (!set->run)
            return failure_out_of_memory(failure);
        set->count = shard.count;
    }
    uint32_t *run = &set->run[shard.index];
    if (*run > 0)
        return failure_set(failure, EXIT_TROUBLE, "%s and %s are both shard %s", names[*run - 1],
                           names[i], record->shard);
    if (record->finished)
        *run = i + 1;
    return true;
}

bool shard_set_make(struct shard_set *out, struct run_records records, const char *const *names,
                    unsigned count, struct failure *failure)
{
    bool any = false, good = true;

    *out = (struct shard_set){0};
    for (unsigned i = 0; i < count; i++)
        any |= run_record_at(records, i)->shard[0] != '\0';
    if (!any)
        return true;
    struct run_record *first = malloc(sizeof(*first));
    if (!first)
        return failure_out_of_memory(failure);
    *first = *run_record_at(records, 0);
    for (unsigned i = 0; good && i < count; i++)
        good = add_shard(out, first, run_record_at(records, i), names, i, failure);
    free(first);
    return good;
}

void shard_set_free(struct shard_set *set)
{
    free(set->run);
    *set = (struct shard_set){0};
}

/* The end of the run of missing shards that begins at i. */
static uint32_t missing_until(const struct shard_set *set, uint32_t i)
{
    while (i + 1 < set->count && set->run[i + 1] == 0)
        i++;
    return i;
}

/* Prints "2,7-9" and so on, at most `most` items of it. Returns how many were there. */
static unsigned print_missing(FILE *out, const struct shard_set *set, unsigned most)
{
    unsigned items = 0;

    for (uint32_t i = 0; i < set->count; i++) {
        if (set->run[i] > 0)
            continue;
        uint32_t until = missing_until(set, i);
        if (items < most)
            fprintf(out, "%s%" PRIu32, items > 0 ? "," : "", i);
        if (items < most && until > i)
            fprintf(out, "-%" PRIu32, until);
        items++;
        i = until;
    }
    return items;
}

bool shard_set_print_missing(const struct shard_set *set)
{
    if (print_missing(stdout, set, UINT32_MAX) == 0)
        return false;
    putchar('\n');
    return true;
}

bool shard_set_check(const struct shard_set *set, struct failure *failure)
{
    char *list = NULL;
    size_t length;
    FILE *out = open_memstream(&list, &length);

    if (!out)
        return failure_out_of_memory(failure);
    unsigned items = print_missing(out, set, NAMED_MAX);
    if (fclose(out) != 0) {
        free(list);
        return failure_out_of_memory(failure);
    }
    if (items > 0)
        failure_set(failure, EXIT_TROUBLE,
                    "of %" PRIu32 " shards these are missing or not complete: %s%s; report "
                    "--missing lists them",
                    set->count, list, items > NAMED_MAX ? ", ..." : "");
    free(list);
    return items == 0;
}

/* ---- the sides of a comparison ---- */

/* One side of it. */
struct side {
    struct run_records records;
    unsigned count;
};

/* Is shard `index` of `count` there? index: NULL for any of them. */
static bool has_shard(const struct side *side, uint32_t count, const uint32_t *index)
{
    struct shard shard;

    for (unsigned i = 0; i < side->count; i++) {
        if (shard_parse(&shard, run_record_at(side->records, i)->shard) && shard.count == count &&
            (!index || shard.index == *index))
            return true;
    }
    return false;
}

bool shards_check_sides(struct run_records before, unsigned before_count, struct run_records after,
                        unsigned after_count, struct failure *failure)
{
    const struct side old = {before, before_count}, new = {after, after_count};
    struct shard shard;

    for (unsigned i = 0; i < after_count; i++) {
        const struct side seen = {after, i};
        if (!shard_parse(&shard, run_record_at(after, i)->shard) ||
            has_shard(&seen, shard.count, NULL))
            continue;
        bool shards = has_shard(&old, shard.count, NULL);
        for (uint32_t k = 0; k < shard.count; k++) {
            if (!has_shard(&new, shard.count, &k) && (!shards || has_shard(&old, shard.count, &k)))
                return failure_set(failure, EXIT_TROUBLE,
                                   "shard %" PRIu32 "/%" PRIu32 " is missing on the new side: name "
                                   "it with --new, else what broke in it would not be seen",
                                   k, shard.count);
        }
    }
    return true;
}
