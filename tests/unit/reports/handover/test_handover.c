/* The hand-over pack as files. */
#include <sys/stat.h>
#include <unistd.h>

#include "reports/handover/party.h"
#include "tests/unit/reports/made_set.h"

TestSuite(handover, .init = make_folder, .fini = drop_folder);

static struct made_row made;

static void add_without_ptr(struct report_set *set, const char *address, const char *expected,
                            const char *zone)
{
    made_begin(&made, address, expected);
    if (zone)
        made_soa(&made.seen.ptr, zone, "ns.isp.example", "noc.isp.example");
    report_set_row(set, made_row(&made, 1));
}

static bool there(const char *name)
{
    char *text = text_of(name);
    bool found = text != NULL;

    free(text);
    return found;
}

#define cr_file(name, expected)                    \
    do {                                           \
        char *text = text_of(name);                \
        cr_assert_not_null(text, "no %s", (name)); \
        cr_assert_str_eq(text, expected);          \
        free(text);                                \
    } while (0)

#define PARTY "handover/reverse-100.51.198.in-addr.arpa/"

Test(handover, writes_the_files_of_a_party)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    /* out of order, one duplicate, one both with and without a name, one without a name */
    add_without_ptr(set, "198.51.100.9", "mta9.example.com", "100.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.100.7", "mta7.example.com", "100.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.100.9", "mta9.example.com", "100.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.100.7", NULL, "100.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.100.8", NULL, "100.51.198.in-addr.arpa");
    commit(set);
    cr_file(PARTY "addresses.csv", "ip,verdict,sentence,record,host_name,present_ptr,checked_at,"
                                   "present_address,failed_type,failed_name,failure\r\n"
                                   "198.51.100.7,no-ptr,The address has no PTR record.,"
                                   "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com.,"
                                   "mta7.example.com,none (NXDOMAIN),2026-11-23T12:38:49Z,,,,\r\n"
                                   "198.51.100.8,no-ptr,The address has no PTR record.,,"
                                   ",none (NXDOMAIN),2026-11-23T12:38:49Z,,,,\r\n"
                                   "198.51.100.9,no-ptr,The address has no PTR record.,"
                                   "9.100.51.198.in-addr.arpa. 3600 IN PTR mta9.example.com.,"
                                   "mta9.example.com,none (NXDOMAIN),2026-11-23T12:38:49Z,,,,\r\n");
    cr_file(PARTY "records/100.51.198.in-addr.arpa.zone",
            "; 2 records of 100.51.198.in-addr.arpa.\n"
            "; These are the records to set, not the whole zone: copy them into the zone, do\n"
            "; not replace it with this file.\n"
            "; Addresses that have no host name yet are only in addresses.csv.\n"
            "; \"now:\" is what the address had when it was checked.\n"
            "$ORIGIN 100.51.198.in-addr.arpa.\n"
            "$TTL 3600\n"
            "; SOA and NS are here only so that a checker can load this file: keep those of\n"
            "; the zone.\n"
            "@ 3600 IN SOA ns.isp.example. noc.isp.example. (\n"
            "        1 7200 900 1209600 3600 )\n"
            "@ 3600 IN NS ns.isp.example.\n"
            "7 3600 IN PTR mta7.example.com. ; now: none (NXDOMAIN)\n"
            "9 3600 IN PTR mta9.example.com. ; now: none (NXDOMAIN)\n");
    cr_assert(there(PARTY "request.html"));
    cr_assert(there("handover/index.html"));
}

/* It is sent by mail, and kept in tickets. */
Test(handover, a_request_has_no_style_of_the_report)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    add_without_ptr(set, "198.51.100.9", "mta9.example.com", "100.51.198.in-addr.arpa");
    commit(set);
    text = text_of(PARTY "request.html");
    cr_assert_not_null(strstr(text, "\n.band{"));
    cr_assert_null(strstr(text, "table"));
    cr_assert_null(strstr(text, "figure"));
    free(text);
    text = text_of("handover/index.html");
    cr_assert_not_null(strstr(text, "\ntable{"));
    free(text);
}

