#include "io/phases/server_session.h"

#include <stdlib.h>

#include "io/system/clock.h"

enum {
    LANE_ZONES = 32,  /* of a batch */
    LANE_ASKS = 64,   /* questions read at a time */
    PAUSES_MS = 3000, /* between the tries of a question, all together */
};

/* A question in flight. */
struct flight {
    unsigned zone; /* of the batch */
    bool is_soa;
    struct run_question ask;
};

struct server_lane {
    struct run_file *run;
    struct endpoint endpoint;
    struct asker *asker;
    int64_t patience_ns;
    uint64_t tries;
    bool failed; /* the run file */
    bool out_of_memory;
    bool has_answered; /* anything at all */
    /* the batch */
    unsigned zone_count;
    unsigned soas_sent;
    unsigned reading; /* the zone whose questions are being read */
    bool has_zone[LANE_ZONES];
    struct run_zone_server zones[LANE_ZONES];
    bool has_after;
    struct run_question after;
    unsigned next, count;
    struct run_question asks[LANE_ASKS];
    /* flying */
    unsigned free_count;
    unsigned *free_slots;
    struct flight *flights; /* by slot */
    /* since when nothing came back */
    int64_t heard_ns;
    uint64_t heard_replies, heard_queries;
    struct observation seen; /* large, reused */
    struct server_questions seen_asks;
    struct run_difference told;
    struct answer_summary expected;
};

/* ---- answers ---- */

/* A server has a zone if it answers for its SOA with authority. */
static void take_soa(struct server_lane *lane, unsigned i, const struct answer *answer)
{
    struct run_zone_server *zone = &lane->zones[i];
    if (answer->kind == ANSWER_SILENT || answer->kind == ANSWER_UNBELIEVABLE) {
        zone->state = ZONE_SERVER_SILENT;
    } else if (answer->kind == ANSWER_RECORDS && answer->authoritative && answer->has_soa &&
               dnsname_equal(&answer->soa_zone, &zone->zone)) {
        lane->has_zone[i] = true;
        zone->state = ZONE_SERVER_WHOLE; /* once its names are asked, which is when it is written */
        zone->serial = answer->soa_serial;
    } else {
        zone->state = ZONE_SERVER_LAME;
    }
}

/* What the run itself was told; SUMMARY_NONE: nothing. */
static bool find_expected(struct server_lane *lane, const struct run_question *ask)
{
    struct run_found found;
    enum run_step step = run_file_found_one(lane->run, &ask->address, &found);
    lane->expected.kind = SUMMARY_NONE;
    if (step != RUN_ROW)
        return step == RUN_END;
    if (!run_file_decode(lane->run, &found, &lane->seen))
        return false;
    server_questions_of(&lane->seen_asks, &ask->address, &lane->seen);
    const struct server_question *seen =
        server_questions_find(&lane->seen_asks, ask->question.type, &ask->question.name);
    if (seen)
        answer_summary_of(&lane->expected, seen->answer, seen->type, seen->at_end);
    return true;
}

/* An answer without authority is somebody else's: the server has given the name away to other
 * servers. */
static bool take_names(struct server_lane *lane, const struct flight *flight,
                       const struct answer *answer)
{
    struct run_zone_server *zone = &lane->zones[flight->zone];
    struct run_difference *told = &lane->told;
    told->ask = flight->ask;
    told->server = lane->endpoint.address;
    dnsname_copy(&told->zone, &zone->zone);
    told->until = clock_wall_seconds() + answer_longest_ttl(answer);
    answer_summary_of(&told->summary, answer, flight->ask.question.type, false);
    if (!answer->authoritative)
        told->summary.kind = SUMMARY_NONE;
    if (!find_expected(lane, &flight->ask))
        return false;
    bool differs = answer_summary_differs(&told->summary, &lane->expected);
    bool unknown = told->summary.kind == SUMMARY_NONE || lane->expected.kind == SUMMARY_NONE;
    zone->asked++;
    zone->failed += told->summary.kind == SUMMARY_NONE;
    zone->differing += differs;
    return differs || unknown ? run_file_add_difference(lane->run, told)
                              : run_file_remove_difference(lane->run, told);
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct server_lane *lane = context;
    const struct flight *flight = &lane->flights[slot];
    (void)owner;
    lane->has_answered |= answer->kind != ANSWER_SILENT;
    if (flight->is_soa)
        take_soa(lane, flight->zone, answer);
    else if (!take_names(lane, flight, answer))
        lane->failed = true;
    lane->free_slots[lane->free_count++] = slot;
}

