#include "reports/row_vantages.h"

#include <stdlib.h>
#include <string.h>

enum { MAP_NONE = 0, ZONES_CACHED = 2 * ROW_ZONES_MAX };

struct vantage_reader {
    const struct vantage_overview *overview;
    struct run_file *run;
    unsigned map_count;
    struct run_vantage map[VANTAGES_MAX]; /* of the run; `state` is unused */
    unsigned places[VANTAGES_MAX];        /* in the overview */
    enum run_step seen_step, answer_step;
    struct run_found seen; /* next facts of a vantage */
    struct run_difference answer;
    struct observation observation; /* large, reused */
    struct server_questions server_questions;
    unsigned zone_count;
    struct row_zone zones[ZONES_CACHED];
    struct row_vantages row;
};

struct vantage_reader *vantage_reader_new(const struct vantage_overview *overview)
{
    struct vantage_reader *reader = calloc(1, sizeof(*reader));

    if (reader)
        reader->overview = overview;
    return reader;
}

void vantage_reader_free(struct vantage_reader *reader)
{
    free(reader);
}

bool vantage_reader_begin(struct vantage_reader *reader, struct run_file *run)
{
    reader->run = run;
    reader->zone_count = 0;
    if (!run_file_vantages(run, reader->map, &reader->map_count))
        return false;
    for (unsigned i = 0; i < reader->map_count; i++)
        reader->places[i] = vantage_overview_find(reader->overview, reader->map[i].name);
    return true;
}

static bool next_seen(struct vantage_reader *reader)
{
    reader->seen_step = run_file_seen_next(reader->run, &reader->seen);
    return reader->seen_step != RUN_FAILED;
}

static bool next_answer(struct vantage_reader *reader)
{
    reader->answer_step = run_file_differences_next(reader->run, &reader->answer);
    return reader->answer_step != RUN_FAILED;
}

bool vantage_reader_item(struct vantage_reader *reader, const struct iprange *range)
{
    return run_file_seen_begin(reader->run, range) &&
           run_file_differences_begin(reader->run, range) && next_seen(reader) &&
           next_answer(reader);
}

/* ---- resolvers ---- */

static unsigned place_of(const struct vantage_reader *reader, uint32_t number)
{
    for (unsigned i = 0; i < reader->map_count; i++) {
        if (reader->map[i].number == number)
            return reader->places[i];
    }
    return MAP_NONE;
}

static bool read_result(struct vantage_reader *reader, const struct evidence *own)
{
    unsigned place = place_of(reader, reader->seen.vantage);
    struct evidence evidence = *own;

    if (place == MAP_NONE)
        return true;
    if (!run_file_decode(reader->run, &reader->seen, &reader->observation))
        return false;
    evidence.seen = &reader->observation;
    evidence.checked_at = reader->seen.checked_at;
    vantage_answer_of(&reader->row.results[place].answer, &evidence);
    reader->row.results[place].state = RESULT_UNKNOWN;
    return true;
}

static bool read_results(struct vantage_reader *reader, const struct evidence *own)
{
    struct row_vantages *row = &reader->row;

    row->result_count = reader->overview->resolver_count;
    for (unsigned i = 0; i < row->result_count; i++) {
        row->results[i].state = RESULT_NOT_ASKED;
        row->results[i].answer.ptr.kind = SUMMARY_NONE;
    }
    if (own->seen) {
        vantage_answer_of(&row->results[0].answer, own);
        row->results[0].state = RESULT_UNKNOWN;
    }
    while (reader->seen_step == RUN_ROW &&
           ipaddr_compare(&reader->seen.address, &own->address) <= 0) {
        if (ipaddr_equal(&reader->seen.address, &own->address) && !read_result(reader, own))
            return false;
        if (!next_seen(reader))
            return false;
    }
    return reader->seen_step != RUN_FAILED;
}

static void group_results(struct row_vantages *row)
{
    unsigned group = 0;

    for (unsigned i = 0; i < row->result_count; i++) {
        struct vantage_result *result = &row->results[i];

        result->group = GROUP_NONE;
        if (!vantage_answer_is_known(&result->answer))
            continue;
        for (unsigned j = 0; j < i && result->group == GROUP_NONE; j++) {
            if (row->results[j].group != GROUP_NONE &&
                !vantage_answer_differs(&row->results[j].answer, &result->answer))
                result->group = row->results[j].group;
        }
        if (result->group == GROUP_NONE)
            result->group = (uint8_t)group++;
        result->state = result->group == 0 ? RESULT_SAME : RESULT_DIFFERS;
    }
    row->results_differ = group > 1;
}

/* ---- name servers ---- */