Test(handover, ticket_states_request_reason_and_time)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    add_without_ptr(set, "198.51.100.7", "mta7.example.com", "100.51.198.in-addr.arpa");
    commit(set);
    cr_file(PARTY "ticket.txt",
            "PTR records for 1 address in 100.51.198.in-addr.arpa\n"
            "\nRequest\n\n"
            "  Please set the PTR records below in the reverse zone. They replace any\n"
            "  other PTR records at these names, since each address should have one\n"
            "  name.\n\n"
            "  Zone:            100.51.198.in-addr.arpa\n"
            "  Primary server:  ns.isp.example\n"
            "  Contact:         noc@isp.example\n"
            "  Last checked:    2026-11-23 12:38:49 UTC\n"
            "  Requested by:    the sender of mail from the addresses below\n"
            "  Checked with:    fcrdns 0.1.0\n"
            "  Written:         2026-11-23 12:38:49 UTC\n"
            "\nReason\n\n"
            "  A receiving mail server looks up the name of the sending address (PTR\n"
            "  record), then the addresses of that name. If the sending address is\n"
            "  not among them, the server may refuse, defer or mark down the message\n"
            "  (RFC 8601 2.7.3). Only the operator of the reverse zone can set the\n"
            "  PTR record.\n\n"
            "  no-ptr: The address has no PTR record. 1 address:\n"
            "    198.51.100.7\n"
            "\nRecords\n\n"
            "  The comment \"now:\" is what the address had when it was checked: its\n"
            "  PTR names, none, or not known.\n"
            "\n$ORIGIN 100.51.198.in-addr.arpa.\n"
            "7 3600 IN PTR mta7.example.com. ; now: none (NXDOMAIN)\n"
            "\nWhen\n\n"
            "  Visible from:    2026-11-23 13:38:49 UTC\n"
            "  Test mail from:  2026-11-24 13:38:49 UTC\n\n"
            "  Resolvers may remember the old state until the first of these times.\n"
            "  Receivers may remember a failure for a day. Make the change first.\n"
            "  Send the first test message after the second time, or a day after the\n"
            "  change if that is later.\n"
            "\nFiles\n\n"
            "  request.html   this request as a page to print\n"
            "  records/       the records, one zone file for each zone\n"
            "  addresses.csv  one row per address, with its record and host name,\n"
            "                 what there is now, and when that was checked\n");
}

Test(handover, a_folder_contains_nothing_of_other_parties)
{
    static const char *const files[] = {"request.html", "ticket.txt", "ticket.eml",
                                        "records/100.51.198.in-addr.arpa.zone", "addresses.csv"};
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    add_without_ptr(set, "198.51.100.7", "mta7.example.com", "100.51.198.in-addr.arpa");
    made_begin(&made, "203.0.113.1", "mta1.example.com");
    made_soa(&made.seen.ptr, "113.0.203.in-addr.arpa", "ns.other.example", "noc.other.example");
    report_set_row(set, made_row(&made, 2));
    made_begin(&made, "192.0.2.9", NULL);
    made_confirmed(&made, "good.example");
    report_set_row(set, made_row(&made, 3));
    commit(set);
    for (unsigned i = 0; i < 5; i++) {
        static const char *const secrets[] = {"203.0.113", "113.0.203",  "other.example",
                                              "mta1",      "192.0.2",    "good.example",
                                              "fleet",     "2 addresses"};
        char name[128];
        char *text;

        snprintf(name, sizeof(name), PARTY "%s", files[i]);
        text = text_of(name);
        for (unsigned j = 0; j < sizeof(secrets) / sizeof(secrets[0]); j++)
            cr_assert_null(strstr(text, secrets[j]), "%s in %s", secrets[j], files[i]);
        free(text);
    }
}

Test(handover, a_zone_without_soa_gets_placeholders)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    add_without_ptr(set, "2001:db8:25::7", "mta-seven.example.com", NULL);
    commit(set);
    text = text_of("handover/reverse-5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa/"
                   "records/5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa.zone");
    cr_assert_not_null(strstr(
        text, "\n"
              "; No answer brought the SOA of the zone, so its name is a guess. SOA and NS are\n"
              "; placeholders so that a checker can load this file: "));
    cr_assert_not_null(
        strstr(text, "\n@ 3600 IN SOA placeholder.invalid. placeholder.invalid. (\n"
                     "        1 7200 900 1209600 3600 )\n@ 3600 IN NS placeholder.invalid.\n"
                     "7.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0 3600 IN PTR (\n"
                     "        mta-seven.example.com. ) ; now: none (NXDOMAIN)\n"));
    free(text);
    text = text_of("handover/reverse-5.2.0.0.8.b.d.0.1.0.0.2.ip6.arpa/ticket.txt");
    cr_assert_not_null(strstr(text, "(guessed: no answer named it)"));
    free(text);
    text = text_of("audit.html");
    cr_assert(has_text(text, "ip6.arpa</a> <i>(guessed)</i></th>"), "who must act");
    free(text);
}

