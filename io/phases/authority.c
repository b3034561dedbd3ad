#include "io/phases/authority.h"

#include <inttypes.h>
#include <stdlib.h>

#include "audit/special.h"
#include "audit/zone_question.h"
#include "io/phases/found_walk.h"
#include "io/phases/stored_questions.h"
#include "io/phases/zone_servers.h"
#include "io/phases/zones.h"
#include "io/run/run_file.h"
#include "io/system/say.h"

enum { ZONE_MEMOS = 8, ZONE_PORTION = 64 };

/* The zone of a name, remembered: adjacent addresses mostly share it. */
struct zone_memo {
    struct dnsname question;
    bool has_apex;
    struct dnsname apex; /* in lower case */
};

struct authority {
    struct run_file *run;
    const struct vantage_options *options;
    struct asker_counts *counts;
    struct failure *failure;
    unsigned memo_count;
    struct zone_memo memos[ZONE_MEMOS];
    struct observation seen; /* large, reused */
    struct server_questions server_questions;
    struct run_zone zone;
    uint64_t not_asked_special;
    uint64_t zones_without_servers; /* no name server or no address of one was found */
    /* the last portion of stored questions */
    bool has_last;
    struct question last;
};

static enum collect_end run_failed(struct authority *a)
{
    failure_pass(a->failure, run_file_failure(a->run));
    return COLLECT_FAILED;
}

/* ---- the zones and the questions for their servers ---- */

static struct zone_memo *find_memo(struct authority *a, const struct dnsname *question)
{
    unsigned known = a->memo_count < ZONE_MEMOS ? a->memo_count : ZONE_MEMOS;
    for (unsigned i = 0; i < known; i++) {
        if (dnsname_equal(&a->memos[i].question, question))
            return &a->memos[i];
    }
    return NULL;
}

static struct zone_memo *add_memo(struct authority *a, const struct dnsname *question)
{
    struct zone_memo *memo = &a->memos[a->memo_count++ % ZONE_MEMOS];
    dnsname_copy(&memo->question, question);
    memo->has_apex = false;
    return memo;
}

static bool want(struct authority *a, const struct zone_question *question, int64_t checked_at)
{
    if (find_memo(a, &question->name))
        return true;
    add_memo(a, &question->name);
    return question->soa ? run_file_add_zone(a->run, &question->name, question->soa, checked_at)
                         : run_file_want_zone(a->run, &question->name);
}

static bool question_of(struct authority *a, unsigned i, const struct ipaddr *address,
                        struct zone_question *out)
{
    return zone_question_of_servers(out, &a->server_questions.questions[i], address, &a->seen,
                                    a->options->registrable_labels, a->options->suffixes);
}

static bool want_zones(void *context, const struct run_item *item, const struct run_found *found)
{
    struct authority *a = context;
    struct zone_question question;
    (void)item;
    if (!run_file_decode(a->run, found, &a->seen))
        return false;
    server_questions_of(&a->server_questions, &found->address, &a->seen);
    for (unsigned i = 0; i < a->server_questions.count; i++) {
        if (question_of(a, i, &found->address, &question) && !want(a, &question, found->checked_at))
            return false;
    }
    return true;
}

/* Sets *apex to NULL if no answer named the zone. */
static bool find_apex(struct authority *a, const struct dnsname *question,
                      const struct dnsname **apex)
{
    struct zone_memo *memo = find_memo(a, question);
    if (!memo) {
        enum run_step step = run_file_zone(a->run, question, &a->zone);
        if (step == RUN_FAILED)
            return false;
        memo = add_memo(a, question);
        memo->has_apex = step == RUN_ROW && a->zone.has_apex;
        if (memo->has_apex)
            dnsname_copy(&memo->apex, &a->zone.apex);
    }
    *apex = memo->has_apex ? &memo->apex : NULL;
    return true;
}

static bool add_question(struct authority *a, unsigned i, const struct ipaddr *address)
{
    struct zone_question question;
    const struct dnsname *apex = NULL;
    struct run_question ask = {.address = *address,
                               .question.type = a->server_questions.questions[i].type};
    if (!question_of(a, i, address, &question))
        return true;
    if (!find_apex(a, &question.name, &apex))
        return false;
    if (!apex || !dnsname_within(a->server_questions.questions[i].name, apex))
        return true;
    dnsname_copy(&ask.question.name, a->server_questions.questions[i].name);
    return run_file_add_question(a->run, apex, &ask);
}

static bool add_questions(void *context, const struct run_item *item, const struct run_found *found)
{
    struct authority *a = context;
    (void)item;
    if (!run_file_decode(a->run, found, &a->seen))
        return false;
    server_questions_of(&a->server_questions, &found->address, &a->seen);
    for (unsigned i = 0; i < a->server_questions.count; i++) {
        if (!add_question(a, i, &found->address))
            return false;
    }
    return true;
}

static enum collect_end walk(struct authority *a, found_visit_fn *visit)
{
    a->memo_count = 0;
    return found_walk(a->run, a->options->collecting.stop, visit, a, a->failure);
}

/* ---- the servers of the zones ---- */

typedef bool zone_visit_fn(struct authority *a, const struct dnsname *apex);

/* Visits each zone with questions; a->zone holds the facts about it. */
static enum collect_end each_zone(struct authority *a, zone_visit_fn *visit)
{
    struct dnsname zones[ZONE_PORTION];
    const struct dnsname *after = NULL;
    struct dnsname last;
    unsigned count = 0;
    do {
        if (!run_file_zones_with_questions(a->run, after, zones, ZONE_PORTION, &count))
            return run_failed(a);
        for (unsigned i = 0; i < count; i++) {
            enum run_step step = run_file_zone(a->run, &zones[i], &a->zone);
            if (step == RUN_FAILED || (step == RUN_ROW && !visit(a, &zones[i])))
                return run_failed(a);
        }
        if (count > 0)
            dnsname_copy(&last, &zones[count - 1]);
        after = &last;
    } while (count > 0);
    return run_file_commit(a->run) ? COLLECT_COMPLETE : run_failed(a);
}

