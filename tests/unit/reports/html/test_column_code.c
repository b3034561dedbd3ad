#include "reports/html/column_code.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct column_code code;

struct written {
    size_t count;
    uint8_t octets[64 * 1024];
};

static void take(void *context, const void *octets, size_t count)
{
    struct written *out = context;

    cr_assert_leq(count, sizeof(out->octets) - out->count);
    memcpy(out->octets + out->count, octets, count);
    out->count += count;
}

enum { ROWS = 600, MANY = 550 };

/* Rows of two cells each. */
struct made {
    char text[64 * 1024];
    uint32_t ends[2 * ROWS];
    struct column_cells cells;
};

static void begin(struct made *made, unsigned column)
{
    made->cells = (struct column_cells){
        .text = made->text, .ends = made->ends, .columns = 2, .column = column};
}

static void add(struct made *made, const char *first, const char *second)
{
    unsigned cell = made->cells.rows++ * 2;
    uint32_t at = cell > 0 ? made->ends[cell - 1] + 1 : 0;

    made->ends[cell] = at + (uint32_t)sprintf(made->text + at, "%s", first);
    at = made->ends[cell] + 1;
    made->ends[cell + 1] = at + (uint32_t)sprintf(made->text + at, "%s", second);
}

static struct written *write_column(const struct made *made)
{
    static struct written out;

    out.count = 0;
    column_code_write(&code, &made->cells, take, &out);
    return &out;
}

static void expect(const struct written *out, const char *octets, size_t count)
{
    cr_assert_eq(out->count, count, "%zu octets", out->count);
    cr_assert_arr_eq(out->octets, octets, count);
}

#define cr_octets(out, literal) expect(out, literal, sizeof(literal) - 1)

Test(column_code, equal_cells_are_one_value)
{
    static struct made made;

    begin(&made, 1);
    add(&made, "a", "pass");
    add(&made, "b", "pass");
    cr_octets(write_column(&made), "\0\4\0pass");
}

Test(column_code, distinct_values_get_codes)
{
    static struct made made;

    begin(&made, 1);
    add(&made, "", "x");
    add(&made, "", "");
    add(&made, "", "x");
    add(&made, "", "yz");
    cr_octets(write_column(&made), "\1\3\1\0x\0\0\2\0yz\0\1\0\2");
}

/* Many values with two numbers in them: the first octet names their form. */
static struct written *write_many(const char *head, const char *between, unsigned column,
                                  const char *last)
{
    static struct made made;

    begin(&made, column);
    for (unsigned i = 0; i < MANY; i++) {
        char cell[64];

        snprintf(cell, sizeof(cell), "%s%u%s%u", head, i / 256, between, i % 256);
        add(&made, cell, i % 2 == 0 ? cell : "");
    }
    if (last)
        add(&made, last, last);
    return write_column(&made);
}

Test(column_code, the_255th_value_is_the_last_with_a_code)
{
    static struct made made;

    begin(&made, 0);
    for (unsigned i = 0; i < 255; i++) {
        char cell[8];

        snprintf(cell, sizeof(cell), "n%u", i);
        add(&made, cell, "");
    }
    cr_assert_eq(write_column(&made)->octets[0], 1);
    add(&made, "n255", "");
    cr_assert_eq(write_column(&made)->octets[0], 2);
}

Test(column_code, addresses_are_differences)
{
    struct written *out = write_many("198.51.", ".", 0, NULL);

    cr_assert_eq(out->octets[0], 3);
    cr_assert_eq(out->count, 1 + 4 * MANY);
    cr_assert_eq(out->octets[1], 0, "198.51.0.0, lowest octet first");
    cr_assert_eq(out->octets[2], 1, "to 198.51.0.1");
    cr_assert_eq(out->octets[1 + 2 * MANY], 51);
    cr_assert_eq(out->octets[1 + 3 * MANY], 198);
}

Test(column_code, other_spellings_are_no_addresses)
{
    static const char *const others[] = {"198.51.100.07", "198.51.100.256", "198.51.100",
                                         "198.51.100.7.", "1.2.3.4.5",      "",
                                         "198.51..7",     "2001:db8::1"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_assert_eq(write_many("198.51.", ".", 0, others[i])->octets[0], 2, "%s", others[i]);
    cr_assert_eq(write_many("198.51.", ".", 0, "255.255.255.255")->octets[0], 3);
}

Test(column_code, numbers_are_below_2_to_the_32)
{
    static const char *const others[] = {"4294967296", "042949672955",        "", "-1", "007",
                                         "1x",         "99999999999999999999"};

    for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++)
        cr_assert_eq(write_many("1", "00", 0, others[i])->octets[0], 2, "%s", others[i]);
    cr_assert_eq(write_many("1", "00", 0, "4294967295")->octets[0], 4);
    cr_assert_eq(write_many("1", "00", 0, "0")->octets[0], 4);
}

Test(column_code, a_column_like_another_holds_only_what_differs)
{
    struct written *out = write_many("mta-", "-", 1, "z");
    size_t flags = 2;

    cr_assert_eq(out->octets[0], 5);
    cr_assert_eq(out->octets[1], 0, "the first column");
    cr_assert_eq(out->octets[flags], 1);
    cr_assert_eq(out->octets[flags + 1], 0, "an empty cell is like nothing");
    cr_assert_eq(out->count, flags + 3 * (MANY + 1));
}