/* A provider compares the present names with the wanted one. */
Test(handover, shows_what_the_addresses_have_now)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    made_ptr(&made, "=old<b>\\010.example");
    made_confirmed(&made, "second.example");
    made.seen.ptr.total = 12;
    report_set_row(set, made_row(&made, 1));
    commit(set);
    text = text_of(PARTY "addresses.csv");
    cr_expect_not_null(strstr(text, ",'=old<b>\\010.example;second.example;and 10 more,"
                                    "2026-11-23T12:38:49Z,,,,\r\n"),
                       "%s", text);
    free(text);
    text = text_of(PARTY "ticket.txt");
    cr_expect_not_null(strstr(text, "7 3600 IN PTR mta7.example.com.\n"
                                    "        ; now: =old<b>\\010.example\n"
                                    "        ; now: second.example\n"
                                    "        ; now: and 10 more\n"),
                       "%s", text);
    free(text);
    text = text_of(PARTY "request.html");
    cr_expect_not_null(strstr(text, "7.100.51.198.in-addr.arpa. 3600 IN PTR mta7.example.com. "
                                    "<i>; now: =old&lt;b&gt;\\010.example, second.example, "
                                    "and 10 more\n</i></pre>"),
                       "%s", text);
    free(text);
}

/* The owner of a name compares its addresses with the wanted one, and learns no PTR name. */
Test(handover, shows_what_the_host_names_have_now)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    struct answer *forward;
    char address[IPADDR_TEXT_MAX];
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made_ptr(&made, "secret.example.net");
    made_forward(&made, "secret.example.net", ANSWER_NXDOMAIN);
    forward = made_forward(&made, "mta7.example.com", ANSWER_RECORDS);
    for (unsigned i = 0; i < 64; i++) {
        snprintf(address, sizeof(address), "192.0.2.%u", i + 1);
        made_has(&made, forward, address);
    }
    forward->alias_count = 2;
    forward->aliases[0] = made_name("a<b>.example.org");
    forward->aliases[1] = made_name("further.example.org");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    text = text_of("handover/names-example.com/ticket.txt");
    cr_expect_not_null(
        strstr(text, "\n"
                     "mta7 3600 IN A 198.51.100.7\n"
                     "        ; now: CNAME a<b>.example.org, 192.0.2.1, 192.0.2.2, 192.0.2.3\n"
                     "        ; now: 192.0.2.4, 192.0.2.5, 192.0.2.6, 192.0.2.7, 192.0.2.8\n"
                     "        ; now: 192.0.2.9, 192.0.2.10, 192.0.2.11, 192.0.2.12, 192.0.2.13\n"
                     "        ; now: 192.0.2.14, 192.0.2.15, 192.0.2.16, and 48 more\n"),
        "%s", text);
    cr_expect_not_null(strstr(text, "  Last checked:    2026-11-23 12:38:49 UTC\n"));
    cr_expect_null(strstr(text, "secret"));
    free(text);
    text = text_of("handover/names-example.com/request.html");
    cr_expect_not_null(strstr(text, "mta7.example.com. 3600 IN A 198.51.100.7\n"
                                    "<i>        ; now: CNAME a&lt;b&gt;.example.org, 192.0.2.1, "),
                       "%s", text);
    cr_expect_not_null(strstr(text, ", and 48 more\n</i></pre>"), "%s", text);
    free(text);
    text = text_of("handover/names-example.com/addresses.csv");
    cr_expect_not_null(strstr(text, ",,2026-11-23T12:38:49Z,CNAME a<b>.example.org;192.0.2.1;"),
                       "%s", text);
    cr_expect_not_null(strstr(text, ";192.0.2.16;and 48 more,,,\r\n"), "%s", text);
    free(text);
}

/* Many addresses of a block have one name: its state is written once, unless it changes. */
Test(handover, says_once_what_one_name_has)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char address[IPADDR_TEXT_MAX];
    char *text;

    for (unsigned i = 1; i <= 4; i++) {
        snprintf(address, sizeof(address), "198.51.100.%u", i);
        made_begin(&made, address, NULL);
        made.found.checked_at += i;
        made_ptr(&made, "unassigned.example.com");
        struct answer *forward = made_forward(&made, "unassigned.example.com", ANSWER_RECORDS);
        for (unsigned j = 0; j < (i == 4 ? 4 : 5); j++)
            made_has(&made, forward, "192.0.2.255");
        report_set_row(set, made_row(&made, i));
    }
    commit(set);
    text = text_of("handover/names-example.com/ticket.txt");
    cr_expect_not_null(
        strstr(text, "\n"
                     "unassigned 3600 IN A 198.51.100.1\n"
                     "        ; now: 192.0.2.255, 192.0.2.255, 192.0.2.255, 192.0.2.255\n"
                     "        ; now: 192.0.2.255\n"
                     "unassigned 3600 IN A 198.51.100.2 ; now: as above\n"
                     "unassigned 3600 IN A 198.51.100.3 ; now: as above\n"
                     "unassigned 3600 IN A 198.51.100.4\n"
                     "        ; now: 192.0.2.255, 192.0.2.255, 192.0.2.255, 192.0.2.255\n"),
        "%s", text);
    free(text);
    text = text_of("handover/names-example.com/addresses.csv");
    cr_expect_eq(count_text(text, ";192.0.2.255"), 15, "%s", text);
    free(text);
}

