#include "io/failure.h"

#include <criterion/criterion.h>
#include <string.h>

Test(failure, the_first_one_is_kept)
{
    struct failure failure = {0};
    cr_assert_not(failure_set(&failure, EXIT_TROUBLE, "cannot open \"%s\": %d", "x", 7));
    cr_assert_not(failure_set(&failure, EXIT_TRY_LATER, "later"));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_str_eq(failure.text, "cannot open \"x\": 7");
}

Test(failure, text_is_one_line_and_harmless)
{
    struct failure failure = {0};
    failure_set(&failure, EXIT_TROUBLE, "a\nb\x1b[2Jc\x7f\xc3\xa4");
    cr_assert_str_eq(failure.text, "a?b?[2Jc?\xc3\xa4");
}

Test(failure, text_is_cut_at_its_ceiling)
{
    struct failure failure = {0};
    char path[2 * FAILURE_TEXT_MAX];
    memset(path, 'x', sizeof path);
    path[sizeof path - 1] = '\0';
    failure_set(&failure, EXIT_TROUBLE, "%s", path);
    cr_assert_eq(strlen(failure.text), FAILURE_TEXT_MAX - 1);
}
