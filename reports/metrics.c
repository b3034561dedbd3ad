#include "reports/metrics.h"

#include <stdlib.h>
#include <string.h>

#include "io/system/printable.h"

enum { FLEET_MAX = 1024 };

static const char COMPLETE[] = "fcrdns_last_complete_timestamp_seconds";

struct writer {
    struct outfile *out;
    char fleet[FLEET_MAX]; /* as the value of a label, without quotes */
};

/* Label values are UTF-8; backslash, quote and line feed are escaped. */
static void set_fleet(struct writer *writer, const char *fleet)
{
    char safe[FLEET_MAX / 2];
    size_t used = 0, length = printable_text(safe, sizeof(safe), fleet, strlen(fleet));

    for (size_t i = 0; i < length && used + 2 < FLEET_MAX; i++) {
        if (safe[i] == '"' || safe[i] == '\\')
            writer->fleet[used++] = '\\';
        writer->fleet[used++] = safe[i];
    }
    writer->fleet[used] = '\0';
}

static void put_head(const struct writer *writer, const char *name, const char *help)
{
    outfile_printf(writer->out, "# HELP %s %s\n# TYPE %s gauge\n", name, help, name);
}

/* label: NULL for none but the fleet. */
static void put_value(const struct writer *writer, const char *name, const char *label,
                      const char *key, uint64_t value)
{
    outfile_printf(writer->out, "%s{fleet=\"%s\"", name, writer->fleet);
    if (label)
        outfile_printf(writer->out, ",%s=\"%s\"", label, key);
    outfile_text(writer->out, "} ");
    outfile_number(writer->out, value);
    outfile_char(writer->out, '\n');
}

static void put_one(const struct writer *writer, const char *name, const char *help, uint64_t value)
{
    put_head(writer, name, help);
    put_value(writer, name, NULL, NULL, value);
}

static void put_run(const struct writer *writer, const struct metrics *metrics)
{
    put_one(writer, "fcrdns_up", "Whether the last run is complete and can be trusted.",
            metrics->complete);
    put_one(writer, "fcrdns_exit_status", "Exit status of the last run.", metrics->exit_status);
    put_one(writer, "fcrdns_last_run_timestamp_seconds", "End of the last run.",
            (uint64_t)metrics->ended_at);
    if (metrics->complete_at > 0)
        put_one(writer, COMPLETE, "End of the last complete run.", (uint64_t)metrics->complete_at);
    put_one(writer, "fcrdns_run_duration_seconds", "Duration of the last run.", metrics->seconds);
    put_one(writer, "fcrdns_run_queries", "Queries that the last run sent.", metrics->queries);
}

static void put_tally(const struct writer *writer, const struct tally *tally)
{
    put_head(writer, "fcrdns_addresses", "Addresses by verdict.");
    for (unsigned i = 0; i < VERDICTS; i++)
        put_value(writer, "fcrdns_addresses", "verdict", verdict_row((enum verdict)i)->key,
                  tally->verdicts[i]);
    put_one(writer, "fcrdns_broken_addresses", "Addresses that are broken and not accepted.",
            tally_broken(tally));
    put_one(writer, "fcrdns_accepted_addresses", "Addresses whose verdict is accepted.",
            tally_accepted(tally));
    put_head(writer, "fcrdns_findings", "Addresses by finding.");
    for (unsigned i = 0; i < FINDINGS; i++)
        put_value(writer, "fcrdns_findings", "finding", finding_row((enum finding)i)->key,
                  tally->findings[i]);
    put_one(writer, "fcrdns_rejected_rows", "Refused input rows.", tally->rejected);
}

static void put_changes(const struct writer *writer, const struct change_tally *changes)
{
    put_head(writer, "fcrdns_changes", "Rows by change since the last complete night.");
    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        put_value(writer, "fcrdns_changes", "change", row_change_row((enum row_change)i)->key,
                  changes->changes[i]);
}

void metrics_write(const struct metrics *metrics, struct outfile *out)
{
    struct writer writer = {.out = out};

    set_fleet(&writer, metrics->fleet);
    put_run(&writer, metrics);
    if (metrics->tally)
        put_tally(&writer, metrics->tally);
    if (metrics->changes)
        put_changes(&writer, metrics->changes);
    if (metrics->alarms)
        put_one(&writer, "fcrdns_alarms",
                "Rows that are broken now, and were not before (not all of them broke: some are "
                "new).",
                *metrics->alarms);
}

/* NULL: none. The fleet before it may contain braces and spaces. */
static const char *value_of(const char *line)
{
    const char *end = line + strcspn(line, "\n");

    while (end > line + 1 && !(end[-2] == '}' && end[-1] == ' '))
        end--;
    return end > line + 1 ? end : NULL;
}

int64_t metrics_complete_at(const char *text)
{
    const size_t length = sizeof(COMPLETE) - 1;

    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        const char *value = strncmp(line, COMPLETE, length) == 0 ? value_of(line) : NULL;
        if (value) {
            long long seconds = strtoll(value, NULL, 10);
            return seconds > 0 ? seconds : 0;
        }
        if (*line == '\0')
            break;
    }
    return 0;
}
