#include "reports/fix_item.h"

#include <criterion/criterion.h>
#include <string.h>

/* A name of DNSNAME_MAX octets in wire form. */
static void make_longest(struct dnsname *out, char letter)
{
    char text[4 * 64];

    memset(text, letter, sizeof(text));
    text[63] = text[127] = text[191] = '.';
    text[DNSNAME_MAX - 2] = '\0';
    cr_assert(dnsname_from_text(out, text, DNSNAME_MAX - 2));
    cr_assert_eq(out->length, DNSNAME_MAX);
}

/* The owner is the target of an alias in the reverse tree: a stranger chooses its length. */
Test(fix_item, has_room_for_names_of_full_length)
{
    uint8_t arrived[2 * FIX_ITEM_MAX], sorted[2 * FIX_ITEM_MAX];
    uint8_t octets[PRESENT_OCTETS];
    static struct observation seen = {
        .ptr = {.kind = ANSWER_RECORDS, .total = 4000000000u, .kept = ANSWER_NAMES_MAX}};
    const struct report_row row = {.seen = &seen};
    struct fix_item item = {.verdict = VERDICT_NO_PTR, .group = 7}, read;
    struct present present;
    size_t length;

    item.address.family = IP_V6;
    item.fix.has_record = true;
    item.fix.type = RR_PTR;
    item.fix.who = FIXER_REVERSE_ZONE;
    item.is_pair = item.is_shared = true;
    make_longest(&item.fix.owner, 'a');
    make_longest(&item.fix.host, 'b');
    item.is_pair = true;
    for (unsigned i = 0; i < ANSWER_NAMES_MAX; i++)
        make_longest(&seen.ptr.records.names[i], (char)('c' + (int)i));
    item.present = octets;
    item.present_length = present_put(octets, &row, &item.fix);
    cr_assert_eq(item.present_length, PRESENT_OCTETS);
    length = fix_item_put(arrived, &item);
    cr_assert_leq(length, FIX_ITEM_MAX);
    for (enum fix_order order = FIX_BY_ADDRESS; order <= FIX_BY_ZONE; order++) {
        size_t size = fix_item_sorted(sorted, arrived, length, 1, order, 2);

        cr_assert_leq(size, FIX_ITEM_MAX, "%zu octets", size);
        fix_item_get(&read, sorted, size);
        cr_assert(dnsname_equal(&read.fix.owner, &item.fix.owner));
        cr_assert(dnsname_equal(&read.fix.host, &item.fix.host));
        cr_assert(read.is_pair && read.is_shared);
        cr_assert_eq(read.group, 7);
        cr_assert(read.is_pair);
        present_get(&present, read.present);
        cr_assert_eq(present.total, 4000000000u);
        cr_assert_eq(present.count, ANSWER_NAMES_MAX);
        cr_assert(dnsname_equal(&present.records.names[9], &seen.ptr.records.names[9]));
    }
}
