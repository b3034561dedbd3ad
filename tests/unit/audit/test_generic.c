#include "audit/generic.h"

#include "audit/spelled.h"
#include "tests/generic/name_rows.h"

#include <criterion/criterion.h>

static enum generic_tier tier_of(const char *name, unsigned registrable_labels, const char *address)
{
    struct dnsname host;
    struct ipaddr ip;

    cr_assert(dnsname_from_text(&host, name, strlen(name)), "%s", name);
    cr_assert(ipaddr_parse(&ip, address, strlen(address)), "%s", address);
    return generic_tier_of(&host, registrable_labels, &ip);
}

static bool spelled(const char *text, const char *address)
{
    struct ipaddr ip;

    cr_assert(ipaddr_parse(&ip, address, strlen(address)), "%s", address);
    return address_spelled_in(text, strlen(text), &ip);
}

Test(generic, every_name_of_the_table_has_its_tier)
{
    FILE *file = name_rows_open("tests/generic/names.tsv");
    unsigned of_tier[4] = {0};
    struct name_row row;

    while (name_rows_next(file, &row)) {
        unsigned expected = (unsigned)strtoul(row.expected, NULL, 10);
        cr_assert_leq(expected, 3);
        cr_expect_eq(name_row_tier(&row), expected, "%s of %s (%s): tier %u, not %u", row.name,
                     row.address_text, row.remark, name_row_tier(&row), expected);
        of_tier[expected]++;
    }
    fclose(file);
    cr_expect_geq(of_tier[0] + of_tier[1] + of_tier[2] + of_tier[3], 150);
    for (unsigned tier = 0; tier < 4; tier++)
        cr_expect_geq(of_tier[tier], 15, "too few names of tier %u", tier);
}

Test(generic, case_does_not_matter)
{
    FILE *file = name_rows_open("tests/generic/names.tsv");
    struct name_row row;

    while (name_rows_next(file, &row)) {
        enum generic_tier tier = name_row_tier(&row);
        for (char *c = row.name; *c != '\0'; c++)
            *c = (char)(*c >= 'a' && *c <= 'z' ? *c - 'a' + 'A' : *c);
        cr_expect_eq(tier_of(row.name, row.registrable_labels, row.address_text), tier, "%s",
                     row.name);
    }
    fclose(file);
}

static void read_document(char *document, size_t size)
{
    FILE *file = name_rows_open("docs/generic-names.md");
    document[fread(document, 1, size - 1, file)] = '\0';
    fclose(file);
}

static void expect_measure_told(const char *document, const char *table)
{
    FILE *file = name_rows_open(table);
    struct name_measure measure = {0};
    struct name_row row;
    char sentence[160];

    while (name_rows_next(file, &row)) {
        const char *judged = name_row_states_tier(&row) ? row.expected + 2 : row.expected;
        cr_assert(strcmp(judged, "yes") == 0 || strcmp(judged, "no") == 0, "%s", row.name);
        name_measure_add(&measure, &row);
    }
    fclose(file);
    cr_expect_geq(measure.person.names, 100);
    name_counts_print(sentence, sizeof sentence, &measure.person);
    cr_expect(strstr(document, sentence), "docs/generic-names.md does not say: %s", sentence);
    if (measure.definition.names == 0)
        return;
    name_counts_print(sentence, sizeof sentence, &measure.definition);
    cr_expect(strstr(document, sentence), "docs/generic-names.md does not say: %s", sentence);
    snprintf(sentence, sizeof sentence, "%u of %u in the very tier", measure.of_stated_tier,
             measure.definition.names);
    cr_expect(strstr(document, sentence), "docs/generic-names.md does not say: %s", sentence);
}

/* The document holds the figures of these rules on these names. */
Test(generic, document_states_the_measured_figures)
{
    static char document[65536];

    read_document(document, sizeof document);
    expect_measure_told(document, "tests/generic/holdout.tsv");
    expect_measure_told(document, "tests/generic/holdout-2.tsv");
}

Test(generic, document_names_every_word)
{
    static char document[65536];

    read_document(document, sizeof document);
    for (unsigned i = 0; generic_word_at(i); i++) {
        char quoted[40];
        snprintf(quoted, sizeof quoted, "`%s`", generic_word_at(i)->word);
        cr_expect(strstr(document, quoted), "docs/generic-names.md does not name %s", quoted);
    }
}

Test(generic, words_are_sorted_and_each_is_found)
{
    unsigned count = 0;

    for (; generic_word_at(count); count++) {
        const struct generic_word *word = generic_word_at(count);
        char name[80];
        if (count > 0)
            cr_expect_lt(strcmp(generic_word_at(count - 1)->word, word->word), 0, "%s", word->word);
        snprintf(name, sizeof name, "%s7.example.net", word->word);
        unsigned alone = word->effect == GENERIC_LOWERS       ? 0
                         : word->effect == GENERIC_NUMBERED_1 ? 1
                                                              : 2;
        cr_expect_eq(tier_of(name, 2, "192.0.2.1"), alone, "%s", name);
        snprintf(name, sizeof name, "dhcp-%s.example.net", word->word);
        cr_expect_eq(tier_of(name, 2, "192.0.2.1"), word->effect == GENERIC_LOWERS ? 1 : 2, "%s",
                     name);
        snprintf(name, sizeof name, "q%s7.%sq7.example.net", word->word, word->word);
        cr_expect_eq(tier_of(name, 2, "192.0.2.1"), 0, "%s", name);
    }
    cr_expect_geq(count, 50);
}

