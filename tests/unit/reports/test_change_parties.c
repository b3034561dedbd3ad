/* Who must act: zones of one operator in one sum. */
#include "reports/change_parties.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

static struct change_parties *parties;
static struct fix_zone zone;
static struct dnsname mname, rname;

static void open_parties(void)
{
    parties = change_parties_new(NULL, NULL);
    cr_assert(parties);
}

static void drop_parties(void)
{
    change_parties_free(parties);
}

TestSuite(change_parties, .init = open_parties, .fini = drop_parties, .timeout = 60);

static void name(struct dnsname *out, const char *text)
{
    cr_assert(dnsname_from_text(out, text, strlen(text)), "%s", text);
}

/* One row of the reverse zone number n, whose contact is `contact` at `server`; NULL: no SOA. */
static unsigned add(unsigned n, const char *contact, const char *server, bool alarm)
{
    char text[64];
    struct ipaddr address;
    struct change_party_row row = {.who = FIXER_REVERSE_ZONE,
                                   .zone = &zone,
                                   .address = &address,
                                   .alarm = alarm,
                                   .verdict = VERDICT_NO_PTR};

    snprintf(text, sizeof(text), "%u.%u.%u.in-addr.arpa", n % 250, n / 250 % 250, 10 + n / 62500);
    name(&zone.zone, text);
    snprintf(text, sizeof(text), "%u.%u.%u.7", 10 + n / 62500, n / 250 % 250, n % 250);
    cr_assert(ipaddr_parse(&address, text, strlen(text)));
    zone.known = contact != NULL;
    zone.mname = zone.rname = NULL;
    if (contact) {
        name(&mname, server);
        name(&rname, contact);
        zone.mname = &mname;
        zone.rname = &rname;
    }
    return change_parties_add(parties, &row);
}

static const struct change_party *party(unsigned index)
{
    return change_parties_at(parties, index);
}

static void expect_name(unsigned index, const char *wanted)
{
    char text[PARTY_NAME_MAX];

    change_party_name(text, party(index));
    cr_expect_str_eq(text, wanted);
}

Test(change_parties, zones_of_one_operator_are_one_party)
{
    for (unsigned i = 0; i < 6000; i++)
        add(i,
            i % 3 == 0   ? "noc.a.example"
            : i % 3 == 1 ? "noc.b.example"
                         : "noc.c.example",
            "ns.example", i % 3 != 2 && (i % 3 == 1 || i < 900));
    cr_assert(change_parties_sort(parties));
    cr_assert_eq(change_parties_count(parties), 3);
    expect_name(0, "noc@b.example");
    expect_name(1, "noc@a.example");
    expect_name(2, "noc@c.example");
    cr_expect_eq(party(0)->alarms, 2000);
    cr_expect_eq(party(1)->zones, 2000);
    cr_expect_eq(party(1)->alarms, 300);
    cr_expect_eq(party(1)->alarm_zones, 300);
    cr_expect_eq(party(1)->verdicts[VERDICT_NO_PTR], 300);
    cr_expect_eq(party(2)->rows, 2000);
    cr_expect_eq(party(2)->alarms, 0);
    cr_expect_eq(party(0)->ranges.addresses, 2000);
    cr_expect_leq(party(0)->ranges.range_count, CHANGE_RANGES_MAX);
}

Test(change_parties, a_zone_counts_once)
{
    unsigned number = add(1, "noc.a.example", "ns.a.example", false);

    cr_expect_eq(add(1, "noc.a.example", "ns.a.example", true), number);
    cr_expect_eq(add(1, "noc.a.example", "ns.a.example", true), number);
    cr_assert(change_parties_sort(parties));
    cr_expect_eq(change_parties_of(parties, number), 0);
    cr_expect_eq(party(0)->zones, 1);
    cr_expect_eq(party(0)->alarm_zones, 1);
    cr_expect_eq(party(0)->rows, 3);
    expect_name(0, "1.0.10.in-addr.arpa");
}

/* Nothing says that they have one operator. */
Test(change_parties, zones_without_a_contact_are_parties_of_their_own)
{
    add(1, NULL, NULL, true);
    add(2, NULL, NULL, true);
    add(3, "root.localhost", "localhost", true);
    add(4, "root.localhost", "localhost", true);
    cr_assert(change_parties_sort(parties));
    cr_expect_eq(change_parties_count(parties), 4);
}

Test(change_parties, too_many_operators_are_counted_together)
{
    char contact[64];

    for (unsigned i = 0; i < CHANGE_OPERATORS_MAX + 5; i++) {
        snprintf(contact, sizeof(contact), "noc.op%u.example", i);
        unsigned number = add(i, contact, "ns.example", true);
        cr_assert_eq(number == CHANGE_NO_PARTY, i >= CHANGE_OPERATORS_MAX);
    }
    cr_assert(change_parties_sort(parties));
    cr_expect_eq(change_parties_count(parties), CHANGE_OPERATORS_MAX);
    cr_expect_eq(change_parties_left_out(parties), 5);
    cr_expect_eq(change_parties_of(parties, CHANGE_NO_PARTY), CHANGE_NO_PARTY);
}

Test(change_parties, more_zones_than_are_counted_are_said)
{
    for (unsigned i = 0; i < CHANGE_ZONES_MAX; i++)
        add(i, "noc.a.example", "ns.a.example", true);
    cr_expect_not(change_parties_has_more_zones(parties));
    add(CHANGE_ZONES_MAX, "noc.a.example", "ns.a.example", true);
    cr_expect(change_parties_has_more_zones(parties));
    cr_assert(change_parties_sort(parties));
    cr_expect_eq(party(0)->alarms, CHANGE_ZONES_MAX + 1);
    cr_expect_eq(party(0)->alarm_zones, CHANGE_ZONES_MAX);
}

Test(change_parties, nothing_changed)
{
    cr_assert(change_parties_sort(parties));
    cr_expect_eq(change_parties_count(parties), 0);
}
