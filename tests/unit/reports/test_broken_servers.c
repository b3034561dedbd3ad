/* Which name servers count as failing, and the report of their addresses. */
#include "reports/broken_servers.h"

#include <unistd.h>

#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(broken_servers, .init = make_folder, .fini = drop_folder);

static struct run_zone_server server_of(enum zone_server_state state, const char *address)
{
    return (struct run_zone_server){.zone = made_name("2.0.192.in-addr.arpa"),
                                    .name = made_name("ns1.isp.example"),
                                    .address = made_address(address),
                                    .state = state};
}

static bool is_broken(const struct vantage_overview *overview, enum zone_server_state state,
                      const char *address)
{
    struct run_zone_server server = server_of(state, address);

    return zone_server_party(overview, &server) != FIXER_NONE;
}

Test(broken_servers, are_silent_lame_or_without_address)
{
    struct vantage_overview overview = {.servers = {[ZONE_SERVER_WHOLE] = 1},
                                        .family_answers = {[IP_V4] = true}};
    static const bool broken[ZONE_SERVER_STATES] = {
        [ZONE_SERVER_SILENT] = true, [ZONE_SERVER_LAME] = true, [ZONE_SERVER_NO_ADDRESS] = true};

    for (unsigned state = 0; state < ZONE_SERVER_STATES; state++)
        cr_expect_eq(is_broken(&overview, state, "192.0.2.53"), broken[state], "%u", state);
}

/* Something on the path answers instead of them. */
Test(broken_servers, none_is_lame_if_none_serves_its_zone)
{
    struct vantage_overview overview = {.servers = {[ZONE_SERVER_LAME] = 9},
                                        .family_answers = {[IP_V4] = true}};

    cr_expect_not(is_broken(&overview, ZONE_SERVER_LAME, "192.0.2.53"));
    cr_expect_not(is_broken(&overview, ZONE_SERVER_SILENT, "192.0.2.53"));
    cr_expect(is_broken(&overview, ZONE_SERVER_NO_ADDRESS, "192.0.2.53"), "the resolvers said so");
}

/* This host cannot reach IPv6. */
Test(broken_servers, a_family_without_any_answer_is_not_dead)
{
    struct vantage_overview overview = {.servers = {[ZONE_SERVER_WHOLE] = 9},
                                        .family_answers = {[IP_V4] = true}};

    cr_expect_not(is_broken(&overview, ZONE_SERVER_SILENT, "2001:db8::53"));
    cr_expect(is_broken(&overview, ZONE_SERVER_SILENT, "192.0.2.53"));
    overview.family_answers[IP_V6] = true;
    cr_expect(is_broken(&overview, ZONE_SERVER_SILENT, "2001:db8::53"));
}

static struct run_file *run_with_asks(unsigned addresses)
{
    struct failure failure = {0};
    char path[64], text[32];
    struct dnsname zone = made_name("2.0.192.in-addr.arpa");
    struct run_file *run;

    snprintf(path, sizeof(path), "%s/run.db", folder);
    run = run_file_open(path, RUN_CREATE, &failure);
    cr_assert_not_null(run, "%s", failure.text);
    for (unsigned i = 0; i < addresses; i++) {
        snprintf(text, sizeof(text), "192.0.%u.%u", i / 256, i % 256);
        for (uint16_t type = RR_A; type <= RR_PTR; type += RR_PTR - RR_A) {
            struct run_question ask = {
                .address = made_address(text),
                .question = {.name = made_name("mta.example"), .type = type}};

            cr_assert(run_file_add_question(run, &zone, &ask));
        }
    }
    cr_assert(run_file_commit(run));
    return run;
}

/* More addresses than one portion, with two questions each. */
Test(broken_servers, each_address_of_the_zone_is_reported_once)
{
    enum { ADDRESSES = 600 };
    struct vantage_overview overview = {.zones = 1,
                                        .servers = {[ZONE_SERVER_WHOLE] = 1},
                                        .family_answers = {[IP_V4] = true},
                                        .shown_count = 2};
    struct zone_overview zone = {.zone = made_name("2.0.192.in-addr.arpa"), .server_count = 2};
    struct zone_overview sound = {.zone = made_name("mta.example"), .server_count = 1};
    struct report_plan plan = {.folder = &opened,
                               .rows = 1,
                               .program = "fcrdns 0.1.0",
                               .written_at = MADE_AT,
                               .complete = true,
                               .vantages = &overview};
    struct run_file *run = run_with_asks(ADDRESSES);
    struct known_zones *zones = malloc(sizeof(*zones));
    struct failure failure = {0};
    struct report_set *set = report_set_open(&plan, &failure);
    unsigned lines = 0;

    cr_assert_not_null(set, "%s", failure.text);
    zone.servers[0] = server_of(ZONE_SERVER_WHOLE, "192.0.2.53");
    zone.servers[1] = server_of(ZONE_SERVER_LAME, "192.0.2.54");
    sound.servers[0] = zone.servers[0];
    overview.shown[0] = &sound;
    overview.shown[1] = &zone;
    known_zones_clear(zones);
    cr_assert(broken_servers_report(&overview, run, zones, set));
    const struct tally *tally = report_set_close(set, &failure);
    cr_expect_eq(tally->on_broken_servers, ADDRESSES);
    cr_expect_eq(tally->server_work, ADDRESSES);
    cr_assert(report_set_commit(set, &failure), "%s", failure.text);
    char *text = text_of("handover/servers-2.0.192.in-addr.arpa/addresses.csv");
    for (const char *c = text; *c; c++)
        lines += *c == '\n';
    cr_expect_eq(lines, 1 + ADDRESSES);
    free(text);
    text = text_of("handover/servers-2.0.192.in-addr.arpa/ticket.txt");
    cr_expect_not_null(strstr(text, "    192.0.0.0-192.0.2.87\n"), "%s", text);
    cr_expect_not_null(
        strstr(text, "    ns1.isp.example (192.0.2.54)\n      lame: it does not have the zone\n"));
    free(text);
    cr_expect_null(text_of("handover/servers-mta.example/ticket.txt"));
    cr_assert(run_file_close(run, &failure));
    free(zones);
}
