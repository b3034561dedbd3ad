/* The reports as files: what a run leaves in its folder. */
#include <jansson.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "io/lookup/histogram.h"
#include "reports/html/address_table.h"
#include "tests/unit/reports/made_folder.h"
#include "tests/unit/reports/made_row.h"

TestSuite(report_set, .init = make_folder, .fini = drop_folder);

static struct made_row made;

#define COLUMNS                                                                            \
    "line,ip,expected_hostname,iprev,verdict,ptr_names,confirmed_names,forward_addresses," \
    "findings,"                                                                            \
    "fix_owner,fix_record,reverse_zone,safe_after,tries,elapsed_ms,checked_at,receivers"
#define HEADER COLUMNS ",findings_safe_after,reverse_contact,reverse_servers\r\n"

static struct report_plan plan_of(ip_count rows)
{
    return (struct report_plan){.folder = &opened,
                                .rows = rows,
                                .program = "fcrdns 0.1.0",
                                .written_at = MADE_AT,
                                .complete = true,
                                .skip_special = true};
}

static struct report_set *open_set(const struct report_plan *plan)
{
    struct failure failure = {0};
    struct report_set *set = report_set_open(plan, &failure);

    cr_assert_not_null(set, "%s", failure.text);
    return set;
}

static void commit(struct report_set *set)
{
    struct failure failure = {0};

    cr_assert(report_set_commit(set, &failure), "%s", failure.text);
}

/* The CSV of one row. */
static char *csv_of(uint64_t line)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    report_set_row(set, made_row(&made, line));
    commit(set);
    return text_of("audit.csv");
}

#define cr_csv(expected_row)                                  \
    do {                                                      \
        char *text = csv_of(7);                               \
        cr_assert_str_eq(text, HEADER expected_row ",,\r\n"); \
        free(text);                                           \
    } while (0)

Test(report_set, csv_of_a_pass)
{
    made_begin(&made, "8.8.8.8", "DNS.google");
    made_confirmed(&made, "dns.google");
    made_has(&made, &made.seen.forwards[0].answer, "8.8.4.4");
    cr_csv("7,8.8.8.8,DNS.google,pass,pass,dns.google,dns.google,8.8.8.8;8.8.4.4,,,,,,2,12,2026-11-"
           "23T12:38:"
           "49Z,,");
}

Test(report_set, a_missing_public_suffix_list_is_explained)
{
    static const char *const reports[] = {"audit.html", "summary.txt"};
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    made_begin(&made, "8.8.8.8", NULL);
    made_confirmed(&made, "dns.google");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    for (unsigned i = 0; i < sizeof(reports) / sizeof(reports[0]); i++) {
        char *text = text_of(reports[i]);

        cr_expect_not_null(strstr(text, "the last two labels of a name are taken"), "%s",
                           reports[i]);
        free(text);
    }
}

/* Nothing must be fixed, but two findings ask for a change: the row tells the later time. */
Test(report_set, csv_of_a_pass_with_findings)
{
    made_begin(&made, "8.8.8.8", NULL);
    made_confirmed(&made, "dns.google");
    made_confirmed(&made, "other.google");
    made.seen.forwards[1].answer.ttl = 60;
    cr_csv("7,8.8.8.8,,pass,pass,dns.google;other.google,dns.google;other.google,8.8.8.8,"
           "multiple-ptr;short-ttl,,,,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,"
           "multiple-ptr=2026-11-23T13:38:49Z;short-ttl=2026-11-23T12:39:49Z");
}

Test(report_set, csv_of_a_missing_ptr)
{
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_soa(&made.seen.ptr, "8.8.8.in-addr.arpa", "ns.example", "admin.example");
    made_forward(&made, "mta.example.com", ANSWER_NXDOMAIN);
    cr_csv("7,8.8.8.8,mta.example.com,permerror,no-ptr,,,,no-soa,reverse-zone-operator;host-name-"
           "owner,"
           "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.;mta.example.com. 3600 IN A 8.8.8.8,"
           "8.8.8.in-addr.arpa,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,no-soa=2026-11-"
           "23T12:43:49Z");
}