static bool read_answers(struct vantage_reader *reader, const struct ipaddr *address)
{
    struct row_vantages *row = &reader->row;

    row->answer_count = 0;
    row->answers_cut = false;
    while (reader->answer_step == RUN_ROW &&
           ipaddr_compare(&reader->answer.ask.address, address) <= 0) {
        bool here = ipaddr_equal(&reader->answer.ask.address, address);

        if (here && row->answer_count < SERVER_ANSWERS_KEPT)
            row->answers[row->answer_count++] = reader->answer;
        else
            row->answers_cut |= here;
        if (!next_answer(reader))
            return false;
    }
    return reader->answer_step != RUN_FAILED;
}

static bool is_same_question(const struct run_question *a, const struct run_question *b)
{
    return a->question.type == b->question.type &&
           dnsname_equal(&a->question.name, &b->question.name);
}

static void find_found(struct vantage_reader *reader, struct row_question *question,
                       const struct evidence *own)
{
    const struct question *asked = &reader->row.answers[question->first].ask.question;
    const struct server_question *ask =
        own->seen ? server_questions_find(&reader->server_questions, asked->type, &asked->name)
                  : NULL;

    question->found.kind = SUMMARY_NONE;
    question->found.text[0] = '\0';
    question->found_until = 0;
    if (!ask)
        return;
    answer_summary_of(&question->found, ask->answer, ask->type, ask->at_end);
    question->found_until = own->checked_at + answer_longest_ttl(ask->answer);
}

/* The group of the first answer before the i-th that does not differ from it; GROUP_NONE: none. */
static uint8_t group_before(const struct row_vantages *row, const struct row_question *question,
                            unsigned i)
{
    const struct answer_summary *summary = &row->answers[i].summary;

    if (question->found_group != GROUP_NONE && !answer_summary_differs(&question->found, summary))
        return question->found_group;
    for (unsigned j = question->first; j < i; j++) {
        if (row->answer_groups[j] != GROUP_NONE &&
            !answer_summary_differs(&row->answers[j].summary, summary))
            return row->answer_groups[j];
    }
    return GROUP_NONE;
}

static void group_answers(struct row_vantages *row, struct row_question *question)
{
    unsigned group = 0;

    question->found_group = question->found.kind == SUMMARY_NONE ? GROUP_NONE : (uint8_t)group++;
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        row->answer_groups[i] = GROUP_NONE;
        if (row->answers[i].summary.kind == SUMMARY_NONE)
            continue;
        row->answer_groups[i] = group_before(row, question, i);
        if (row->answer_groups[i] == GROUP_NONE)
            row->answer_groups[i] = (uint8_t)group++;
    }
    question->differs = group > 1;
}

static bool has_answered(const struct row_vantages *row, const struct row_question *question,
                         const struct ipaddr *server)
{
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        if (ipaddr_equal(&row->answers[i].server, server))
            return true;
    }
    return false;
}

/* Does a name server of the zone answer as the run found? Such answers are not stored: a server
 * that was asked everything and has no answer here agrees. */
static bool a_server_agrees(const struct row_vantages *row, const struct row_question *question)
{
    const struct row_zone *zone = question->zone;

    for (unsigned i = 0; i < zone->server_count; i++) {
        if (zone->servers[i].state == ZONE_SERVER_WHOLE &&
            !has_answered(row, question, &zone->servers[i].address))
            return true;
    }
    return false;
}

/* Without all answers and servers of the zone neither flag is set. */
static void compare_servers(const struct row_vantages *row, struct row_question *question)
{
    bool is_last = question->first + question->count == row->answer_count;
    uint8_t first = GROUP_NONE;
    bool differ = false;

    question->servers = SERVERS_UNKNOWN;
    question->who = FIXER_NONE;
    if (!question->differs || !question->zone || (is_last && row->answers_cut))
        return;
    if (question->found_group != GROUP_NONE && a_server_agrees(row, question))
        first = question->found_group;
    for (unsigned i = question->first; i < question->first + question->count; i++) {
        uint8_t group = row->answer_groups[i];

        if (group == GROUP_NONE)
            continue;
        differ = differ || (first != GROUP_NONE && group != first);
        first = group;
    }
    if (differ)
        question->servers = SERVERS_DIFFER;
    else if (question->zone->server_count < OVERVIEW_SERVERS_MAX)
        question->servers = SERVERS_NEWER;
    question->who =
        blame_of(&(struct blame_case){.fault = FAULT_ANSWERS_DIFFER, .servers = question->servers})
            .party;
}

