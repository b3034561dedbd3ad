#include "reports/nights/night_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char KILLED[] = "it was killed, the machine stopped, or the disk was full";

bool night_counts_as_broken(enum verdict verdict)
{
    return verdict != VERDICT_PASS && verdict != VERDICT_NOT_PUBLIC &&
           verdict_row(verdict)->iprev != IPREV_TEMPERROR;
}

uint64_t night_broken(const struct night *night)
{
    uint64_t sum = 0;

    for (unsigned i = 0; i < VERDICTS; i++)
        sum += night_counts_as_broken((enum verdict)i) ? night->verdicts[i] : 0;
    return sum;
}

bool night_is_blank(const struct night *night)
{
    return night->addresses <= night->verdicts[VERDICT_NOT_PUBLIC];
}

double night_share(const struct night *night)
{
    uint64_t hidden = night->verdicts[VERDICT_NOT_PUBLIC];

    if (night_is_blank(night))
        return 100;
    return 100 * (double)night->verdicts[VERDICT_PASS] / (double)(night->addresses - hidden);
}

/* A row of the history, or the name of a folder. */
struct candidate {
    const char *name;
    const struct night *night; /* NULL: a folder */
};

/* Of one name the folder comes first, and the row of the history that was written last comes last.
 */
static int by_name(const void *a, const void *b)
{
    const struct candidate *left = a, *right = b;
    int order = strcmp(left->name, right->name);

    if (order == 0)
        order = (left->night > right->night) - (left->night < right->night);
    return order;
}

static void fill(struct night_entry *entry, const struct nights *nights)
{
    const char *name = entry->name.text;

    entry->has_page = nights_has_file(nights, name, "audit.html");
    entry->has_changes = nights_has_file(nights, name, "changes.html");
    if (entry->night && !nights_note(nights, name, entry->note))
        entry->note[0] = '\0';
    if (!entry->night && !nights_reason(nights, name, &entry->status, entry->reason))
        snprintf(entry->reason, sizeof(entry->reason), "%s", KILLED);
}

/* Both lists, sorted by name, each name once: the history knows more than a folder. A night of the
 * history may have no folder any more. Returns their number. */
static unsigned merge(struct candidate *out, const struct history *history,
                      const struct night_name *names, unsigned count, const char *without)
{
    unsigned all = 0, kept = 0;

    for (unsigned i = 0; i < history->count; i++)
        out[all++] = (struct candidate){history->nights[i].name.text, &history->nights[i]};
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(names[i].text, without) != 0)
            out[all++] = (struct candidate){names[i].text, NULL};
    }
    qsort(out, all, sizeof(*out), by_name);
    for (unsigned i = 0; i < all; i++) {
        if (i + 1 == all || strcmp(out[i].name, out[i + 1].name) != 0)
            out[kept++] = out[i];
    }
    return kept;
}

/* The last ones. */
static bool take(struct night_list *list, const struct candidate *candidates, unsigned count,
                 const struct nights *nights, struct failure *failure)
{
    list->earlier = count > NIGHTS_SHOWN ? count - NIGHTS_SHOWN : 0;
    list->entries = calloc(count - list->earlier + 1, sizeof(*list->entries));
    if (!list->entries)
        return failure_out_of_memory(failure);
    for (unsigned i = list->earlier; i < count; i++) {
        struct night_entry *entry = &list->entries[list->count++];

        memcpy(entry->name.text, candidates[i].name, sizeof(entry->name.text));
        entry->night = candidates[i].night;
        fill(entry, nights);
    }
    return true;
}

bool night_list_make(struct night_list *list, struct nights *nights, const struct history *history,
                     const char *without, struct failure *failure)
{
    struct candidate *candidates = NULL;
    struct night_name *names;
    unsigned count;
    bool good = nights_list(nights, &names, &count, failure);

    *list = (struct night_list){0};
    if (good) {
        candidates = calloc(history->count + (size_t)count + 1, sizeof(*candidates));
        good = candidates || failure_out_of_memory(failure);
    }
    if (good) {
        count = merge(candidates, history, names, count, without);
        good = take(list, candidates, count, nights, failure);
    }
    free(candidates);
    free(names);
    return good;
}

void night_list_free(struct night_list *list)
{
    free(list->entries);
    *list = (struct night_list){0};
}
