#include <jansson.h>

#include "io/lookup/histogram.h"
#include "tests/unit/reports/made_set.h"

TestSuite(summary_json, .init = make_folder, .fini = drop_folder);

static struct made_row made;

/* The summary of a stopped run: one address passes, the other was not asked. */
static char *summary_of_a_stopped_run(void)
{
    static struct histogram latency;
    struct run_story story[] = {{"inputs", "Inputs", "a\xFF.csv"},
                                {"queries", "Queries", "4"},
                                {"queries", "Queries", "5"},
                                {"queries", "Queries", "6"}};
    struct report_plan plan = plan_of(2);
    struct report_set *set;

    histogram_add(&latency, 2500);
    plan.story = story;
    plan.story_count = 4;
    plan.repeated = 1;
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
    return text_of("summary.json");
}

Test(summary_json, contains_the_numbers)
{
    char *text = summary_of_a_stopped_run();
    json_error_t error;
    json_t *root = json_loads(text, 0, &error);

    cr_assert_eq(text[strlen(text) - 1], '\n');
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
                     "\"accepted\": 0,\n    \"repeated\": 1\n"));
    cr_assert_not_null(strstr(text, "\"inputs\": \"a\\\\255.csv\""));
    cr_assert_eq(json_array_size(json_object_get(json_object_get(root, "run"), "queries")), 3);
    cr_assert_float_eq(json_real_value(json_object_get(json_object_get(root, "latency_ms"), "max")),
                       2.5, 1e-9);
    json_decref(root);
    free(text);
}

static json_int_t number_at(const json_t *object, const char *key)
{
    const json_t *value = json_object_get(object, key);

    cr_assert(json_is_integer(value), "%s", key);
    return json_integer_value(value);
}

Test(summary_json, contains_the_vantages)
{
    static const char *const keys[ZONE_SERVER_STATES] = {
        "not_asked", "answering", "silent", "lame", "special", "unreachable", "no_address"};
    static struct vantage_overview overview = {
        .resolver_count = 2,
        .resolvers = {[1] = {.name = "192.0.2.1", .state = VANTAGE_BROKE_OFF}},
        .zones = 7,
        .differing = 2};
    struct report_plan plan = plan_of(0);

    for (unsigned i = 0; i < ZONE_SERVER_STATES; i++)
        overview.servers[i] = 10 + i;
    plan.vantages = &overview;
    commit(open_set(&plan));
    char *text = text_of("summary.json");
    json_t *root = json_loads(text, 0, NULL);
    const json_t *vantages = json_object_get(root, "vantages");
    const json_t *resolvers = json_object_get(vantages, "resolvers");
    const json_t *servers = json_object_get(vantages, "authoritative");
    cr_assert_eq(json_array_size(resolvers), 1);
    const json_t *resolver = json_array_get(resolvers, 0);
    cr_expect_str_eq(json_string_value(json_object_get(resolver, "name")), "192.0.2.1");
    cr_expect_str_eq(json_string_value(json_object_get(resolver, "state")), "broke-off");
    cr_expect_eq(number_at(resolver, "same"), 0);
    cr_expect_eq(number_at(servers, "zones"), 7);
    cr_expect_eq(number_at(servers, "differing_zones"), 2);
    for (unsigned i = 0; i < ZONE_SERVER_STATES; i++)
        cr_expect_eq(number_at(servers, keys[i]), 10 + i, "%s", keys[i]);
    json_decref(root);
    free(text);
}