Test(report_set, csv_leaves_an_empty_value_for_a_fix_without_record)
{
    made_begin(&made, "8.8.8.8", NULL);
    made.seen.ptr.kind = ANSWER_SERVFAIL;
    cr_csv("7,8.8.8.8,,temperror,dns-error,,,,,failing-zone-operator,,,2026-11-23T12:43:49Z,2,12,"
           "2026-11-23T12:38:49Z,,");
}

Test(report_set, csv_of_an_address_that_was_not_asked)
{
    made_begin(&made, "2001:4860:4860::8888", NULL);
    made.evidence.seen = NULL;
    cr_csv("7,2001:4860:4860::8888,,temperror,unanswered,,,,not-asked,,,,,,,,,");
}

Test(report_set, csv_guards_each_value_and_says_what_was_cut)
{
    char *text;

    made_begin(&made, "8.8.8.8", NULL);
    made_ptr(&made, "=cmd.example");
    for (unsigned i = 0; i < 14; i++)
        made_ptr(&made, i == 0 ? "a,b\"c.example" : "-x.example");
    text = csv_of(1);
    cr_assert_not_null(strstr(text, ",ptr-invalid,\"'=cmd.example;a,b\\034c.example;'-x.example;"),
                       "%s", text);
    cr_assert_not_null(
        strstr(text, ";'-x.example;(5 more)\",,,multiple-ptr;ptr-names-cut;invalid-name,"));
    free(text);
}

Test(report_set, csv_leaves_out_addresses_of_names_that_no_ptr_gave)
{
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_ptr(&made, "old.example.com");
    made_has(&made, made_forward(&made, "old.example.com", ANSWER_RECORDS), "192.0.2.1");
    made_has(&made, made_forward(&made, "mta.example.com", ANSWER_RECORDS), "8.8.8.8");
    cr_csv("7,8.8.8.8,mta.example.com,fail,forward-mismatch,old.example.com,,192.0.2.1,,reverse-"
           "zone-operator,"
           "8.8.8.8.in-addr.arpa. 3600 IN PTR "
           "mta.example.com.,,2026-11-23T13:38:49Z,2,12,2026-11-23T12:38:49Z,,");
}

Test(report_set, rejected_rows_can_be_read_back)
{
    static const char text[] = "=1.2.3\t\\x\xFF,\"q\"";
    struct report_plan plan = plan_of(0);
    struct report_set *set = open_set(&plan);
    struct run_rejected rejected = {0, 12, "is no address, prefix or range", text, sizeof text - 1};
    char *csv;

    report_set_rejected(set, "-odd\xFE.csv", &rejected);
    cr_assert_eq(report_set_close(set)->rejected, 1);
    commit(set);
    csv = text_of("rejected.csv");
    cr_assert_str_eq(
        csv, "source,line,reason,text\r\n'-odd\\254.csv,12,\"is no address, prefix or range\","
             "\"'=1.2.3\\009\\\\x\\255,\"\"q\"\"\"\r\n");
    free(csv);
}

