#include "io/system/failure.h"

#include <criterion/criterion.h>
#include <string.h>

Test(failure, the_first_failure_is_kept)
{
    struct failure failure = {0};

    cr_assert_not(failure_set(&failure, EXIT_TROUBLE, "cannot open \"%s\": %d", "x", 7));
    cr_assert_not(failure_set(&failure, EXIT_TRY_LATER, "later"));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_str_eq(failure.text, "cannot open \"x\": 7");
}

Test(failure, the_text_is_one_line_without_control_characters)
{
    struct failure failure = {0};

    failure_set(&failure, EXIT_TROUBLE, "a\nb\x1b[2Jc\x7f\xc3\xa4");
    cr_assert_str_eq(failure.text, "a?b?[2Jc?\xc3\xa4");
}

Test(failure, the_text_is_cut_at_its_ceiling)
{
    struct failure failure = {0};
    char path[2 * FAILURE_TEXT_MAX];

    memset(path, 'x', sizeof(path));
    path[sizeof(path) - 1] = '\0';
    failure_set(&failure, EXIT_TROUBLE, "%s", path);
    cr_assert_eq(strlen(failure.text), FAILURE_TEXT_MAX - 1);
}

Test(failure, a_failure_of_another_part_is_passed_on)
{
    struct failure failure = {0}, none = {0}, why = {0};

    failure_set(&why, EXIT_TRY_LATER, "100 %%s");
    cr_assert_not(failure_pass(&failure, &none));
    cr_assert_eq(failure.status, EXIT_POLICY_MET);
    cr_assert_not(failure_pass(&failure, &why));
    cr_assert_eq(failure.status, EXIT_TRY_LATER);
    cr_assert_str_eq(failure.text, "100 %s");
}

Test(failure, out_of_memory_is_one_sentence_and_yields_to_an_earlier_failure)
{
    struct failure failure = {0}, earlier = {0};

    cr_assert_not(failure_is_set(&failure));
    cr_assert_not(failure_out_of_memory(&failure));
    cr_assert(failure_is_set(&failure));
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_str_eq(failure.text, "out of memory");

    failure_set(&earlier, EXIT_TRY_LATER, "later");
    cr_assert_not(failure_out_of_memory(&earlier));
    cr_assert_str_eq(earlier.text, "later");
}
