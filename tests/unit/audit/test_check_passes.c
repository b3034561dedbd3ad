/* An address that passes beyond doubt is recognised without judging it. */
#include "audit/check.h"

#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

static struct walk_unit unit;
static struct answer answer;

static struct dnsname name(const char *text)
{
    struct dnsname out;

    cr_assert(dnsname_from_text(&out, text, strlen(text)), "%s", text);
    return out;
}

static void expect_names(const char *first, const char *second)
{
    const char *const texts[] = {first, second};

    memset(&unit, 0, sizeof unit);
    cr_assert(ipaddr_parse(&unit.address, "198.51.100.7", 12));
    for (unsigned i = 0; i < 2 && texts[i]; i++)
        unit.expected[unit.expected_count++] = name(texts[i]);
}

/* Runs the check: PTR names as given; hosts that begin with "good" resolve back. */
static bool passes(const char *first, const char *second)
{
    const char *const texts[] = {first, second};
    struct check *check = check_new(&unit);
    struct question question;
    unsigned slot;

    cr_assert_not_null(check);
    while (check_next(check, &question, &slot)) {
        memset(&answer, 0, sizeof answer);
        answer.tries = 1;
        answer.kind = ANSWER_NODATA;
        if (question.type == RR_PTR) {
            for (unsigned i = 0; i < 2 && texts[i]; i++)
                answer.records.names[answer.kept++] = name(texts[i]);
            answer.total = answer.kept;
            answer.kind = answer.kept > 0 ? ANSWER_RECORDS : ANSWER_NXDOMAIN;
        } else if (memcmp(question.name.wire + 1, "good", 4) == 0) {
            answer.kind = ANSWER_RECORDS;
            answer.total = answer.kept = 1;
            answer.holds = true;
            answer.records.addresses[0] = unit.address;
        }
        cr_assert(check_feed(check, slot, &answer));
    }
    cr_assert(check_done(check));
    bool result = check_passes(check);
    check_free(check);
    return result;
}

Test(check_passes, with_confirmed_names)
{
    expect_names(NULL, NULL);
    cr_expect(passes("good1.example.com", NULL));
    cr_expect(passes("good1.example.com", "good2.example.com"));
    cr_expect(passes("good1.example.com", "localhost"), "no host name, so it was not looked up");
}

Test(check_passes, not_without_a_confirmed_name)
{
    expect_names(NULL, NULL);
    cr_expect_not(passes(NULL, NULL));
    cr_expect_not(passes("localhost", NULL));
    cr_expect_not(passes("bad.example.com", NULL));
    cr_expect_not(passes("good1.example.com", "bad.example.com"), "that is for the judge");
}

Test(check_passes, with_every_expected_name)
{
    expect_names("GOOD1.example.com", NULL);
    cr_expect(passes("good1.example.com", "good2.example.com"));
    cr_expect_not(passes("good2.example.com", NULL), "it resolves here, but is no PTR name");
    cr_expect_not(passes(NULL, NULL));
    expect_names("good1.example.com", "good2.example.com");
    cr_expect(passes("good2.example.com", "good1.example.com"));
    cr_expect_not(passes("good1.example.com", NULL));
}

Test(check_passes, not_where_expected_names_are_left_out)
{
    expect_names("good1.example.com", NULL);
    unit.expected_cut = true;
    cr_expect_not(passes("good1.example.com", NULL));
}