Test(report_set, summary_says_the_numbers)
{
    static struct histogram latency;
    struct run_story story[] = {{"inputs", "Inputs", "a\xFF.csv"},
                                {"queries", "Queries", "4"},
                                {"queries", "Queries", "5"},
                                {"queries", "Queries", "6"}};
    struct report_plan plan = plan_of(2);
    struct report_set *set;
    json_error_t error;
    json_t *root;
    char *text;

    histogram_add(&latency, 2500);
    plan.story = story;
    plan.story_count = 4;
    plan.latency = &latency;
    plan.complete = false;
    plan.incomplete_reason = "stopped by SIGINT";
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", NULL);
    made_confirmed(&made, "dns.google");
    report_set_row(set, made_row(&made, 1));
    made_begin(&made, "8.8.4.4", NULL);
    made.evidence.seen = NULL;
    report_set_row(set, made_row(&made, 2));
    commit(set);
    text = text_of("summary.json");
    cr_assert_eq(text[strlen(text) - 1], '\n');
    root = json_loads(text, 0, &error);
    cr_assert_not_null(root, "%s", error.text);
    cr_assert_str_eq(json_string_value(json_object_get(root, "format")), "fcrdns-summary");
    cr_assert_eq(json_integer_value(json_object_get(root, "version")), 1);
    cr_assert(json_is_false(json_object_get(root, "complete")));
    cr_assert_str_eq(json_string_value(json_object_get(root, "readiness")), "not-known");
    cr_assert(json_is_null(json_object_get(root, "safe_after")));
    cr_assert_eq(json_object_size(json_object_get(root, "verdicts")), VERDICTS);
    cr_assert_eq(json_object_size(json_object_get(root, "findings")), FINDINGS);
    cr_assert_not_null(
        strstr(text, "\"total\": 2,\n    \"public\": 2,\n    \"passed\": 1,\n    \"broken\": 0,\n"
                     "    \"unanswered\": 1,\n    \"temporary\": 1,\n    \"not_public\": 0,\n    "
                     "\"accepted\": 0\n"));
    cr_assert_not_null(strstr(text, "\"inputs\": \"a\\\\255.csv\""));
    cr_assert_eq(json_array_size(json_object_get(json_object_get(root, "run"), "queries")), 3);
    cr_assert_float_eq(json_real_value(json_object_get(json_object_get(root, "latency_ms"), "max")),
                       2.5, 1e-9);
    json_decref(root);
    free(text);
}

static bool page_has(const char *page, const char *text)
{
    return strstr(page, text) != NULL;
}

Test(report_set, page_escapes_names_and_holds_no_script)
{
    struct run_story story[] = {{"inputs", "Inputs", "<img src=x>\xFF.csv"}};
    struct report_plan plan = plan_of(1);
    struct report_set *set;
    char *page;

    plan.story = story;
    plan.story_count = 1;
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made_ptr(&made, "<script>alert(1)</script>.example");
    report_set_row(set, made_row(&made, 1));
    commit(set);
    page = text_of("audit.html");
    cr_assert_not(page_has(page, "<script"));
    cr_assert_not(page_has(page, "<img"));
    cr_assert(page_has(page, "&lt;script&gt;alert\\0401\\041&lt;/script&gt;.example"));
    cr_assert(page_has(page, "&lt;img src=x&gt;\\255.csv"));
    cr_assert(page_has(page, "content=\"default-src 'none'; style-src 'unsafe-inline'"));
    cr_assert(page_has(page, "<html lang=\"en\">"));
    cr_assert(page_has(page, "<title>NOT READY: 0 of 1 public address passes (0.0 %)</title>"));
    cr_assert(page_has(page, "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.\n"));
    cr_assert(page_has(page, "<title>8.8.8.0/24: 1 ptr-invalid</title>"));
    free(page);
}

Test(report_set, page_of_an_unfinished_run_says_so)
{
    struct report_plan plan = plan_of(0);
    char *page;

    plan.complete = false;
    plan.incomplete_reason = "stopped by <SIGINT>";
    commit(open_set(&plan));
    page = text_of("audit.html");
    cr_assert(page_has(page, "<b>INCOMPLETE:</b> stopped by &lt;SIGINT&gt;"));
    cr_assert(page_has(page, ">NOT KNOWN<"));
    free(page);
}