static const uint16_t ADDRESS_TYPES[] = {RR_A, RR_AAAA};
enum { FAMILIES = 2 };

static struct question server_question(const struct dnsname *name, unsigned family)
{
    struct question question = {.type = ADDRESS_TYPES[family]};
    dnsname_copy(&question.name, name);
    dnsname_lower(&question.name);
    return question;
}

static bool want_servers(struct authority *a, const struct dnsname *apex)
{
    (void)apex;
    for (unsigned i = 0; i < a->zone.server_count * FAMILIES; i++) {
        struct question question = server_question(&a->zone.servers[i / FAMILIES], i % FAMILIES);
        if (!run_file_want_nameserver(a->run, &question))
            return false;
    }
    return true;
}

static bool next_servers(void *context, struct question *out, unsigned *count)
{
    struct authority *a = context;
    if (!run_file_nameservers_needed(a->run, a->has_last ? &a->last : NULL, out,
                                     STORED_QUESTIONS_PORTION, count))
        return false;
    a->has_last = *count > 0;
    if (a->has_last)
        a->last = out[*count - 1];
    return true;
}

static bool keep_server(void *context, const struct question *question, const struct answer *answer)
{
    struct authority *a = context;
    return run_file_set_nameserver(a->run, question, answer);
}

static enum collect_end ask_for_servers(struct authority *a)
{
    const struct stored_questions questions = {
        .context = a, .next = next_servers, .keep = keep_server};
    a->has_last = false;
    return stored_questions_ask(&questions, a->run, &a->options->collecting, a->counts, a->failure);
}

static enum zone_server_state first_state(struct authority *a, const struct ipaddr *address)
{
    const struct endpoint endpoint = {.address = *address};
    if (!a->options->allow_special && special_block_reached(address)) {
        a->not_asked_special++;
        return ZONE_SERVER_NOT_ASKED_SPECIAL;
    }
    return endpoint_has_route(&endpoint) ? ZONE_SERVER_NEW : ZONE_SERVER_UNREACHABLE;
}

/* What was found about a name server. */
struct server_addresses {
    bool any;  /* an address */
    bool none; /* the DNS denies that it has one */
};

static bool add_addresses(struct authority *a, struct run_zone_server *server, unsigned family,
                          struct server_addresses *found)
{
    struct question question = server_question(&server->name, family);
    struct run_nameserver known;
    enum run_step step = run_file_nameserver(a->run, &question, &known);
    if (step == RUN_FAILED)
        return false;
    bool none = step == RUN_ROW && (known.kind == ANSWER_NODATA || known.kind == ANSWER_NXDOMAIN);
    found->none = found->none && none;
    found->any = found->any || (step == RUN_ROW && known.count > 0);
    for (unsigned i = 0; step == RUN_ROW && i < known.count; i++) {
        server->address = known.addresses[i];
        server->state = first_state(a, &server->address);
        if (!run_file_add_zone_server(a->run, server))
            return false;
    }
    return true;
}

static bool add_servers(struct authority *a, const struct dnsname *apex)
{
    struct run_zone_server server = {0};
    bool any = false;
    dnsname_copy(&server.zone, apex);
    for (unsigned i = 0; i < a->zone.server_count; i++) {
        struct server_addresses found = {.none = true};
        dnsname_copy(&server.name, &a->zone.servers[i]);
        dnsname_lower(&server.name);
        for (unsigned family = 0; family < FAMILIES; family++) {
            if (!add_addresses(a, &server, family, &found))
                return false;
        }
        server.state = ZONE_SERVER_NO_ADDRESS;
        if (found.none && !run_file_add_zone_server(a->run, &server))
            return false;
        any = any || found.any || found.none;
    }
    a->zones_without_servers += !any;
    return true;
}

/* ---- the phase ---- */

static enum collect_end prepare(struct authority *a)
{
    enum collect_end end = walk(a, want_zones);
    if (end == COLLECT_COMPLETE)
        end = zones_ask(a->run, &a->options->collecting, a->counts, a->failure);
    if (end == COLLECT_COMPLETE)
        end = walk(a, add_questions);
    if (end == COLLECT_COMPLETE)
        end = each_zone(a, want_servers);
    if (end == COLLECT_COMPLETE)
        end = ask_for_servers(a);
    if (end == COLLECT_COMPLETE && !run_file_retry_silent_servers(a->run))
        end = run_failed(a);
    if (end == COLLECT_COMPLETE)
        end = each_zone(a, add_servers);
    return end;
}

static void say_not_asked(const struct authority *a)
{
    if (a->not_asked_special > 0)
        say("name servers with special-purpose addresses were not asked; --special audit asks them "
            "too");
    if (a->zones_without_servers > 0)
        say("no name server of %" PRIu64 " zone%s was found, so none was asked",
            a->zones_without_servers, a->zones_without_servers == 1 ? "" : "s");
}

enum collect_end authority_collect(struct run_file *run, const struct vantage_options *options,
                                   struct asker_counts *counts, struct failure *failure)
{
    struct authority *a = calloc(1, sizeof(*a));
    if (!a) {
        failure_out_of_memory(failure);
        return COLLECT_FAILED;
    }
    a->run = run;
    a->options = options;
    a->counts = counts;
    a->failure = failure;
    enum collect_end end = prepare(a);
    if (!options->quiet)
        say_not_asked(a);
    free(a);
    return end == COLLECT_COMPLETE ? zone_servers_ask(run, options, counts, failure) : end;
}
