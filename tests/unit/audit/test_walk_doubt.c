/* What the answers for the children of a name show about the server of its zone. */
#include "audit/walk_doubt.h"

#include "tests/unit/support.h"

static const char ZONE[] = "8.b.d.0.1.0.0.2.ip6.arpa";
static const char CHILD[] = "1.8.b.d.0.1.0.0.2.ip6.arpa";

static struct walk_doubt doubt;
static struct cut_trust *trust;
static struct answer answer;

static void begin(void)
{
    trust = cut_trust_new();
    cr_assert_not_null(trust);
}

static void end(void)
{
    cut_trust_free(trust);
}

TestSuite(walk_doubt, .init = begin, .fini = end);

static void hear(enum answer_kind kind, const char *name, const char *zone)
{
    struct dnsname child = name_of(name);

    answer_of_nothing(&answer, kind, zone, 60);
    walk_doubt_hear(&doubt, trust, &child, &answer);
}

Test(walk_doubt, a_child_without_records_makes_honest_whatever_follows)
{
    cr_expect_not(walk_doubt_is_honest(&doubt, trust));
    hear(ANSWER_NODATA, CHILD, ZONE);
    cr_expect(walk_doubt_is_honest(&doubt, trust));
    hear(ANSWER_NXDOMAIN, CHILD, ZONE);
    cr_expect(walk_doubt_is_honest(&doubt, trust));
    cr_expect_not(walk_doubt_is_liar(&doubt, trust));
}

Test(walk_doubt, a_denied_child_alone_proves_nothing)
{
    hear(ANSWER_NXDOMAIN, CHILD, ZONE);
    cr_expect(doubt.is_denied);
    cr_expect_not(walk_doubt_is_honest(&doubt, trust));
    cr_expect_not(walk_doubt_is_liar(&doubt, trust));
    walk_doubt_lied(&doubt, trust);
    cr_expect(walk_doubt_is_liar(&doubt, trust));
}

/* A server that hides names has its own zones, too. */
Test(walk_doubt, the_apex_of_a_zone_makes_nobody_honest)
{
    hear(ANSWER_NODATA, CHILD, CHILD);
    cr_expect_not(walk_doubt_is_honest(&doubt, trust));
}

Test(walk_doubt, an_error_changes_nothing)
{
    struct dnsname child = name_of(CHILD);

    answer_of(&answer, ANSWER_SERVFAIL);
    walk_doubt_hear(&doubt, trust, &child, &answer);
    cr_expect_not(doubt.is_denied || doubt.is_honest);
    walk_doubt_lied(&doubt, trust);
    cr_expect_eq(cut_trust_lies(trust), 0);
}
