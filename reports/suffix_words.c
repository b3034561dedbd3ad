#include "reports/suffix_words.h"

#include <stdio.h>

#include "io/input/psl.h"

size_t suffix_words_print(char out[SUFFIX_WORDS_MAX], const struct report_plan *plan)
{
    const struct suffix_list *list = plan->suffixes;

    if (!list)
        return (size_t)snprintf(out, SUFFIX_WORDS_MAX, "none; a domain was taken to be two labels");
    return (size_t)snprintf(out, SUFFIX_WORDS_MAX, "%s (date of the %s)", suffix_list_date(list),
                            suffix_list_date_of(list));
}
