#include "audit/row_past.h"

#include <criterion/criterion.h>

#include "tests/unit/support.h"

enum { NIGHT = 86400 };

/* A letter a night: p pass, n no-ptr, f no-forward, e dns-error, s not-public. */
static struct row_past after_nights(const char *nights)
{
    struct row_past past = ROW_PAST_NONE;

    for (unsigned i = 0; nights[i]; i++) {
        enum verdict verdict = nights[i] == 'p'   ? VERDICT_PASS
                               : nights[i] == 'n' ? VERDICT_NO_PTR
                               : nights[i] == 'f' ? VERDICT_NO_FORWARD
                               : nights[i] == 'e' ? VERDICT_DNS_ERROR
                                                  : VERDICT_NOT_PUBLIC;
        past = row_past_after(&past, verdict, (int64_t)(i + 1) * NIGHT);
    }
    return past;
}

static int64_t since_night(const char *nights)
{
    return after_nights(nights).since / NIGHT;
}

Test(row_past, since_is_the_run_in_which_the_certain_state_began)
{
    cr_expect_eq(since_night("p"), 1);
    cr_expect_eq(since_night("ppnnn"), 3);
    cr_expect_eq(since_night("ppnfff"), 4);
    cr_expect_eq(since_night("ppnenn"), 3, "an error does not end a state");
    cr_expect_eq(since_night("pe"), 1);
    cr_expect_eq(since_night("e"), 0);
    cr_expect_eq(since_night("esp"), 3);
}

Test(row_past, a_temporary_error_is_carried_over)
{
    struct row_past past = after_nights("nee");
    struct row_side side = row_past_side(&past);

    cr_expect(side.present && side.has_carried);
    cr_expect_eq(side.verdict, VERDICT_DNS_ERROR);
    cr_expect_eq(side.carried, VERDICT_NO_PTR);
    past = after_nights("np");
    side = row_past_side(&past);
    cr_expect_not(side.has_carried);
    cr_expect_eq(side.verdict, VERDICT_PASS);
    cr_expect_not(row_past_side(&ROW_PAST_NONE).present);
}

static bool is_flapping(const char *nights)
{
    struct row_past past = after_nights(nights);

    return row_past_is_flapping(&past);
}

Test(row_past, three_turns_within_sixteen_states_are_flapping)
{
    cr_expect_not(is_flapping(""));
    cr_expect_not(is_flapping("pnp"));
    cr_expect(is_flapping("pnpn"));
    cr_expect(is_flapping("npnp"));
    cr_expect(is_flapping("pnepn"), "errors are no states");
    cr_expect_not(is_flapping("nfnf"), "broken in another way is broken");
    cr_expect(is_flapping("pnpn"
                          "nnnnnnnnnnnn"),
              "sixteen states");
    cr_expect_not(is_flapping("pnpn"
                              "nnnnnnnnnnnnn"),
                  "the first turn has left");
    cr_expect(is_flapping("pppppppppppppppppppppppppppppnpn"));
}

Test(row_past, states_have_a_leading_one)
{
    cr_expect_eq(after_nights("").states, PAST_NO_STATES);
    cr_expect_eq(after_nights("n").states, 2);
    cr_expect_eq(after_nights("pn").states, 6);
    cr_expect_eq(after_nights("nnnnnnnnnnnnnnnn").states, 1u << PAST_STATES);
    cr_expect_eq(after_nights("nnnnnnnnnnnnnnnnn").states, 1u << PAST_STATES);
    cr_expect_eq(after_nights("pppppppppppppppppp").states, (unsigned)PAST_STATES_MAX);
    cr_expect_not(row_past_states_are_valid(0));
    cr_expect(row_past_states_are_valid(PAST_STATES_MAX));
    cr_expect_not(row_past_states_are_valid(PAST_STATES_MAX + 1));
}

Test(row_past, names_are_hashed_in_any_order)
{
    static struct answer answers[2];
    const char *const names[] = {"a.example", "b.example"};

    for (unsigned i = 0; i < 2; i++) {
        answer_of(&answers[i], ANSWER_RECORDS);
        answer_clear(&answers[i]);
        answers[i].kept = 2;
        for (unsigned j = 0; j < 2; j++)
            answers[i].records.names[j] = name_of(names[i ^ j]);
    }
    cr_expect_eq(row_past_names(&answers[0]), row_past_names(&answers[1]));
    answers[1].kept = 1;
    cr_expect_neq(row_past_names(&answers[0]), row_past_names(&answers[1]));
    answers[1].kept = 0;
    cr_expect_neq(row_past_names(&answers[1]), 0);
}
