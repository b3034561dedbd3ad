#include "reports/nights/night_list.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char KILLED[] = "it was killed, or the machine stopped";

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

double night_share(const struct night *night)
{
    uint64_t hidden = night->verdicts[VERDICT_NOT_PUBLIC];

    if (night->addresses <= hidden)
        return 100;
    return 100 * (double)night->verdicts[VERDICT_PASS] / (double)(night->addresses - hidden);
}

static int by_name(const void *a, const void *b)
{
    return strcmp(((const struct night_entry *)a)->name.text,
                  ((const struct night_entry *)b)->name.text);
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

/* Both lists, without what is shown already. A night of the history may have no folder any more. */
static void merge(struct night_list *list, const struct history *history,
                  const struct night_name *names, unsigned count, const char *without)
{
    for (unsigned i = 0; i < history->count; i++) {
        const struct night *night = &history->nights[i];

        if (history_find(history, night->name.text) == night)
            list->entries[list->count++] =
                (struct night_entry){.name = night->name, .night = night};
    }
    for (unsigned i = 0; i < count; i++) {
        if (strcmp(names[i].text, without) != 0 && !history_find(history, names[i].text))
            list->entries[list->count++] = (struct night_entry){.name = names[i]};
    }
}

bool night_list_make(struct night_list *list, struct nights *nights, const struct history *history,
                     const char *without, struct failure *failure)
{
    struct night_name *names;
    unsigned count;
    bool good = nights_list(nights, &names, &count, failure);

    *list = (struct night_list){0};
    if (good) {
        list->entries = calloc(history->count + (size_t)count + 1, sizeof(*list->entries));
        good = list->entries || failure_out_of_memory(failure);
    }
    if (good) {
        merge(list, history, names, count, without);
        qsort(list->entries, list->count, sizeof(*list->entries), by_name);
        list->earlier = list->count > NIGHTS_SHOWN ? list->count - NIGHTS_SHOWN : 0;
        list->count -= list->earlier;
        memmove(list->entries, list->entries + list->earlier, list->count * sizeof(*list->entries));
        for (unsigned i = 0; i < list->count; i++)
            fill(&list->entries[i], nights);
    }
    free(names);
    return good;
}

void night_list_free(struct night_list *list)
{
    free(list->entries);
    *list = (struct night_list){0};
}