#define FAILING "handover/failing-dead.example/"

/* The lookup of the host name fails at the target of its alias. */
static void add_failing(struct report_set *set, const char *address, const char *target,
                        const char *expected)
{
    static struct run_zone zone;
    const struct report_row *row;
    struct answer *forward;

    zone = (struct run_zone){.has_apex = true,
                             .apex = made_name("dead.example"),
                             .mname = made_name("ns.dead.example"),
                             .rname = made_name("noc.dead.example")};
    made_begin(&made, address, expected);
    made_ptr(&made, "mta7.example.com");
    forward = made_forward(&made, "mta7.example.com", ANSWER_SERVFAIL);
    forward->rcode = RCODE_SERVFAIL;
    forward->extended_error = 6;
    forward->alias_count = 1;
    forward->aliases[0] = made_name(target);
    row = made_row(&made, 1);
    made.row.fix_zones[0] = &zone;
    report_set_row(set, row);
}

/* Each name is needed to find the cause; the same lookup in several rows is one. */
Test(handover, lists_the_lookups_that_failed)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    add_failing(set, "198.51.100.9", "a-name-that-does-not-fit-after-its-address.dead.example",
                NULL);
    add_failing(set, "198.51.100.7", "mta<7>.dead.example", NULL);
    add_failing(set, "198.51.100.7", "mta<7>.dead.example", "mta7.example.com");
    add_failing(set, "198.51.100.8", "mta8.dead.example", "secret.example.com");
    commit(set);
    text = text_of(FAILING "ticket.txt");
    cr_expect_not_null(
        strstr(text, "\n"
                     "Failed lookups\n"
                     "\n"
                     "  For each address the lookup that failed, and how:\n"
                     "    198.51.100.7  A mta<7>.dead.example: SERVFAIL, EDE 6 (DNSSEC Bogus)\n"
                     "    198.51.100.9\n"
                     "      A a-name-that-does-not-fit-after-its-address.dead.example:\n"
                     "      SERVFAIL, EDE 6 (DNSSEC Bogus)\n"
                     "\n"
                     "When\n"),
        "%s", text);
    free(text);
    text = text_of(FAILING "request.html");
    cr_expect_not_null(
        strstr(text, "aria-label=\"Failed lookups\">"
                     "198.51.100.7  A mta&lt;7&gt;.dead.example: SERVFAIL, EDE 6 (DNSSEC Bogus)\n"
                     "198.51.100.9  A a-name-that-"),
        "%s", text);
    free(text);
    text = text_of(FAILING "addresses.csv");
    cr_expect_not_null(strstr(text, ",,,,2026-11-23T12:38:49Z,not known (SERVFAIL),A,"
                                    "mta<7>.dead.example,\"SERVFAIL, EDE 6 (DNSSEC Bogus)\"\r\n"),
                       "%s", text);
    cr_expect_eq(count_text(text, "\r\n"), 3, "%s", text);
    cr_expect_null(strstr(text, "example.com"), "names of other zones");
    free(text);
}

/* The example says it of all, so tickets about a lame delegation stay short. */
Test(handover, lists_no_reverse_names_that_fail_alike)
{
    struct report_plan plan = plan_of(1);
    static struct run_zone zone;
    char *text;

    for (unsigned differs = 0; differs < 2; differs++) {
        struct report_set *set = open_set(&plan);

        zone = (struct run_zone){.has_apex = true,
                                 .apex = made_name("100.51.198.in-addr.arpa"),
                                 .mname = made_name("ns.isp.example"),
                                 .rname = made_name("noc.isp.example")};
        for (unsigned i = 0; i < 2; i++) {
            made_begin(&made, i == 0 ? "198.51.100.7" : "198.51.100.8", NULL);
            made.seen.ptr.kind = ANSWER_OTHER_RCODE;
            made.seen.ptr.rcode = (uint16_t)(RCODE_NOTIMP + 200 * (i & differs));
            made.seen.ptr.extended_error = 0;
            const struct report_row *row = made_row(&made, 1);
            made.row.fix_zones[0] = &zone;
            report_set_row(set, row);
        }
        commit(set);
        text = text_of("handover/failing-100.51.198.in-addr.arpa/ticket.txt");
        cr_expect_eq(count_text(text, "Failed lookups"), differs, "%s", text);
        cr_expect_eq(count_text(text, "8.100.51.198.in-addr.arpa: RCODE 204\n"), differs);
        cr_expect_not_null(strstr(text, "NOTIMP"), "%s", text);
        free(text);
        text = text_of("handover/failing-100.51.198.in-addr.arpa/addresses.csv");
        cr_expect_eq(count_text(text, ",PTR,7.100.51.198.in-addr.arpa,NOTIMP\r\n"), 1, "%s", text);
        free(text);
    }
}

