/* The tables names.tsv, holdout.tsv and holdout-2.tsv: name, address, labels of the registrable
 * domain, what is expected, remark. */
#ifndef TESTS_GENERIC_NAME_ROWS_H
#define TESTS_GENERIC_NAME_ROWS_H

#include "audit/dnsname.h"
#include "audit/generic.h"
#include "audit/ipaddr.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct name_row {
    char name[300];
    char address_text[60];
    unsigned registrable_labels;
    char expected[8]; /* a tier, or "yes" or "no", or both: "2/yes" */
    char remark[120];
    struct dnsname host;
    struct ipaddr address;
};

/* How often a name was generic (yes, no) and was called so (found, missed). */
struct name_counts {
    unsigned names;
    unsigned found;
    unsigned missed;
    unsigned false_alarms;
};

static inline FILE *name_rows_open(const char *path)
{
    FILE *file = fopen(path, "r");

    if (!file) {
        perror(path);
        exit(2);
    }
    return file;
}

/* False at the end of the file; a line that is no row ends the test. */
static inline bool name_rows_next(FILE *file, struct name_row *row)
{
    char line[600];

    do {
        if (!fgets(line, sizeof line, file))
            return false;
    } while (*line == '#');
    if (sscanf(line, "%299[^\t]\t%59[^\t]\t%u\t%7[^\t]\t%119[^\n]", row->name, row->address_text,
               &row->registrable_labels, row->expected, row->remark) != 5 ||
        !dnsname_from_text(&row->host, row->name, strlen(row->name)) ||
        !ipaddr_parse(&row->address, row->address_text, strlen(row->address_text))) {
        fprintf(stderr, "not a row: %s", line);
        exit(2);
    }
    return true;
}

static inline enum generic_tier name_row_tier(const struct name_row *row)
{
    return generic_tier_of(&row->host, row->registrable_labels, &row->address);
}

static inline bool name_row_states_tier(const struct name_row *row)
{
    return row->expected[0] >= '0' && row->expected[0] <= '3';
}

static inline unsigned name_row_stated_tier(const struct name_row *row)
{
    return (unsigned)(row->expected[0] - '0');
}

/* What a person says of the name. */
static inline bool name_row_is_generic(const struct name_row *row)
{
    return strcmp(name_row_states_tier(row) ? row->expected + 2 : row->expected, "yes") == 0;
}

static inline void name_counts_add(struct name_counts *counts, bool is_generic, bool called_so)
{
    counts->names++;
    counts->found += is_generic && called_so;
    counts->missed += is_generic && !called_so;
    counts->false_alarms += !is_generic && called_so;
}

/* Both measures of a table: against what a person says, and against the tiers it states, if it
 * does. */
struct name_measure {
    struct name_counts person;
    struct name_counts definition;
    unsigned of_stated_tier;
};

static inline void name_measure_add(struct name_measure *measure, const struct name_row *row)
{
    unsigned tier = name_row_tier(row);

    name_counts_add(&measure->person, name_row_is_generic(row), tier > 0);
    if (!name_row_states_tier(row))
        return;
    name_counts_add(&measure->definition, name_row_stated_tier(row) > 0, tier > 0);
    measure->of_stated_tier += name_row_stated_tier(row) == tier;
}

/* The sentence that docs/generic-names.md repeats. */
static inline void name_counts_print(char *out, size_t size, const struct name_counts *c)
{
    snprintf(out, size,
             "%u names, %u generic: %u found, %u missed, %u false alarms; precision %.1f %%, "
             "recall %.1f %%",
             c->names, c->found + c->missed, c->found, c->missed, c->false_alarms,
             100.0 * c->found / (c->found + c->false_alarms),
             100.0 * c->found / (c->found + c->missed));
}

#endif