/* ---- questions ---- */

static bool send(struct server_lane *lane, const struct flight *flight)
{
    unsigned slot = lane->free_slots[--lane->free_count];
    lane->flights[slot] = *flight;
    const struct ipaddr *wanted = flight->is_soa ? NULL : &flight->ask.address;
    lane->out_of_memory |= !asker_ask(lane->asker, &flight->ask.question, wanted, NULL, slot);
    return !lane->out_of_memory;
}

static bool send_soas(struct server_lane *lane)
{
    for (; lane->soas_sent < lane->zone_count && lane->free_count > 0; lane->soas_sent++) {
        struct flight flight = {
            .zone = lane->soas_sent, .is_soa = true, .ask.question.type = RR_SOA};
        dnsname_copy(&flight.ask.question.name, &lane->zones[lane->soas_sent].zone);
        if (!send(lane, &flight))
            return false;
    }
    return true;
}

/* The next question of the batch. NULL: there are no more, or the run file failed. */
static const struct run_question *next_ask(struct server_lane *lane)
{
    while (lane->reading < lane->zone_count) {
        if (lane->next < lane->count)
            return &lane->asks[lane->next++];
        if (lane->has_zone[lane->reading]) {
            lane->next = 0;
            if (!run_file_questions(lane->run, &lane->zones[lane->reading].zone,
                                    lane->has_after ? &lane->after : NULL, lane->asks, LANE_ASKS,
                                    &lane->count)) {
                lane->failed = true;
                return NULL;
            }
        }
        lane->has_after = lane->count > 0;
        if (lane->has_after)
            lane->after = lane->asks[lane->count - 1];
        else
            lane->reading++;
    }
    return NULL;
}

static bool send_names(struct server_lane *lane)
{
    const struct run_question *ask;
    while (lane->free_count > 0 && (ask = next_ask(lane)) != NULL) {
        struct flight flight = {.zone = lane->reading, .ask = *ask};
        if (!send(lane, &flight))
            return false;
    }
    return !lane->failed;
}

/* ---- the batch ---- */

static bool begin_batch(struct server_lane *lane)
{
    lane->soas_sent = lane->reading = 0;
    lane->next = lane->count = 0;
    lane->has_after = false;
    if (!run_file_server_zones(lane->run, &lane->endpoint.address, lane->zones, LANE_ZONES,
                               &lane->zone_count))
        return false;
    for (unsigned i = 0; i < lane->zone_count; i++) {
        lane->has_zone[i] = false;
        lane->zones[i].asked = lane->zones[i].differing = lane->zones[i].failed = 0;
    }
    return true;
}

static bool end_batch(struct server_lane *lane)
{
    if (lane->zone_count == 0)
        return true; /* there was none before the first */
    for (unsigned i = 0; i < lane->zone_count; i++) {
        if (!run_file_set_zone_server(lane->run, &lane->zones[i]))
            return false;
    }
    lane->zone_count = 0;
    return lane->has_answered || run_file_set_server_silent(lane->run, &lane->endpoint.address);
}

/* ---- a server that says nothing ---- */

static uint64_t replies(const struct server_lane *lane)
{
    const struct asker_counts *counts = asker_counts(lane->asker);
    return counts->latency.count + counts->unbelievable + counts->truncated;
}

/* Nothing has come back for as long as one question may take with all its tries. */
static bool is_silent(struct server_lane *lane)
{
    const struct asker_counts *counts = asker_counts(lane->asker);
    int64_t now = clock_monotonic_ns();
    uint64_t heard = replies(lane);
    if (heard != lane->heard_replies || counts->queries == lane->heard_queries) {
        lane->heard_replies = heard;
        lane->heard_queries = counts->queries;
        lane->heard_ns = now;
    }
    return now - lane->heard_ns > lane->patience_ns &&
           counts->queries - lane->heard_queries >= lane->tries;
}