/* Two runs found different states: the record is wanted once, and the latest state is shown. */
Test(handover, shows_the_latest_state_of_two_runs)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    for (int later = 0; later < 3; later++) {
        made_begin(&made, "198.51.100.7", "mta7.example.com");
        made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
        if (later == 1)
            made_confirmed(&made, "latest.example");
        made.found.checked_at += later % 2;
        report_set_row(set, made_row(&made, 1));
    }
    commit(set);
    text = text_of(PARTY "ticket.txt");
    cr_expect_eq(count_text(text, "; now: "), 1, "%s", text);
    cr_expect_not_null(strstr(text, "mta7.example.com. ; now: latest.example\n"));
    cr_expect_not_null(strstr(text, "  Last checked:    2026-11-23 12:38:50 UTC\n"));
    free(text);
    text = text_of(PARTY "addresses.csv");
    cr_expect_eq(count_text(text, "\r\n"), 2, "%s", text);
    cr_expect_not_null(strstr(text, ",latest.example,2026-11-23T12:38:50Z,,,,\r\n"), "%s", text);
    free(text);
    text = text_of(PARTY "records/100.51.198.in-addr.arpa.zone");
    cr_expect_not_null(strstr(text, "; 1 record of "));
    cr_expect_eq(count_text(text, " IN PTR "), 1);
    free(text);
}

/* The owner of the host name does not set PTR records and needs to know why they are mentioned. */
Test(handover, the_owner_of_the_name_gets_the_address_records)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    made_soa(made_forward(&made, "mta7.example.com", ANSWER_NXDOMAIN), "example.com",
             "ns.example.com", "dns.example.com");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    text = text_of("handover/names-example.com/ticket.txt");
    cr_assert_not_null(
        strstr(text, "  no-ptr: The address has no PTR record. Its expected host name does not\n"
                     "  resolve to it either. 1 address:\n"),
        "%s", text);
    cr_assert_not_null(
        strstr(text, "  The comment \"now:\" is what the host name had when it was checked: its\n"
                     "  addresses of the type of the record, after its CNAME if it is an\n"
                     "  alias, or none.\n"
                     "\n$ORIGIN example.com.\n"
                     "mta7 3600 IN A 198.51.100.7 ; now: none (NXDOMAIN)\n"),
        "%s", text);
    free(text);
    text = text_of("handover/names-example.com/addresses.csv");
    cr_expect_not_null(
        strstr(text, "mta7.example.com,,2026-11-23T12:38:49Z,none (NXDOMAIN),,,\r\n"), "%s", text);
    free(text);
    text = text_of("handover/names-example.com/records/example.com.zone");
    cr_expect_not_null(strstr(text, "; \"now:\" is what the host name had when it was checked.\n"));
    cr_expect_not_null(strstr(text, "\nmta7 3600 IN A 198.51.100.7 ; now: none (NXDOMAIN)\n"));
    free(text);
    text = text_of(PARTY "ticket.txt");
    cr_assert_not_null(strstr(text, "  no-ptr: The address has no PTR record. 1 address:\n"), "%s",
                       text);
    free(text);
}

static void add_pair(struct report_set *set)
{
    made_begin(&made, "198.51.100.9", "mta9.example.com");
    made_ptr(&made, "old9.example.net");
    made_forward(&made, "old9.example.net", ANSWER_NODATA);
    made_soa(made_forward(&made, "mta9.example.com", ANSWER_NXDOMAIN), "example.com",
             "ns.example.com", "dns.example.com");
    report_set_row(set, made_row(&made, 2));
}

/* The name that is wrong and the name that is expected differ, and both records are missing. */
Test(handover, address_records_come_before_ptr_records)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com"); /* only the PTR record is missing */
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    made_has(&made, made_forward(&made, "mta7.example.com", ANSWER_RECORDS), "198.51.100.7");
    report_set_row(set, made_row(&made, 1));
    add_pair(set);
    commit(set);
    text = text_of(PARTY "ticket.txt");
    cr_assert_not_null(
        strstr(text, "\n\n"
                     "  Address records come first: 1 of the host names below does not resolve\n"
                     "  to its address yet. Please set a PTR record only once its host name\n"
                     "  does.\n\n"
                     "  Zone: "),
        "%s", text);
    cr_assert_not_null(strstr(text, "\n"
                                    "  no-forward: No PTR name has an address record: A for IPv4, "
                                    "AAAA for\n"
                                    "  IPv6. No PTR name is the expected host name. 1 address:"),
                       "%s", text);
    free(text);
    text = text_of(PARTY "request.html");
    cr_assert_not_null(strstr(text, "<p class=\"share\">Address records come first: 1 of "));
    free(text);
    text = text_of("handover/names-example.com/ticket.txt");
    cr_assert_not_null(
        strstr(
            text,
            " Where another host name is expected, it does not resolve to the\n  address either."),
        "%s", text);
    cr_assert_null(strstr(text, "come first"));
    free(text);
    text = text_of("handover/index.html");
    cr_assert_not_null(strstr(text, "<b>Address records first:</b> 1 PTR record is for a host"));
    free(text);
    text = text_of("audit.html");
    cr_assert_not_null(strstr(text, "<dt>Address records first</dt><dd>Some addresses need both "));
    free(text);
}

