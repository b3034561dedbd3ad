/* summary.json: the numbers of the report for programs. */
#include <stdlib.h>

#include "io/input/suffix_list.h"
#include "io/lookup/histogram.h"
#include "io/system/printable.h"
#include "reports/fix_list.h"
#include "reports/fix_words.h"
#include "reports/json_value.h"
#include "reports/mailbox.h"
#include "reports/name_census.h"
#include "reports/report_format.h"
#include "reports/report_words.h"
#include "reports/time_text.h"

enum { SUMMARY_VERSION = 1 };

struct summary {
    const struct report_plan *plan;
    struct outfile *out;
    bool failed; /* out of memory */
};

static void put(struct summary *summary, json_t *object, const char *key, json_t *value)
{
    if (json_object_set_new(object, key, value) != 0)
        summary->failed = true;
}

static const char *readiness_key(enum readiness readiness)
{
    static const char *const keys[] = {
        [READY] = "ready", [NOT_READY] = "not-ready", [NOT_KNOWN] = "not-known"};

    return keys[readiness];
}

/* total = passed + broken + unanswered + accepted + not_public, and errors that are the fault of a
 * resolver; temporary includes these and the DNS errors of broken. */
static json_t *addresses(struct summary *summary, const struct tally *tally)
{
    json_t *object = json_object();

    put(summary, object, "total", json_of_number(tally->rows));
    put(summary, object, "public", json_of_number(tally_public(tally)));
    put(summary, object, "passed", json_of_number(tally->verdicts[VERDICT_PASS]));
    put(summary, object, "broken", json_of_number(tally_broken(tally)));
    put(summary, object, "unanswered", json_of_number(tally_counting(tally, VERDICT_UNANSWERED)));
    put(summary, object, "temporary", json_of_number(tally_temporary(tally)));
    put(summary, object, "not_public", json_of_number(tally->verdicts[VERDICT_NOT_PUBLIC]));
    put(summary, object, "accepted", json_of_number(tally_accepted(tally)));
    put(summary, object, "repeated", json_of_number(summary->plan->repeated));
    return object;
}

static json_t *verdicts(struct summary *summary, const struct tally *tally)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < VERDICTS; i++)
        put(summary, object, verdict_row(i)->key, json_of_number(tally->verdicts[i]));
    return object;
}

static json_t *findings(struct summary *summary, const struct tally *tally)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < FINDINGS; i++)
        put(summary, object, finding_row(i)->key, json_of_number(tally->findings[i]));
    return object;
}

/* null if the finding does not occur or asks for no change. */
static json_t *finding_times(struct summary *summary, const struct tally *tally)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < FINDINGS; i++)
        put(summary, object, finding_row(i)->key,
            (tally->timed_findings >> i) & 1u ? json_of_time(tally->finding_after[i])
                                              : json_null());
    return object;
}

static json_t *ignored_findings(struct summary *summary)
{
    const struct policy *policy = summary->plan->policy;
    json_t *array = json_array();

    for (uint32_t left = policy ? policy->ignored : 0; left != 0; left &= left - 1)
        summary->failed |=
            json_array_append_new(
                array, json_string(finding_row((enum finding)__builtin_ctz(left))->key)) != 0;
    return array;
}

static json_t *exception_value(struct summary *summary, const struct exception *exception)
{
    char range[IPRANGE_TEXT_MAX];
    json_t *object = json_object();

    iprange_print(range, &exception->range);
    put(summary, object, "line", json_of_number(exception->line));
    put(summary, object, "item", json_string(range));
    put(summary, object, "key", json_string(subject_key(exception->subject)));
    put(summary, object, "reason", json_of_text(exception->reason));
    put(summary, object, "expires",
        exception->last_day[0] ? json_string(exception->last_day) : json_null());
    return object;
}

/* null without --exceptions. Lists the exceptions that should be removed from the file. */
static json_t *exceptions(struct summary *summary, const struct tally *tally)
{
    const struct exceptions *table =
        summary->plan->policy ? summary->plan->policy->exceptions : NULL;
    const struct exception *exception;

    if (!table)
        return json_null();
    json_t *object = json_object();
    json_t *expired = json_array();
    json_t *unused = json_array();
    for (unsigned i = 0; (exception = exceptions_at(table, i)) != NULL; i++) {
        if (exception->expired || exception_is_unused(exception))
            summary->failed |= json_array_append_new(exception->expired ? expired : unused,
                                                     exception_value(summary, exception)) != 0;
    }
    put(summary, object, "in_force", json_of_number(exceptions_sum(table).in_force));
    put(summary, object, "addresses", json_of_number(tally->excepted));
    put(summary, object, "expired", expired);
    put(summary, object, "unused", unused);
    return object;
}

