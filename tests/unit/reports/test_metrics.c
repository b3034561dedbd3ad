/* The metrics as text; tests/metrics/run shows them to promtool. */
#include "reports/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "tests/unit/reports/made_set.h"

TestSuite(metrics, .init = make_folder, .fini = drop_folder);

static char *text_with(const struct metrics *metrics)
{
    struct failure failure = {0};
    struct outfile *out = outfile_open(&opened, "m.prom", &failure);

    cr_assert_not_null(out);
    metrics_write(metrics, out);
    cr_assert(outfile_commit(out, &failure), "%s", failure.text);
    return text_of("m.prom");
}

static struct metrics made_metrics(void)
{
    return (struct metrics){.fleet = "fleet",
                            .ended_at = 1795744800,
                            .complete_at = 1795658400,
                            .seconds = 61,
                            .queries = 1234};
}

Test(metrics, of_a_complete_run)
{
    struct tally tally = {.rows = 12, .verdicts = {[VERDICT_PASS] = 7, [VERDICT_NO_PTR] = 5}};
    struct change_tally changes = {.changes = {[ROW_BROKE] = 3}, .alarms = 4};
    struct metrics metrics = made_metrics();

    metrics.exit_status = EXIT_FINDINGS;
    metrics.complete = true;
    metrics.tally = &tally;
    metrics.changes = &changes;
    metrics.alarms = &changes.alarms;
    char *text = text_with(&metrics);
    cr_expect(has_text(text, "# HELP fcrdns_up Whether the last run is complete and can be "
                             "trusted.\n# TYPE fcrdns_up gauge\nfcrdns_up{fleet=\"fleet\"} 1\n"));
    cr_expect(has_text(text, "fcrdns_exit_status{fleet=\"fleet\"} 1\n"));
    cr_expect(has_text(text, "fcrdns_run_duration_seconds{fleet=\"fleet\"} 61\n"));
    cr_expect(has_text(text, "fcrdns_run_queries{fleet=\"fleet\"} 1234\n"));
    cr_expect(has_text(text, "fcrdns_addresses{fleet=\"fleet\",verdict=\"no-ptr\"} 5\n"));
    cr_expect(has_text(text, "fcrdns_changes{fleet=\"fleet\",change=\"broke\"} 3\n"));
    cr_expect(has_text(text, "fcrdns_alarms{fleet=\"fleet\"} 4\n"));
    cr_expect_eq(count_text(text, "# TYPE fcrdns_addresses "), 1);
    cr_expect_eq(metrics_complete_at(text), 1795658400);
    free(text);
}

Test(metrics, of_a_night_without_an_earlier_one)
{
    struct tally tally = {.rows = 12};
    struct metrics metrics = made_metrics();
    uint64_t alarms = 5;

    metrics.tally = &tally;
    metrics.alarms = &alarms;
    char *text = text_with(&metrics);
    cr_expect(has_text(text, "fcrdns_alarms{fleet=\"fleet\"} 5\n"));
    cr_expect_not(has_text(text, "fcrdns_changes"));
    free(text);
}

Test(metrics, of_a_run_that_failed)
{
    struct metrics metrics = made_metrics();

    metrics.exit_status = EXIT_TRY_LATER;
    char *text = text_with(&metrics);
    cr_expect(has_text(text, "fcrdns_up{fleet=\"fleet\"} 0\n"));
    cr_expect(has_text(text, "fcrdns_exit_status{fleet=\"fleet\"} 75\n"));
    cr_expect_not(has_text(text, "fcrdns_addresses"));
    cr_expect_not(has_text(text, "fcrdns_changes"));
    cr_expect_not(has_text(text, "fcrdns_alarms"));
    cr_expect_eq(metrics_complete_at(text), 1795658400, "it is carried on");
    free(text);
    metrics.complete_at = 0;
    text = text_with(&metrics);
    cr_expect_not(has_text(text, "last_complete"));
    cr_expect_eq(metrics_complete_at(text), 0);
    free(text);
}

Test(metrics, names_of_strangers)
{
    struct metrics metrics = made_metrics();

    metrics.fleet = "a\"b\\c\n\xff{}";
    char *text = text_with(&metrics);
    cr_expect(has_text(text, "fcrdns_up{fleet=\"a\\\"b\\\\\\\\c\\\\010\\\\255{}\"} "), "%s", text);
    free(text);
    metrics.fleet = "of {a} 5 \"} 6";
    text = text_with(&metrics);
    cr_expect_eq(metrics_complete_at(text), 1795658400, "%s", text);
    free(text);
}

Test(metrics, texts_of_strangers)
{
    cr_expect_eq(metrics_complete_at(""), 0);
    cr_expect_eq(metrics_complete_at("\n\n"), 0);
    cr_expect_eq(metrics_complete_at("fcrdns_last_complete_timestamp_seconds 5\n"), 0);
    cr_expect_eq(metrics_complete_at("fcrdns_last_complete_timestamp_seconds{} -5\n"), 0);
    cr_expect_eq(metrics_complete_at("x\nfcrdns_last_complete_timestamp_seconds{fleet=\"\"} 7"), 7);
}
