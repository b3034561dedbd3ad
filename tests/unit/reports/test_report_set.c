/* The reports as files in the run directory. */
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include "tests/unit/reports/made_set.h"

TestSuite(report_set, .init = make_folder, .fini = drop_folder);

static struct made_row made;

#define COLUMNS                                                                            \
    "line,ip,expected_hostname,iprev,verdict,ptr_names,confirmed_names,forward_addresses," \
    "findings,"                                                                            \
    "fix_owner,fix_record,reverse_zone,safe_after,tries,elapsed_ms,checked_at,receivers"

Test(report_set, accepted_verdicts_are_shown_with_their_reason)
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
    cr_assert_str_eq(
        text,
        COLUMNS ",excepted,findings_safe_after,reverse_contact,reverse_servers,extended_errors\r\n"
                "7,8.8.8.8,mta.example.com,permerror,no-ptr,,,,no-soa,reverse-zone-operator,"
                "8.8.8.8.in-addr.arpa. 3600 IN PTR mta.example.com.,,2026-11-23T12:38:49Z,"
                "2,12,2026-11-23T12:38:49Z,,no-ptr,no-soa=2026-11-23T12:38:49Z,,,\r\n");
    free(text);
    text = text_of("audit.html");
    cr_assert(has_text(text, "<span class=\"accepted\">no-ptr accepted: old &lt;b&gt;\\027 "
                             "<i>until 2026-12-31</i></span>"));
    cr_assert(has_text(text, "<dt>Accepted</dt><dd>1</dd>"));
    cr_assert(has_text(text, "<dt>Broken</dt><dd>0</dd>"));
    cr_assert(has_text(text, "Exceptions apply to 1 address. Accepted verdicts"));
    cr_assert(has_text(text, "or is covered by an exception."));
    cr_assert(has_text(text, "Findings not reported</th><td><code>flaky</code>"));
    cr_assert_not(has_text(text, "id=\"fixes\""), "it needs no fix");
    free(text);
    text = text_of("summary.json");
    cr_assert(has_text(text, "\"accepted\": 1"));
    cr_assert(has_text(text, "\"ignored_findings\": [\n    \"flaky\"\n  ]"));
    cr_assert(has_text(text, "\"in_force\": 1,\n    \"addresses\": 1,\n    \"expired\": [],\n"
                             "    \"unused\": []"));
    free(text);
}

static void leave(const char *name)
{
    int fd = openat(opened.fd, name, O_WRONLY | O_CREAT | O_EXCL, 0600);

    cr_assert_geq(fd, 0);
    close(fd);
}

Test(report_set, removes_what_a_killed_process_left)
{
    struct report_plan plan = plan_of(1);

    leave(".audit.csv.AAAAAAAAAAAA");
    leave(".audit.csv.gz.-_a9AAAAAAAA");
    leave(".audit.csv.notes");
    commit(open_set(&plan));
    cr_expect_eq(faccessat(opened.fd, ".audit.csv.AAAAAAAAAAAA", F_OK, 0), -1);
    cr_expect_eq(faccessat(opened.fd, ".audit.csv.gz.-_a9AAAAAAAA", F_OK, 0), -1);
    cr_expect_eq(faccessat(opened.fd, ".audit.csv.notes", F_OK, 0), 0);
}

Test(report_set, lists_exceptions_to_remove)
{
    struct policy expired = made_policy("8.8.8.0/24", "no-ptr", "a\xff", "2026-11-22");
    struct policy unused = made_policy("8.8.8.8", "flaky", "b", "");
    struct report_plan plan = plan_of(0);
    char *text;

    plan.policy = &expired;
    commit(open_set(&plan));
    exceptions_free(expired.exceptions);
    text = text_of("summary.json");
    cr_assert(has_text(text,
                       "\"item\": \"8.8.8.0/24\",\n        \"key\": \"no-ptr\",\n"
                       "        \"reason\": \"a\\\\255\",\n        \"expires\": \"2026-11-22\""));
    free(text);
    text = text_of("audit.html");
    cr_assert(has_text(text, "1 exception has expired: 8.8.8.0/24 no-ptr (2026-11-22).<"));
    free(text);
    plan.policy = &unused;
    commit(open_set(&plan));
    exceptions_free(unused.exceptions);
    text = text_of("summary.json");
    cr_assert(has_text(
        text, "\"unused\": [\n      {\n        \"line\": 0,\n        \"item\": \"8.8.8.8\""));
    cr_assert(has_text(text, "\"expires\": null"));
    free(text);
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

        cr_expect_not_null(strstr(text, "the last two labels of a name are"), "%s", reports[i]);
        free(text);
    }
}

static unsigned entries(void)
{
    char command[64];
    unsigned count = 0;
    FILE *pipe;

    snprintf(command, sizeof(command), "ls -A %s | wc -l", folder);
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

Test(report_set, one_failing_report_stops_all)
{
    struct report_plan plan = plan_of(1);
    struct failure failure = {0};
    char path[64];

    snprintf(path, sizeof(path), "%s/rejected.csv", folder);
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

    snprintf(path, sizeof(path), "%s/%s", folder, name);
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

/* Puts something in the place of one report while the new ones are written. */
static void obstruct(const char *name)
{
    char away[300];

    snprintf(away, sizeof(away), "%s-away", folder);
    cr_assert_eq(rename(in_folder(name), away), 0);
    if (strcmp(name, "handover") == 0)
        cr_assert_eq(symlink(away, in_folder(name)), 0);
    else
        cr_assert_eq(mkdir(in_folder(name), 0700), 0);
}

static void put_back(const char *name)
{
    char away[300];

    snprintf(away, sizeof(away), "%s-away", folder);
    cr_assert_eq(remove(in_folder(name)), 0, "%s", name);
    cr_assert_eq(rename(away, in_folder(name)), 0);
}

Test(report_set, a_failure_in_any_report_leaves_all_unchanged)
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
    got = gzread(file, text, sizeof(text) - 1);
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

Test(report_set, gzip_replaces_the_plain_reports)
{
    static const char *const names[] = {"audit.csv", "rejected.csv"};
    char *plain[2];

    write_reports(false);
    for (unsigned i = 0; i < 2; i++)
        plain[i] = text_of(names[i]);
    write_reports(true);
    for (unsigned i = 0; i < 2; i++) {
        char packed[32];

        snprintf(packed, sizeof(packed), "%s.gz", names[i]);
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

        cr_expect(has_text(text, "audit.csv.gz"), "%s", texts[i]);
        cr_expect(has_text(text, "rejected.csv.gz"), "%s", texts[i]);
        cr_expect_eq(count_text(text, ".csv"), count_text(text, ".csv.gz"), "%s", texts[i]);
        free(text);
    }
}

Test(report_set, a_failure_restores_the_other_form)
{
    static const char *const names[] = {"audit.csv", "rejected.csv"};
    struct report_plan plan = plan_of(1);
    struct failure failure = {0};
    struct report_set *set;

    put_earlier();
    plan.gzip = true;
    set = open_set(&plan);
    obstruct("summary.json"); /* renamed last */
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