/* Merged runs may repeat a key: its values become an array. */
static void put_story(struct summary *summary, json_t *run, const struct run_story *story)
{
    json_t *earlier = json_object_get(run, story->key);
    json_t *value = json_of_text(story->value);

    if (json_is_array(earlier)) {
        summary->failed |= json_array_append_new(earlier, value) != 0;
    } else if (earlier) {
        put(summary, run, story->key, json_pack("[O,o]", earlier, value));
    } else {
        put(summary, run, story->key, value);
    }
}

/* {"gmail": {"accepts": 240, "unknown": 0, ...}, ...}, public addresses only. */
static json_t *receivers(struct summary *summary, const struct tally *tally)
{
    const struct receiver_list *list = summary->plan->receivers;
    json_t *object = json_object();

    for (unsigned i = 0; list && i < list->count; i++) {
        json_t *outcomes = json_object();

        for (unsigned j = 0; j < OUTCOMES; j++)
            put(summary, outcomes, outcome_row(j)->key, json_of_number(tally->receivers[i][j]));
        put(summary, object, list->rows[i]->key, outcomes);
    }
    return object;
}

static json_t *resolver(struct summary *summary, const struct tally *tally, unsigned i)
{
    static const char *const states[VANTAGE_STATES] = {[VANTAGE_NEW] = "not-complete",
                                                       [VANTAGE_WHOLE] = "complete",
                                                       [VANTAGE_SILENT] = "silent",
                                                       [VANTAGE_BROKE_OFF] = "broke-off"};
    const struct run_vantage *vantage = &summary->plan->vantages->resolvers[i];
    json_t *object = json_object();

    put(summary, object, "name", json_string(vantage->name));
    put(summary, object, "state", json_string(states[vantage->state]));
    put(summary, object, "same", json_of_number(tally->resolvers[i][RESULT_SAME]));
    put(summary, object, "differing", json_of_number(tally->resolvers[i][RESULT_DIFFERS]));
    put(summary, object, "no_answer", json_of_number(tally->resolvers[i][RESULT_UNKNOWN]));
    put(summary, object, "not_asked", json_of_number(tally->resolvers[i][RESULT_NOT_ASKED]));
    return object;
}

/* Name servers, counted once for each zone they serve. */
static json_t *authoritative(struct summary *summary, const struct tally *tally)
{
    static const char *const states[ZONE_SERVER_STATES] = {
        [ZONE_SERVER_NEW] = "not_asked",
        [ZONE_SERVER_WHOLE] = "answering",
        [ZONE_SERVER_SILENT] = "silent",
        [ZONE_SERVER_LAME] = "lame",
        [ZONE_SERVER_NOT_ASKED_SPECIAL] = "special",
        [ZONE_SERVER_UNREACHABLE] = "unreachable",
        [ZONE_SERVER_NO_ADDRESS] = "no_address",
    };
    const struct vantage_overview *overview = summary->plan->vantages;
    json_t *object = json_object();

    put(summary, object, "zones", json_of_number(overview->zones));
    put(summary, object, "differing_zones", json_of_number(overview->differing));
    put(summary, object, "old_answers", json_of_number(tally->old_answers));
    for (unsigned i = 0; i < ZONE_SERVER_STATES; i++)
        put(summary, object, states[i], json_of_number(overview->servers[i]));
    return object;
}

/* null without vantages. */
static json_t *vantages(struct summary *summary, const struct tally *tally)
{
    const struct vantage_overview *overview = summary->plan->vantages;

    if (!overview)
        return json_null();
    json_t *object = json_object();
    json_t *resolvers = json_array();
    for (unsigned i = 1; i < overview->resolver_count; i++)
        summary->failed |= json_array_append_new(resolvers, resolver(summary, tally, i)) != 0;
    put(summary, object, "resolvers", resolvers);
    put(summary, object, "authoritative",
        overview->zones > 0 ? authoritative(summary, tally) : json_null());
    return object;
}

static json_t *name_value(const struct dnsname *name)
{
    char text[DNSNAME_TEXT_MAX];

    return json_stringn(text, dnsname_print(text, name));
}