Test(generic, only_left_of_the_registrable_domain)
{
    cr_expect_eq(tier_of("dhcp.example.co.uk", 3, "192.0.2.1"), 2);
    cr_expect_eq(tier_of("a.dhcp.co.uk", 3, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("192.0.2.1", 2, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("192.0.2.1.net", 2, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("192.0.2.1.example.net", 2, "192.0.2.1"), 3);
    cr_expect_eq(tier_of("192.0.2.1.example.net", 3, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("dhcp.dhcp.example.net", 4, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("dhcp.dhcp.example.net", 200, "192.0.2.1"), 0,
                 "more labels than there are");
}

Test(generic, unknown_registrable_domain_is_taken_for_two_labels)
{
    cr_expect_eq(tier_of("dhcp.example.net", 0, "192.0.2.1"), 2);
    cr_expect_eq(tier_of("dhcp.net", 0, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("dhcp", 0, "192.0.2.1"), 0);
    cr_expect_eq(tier_of(".", 0, "192.0.2.1"), 0);
    cr_expect_eq(tier_of(".", 2, "192.0.2.1"), 0);
}

Test(generic, any_octet_may_stand_in_a_name)
{
    cr_expect_eq(tier_of("\\000dhcp\\255.example.net", 2, "192.0.2.1"), 2,
                 "an odd octet ends a word");
    cr_expect_eq(tier_of("dh\\000cp.example.net", 2, "192.0.2.1"), 0);
    cr_expect_eq(tier_of("a\\.dhcp.example.net", 2, "192.0.2.1"), 2, "a dot inside a label");
    cr_expect_eq(tier_of("_dhcp_.example.net", 2, "192.0.2.1"), 2);
    cr_expect_eq(tier_of("192_0_2_1.example.net", 2, "192.0.2.1"), 3);
    cr_expect_eq(tier_of("xn--dhcp-zza.example.net", 2, "192.0.2.1"), 2);
}

Test(generic, longest_names)
{
    struct dnsname host = {.length = DNSNAME_MAX};
    struct ipaddr v6;

    /* 127 labels of one octet, which are the start of an address again and again */
    for (unsigned i = 0; i < DNSNAME_MAX - 1; i += 2) {
        host.wire[i] = 1;
        host.wire[i + 1] = 'a';
    }
    host.wire[DNSNAME_MAX - 1] = 0;
    cr_assert(ipaddr_parse(&v6, "a:a:a:a:a:a:a:b", 15));
    cr_expect_eq(generic_tier_of(&host, 2, &v6), 0);
    host.wire[DNSNAME_MAX - 2 - 2 * 2] = 'b';
    cr_expect_eq(generic_tier_of(&host, 2, &v6), 3,
                 "its last label left of the registrable domain");
    cr_expect_eq(generic_tier_of(&host, 3, &v6), 0);
}

Test(spelled, ends_of_the_text)
{
    cr_expect(spelled("192-0-2-1", "192.0.2.1"));
    cr_expect(spelled("1-2-0-192", "192.0.2.1"));
    cr_expect_not(spelled("192-0-2-", "192.0.2.1"));
    cr_expect_not(spelled("192-0-2", "192.0.2.1"));
    cr_expect_not(spelled("", "192.0.2.1"));
    cr_expect_not(spelled("", "2001:db8::1"));
    cr_expect_not(spelled("c00002", "192.0.2.1"));
    cr_expect(spelled("2001-db8--1", "2001:db8::1"));
    cr_expect_not(spelled("2001-db8--", "2001:db8::1"));
    cr_expect(spelled("2001-db8--", "2001:db8::"));
    cr_expect_not(spelled("20010db800000000000000000000000", "2001:db8::1"));
    cr_expect(spelled("20010db8000000000000000000000001", "2001:db8::1"));
}

Test(spelled, octets_of_every_length)
{
    cr_expect(spelled("0-9-10-99", "0.9.10.99"));
    cr_expect(spelled("00-09-10-99", "0.9.10.99"));
    cr_expect(spelled("000009010099", "0.9.10.99"));
    cr_expect(spelled("00090a63", "0.9.10.99"));
    cr_expect(spelled("100-199-200-255", "100.199.200.255"));
    cr_expect(spelled("64c7c8ff", "100.199.200.255"));
    cr_expect(spelled("ffc8c764", "100.199.200.255"));
    cr_expect(spelled("10100f10", "16.16.15.16"));
}

Test(spelled, a_number_of_less_than_six_digits_is_no_address)
{
    cr_expect_not(spelled("node1122", "1.1.2.2"));
    cr_expect_not(spelled("node11223", "1.1.2.23"));
    cr_expect(spelled("node112233", "1.1.22.33"));
    cr_expect(spelled("node1-1-2-2", "1.1.2.2"));
}

Test(spelled, decimal_digits_beside_it_make_another_number)
{
    cr_expect_not(spelled("192-0-2-10", "192.0.2.1"));
    cr_expect_not(spelled("3192-0-2-1", "192.0.2.1"));
    cr_expect(spelled("3-192-0-2-1-0", "192.0.2.1"));
    cr_expect(spelled("dc0000201e", "192.0.2.1"), "hexadecimal digits may have neighbours");
}
