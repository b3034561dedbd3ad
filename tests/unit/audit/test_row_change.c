/* Every pair of verdicts, as a table: a row for each verdict before, a letter for each after. */
#include "audit/row_change.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#include "tests/unit/support.h"

/* . same, b broke, f fixed, c changed, u unclear, + added, - removed; a capital letter or # (for
 * added): alarm. In the order of enum verdict: pass, hostname-mismatch, no-ptr, ptr-invalid,
 * no-forward, forward-mismatch, dns-error, unanswered, not-public; then absent. */
static const char *const TABLE[VERDICTS + 1] = {
    [VERDICT_PASS] = ".BBBBBuu--",       [VERDICT_HOSTNAME_MISMATCH] = "f.ccccuu--",
    [VERDICT_NO_PTR] = "fc.cccuu--",     [VERDICT_PTR_INVALID] = "fcc.ccuu--",
    [VERDICT_NO_FORWARD] = "fccc.cuu--", [VERDICT_FORWARD_MISMATCH] = "fcccc.uu--",
    [VERDICT_DNS_ERROR] = ".CCCCC..--",  [VERDICT_UNANSWERED] = ".CCCCC..--",
    [VERDICT_NOT_PUBLIC] = "+#####++.-", [VERDICTS] = "+#####+++.",
};

static struct row_side side_of(unsigned verdict)
{
    return (struct row_side){.present = verdict < VERDICTS, .verdict = (enum verdict)verdict};
}

static char letter_of(struct row_difference difference)
{
    static const char PLAIN[] = ".bfcru+-", ALARM[] = ".BFCRU#_";

    return (difference.alarm ? ALARM : PLAIN)[difference.change];
}

Test(row_change, all_pairs_of_verdicts)
{
    for (unsigned before = 0; before <= VERDICTS; before++) {
        for (unsigned after = 0; after <= VERDICTS; after++) {
            struct row_side sides[] = {side_of(before), side_of(after)};

            cr_expect_eq(letter_of(row_difference_of(&sides[0], &sides[1], false)),
                         TABLE[before][after], "%u to %u", before, after);
        }
    }
}

/* A temporary error with a carried verdict compares as that verdict, but it becomes no `unclear`
 * again. */
Test(row_change, a_carried_verdict_takes_the_place_of_a_temporary_one)
{
    for (unsigned carried = 0; carried < VERDICT_DNS_ERROR; carried++) {
        for (unsigned after = 0; after <= VERDICTS; after++) {
            struct row_side sides[] = {side_of(VERDICT_DNS_ERROR), side_of(after)};
            sides[0].has_carried = true;
            sides[0].carried = (enum verdict)carried;
            char wanted = TABLE[carried][after];

            cr_expect_eq(letter_of(row_difference_of(&sides[0], &sides[1], false)),
                         wanted == 'u' ? '.' : wanted, "%u to %u", carried, after);
        }
    }
}

/* What is accepted before and after. */
static char accepted_letter(unsigned before, bool accepted_before, unsigned after,
                            bool accepted_after)
{
    struct row_side sides[] = {side_of(before), side_of(after)};

    sides[0].accepted = accepted_before;
    sides[1].accepted = accepted_after;
    return letter_of(row_difference_of(&sides[0], &sides[1], false));
}

Test(row_change, what_is_accepted_does_not_break)
{
    cr_expect_eq(accepted_letter(VERDICT_PASS, false, VERDICT_NO_PTR, true), '.');
    cr_expect_eq(accepted_letter(VERDICT_NO_PTR, false, VERDICT_NO_FORWARD, true), '.');
    cr_expect_eq(accepted_letter(VERDICT_NO_PTR, true, VERDICT_NO_PTR, true), '.');
    cr_expect_eq(accepted_letter(VERDICTS, false, VERDICT_NO_PTR, true), '+');
    cr_expect_eq(accepted_letter(VERDICT_PASS, false, VERDICT_DNS_ERROR, true), '.');
}