Test(report_set, what_is_accepted_is_told_with_its_reason)
{
    struct policy policy = made_policy("8.8.8.8", "no-ptr", "old <b>\x1b", "2026-12-31");
    struct report_plan plan = plan_of(1);
    struct report_set *set;
    char *text;

    policy.ignored = 1u << FINDING_FLAKY;
    plan.policy = made.policy = &policy;
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", "mta.example.com");
    made.seen.ptr.tries = 2;
    report_set_row(set, made_row(&made, 7));
    commit(set);
    exceptions_free(policy.exceptions);
    text = text_of("audit.csv");
    cr_assert_str_eq(text, COLUMNS
                     ",excepted,findings_safe_after,reverse_contact,reverse_servers\r\n"
                     "7,8.8.8.8,mta.example.com,permerror,no-ptr,,,,no-soa,reverse-zone-operator,"
                     "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.,,2026-11-23T12:38:49Z,"
                     "2,12,2026-11-23T12:38:49Z,,no-ptr,no-soa=2026-11-23T12:38:49Z,,\r\n");
    free(text);
    text = text_of("audit.html");
    cr_assert(page_has(text, "<span class=\"accepted\">no-ptr accepted: old &lt;b&gt;\\027 "
                             "<i>until 2026-12-31</i></span>"));
    cr_assert(page_has(text, "<dt>Accepted</dt><dd>1</dd>"));
    cr_assert(page_has(text, "<dt>Broken</dt><dd>0</dd>"));
    cr_assert(page_has(text, "Exceptions hold for 1 address. What they accept"));
    cr_assert(page_has(text, "or is accepted as it is."));
    cr_assert(page_has(text, "Findings not reported</th><td><code>flaky</code>"));
    cr_assert_not(page_has(text, "id=\"fixes\""), "nobody needs to fix it");
    free(text);
    text = text_of("summary.json");
    cr_assert(page_has(text, "\"accepted\": 1"));
    cr_assert(page_has(text, "\"ignored_findings\": [\n    \"flaky\"\n  ]"));
    cr_assert(page_has(text, "\"in_force\": 1,\n    \"addresses\": 1,\n    \"expired\": [],\n"
                             "    \"unused\": []"));
    free(text);
}

Test(report_set, exceptions_to_remove_are_told_one_by_one)
{
    struct policy expired = made_policy("8.8.8.0/24", "no-ptr", "a\xff", "2026-11-22");
    struct policy unused = made_policy("8.8.8.8", "flaky", "b", "");
    struct report_plan plan = plan_of(0);
    char *text;

    plan.policy = &expired;
    commit(open_set(&plan));
    exceptions_free(expired.exceptions);
    text = text_of("summary.json");
    cr_assert(page_has(text,
                       "\"item\": \"8.8.8.0/24\",\n        \"key\": \"no-ptr\",\n"
                       "        \"reason\": \"a\\\\255\",\n        \"expires\": \"2026-11-22\""));
    free(text);
    text = text_of("audit.html");
    cr_assert(page_has(text, "1 exception has expired: 8.8.8.0/24 no-ptr (2026-11-22).<"));
    free(text);
    plan.policy = &unused;
    commit(open_set(&plan));
    exceptions_free(unused.exceptions);
    text = text_of("summary.json");
    cr_assert(page_has(
        text, "\"unused\": [\n      {\n        \"line\": 0,\n        \"item\": \"8.8.8.8\""));
    cr_assert(page_has(text, "\"expires\": null"));
    free(text);
}

static unsigned count_of(const char *page, const char *text)
{
    unsigned count = 0;

    for (page = strstr(page, text); page; page = strstr(page + 1, text))
        count++;
    return count;
}

/* `rows` addresses, of which the first `broken` have no PTR record. */
static char *page_of(unsigned rows, unsigned broken)
{
    struct report_plan plan = plan_of(rows);
    struct report_set *set = open_set(&plan);
    char address[32];

    for (unsigned i = 0; i < rows; i++) {
        snprintf(address, sizeof address, "11.0.%u.%u", i / 256, i % 256);
        made_begin(&made, address, NULL);
        if (i >= broken)
            made_confirmed(&made, "mta.example.com");
        report_set_row(set, made_row(&made, i + 1));
    }
    commit(set);
    return text_of("audit.html");
}

#define ROW "<tr><td>"
#define LOUD "This table does not list every address."

Test(report_set, page_lists_all_rows_up_to_the_limit)
{
    char *page = page_of(TABLE_ALL_MAX, 1);

    cr_assert_eq(count_of(page, ROW), TABLE_ALL_MAX);
    cr_assert_not(page_has(page, LOUD));
    cr_assert_eq(count_of(page, "<table class=\"addresses\">"), 10);
    cr_assert_eq(count_of(page, "<table"), count_of(page, "</table>"));
    free(page);
}

