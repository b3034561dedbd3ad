#include "reports/party_slug.h"

#include <criterion/criterion.h>
#include <stdio.h>

#include "tests/unit/reports/made_row.h"

static struct dnsname names[8];
static struct fix_group groups[2];

static struct fix_party party_of(const char *zone)
{
    names[0] = made_name(zone);
    groups[0] = (struct fix_group){.zone = &names[0]};
    return (struct fix_party){.who = FIXER_HOST_NAME, .first = &groups[0], .zone_count = 1};
}

static void slug_is(const struct fix_party *party, struct slug_set *taken, const char *wanted)
{
    char slug[SLUG_SIZE];

    cr_assert(party_slug(slug, party, taken));
    cr_expect_str_eq(slug, wanted);
}

static void zone_slug_is(const char *zone, const char *wanted)
{
    struct slug_set taken = {0};
    struct fix_party party = party_of(zone);

    slug_is(&party, &taken, wanted);
    slug_set_free(&taken);
}

Test(party_slug, is_never_a_path)
{
    zone_slug_is("Mail.EXAMPLE", "names-mail.example");
    zone_slug_is("\\.\\./\\.\\./etc.example", "names-_._.__._._etc.example");
    zone_slug_is("a-.-.example", "names-a-_-_example");
    zone_slug_is(".", "names-_");
    zone_slug_is("a\\000b\\010c.\\\\x", "names-a_000b_010c.__x");
    zone_slug_is("\\255\\032.example", "names-_255_032.example");
}

/* If each number were tried, a million equal names would take 5 * 10^11 tries. */
Test(party_slug, many_equal_names_take_no_time, .timeout = 60)
{
    struct slug_set taken = {0};
    struct dnsname zone = made_name("mail.example");
    char slug[SLUG_SIZE];

    for (unsigned i = 0; i < 1000000; i++)
        cr_assert(zone_slug(slug, &zone, &taken));
    cr_expect_str_eq(slug, "mail.example-1000000");
    slug_set_free(&taken);
}

Test(party_slug, a_name_that_is_taken_gets_a_number)
{
    struct slug_set taken = {0};
    struct fix_party party = party_of("mail.example");
    char wanted[SLUG_SIZE];

    slug_is(&party, &taken, "names-mail.example");
    for (unsigned i = 2; i < 500; i++) {
        snprintf(wanted, sizeof(wanted), "names-mail.example-%u", i);
        slug_is(&party, &taken, wanted);
    }
    slug_set_clear(&taken);
    slug_is(&party, &taken, "names-mail.example");
    slug_set_free(&taken);
}

Test(party_slug, of_several_zones_is_the_domain_of_the_contact)
{
    struct slug_set taken = {0};
    struct fix_party party = party_of("100.51.198.in-addr.arpa");

    party.who = FIXER_REVERSE_ZONE;
    party.zone_count = 2;
    names[1] = made_name("hostmaster.isp.example");
    groups[0].rname = &names[1];
    slug_is(&party, &taken, "reverse-isp.example");
    groups[0].rname = NULL;
    slug_is(&party, &taken, "reverse-100.51.198.in-addr.arpa");
    names[2] = made_name("ns1.isp.example");
    groups[0].servers = (const struct dnsname *[]){&names[2]};
    groups[0].server_count = 1;
    slug_is(&party, &taken, "reverse-ns1.isp.example");
    names[3] = made_name("198.in-addr.arpa");
    groups[0].undelegated = true;
    groups[0].above = &names[3];
    slug_is(&party, &taken, "reverse-51.198.in-addr.arpa");
    slug_set_free(&taken);
}

Test(party_slug, of_a_provider_is_its_name)
{
    struct slug_set taken = {0};
    struct fix_party party = party_of("100.51.198.in-addr.arpa");
    struct provider provider = {.name = "ACME @ Gr\xc3\xbc\xc3\x9f"
                                        "e, Inc. ../x"};

    party.provider = &provider;
    slug_is(&party, &taken, "names-acme___gr____e__inc._.__x");
    slug_set_free(&taken);
}

Test(party_slug, has_a_bounded_length)
{
    struct slug_set taken = {0};
    struct fix_party party =
        party_of("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
                 "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a");
    char slug[SLUG_SIZE];

    for (unsigned i = 0; i < 3; i++)
        cr_assert(party_slug(slug, &party, &taken));
    cr_assert_leq(strlen(slug), SLUG_MAX);
    cr_assert_str_eq(slug + strlen(slug) - 3, "_-3");
    cr_assert(zone_slug(slug, &names[0], &taken));
    cr_assert_leq(strlen(slug), SLUG_MAX);
    slug_set_free(&taken);
}
