#include "io/phases/server_session.h"

#include <stdlib.h>

#include "io/system/clock.h"

enum {
    SESSION_ZONES = 32,     /* of a batch */
    SESSION_QUESTIONS = 64, /* questions read at a time */
    PAUSES_MS = 3000,       /* between the tries of a question, all together */
};

/* A question that waits for its answer. */
struct sent_question {
    unsigned zone; /* of the batch */
    bool is_soa;
    struct run_question ask;
};

struct server_session {
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
    unsigned reading; /* index of the zone whose questions are being read */
    bool serves[SESSION_ZONES];
    struct run_zone_server zones[SESSION_ZONES];
    bool has_after;
    struct run_question after;
    unsigned next, count;
    struct run_question asks[SESSION_QUESTIONS];
    /* in flight */
    unsigned free_count;
    unsigned *free_slots;
    struct sent_question *sent; /* by slot */
    /* the last reply */
    int64_t heard_ns;
    uint64_t heard_replies, heard_queries;
    struct observation seen; /* large, reused */
    struct server_questions seen_questions;
    struct run_difference difference;
    struct answer_summary expected;
};

/* ---- answers ---- */

/* A server serves a zone if its answer to the SOA question is authoritative. */
static void take_soa(struct server_session *session, unsigned i, const struct answer *answer)
{
    struct run_zone_server *zone = &session->zones[i];
    if (answer->kind == ANSWER_SILENT || answer->kind == ANSWER_UNBELIEVABLE) {
        zone->state = ZONE_SERVER_SILENT;
    } else if (answer->kind == ANSWER_RECORDS && answer->authoritative && answer->has_soa &&
               dnsname_equal(&answer->soa_zone, &zone->zone)) {
        session->serves[i] = true;
        zone->state = ZONE_SERVER_WHOLE; /* written once the names in the zone are asked too */
        zone->serial = answer->soa_serial;
    } else {
        zone->state = ZONE_SERVER_LAME;
    }
}

/* The answer of the run's resolvers; SUMMARY_NONE: no answer. */
static bool find_expected(struct server_session *session, const struct run_question *ask)
{
    struct run_found found;
    enum run_step step = run_file_found_one(session->run, &ask->address, &found);
    session->expected.kind = SUMMARY_NONE;
    if (step != RUN_ROW)
        return step == RUN_END;
    if (!run_file_decode(session->run, &found, &session->seen))
        return false;
    server_questions_of(&session->seen_questions, &ask->address, &session->seen);
    const struct server_question *seen =
        server_questions_find(&session->seen_questions, ask->question.type, &ask->question.name);
    if (seen)
        answer_summary_of(&session->expected, seen->answer, seen->type, seen->at_end);
    return true;
}

/* An answer without authority does not count: the server has delegated the name. */
static bool take_names(struct server_session *session, const struct sent_question *question,
                       const struct answer *answer)
{
    struct run_zone_server *zone = &session->zones[question->zone];
    struct run_difference *difference = &session->difference;
    difference->ask = question->ask;
    difference->server = session->endpoint.address;
    dnsname_copy(&difference->zone, &zone->zone);
    difference->until = clock_wall_seconds() + answer_longest_ttl(answer);
    answer_summary_of(&difference->summary, answer, question->ask.question.type, false);
    if (!answer->authoritative)
        difference->summary.kind = SUMMARY_NONE;
    if (!find_expected(session, &question->ask))
        return false;
    bool differs = answer_summary_differs(&difference->summary, &session->expected);
    bool unknown =
        difference->summary.kind == SUMMARY_NONE || session->expected.kind == SUMMARY_NONE;
    zone->asked++;
    zone->failed += difference->summary.kind == SUMMARY_NONE;
    zone->differing += differs;
    return differs || unknown ? run_file_add_difference(session->run, difference)
                              : run_file_remove_difference(session->run, difference);
}