Test(handover, is_silent_about_the_order_of_records_that_need_no_other)
{
    static const char *const files[] = {"audit.html", "handover/index.html", PARTY "ticket.txt",
                                        PARTY "request.html"};
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example", "noc.isp.example");
    made_has(&made, made_forward(&made, "mta7.example.com", ANSWER_RECORDS), "198.51.100.7");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    for (unsigned i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
        char *text = text_of(files[i]);

        cr_assert_null(strstr(text, "ddress records"), "%s", files[i]);
        free(text);
    }
}

Test(handover, a_party_without_any_host_name)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    for (unsigned i = 0; i < 3; i++) {
        char address[32];

        snprintf(address, sizeof(address), "198.51.100.%u", 3 - i);
        add_without_ptr(set, address, NULL, "100.51.198.in-addr.arpa");
    }
    commit(set);
    text = text_of(PARTY "ticket.txt");
    cr_assert_not_null(strstr(text, "Please state how"));
    cr_assert_not_null(strstr(text, "\n    198.51.100.1-198.51.100.3\n"));
    cr_assert_null(strstr(text, "$ORIGIN"));
    cr_assert_null(strstr(text, "records/"));
    cr_assert_not_null(
        strstr(text, "\nFirst\n\n"
                     "  3 addresses have no host name yet. The sender must first choose one\n"
                     "  name for each, in a domain of its own.\n\nRequest\n"),
        "%s", text);
    free(text);
    cr_assert_not(there(PARTY "records/100.51.198.in-addr.arpa.zone"));
}

Test(handover, a_party_with_one_address_without_a_host_name)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    add_without_ptr(set, "198.51.100.7", NULL, "100.51.198.in-addr.arpa");
    commit(set);
    text = text_of(PARTY "ticket.txt");
    cr_assert_not_null(
        strstr(text, "  1 address has no host name yet. The sender must first choose one, in a\n"
                     "  domain of its own.\n"),
        "%s", text);
    free(text);
}

/* A name from a stranger occurs in a path, a link, a page, a master file and its comments. */
Test(handover, escapes_strange_names)
{
#define STRANGE "\\000\\010<b>\\034\\036;\\.\\./etc.arpa"
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made.seen.ptr.alias_count = 1;
    made.seen.ptr.aliases[0] = made_name("7." STRANGE);
    made_soa(&made.seen.ptr, STRANGE, "ns.\"x.example", "=a\\.b.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    text = text_of("handover/index.html");
    cr_assert_not_null(
        strstr(text, "<a href=\"reverse-_000_010_b__034_036_059_._._etc.arpa/request.html\">"),
        "%s", text);
    cr_assert_not_null(
        strstr(text, "<code>\\000\\010&lt;b&gt;\\034\\036\\059\\.\\./etc.arpa</code>"));
    cr_assert_null(strstr(text, "<b>\\"));
    free(text);
    text = text_of("handover/reverse-_000_010_b__034_036_059_._._etc.arpa/records/"
                   "_000_010_b__034_036_059_._._etc.arpa.zone");
    cr_assert_not_null(strstr(text, "\n$ORIGIN \\000\\010<b>\\034\\036\\059\\.\\./etc.arpa.\n"),
                       "%s", text);
    cr_assert_not_null(strstr(text, "\n7 3600 IN PTR mta7.example.com. ; now: none (NXDOMAIN)\n"));
    free(text);
}

Test(handover, is_absent_if_no_party_must_act)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *page;

    add_without_ptr(set, "198.51.100.7", NULL, NULL);
    commit(set);
    page = text_of("audit.html");
    cr_assert_not_null(strstr(page, "<a href=\"handover/index.html\">"));
    free(page);
    cr_assert(there("handover/index.html"));
    set = open_set(&plan);
    made_begin(&made, "198.51.100.8", NULL);
    made_confirmed(&made, "mta.example.com");
    report_set_row(set, made_row(&made, 1));
    made_begin(&made, "198.51.100.7", NULL); /* the failing zone is unknown */
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("audit.html");
    cr_assert_null(strstr(page, "handover/"));
    free(page);
    cr_assert_not(there("handover/index.html"), "the earlier pack would be wrong");
}

