#include "tests/unit/reports/made_vantages.h"

TestSuite(vantage_overview, .init = begin_vantages, .fini = end_vantages);

Test(vantage_overview, a_run_without_vantages_has_none)
{
    struct failure failure = {0};

    cr_assert(vantage_overview_read(&overview, &run, 1, &failure));
    cr_expect_null(overview);
}

Test(vantage_overview, keeps_zones_with_a_fault_or_difference)
{
    struct failure failure = {0};
    struct run_zone_server fine = {.zone = made_name("fine.example"),
                                   .name = made_name("ns.example"),
                                   .address = made_address("192.0.2.1"),
                                   .state = ZONE_SERVER_WHOLE};

    cr_assert(run_file_add_zone_server(run, &fine));
    fine.address = made_address("2001:db8::1");
    fine.state = ZONE_SERVER_UNREACHABLE;
    cr_assert(run_file_add_zone_server(run, &fine));
    add_server("ns1.example", "192.0.2.53", ZONE_SERVER_WHOLE);
    add_server("ns2.example", "192.0.2.54", ZONE_SERVER_LAME);
    cr_assert(vantage_overview_read(&overview, &run, 1, &failure));
    cr_assert_not_null(overview);
    cr_expect_eq(overview->zones, 2);
    cr_expect_eq(overview->differing, 0);
    cr_expect_eq(overview->servers[ZONE_SERVER_WHOLE], 2);
    cr_expect_eq(overview->servers[ZONE_SERVER_UNREACHABLE], 1);
    cr_assert_eq(overview->shown_count, 1);
    cr_expect_eq(overview->shown[0]->server_count, 2);
    cr_expect(zone_overview_serials_agree(overview->shown[0]), "a lame one has none");
    overview->shown[0]->servers[1].state = ZONE_SERVER_WHOLE;
    overview->shown[0]->servers[1].serial = 4;
    cr_expect_not(zone_overview_serials_agree(overview->shown[0]));
}
