#include "reports/suffix_words.h"

#include <stdio.h>
#include <string.h>

#include "io/psl.h"

size_t suffix_words_print(char out[SUFFIX_WORDS_MAX], const struct report_plan *plan)
{
    const struct suffix_list *list = plan->suffixes;

    if (!list)
        snprintf(out, SUFFIX_WORDS_MAX, "none: the last two labels were taken for the registrable domain");
    else
        snprintf(out, SUFFIX_WORDS_MAX, "%s (date of the %s): %s", suffix_list_date(list),
                 suffix_list_date_of(list), suffix_list_source(list));
    return strlen(out);
}