/* null with --ignore shared-name: names were not counted. */
static json_t *shared_names(struct summary *summary)
{
    const struct name_census *census = summary->plan->census;
    struct shared_name top[CENSUS_TOP_MAX];
    json_t *object;
    json_t *names;

    if (summary->plan->policy && policy_ignores(summary->plan->policy, FINDING_SHARED_NAME))
        return json_null();
    object = json_object();
    names = json_array();
    for (unsigned i = 0, count = census ? name_census_top(census, top) : 0; i < count; i++) {
        json_t *name = json_object();

        put(summary, name, "name", name_value(&top[i].name));
        put(summary, name, "addresses", json_of_number(top[i].addresses));
        summary->failed |= json_array_append_new(names, name) != 0;
    }
    put(summary, object, "told_from",
        json_of_number(census ? name_census_least(census) : SHARED_NAME_MIN));
    put(summary, object, "most_shared", names);
    return object;
}

static json_t *text_or_null(const char *text)
{
    return text && text[0] ? json_of_text(text) : json_null();
}

/* What the DNS says about the first zone, unless --providers says it. */
static void put_who(struct summary *summary, json_t *object, const struct fix_party *party)
{
    const struct fix_group *first = party->first;
    const struct provider *provider = party->provider;
    char contact[MAILBOX_TEXT_MAX];
    size_t length = mailbox_print(contact, first->rname);

    put(summary, object, "fix_owner", json_string(fixer_row(party->who)->key));
    put(summary, object, "zone", name_value(first->zone));
    put(summary, object, "zone_is_known", json_boolean(first->zone_is_known));
    put(summary, object, "registrable_domain",
        first->domain ? name_value(first->domain) : json_null());
    if (provider && provider->contact[0])
        put(summary, object, "contact", json_of_text(provider->contact));
    else
        put(summary, object, "contact", length > 0 ? json_stringn(contact, length) : json_null());
}

/* What is known of the party as a whole. */
static void put_whole(struct summary *summary, json_t *object, const struct fix_party *party)
{
    const struct provider *provider = party->provider;
    char name[PARTY_NAME_MAX];
    size_t length = fix_party_name(name, party);

    put(summary, object, "party", provider ? json_of_text(name) : json_stringn(name, length));
    put(summary, object, "provider", text_or_null(provider ? provider->name : NULL));
    put(summary, object, "reference", text_or_null(provider ? provider->reference : NULL));
    put(summary, object, "zone_count", json_of_number(party->zone_count));
    put(summary, object, "records", json_of_number(party->records));
    put(summary, object, "without_name", json_of_number(party->without_record));
    put(summary, object, "folder", text_or_null(party->folder));
}

static json_t *party(struct summary *summary, const struct fix_party *party)
{
    json_t *object = json_object();

    put_who(summary, object, party);
    put(summary, object, "addresses", json_of_number(party->addresses));
    put(summary, object, "safe_after",
        party->has_safe_after ? json_of_time(party->safe_after) : json_null());
    put_whole(summary, object, party);
    return object;
}

/* The parties that must act, largest first; one after another, since there may be very many. */
static void write_parties(struct summary *summary)
{
    const struct fix_list *list = summary->plan->fixes;
    struct outfile *out = summary->out;
    const struct fix_party *one;
    unsigned i = 0;

    outfile_text(out, ",\n  \"parties\": [");
    for (; list && (one = fix_list_party(list, i)) != NULL; i++) {
        outfile_text(out, i > 0 ? "," : "");
        summary->failed |= !json_write_element(party(summary, one), 2, out);
    }
    outfile_text(out, i > 0 ? "\n  ],\n" : "],\n");
}

/* null without a list. */
static json_t *suffixes(struct summary *summary)
{
    const struct suffix_list *list = summary->plan->suffixes;
    json_t *object;

    if (!list)
        return json_null();
    object = json_object();
    put(summary, object, "source", json_of_text(suffix_list_source(list)));
    put(summary, object, "date", json_string(suffix_list_date(list)));
    put(summary, object, "date_of", json_string(suffix_list_date_of(list)));
    return object;
}

static json_t *run(struct summary *summary)
{
    json_t *object = json_object();

    for (unsigned i = 0; i < summary->plan->story_count; i++)
        put_story(summary, object, &summary->plan->story[i]);
    return object;
}

