/* The pieces of an input row, and what is expected of each. */
#include "io/phases/item_pieces.h"

#include <criterion/criterion.h>
#include <string.h>

#include "audit/expectation.h"

static struct target made_target(const char *range, const char *expected)
{
    struct target target = {0};
    struct target_reason why;
    const char *fault;

    cr_assert(target_parse(&target, range, strlen(range), &why), "%s", why.text);
    target.has_expected = expected != NULL;
    if (expected)
        cr_assert(expectation_parse(&target.expected, expected, strlen(expected), &fault));
    return target;
}

static void expect_piece(struct item_pieces *pieces, const char *range, const char *expected)
{
    struct run_item item;
    char text[IPRANGE_TEXT_MAX], name[DNSNAME_TEXT_MAX];

    cr_assert_eq(item_pieces_next(pieces, &item), RUN_ROW, "%s", range);
    iprange_print(text, &item.range);
    cr_expect_str_eq(text, range);
    cr_expect_eq(item.has_expected, expected != NULL);
    if (!expected)
        return;
    dnsname_print(name, &item.expected);
    cr_expect_str_eq(name, expected);
}

Test(item_pieces, an_audit_that_is_not_divided_has_one)
{
    struct target target = made_target("198.51.100.0/23", "mta{n}.example.com");
    struct shard shard = {0};
    struct item_pieces pieces;
    struct run_item item;

    item_pieces_begin(&pieces, &shard, &target);
    expect_piece(&pieces, "198.51.100.0/23", "mta{n}.example.com");
    cr_expect_eq(item_pieces_next(&pieces, &item), RUN_END);
    cr_expect_eq(pieces.count, 1);
}

/* Which shard a /24 is in does not matter here: together they have both, each with its names. */
Test(item_pieces, shards_have_a_piece_each)
{
    struct target target = made_target("198.51.100.0/23", "mta{n}.example.com");
    struct target plain = made_target("198.51.100.0/23", NULL);
    uint64_t rows = 0;

    for (uint32_t i = 0; i < 2; i++) {
        struct shard shard = {.index = i, .count = 2};
        struct item_pieces pieces;
        struct run_item item;

        item_pieces_begin(&pieces, &shard, &target);
        while (item_pieces_next(&pieces, &item) == RUN_ROW) {
            char name[DNSNAME_TEXT_MAX];

            dnsname_print(name, &item.expected);
            cr_expect_str_eq(name,
                             pieces.count == 1 ? "mta{n}.example.com" : "mta{n+256}.example.com");
            rows++;
        }
        cr_expect_eq(pieces.count, 2, "those of the other shard are counted");
        item_pieces_begin(&pieces, &shard, &plain);
        while (item_pieces_next(&pieces, &item) == RUN_ROW)
            cr_expect_not(item.has_expected);
    }
    cr_expect_eq(rows, 2);
}

/* pattern_check refuses such a pattern; a row must not lose it without a word. */
Test(item_pieces, a_name_without_room_for_the_piece_is_a_failure)
{
    char label[64] = "";
    struct target target;
    struct failure failure = {0};
    unsigned failed = 0;

    memset(label, 'a', 60);
    strcat(label, "{n}");
    target = made_target("198.51.100.0/23", label);
    for (uint32_t i = 0; i < 2; i++) {
        struct shard shard = {.index = i, .count = 2};
        struct item_pieces pieces;
        struct run_item item;
        enum run_step step;

        item_pieces_begin(&pieces, &shard, &target);
        while ((step = item_pieces_next(&pieces, &item)) == RUN_ROW)
            cr_expect(item.has_expected);
        failed += step == RUN_FAILED;
    }
    cr_expect_eq(failed, 1, "that of the second /24");
    cr_expect_not(item_pieces_failed(&failure, "fleet.csv", 7));
    cr_expect_str_eq(failure.text, "fleet.csv:7: the expected host name cannot be divided");
    cr_expect_eq(failure.status, EXIT_TROUBLE);
}
