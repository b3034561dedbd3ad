/* Precision and recall of the generic-name rules: measure FILE. Names that are judged wrongly go to stdout
 * first. */
#include "tests/generic/name_rows.h"

int main(int argc, char **argv)
{
    if (argc != 2) {
        fprintf(stderr, "usage: measure FILE\n");
        return 2;
    }
    struct name_counts counts = {0};
    struct name_row row;
    char line[160];
    FILE *file = name_rows_open(argv[1]);

    while (name_rows_next(file, &row)) {
        struct name_counts before = counts;
        name_counts_add(&counts, &row);
        if (counts.missed > before.missed)
            printf("missed       %s (%s)\n", row.name, row.remark);
        if (counts.false_alarms > before.false_alarms)
            printf("false alarm  %s (%s)\n", row.name, row.remark);
    }
    fclose(file);
    name_counts_print(line, sizeof line, &counts);
    puts(line);
    return 0;
}