Test(handover, the_index_mentions_failing_zones_without_a_party)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *page;

    add_without_ptr(set, "198.51.100.7", NULL, NULL);
    made_begin(&made, "198.51.100.8", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("handover/index.html");
    cr_assert_not_null(strstr(page, "<b>No party is known yet</b> for 1 address: "));
    cr_assert_eq(count_text(page, "request.html\""), 1);
    free(page);
}

Test(handover, an_earlier_pack_stays_until_commit)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char path[64];
    struct folder other;
    struct failure failure = {0};

    add_without_ptr(set, "198.51.100.7", NULL, "100.51.198.in-addr.arpa");
    commit(set);
    set = open_set(&plan);
    add_without_ptr(set, "203.0.113.7", NULL, "113.0.203.in-addr.arpa");
    cr_assert(there(PARTY "ticket.txt"));
    report_set_discard(set);
    cr_assert(there(PARTY "ticket.txt"));
    snprintf(path, sizeof(path), "%s/other", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_assert(folder_open(&other, path, &failure), "%s", failure.text);
    plan.folder = &other;
    snprintf(path, sizeof(path), "%s/other/handover", folder);
    fclose(fopen(path, "w"));
    snprintf(path, sizeof(path), "%s/other", folder);
    cr_assert_null(report_set_open(&plan, &failure));
    cr_assert_not_null(strstr(failure.text, "/handover: Not a directory"), "%s", failure.text);
}

Test(handover, writes_all_records_of_a_large_party)
{
    enum { ROWS = 30000 };
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char address[32];
    char *text;

    for (unsigned i = 0; i < ROWS; i++) {
        snprintf(address, sizeof(address), "11.0.%u.%u", i / 128, i % 128 * 2);
        add_without_ptr(set, address, "mta.example.com", "11.in-addr.arpa");
    }
    commit(set);
    text = text_of("handover/reverse-11.in-addr.arpa/records/11.in-addr.arpa.zone");
    cr_assert_eq(count_text(text, " IN PTR "), ROWS);
    free(text);
    text = text_of("handover/reverse-11.in-addr.arpa/addresses.csv");
    cr_assert_eq(count_text(text, "\r\n"), ROWS + 1);
    free(text);
    text = text_of("handover/reverse-11.in-addr.arpa/ticket.txt");
    cr_assert_eq(count_text(text, " IN PTR "), REQUEST_RECORDS_MAX);
    cr_assert_not_null(strstr(text, "\n; and 29,800 more: records/ holds all of them\n"));
    cr_assert_not_null(strstr(text, "\n    and 29,900 more: see addresses.csv\n"));
    free(text);
    text = text_of("handover/reverse-11.in-addr.arpa/request.html");
    cr_assert_eq(count_text(text, " IN PTR "), REQUEST_RECORDS_MAX);
    cr_assert_not_null(strstr(text, "<b>29,800 more records</b>"));
    free(text);
}

Test(handover, parties_have_no_ceiling)
{
    enum { PARTIES = 700 };
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char address[32];
    char *text;

    for (unsigned i = 0; i < PARTIES; i++) {
        snprintf(address, sizeof(address), "11.%u.%u.1", i / 256, i % 256);
        add_without_ptr(set, address, NULL, NULL);
    }
    commit(set);
    text = text_of("handover/index.html");
    cr_assert_eq(count_text(text, "request.html\""), PARTIES);
    free(text);
    cr_assert(there("handover/reverse-187.2.11.in-addr.arpa/request.html"));
}