Test(report_set, page_lists_what_does_not_pass_above_the_limit)
{
    char *page = page_of(TABLE_ALL_MAX + 1, 3);

    cr_assert_eq(count_of(page, ROW), 3);
    cr_assert(
        page_has(page, LOUD
                 "</b> It lists the 3 that do not pass, of 5,001 in all. <code>audit.csv</code>"));
    free(page);
}

Test(report_set, page_stops_at_the_ceiling)
{
    char *page = page_of(TABLE_CUT_MAX + 5, TABLE_CUT_MAX + 2);

    cr_assert_eq(count_of(page, ROW), TABLE_CUT_MAX);
    cr_assert(page_has(page, "It lists 20,000 of the 20,002 that do not pass, of 20,005 in all."));
    free(page);
}

static unsigned entries(void)
{
    char command[64];
    unsigned count = 0;
    FILE *pipe;

    snprintf(command, sizeof command, "ls -A %s | wc -l", folder);
    pipe = popen(command, "r");
    cr_assert_eq(fscanf(pipe, "%u", &count), 1);
    pclose(pipe);
    return count;
}

Test(report_set, nothing_appears_before_commit_and_discard_leaves_nothing)
{
    struct report_plan plan = plan_of(1);
    struct report_set *set = open_set(&plan);

    cr_assert_null(text_of("audit.csv"));
    report_set_discard(set);
    report_set_discard(NULL);
    cr_assert_eq(entries(), 0);
    commit(open_set(&plan));
    cr_assert_eq(entries(), 5);
}

Test(report_set, one_report_that_can_not_be_written_stops_all)
{
    struct report_plan plan = plan_of(1);
    struct failure failure = {0};
    char path[64];

    snprintf(path, sizeof path, "%s/rejected.csv", folder);
    cr_assert_eq(mkdir(path, 0700), 0);
    cr_assert_null(report_set_open(&plan, &failure));
    cr_assert_eq(entries(), 1);
    cr_assert_eq(failure.status, EXIT_TROUBLE);
    cr_assert_not_null(strstr(failure.text, "/rejected.csv: it is a folder"));
}

static const char *const NAMES[] = {"audit.csv",    "audit.html",     "rejected.csv", "summary.txt",
                                    "summary.json", "handover/notes", "handover"};
enum { EARLIER_FILES = 6, PLACES = 7 };