static bool is_in_use(const struct row_vantages *row, const struct row_zone *zone)
{
    for (unsigned i = 0; i < row->question_count; i++) {
        if (row->questions[i].zone == zone)
            return true;
    }
    return false;
}

/* Finds the servers of a zone, cached because neighbouring addresses mostly share one. */
static bool find_zone(struct vantage_reader *reader, const struct dnsname *zone,
                      const struct row_zone **out)
{
    struct row_zone *free_one;

    for (unsigned i = 0; i < ZONES_CACHED && i < reader->zone_count; i++) {
        if (dnsname_equal(&reader->zones[i].zone, zone)) {
            *out = &reader->zones[i];
            return true;
        }
    }
    do
        free_one = &reader->zones[reader->zone_count++ % ZONES_CACHED];
    while (is_in_use(&reader->row, free_one));
    dnsname_copy(&free_one->zone, zone);
    *out = free_one;
    return run_file_servers_of_zone(reader->run, zone, free_one->servers, OVERVIEW_SERVERS_MAX,
                                    &free_one->server_count);
}

static bool add_question(struct vantage_reader *reader, unsigned first, const struct evidence *own,
                         unsigned *zones)
{
    struct row_vantages *row = &reader->row;
    struct row_question *question = &row->questions[row->question_count++];

    question->first = first;
    question->count = 1;
    while (first + question->count < row->answer_count &&
           is_same_question(&row->answers[first].ask, &row->answers[first + question->count].ask))
        question->count++;
    question->zone = NULL;
    question->whose = NULL;
    find_found(reader, question, own);
    group_answers(row, question);
    if (question->differs && ++*zones <= ROW_ZONES_MAX &&
        !find_zone(reader, &row->answers[first].zone, &question->zone))
        return false;
    compare_servers(row, question);
    return true;
}

static bool read_questions(struct vantage_reader *reader, const struct evidence *own)
{
    struct row_vantages *row = &reader->row;
    unsigned zones = 0;

    row->question_count = 0;
    if (row->answer_count > 0 && own->seen)
        server_questions_of(&reader->server_questions, &own->address, own->seen);
    for (unsigned i = 0; i < row->answer_count;
         i += row->questions[row->question_count - 1].count) {
        if (!add_question(reader, i, own, &zones))
            return false;
    }
    return true;
}

/* ---- both ---- */

static void extend(int64_t *until, int64_t at)
{
    if (at > *until)
        *until = at;
}

/* --ask authoritative: what the name servers themselves answer. */
static bool is_right_at_servers(const struct row_vantages *row,
                                const struct vantage_overview *overview)
{
    unsigned at = vantage_overview_find(overview, VANTAGE_NAME_SERVERS);

    return at > 0 && row->results[at].state == RESULT_DIFFERS &&
           row->results[at].answer.verdict == VERDICT_PASS &&
           row->results[0].answer.verdict != VERDICT_PASS;
}

/* If the name servers are right, the resolvers with another answer have an old one. */
static uint8_t new_group(const struct row_vantages *row, const struct vantage_overview *overview)
{
    return row->right ? row->results[vantage_overview_find(overview, VANTAGE_NAME_SERVERS)].group
                      : GROUP_NONE;
}

/* The inconsistency ends when the last cached answer expires, whichever is right. If one of them is
 * known to be new, only the old ones count. */
static void sum_up(struct row_vantages *row, const struct vantage_overview *overview)
{
    row->inconsistent = row->results_differ;
    row->is_old = row->right = is_right_at_servers(row, overview);
    row->until = 0;
    for (unsigned i = 0; i < row->result_count && row->results_differ; i++) {
        uint8_t group = row->results[i].group;

        if (group != GROUP_NONE && group != new_group(row, overview))
            extend(&row->until, row->results[i].answer.until);
    }
    for (unsigned i = 0; i < row->question_count; i++) {
        const struct row_question *question = &row->questions[i];

        if (!question->differs)
            continue;
        row->inconsistent = true;
        row->is_old |= question->servers == SERVERS_NEWER;
        if (question->found_group != GROUP_NONE)
            extend(&row->until, question->found_until);
        for (unsigned j = question->first; j < question->first + question->count; j++) {
            if (question->servers != SERVERS_NEWER)
                extend(&row->until, row->answers[j].until);
        }
    }
}

struct row_vantages *vantage_reader_row(struct vantage_reader *reader,
                                        const struct evidence *evidence)
{
    struct row_vantages *row = &reader->row;

    if (!read_results(reader, evidence) || !read_answers(reader, &evidence->address))
        return NULL;
    group_results(row);
    if (!read_questions(reader, evidence))
        return NULL;
    sum_up(row, reader->overview);
    return row;
}
