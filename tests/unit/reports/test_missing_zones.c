#include "reports/missing_zones.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#include "tests/unit/reports/made_row.h"

static struct made_row made;
static struct missing_zones missing;
static char text[MISSING_TEXT_MAX];

static void add(void)
{
    missing_zones_add(&missing, made_row(&made, 1), NULL);
}

static void add_host(const char *address, const char *name)
{
    made_begin(&made, address, NULL);
    made_ptr(&made, name);
    made.seen.forward_count = 1;
    made.seen.forwards[0].host = made_name(name);
    made.seen.forwards[0].answer = (struct answer){.kind = ANSWER_NO_ZONE};
    add();
}

static void add_reverse(const char *address, enum answer_kind kind)
{
    made_begin(&made, address, NULL);
    made.seen.ptr.kind = kind;
    add();
}

static void expect(const char *expected)
{
    cr_expect_eq(missing_zones_print(text, &missing), strlen(expected));
    cr_expect_str_eq(text, expected);
}

Test(missing_zones, none)
{
    add_reverse("198.51.100.7", ANSWER_NXDOMAIN);
    add_reverse("198.51.100.7", ANSWER_ALIAS_LOOP);
    expect("");
}

Test(missing_zones, are_guessed_from_host_and_reverse_names)
{
    add_host("198.51.100.7", "mta7.out.example.com");
    expect("1 address needs names that no zone file contains: add the missing files with --zone, "
           "probably of out.example.com");
    add_reverse("203.0.113.7", ANSWER_NO_ZONE);
    add_reverse("203.0.113.8", ANSWER_NO_ZONE);
    expect("3 addresses need names that no zone file contains: add the missing files with --zone, "
           "probably of out.example.com and 113.0.203.in-addr.arpa");
}

Test(missing_zones, of_an_alias_is_that_of_its_target)
{
    made_begin(&made, "198.51.100.7", NULL);
    made.seen.ptr.kind = ANSWER_NO_ZONE;
    made.seen.ptr.alias_count = 1;
    made.seen.ptr.aliases[0] = made_name("7.0-63.provider.example");
    add();
    expect("1 address needs names that no zone file contains: add the missing files with --zone, "
           "probably of 0-63.provider.example");
}

Test(missing_zones, beyond_the_list_are_others)
{
    char name[64];

    for (unsigned i = 0; i < MISSING_ZONES_MAX + 3; i++) {
        snprintf(name, sizeof(name), "mta.d%u.example", i);
        add_host("198.51.100.7", name);
    }
    cr_expect_eq(missing.addresses, MISSING_ZONES_MAX + 3);
    cr_expect_eq(missing.others, 3);
    cr_assert(missing_zones_print(text, &missing) > 0);
    cr_expect_not_null(strstr(text, ", d19.example and others"));
}

/* Names of strangers, each octet four characters wide. */
Test(missing_zones, long_names_do_not_fit)
{
    uint8_t wire[DNSNAME_MAX];

    for (unsigned i = 0; i < MISSING_ZONES_MAX; i++) {
        struct dnsname *zone = &missing.zones[missing.count++];

        memset(wire, 1, sizeof(wire));
        for (unsigned at = 0; at < 254; at += 1 + wire[at])
            wire[at] = at + 64 < 254 ? 63 : (uint8_t)(253 - at);
        wire[254] = 0;
        wire[1] = (uint8_t)i;
        zone->length = 255;
        memcpy(zone->wire, wire, 255);
    }
    missing.addresses = MISSING_ZONES_MAX;
    cr_expect_lt(missing_zones_print(text, &missing), MISSING_TEXT_MAX);
    cr_expect_not_null(strstr(text, " and others"));
}
