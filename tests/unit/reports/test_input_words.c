#include "reports/input_words.h"

#include <criterion/criterion.h>

static void expect(const char *inputs, size_t columns, const char *words)
{
    char out[128];

    cr_expect_eq(input_words_print(out, sizeof(out), columns, inputs), strlen(words));
    cr_expect_str_eq(out, words, "%s", out);
}

Test(input_words, all_inputs_if_they_fit)
{
    expect("fleet.csv", 9, "fleet.csv");
    expect("11.0.0.0/16 fleet.csv", 21, "11.0.0.0/16 fleet.csv");
    expect("north.csv | south.csv", 21, "north.csv | south.csv");
    expect("", 20, "");
}

Test(input_words, whole_inputs_and_the_number_of_the_rest)
{
    expect("11.0.0.0/16 11.1.0.0/16 11.2.0.0/16 11.3.0.0/16", 34,
           "11.0.0.0/16 11.1.0.0/16 and 2 more");
    expect("11.0.0.0/16 11.1.0.0/16 11.2.0.0/16 11.3.0.0/16", 33, "11.0.0.0/16 and 3 more");
    expect("north.csv | south.csv | west.csv", 20, "north.csv and 2 more");
    expect("a b c d", 6, "");
}

Test(input_words, no_address_is_cut)
{
    expect("203.0.113.0-203.0.113.255", 24, "");
    expect("203.0.113.0-203.0.113.255 203.0.114.0/24", 24, "2 inputs");
    expect("2001:db8:0123:4567::/64", 22, "");
}

Test(input_words, of_a_path_the_end)
{
    expect("/var/lib/mail/fleet.csv", 14, "...l/fleet.csv");
    expect("/var/lib/mail/fleet.csv", 10, "");
    expect("/var/lib/mail/fleet.csv 11.0.0.0/16", 24, ".../fleet.csv and 1 more");
    expect("--recheck /var/lib/fcrdns/warm-up", 12, "...s/warm-up");
    expect("/\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84\xC3\x84.csv", 11,
           "...\xC3\x84\xC3\x84\xC3\x84\xC3\x84.csv");
}