static const char *in_folder(const char *name)
{
    static char path[256];

    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static void put_earlier(void)
{
    cr_assert(mkdir(in_folder("handover"), 0700) == 0);
    for (unsigned i = 0; i < EARLIER_FILES; i++) {
        FILE *file = fopen(in_folder(NAMES[i]), "w");
        cr_assert_not_null(file);
        fputs("earlier", file);
        fclose(file);
    }
}

/* Something comes into the place of one report while the new ones are written. */
static void obstruct(const char *name)
{
    char away[300];

    snprintf(away, sizeof away, "%s-away", folder);
    cr_assert_eq(rename(in_folder(name), away), 0);
    if (strcmp(name, "handover") == 0)
        cr_assert_eq(symlink(away, in_folder(name)), 0);
    else
        cr_assert_eq(mkdir(in_folder(name), 0700), 0);
}

static void put_back(const char *name)
{
    char away[300];

    snprintf(away, sizeof away, "%s-away", folder);
    cr_assert_eq(remove(in_folder(name)), 0, "%s", name);
    cr_assert_eq(rename(away, in_folder(name)), 0);
}

Test(report_set, a_failure_in_any_of_them_leaves_all_as_they_were)
{
    struct report_plan plan = plan_of(1);

    put_earlier();
    for (unsigned place = 0; place < PLACES; place++) {
        struct report_set *set;
        struct failure failure = {0};

        if (place == PLACES - 2) /* not a place of its own */
            continue;
        set = open_set(&plan);
        made_begin(&made, "8.8.8.8", "mta.example.com");
        made_soa(&made.seen.ptr, "8.8.8.in-addr.arpa", "ns.example", "admin.example");
        report_set_row(set, made_row(&made, 1));
        obstruct(NAMES[place]);
        cr_expect_not(report_set_commit(set, &failure), "%s", NAMES[place]);
        cr_expect_eq(failure.status, EXIT_TROUBLE);
        cr_expect_not_null(strstr(failure.text, NAMES[place]), "%s", failure.text);
        put_back(NAMES[place]);
        for (unsigned i = 0; i < EARLIER_FILES; i++) {
            char *text = text_of(NAMES[i]);
            cr_expect_str_eq(text ? text : "(gone)", "earlier", "%s after a failure of %s",
                             NAMES[i], NAMES[place]);
            free(text);
        }
        cr_expect_eq(entries(), PLACES - 1);
    }
}

static const char *gunzipped(const char *name)
{
    static char text[8192];
    gzFile file = gzopen(in_folder(name), "r");
    int got;

    if (!file)
        return NULL;
    got = gzread(file, text, sizeof text - 1);
    cr_assert_geq(got, 0);
    cr_assert_not(gzdirect(file), "%s is plain", name);
    cr_assert_eq(gzclose(file), Z_OK);
    text[got] = '\0';
    return text;
}

/* One address, one refused row. */
static void write_reports(bool gzip)
{
    struct run_rejected rejected = {.line = 2, .reason = "is no address", .text = "x", .length = 1};
    struct report_plan plan = plan_of(1);
    struct report_set *set;

    plan.gzip = gzip;
    set = open_set(&plan);
    made_begin(&made, "8.8.8.8", "mta.example.com");
    report_set_row(set, made_row(&made, 1));
    report_set_rejected(set, "fleet.csv", &rejected);
    commit(set);
}

Test(report_set, gzip_holds_the_plain_reports_and_replaces_them)
{
    static const char *const names[] = {"audit.csv", "rejected.csv"};
    char *plain[2];

    write_reports(false);
    for (unsigned i = 0; i < 2; i++)
        plain[i] = text_of(names[i]);
    write_reports(true);
    for (unsigned i = 0; i < 2; i++) {
        char packed[32];
        snprintf(packed, sizeof packed, "%s.gz", names[i]);
        cr_assert_not_null(plain[i]);
        cr_expect_null(text_of(names[i]), "an earlier %s is left", names[i]);
        cr_assert_not_null(gunzipped(packed));
        cr_expect_str_eq(gunzipped(packed), plain[i]);
        free(plain[i]);
    }
    cr_expect_eq(entries(), 6);
    write_reports(false);
    cr_expect_null(gunzipped("audit.csv.gz"));
    cr_expect_null(gunzipped("rejected.csv.gz"));
    cr_expect_eq(entries(), 6);
}

Test(report_set, reports_name_the_files_that_are_there)
{
    static const char *const texts[] = {"audit.html", "summary.txt"};

    write_reports(true);
    for (unsigned i = 0; i < 2; i++) {
        char *text = text_of(texts[i]);
        cr_expect(page_has(text, "audit.csv.gz"), "%s", texts[i]);
        cr_expect(page_has(text, "rejected.csv.gz"), "%s", texts[i]);
        cr_expect_eq(count_of(text, ".csv"), count_of(text, ".csv.gz"), "%s", texts[i]);
        free(text);
    }
}

Test(report_set, a_failure_brings_the_other_form_back)
{
    static const char *const names[] = {"audit.csv", "rejected.csv"};
    struct report_plan plan = plan_of(1);
    struct failure failure = {0};
    struct report_set *set;

    put_earlier();
    plan.gzip = true;
    set = open_set(&plan);
    obstruct("summary.json"); /* switched last */
    cr_expect_not(report_set_commit(set, &failure));
    put_back("summary.json");
    for (unsigned i = 0; i < 2; i++) {
        char *text = text_of(names[i]);
        cr_expect_str_eq(text ? text : "(gone)", "earlier", "%s", names[i]);
        free(text);
    }
    cr_expect_null(gunzipped("audit.csv.gz"));
    cr_expect_eq(entries(), PLACES - 1);
}