static void on_answer(void *context, void *owner, unsigned slot, const struct answer *answer)
{
    struct server_session *session = context;
    const struct sent_question *question = &session->sent[slot];
    (void)owner;
    session->has_answered |= answer->kind != ANSWER_SILENT;
    if (question->is_soa)
        take_soa(session, question->zone, answer);
    else if (!take_names(session, question, answer))
        session->failed = true;
    session->free_slots[session->free_count++] = slot;
}

/* ---- questions ---- */

static bool send(struct server_session *session, const struct sent_question *question)
{
    unsigned slot = session->free_slots[--session->free_count];
    session->sent[slot] = *question;
    const struct ipaddr *wanted = question->is_soa ? NULL : &question->ask.address;
    session->out_of_memory |=
        !asker_ask(session->asker, &question->ask.question, wanted, NULL, slot);
    return !session->out_of_memory;
}

static bool send_soas(struct server_session *session)
{
    for (; session->soas_sent < session->zone_count && session->free_count > 0;
         session->soas_sent++) {
        struct sent_question question = {
            .zone = session->soas_sent, .is_soa = true, .ask.question.type = RR_SOA};
        dnsname_copy(&question.ask.question.name, &session->zones[session->soas_sent].zone);
        if (!send(session, &question))
            return false;
    }
    return true;
}

/* The next question of the batch. NULL: no more questions, or the run file failed. */
static const struct run_question *next_question(struct server_session *session)
{
    while (session->reading < session->zone_count) {
        if (session->next < session->count)
            return &session->asks[session->next++];
        if (session->serves[session->reading]) {
            session->next = 0;
            if (!run_file_questions(session->run, &session->zones[session->reading].zone,
                                    session->has_after ? &session->after : NULL, session->asks,
                                    SESSION_QUESTIONS, &session->count)) {
                session->failed = true;
                return NULL;
            }
        }
        session->has_after = session->count > 0;
        if (session->has_after)
            session->after = session->asks[session->count - 1];
        else
            session->reading++;
    }
    return NULL;
}

static bool send_names(struct server_session *session)
{
    const struct run_question *ask;
    while (session->free_count > 0 && (ask = next_question(session)) != NULL) {
        struct sent_question question = {.zone = session->reading, .ask = *ask};
        if (!send(session, &question))
            return false;
    }
    return !session->failed;
}

/* ---- the batch ---- */

static bool begin_batch(struct server_session *session)
{
    session->soas_sent = session->reading = 0;
    session->next = session->count = 0;
    session->has_after = false;
    if (!run_file_server_zones(session->run, &session->endpoint.address, session->zones,
                               SESSION_ZONES, &session->zone_count))
        return false;
    for (unsigned i = 0; i < session->zone_count; i++) {
        session->serves[i] = false;
        session->zones[i].asked = session->zones[i].differing = session->zones[i].failed = 0;
    }
    return true;
}

static bool end_batch(struct server_session *session)
{
    if (session->zone_count == 0)
        return true; /* no batch yet */
    for (unsigned i = 0; i < session->zone_count; i++) {
        if (!run_file_set_zone_server(session->run, &session->zones[i]))
            return false;
    }
    session->zone_count = 0;
    return session->has_answered ||
           run_file_set_server_silent(session->run, &session->endpoint.address);
}

/* ---- silence ---- */

static uint64_t replies(const struct server_session *session)
{
    const struct asker_counts *counts = asker_counts(session->asker);
    return counts->latency.count + counts->unbelievable + counts->truncated;
}

/* True: no reply came for as long as one question may take with all its tries. */
static bool note_silence(struct server_session *session)
{
    const struct asker_counts *counts = asker_counts(session->asker);
    int64_t now = clock_monotonic_ns();
    uint64_t heard = replies(session);
    if (heard != session->heard_replies || counts->queries == session->heard_queries) {
        session->heard_replies = heard;
        session->heard_queries = counts->queries;
        session->heard_ns = now;
    }
    return now - session->heard_ns > session->patience_ns &&
           counts->queries - session->heard_queries >= session->tries;
}