/* Two zones of one operator in one folder, a file of records for each. */
Test(handover, a_party_of_several_zones)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    plan.asked_by = "Example Ltd, postmaster@example.com";
    report_set_discard(set);
    set = open_set(&plan);
    add_without_ptr(set, "198.51.100.255", "a.example.com", "100.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.101.0", "b.example.com", "101.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.101.1", "c.example.com", "0/25.101.51.198.in-addr.arpa");
    add_without_ptr(set, "198.51.101.2", "d.example.com", "0_25.101.51.198.in-addr.arpa");
    commit(set);
    text = text_of("handover/reverse-isp.example/ticket.txt");
    cr_assert_not_null(text);
    cr_expect_not_null(strstr(text, "PTR records for 4 addresses in 4 zones\n"), "%s", text);
    cr_expect_not_null(strstr(text, "    198.51.100.255-198.51.101.2\n"), "%s", text);
    cr_expect_not_null(strstr(text, "  Zones:           4\n"
                                    "                   100.51.198.in-addr.arpa\n"
                                    "                   101.51.198.in-addr.arpa\n"),
                       "%s", text);
    cr_expect_not_null(strstr(text, "\n$ORIGIN 101.51.198.in-addr.arpa.\n"
                                    "0 3600 IN PTR b.example.com. ; now: none (NXDOMAIN)\n"));
    cr_expect_not_null(strstr(text, "  Requested by:    Example Ltd, postmaster@example.com\n"),
                       "%s", text);
    free(text);
    cr_expect(there("handover/reverse-isp.example/records/100.51.198.in-addr.arpa.zone"));
    cr_expect(there("handover/reverse-isp.example/records/0_25.101.51.198.in-addr.arpa.zone"));
    cr_expect(there("handover/reverse-isp.example/records/0_25.101.51.198.in-addr.arpa-2.zone"));
    set = open_set(&plan);
    commit(set);
    cr_expect_not(there("handover/index.html"), "the earlier pack is removed");
    cr_expect_not(there("handover-kept.1/index.html"));
}

Test(handover, the_mail_is_a_draft_with_the_files)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    add_without_ptr(set, "198.51.100.7", "mta7.example.com", "100.51.198.in-addr.arpa");
    commit(set);
    text = text_of(PARTY "ticket.eml");
    cr_assert_not_null(text);
    cr_expect_eq(strstr(text, "To: noc@isp.example\r\n"
                              "Subject: PTR records for 1 address in 100.51.198.in-addr.arpa\r\n"
                              "X-Unsent: 1\r\nMIME-Version: 1.0\r\n"),
                 text, "%s", text);
    cr_expect_not_null(strstr(text, "\r\n  Contact:         noc@isp.example\r\n"));
    cr_expect_not_null(strstr(text, "filename=\"request.html\"\r\n\r\n"));
    cr_expect_not_null(strstr(text, "filename=\"addresses.csv\"\r\n\r\n"));
    cr_expect_not_null(strstr(text, "filename=\"100.51.198.in-addr.arpa.zone\"\r\n\r\n"));
    cr_expect_not_null(strstr(text, "\r\n--=_fcrdns_request--\r\n"));
    for (const char *c = strchr(text, '\n'); c; c = strchr(c + 1, '\n'))
        cr_assert_eq(c[-1], '\r');
    free(text);
}

/* The contact is written by a stranger. */
Test(handover, a_strange_contact_is_no_header)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);
    char *text;

    made_begin(&made, "198.51.100.7", "mta7.example.com");
    made_soa(&made.seen.ptr, "100.51.198.in-addr.arpa", "ns.isp.example",
             "noc\\013\\010Bcc\\058.isp.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    text = text_of(PARTY "ticket.eml");
    cr_assert_not_null(text);
    cr_expect_eq(strncmp(text, "Subject: ", 9), 0, "%s", text);
    cr_expect_null(strstr(text, "\nTo:"));
    cr_expect_null(strstr(text, "\nBcc"));
    free(text);
}

Test(handover, zones_with_the_same_folder_name_get_numbers)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    add_without_ptr(set, "198.51.100.7", NULL, "0/25.100.51.198.in-addr.arpa");
    made_begin(&made, "198.51.100.8", NULL);
    made_soa(&made.seen.ptr, "0_25.100.51.198.in-addr.arpa", "ns.other.example", "noc.isp.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    cr_assert(there("handover/reverse-0_25.100.51.198.in-addr.arpa/ticket.txt"));
    cr_assert(there("handover/reverse-0_25.100.51.198.in-addr.arpa-2/ticket.txt"));
}

Test(handover, accepted_faults_are_in_no_folder)
{
    struct policy policy = made_policy("8.8.8.8", "no-ptr", "agreed", "");
    struct report_plan plan = plan_of(1);
    struct report_set *set;
    char *text;

    plan.policy = made.policy = &policy;
    set = open_set(&plan);
    add_without_ptr(set, "8.8.8.8", "mta.example.com", "8.8.8.in-addr.arpa");
    commit(set);
    cr_expect_not(there("handover/index.html"), "no party is left");
    set = open_set(&plan);
    add_without_ptr(set, "8.8.8.9", "mtb.example.com", "8.8.8.in-addr.arpa");
    add_without_ptr(set, "8.8.8.8", "mta.example.com", "8.8.8.in-addr.arpa");
    commit(set);
    text = text_of("handover/reverse-8.8.8.in-addr.arpa/addresses.csv");
    cr_assert_not_null(strstr(text, "8.8.8.9"));
    cr_expect_null(strstr(text, "8.8.8.8"), "%s", text);
    free(text);
    made.policy = NULL;
    exceptions_free(policy.exceptions);
}