/* What was said before stays; what was not asked is not known. */
static bool give_up(struct server_lane *lane)
{
    for (unsigned i = 0; i < lane->zone_count; i++) {
        if (lane->zones[i].state == ZONE_SERVER_NEW || lane->has_zone[i])
            lane->zones[i].state = ZONE_SERVER_SILENT;
    }
    return end_batch(lane) && run_file_set_server_silent(lane->run, &lane->endpoint.address);
}

/* ---- life ---- */

static bool prepare(struct server_lane *lane, const struct asker_options *options,
                    struct failure *failure)
{
    struct asker_options own = *options;
    lane->free_slots = malloc(own.window * sizeof(lane->free_slots[0]));
    lane->flights = malloc(own.window * sizeof(lane->flights[0]));
    if (!lane->free_slots || !lane->flights)
        return failure_out_of_memory(failure);
    for (unsigned i = 0; i < own.window; i++)
        lane->free_slots[lane->free_count++] = i;
    lane->tries = own.tries;
    lane->patience_ns = ((int64_t)own.timeout_ms * own.tries + PAUSES_MS) * 1000000;
    lane->heard_ns = clock_monotonic_ns();
    own.endpoints = &lane->endpoint;
    own.endpoint_count = 1;
    own.seed = (uint64_t)lane->heard_ns;
    own.give = on_answer;
    own.context = lane;
    lane->asker = asker_new(&own, failure);
    return lane->asker != NULL;
}

struct server_lane *server_lane_open(const struct lane_options *options,
                                     const struct ipaddr *server, struct failure *failure)
{
    struct server_lane *lane = calloc(1, sizeof(*lane));
    if (!lane) {
        failure_out_of_memory(failure);
        return NULL;
    }
    lane->run = options->run;
    lane->endpoint = (struct endpoint){.address = *server, .port = options->port};
    if (!prepare(lane, &options->asker, failure)) {
        server_lane_close(lane, NULL);
        return NULL;
    }
    return lane;
}

/* A batch that is answered makes room for the next one. False: the run file failed. */
static bool turn_batch(struct server_lane *lane, bool *done)
{
    bool sent = lane->soas_sent == lane->zone_count && lane->reading == lane->zone_count;
    if (!sent || asker_open(lane->asker) > 0)
        return true;
    if (!end_batch(lane) || !begin_batch(lane))
        return false;
    *done = lane->zone_count == 0;
    return true;
}

static bool feed(struct server_lane *lane, bool *done)
{
    if (!turn_batch(lane, done) || !send_soas(lane))
        return false;
    /* The names of a zone are asked for once it is known which zones the server has. */
    bool soas_answered = lane->soas_sent == lane->zone_count;
    for (unsigned i = 0; i < lane->zone_count && soas_answered; i++)
        soas_answered = lane->zones[i].state != ZONE_SERVER_NEW;
    return !soas_answered || send_names(lane);
}

static enum lane_turn fail(struct server_lane *lane, struct failure *failure)
{
    if (lane->out_of_memory)
        failure_out_of_memory(failure);
    else
        failure_pass(failure, run_file_failure(lane->run));
    return LANE_FAILED;
}

enum lane_turn server_lane_turn(struct server_lane *lane, int wait_ms, struct failure *failure)
{
    const struct asker_counts *counts = asker_counts(lane->asker);
    uint64_t before = counts->queries + counts->questions + replies(lane);
    bool done = false;
    if (!feed(lane, &done))
        return fail(lane, failure);
    if (done)
        return LANE_DONE;
    asker_run(lane->asker, wait_ms);
    if (lane->failed)
        return fail(lane, failure);
    if (is_silent(lane))
        return give_up(lane) ? LANE_DONE : fail(lane, failure);
    return counts->queries + counts->questions + replies(lane) != before ? LANE_BUSY : LANE_IDLE;
}

void server_lane_close(struct server_lane *lane, struct asker_counts *counts)
{
    if (!lane)
        return;
    if (lane->asker && counts)
        asker_counts_merge(counts, asker_counts(lane->asker));
    asker_free(lane->asker);
    free(lane->free_slots);
    free(lane->flights);
    free(lane);
}
