#include "reports/changes/terminal.h"

#include <stdio.h>
#include <string.h>

#include "io/system/printable.h"
#include "reports/changes/change_words.h"
#include "reports/words.h"
#include "reports/wrap.h"

static void print_notice(const char *words, size_t length)
{
    if (length > 0)
        printf("%s.\n", words);
}

void changes_print(const struct compare_job *job, const struct change_tally *tally)
{
    char words[CHANGE_WORDS_MAX], number[GROUPED_MAX];

    change_subject_print(words, sizeof(words) - 1, job, tally);
    printf("%s\n\n", words);
    print_notice(words,
                 change_incomplete_print(words, "old", &job->before, tally->not_asked_before));
    print_notice(words, change_incomplete_print(words, "new", &job->after, tally->not_asked));
    print_notice(words, change_sources_print(words, job));
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++) {
        if (tally->changes[i] == 0)
            continue;
        grouped_print(number, tally->changes[i]);
        int indent = printf("%11s  %-8s  ", number, row_change_row((enum row_change)i)->key);
        wrap_print(row_change_row((enum row_change)i)->sentence, indent);
    }
    printable_text(words, sizeof(words), job->folder->path, strlen(job->folder->path));
    printf("\nThe changes: %s/%s\n", words, changes_txt_format.file);
}
