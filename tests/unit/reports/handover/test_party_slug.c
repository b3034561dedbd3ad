#include "reports/handover/party_slug.h"

#include <criterion/criterion.h>

#include "tests/unit/reports/made_row.h"

static void slug_is(const char *zone, unsigned number, const char *wanted)
{
    struct dnsname name = made_name(zone);
    char slug[SLUG_SIZE];

    cr_assert_eq(party_slug(slug, FIXER_HOST_NAME, &name, number), strlen(wanted), "%s: %s", zone,
                 slug);
    cr_assert_str_eq(slug, wanted);
}

Test(party_slug, is_never_a_path)
{
    slug_is("Mail.EXAMPLE", 1, "names-mail.example");
    slug_is("mail.example", 12, "names-mail.example-12");
    slug_is("\\.\\./\\.\\./etc.example", 1, "names-_._.__._._etc.example");
    slug_is("a-.-.example", 1, "names-a-_-_example");
    slug_is(".", 1, "names-_");
    slug_is("a\\000b\\010c.\\\\x", 1, "names-a_000b_010c.__x");
    slug_is("\\255\\032.example", 1, "names-_255_032.example");
}

Test(party_slug, has_a_bounded_length)
{
    struct dnsname name =
        made_name("a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a."
                  "a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a.a");
    char slug[SLUG_SIZE];
    size_t length = party_slug(slug, FIXER_REVERSE_ZONE, &name, 4294967295u);

    cr_assert_eq(length, strlen(slug));
    cr_assert_leq(length, SLUG_MAX);
    cr_assert_str_eq(slug + length - 12, "_-4294967295" + 0);
}
