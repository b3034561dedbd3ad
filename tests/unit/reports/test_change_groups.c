/* Changes folded into ranges, as sentences. */
#include "reports/change_groups.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct change_groups *groups;

static void begin(void)
{
    groups = change_groups_new(NULL, NULL);
    cr_assert_not_null(groups);
}

static void end(void)
{
    change_groups_free(groups);
}

TestSuite(change_groups, .init = begin, .fini = end);

/* Every second address of 198.51.100.0/24 broke. */
static void add_broken(unsigned count, enum verdict verdict)
{
    struct change_entry entry = {.kind = {.change = ROW_BROKE,
                                          .alarm = true,
                                          .has_before = true,
                                          .has_after = true,
                                          .before = VERDICT_PASS,
                                          .after = verdict}};

    for (unsigned i = 0; i < count; i++) {
        struct ipaddr address;
        char text[32];

        snprintf(text, sizeof(text), "198.51.100.%u", 2 * i);
        cr_assert(ipaddr_parse(&address, text, strlen(text)));
        entry.address = &address;
        change_groups_add(groups, &entry);
    }
}

static void expect_sentence(const char *expected)
{
    char sentence[CHANGE_SENTENCE_MAX];

    cr_assert(change_groups_sort(groups));
    cr_assert_eq(change_groups_count(groups), 1);
    change_group_print(sentence, change_groups_at(groups, 0));
    cr_expect_str_eq(sentence, expected);
}

#define FOUR "198.51.100.0, 198.51.100.2, 198.51.100.4, 198.51.100.6"

Test(change_groups, says_how_many_ranges_are_not_named)
{
    add_broken(6, VERDICT_NO_PTR);
    expect_sentence(FOUR " and 2 more ranges lost their PTR records: 6 addresses");
}

/* Beyond CHANGE_RANGES_MAX the ranges are not known, but the addresses are. */
Test(change_groups, says_how_many_addresses_are_in_ranges_that_are_not_kept)
{
    add_broken(100, VERDICT_NO_PTR);
    expect_sentence(FOUR " and 96 more addresses lost their PTR records: 100 addresses");
}

/* They may be other names than before: then no address record was lost. */
Test(change_groups, names_without_addresses_need_not_be_the_names_of_before)
{
    add_broken(1, VERDICT_NO_FORWARD);
    expect_sentence("198.51.100.0 has PTR names without address records now: 1 address");
}