/* Keeps earlier answers. Zones without a state become silent. */
static bool give_up(struct server_session *session)
{
    for (unsigned i = 0; i < session->zone_count; i++) {
        if (session->zones[i].state == ZONE_SERVER_NEW || session->serves[i])
            session->zones[i].state = ZONE_SERVER_SILENT;
    }
    return end_batch(session) &&
           run_file_set_server_silent(session->run, &session->endpoint.address);
}

/* ---- life ---- */

static bool prepare(struct server_session *session, const struct asker_options *options,
                    struct failure *failure)
{
    struct asker_options own = *options;
    session->free_slots = malloc(own.window * sizeof(session->free_slots[0]));
    session->sent = malloc(own.window * sizeof(session->sent[0]));
    if (!session->free_slots || !session->sent)
        return failure_out_of_memory(failure);
    for (unsigned i = 0; i < own.window; i++)
        session->free_slots[session->free_count++] = i;
    session->tries = own.tries;
    session->patience_ns = ((int64_t)own.timeout_ms * own.tries + PAUSES_MS) * 1000000;
    session->heard_ns = clock_monotonic_ns();
    own.endpoints = &session->endpoint;
    own.endpoint_count = 1;
    own.without_rd = true;
    own.seed = (uint64_t)session->heard_ns;
    own.give = on_answer;
    own.context = session;
    session->asker = asker_new(&own, failure);
    return session->asker != NULL;
}

struct server_session *server_session_open(const struct server_session_options *options,
                                           const struct ipaddr *server, struct failure *failure)
{
    struct server_session *session = calloc(1, sizeof(*session));
    if (!session) {
        failure_out_of_memory(failure);
        return NULL;
    }
    session->run = options->run;
    session->endpoint = (struct endpoint){.address = *server, .port = options->port};
    if (!prepare(session, &options->asker, failure)) {
        server_session_close(session, NULL);
        return NULL;
    }
    return session;
}

/* Begins the next batch once this one is answered. False: the run file failed. */
static bool next_batch(struct server_session *session, bool *done)
{
    bool sent =
        session->soas_sent == session->zone_count && session->reading == session->zone_count;
    if (!sent || asker_open(session->asker) > 0)
        return true;
    if (!end_batch(session) || !begin_batch(session))
        return false;
    *done = session->zone_count == 0;
    return true;
}

static bool feed(struct server_session *session, bool *done)
{
    if (!next_batch(session, done) || !send_soas(session))
        return false;
    /* Ask names only when it is known which zones the server serves. */
    bool soas_answered = session->soas_sent == session->zone_count;
    for (unsigned i = 0; i < session->zone_count && soas_answered; i++)
        soas_answered = session->zones[i].state != ZONE_SERVER_NEW;
    return !soas_answered || send_names(session);
}

static enum server_session_step fail(struct server_session *session, struct failure *failure)
{
    if (session->out_of_memory)
        failure_out_of_memory(failure);
    else
        failure_pass(failure, run_file_failure(session->run));
    return SESSION_FAILED;
}

enum server_session_step server_session_run(struct server_session *session, int wait_ms,
                                            struct failure *failure)
{
    const struct asker_counts *counts = asker_counts(session->asker);
    uint64_t before = counts->queries + counts->questions + replies(session);
    bool done = false;
    if (!feed(session, &done))
        return fail(session, failure);
    if (done)
        return SESSION_DONE;
    asker_run(session->asker, wait_ms);
    if (session->failed)
        return fail(session, failure);
    if (note_silence(session))
        return give_up(session) ? SESSION_DONE : fail(session, failure);
    return counts->queries + counts->questions + replies(session) != before ? SESSION_BUSY
                                                                            : SESSION_IDLE;
}

void server_session_close(struct server_session *session, struct asker_counts *counts)
{
    if (!session)
        return;
    if (session->asker && counts)
        asker_counts_merge(counts, asker_counts(session->asker));
    asker_free(session->asker);
    free(session->free_slots);
    free(session->sent);
    free(session);
}
