#include "io/lookup/refusals.h"

#include "tests/unit/support.h"

static const int64_t SECOND = 1000000000;

static bool refused(struct refusals *refusals, int64_t now_ns)
{
    return refusals_may_pass(refusals, false, false, now_ns);
}

Test(refusals, of_a_server_that_has_answered_may_be_for_a_limit)
{
    struct refusals refusals = {0};
    cr_expect_not(refused(&refusals, SECOND));
    refusals_answered(&refusals, false, false, SECOND);
    cr_expect(refused(&refusals, 5 * SECOND));
    cr_expect_not(refused(&refusals, 6 * SECOND));
}

Test(refusals, of_a_server_that_has_the_zone_may_be_for_a_second)
{
    struct refusals refusals = {0};
    refusals_answered(&refusals, true, false, SECOND);
    cr_expect(refused(&refusals, SECOND + SECOND / 2));
    cr_expect_not(refused(&refusals, 2 * SECOND));
    refusals_answered(&refusals, false, false, SECOND);
    refusals_answered(&refusals, true, false, 2 * SECOND);
    cr_expect(refused(&refusals, 5 * SECOND), "the answer of another question counts as long");
}

Test(refusals, without_an_answer_in_between_are_all)
{
    struct refusals refusals = {0};
    refusals_answered(&refusals, true, false, 0);
    for (unsigned i = 0; i < REFUSALS_ALL; i++) {
        cr_expect_not(refusals_are_all(&refusals, 10 * SECOND));
        refused(&refusals, 1);
        refusals_may_pass(&refusals, false, true, 2); /* the same question again */
        refusals_may_pass(&refusals, true, false, 3); /* a zone that it does not have */
    }
    cr_expect_not(refusals_are_all(&refusals, SECOND / 2));
    cr_expect(refusals_are_all(&refusals, 10 * SECOND));
    refusals_answered(&refusals, true, false, SECOND);
    cr_expect(refusals_are_all(&refusals, 10 * SECOND));
    refusals_answered(&refusals, false, false, SECOND);
    cr_expect_not(refusals_are_all(&refusals, 10 * SECOND));
}

/* A server may refuse some names for good. */
Test(refusals, each_time_are_for_no_limit)
{
    struct refusals refusals = {0};
    refusals_answered(&refusals, false, false, SECOND);
    for (unsigned i = 0; i < REFUSALS_IN_VAIN; i++) {
        cr_expect(refused(&refusals, SECOND));
        refusals_gave_up(&refusals);
    }
    cr_expect_not(refused(&refusals, SECOND));
    refusals_answered(&refusals, false, false, SECOND);
    cr_expect_not(refused(&refusals, SECOND), "the answer of another name");
    refusals_answered(&refusals, false, true, SECOND);
    cr_expect(refused(&refusals, SECOND), "a name that was refused before");
}
