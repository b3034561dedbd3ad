/* Precision and recall of the generic-name rules: measure FILE. Names that are judged wrongly go to
 * stdout first. */
#include "tests/generic/name_rows.h"

static void tell_row(const struct name_row *row)
{
    unsigned tier = name_row_tier(row);

    if (name_row_is_generic(row) != (tier > 0))
        printf("%-12s %s (%s)\n", tier > 0 ? "false alarm" : "missed", row->name, row->remark);
    if (name_row_states_tier(row) && name_row_stated_tier(row) != tier)
        printf("tier %u not %u %s (%s)\n", tier, name_row_stated_tier(row), row->name, row->remark);
}

static void tell_counts(const char *against, const struct name_counts *counts)
{
    char line[160];

    name_counts_print(line, sizeof line, counts);
    printf("%s: %s\n", against, line);
}

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: measure FILE\n");
        return 2;
    }
    struct name_measure measure = {0};
    struct name_row row;
    FILE *file = name_rows_open(argv[1]);

    while (name_rows_next(file, &row)) {
        name_measure_add(&measure, &row);
        tell_row(&row);
    }
    fclose(file);
    tell_counts("as a person judges", &measure.person);
    if (measure.definition.names > 0) {
        tell_counts("as the tiers are defined", &measure.definition);
        printf("%u of %u in the very tier\n", measure.of_stated_tier, measure.definition.names);
    }
    return 0;
}
