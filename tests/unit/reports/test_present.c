#include "reports/present.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/reports/made_row.h"

static struct made_row made;

enum { TEXT_MAX = (1 + ANSWER_ADDRESSES_MAX) * (PRESENT_PART_MAX + 2) };

static size_t put(uint8_t octets[PRESENT_OCTETS], enum fixer who, const char *owner)
{
    struct fix fix = {.who = who, .type = RR_PTR};

    if (who == FIXER_FAILING_ZONE) {
        fix.has_question = true;
        fix.why.kind = made.seen.ptr.kind;
        fix.extended_error = 6;
    }

    if (owner) {
        fix.owner = made_name(owner);
        fix.type = made.evidence.address.family == IP_V4 ? RR_A : RR_AAAA;
    }
    return present_put(octets, made_row(&made, 1), &fix);
}

/* All parts, joined. owner: of an address record; NULL: a PTR record is wanted. */
static const char *shown_of(enum fixer who, const char *owner)
{
    static char text[TEXT_MAX];
    static uint8_t octets[PRESENT_OCTETS];
    static struct present present;
    size_t used = 0, length = put(octets, who, owner);

    cr_assert_leq(length, sizeof(octets));
    cr_assert_eq(octets[0], length > 1);
    text[0] = '\0';
    if (length == 1)
        return text;
    present_get(&present, octets);
    cr_assert_eq(present.checked_at, MADE_AT);
    for (unsigned i = 0; i < present_parts(&present); i++) {
        used += (size_t)sprintf(text + used, "%s", i > 0 ? ", " : "");
        size_t part = present_part(text + used, &present, i);
        cr_assert_eq(part, strlen(text + used));
        used += part;
    }
    return text;
}

static const char *shown(enum fixer who)
{
    return shown_of(who, NULL);
}

Test(present, names_and_what_is_beyond_those_kept)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "old.example.com");
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "old.example.com");
    made_ptr(&made, "a\\032b,\\010.example.com");
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "old.example.com, a\\032b,\\010.example.com");
    made.seen.ptr.total = 1002;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE),
                     "old.example.com, a\\032b,\\010.example.com, and 1,000 more");
    made.seen.ptr.truncated = true;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE),
                     "old.example.com, a\\032b,\\010.example.com, and more");
}

/* The longest text that a run can hold. */
Test(present, ten_names_of_255_octets)
{
    char name[DNSNAME_TEXT_MAX] = "";
    const char *text;

    made_begin(&made, "198.51.100.7", NULL);
    for (unsigned i = 0; i < 253; i++)
        strcat(name, i % 64 == 63 ? "." : "\\001");
    for (unsigned i = 0; i < 12; i++)
        made_ptr(&made, name);
    text = shown(FIXER_REVERSE_ZONE);
    cr_expect_eq(strlen(text), 10 * (strlen(name) + 2) + strlen("and 2 more"));
    cr_expect_str_eq(text + strlen(text) - strlen(", and 2 more"), ", and 2 more");
}

Test(present, nothing_is_not_the_same_as_not_known)
{
    made_begin(&made, "198.51.100.7", NULL);
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "none (NXDOMAIN)");
    made.seen.ptr.kind = ANSWER_NODATA;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "none (NODATA)");
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    cr_expect_str_eq(shown(FIXER_REVERSE_ZONE), "not known (SERVFAIL)");
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "not known (SERVFAIL)");
    made.seen.ptr.kind = ANSWER_SILENT;
    cr_expect_str_eq(shown(FIXER_FAILING_ZONE), "not known (no answer)");
    for (enum answer_kind kind = ANSWER_SERVFAIL; kind < ANSWER_KINDS; kind++) {
        made.seen.ptr.kind = kind;
        cr_expect_eq(strncmp(shown(FIXER_REVERSE_ZONE), "not known (", 11), 0, "%d", (int)kind);
    }
}

#define HOST "mta7.example.com"

Test(present, addresses_of_the_host_name_and_what_is_beyond_those_kept)
{
    struct answer *forward;

    made_begin(&made, "198.51.100.7", HOST);
    forward = made_forward(&made, HOST, ANSWER_RECORDS);
    made_has(&made, forward, "192.0.2.9");
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "192.0.2.9");
    made_has(&made, forward, "203.0.113.255");
    forward->total = 66;
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "192.0.2.9, 203.0.113.255, and 64 more");
    forward->truncated = true;
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "192.0.2.9, 203.0.113.255, and more");
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, "other.example.com"), "", "it was not looked up");
}

Test(present, sixteen_ipv6_addresses_of_an_alias)
{
    char name[DNSNAME_TEXT_MAX] = "";
    struct answer *forward;
    const char *text;

    made_begin(&made, "2001:db8::7", HOST);
    forward = made_forward(&made, HOST, ANSWER_RECORDS);
    for (unsigned i = 0; i < 70; i++)
        made_has(&made, forward, "2001:db8:1111:2222:3333:4444:5555:6666");
    for (unsigned i = 0; i < 253; i++)
        strcat(name, i % 64 == 63 ? "." : "\\001");
    forward->alias_count = 1;
    forward->aliases[0] = made_name(name);
    text = shown_of(FIXER_HOST_NAME, HOST);
    cr_expect_eq(strncmp(text, "CNAME \\001", 10), 0);
    cr_expect_str_eq(text + strlen(text) - 53,
                     ", 2001:db8:1111:2222:3333:4444:5555:6666, and 54 more");
}

Test(present, a_host_name_without_addresses)
{
    struct answer *forward;

    made_begin(&made, "198.51.100.7", HOST);
    forward = made_forward(&made, HOST, ANSWER_NODATA);
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "none (NODATA)");
    forward->kind = ANSWER_NXDOMAIN;
    forward->alias_count = 1;
    forward->aliases[0] = made_name("gone.example.net");
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "CNAME gone.example.net, none (NXDOMAIN)");
    forward->kind = ANSWER_SERVFAIL;
    forward->alias_count = 0;
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "not known (SERVFAIL)");
}

/* Names of an address may belong to several parties. */
Test(present, names_are_for_the_operator_of_the_reverse_zone)
{
    made_begin(&made, "198.51.100.7", NULL);
    made_ptr(&made, "old.example.com");
    cr_expect_str_eq(shown_of(FIXER_HOST_NAME, HOST), "");
    cr_expect_str_eq(shown(FIXER_NAME_SERVERS), "");
}

Test(present, of_two_states_the_later_sorts_first)
{
    static const int64_t times[] = {MADE_AT + 256, MADE_AT + 1, MADE_AT, 1, 0};
    static uint8_t octets[2][PRESENT_OCTETS];

    made_begin(&made, "198.51.100.7", NULL);
    for (unsigned i = 0; i < sizeof(times) / sizeof(times[0]); i++) {
        made.found.checked_at = times[i];
        size_t length = put(octets[i % 2], FIXER_REVERSE_ZONE, NULL);

        cr_expect(i == 0 || memcmp(octets[1 - i % 2], octets[i % 2], length) < 0, "%u", i);
    }
}
