#include "io/run/zones.h"

#include "tests/unit/io/run/support.h"

TestSuite(run_zones, .init = make_folder, .fini = remove_folder);

/* Writes all names that need a question, read in portions of n. */
static void needed_text(struct run_file *run, enum zone_need need, unsigned n, char *out,
                        size_t size)
{
    struct dnsname names[8], last;
    unsigned got;
    size_t used = 0;
    bool begun = false;
    out[0] = '\0';
    do {
        cr_assert(run_file_zones_needed(run, need, begun ? &last : NULL, names, n, &got));
        for (unsigned i = 0; i < got; i++) {
            char text[DNSNAME_TEXT_MAX];
            dnsname_print(text, &names[i]);
            used += (size_t)snprintf(out + used, size - used, "%s ", text);
            last = names[i];
            begun = true;
        }
    } while (got > 0);
}

Test(run_zones, each_zone_is_asked_once)
{
    char text[1024];
    struct run_zone zone;
    struct run_file *run = open_run(RUN_CREATE);
    struct dnsname block = name_of("100.51.198.in-addr.arpa"), host = name_of("mta7.example.com");
    want_zone(run, "mta7.example.com");
    want_zone(run, "100.51.198.in-addr.arpa");
    want_zone(run, "100.51.198.in-addr.arpa");
    want_zone(run, "0/26.100.51.198.in-addr.arpa");
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_END, "a wanted zone is not known yet");
    for (unsigned n = 1; n <= 4; n++) {
        needed_text(run, ZONE_NEEDS_SOA, n, text, sizeof(text));
        cr_expect_str_eq(text,
                         "0/26.100.51.198.in-addr.arpa 100.51.198.in-addr.arpa mta7.example.com ");
    }
    add_zone(run, "100.51.198.in-addr.arpa", ANSWER_NXDOMAIN, "51.198.IN-ADDR.arpa");
    add_zone(run, "mta7.example.com", ANSWER_SERVFAIL, NULL);
    add_zone(run, "0/26.100.51.198.in-addr.arpa", ANSWER_SILENT, NULL);
    want_zone(run, "mta7.example.com");
    needed_text(run, ZONE_NEEDS_SOA, 8, text, sizeof(text));
    cr_expect_str_eq(text, "0/26.100.51.198.in-addr.arpa mta7.example.com ",
                     "silence and errors are asked again");
    needed_text(run, ZONE_UNASKED, 8, text, sizeof(text));
    cr_expect_str_eq(text, "", "silence was asked");
    want_zone(run, "198.in-addr.arpa");
    needed_text(run, ZONE_UNASKED, 8, text, sizeof(text));
    cr_expect_str_eq(text, "198.in-addr.arpa ");
    add_zone(run, "198.in-addr.arpa", ANSWER_SERVFAIL, NULL);
    needed_text(run, ZONE_NEEDS_SERVERS, 1, text, sizeof(text));
    cr_expect_str_eq(text, "51.198.in-addr.arpa ");
    close_run(run);

    run = open_run(RUN_RESUME);
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_NXDOMAIN);
    cr_expect_eq(zone.checked_at, 1795437529);
    cr_assert(zone.has_apex);
    expect_name(&zone.apex, "51.198.in-addr.arpa");
    expect_name(&zone.mname, "NS1.isp.example");
    expect_name(&zone.rname, "host\\.master.isp.example");
    cr_expect_eq(zone.server_total, 0);
    add_servers(run, "51.198.in-addr.arpa", 10, 13);
    needed_text(run, ZONE_NEEDS_SERVERS, 1, text, sizeof(text));
    cr_expect_str_eq(text, "");
    cr_expect_eq(run_file_zone(run, &block, &zone), RUN_ROW);
    cr_expect_eq(zone.server_total, 13);
    cr_expect_eq(zone.server_count, 10);
    expect_name(&zone.servers[9], "a\\032b\\.9.isp.example");
    cr_expect_eq(run_file_zone(run, &host, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_SERVFAIL);
    cr_expect_not(zone.has_apex);
    close_run(run);
}

Test(run_zones, a_known_apex_is_kept)
{
    struct run_zone zone;
    struct run_file *run = open_run(RUN_CREATE);
    struct dnsname apex = name_of("example.com");
    add_zone(run, "example.com", ANSWER_SERVFAIL, NULL);
    add_zone(run, "a.example.com", ANSWER_NODATA, "example.com");
    add_servers(run, "example.com", 1, 1);
    add_zone(run, "b.example.com", ANSWER_NXDOMAIN, "Example.com");
    add_zone(run, "example.com", ANSWER_SILENT, NULL);
    cr_expect_eq(run_file_zone(run, &apex, &zone), RUN_ROW);
    cr_expect_eq(zone.kind, ANSWER_NODATA, "the first answer that named it");
    cr_expect(zone.has_apex);
    cr_expect_eq(zone.server_count, 1);
    close_run(run);
}

Test(run_zones, a_failed_question_for_servers_is_not_repeated)
{
    char text[256];
    struct run_file *run = open_run(RUN_CREATE);
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 0, 0);
    needed_text(run, ZONE_NEEDS_SERVERS, 8, text, sizeof(text));
    cr_expect_str_eq(text, "");
    close_run(run);
}

static void expect_zone_damage(const char *sql)
{
    struct run_zone zone;
    struct failure failure = {0};
    struct dnsname apex = name_of("example.com");
    struct run_file *run = open_run(RUN_CREATE);
    add_zone(run, "example.com", ANSWER_RECORDS, "example.com");
    add_servers(run, "example.com", 1, 1);
    close_run(run);
    stranger_changes(path, sql);
    run = open_run(RUN_READ);
    cr_expect_eq(run_file_zone(run, &apex, &zone), RUN_FAILED, "%s", sql);
    cr_expect_not_null(strstr(run_file_failure(run)->text, "is damaged (a zone is malformed)"),
                       "%s", run_file_failure(run)->text);
    (void)!run_file_close(run, &failure);
    unlink(path);
}

Test(run_zones, checks_every_value_of_a_zone)
{
    expect_zone_damage("UPDATE zone SET kind = 16");
    expect_zone_damage("UPDATE zone SET kind = -1");
    expect_zone_damage("UPDATE zone SET checked_at = 9223372036854775807");
    expect_zone_damage("UPDATE zone SET checked_at = -1");
    expect_zone_damage("UPDATE zone SET mname = ''");
    expect_zone_damage("UPDATE zone SET rname = 'a..b'");
    expect_zone_damage("UPDATE zone SET servers = 'a b..c'");
    expect_zone_damage("UPDATE zone SET servers = 'a  b', server_count = 3");
    expect_zone_damage("UPDATE zone SET servers = 'a b c d e f g h i j k', server_count = 11");
    expect_zone_damage("UPDATE zone SET server_count = 0");
    expect_zone_damage("UPDATE zone SET server_count = 4294967296");
}

Test(run_zones, checks_the_names_that_need_a_question)
{
    struct dnsname names[8], question = name_of("a.example");
    struct failure failure = {0};
    unsigned got;
    struct run_file *run = open_run(RUN_CREATE);
    cr_assert(run_file_want_zone(run, &question));
    close_run(run);
    stranger_changes(path, "UPDATE zone SET question = 'a..example'");
    run = open_run(RUN_READ);
    cr_expect_not(run_file_zones_needed(run, ZONE_UNASKED, NULL, names, 8, &got));
    cr_expect_eq(got, 0);
    (void)!run_file_close(run, &failure);
}