Test(row_change, an_exception_that_ended_breaks)
{
    cr_expect_eq(accepted_letter(VERDICT_NO_PTR, true, VERDICT_NO_PTR, false), 'B');
    cr_expect_eq(accepted_letter(VERDICT_NO_PTR, true, VERDICT_NO_FORWARD, false), 'B');
    cr_expect_eq(accepted_letter(VERDICT_NO_PTR, true, VERDICT_PASS, false), 'f');
}

Test(row_change, other_names_matter_where_both_pass)
{
    for (unsigned before = 0; before <= VERDICTS; before++) {
        for (unsigned after = 0; after <= VERDICTS; after++) {
            struct row_side sides[] = {side_of(before), side_of(after)};
            bool pass = before == VERDICT_PASS && after == VERDICT_PASS;

            cr_expect_eq(letter_of(row_difference_of(&sides[0], &sides[1], true)),
                         pass ? 'r' : TABLE[before][after], "%u to %u", before, after);
        }
    }
}

Test(row_change, the_verdict_to_report_is_the_certain_one)
{
    struct row_side side = side_of(VERDICT_UNANSWERED);

    cr_expect_eq(row_side_verdict(&side), VERDICT_UNANSWERED);
    side.has_carried = true;
    side.carried = VERDICT_NO_PTR;
    cr_expect_eq(row_side_verdict(&side), VERDICT_NO_PTR);
    side.verdict = VERDICT_PASS;
    cr_expect_eq(row_side_verdict(&side), VERDICT_PASS);
}

Test(row_change, every_change_has_a_key_and_a_sentence)
{
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        cr_expect(row_change_row((enum row_change)i)->key[0] &&
                  row_change_row((enum row_change)i)->sentence[0]);
}

static struct answer *names_of(const char *const names[])
{
    struct answer *answer = malloc(sizeof(*answer));

    answer_of(answer, ANSWER_RECORDS);
    answer_clear(answer);
    for (; names[answer->kept]; answer->kept++)
        answer->records.names[answer->kept] = name_of(names[answer->kept]);
    answer->total = answer->kept;
    return answer;
}

static bool differ(const char *const before[], const char *const after[], uint32_t more)
{
    struct answer *answers[] = {names_of(before), names_of(after)};

    answers[0]->total += more;
    bool out = row_names_differ(answers[0], answers[1]);
    free(answers[0]);
    free(answers[1]);
    return out;
}

#define NAMES(...) ((const char *const[]){__VA_ARGS__, NULL})

Test(row_change, order_and_case_of_names_make_no_difference)
{
    cr_expect_not(differ(NAMES("a.example", "b.example"), NAMES("B.example", "A.example"), 0));
    cr_expect(differ(NAMES("a.example"), NAMES("b.example"), 0));
    cr_expect(differ(NAMES("a.example"), NAMES("a.example", "b.example"), 0));
    cr_expect(differ(NAMES("a.example", "b.example"), NAMES("a.example", "c.example"), 0));
    cr_expect_not(differ(NAMES("a.example"), NAMES("b.example"), 90), "the list was cut");
}

static char flapping_letter(unsigned before, bool flapping_before, unsigned after,
                            bool flapping_after)
{
    struct row_side sides[] = {side_of(before), side_of(after)};

    sides[0].flapping = flapping_before;
    sides[1].flapping = flapping_after;
    return letter_of(row_difference_of(&sides[0], &sides[1], false));
}

Test(row_change, flapping_raises_no_alarm_until_it_stops)
{
    cr_expect_eq(flapping_letter(VERDICT_PASS, true, VERDICT_NO_PTR, true), 'b');
    cr_expect_eq(flapping_letter(VERDICT_PASS, false, VERDICT_NO_PTR, true), 'b');
    cr_expect_eq(flapping_letter(VERDICT_NO_PTR, true, VERDICT_NO_PTR, true), '.');
    cr_expect_eq(flapping_letter(VERDICT_NO_PTR, true, VERDICT_NO_PTR, false), 'B');
    cr_expect_eq(flapping_letter(VERDICT_NO_PTR, true, VERDICT_NO_FORWARD, false), 'C');
    cr_expect_eq(flapping_letter(VERDICT_PASS, true, VERDICT_PASS, false), '.');
    cr_expect_eq(flapping_letter(VERDICT_NO_PTR, true, VERDICT_DNS_ERROR, true), 'u');
}