static json_t *latency(const struct histogram *histogram)
{
    if (!histogram || histogram->count == 0)
        return json_null();
    return json_pack("{s:f,s:f,s:f,s:f}", "p50", (double)histogram_quantile(histogram, 0.5) / 1000,
                     "p90", (double)histogram_quantile(histogram, 0.9) / 1000, "p99",
                     (double)histogram_quantile(histogram, 0.99) / 1000, "max",
                     (double)histogram->max / 1000);
}

/* Rows by change since the baseline. */
static json_t *changes(struct summary *summary, const struct tally *tally)
{
    json_t *object = json_object();

    for (unsigned i = ROW_SAME + 1; i < ROW_CHANGES; i++)
        put(summary, object, row_change_row((enum row_change)i)->key,
            json_of_number(tally->changes[i]));
    return object;
}

/* Why the exit code is 75 although all was asked. */
static json_t *not_trusted(struct summary *summary, const struct tally *tally)
{
    const struct report_plan *plan = summary->plan;
    char why[HEADLINE_MAX];

    if (plan->resolver_fault)
        return json_of_text(plan->resolver_fault);
    return distrust_print(why, tally, plan->max_unanswered) > 0 ? json_string(why) : json_null();
}

static json_t *before_parties(struct summary *summary, const struct tally *tally)
{
    const struct report_plan *plan = summary->plan;
    json_t *root = json_object();

    put(summary, root, "format", json_string("fcrdns-summary"));
    put(summary, root, "version", json_integer(SUMMARY_VERSION));
    put(summary, root, "program", json_of_text(plan->program));
    put(summary, root, "written_at", json_of_time(plan->written_at));
    put(summary, root, "answers_from",
        json_string(plan->zone_files ? "zone files" : "published DNS"));
    put(summary, root, "complete", json_boolean(plan->complete));
    put(summary, root, "incomplete_reason",
        plan->incomplete_reason ? json_of_text(plan->incomplete_reason) : json_null());
    put(summary, root, "resolver_fault",
        plan->resolver_fault ? json_of_text(plan->resolver_fault) : json_null());
    put(summary, root, "not_trusted", not_trusted(summary, tally));
    put(summary, root, "resolver_filter",
        plan->resolver_filter ? json_of_text(plan->resolver_filter) : json_null());
    put(summary, root, "readiness", json_string(readiness_key(tally_readiness(tally))));
    put(summary, root, "addresses", addresses(summary, tally));
    put(summary, root, "verdicts", verdicts(summary, tally));
    put(summary, root, "findings", findings(summary, tally));
    put(summary, root, "passing_with_warnings", json_of_number(tally->warned));
    put(summary, root, "ignored_findings", ignored_findings(summary));
    put(summary, root, "exceptions", exceptions(summary, tally));
    put(summary, root, "receivers", receivers(summary, tally));
    put(summary, root, "vantages", vantages(summary, tally));
    put(summary, root, "shared_names", shared_names(summary));
    return root;
}

static json_t *after_parties(struct summary *summary, const struct tally *tally)
{
    const struct report_plan *plan = summary->plan;
    json_t *root = json_object();

    put(summary, root, "public_suffix_list", suffixes(summary));
    if (plan->has_baseline) {
        put(summary, root, "changes", changes(summary, tally));
        put(summary, root, "alarms", json_of_number(tally->alarms));
    }
    put(summary, root, "rejected_rows", json_of_number(tally->rejected));
    put(summary, root, "safe_after",
        tally->has_safe_after ? json_of_time(tally->safe_after) : json_null());
    put(summary, root, "findings_safe_after", finding_times(summary, tally));
    put(summary, root, "run", run(summary));
    put(summary, root, "latency_ms", latency(plan->latency));
    return root;
}

static void *begin(const struct report_plan *plan, struct outfile *out, struct failure *failure)
{
    struct summary *summary = calloc(1, sizeof(*summary));

    if (!summary) {
        failure_out_of_memory(failure);
        return NULL;
    }
    summary->plan = plan;
    summary->out = out;
    return summary;
}

static bool finish(void *writer, const struct tally *tally, struct failure *failure)
{
    struct summary *summary = writer;

    outfile_text(summary->out, "{\n");
    summary->failed |= !json_write_members(before_parties(summary, tally), summary->out);
    write_parties(summary);
    summary->failed |= !json_write_members(after_parties(summary, tally), summary->out);
    outfile_text(summary->out, "\n}\n");
    return !summary->failed || failure_out_of_memory(failure);
}

const struct report_format summary_json_format = {
    .file = "summary.json", .begin = begin, .finish = finish, .free = free};
