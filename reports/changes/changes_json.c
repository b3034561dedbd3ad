/* changes.json: the numbers of a comparison and its groups, for programs. */
#include <stdlib.h>

#include "reports/change_groups.h"
#include "reports/changes/change_words.h"
#include "reports/json_value.h"

enum { CHANGES_VERSION = 1 };

struct changes_json {
    const struct change_plan *plan;
    struct outfile *out;
    bool failed; /* out of memory */
};

static void *begin(const struct change_plan *plan, struct outfile *out, struct failure *failure)
{
    struct changes_json *json = calloc(1, sizeof(*json));

    if (!json) {
        failure_out_of_memory(failure);
        return NULL;
    }
    json->plan = plan;
    json->out = out;
    return json;
}

static void put(struct changes_json *json, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        json->failed = true;
}

static json_t *time_or_null(int64_t wall_seconds)
{
    return wall_seconds > 0 ? json_of_time(wall_seconds) : json_null();
}

static json_t *side_value(struct changes_json *json, const struct side_job *side, uint64_t rows,
                          uint64_t not_asked)
{
    json_t *object = json_object();
    bool complete = true;

    for (unsigned i = 0; i < side->count; i++)
        complete = complete && side->records[i].finished;
    put(json, object, "inputs", json_of_text(side->records[0].inputs));
    put(json, object, "runs", json_of_number(side->count));
    put(json, object, "started_at", time_or_null(side_job_began(side)));
    put(json, object, "complete", json_boolean(complete));
    put(json, object, "rows", json_of_number(rows));
    put(json, object, "not_asked", json_of_number(not_asked));
    return object;
}

static json_t *change_counts(struct changes_json *json, const struct change_tally *tally)
{
    json_t *object = json_object();

    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        put(json, object, row_change_row((enum row_change)i)->key,
            json_of_number(tally->changes[i]));
    return object;
}

static json_t *verdict_value(bool there, enum verdict verdict)
{
    return there ? json_string(verdict_row(verdict)->key) : json_null();
}

static json_t *ranges_value(struct changes_json *json, const struct address_ranges *ranges)
{
    json_t *array = json_array();
    char text[IPRANGE_TEXT_MAX];

    for (const struct address_range *at = ranges->first; at; at = at->next) {
        iprange_print(text, &at->range);
        json->failed |= json_array_append_new(array, json_string(text)) != 0;
    }
    return array;
}

static json_t *name_value(const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    if (!name)
        return json_null();
    dnsname_print(text, name);
    return json_string(text);
}

static json_t *verdict_counts(struct changes_json *json, const uint64_t *counts)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < VERDICTS; i++) {
        if (counts[i] > 0)
            put(json, object, verdict_row((enum verdict)i)->key, json_of_number(counts[i]));
    }
    return object;
}

static json_t *party_value(struct changes_json *json, const struct change_party *party)
{
    json_t *object = json_object();
    char name[PARTY_NAME_MAX];

    change_party_name(name, party);
    put(json, object, "party", json_of_text(name));
    put(json, object, "fix_owner", json_string(fixer_row(party->who)->key));
    put(json, object, "zones", json_of_number(party->zones));
    put(json, object, "rows", json_of_number(party->rows));
    put(json, object, "alarms", json_of_number(party->alarms));
    put(json, object, "alarm_zones", json_of_number(party->alarm_zones));
    put(json, object, "alarm_verdicts", verdict_counts(json, party->verdicts));
    put(json, object, "alarm_ranges", ranges_value(json, &party->ranges));
    put(json, object, "not_in_ranges", json_of_number(party->ranges.unlisted));
    return object;
}

static json_t *parties_value(struct changes_json *json)
{
    const struct change_parties *parties = change_groups_parties(json->plan->groups);
    json_t *array = json_array();

    for (unsigned i = 0; i < change_parties_count(parties); i++)
        json->failed |=
            json_array_append_new(array, party_value(json, change_parties_at(parties, i))) != 0;
    return array;
}

static json_t *group_value(struct changes_json *json, const struct change_group *group)
{
    const struct change_kind *kind = &group->kind;
    json_t *object = json_object();

    put(json, object, "change", json_string(row_change_row(kind->change)->key));
    put(json, object, "alarm", json_boolean(kind->alarm));
    put(json, object, "before", verdict_value(kind->has_before, kind->before));
    put(json, object, "after", verdict_value(kind->has_after, kind->after));
    put(json, object, "rows", json_of_number(group->rows));
    put(json, object, "since", time_or_null(group->since));
    put(json, object, "fix_owner",
        kind->who == FIXER_NONE ? json_null() : json_string(fixer_row(kind->who)->key));
    put(json, object, "party",
        group->party == CHANGE_NO_PARTY ? json_null() : json_of_number(group->party));
    put(json, object, "zone", name_value(group->zone));
    put(json, object, "zone_is_known", json_boolean(group->zone_is_known));
    put(json, object, "ranges", ranges_value(json, &group->ranges));
    put(json, object, "not_in_ranges", json_of_number(group->ranges.unlisted));
    return object;
}

static json_t *groups_value(struct changes_json *json)
{
    const struct change_groups *groups = json->plan->groups;
    json_t *array = json_array();

    for (unsigned i = 0; i < change_groups_count(groups); i++) {
        const struct change_group *group = change_groups_at(groups, i);

        if (!group->kind.is_second)
            json->failed |= json_array_append_new(array, group_value(json, group)) != 0;
    }
    return array;
}

static json_t *whole(struct changes_json *json, const struct change_tally *tally)
{
    const struct compare_job *job = json->plan->job;
    json_t *root = json_object();
    char why[CHANGE_WORDS_MAX];
    bool trusted = change_distrust_print(why, job, tally) == 0;

    put(json, root, "version", json_of_number(CHANGES_VERSION));
    put(json, root, "program", json_string(job->program));
    put(json, root, "written_at", json_of_time(json->plan->written_at));
    put(json, root, "old", side_value(json, &job->before, tally->before, tally->not_asked_before));
    put(json, root, "new", side_value(json, &job->after, tally->after, tally->not_asked));
    put(json, root, "not_trusted", trusted ? json_null() : json_of_text(why));
    put(json, root, "note", job->note ? json_of_text(job->note) : json_null());
    put(json, root, "alarms", json_of_number(tally->alarms));
    put(json, root, "added_broken", json_of_number(tally->added_broken));
    put(json, root, "first_known", json_of_number(tally->first_known));
    put(json, root, "unconfirmed", json_of_number(tally->unconfirmed));
    put(json, root, "flapping", json_of_number(tally->flapping));
    put(json, root, "flapping_broke", json_of_number(tally->flapping_broke));
    put(json, root, "changes", change_counts(json, tally));
    put(json, root, "broke", verdict_counts(json, tally->broke));
    put(json, root, "parties", parties_value(json));
    put(json, root, "zones_are_all_counted",
        json_boolean(!change_parties_has_more_zones(change_groups_parties(json->plan->groups))));
    put(json, root, "alarms_of_no_listed_party",
        json_of_number(change_parties_left_out(change_groups_parties(json->plan->groups))));
    put(json, root, "groups", groups_value(json));
    put(json, root, "rows_in_no_group", json_of_number(change_groups_left_out(json->plan->groups)));
    return root;
}

static bool finish(void *writer, const struct change_tally *tally, struct failure *failure)
{
    struct changes_json *json = writer;

    if (!json_write(whole(json, tally), json->out))
        json->failed = true;
    return !json->failed || failure_out_of_memory(failure);
}

const struct change_format changes_json_format = {"changes.json", begin, NULL, finish, free};
